r"""Resource addresses: `/api/data/v9.2/accounts(…)/property`.

By primary key (bare GUID, or named unless the table is systemuser or team) or by alternate key. Values with any of
`/ < > * % & : \ ? +` break addresses by alternate key even when encoded (Microsoft Learn, "Use an alternate key to
reference a record"), so they break here too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from tests.twin.dataverse import errors
from tests.twin.dataverse.database import TableRows
from tests.twin.dataverse.schema import Schema, Table
from tests.twin.dataverse.values import Reference, folded, guid

ROOT = "/api/data/v9.2/"
_SEGMENT = re.compile(r"(?P<set>[A-Za-z_]\w*)(?:\((?P<key>[^/]*)\))?(?:/(?P<rest>.*))?", re.DOTALL)
_PAIR = re.compile(r"\s*(?P<name>\w+)=(?:'(?P<quoted>(?:[^']|'')*)'|(?P<bare>[^,']*))\s*(?:,|$)")
_DANGEROUS = re.compile(r"[<>*%&:\\?+]")
# Their entity key is ownerid, so the named form of the primary key is refused.
_BARE_KEY_ONLY = ("systemuser", "team")


@dataclass(frozen=True, slots=True)
class Address:
    """A table (rows of it), or one row by id or alternate key; `rest` is what follows the row."""

    table: Table
    row_id: str | None = None
    key: Mapping[str, Any] = field(default_factory=dict)
    rest: str = ""

    @property
    def is_row(self) -> bool:
        return self.row_id is not None or bool(self.key)


def parse_address(schema: Schema, resource: str) -> Address:
    """Parse what follows the service root; raises Refusal."""
    found = _SEGMENT.fullmatch(resource)
    table = schema.by_set.get(found["set"]) if found else None
    if found is None or table is None:
        raise errors.no_such_segment(resource.partition("/")[0])
    rest = found["rest"] or ""
    if found["key"] is None:
        return Address(table, rest=rest)
    row_id = guid(found["key"])
    if row_id is not None:
        return Address(table, row_id, rest=rest)
    return _by_name(table, _pairs(table, found["key"]), rest)


def find_row(rows: TableRows, key: Mapping[str, Any]) -> str | None:
    """Find a committed row by its alternate key."""
    first, *_ = key
    wanted = {name: folded(value) for name, value in key.items()}
    for row_id in rows.having(first, key[first]):
        row = rows.rows[row_id]
        if all(folded(row.get(name)) == value for name, value in wanted.items()):
            return row_id
    return None


def _by_name(table: Table, pairs: Mapping[str, str | Decimal], rest: str) -> Address:
    if list(pairs) == [table.primary_id] and table.name not in _BARE_KEY_ONLY:
        row_id = guid(str(pairs[table.primary_id]))
        if row_id is None:
            raise errors.invalid_key(table.set_name)
        return Address(table, row_id, rest=rest)
    columns = {table.properties[name].name: value for name, value in pairs.items() if name in table.properties}
    if len(columns) != len(pairs) or not any(set(key) == set(columns) for key in table.keys.values()):
        raise errors.invalid_key(table.set_name)
    return Address(table, key={name: _kept(table, name, value) for name, value in columns.items()}, rest=rest)


def _kept(table: Table, name: str, value: str | Decimal) -> Any:
    column = table.columns[name]
    if column.is_lookup:
        row_id = guid(str(value))
        if row_id is None:
            raise errors.invalid_key(table.set_name)
        return Reference(column.targets[0], row_id)
    if column.type in ("integer", "choice"):
        try:
            return int(value)
        except ValueError:
            raise errors.invalid_key(table.set_name) from None
    return value


def _pairs(table: Table, text: str) -> dict[str, str | Decimal]:
    found: dict[str, str | Decimal] = {}
    at = 0
    while at < len(text):
        pair = _PAIR.match(text, at)
        if pair is None or pair["name"] in found:
            raise errors.invalid_key(table.set_name)
        found[pair["name"]] = _value(table, pair["quoted"], pair["bare"])
        at = pair.end()
    if not found:
        raise errors.invalid_key(table.set_name)
    return found


def _value(table: Table, quoted: str | None, bare: str | None) -> str | Decimal:
    if quoted is not None:
        dangerous = _DANGEROUS.search(quoted)
        if dangerous:
            raise errors.dangerous_path(dangerous.group())
        return quoted.replace("''", "'")
    text = bare or ""
    if guid(text):
        return text
    try:
        return Decimal(text)
    except InvalidOperation:
        raise errors.invalid_key(table.set_name) from None
