"""Delivery of a twin's events to webhooks, with the faults that real delivery has.

An event is queued and posted later through an injected `Send`, so that a test in the same process can capture the
posts. In the background (`running()`) several posts are in flight at once; `flush()` posts what is due, one after the
other, for tests that want every step in their own hands.

Faults (probabilities are seeded): `drop` loses an event, `double` posts it twice, `reorder` lets later ones overtake
it, `delay` holds each back by up to that many seconds of the twin's clock.
"""

from __future__ import annotations

import asyncio
import contextlib
import heapq
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import httpx
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tests.twin.clock import Clock
from tests.twin.http import Request, Response, json_response


@dataclass(frozen=True, slots=True)
class Post:
    """One webhook call: absolute address with its query, headers, body."""

    url: str
    headers: Mapping[str, str]
    body: bytes


#: Posts and returns the status; raises httpx.HTTPError or TimeoutError when there is none.
Send = Callable[[Post], Awaitable[int]]
#: Told once, when a delivery has ended: the last status, or None if nobody answered.
Ended = Callable[[Post, "int | None"], None]


@dataclass(frozen=True, slots=True)
class Policy:
    """How often a failed post is repeated, on which statuses (None: any failure), after what pause, how patiently."""

    repeats: int = 1
    statuses: frozenset[int] | None = frozenset({502, 503, 504})
    pause: float = 0.0
    timeout: float = 60.0

    def repeat(self, status: int | None) -> bool:
        """Tell whether a failure with this status may be tried again."""
        return True if self.statuses is None else status in self.statuses


class Troubles(BaseModel):
    """The faults of delivery in force."""

    model_config = ConfigDict(extra="forbid")

    drop: float = Field(default=0.0, ge=0, le=1)
    double: float = Field(default=0.0, ge=0, le=1)
    reorder: float = Field(default=0.0, ge=0, le=1)
    delay: float = Field(default=0.0, ge=0, description="seconds at most")


@dataclass(slots=True)
class Counters:
    """What became of the events."""

    queued: int = 0
    sent: int = 0  # posts, repeats included
    delivered: int = 0
    failed: int = 0
    dropped: int = 0
    doubled: int = 0


@dataclass(order=True, slots=True)
class _Waiting:
    due: datetime
    place: float
    post: Post = field(compare=False)
    policy: Policy = field(compare=False)
    ended: Ended | None = field(compare=False)


AT_ONCE = 8  # posts in flight together in the background
_OVERTAKEN_BY = 8  # how many later events may overtake a reordered one
_HELD_BACK = 0.5  # seconds a reordered event waits for later ones, at most


