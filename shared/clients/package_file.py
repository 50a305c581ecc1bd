"""A data package as bytes: a zip with `Manifest.xml`, `PackageHeader.xml` and one CSV file of one entity.

Rule: the same rows give the same bytes. What Finance reads without a word and gets wrong is settled here:

| what                    | how it is written                                                                             |
|-------------------------|-----------------------------------------------------------------------------------------------|
| names                   | the staging table's, which are the columns' names in capitals                                 |
| the manifest            | maps every column by name: an entity without that map imports nothing, and says it succeeded  |
| the file                | UTF-8 without a mark, lines ended by CR LF: other ends shift the columns                      |
| numbers                 | en-us: a point, no thousands separator, no exponent                                           |
| days and moments        | `2026-09-15 12:00:00`, UTC; a day at noon, which stays that day in any time zone               |
| no value                | nothing between the commas                                                                     |

`CSV` is the name of a source data format, an environment's own setting: its code page must be UTF-8 (65001), its
language en-us and its time zone UTC. Layout and names follow packages seen in public repositories; Microsoft documents
the API (Learn: Data management package REST API) but not the files. Whether quoted line breaks are read is unconfirmed.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from xml.sax.saxutils import escape

from shared.clients.literals import plain

_NAMESPACE = "http://schemas.microsoft.com/dynamics/2015/01/DataManagement"
_ROOT = f'xmlns:i="http://www.w3.org/2001/XMLSchema-instance" xmlns="{_NAMESPACE}"'
_DECLARATION = '<?xml version="1.0" encoding="utf-8"?>\r\n'
_MANIFEST_TYPE = "Microsoft.Dynamics.AX.Framework.Tools.DataManagement.Serialization.DataManagementPackageManifest"
#: The first moment that a zip can name.
_NO_TIME = (1980, 1, 1, 0, 0, 0)
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)Z")
#: Finance's "no date", as a day and as a moment.
_NO_DAY = "1900-01-01"


@dataclass(frozen=True, slots=True)
class PackageFile:
    """What a package holds: rows of one entity, under the name that data management knows it by.

    Values are those that OData would be sent; `moments` names the columns that hold days and moments.
    """

    project: str
    entity: str
    columns: tuple[str, ...]
    rows: Sequence[Mapping[str, Any]]
    moments: frozenset[str] = frozenset()

    def to_bytes(self) -> bytes:
        """Build the zip."""
        file_name = f"{re.sub(r'[^A-Za-z0-9 _-]', '', self.entity)}.csv"
        written = io.BytesIO()
        with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as package:
            _add(package, "Manifest.xml", self._manifest(file_name))
            _add(package, "PackageHeader.xml", _header(self.project))
            _add(package, file_name, self._csv())
        return written.getvalue()

    def _manifest(self, file_name: str) -> str:
        maps = "".join(_column_map(staging_name(column)) for column in self.columns)
        return (
            f"{_DECLARATION}<DataManagementPackageManifest {_ROOT}>"
            f"<DefinitionGroupName>{escape(self.project)}</DefinitionGroupName>"
            f"<Description>{escape(self.project)}</Description>"
            "<PackageEntityList><DataManagementPackageEntityData>"
            "<DefaultRefreshType>FullPush</DefaultRefreshType><Disable>false</Disable>"
            f"<EntityMapList>{maps}</EntityMapList>"
            f"<EntityName>{escape(self.entity)}</EntityName><ExecutionUnit>1</ExecutionUnit>"
            f"<InputFilePath>{escape(file_name)}</InputFilePath>"
            "<LevelInExecutionUnit>1</LevelInExecutionUnit><SequenceInLevel>1</SequenceInLevel>"
            "<SkipStaging>false</SkipStaging><SourceFormat>CSV</SourceFormat>"
            "</DataManagementPackageEntityData></PackageEntityList></DataManagementPackageManifest>"
        )

    def _csv(self) -> str:
        text = io.StringIO(newline="")
        lines = csv.writer(text, lineterminator="\r\n")
        lines.writerow(staging_name(column) for column in self.columns)
        lines.writerows(self._line(row) for row in self.rows)
        return text.getvalue()

    def _line(self, row: Mapping[str, Any]) -> Iterable[str]:
        return (_moment(row[name]) if name in self.moments else _plain(row[name]) for name in self.columns)


def staging_name(column: str) -> str:
    """Name a column of the entity as its staging table does."""
    return column.upper()


def _add(package: zipfile.ZipFile, name: str, text: str) -> None:
    package.writestr(zipfile.ZipInfo(name, _NO_TIME), text.encode(), zipfile.ZIP_DEFLATED)


def _header(project: str) -> str:
    return (
        f"{_DECLARATION}<DataManagementPackageHeader {_ROOT}>"
        f"<Description>{escape(project)}</Description><ManifestType>{_MANIFEST_TYPE}</ManifestType>"
        "<PackageType>DefinitionGroup</PackageType><PackageVersion>2</PackageVersion>"
        "</DataManagementPackageHeader>"
    )


def _column_map(name: str) -> str:
    return (
        f"<EntityMap><ArrayIndex>0</ArrayIndex><EntityField>{escape(name)}</EntityField>"
        '<EntityFieldConversionList i:nil="true" /><IsAutoDefault>false</IsAutoDefault>'
        "<IsAutoGenerated>false</IsAutoGenerated><IsDefaultValueEqualNull>false</IsDefaultValueEqualNull>"
        f"<UseTextQualifier>true</UseTextQualifier><XMLField>{escape(name)}</XMLField></EntityMap>"
    )


def _moment(value: str) -> str:
    parts = _MOMENT.fullmatch(value)
    if parts is None or parts[1] == _NO_DAY:
        return ""
    return f"{parts[1]} {parts[2]}"


def _plain(value: Any) -> str:
    if value is None:
        return ""
    # A line feed that stands alone would be taken for the end of a line.
    return plain(value) if isinstance(value, Decimal) else re.sub(r"\r\n|\r|\n", "\r\n", str(value))
