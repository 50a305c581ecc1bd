"""Which row waits for which: the arrival of the missing one releases those that wait, oldest first.

Each waiting row has an *entry* under the key it waits for, with a due time for the sweep, and one *pointer* under its
own key that names that entry. Parking under another key moves the pointer and then removes the entry it named before.
A crash between leaves an entry that nothing points to; its due time comes, the sweep looks at its row once for nothing,
and releases it. So no entry stays forever, and no row waits without one.

A release goes by the version of the entry that was read: whoever was parked again meanwhile stays parked.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from shared.errors import Conflict
from shared.store import keys
from shared.store.compare_and_set import until_written
from shared.store.table import Entity, Stored, Table

_POINTER = "row"
_ENTRY = "missing"


@dataclass(frozen=True, slots=True)
class ParkedRow:
    """A row of a direction (`key`) that waits for a row of a map (`missing_key`). Times are UTC.

    `since` is when it first began to wait, for whatever; `due` is when the sweep looks at it.
    """

    missing_map: str
    missing_key: str
    direction: str
    key: str
    since: datetime
    due: datetime
    correlation: str
    attempts: int
    etag: str = ""


class ParkedRows:
    """The table `parked`: entries under `missing|map|key`, pointers under `row|direction|shard`."""

    def __init__(self, table: Table) -> None:
        self._table = table

    async def park(
        self,
        missing_map: str,
        missing_key: str,
        direction: str,
        key: str,
        *,
        now: datetime,
        due: datetime,
        correlation: str,
        attempts: int,
        since: datetime | None = None,
    ) -> ParkedRow:
        """Let a row wait; if it waited for another one before, it no longer does. Three operations, or four.

        `since` says when its wait began if it was woken meanwhile. The row given back tells the earliest that is known.
        Afterwards look once more whether the missing row has come: its wake-up may have passed before this.
        """
        parked = ParkedRow(missing_map, missing_key, direction, key, since or now, due, correlation, attempts)
        return await until_written(lambda: self._park(parked))

    async def waiting_for(self, missing_map: str, missing_key: str) -> Sequence[ParkedRow]:
        """Who waits for this row, the longest waiting first. One operation."""
        partition = keys.join(_ENTRY, missing_map, missing_key)
        return _oldest_first([_row(each) async for each in self._table.query(partition=partition)])

    async def due(self, now: datetime, *, limit: int | None = None) -> Sequence[ParkedRow]:
        """Whose due time has come, the longest waiting first. A scan of the table."""
        return _oldest_first([_row(each) async for each in self._table.query(due_by=now, limit=limit)])

    async def find(self, direction: str, key: str) -> ParkedRow | None:
        """What this row waits for, or None. One operation if it does not wait, else two."""
        pointer = await self._table.get(*_pointer_keys(direction, key))
        if pointer is None:
            return None
        entry = await self._table.get(pointer.entity["entry"], keys.join(direction, key))
        return None if entry is None else _row(entry)

    async def release(self, row: ParkedRow) -> bool:
        """End this wait, as it was read; False if the row has been parked again, or released, since. Three operations.

        The pointer is read before the entry goes: if it has changed after, somebody is parking the row again. A crash
        between leaves a pointer to nothing, which `find` sees through and the next `park` or `release` mends.
        """
        partition = _entry_partition(row)
        pointer = await self._table.get(*_pointer_keys(row.direction, row.key))
        try:
            was_there = await self._table.remove(partition, keys.join(row.direction, row.key), row.etag)
        except Conflict:
            return False
        if pointer is not None and pointer.entity["entry"] == partition:
            with suppress(Conflict):
                await self._table.remove(*_pointer_keys(row.direction, row.key), pointer.etag)
        return was_there

    async def remove(self, direction: str, key: str) -> None:
        """The row waits no longer, for whatever it waited."""
        row = await self.find(direction, key)
        if row is not None:
            await self.release(row)

    async def _park(self, parked: ParkedRow) -> ParkedRow:
        pointer = await self._table.get(*_pointer_keys(parked.direction, parked.key))
        if pointer is not None:
            parked = replace(parked, since=min(parked.since, pointer.entity["since"]))
        etag = await self._table.put(_entity(parked))
        # Written even if it names the entry already: its new version tells a release under way that we parked again.
        if pointer is None:
            await self._table.insert(_pointer(parked, etag))
        else:
            await self._table.replace(_pointer(parked, etag), pointer.etag)
            await self._remove_former_entry(parked, pointer.entity)
        return replace(parked, etag=etag)

    async def _remove_former_entry(self, parked: ParkedRow, pointer: Entity) -> None:
        if pointer["entry"] == _entry_partition(parked):
            return
        # By its version: somebody may be parking the row under the former key again.
        with suppress(Conflict):
            await self._table.remove(pointer["entry"], keys.join(parked.direction, parked.key), pointer["entry_etag"])


def _oldest_first(rows: Sequence[ParkedRow]) -> Sequence[ParkedRow]:
    return sorted(rows, key=lambda row: (row.since, row.direction, row.key))


def _pointer_keys(direction: str, key: str) -> tuple[str, str]:
    return keys.join(_POINTER, direction, keys.shard(key)), keys.encode(key)


def _entry_partition(parked: ParkedRow) -> str:
    return keys.join(_ENTRY, parked.missing_map, parked.missing_key)


def _pointer(parked: ParkedRow, entry_etag: str) -> Entity:
    partition, row = _pointer_keys(parked.direction, parked.key)
    return {
        "PartitionKey": partition,
        "RowKey": row,
        "entry": _entry_partition(parked),
        "entry_etag": entry_etag,
        "since": parked.since,
    }


def _entity(parked: ParkedRow) -> Entity:
    own = asdict(parked)
    del own["etag"]
    return {"PartitionKey": _entry_partition(parked), "RowKey": keys.join(parked.direction, parked.key), **own}


def _row(found: Stored) -> ParkedRow:
    own = {name: value for name, value in found.entity.items() if name not in {"PartitionKey", "RowKey"}}
    return ParkedRow(**own, etag=found.etag)
