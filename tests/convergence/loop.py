"""An event loop by hand: it runs what is ready and never waits.

asyncio's own tasks and futures (`gather` among them) work on it as on any loop, but time does not pass and nothing
comes from outside. When nothing is ready any more every coroutine stands at a gate, and whoever drives the loop
decides which gate opens. No selector, no threads: a few microseconds for each step.
"""

from __future__ import annotations

import asyncio
import contextvars
from collections import deque
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

_Result = TypeVar("_Result")


class HandLoop(asyncio.AbstractEventLoop):
    """As much of a loop as tasks, futures and `gather` need."""

    def __init__(self) -> None:
        self._ready: deque[asyncio.Handle] = deque()

    def drain(self) -> None:
        """Run until nothing is ready."""
        asyncio._set_running_loop(self)
        try:
            while self._ready:
                handle = self._ready.popleft()
                if not handle.cancelled():
                    handle._run()
        finally:
            asyncio._set_running_loop(None)

    def start(
        self, run: Coroutine[Any, Any, _Result], context: contextvars.Context | None = None
    ) -> asyncio.Task[_Result]:
        """Make a task; it begins with the next `drain`."""
        return asyncio.Task(run, loop=self, context=context)

    def at_once(self, run: Coroutine[Any, Any, _Result]) -> _Result:
        """Run a coroutine that nothing stops, and give its result."""
        task = self.start(run)
        self.drain()
        if not task.done():
            raise RuntimeError(f"{run} waits for something that is not on this loop")
        return task.result()

    # -- what asyncio asks of a loop -----------------------------------------------------------------------------------

    def call_soon(  # type: ignore[override]  # typeshed's variadic generic buys nothing here
        self, callback: Callable[..., object], *args: Any, context: contextvars.Context | None = None
    ) -> asyncio.Handle:
        handle = asyncio.Handle(callback, args, self, context)
        self._ready.append(handle)
        return handle

    def create_future(self) -> asyncio.Future[Any]:
        return asyncio.Future(loop=self)

    def create_task(self, coro: Any, *, name: str | None = None, context: Any = None) -> asyncio.Task[Any]:
        return asyncio.Task(coro, loop=self, name=name, context=context)

    def get_debug(self) -> bool:
        return False

    def is_running(self) -> bool:
        return True

    def is_closed(self) -> bool:
        return False

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        raise RuntimeError(context.get("message", "an error on the loop")) from context.get("exception")
