"""Which row belongs to which: finding, claiming and remembering pairs.

A link is saved *before* the first write under a key, so that whatever a crash leaves behind is found by the next look;
the key before a rename is remembered until the row under it is gone. A link outlives its rows: a late event still knows
where to look. A Finance key belongs to one Dataverse row at a time; who deletes checks that first, since the key may
have a new owner by now.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from shared.clients.finance import rec_id
from shared.clients.rows import Found
from shared.errors import Conflict, Rejected
from shared.mapping import keys
from shared.mapping.direction import Direction, Values
from shared.mapping.model import Side, TableMap
from shared.mapping.shape import Shape
from shared.mapping.values import as_text
from shared.store.links import Link
from shared.sync import lookups
from shared.sync.dependants import touch
from shared.sync.services import Services

#: Keys of this form name a Finance row by its record id: all that a delete event tells.
BY_REC_ID = "recid:"

_NAMESPACE = uuid.UUID("5d6f3f0e-8f1c-5a0b-9c53-6a3f0a6f7d11")


def dataverse_id_for(map_id: str, finance_key: str) -> str:
    """Choose the id of a Dataverse row that we create. The same for the same Finance row, so that a repeated create is harmless."""
    return str(uuid.uuid5(_NAMESPACE, f"{map_id}|{finance_key.casefold()}"))


def row_id_for(direction: Direction, finance_key: str, row: Mapping[str, Any]) -> str:
    """Name the Dataverse row of a Finance row that has no integration key: by the id that Finance keeps, else by the one we give."""
    if direction.returns:
        told = next(each for each in direction.map.rows if each.dataverse == direction.map.dataverse.row_id)
        return as_text(told.transform.read_finance(row[told.name])) or ""
    return dataverse_id_for(direction.map.id, finance_key)


async def by_finance_key(services: Services, table_map: TableMap, key: str) -> Link | None:
    """Find the link of a Finance row by key text or record id; None if there is none that still names this key."""
    if key.startswith(BY_REC_ID):
        number = key.removeprefix(BY_REC_ID)
        if not number.isdecimal():
            raise Rejected(f"{key!r} names no record of {table_map.finance.collection}.")
        return await services.links.by_rec_id(table_map.id, int(number))
    link = await services.links.by_finance(table_map.id, key)
    return link if link is not None and keys.same(link.finance_key, key) else None


class Pairing(Protocol):
    """How a one-way direction finds the target row of a source row."""

    async def remembered(self, key: str) -> Link | None:
        """Give the link of a source row, if there is one."""

    def target_of(self, link: Link) -> str:
        """Name the target row of a link."""

    async def pair(self, key: str, link: Link | None, found: Found, wanted: Values) -> tuple[Link, str]:
        """Give the link, saved if it is new, and the name that the target row shall have."""

    async def other_owner(self, key: str, link: Link) -> str | None:
        """Name the source row that the target row belongs to by now, if it is not this one."""


@dataclass(frozen=True, slots=True)
class ToFinance:
    """Dataverse row ids to Finance keys."""

    services: Services
    direction: Direction

    async def remembered(self, key: str) -> Link | None:
        link = await self.services.links.by_dataverse(self.direction.map.id, key)
        return link if link is not None and link.finance_key else None

    def target_of(self, link: Link) -> str:
        return link.finance_key

    async def pair(self, key: str, link: Link | None, found: Found, wanted: Values) -> tuple[Link, str]:
        del found
        finance_key = self.direction.finance_key(wanted)
        if link is None or link.rec_id is None or not keys.same(link.finance_key, finance_key):
            link = await claim_finance_key(self.services, self.direction, key, link, finance_key)
        return link, finance_key

    async def other_owner(self, key: str, link: Link) -> str | None:
        owner = await self.services.links.owner_of(self.direction.map.id, link.finance_key)
        return owner if owner not in (None, key) else None


@dataclass(frozen=True, slots=True)
class ToDataverse:
    """Finance keys, or record ids, to Dataverse row ids."""

    services: Services
    direction: Direction

    async def remembered(self, key: str) -> Link | None:
        return await by_finance_key(self.services, self.direction.map, key)

    def target_of(self, link: Link) -> str:
        return link.dataverse_id

    async def pair(self, key: str, link: Link | None, found: Found, wanted: Values) -> tuple[Link, str]:
        if link is None:
            link = await pair_of_finance_row(self.services, self.direction, key, found, wanted)
        return link, link.dataverse_id

    async def other_owner(self, key: str, link: Link) -> str | None:
        return None if keys.same(link.finance_key, key) else link.finance_key


@dataclass(frozen=True, slots=True)
class BackToDataverse(ToDataverse):
    """Finance rows to the Dataverse rows that they were made of, whose ids they keep. Whose key is whose is not changed here."""

    async def pair(self, key: str, link: Link | None, found: Found, wanted: Values) -> tuple[Link, str]:
        """Give the link; Rejected if the two were never a pair and Dataverse has no such row."""
        del wanted
        if link is None:
            map_id, row_id = self.direction.map.id, row_id_for(self.direction, key, found.row)
            link = await self.services.links.by_dataverse(map_id, row_id)
            if link is None or not link.finance_key:
                await self._require(row_id, key)
                link = await _joined(self.services, link or Link(map=map_id, dataverse_id=row_id), key, found)
        return link, link.dataverse_id

    async def _require(self, row_id: str, key: str) -> None:
        """Nobody knows what became of a row that we never saw: it is reported, and nothing is deleted for it."""
        table = self.direction.map.dataverse.table
        if await self.services.dataverse.version(table, row_id) is None:
            raise Rejected(
                f"{self.direction.name}, row {key}: {table} has no row {row_id}.",
                remedy="Delete the row in Finance if it is not needed there; rows of this map are made in Dataverse.",
            )

    async def other_owner(self, key: str, link: Link) -> str | None:
        del key, link
        return None


def pairing_of(services: Services, direction: Direction) -> Pairing:
    """Give the way in which a direction finds the target row of a source row."""
    if direction.target is Side.FINANCE:
        return ToFinance(services, direction)
    return (BackToDataverse if direction.returns else ToDataverse)(services, direction)


async def claim_finance_key(services: Services, direction: Direction, row_id: str, link: Link | None, key: str) -> Link:
    """Make the Finance key this Dataverse row's; Rejected if another living row holds it. Gives the link, saved if it is changed."""
    map_id = direction.map.id
    owner = await services.links.owner_of(map_id, key)
    if owner not in (None, row_id) and await _still_holds(services, direction, str(owner), key):
        raise Rejected(
            f"{direction.name}, row {row_id}: Finance key {key} belongs to Dataverse row {owner}.",
            remedy="Two rows have the same number. Give one of them another; both go over by themselves then.",
        )
    if owner != row_id:
        await services.links.own(map_id, key, row_id, instead_of=owner)
    link = link or Link(map=map_id, dataverse_id=row_id)
    if keys.same(link.finance_key, key):
        return link
    former = await _renamed(services, direction, link, key) if link.finance_key else {}
    return await services.links.save(replace(link, finance_key=key, indexed_key=key, rec_id=None, former=former))


