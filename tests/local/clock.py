"""Time as the host sees it: handed in, so that a test can move it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """The time of day in UTC, and waiting for it to pass."""

    def now(self) -> datetime:
        """The moment it is, in UTC."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Return when that many seconds have passed."""
        ...


class SystemClock:
    """The computer's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


async def pause(clock: Clock, seconds: float, until: asyncio.Event) -> bool:
    """Wait that long, or less if the event comes first; tell whether it came."""
    if until.is_set():
        return True
    waits = [asyncio.ensure_future(clock.sleep(seconds)), asyncio.ensure_future(until.wait())]
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
    return until.is_set()
