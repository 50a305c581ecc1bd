"""The rows of packages: what is to be sent of each, and what becomes of it.

Finance does not show what it holds of an entity without a public collection. So the link's `base` stands for the target
row: the values that were last imported with success. That is sound because the app is the only one to write these
columns, an import creates or updates a row by its key and nothing else, and an announcement is saved in the link before
each import and taken back only when it is known how that ended: while there is one, the base is not believed, and the
row is sent again.

| found                                           | follows                                                            |
|-------------------------------------------------|--------------------------------------------------------------------|
| the values are those of the base                | nothing to send: ended                                             |
| they differ, or the base is not to be believed  | ready                                                              |
| a row that it points at is not in Finance       | parked, as everywhere                                              |
| it can never go over                            | an error record                                                    |
| it is gone                                      | ended; if Finance may hold it an error record: packages do not delete |

Every end goes by the version of the gathered row that was taken: a row that was gathered again meanwhile stays.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, TypeVar

from shared.clients.dataverse_writing import row_guid
from shared.clients.rows import Found
from shared.errors import Conflict, Missing, Parked, Refused, Rejected, SyncError, Throttled, Transient
from shared.mapping import keys
from shared.mapping.direction import Direction, Values
from shared.mapping.merge import Base
from shared.mapping.model import COMPANY, Side
from shared.mapping.values import as_text
from shared.store.gathered import GatheredRow
from shared.store.links import Link
from shared.store.message import Hint, WorkMessage
from shared.sync import assembly, live, lookups, pairing, parking, permission, recording
from shared.sync.apply import CERTAIN
from shared.sync.outcome import Kind, Outcome, again
from shared.sync.services import Services

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")

#: Rows that are worked on at a time.
AT_ONCE = 16

#: Seconds until a row that waits for the rest of its document is looked at again, at first. It is not parked: of a big
#: document thousands wait, for whichever member comes last.
HELD = 60.0


@dataclass(frozen=True, slots=True)
class Ready:
    """A row to be sent: its columns as Finance is to hold them, and the same as they are remembered."""

    row: GatheredRow
    link: Link
    version: str
    values: Base
    columns: dict[str, Any]
    company: str

    @property
    def is_new(self) -> bool:
        """Whether Finance is not known to hold it."""
        return self.link.base is None


async def each(items: Iterable[_Item], work: Callable[[_Item], Awaitable[_Result]]) -> list[_Result]:
    """Do something for each item, some at a time. An error comes out when nothing is under way any more."""
    items = list(items)
    results: list[_Result] = []
    for start in range(0, len(items), AT_ONCE):
        done = await asyncio.gather(*map(work, items[start : start + AT_ONCE]), return_exceptions=True)
        for result in done:
            if isinstance(result, BaseException):
                raise result
            results.append(result)
    return results


async def later(services: Services, row: GatheredRow, failure: SyncError) -> None:
    """Keep a row for another try, by the ladder of delays; past its end make an error record that is tried on."""
    delays = services.policy.retry_delays
    if row.attempts >= len(delays):
        await record(services, row, failure, due_in=services.policy.sweep_after)
        return
    delay = delays[row.attempts] * (1 + services.chance() / 4)
    await services.gathered.keep(row, due=services.now() + timedelta(seconds=delay), attempts=row.attempts + 1)


async def record(services: Services, row: GatheredRow, failure: SyncError, due_in: float | None = None) -> None:
    """End a row with an error record."""
    await recording.record(services, row.message, failure, due_in)
    await services.gathered.end(row)


async def end(services: Services, row: GatheredRow) -> None:
    """End a row that is as it should be, or needs not be."""
    await services.errors.resolve(row.direction, row.key, services.now())
    await services.gathered.end(row)


class Looks:
    """Looks at the gathered rows of one direction, all of one run."""

    def __init__(self, services: Services, direction: Direction) -> None:
        self._services = services
        self._direction = direction
        #: Rows pointed at that were found in Finance. One that is deleted meanwhile makes the import refuse the row.
        self._there: set[Missing] = set()

    async def at(self, rows: Sequence[GatheredRow]) -> list[Ready]:
        """Give the rows that are to be sent; the others come to their end."""
        ours = [row for row in rows if await self._has_id(row)]
        try:
            found = await self._read(row.key for row in ours)
        except Throttled:
            raise
        except SyncError as failure:
            await self._end_all(ours, failure)
            return []
        ours = await self._without_held(ours, found)
        looked = await each(ours, lambda row: self._one(row, found.get(row.key.lower())))
        return [ready for ready in looked if ready is not None]

    async def _has_id(self, row: GatheredRow) -> bool:
        try:
            row_guid(row.key)
        except Rejected as refusal:
            await record(self._services, row, refusal)
            return False
        return True

    async def _read(self, row_ids: Iterable[str]) -> dict[str, Found]:
        table = self._direction.map.dataverse.table
        return await self._services.dataverse.read_many(table, row_ids, self._direction.shape)

    async def _without_held(self, rows: Sequence[GatheredRow], found: dict[str, Found]) -> list[GatheredRow]:
        """Keep for later what must wait for the rest of its document; give the others."""
        held = await assembly.held_ties(self._services, self._direction, found)
        await each((row for row in rows if row.key.lower() in held), self._hold)
        return [row for row in rows if row.key.lower() not in held]

    async def _hold(self, row: GatheredRow) -> None:
        # The longer it waits the rarer the looks, or the rows of one document that is stuck would crowd out all others.
        now = self._services.now()
        age = (now - row.first_seen).total_seconds()
        delay = max(HELD, min(age / 2, self._services.policy.sweep_after))
        await self._services.gathered.keep(row, due=now + timedelta(seconds=delay))

    async def _one(self, row: GatheredRow, found: Found | None) -> Ready | None:
        try:
            return await self._look_or_park(row, found)
        except Throttled:
            raise
        except SyncError as failure:
            await self._end_by(row, failure)
        return None

    async def _end_all(self, rows: Sequence[GatheredRow], failure: SyncError) -> None:
        await each(rows, lambda row: self._end_by(row, failure))

    async def _end_by(self, row: GatheredRow, failure: SyncError) -> None:
        if isinstance(failure, Transient | Conflict):
            await later(self._services, row, failure)
        elif isinstance(failure, Rejected | Refused):
            await record(self._services, row, failure)
        else:
            raise failure

    async def _look_or_park(self, row: GatheredRow, found: Found | None) -> Ready | None:
        try:
            return await self._look(row, found)
        except Parked as parked:
            if await parking.park(self._services, self._direction, row.message, parked, self._look_again) is None:
                await self._services.gathered.end(row)
            return None

    async def _look(self, row: GatheredRow, found: Found | None) -> Ready | None:
        link = await self._services.links.by_dataverse(self._direction.map.id, row.key)
        if found is None:
            await self._absent(row, link)
            return None
        if not self._direction.applies(found.row):
            await self._filtered(row, link)
            return None
        wanted = self._direction.translate(found.row)
        link = await self._paired(row, link, found, wanted)
        values = {name: as_text(value) for name, value in wanted.items()}
        if not link.announced and link.base == values:
            await self._agreed(row, link)
            return None
        where = f"{self._direction.name}, row {row.key}"
        permission.require(self._direction.map, "create" if link.base is None else "update", Side.FINANCE, where=where)
        columns = self._direction.encode(wanted, row.key).plain
        if link.base is None:
            await assembly.require_members(self._services, self._direction, row.key)
        missing = await lookups.missing_parent(self._services, self._direction, wanted, there=self._there)
        if missing is not None:
            raise missing
        return Ready(row, link, found.version, values, columns, str(columns.pop(COMPANY, "")).lower())

    async def _paired(self, row: GatheredRow, link: Link | None, found: Found, wanted: Values) -> Link:
        key = self._direction.finance_key(wanted)
        if link is not None and keys.same(link.finance_key, key):
            return link
        if link is not None and may_be_in_finance(link):
            raise Rejected(
                f"{self._direction.name}, row {row.key}: it went to Finance as {link.finance_key} and is {key} by now; "
                "a data package cannot rename a row.",
                remedy=f"Give it the key {link.finance_key} back, or rename it in Finance too and dismiss this record.",
            )
        paired, _ = await pairing.ToFinance(self._services, self._direction).pair(row.key, link, found, wanted)
        return paired

    async def _agreed(self, row: GatheredRow, link: Link) -> None:
        # Again, because whoever imported it may have ended before it could tell those who wait.
        await parking.release(self._services, self._direction.map, link.finance_key)
        await end(self._services, row)

    async def _filtered(self, row: GatheredRow, link: Link | None) -> None:
        if link is not None and may_be_in_finance(link):
            await live.report_left_filter(self._services, row.message, link.finance_key)
        await end(self._services, row)

    async def _absent(self, row: GatheredRow, link: Link | None) -> None:
        services = self._services
        if row.hint not in CERTAIN:
            due = services.now() + timedelta(seconds=services.policy.absence_delay)
            await services.gathered.keep(row, due=due, hint=Hint.ABSENT)
            return
        if link is None or not may_be_in_finance(link):
            await end(services, row)
            return
        raise Rejected(
            f"{self._direction.name}, row {row.key}: it is deleted in Dataverse, but {link.finance_key} went to "
            "Finance, or may have, and a data package cannot delete.",
            remedy="Delete it in Finance too, or bring it back in Dataverse; if Finance may keep it, dismiss this record.",
        )

    async def _look_again(self, services: Services, direction: Direction, message: WorkMessage) -> Outcome:
        """Look whether the row still waits, after its parking was written; Parked if it does."""
        found = (await self._read([message.key])).get(message.key.lower())
        if found is None or not direction.applies(found.row):
            return Outcome(Kind.UNCHANGED)
        missing = await lookups.missing_parent(services, direction, direction.translate(found.row), there=self._there)
        if missing is not None:
            raise missing
        return again(0.0, "what was missing has come")


def may_be_in_finance(link: Link) -> bool:
    """Whether the row went to Finance, or may have."""
    return link.base is not None or bool(link.announced)


def sent_with(row: GatheredRow, link: Link) -> Base | None:
    """Give the values that a row was sent with, if its link still announces them."""
    return next((each.values for each in link.announced if each.since == row.sent_at), None)


def withdrawn(row: GatheredRow, link: Link) -> Link:
    """Give a link without what was announced for a row that, as is known, was not written."""
    return replace(link, announced=tuple(each for each in link.announced if each.since != row.sent_at))
