"""What is in a package, read as strictly as data management reads it.

A zip with `Manifest.xml`, `PackageHeader.xml` and one file per entity, which must be mapped column by column in the
manifest: what is not mapped is not read. Formats follow packages seen in public; the texts of the refusals are seen
ones where they could be found (unknown entity, file that is not Unicode, wrong line ends), else plain words.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from tests.twin.finance.schema import Column, Entity

_NS = "{http://schemas.microsoft.com/dynamics/2015/01/DataManagement}"
_MANIFEST_TYPE = "Microsoft.Dynamics.AX.Framework.Tools.DataManagement.Serialization.DataManagementPackageManifest"


class BadPackage(Exception):
    """The package is refused before anything is imported."""


class BadFile(Exception):
    """The file cannot be loaded into the staging table: the whole import fails, and no row is named."""


@dataclass(frozen=True, slots=True)
class Contents:
    """The one entity of a package, as the manifest names it, and the file that holds its rows."""

    name: str
    entity: Entity
    source_format: str
    #: Column name in the file → column of the entity.
    columns: Mapping[str, Column]
    file: bytes


def read_package(content: bytes, entities: Iterable[Entity]) -> Contents:
    """Open a package; raises BadPackage."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            files = {name: package.read(name) for name in package.namelist()}
    except zipfile.BadZipFile as error:
        raise BadPackage("The package is not a valid zip file.") from error
    header, manifest = _xml(files, "PackageHeader.xml"), _xml(files, "Manifest.xml")
    if header.findtext(f"{_NS}ManifestType") != _MANIFEST_TYPE:
        raise BadPackage("The package header does not name the type of its manifest.")
    described = manifest.findall(f"{_NS}PackageEntityList/{_NS}DataManagementPackageEntityData")
    if len(described) != 1:
        raise BadPackage(f"The manifest describes {len(described)} entities; the twin imports one at a time.")
    return _described(described[0], files, entities)


def _xml(files: Mapping[str, bytes], name: str) -> ET.Element:
    if name not in files:
        raise BadPackage(f"The package does not contain the file {name}.")
    try:
        # The check is for XML from strangers; this was written by the app under test.
        return ET.fromstring(files[name])  # noqa: S314
    except ET.ParseError as error:
        raise BadPackage(f"The file {name} cannot be read: {error}.") from error


def _described(data: ET.Element, files: Mapping[str, bytes], entities: Iterable[Entity]) -> Contents:
    name = data.findtext(f"{_NS}EntityName") or ""
    entity = next((each for each in entities if each.label.casefold() == name.casefold()), None)
    if entity is None:
        raise BadPackage(f"Entity {name} does not exist in the target environment")
    path = data.findtext(f"{_NS}InputFilePath") or ""
    if path not in files:
        raise BadPackage(f"The package does not contain the file {path}.")
    by_name = {column.name.casefold(): column for column in entity.columns.values()}
    columns: dict[str, Column] = {}
    for mapped in data.findall(f"{_NS}EntityMapList/{_NS}EntityMap"):
        field, in_file = mapped.findtext(f"{_NS}EntityField") or "", mapped.findtext(f"{_NS}XMLField") or ""
        column = by_name.get(field.casefold())
        if column is None:
            raise BadPackage(f"The mapping is incorrect for entity {name} and field {field}.")
        columns[in_file] = column
    return Contents(name, entity, data.findtext(f"{_NS}SourceFormat") or "", columns, files[path])


def read_rows(contents: Contents) -> list[dict[str, str]]:
    """Load the file as the staging table takes it, by column of the entity; raises BadFile.

    A value too long for its staging column fails the load as a whole, as a bulk copy does, and so does a column of the
    file that nothing maps.
    """
    text = _decoded(contents)
    if "\n" in text.replace("\r\n", ""):
        raise BadFile(f"The mapping is incorrect for entity {contents.name} and field {{0D0A}}.")
    lines = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    if not lines or not lines[0]:
        raise BadFile("The file has no line of column names.")
    unmapped = [name for name in lines[0] if name not in contents.columns]
    if unmapped:
        raise BadFile(f"Field {unmapped[0]} of the file is not mapped.")
    return [_row(contents, lines[0], line) for line in lines[1:]]


def _decoded(contents: Contents) -> str:
    match contents.source_format:
        case "CSV":  # with the code page of UTF-8, which an administrator has set
            try:
                return contents.file.decode("utf-8")
            except UnicodeDecodeError as error:
                raise BadFile("Selected file is not UTF-8") from error
        case "CSV-Unicode":
            if not contents.file.startswith(b"\xff\xfe"):
                raise BadFile("Selected file is not Unicode")
            return contents.file.decode("utf-16")
    raise BadFile(f"There is no source data format called {contents.source_format}.")


def _row(contents: Contents, names: list[str], line: list[str]) -> dict[str, str]:
    if len(line) != len(names):
        raise BadFile(f"A line has {len(line)} values for {len(names)} columns.")
    row: dict[str, str] = {}
    for name, value in zip(names, line, strict=True):
        column = contents.columns[name]
        if column.size and len(value) > column.size:
            raise BadFile("String or binary data would be truncated.")
        row[column.name] = value
    return row