async def _renamed(services: Services, direction: Direction, link: Link, key: str) -> dict[str, datetime]:
    """Give the former keys of a row that is about to get another one, and have it looked at when all is certainly over.

    Somebody who read the row before the rename may still write it under a former key and crash before the second
    look. So a former key is forgotten only when nobody can be at work any more who began before it was one.
    """
    now = services.now()
    await touch(services, direction, link.dataverse_id, delay=services.policy.verify_delay)
    return {
        former: since for former, since in {**link.former, link.finance_key: now}.items() if not keys.same(former, key)
    }


async def _still_holds(services: Services, direction: Direction, row_id: str, key: str) -> bool:
    found = await services.dataverse.read(direction.map.dataverse.table, row_id, direction.shape)
    return found is not None and keys.same(direction.finance_key(direction.translate(found.row)), key)


async def pair_of_finance_row(
    services: Services, direction: Direction, finance_key: str, found: Found, values: Values
) -> Link:
    """Find the Dataverse row of a Finance row that has no link by key: renamed there, made there by hand, or new."""
    map_id = direction.map.id
    number = rec_id(found.version)
    renamed = await services.links.by_rec_id(map_id, number) if number is not None else None
    if renamed is not None:
        return await services.links.save(replace(renamed, finance_key=finance_key))
    row_id = await dataverse_row_with_key(services, direction, values) or dataverse_id_for(map_id, finance_key)
    known = await services.links.by_dataverse(map_id, row_id)
    if known is not None and known.finance_key and not keys.same(known.finance_key, finance_key):
        raise Rejected(
            f"{direction.name}, row {finance_key}: Dataverse row {row_id} has this key but belongs to {known.finance_key}.",
            remedy="Give the Dataverse row its own number back, or delete the double.",
        )
    return await _joined(services, known or Link(map=map_id, dataverse_id=row_id), finance_key, found)