class Deliveries:
    """The queue of events that wait to be posted. Without a sender nothing is ever queued."""

    def __init__(self, send: Send | None, clock: Clock, seed: int, policy: Policy | None = None) -> None:
        self.send = send
        self.troubles = Troubles()
        self.counters = Counters()
        self._clock = clock
        self._random = random.Random(f"deliveries-{seed}")
        self._policy = policy or Policy()
        self._waiting: list[_Waiting] = []
        self._place = 0
        self._in_flight = 0
        self._wake = asyncio.Event()
        self._quiet = asyncio.Event()
        self._quiet.set()

    @property
    def pending(self) -> int:
        """Events queued or in flight."""
        return len(self._waiting) + self._in_flight

    def put(self, post: Post, *, ended: Ended | None = None, policy: Policy | None = None) -> None:
        """Queue one event, or lose it, or queue it twice, as the faults in force decide."""
        if self.send is None:
            return
        self.counters.queued += 1
        if self._happens(self.troubles.drop):
            self.counters.dropped += 1
            return
        self._queue(post, policy or self._policy, ended)
        if self._happens(self.troubles.double):
            self.counters.doubled += 1
            self._queue(post, policy or self._policy, ended)

    def clear(self) -> None:
        """Forget what is queued."""
        self._waiting.clear()
        if not self.pending:
            self._quiet.set()

    async def flush(self) -> int:
        """Post everything that is due, one after the other; return how many. What is not yet due stays."""
        done = 0
        while self._waiting and self._waiting[0].due <= self._clock.now():
            await self._deliver(self._take())
            done += 1
        return done

    async def idle(self) -> None:
        """Wait until nothing is queued or in flight."""
        await self._quiet.wait()

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Deliver in the background while inside."""
        loop = asyncio.create_task(self._run())
        try:
            yield
        finally:
            loop.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await loop

    async def control(self, request: Request) -> Response:
        """Answer `/twin/webhooks` (state; POST sets the faults) and `/twin/webhooks/flush`."""
        if request.path.endswith("/flush"):
            await self.flush()
        elif request.method == "POST":
            try:
                self.troubles = Troubles.model_validate_json(request.body or b"{}")
            except ValidationError as error:
                return json_response({"error": str(error)}, 400)
        return json_response({"idle": self.pending == 0, "pending": self.pending, **self.report()})

    def report(self) -> dict[str, object]:
        """Return faults and counters as JSON."""
        counted = {name: getattr(self.counters, name) for name in Counters.__slots__}
        return {"faults": self.troubles.model_dump(), "counters": counted}

    def _happens(self, share: float) -> bool:
        return share > 0 and self._random.random() < share

    def _queue(self, post: Post, policy: Policy, ended: Ended | None) -> None:
        self._place += 1
        place = float(self._place)
        late = self._random.uniform(0, self.troubles.delay) if self.troubles.delay else 0.0
        if self._happens(self.troubles.reorder):
            place += self._random.uniform(1, _OVERTAKEN_BY)
            # While time runs there is nothing queued to be overtaken by, so the event waits for others to come.
            late += 0.0 if self._clock.is_virtual else self._random.uniform(0, _HELD_BACK)
        due = self._clock.now() + timedelta(seconds=late)
        heapq.heappush(self._waiting, _Waiting(due, place, post, policy, ended))
        self._quiet.clear()
        self._wake.set()

    def _take(self) -> _Waiting:
        self._in_flight += 1
        return heapq.heappop(self._waiting)

    async def send_now(self, post: Post, policy: Policy | None = None) -> int | None:
        """Post at once, with the repeats of the policy; return the last status, None if nobody answered."""
        policy = policy or self._policy
        status = await self._attempt(post, policy)
        for _ in range(policy.repeats):
            if _accepted(status) or not policy.repeat(status):
                break
            await self._clock.sleep(policy.pause)
            status = await self._attempt(post, policy)
        return status

    async def _deliver(self, waiting: _Waiting) -> None:
        status: int | None = None
        try:
            status = await self.send_now(waiting.post, waiting.policy)
        finally:
            self._end(waiting, status)

    async def _attempt(self, post: Post, policy: Policy) -> int | None:
        if self.send is None:
            return None
        self.counters.sent += 1
        try:
            async with asyncio.timeout(policy.timeout):
                return await self.send(post)
        except (OSError, httpx.HTTPError):  # OSError includes TimeoutError
            return None

    def _end(self, waiting: _Waiting, status: int | None) -> None:
        if _accepted(status):
            self.counters.delivered += 1
        else:
            self.counters.failed += 1
        if waiting.ended:
            waiting.ended(waiting.post, status)
        self._in_flight -= 1
        if not self.pending:
            self._quiet.set()

    async def _run(self) -> None:
        async with asyncio.TaskGroup() as group:
            while True:
                if self._waiting and self._in_flight < AT_ONCE and self._waiting[0].due <= self._clock.now():
                    group.create_task(self._deliver(self._take())).add_done_callback(lambda _: self._wake.set())
                    continue
                self._wake.clear()
                await self._due_or_woken()

    async def _due_or_woken(self) -> None:
        """Wait for a new event, the end of a post, or the next one becoming due."""
        if not self._waiting or self._in_flight >= AT_ONCE:
            await self._wake.wait()
            return
        until = (self._waiting[0].due - self._clock.now()).total_seconds()
        due = asyncio.create_task(self._clock.sleep(until))
        woken = asyncio.create_task(self._wake.wait())
        try:
            await asyncio.wait({due, woken}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            due.cancel()
            woken.cancel()


def _accepted(status: int | None) -> bool:
    return status is not None and 200 <= status < 300


def http_sender(client: httpx.AsyncClient) -> Send:
    """Make a sender that really posts."""

    async def send(post: Post) -> int:
        return (await client.post(post.url, content=post.body, headers=dict(post.headers))).status_code

    return send
