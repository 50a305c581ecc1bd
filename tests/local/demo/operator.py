"""The operator: looks at queues, tables and the twins' deliveries, and starts timers by hand.

"Quiet" is when nothing is on its way any more: no webhook undelivered, every queue empty (hidden messages and poison
included), nothing parked, no error record waiting for its next try. It has to be seen several times in a row, since
work that is under way moves from one of these places to the next.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx

from shared.maps.catalogue import catalogue
from shared.runtime import compose, open_world
from shared.settings import Settings
from shared.store.conflicts import ConflictRecord
from shared.store.error_records import ErrorRecord, ErrorStatus
from shared.store.parked import ParkedRow
from shared.sync.retry import retry

_IN_A_ROW = 3
_PAUSE = 0.15
_END_OF_TIME = datetime(9999, 1, 1, tzinfo=UTC)
#: Seconds after which a timer that was started by hand is started again: a run that failed is not repeated by itself.
_RUN_AGAIN = 15.0
#: Seconds between two sweeps that are started by hand.
_SWEEP_EVERY = 5.0
#: Seconds between two starts of a package timer: a run that finds another at work leaves the rows for the next.
_SEND_EVERY = 3.0
#: How often "nothing is under way" has to be seen before a story goes on.
_SETTLED_IN_A_ROW = 2


def running() -> tuple[str, ...]:
    """The directions of all maps that run by themselves."""
    return tuple(name for name, direction in catalogue().directions.items() if not direction.map.waits_for)


def packaged() -> tuple[str, ...]:
    """The directions whose rows are gathered for data packages, each after those it needs."""
    order = catalogue().run_order
    found = [direction for direction in catalogue().directions.values() if direction.by_package]
    return tuple(each.name for each in sorted(found, key=lambda each: order.index(each.map.id)))


class NotQuiet(RuntimeError):
    """Something is still on its way after all the time it was given; the message says what."""


@dataclass(frozen=True, slots=True)
class Status:
    """What is on its way, and what needs a person."""

    undelivered: int
    queued: int
    poisoned: int
    gathered: int
    parked: int
    retrying: int
    open_errors: int
    #: Rises with every event that either system sends: two looks between which it rose do not count as one.
    events: int

    @property
    def is_quiet(self) -> bool:
        """Whether nothing is on its way."""
        under_way = (self.undelivered, self.queued, self.poisoned, self.gathered, self.parked, self.retrying)
        return not any(under_way)

    def __str__(self) -> str:
        return (
            f"{self.undelivered} events undelivered, {self.queued} messages queued, {self.poisoned} poisoned, "
            f"{self.gathered} rows gathered for packages, {self.parked} parked, {self.retrying} to be tried again, "
            f"{self.open_errors} open errors"
        )


class Operator:
    """Reads what the app keeps in storage, and knows the master key."""

    def __init__(
        self, http: httpx.AsyncClient, settings: Mapping[str, str], host: str, key: str, twins: tuple[str, str]
    ) -> None:
        self._http = http
        settings_of_app = Settings.read(settings)
        self._world = open_world(settings_of_app)
        self._services = compose(settings_of_app, self._world)
        self._host = host
        self._key = key
        self._twins = twins

    async def close(self) -> None:
        """Give back the connections."""
        await self._world.storage.close()
        await self._world.dataverse.aclose()
        await self._world.finance.aclose()

    async def status(self) -> Status:
        """Look once."""
        deliveries = await asyncio.gather(*(self._deliveries(twin) for twin in self._twins))
        names = catalogue().directions
        queued = await asyncio.gather(*(self._services.queue.length(name) for name in names))
        poisoned = await asyncio.gather(*(self._services.queue.poisoned(name) for name in names))
        records = await self.errors()
        return Status(
            undelivered=sum(pending for pending, _ in deliveries),
            queued=sum(queued),
            poisoned=sum(poisoned),
            gathered=sum(await asyncio.gather(*map(self._services.gathered.count, packaged()))),
            parked=len(await self.parked()),
            retrying=sum(record.status is ErrorStatus.RETRYING for record in records),
            open_errors=sum(record.status is ErrorStatus.OPEN for record in records),
            events=sum(queued for _, queued in deliveries),
        )

    async def until_quiet(self, seconds: float, *, sweeping: bool = False) -> Status:
        """Wait until nothing is on its way, parked rows and rows to be tried again included. Raises NotQuiet.

        If `sweeping`, start the sweep now and then meanwhile.
        """
        deadline = time.monotonic() + seconds
        next_sweep = time.monotonic() + _SWEEP_EVERY
        seen: list[Status] = []
        while len(seen) < _IN_A_ROW:
            status = await self.status()
            if sweeping and not status.is_quiet and time.monotonic() > next_sweep:
                await self.start_timer("sweep")
                next_sweep = time.monotonic() + _SWEEP_EVERY
            same = status.is_quiet and (not seen or seen[-1].events == status.events)
            seen = [*seen, status] if same else [status] * status.is_quiet
            if time.monotonic() > deadline:
                raise NotQuiet(f"After {seconds:.0f} s there is still something on its way: {status}.")
            await asyncio.sleep(_PAUSE)
        return seen[-1]

    async def errors(self) -> list[ErrorRecord]:
        """Error records that are not closed."""
        closed = {ErrorStatus.RESOLVED, ErrorStatus.DISMISSED}
        return [record for record in await self._services.errors.list() if record.status not in closed]

    async def parked(self) -> list[ParkedRow]:
        """Rows that wait for another."""
        return list(await self._services.parked.due(_END_OF_TIME))

    async def conflicts(self, map_id: str) -> list[ConflictRecord]:
        """Values of a map that lost a merge, the latest first."""
        return list(await self._services.conflicts.list(map_id))

    async def catch_up(self, *directions: str, seconds: float = 60.0) -> None:
        """Start the catch-up timers of these directions, at once, and wait for their watermarks. Raises NotQuiet."""
        await asyncio.gather(*(self._catch_up(direction, seconds) for direction in directions))

    async def until_settled(self, seconds: float = 90.0) -> None:
        """Wait until no event and no message is under way, packages sent meanwhile as their timer sends them each minute.

        What is parked or has an error record stays so: it needs something that has yet to happen. Raises NotQuiet.
        """
        deadline, next_package = time.monotonic() + seconds, 0.0
        seen: list[int] = []
        while len(seen) < _SETTLED_IN_A_ROW:
            under_way, events, gathered = await self._under_way()
            # One after the other, in run order: a connection that comes before what it connects is put off for a minute.
            if gathered and not under_way and time.monotonic() > next_package:
                await self.start_timer(f"{gathered[0]}_package")
                next_package = time.monotonic() + _SEND_EVERY
            settled = not under_way and not gathered
            seen = ([*seen, events] if seen[-1:] == [events] else [events]) if settled else []
            if time.monotonic() > deadline:
                raise NotQuiet(f"After {seconds:.0f} s there is still something under way: {await self.status()}.")
            await asyncio.sleep(_PAUSE)

    async def _under_way(self) -> tuple[int, int, list[str]]:
        """How much is on its way, how many events there have been, and of which directions something is gathered.

        In the order in which work goes on, and no further than to the first place where there is some.
        """
        twins = await asyncio.gather(*map(self._deliveries, self._twins))
        events, pending = sum(sent for _, sent in twins), sum(pending for pending, _ in twins)
        if pending:
            return pending, events, []
        queued = sum(await asyncio.gather(*map(self._services.queue.length, catalogue().directions)))
        counts = [0] if queued else await asyncio.gather(*map(self._services.gathered.count, packaged()))
        return queued, events, [name for name, count in zip(packaged(), counts, strict=False) if count]

    async def retry(self, record: ErrorRecord) -> None:
        """Have the row of an error record tried again."""
        await retry(self._services, record)

    async def start_timer(self, function: str) -> None:
        """Start a timer function by hand, as the portal does."""
        answer = await self._http.post(
            f"{self._host}/admin/functions/{function}", headers={"x-functions-key": self._key}, json={}
        )
        answer.raise_for_status()

    async def _catch_up(self, direction: str, seconds: float) -> None:
        before = await self._mark(direction)
        started = time.monotonic()
        deadline, again = started + seconds, started
        while await self._mark(direction) == before:
            now = time.monotonic()
            if now > deadline:
                raise NotQuiet(f"The catch-up of {direction} did not end within {seconds:.0f} s.")
            if now >= again:
                await self.start_timer(f"{direction}_catch_up")
                again = now + _RUN_AGAIN
            await asyncio.sleep(_PAUSE)

    async def _mark(self, direction: str) -> str | None:
        mark = await self._services.watermarks.get(direction)
        return None if mark is None else mark.etag

    async def _deliveries(self, twin: str) -> tuple[int, int]:
        answer = (await self._http.get(f"{twin}/twin/webhooks")).json()
        return answer["pending"], answer["counters"]["queued"]