async def _joined(services: Services, link: Link, finance_key: str, found: Found) -> Link:
    """Let key and record id of a Finance row lead to the link's row, and remember them with it."""
    await _own(services, link.map, finance_key, link.dataverse_id)
    fresh = replace(link, finance_key=finance_key, indexed_key=finance_key, rec_id=rec_id(found.version))
    # Saved for nothing, it would only get in the way of whoever is settling the pair.
    return link if fresh == link else await services.links.save(fresh)


async def _own(services: Services, map_id: str, finance_key: str, row_id: str) -> None:
    """Let the key lead to this row; Conflict if somebody else takes it at the same moment."""
    owner = await services.links.owner_of(map_id, finance_key)
    if owner != row_id:
        await services.links.own(map_id, finance_key, row_id, instead_of=owner)


async def doubt(services: Services, link: Link) -> None:
    """Forget the pair of a Dataverse row that could not be created: another row has its key, and is to be found."""
    with suppress(Conflict):
        await services.links.forget(link)


async def dataverse_row_with_key(services: Services, direction: Direction, values: Values) -> str | None:
    """Find the Dataverse row with the integration key that these values name; Rejected if there are two.

    None without an integration key: then nobody but us makes the rows.
    """
    table = direction.map.dataverse
    if not table.key:
        return None
    wanted = await _key_as_conditions(services, direction, values)
    found = await services.dataverse.find(table.table, wanted, Shape(()), top=2)
    if len(found) > 1:
        raise Rejected(
            f"{direction.name}: two rows of {table.table} have the key {', '.join(map(str, wanted.values()))}.",
            remedy="Delete or renumber one of them.",
        )
    return str(found[0].row[table.row_id]) if found else None


async def _key_as_conditions(services: Services, direction: Direction, values: Values) -> dict[str, Any]:
    """Give what the row with this key must have. Parked if a row on the way to a part of it is not there yet.

    How deep a `$filter` of the Web API reaches through lookups is not documented: one is certain, so what lies behind
    more of them is compared by the id of the row that the first one points at.
    """
    by_path = {row.dataverse: row for row in direction.rows}
    deep = {name: group for group in direction.lookups for name, inner in group.rows.items() if "." in inner}
    wanted: dict[str, Any] = {}
    for path in direction.map.dataverse.key:
        row = by_path[path]
        group = deep.get(row.name)
        if group is None:
            wanted[path] = row.transform.write_dataverse(values[row.name])
        elif group.column not in wanted:
            bound = await lookups.bind(services, direction, group, values)
            wanted[group.column] = bound.row_id if bound else None
    return wanted
