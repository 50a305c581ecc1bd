"""The one seam to Table Storage: six operations, each a single request, and what a row may hold.

Everything that changes a row names the ETag it has read (compare-and-set); a missing table is an empty one.
`checked` refuses, on every implementation alike, what the service would refuse (Microsoft Learn: Understanding the
Table service data model).
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from shared.errors import Rejected

#: PartitionKey, RowKey and own properties: str, int (64 bits), bool, float, datetime (UTC) or bytes. None is absence.
Entity = dict[str, Any]

#: The longest string property: 64 KiB in UTF-16.
LONGEST_TEXT = 32_768
_LONGEST_KEY = 512
_LONGEST_BYTES = 65_536
_MOST_PROPERTIES = 252
_FORBIDDEN_IN_KEY = re.compile(r"[/\\#?\x00-\x1f\x7f-\x9f]")
_PROPERTY_NAME = re.compile(r"[A-Za-z_]\w{0,254}", re.ASCII)
_OWN_TO_THE_SERVICE = frozenset({"Timestamp"})


@dataclass(frozen=True, slots=True)
class Stored:
    """A row as it was read: `etag` is compared for equality only."""

    entity: Entity
    etag: str


class Table(Protocol):
    """One table. Every method raises Transient, Throttled or Refused when the service does."""

    async def get(self, partition: str, row: str) -> Stored | None:
        """The row, or None."""
        ...

    async def insert(self, entity: Entity) -> str:
        """Add a row and return its ETag; Conflict if there is one already."""
        ...

    async def replace(self, entity: Entity, etag: str) -> str:
        """Replace the whole row and return its new ETag; Conflict if it changed since, or is gone."""
        ...

    async def put(self, entity: Entity) -> str:
        """Insert or replace the whole row, whatever was there; return its ETag."""
        ...

    async def remove(self, partition: str, row: str, etag: str | None = None) -> bool:
        """Delete the row: False if it was not there; Conflict if an ETag is given and the row changed since."""
        ...

    def query(
        self,
        *,
        partition: str | None = None,
        partitions: tuple[str, str] | None = None,
        rows: tuple[str, str] | None = None,
        where: Mapping[str, str | bool] | None = None,
        due_by: datetime | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[Stored]:
        """Rows in the order of their keys.

        `partition` is one PartitionKey, `partitions` and `rows` are ranges of PartitionKey and RowKey (to: exclusive),
        `where` asks for equal properties, `due_by` for rows whose property `due` is set and not later than that.
        Without a partition the service scans the whole table.
        """
        ...


def checked(entity: Entity) -> Entity:
    """The entity as it is stored: None left out, times in UTC, enumerations as their text; Rejected if it cannot be."""
    for key in ("PartitionKey", "RowKey"):
        check_key(key, entity.get(key))
    stored = {name: _checked_value(name, value) for name, value in entity.items() if value is not None}
    if len(stored) > _MOST_PROPERTIES + 2:
        raise Rejected(f"A table row holds at most {_MOST_PROPERTIES} properties; this one has {len(stored) - 2}.")
    return stored


def check_key(name: str, value: object) -> None:
    """Raise Rejected if the value cannot be a PartitionKey or RowKey."""
    if not isinstance(value, str) or len(value) > _LONGEST_KEY or _FORBIDDEN_IN_KEY.search(value):
        raise Rejected(f"{name} must be a text of at most {_LONGEST_KEY} characters, none of them / \\ # ? or control.")


def _checked_value(name: str, value: object) -> object:
    if not _PROPERTY_NAME.fullmatch(name) or name in _OWN_TO_THE_SERVICE:
        raise Rejected(f"A table row cannot have a property called {name!r}.")
    match value:
        case bool() | float():
            return value
        case int() if -(2**63) <= value < 2**63:
            return value
        case str() if _is_storable(value):
            return str(value)
        case bytes() if len(value) <= _LONGEST_BYTES:
            return value
        case datetime() if value.tzinfo is not None:
            return value.astimezone(UTC)
    raise Rejected(
        f"Property {name} of a table row cannot be stored: a {type(value).__name__} too large or of no type."
    )


def _is_storable(text: str) -> bool:
    if text.isascii():
        return len(text) <= LONGEST_TEXT
    try:
        return len(text.encode("utf-16-le")) <= 2 * LONGEST_TEXT
    except UnicodeEncodeError:
        return False
