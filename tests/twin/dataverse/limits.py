"""Service protection limits: per user, over a sliding window of five minutes, answered with 429 and Retry-After.

Source: Microsoft Learn, "Service protection API limits": 6,000 requests, 1,200 s of execution, 52 requests at once.
Off unless numbers are given, because a test has other things to wait for. Execution time is time of the twin's clock.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict, Field

from tests.twin.clock import Clock
from tests.twin.dataverse.errors import Refusal

WINDOW = timedelta(seconds=300)


class Limits(BaseModel):
    """The limits in force; None is no limit."""

    model_config = ConfigDict(extra="forbid")

    requests: int | None = Field(default=None, ge=1)
    execution_seconds: float | None = Field(default=None, gt=0)
    concurrent: int | None = Field(default=None, ge=1)

    @property
    def in_force(self) -> bool:
        return (self.requests, self.execution_seconds, self.concurrent) != (None, None, None)


class Protection:
    """Counts the requests of each user."""

    def __init__(self, clock: Clock, limits: Limits) -> None:
        self.limits = limits
        self._clock = clock
        self._done: dict[str, deque[tuple[datetime, float]]] = {}
        self._running: dict[str, int] = {}

    @contextmanager
    def admitted(self, user: str) -> Iterator[None]:
        """Count one request of a user while inside; raises Refusal if it is one too many."""
        if not self.limits.in_force:
            yield
            return
        self._check(user)
        began = self._clock.now()
        self._running[user] = self._running.get(user, 0) + 1
        try:
            yield
        finally:
            self._running[user] -= 1
            seconds = (self._clock.now() - began).total_seconds()
            self._done.setdefault(user, deque()).append((began, seconds))

    def _check(self, user: str) -> None:
        limits, done = self.limits, self._done.setdefault(user, deque())
        while done and done[0][0] <= self._clock.now() - WINDOW:
            done.popleft()
        running = self._running.get(user, 0)
        if limits.concurrent is not None and running >= limits.concurrent:
            message = f"Number of concurrent requests exceeded the limit of {limits.concurrent}."
            raise Refusal(429, "0x80072326", message, {"Retry-After": "2"})
        if limits.requests is not None and len(done) + running >= limits.requests:
            raise self._refused(
                done,
                "0x80072322",
                f"Number of requests exceeded the limit of {limits.requests} over time window of 300 seconds.",
            )
        if limits.execution_seconds is not None and sum(seconds for _, seconds in done) >= limits.execution_seconds:
            allowed = f"{limits.execution_seconds * 1000:,.0f}"
            raise self._refused(
                done,
                "0x80072321",
                f"Combined execution time of incoming requests exceeded limit of {allowed} milliseconds over time "
                "window of 300 seconds. Decrease number of concurrent requests or reduce the duration of requests and "
                "try again later.",
            )

    def _refused(self, done: deque[tuple[datetime, float]], code: str, message: str) -> Refusal:
        """Ask for a pause until the oldest request leaves the window."""
        oldest = done[0][0] if done else self._clock.now()
        pause = max(1, round((oldest + WINDOW - self._clock.now()).total_seconds()))
        return Refusal(429, code, message, {"Retry-After": str(pause)})
