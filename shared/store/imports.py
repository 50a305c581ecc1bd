"""The import under way: one row for the whole app, because Finance runs one import at a time.

Rule: whoever holds the row may begin an import, and writes its name here first; no other is begun before that one is
known to be over, or known never to have begun. The hold expires, the name does not: who takes the row over after a crash
goes on with that very import.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from shared.errors import Conflict
from shared.store.table import Entity, Stored, Table

_KEYS = {"PartitionKey": "import", "RowKey": "current"}


@dataclass(frozen=True, slots=True)
class Import:
    """Who holds the row until when, and the import under way, if there is one. Times are UTC."""

    owner: str = ""
    until: datetime | None = None
    execution: str = ""
    direction: str = ""
    company: str = ""
    begun: datetime | None = None
    etag: str | None = None

    @property
    def is_under_way(self) -> bool:
        """Whether an import was begun, or was about to be, and is not known to be over."""
        return bool(self.execution)


class Imports:
    """The table `imports`: one row."""

    def __init__(self, table: Table) -> None:
        self._table = table

    async def current(self) -> Import:
        """The row as it is. One operation."""
        found = await self._table.get(*_KEYS.values())
        return Import() if found is None else _import(found)

    async def hold(self, owner: str, now: datetime, seconds: float) -> Import | None:
        """The row, held for `owner` until `seconds` from now; None if somebody else holds it. Two operations."""
        read = await self.current()
        if read.until is not None and read.owner != owner and read.until > now:
            return None
        with suppress(Conflict):
            return await self.save(replace(read, owner=owner, until=now + timedelta(seconds=seconds)))
        return None

    async def save(self, held: Import) -> Import:
        """Store the row as it now is. One operation; Conflict if somebody else has taken it over since."""
        entity = _entity(held)
        etag = await (self._table.insert(entity) if held.etag is None else self._table.replace(entity, held.etag))
        return replace(held, etag=etag)

    async def release(self, held: Import) -> None:
        """Let the row go; quiet if it is somebody else's by now. One operation."""
        with suppress(Conflict):
            await self.save(replace(held, owner="", until=None))


def _entity(held: Import) -> Entity:
    own = asdict(held)
    del own["etag"]
    return {**_KEYS, **own}


def _import(found: Stored) -> Import:
    return Import(**{name: value for name, value in found.entity.items() if name not in _KEYS}, etag=found.etag)
