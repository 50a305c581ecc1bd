"""The twins' time, and the only place they read it from.

Real: the wall clock plus whatever `advance` added. Virtual: stands still until `advance` moves it, so a test decides
when a delayed delivery is due, when a delta token expires and what `modifiedon` says.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
from datetime import UTC, datetime, timedelta

START = datetime(2026, 9, 14, 8, 0, 0, tzinfo=UTC)


class Clock:
    """Now, in UTC; `virtual()` or `real()` make one."""

    def __init__(self, *, start: datetime | None) -> None:
        self._virtual_now = start
        self._offset = timedelta(0)
        self._sleepers: list[tuple[datetime, int, asyncio.Future[None]]] = []
        self._order = itertools.count()

    @classmethod
    def virtual(cls, start: datetime = START) -> Clock:
        """Make a clock that stands at `start` until it is advanced."""
        return cls(start=start)

    @classmethod
    def real(cls) -> Clock:
        """Make a clock that runs, and that `advance` puts ahead of the wall clock."""
        return cls(start=None)

    @property
    def is_virtual(self) -> bool:
        return self._virtual_now is not None

    def now(self) -> datetime:
        """Return the time in UTC, microseconds included."""
        return self._virtual_now or datetime.now(UTC) + self._offset

    def advance(self, seconds: float) -> None:
        """Move on by `seconds`; whoever slept less than that wakes, earliest first."""
        if seconds < 0:
            raise ValueError(f"Time does not go back: {seconds} s.")
        step = timedelta(seconds=seconds)
        if self._virtual_now is not None:
            self._virtual_now += step
        else:
            self._offset += step
        self._wake()

    async def sleep(self, seconds: float) -> None:
        """Wait `seconds` of this clock's time."""
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        due = self.now() + timedelta(seconds=seconds)
        heapq.heappush(self._sleepers, (due, next(self._order), waiter))
        if self.is_virtual:
            await waiter
            return
        # Real time passes by itself, but `advance` may end the wait earlier.
        timer = asyncio.get_running_loop().call_later(seconds, _settle, waiter)
        try:
            await waiter
        finally:
            timer.cancel()

    def _wake(self) -> None:
        now = self.now()
        while self._sleepers and (self._sleepers[0][0] <= now or self._sleepers[0][2].done()):
            _settle(heapq.heappop(self._sleepers)[2])


def _settle(waiter: asyncio.Future[None]) -> None:
    if not waiter.done():
        waiter.set_result(None)
