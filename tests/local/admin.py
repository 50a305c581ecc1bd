"""`POST /admin/functions/<name>`: an operator starts a timer or queue function by hand, with the master key.

Answers 202 at once and runs the function afterwards; a queue function takes `{"input": "…"}` as its message, a timer
ignores it (Microsoft Learn: Manually run a non HTTP-triggered function). Such a run moves no schedule and leaves no
message in a queue: if it fails, the log is all there is of it.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Iterable
from typing import Any

from aiohttp import web
from azure.functions.queue import QueueMessage
from azure.functions.timer import TimerRequest

from tests.local.functions import Function
from tests.local.invocations import Invocations
from tests.local.keys import Keys


class ManualRuns:
    """Runs functions that no request, message or schedule has asked for."""

    def __init__(self, functions: Iterable[Function], keys: Keys, invocations: Invocations) -> None:
        self._functions = {each.name.lower(): each for each in functions if each.kind != "httpTrigger"}
        self._keys = keys
        self._invocations = invocations
        self._running: set[asyncio.Task[None]] = set()

    async def answer(self, request: web.Request) -> web.Response:
        """Start the function that the path names."""
        function = self._functions.get(request.match_info["name"].lower())
        given = request.query.get("code") or request.headers.get("x-functions-key") or ""
        if not self._keys.open("", "admin", given):
            return web.Response(status=401)
        if function is None:
            return web.Response(status=404)
        triggered = _triggered(function, await request.read())
        if triggered is None:
            return web.Response(status=400)
        task = asyncio.create_task(self._run(function, triggered))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return web.Response(status=202)

    async def finish(self) -> None:
        """Wait for the runs under way."""
        await asyncio.gather(*self._running)

    async def _run(self, function: Function, triggered: object) -> None:
        with contextlib.suppress(Exception):  # the invocation has logged it, and nobody waits for the answer
            await self._invocations.call(function, triggered, about="by hand")


def _triggered(function: Function, body: bytes) -> object | None:
    """What the function is given; None if the body is no JSON object."""
    try:
        content: Any = json.loads(body or b"{}")
    except ValueError:
        return None
    if not isinstance(content, dict):
        return None
    if function.kind == "timerTrigger":
        return TimerRequest(past_due=False)
    return QueueMessage(body=str(content.get("input", "")))  # type: ignore[no-untyped-call] # as in queues
