"""A process that dies: what it asks of the world is counted, and at some number nothing more of it is done."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import httpx


class Died(BaseException):
    """The process is killed: nothing of it goes on, whatever it catches."""


class Life:
    """Counts what a process asks of the world, and ends it."""

    def __init__(self, ends_at: int) -> None:
        self.ends_at = ends_at
        self.asked = 0

    async def __call__(self, _: str = "") -> None:
        self.asked += 1
        if self.asked >= self.ends_at:
            raise Died


class Wire(httpx.AsyncBaseTransport):
    """A transport of a mortal process: it may die before a request is sent, or before its answer is read."""

    def __init__(self, inner: httpx.AsyncBaseTransport, life: Callable[[], Awaitable[None]]) -> None:
        self._inner = inner
        self._life = life

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await self._life()
        answer = await self._inner.handle_async_request(request)
        await self._life()
        return answer
