"""`$select` and `$expand`: which properties of a row are written, and of the rows its lookups point at.

The primary key always comes along, and `_transactioncurrencyid_value` with any amount (Microsoft Learn, "Select
columns"). Only single-valued navigation is played, to any depth.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from tests.twin.dataverse import errors
from tests.twin.dataverse.schema import Column, Schema, Table
from tests.twin.dataverse.values import Reference, Row

Lookup = Callable[[str, str], "Row | None"]

_EXPAND = re.compile(r"(?P<navigation>\w+)(?:\((?P<options>.*)\))?", re.DOTALL)
_CRM = "Microsoft.Dynamics.CRM"
_LOOKUP_NAME = f"{_CRM}.lookuplogicalname"
_NAVIGATION_NAME = f"{_CRM}.associatednavigationproperty"
_FORMATTED = "OData.Community.Display.V1.FormattedValue"


@dataclass(frozen=True, slots=True)
class Expand:
    """One expanded lookup."""

    navigation: str
    column: Column
    target: str
    shape: Shape


@dataclass(frozen=True, slots=True)
class Shape:
    """What to write of a row."""

    table: Table
    plain: tuple[str, ...]
    references: tuple[tuple[str, str], ...]  # property name, column name
    expands: tuple[Expand, ...]


def parse_shape(schema: Schema, table: Table, select: str | None, expand: str | None) -> Shape:
    """Compile `$select` and `$expand`; raises Refusal for a name that does not exist."""
    columns = list(table.properties.values()) if select is None else list(_selected(table, select))
    plain = [column.name for column in columns if not column.is_lookup]
    references = [(column.property_name, column.name) for column in columns if column.is_lookup]
    if table.primary_id not in plain:
        plain.append(table.primary_id)
    if any(column.type == "money" for column in columns):
        currency = ("_transactioncurrencyid_value", "transactioncurrencyid")
        references += [] if currency in references else [currency]
    expands = [_parse_expand(schema, table, item) for item in split(expand or "", ",")]
    return Shape(table, tuple(plain), tuple(references), tuple(expands))


def write(shape: Shape, row: Row, get: Lookup) -> dict[str, Any]:
    """Write the properties of a row, without annotations."""
    written = {name: row.get(name) for name in shape.plain}
    for name, column in shape.references:
        reference = row.get(column)
        written[name] = reference and reference.id
    for expand in shape.expands:
        pointer: Reference | None = row.get(expand.column.name)
        elsewhere = pointer is None or (expand.column.polymorphic and pointer.table != expand.target)
        target = None if pointer is None or elsewhere else get(*pointer)
        written[expand.navigation] = target and write(expand.shape, target, get)
    return written


def annotated(shape: Shape, row: Row, wanted: str) -> Iterator[tuple[str, str]]:
    """Yield the annotations asked for by `odata.include-annotations`, comma-separated names with `*`."""
    patterns = [pattern.strip() for pattern in wanted.split(",")]
    for name, text in _all_annotations(shape, row):
        if any(fnmatchcase(name.partition("@")[2], pattern) for pattern in patterns):
            yield name, text


def _all_annotations(shape: Shape, row: Row) -> Iterator[tuple[str, str]]:
    for name, column_name in shape.references:
        reference: Reference | None = row.get(column_name)
        if reference is not None:
            column = shape.table.columns[column_name]
            yield f"{name}@{_LOOKUP_NAME}", reference.table
            yield f"{name}@{_NAVIGATION_NAME}", column.navigations()[reference.table]
    for name in shape.plain:
        options = shape.table.columns[name].options
        if options and row.get(name) is not None:
            yield f"{name}@{_FORMATTED}", options[int(row[name])]


def _selected(table: Table, select: str) -> Iterator[Column]:
    for name in filter(None, (part.strip() for part in select.split(","))):
        column = table.properties.get(name)
        if column is None:
            raise errors.no_such_property(table.name, name)
        yield column


def _parse_expand(schema: Schema, table: Table, item: str) -> Expand:
    found = _EXPAND.fullmatch(item.strip())
    named = table.navigations.get(found["navigation"]) if found else None
    if found is None or named is None:
        raise errors.no_such_property(table.name, item.partition("(")[0])
    column, target = named
    options = dict(part.partition("=")[::2] for part in split(found["options"] or "", ";"))
    if unknown := set(options) - {"$select", "$expand"}:
        raise errors.bad_query(f"The query parameter {min(unknown)} is not supported in a single-valued $expand.")
    shape = parse_shape(schema, schema.tables[target], options.get("$select"), options.get("$expand"))
    return Expand(found["navigation"], column, target, shape)


def split(text: str, mark: str) -> list[str]:
    """Split at a mark that is not within parentheses."""
    parts: list[str] = []
    depth = start = 0
    for at, character in enumerate(text):
        depth += (character == "(") - (character == ")")
        if character == mark and depth == 0:
            parts.append(text[start:at])
            start = at + 1
    parts.append(text[start:])
    return [part for part in parts if part.strip()]
