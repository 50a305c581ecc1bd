"""Finance keys as text: `usmf|PRJ-1`. One form in messages, links, parked rows and error records.

Parts stand in the order of the entity's identity, joined by `|`; `%` and `|` inside a part are written `%25` and
`%7C`. Finance compares keys without case, so two texts name the same row when they are equal after casefold.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from shared.errors import Rejected
from shared.mapping.model import COMPANY, Row, TableMap
from shared.mapping.values import Unmatched, Value, as_text


def join(parts: Iterable[str]) -> str:
    """Join the parts of a key."""
    return "|".join(part.replace("%", "%25").replace("|", "%7C") for part in parts)


def split(key: str) -> list[str]:
    """Undo `join`, also of a text that was casefolded since."""
    return [part.replace("%7C", "|").replace("%7c", "|").replace("%25", "%") for part in key.split("|")]


def same(one: str, other: str) -> bool:
    """Whether two key texts name the same Finance row."""
    return one.casefold() == other.casefold()


def of_values(table_map: TableMap, values: Mapping[str, Value], where: str) -> str:
    """Give the key that agreed values name; Rejected if a part has no value. `where` is the direction's name."""
    parts: list[str] = []
    for column in table_map.finance.identity:
        value = values.get(column)
        text = None if isinstance(value, Unmatched) else as_text(value)
        if not text:
            raise Rejected(
                f"{where}: {_source_of(table_map, column)} has no value, but it is part of the key {_named(table_map)}.",
                remedy="Fill the column in; the row goes over by itself then.",
                column=_source_of(table_map, column),
            )
        parts.append(text)
    return join(parts)


def of_row(table_map: TableMap, row: Mapping[str, Any]) -> str:
    """Give the key of a Finance row as read."""
    rows = _identity_rows(table_map)
    return join(as_text(rows[c].transform.read_finance(row[c])) or "" for c in table_map.finance.identity)


def parse(table_map: TableMap, key: str) -> dict[str, str | int]:
    """Give the identity columns and raw values that a key text names; Rejected if it is no key of this entity."""
    parts = split(key)
    identity = table_map.finance.identity
    rows = _identity_rows(table_map)
    if len(parts) != len(identity) or not all(parts):
        raise Rejected(f"{key!r} is not a key of {table_map.finance.collection}: expected {_named(table_map)}.")
    try:
        return {column: rows[column].transform.parse(part) for column, part in zip(identity, parts, strict=True)}
    except ValueError as error:
        raise Rejected(f"{key!r} is not a key of {table_map.finance.collection}: {error}.") from error


def address(table_map: TableMap, row: Mapping[str, Any]) -> dict[str, Any]:
    """Give the entity's own key columns of a Finance row as read, in the form that an address is written in."""
    mapped = {each.name: each for each in table_map.all_rows}
    return {
        column: mapped[column].transform.parse(str(row[column])) if column in mapped else row[column]
        for column in table_map.finance.key
    }


def company_of(table_map: TableMap, key: str) -> str | None:
    """Give the company part of a key, or None for a global entity."""
    identity = table_map.finance.identity
    return split(key)[identity.index(COMPANY)] if COMPANY in identity else None


def _identity_rows(table_map: TableMap) -> Mapping[str, Row]:
    """Give the row of each identity column. One that has none is a text that Dataverse keeps nowhere."""
    mapped = {row.name: row for row in table_map.all_rows}
    return {column: mapped.get(column) or Row(column, ">", None) for column in table_map.finance.identity}


def _source_of(table_map: TableMap, column: str) -> str:
    return _identity_rows(table_map)[column].dataverse or column


def _named(table_map: TableMap) -> str:
    return "|".join(table_map.finance.identity)
