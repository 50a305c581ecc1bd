"""Which collection and which row a path of `/data` names.

Collection names are case sensitive. A key address names all key columns in the entity's own order; what the platform
answers to another order is unconfirmed, the twin refuses it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from tests.twin.finance.refusals import NotFound, Refusal
from tests.twin.finance.rows import RowKey, folded
from tests.twin.finance.schema import Entity, Kind, Value

_PATH = re.compile(r"/data/(?P<collection>[A-Za-z0-9_]+)(?:\((?P<key>.*)\))?/?", re.DOTALL)
_GUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"
_PART = re.compile(rf"\s*(?:(\w+)\s*=\s*)?(?:'((?:[^']|'')*)'|({_GUID})|({_TIME})|(-?\d+(?:\.\d+)?))\s*(?:,|$)")
#: The kinds that stand bare in an address.
_BARE = (Kind.WHOLE, Kind.WHOLE64, Kind.REAL, Kind.GUID, Kind.DATE, Kind.TIME)


@dataclass(frozen=True, slots=True)
class Address:
    """A collection, or one row of it."""

    entity: Entity
    key: RowKey | None

    @property
    def company(self) -> str:
        """The company that a key address names."""
        return str(self.key[0]) if self.key and self.entity.per_company else ""


def parse_address(path: str, entities: Mapping[str, Entity]) -> Address:
    """Read a decoded path; raises NotFound for an unknown collection, Refusal for a malformed key."""
    found = _PATH.fullmatch(path)
    if found is None or found["collection"] not in entities:
        raise NotFound(path)
    entity = entities[found["collection"]]
    return Address(entity, None if found["key"] is None else _key(entity, found["key"]))


def _key(entity: Entity, text: str) -> RowKey:
    parts, at = [], 0
    while at < len(text):
        part = _PART.match(text, at)
        if part is None:
            raise Refusal(400, f"The key '({text})' cannot be read.")
        parts.append(part)
        at = part.end()
    names = [part[1] for part in parts]
    if names == [None] and len(entity.key) == 1:
        names = list(entity.key)
    if names != list(entity.key):
        raise Refusal(
            400,
            f"The key '({text})' does not match the key of '{entity.public}': {', '.join(entity.key)}, in this order.",
        )
    return tuple(_value(entity, part) for part in zip(entity.key, parts, strict=True))


def _value(entity: Entity, named: tuple[str, re.Match[str]]) -> Value:
    name, part = named
    _, quoted, bare_guid, time, number = part.groups()
    match entity.columns[name].kind:
        case Kind.WHOLE | Kind.WHOLE64 if number is not None and "." not in number:
            return int(number)
        case Kind.REAL if number is not None:
            return Decimal(number)
        case Kind.GUID if bare_guid is not None:
            return str(bare_guid).lower()
        case Kind.DATE | Kind.TIME if time is not None:
            return folded(time)
        case kind if kind not in _BARE and quoted is not None:
            return folded(quoted.replace("''", "'"))
    raise Refusal(400, f"The value of the key column '{name}' has the wrong type.")


def location(entity: Entity, values: Mapping[str, Value]) -> str:
    """Return the key address of a row, not percent-encoded."""
    parts = (
        f"{name}={values[name]}" if entity.columns[name].kind in _BARE else _quoted(name, values[name])
        for name in entity.key
    )
    return f"{entity.collection}({','.join(parts)})"


def _quoted(name: str, value: Value) -> str:
    doubled = str(value).replace("'", "''")
    return f"{name}='{doubled}'"
