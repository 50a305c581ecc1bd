"""A clock that stands still until a test moves it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta


class ManualClock:
    """Sleepers wake in the order of their time, each with a chance to go on before the next."""

    def __init__(self, start: datetime = datetime(2026, 1, 1, tzinfo=UTC)) -> None:
        self._now = start
        self._sleepers: list[tuple[datetime, asyncio.Event]] = []

    def now(self) -> datetime:
        return self._now

    async def sleep(self, seconds: float) -> None:
        woken = asyncio.Event()
        sleeper = (self._now + timedelta(seconds=seconds), woken)
        self._sleepers.append(sleeper)
        try:
            await woken.wait()
        finally:
            self._sleepers.remove(sleeper)

    async def advance(self, seconds: float) -> None:
        """Let that much time pass, waking who is due on the way."""
        end = self._now + timedelta(seconds=seconds)
        await _settled()
        while due := sorted((at for at, woken in self._sleepers if at <= end and not woken.is_set())):
            self._now = due[0]
            for at, woken in self._sleepers:
                if at <= self._now:
                    woken.set()
            await _settled()
        self._now = end


async def _settled() -> None:
    """Let everything that can run without waiting for anybody run."""
    for _ in range(50):
        await asyncio.sleep(0)
