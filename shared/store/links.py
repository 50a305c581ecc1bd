"""The remembered pairs: which row of Dataverse is which row of Finance, and what both last agreed on.

A link is one main row under its Dataverse id; everything on it (key, lease, base) changes by compare-and-set on its
ETag. Two kinds of index row lead to it, by Finance key and by RecId. They are hints: written *before* the main row and
possibly naming a row that has been renamed or is gone, but never missing for a link that was saved.

Partitions are `map|d|shard` (main), `map|f|shard` and `map|r|shard` (indexes), so that one map's links spread out.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from shared.errors import Conflict
from shared.store import keys
from shared.store.compare_and_set import until_written
from shared.store.long_text import join_json, split_json
from shared.store.table import Entity, Stored, Table

_MAIN, _BY_FINANCE, _BY_REC_ID = "d", "f", "r"


@dataclass(frozen=True, slots=True)
class Announced:
    """A write that is about to be made: to which side, when it was announced (UTC), and the values by column."""

    side: str
    since: datetime
    values: dict[str, str | None]


@dataclass(frozen=True, slots=True)
class Link:
    """One pair. `finance_key` is empty while only a lease was taken; `base` are the values last agreed on, by column.

    `former` are keys that the row had in Finance and under which it may still be there, with when it was renamed.
    `announced` are writes that may have been made without the base saying so yet, since their writer may have crashed.

    `etag` is the version of the main row as read, None if it is not stored yet. Change a link with
    `dataclasses.replace`: what it was read with comes along, so that `save` writes only index rows that are new.
    """

    map: str
    dataverse_id: str
    finance_key: str = ""
    rec_id: int | None = None
    base: dict[str, str | None] | None = None
    former: dict[str, datetime] = field(default_factory=dict)
    announced: tuple[Announced, ...] = ()
    lease_owner: str = ""
    lease_until: datetime | None = None
    etag: str | None = None
    indexed_key: str = field(default="", repr=False, compare=False)
    indexed_rec_id: int | None = field(default=None, repr=False, compare=False)


class Links:
    """The table `links`. Keys of Finance are compared without regard to case, as Finance does; ids too."""

    def __init__(self, table: Table) -> None:
        self._table = table

    async def by_dataverse(self, map_id: str, dataverse_id: str) -> Link | None:
        """The link of a Dataverse row. One operation."""
        found = await self._table.get(*_main_keys(map_id, dataverse_id))
        return None if found is None else _link(found)

    async def by_finance(self, map_id: str, finance_key: str) -> Link | None:
        """The link that a Finance key leads to, or None if there is none. Two operations.

        Its own `finance_key` differs from the one asked for if the row was renamed: compare before you rely on it.
        """
        dataverse_id = await self.owner_of(map_id, finance_key)
        return None if dataverse_id is None else await self.by_dataverse(map_id, dataverse_id)

    async def by_rec_id(self, map_id: str, rec_id: int) -> Link | None:
        """The link that a Finance RecId leads to, or None if there is none. Two operations."""
        found = await self._table.get(*_index_keys(map_id, _BY_REC_ID, str(rec_id)))
        return None if found is None else await self.by_dataverse(map_id, found.entity["dataverse_id"])

    async def owner_of(self, map_id: str, finance_key: str) -> str | None:
        """The Dataverse id that a Finance key was last given to: a hint. One operation."""
        found = await self._table.get(*_index_keys(map_id, _BY_FINANCE, finance_key.casefold()))
        return None if found is None else str(found.entity["dataverse_id"])

    async def own(self, map_id: str, finance_key: str, dataverse_id: str, *, instead_of: str | None) -> None:
        """Let a Finance key lead here if it still leads to `instead_of` (None: nowhere), else Conflict. 1 or 2 operations."""
        entity = _index_row(map_id, _BY_FINANCE, finance_key.casefold(), dataverse_id)
        if instead_of is None:
            await self._table.insert(entity)
            return
        found = await self._table.get(entity["PartitionKey"], entity["RowKey"])
        if found is None or found.entity["dataverse_id"] != instead_of:
            raise Conflict(f"{map_id}: Finance key {finance_key} has changed hands.")
        await self._table.replace(entity, found.etag)

    async def of_map(self, map_id: str) -> AsyncIterator[Link]:
        """All links of a map, page by page over the range of their partitions: for the rare full comparison."""
        shards = (keys.join(map_id, _MAIN, ""), keys.join(map_id, _MAIN, "g"))  # hexadecimal digits end before g
        async for found in self._table.query(partitions=shards):
            yield _link(found)

    async def disown(self, map_id: str, finance_key: str, dataverse_id: str) -> None:
        """Let a Finance key lead nowhere, unless it leads to another Dataverse id by now."""
        await self._remove_index(map_id, _BY_FINANCE, finance_key.casefold(), dataverse_id)

    async def save(self, link: Link) -> Link:
        """Store the link as it now is and return it with its new version; index rows first, and only new ones.

        One operation if neither key nor RecId changed. The index row of an earlier key stays: see `disown`.
        Raises Conflict if the main row changed since the link was read, or is there although it was not.
        """
        if link.finance_key and link.finance_key != link.indexed_key:
            await self._table.put(_index_row(link.map, _BY_FINANCE, link.finance_key.casefold(), link.dataverse_id))
        if link.rec_id is not None and link.rec_id != link.indexed_rec_id:
            await self._table.put(_index_row(link.map, _BY_REC_ID, str(link.rec_id), link.dataverse_id))
        entity = _entity(link)
        if link.etag is None:
            etag = await self._table.insert(entity)
        else:
            etag = await self._table.replace(entity, link.etag)
        return replace(link, etag=etag, indexed_key=link.finance_key, indexed_rec_id=link.rec_id)

    async def forget(self, link: Link) -> bool:
        """Remove a link whose rows are both gone; False if it was gone already. Conflict if it changed since.

        The main row goes first: were an index row to go first and the main row then stay, it could not be found.
        """
        was_there = await self._table.remove(*_main_keys(link.map, link.dataverse_id), link.etag)
        if link.finance_key:
            await self.disown(link.map, link.finance_key, link.dataverse_id)
        if link.rec_id is not None:
            await self._remove_index(link.map, _BY_REC_ID, str(link.rec_id), link.dataverse_id)
        return was_there

    async def lease(self, map_id: str, dataverse_id: str, owner: str, now: datetime, seconds: float) -> Link | None:
        """The link, held for `owner` until `seconds` from now; None if somebody else holds it. Two operations.

        A bare main row is made if there is none. An owner takes its own lease again, and anybody one that has expired;
        who held it may still be writing and learns of it by a Conflict.
        """

        async def attempt() -> Link | None:
            link = await self.by_dataverse(map_id, dataverse_id) or Link(map_id, dataverse_id)
            if _is_held_by_another(link, owner, now):
                return None
            return await self.save(replace(link, lease_owner=owner, lease_until=now + timedelta(seconds=seconds)))

        try:
            return await until_written(attempt)
        except Conflict:
            return None

    async def release(self, link: Link) -> None:
        """End a lease and keep the rest of the link as given; quiet if the lease was lost. One operation.

        A link that holds nothing, because its row was never paired, is removed.
        """
        with suppress(Conflict):
            if link.etag is not None and _is_bare(link):
                await self._table.remove(*_main_keys(link.map, link.dataverse_id), link.etag)
            else:
                await self.save(replace(link, lease_owner="", lease_until=None))

    async def _remove_index(self, map_id: str, kind: str, value: str, dataverse_id: str) -> None:
        found = await self._table.get(*_index_keys(map_id, kind, value))
        if found is not None and found.entity["dataverse_id"].lower() == dataverse_id.lower():
            with suppress(Conflict):
                await self._table.remove(*_index_keys(map_id, kind, value), found.etag)


def _is_bare(link: Link) -> bool:
    return not link.finance_key and link.rec_id is None and link.base is None


def _is_held_by_another(link: Link, owner: str, now: datetime) -> bool:
    return link.lease_until is not None and link.lease_owner != owner and link.lease_until > now


def _main_keys(map_id: str, dataverse_id: str) -> tuple[str, str]:
    return _index_keys(map_id, _MAIN, dataverse_id.lower())


def _index_keys(map_id: str, kind: str, value: str) -> tuple[str, str]:
    return keys.join(map_id, kind, keys.shard(value)), keys.encode(value)


def _index_row(map_id: str, kind: str, value: str, dataverse_id: str) -> Entity:
    partition, row = _index_keys(map_id, kind, value)
    return {"PartitionKey": partition, "RowKey": row, "dataverse_id": dataverse_id}


def _entity(link: Link) -> Entity:
    partition, row = _main_keys(link.map, link.dataverse_id)
    return {
        "PartitionKey": partition,
        "RowKey": row,
        "map": link.map,
        "dataverse_id": link.dataverse_id,
        "finance_key": link.finance_key,
        "rec_id": link.rec_id,
        "lease_owner": link.lease_owner,
        "lease_until": link.lease_until,
        **({} if link.base is None else split_json("base", link.base)),
        **(split_json("announced", _announcements(link)) if link.announced else {}),
        **(split_json("former", {k: since.isoformat() for k, since in link.former.items()}) if link.former else {}),
    }


def _announcements(link: Link) -> dict[str, Any]:
    return {"writes": [[each.side, each.since.isoformat(), each.values] for each in link.announced]}


def _announced(stored: dict[str, Any] | None) -> tuple[Announced, ...]:
    writes = stored["writes"] if stored is not None else []
    return tuple(Announced(side, datetime.fromisoformat(since), values) for side, since, values in writes)


def _link(found: Stored) -> Link:
    entity = found.entity
    return Link(
        map=entity["map"],
        dataverse_id=entity["dataverse_id"],
        finance_key=entity.get("finance_key", ""),
        rec_id=entity.get("rec_id"),
        base=join_json("base", entity),
        announced=_announced(join_json("announced", entity)),
        former={k: datetime.fromisoformat(since) for k, since in (join_json("former", entity) or {}).items()},
        lease_owner=entity.get("lease_owner", ""),
        lease_until=entity.get("lease_until"),
        etag=found.etag,
        indexed_key=entity.get("finance_key", ""),
        indexed_rec_id=entity.get("rec_id"),
    )
