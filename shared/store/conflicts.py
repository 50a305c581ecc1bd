"""The values that lost a two-way merge: nothing a person typed vanishes without one of these.

A record's id is a hash of its content, so that a settle that is repeated after a crash writes the same row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.store import keys
from shared.store.compare_and_set import until_written
from shared.store.long_text import join_json, split_json
from shared.store.table import Entity, Stored, Table


@dataclass(frozen=True, slots=True)
class LostValue:
    """One column of a merge: what both now hold, what was given up, and what they had last agreed on."""

    kept: str | None
    lost: str | None
    base: str | None


@dataclass(frozen=True, slots=True)
class ConflictRecord:
    """One merge that gave something up. `winner` is the side whose values were kept; `restored` by whom, if at all."""

    id: str
    map: str
    pair: str
    columns: Mapping[str, LostValue]
    winner: str
    kept_at: datetime
    correlation: str
    restored_by: str = ""
    restored_at: datetime | None = None


class Conflicts:
    """The table `conflicts`: a partition per map."""

    def __init__(self, table: Table) -> None:
        self._table = table

    async def keep(
        self,
        map_id: str,
        pair: str,
        columns: Mapping[str, LostValue],
        *,
        winner: str,
        now: datetime,
        correlation: str,
    ) -> str:
        """Remember a merge before its values are written; return the record's id. The same again changes nothing.

        Only a record that was restored is opened again, if the same values are lost in another event's settle.
        """
        entity = _entity(map_id, pair, columns, winner, now, correlation)

        async def attempt() -> None:
            found = await self._table.get(map_id, entity["RowKey"])
            if found is None:
                await self._table.insert(entity)
            elif "restored_at" in found.entity and found.entity["correlation"] != correlation:
                await self._table.replace(entity, found.etag)

        await until_written(attempt)
        return str(entity["RowKey"])

    async def get(self, map_id: str, conflict_id: str) -> ConflictRecord | None:
        """One record."""
        found = await self._table.get(map_id, conflict_id)
        return None if found is None else _record(found)

    async def list(self, map_id: str) -> Sequence[ConflictRecord]:
        """The records of a map, the latest first."""
        found = [_record(each) async for each in self._table.query(partition=map_id)]
        return sorted(found, key=lambda record: record.kept_at, reverse=True)

    async def mark_restored(self, map_id: str, conflict_id: str, *, who: str, now: datetime) -> bool:
        """Note that the lost values were written back; False if there is no such record, or it was noted already."""

        async def attempt() -> bool:
            found = await self._table.get(map_id, conflict_id)
            if found is None or "restored_at" in found.entity:
                return False
            await self._table.replace({**found.entity, "restored_by": who, "restored_at": now}, found.etag)
            return True

        return await until_written(attempt)


def _entity(
    map_id: str, pair: str, columns: Mapping[str, LostValue], winner: str, now: datetime, correlation: str
) -> Entity:
    content = split_json("columns", {name: [v.kept, v.lost, v.base] for name, v in columns.items()})
    return {
        "PartitionKey": map_id,
        "RowKey": keys.digest(map_id, pair, winner, *content.values()),
        "pair": pair,
        "winner": winner,
        "kept_at": now,
        "correlation": correlation,
        **content,
    }


def _record(found: Stored) -> ConflictRecord:
    entity = found.entity
    columns = join_json("columns", entity) or {}
    return ConflictRecord(
        id=entity["RowKey"],
        map=entity["PartitionKey"],
        pair=entity["pair"],
        columns={name: LostValue(*values) for name, values in columns.items()},
        winner=entity["winner"],
        kept_at=entity["kept_at"],
        correlation=entity["correlation"],
        restored_by=entity.get("restored_by", ""),
        restored_at=entity.get("restored_at"),
    )
