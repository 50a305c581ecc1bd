"""Calling functions: on the loop or in threads, timed, and logged in one line each."""

from __future__ import annotations

import asyncio
import inspect
import logging
import threading
import time
import uuid
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import azure.functions as func
from azure.functions._abc import TraceContext  # the package exports Context, but not what it holds

from tests.local.functions import Function

log = logging.getLogger("host")


class _Trace(TraceContext):
    def __init__(self, parent: str) -> None:
        self._parent = parent

    @property
    def trace_parent(self) -> str:
        return self._parent

    @property
    def trace_state(self) -> str:
        return ""

    @property
    def attributes(self) -> dict[str, str]:
        return {}


@dataclass(frozen=True, slots=True)
class _Call:
    function: str
    trace_parent: str
    id: str = field(default_factory=lambda: str(uuid.uuid4()))


class _Context(func.Context):
    """What a function may ask about its own invocation."""

    def __init__(self, call: _Call) -> None:
        self._call = call

    @property
    def invocation_id(self) -> str:
        return self._call.id

    @property
    def thread_local_storage(self) -> type[threading.local]:
        return threading.local

    @property
    def function_name(self) -> str:
        return self._call.function

    @property
    def function_directory(self) -> str:
        return "."

    @property
    def trace_context(self) -> TraceContext:
        return _Trace(self._call.trace_parent)

    @property
    def retry_context(self) -> Any:
        return None  # this host plays no retry policies


class Invocations:
    """Runs functions.

    `timeout` is host.json's functionTimeout in seconds (None: unbounded). A thread cannot be ended, so past it a plain
    function goes on unseen; the real host restarts the worker's process.
    """

    def __init__(self, *, threads: int | None = None, timeout: float | None = None) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="function")
        self._timeout = timeout

    async def call(self, function: Function, given: object, *, about: str = "", trace_parent: str = "") -> Any:
        """Run one function with what triggered it and return what it returns; its exception is logged and raised."""
        arguments = {function.argument: given}
        if function.takes_context:
            arguments["context"] = _Context(_Call(function.name, trace_parent))
        started = time.perf_counter()
        try:
            async with asyncio.timeout(self._timeout):
                returned = await self._run(function, arguments)
        except Exception:
            log.exception("%s failed after %.1f ms %s", function.name, _since(started), about)
            raise
        log.info("%s succeeded in %.1f ms %s", function.name, _since(started), about)
        return returned

    def close(self) -> None:
        """Take no more plain functions; those still running are not waited for."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def _run(self, function: Function, arguments: Mapping[str, object]) -> Any:
        if inspect.iscoroutinefunction(function.call):
            return await function.call(**arguments)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, lambda: function.call(**arguments))


def _since(started: float) -> float:
    return (time.perf_counter() - started) * 1000
