"""Timer functions, as the timer extension of the Functions host fires them.

One host fires them (see singleton). The occurrence after a run is reckoned when it has ended, so a long run swallows
occurrences and never overlaps itself. A watched timer (useMonitor, and not denser than one a minute) that missed its
time fires once with past_due. Nothing is tried again after a failure. Source: Azure/azure-webjobs-sdk-extensions,
TimerListener.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from datetime import datetime
from typing import Protocol

from azure.core.exceptions import AzureError
from azure.functions.timer import TimerRequest

from tests.local.clock import Clock, pause
from tests.local.functions import Function
from tests.local.invocations import Invocations
from tests.local.schedules import Schedule

log = logging.getLogger("host")


class Occurrences(Protocol):
    """When each watched timer last ran and was next due."""

    async def saved(self, function: str) -> tuple[datetime, datetime] | None:
        """The last run and the occurrence after it."""
        ...

    async def save(self, function: str, last: datetime, following: datetime) -> None:
        """Remember a run and when the next one is due."""
        ...


class Lease(Protocol):
    """The right to fire the timers, for some seconds."""

    @property
    def seconds(self) -> float:
        """How long it lasts unless taken again."""
        ...

    async def take(self, now: datetime) -> bool:
        """Take or renew it; False while another holds it."""
        ...

    async def give_back(self, now: datetime) -> None:
        """Let another host take it at once."""
        ...


class Timer:
    """One timer function and its schedule."""

    def __init__(
        self, function: Function, schedule: Schedule, occurrences: Occurrences, invocations: Invocations, clock: Clock
    ) -> None:
        self._function = function
        self._schedule = schedule
        self._occurrences = occurrences
        self._invocations = invocations
        self._clock = clock
        self._watched = bool(function.trigger.get("useMonitor", True)) and not schedule.is_dense(clock.now())

    async def run(self, stopping: asyncio.Event) -> None:
        """Fire it whenever it is due until told to stop; a run under way is finished."""
        due = await self._first()
        while not await self._wait_for(due, stopping):
            due = await self._fire(due, past_due=False)

    async def _first(self) -> datetime:
        """Make up for what was missed, and say when it is due next."""
        now = self._clock.now()
        saved = await self._recall()
        if saved and saved[1] < now:
            return await self._fire(saved[1], past_due=True, last=saved[0])
        if self._function.trigger.get("runOnStartup"):
            return await self._fire(now, past_due=False)
        due = self._schedule.after(now)
        if saved is None:
            await self._remember(now, due)
        return due

    async def _wait_for(self, due: datetime, stopping: asyncio.Event) -> bool:
        while (left := (due - self._clock.now()).total_seconds()) > 0:
            if await pause(self._clock, left, stopping):
                return True
        return stopping.is_set()

    async def _fire(self, due: datetime, *, past_due: bool, last: datetime | None = None) -> datetime:
        started = self._clock.now()
        status = {"Last": (last or started).isoformat(), "Next": due.isoformat(), "LastUpdated": started.isoformat()}
        request = TimerRequest(past_due=past_due, schedule_status=status, schedule={"AdjustForDST": True})
        with contextlib.suppress(Exception):  # the invocation has logged it, and a timer is not tried again
            await self._invocations.call(self._function, request, about="past due" if past_due else "timer")
        following = self._schedule.after(max(self._clock.now(), due))
        await self._remember(started, following)
        return following

    async def _recall(self) -> tuple[datetime, datetime] | None:
        if not self._watched:
            return None
        try:
            return await self._occurrences.saved(self._function.name)
        except AzureError as error:
            log.warning("%s: cannot tell whether a run was missed: %s", self._function.name, error)
            return None

    async def _remember(self, last: datetime, following: datetime) -> None:
        if not self._watched:
            return
        try:
            await self._occurrences.save(self._function.name, last, following)
        except AzureError as error:
            log.warning("%s: cannot save when it ran: %s", self._function.name, error)


class Timers:
    """All timers of the host, run while it holds the lease."""

    def __init__(self, timers: list[Timer], lease: Lease, clock: Clock) -> None:
        self._timers = timers
        self._lease = lease
        self._clock = clock

    async def run(self, stopping: asyncio.Event) -> None:
        """Wait for the lease, run the timers, and give the lease back when told to stop."""
        while not stopping.is_set():
            if await self._take():
                await self._run_while_held(stopping)
            else:
                await pause(self._clock, self._lease.seconds / 2, stopping)

    async def _run_while_held(self, stopping: asyncio.Event) -> None:
        ended = asyncio.Event()
        running = [asyncio.create_task(timer.run(ended)) for timer in self._timers]
        while not await pause(self._clock, self._lease.seconds / 3, stopping):
            if not await self._take():
                break
        ended.set()
        for outcome in await asyncio.gather(*running, return_exceptions=True):
            if isinstance(outcome, BaseException):
                log.error("a timer stopped: %s", outcome)
        with contextlib.suppress(AzureError):
            await self._lease.give_back(self._clock.now())

    async def _take(self) -> bool:
        try:
            return await self._lease.take(self._clock.now())
        except AzureError as error:
            log.warning("timers: cannot reach the lease: %s", error)
            return False
