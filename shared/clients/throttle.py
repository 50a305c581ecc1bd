"""How hard one side may be pressed: a bound on requests under way, and a pause after it has asked for one.

Rule: nobody sleeps here for the sake of a pause. While it lasts every request is refused at once with `Throttled` and
the time that is left, so that whoever asked can give its place (a queue message, a worker) to other work. One throttle
per side and process, shared by everything that calls that side.

After a 429 the bound is halved, once per pause; it grows by one after as many successes as it is wide, as TCP does.
Dataverse refuses above 52 requests at a time per user and web server ("or higher"; Microsoft Learn: Service protection
API limits). Finance publishes no number: its limits follow the load of the environment.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from shared.errors import Throttled


class Throttle:
    """The pace of one side. `async with throttle:` around each request; `pause` after a 429, `succeeded` otherwise."""

    def __init__(self, side: str, *, most: int = 32, clock: Callable[[], float] = time.monotonic) -> None:
        if most < 1:
            raise ValueError("at least one request must be allowed at a time")
        self.side = side
        self.most = most
        self._limit = most
        self._clock = clock
        self._permits = asyncio.Semaphore(most)
        # Permits that a lowered bound has still to take out of circulation.
        self._owed = 0
        self._not_before = 0.0
        self._streak = 0

    @property
    def limit(self) -> int:
        """Requests that may be under way at this moment."""
        return self._limit

    @property
    def remaining_pause(self) -> float:
        """Seconds until requests are let through again; 0 when they are."""
        return max(0.0, self._not_before - self._clock()) if self._not_before else 0.0

    async def __aenter__(self) -> None:
        self._refuse_while_paused()
        await self._permits.acquire()
        while self._owed:
            self._owed -= 1
            await self._permits.acquire()
        try:
            self._refuse_while_paused()
        except Throttled:
            self._give_back()
            raise

    async def __aexit__(self, *_: object) -> None:
        self._give_back()

    def pause(self, seconds: float) -> None:
        """Let nothing through for so long. Requests that were under way together lower the bound only once."""
        if not self.remaining_pause:
            self._lower()
        self._not_before = max(self._not_before, self._clock() + seconds)

    def succeeded(self) -> None:
        """Count an answer that was no throttling towards a wider bound."""
        if self._limit == self.most:
            return
        self._streak += 1
        if self._streak >= self._limit:
            self._streak = 0
            self._limit += 1
            self._give_back()

    def _refuse_while_paused(self) -> None:
        if self._not_before and (left := self.remaining_pause):
            raise Throttled(f"{self.side} asked for a pause; {left:.0f} s of it are left.", retry_after=left)

    def _lower(self) -> None:
        self._streak = 0
        target = max(1, self._limit // 2)
        self._owed += self._limit - target
        self._limit = target

    def _give_back(self) -> None:
        if self._owed:
            self._owed -= 1
        else:
            self._permits.release()
