"""Functions run on the loop or in threads, know who they are, and end when their time is up."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from collections.abc import Callable
from pathlib import Path

import azure.functions as func
import pytest

from tests.local.functions import Function
from tests.local.invocations import Invocations
from tests.local.keys import Keys, read_keys


def _function(call: Callable[..., object], *, takes_context: bool = False) -> Function:
    return Function("sample", call, {"type": "timerTrigger", "name": "given"}, takes_context)


async def test_plain_functions_share_a_pool_of_so_many_threads_and_leave_the_loop_free() -> None:
    inside, go_on = threading.Semaphore(0), threading.Event()
    threads: set[int] = set()

    def plain(given: int) -> int:
        threads.add(threading.get_ident())
        inside.release()
        assert go_on.wait(10)
        return given

    invocations = Invocations(threads=2)
    running = [asyncio.create_task(invocations.call(_function(plain), number)) for number in range(4)]
    for _ in range(2):
        await asyncio.to_thread(inside.acquire)
    assert not inside.acquire(blocking=False)
    go_on.set()
    assert await asyncio.gather(*running) == [0, 1, 2, 3]
    assert len(threads) == 2
    assert threading.get_ident() not in threads
    invocations.close()


async def test_a_function_past_the_time_limit_fails() -> None:
    async def endless(given: None) -> None:
        assert given is None
        await asyncio.Event().wait()

    with pytest.raises(TimeoutError):
        await Invocations(timeout=0.001).call(_function(endless), None)


async def test_a_context_tells_the_invocation_and_its_trace(caplog: pytest.LogCaptureFixture) -> None:
    async def curious(given: None, context: func.Context) -> tuple[str, str, str]:
        assert given is None
        return context.function_name, context.trace_context.trace_parent, context.invocation_id

    caplog.set_level(logging.INFO, "host")
    call = Invocations().call
    first = await call(_function(curious, takes_context=True), None, trace_parent="00-1-2-01", about="POST")
    second = await call(_function(curious, takes_context=True), None)
    assert first[:2] == ("sample", "00-1-2-01")
    assert first[2] != second[2]
    assert "sample succeeded in" in caplog.records[0].message
    assert caplog.records[0].message.endswith("POST")


def test_keys_come_from_a_file_and_the_environment(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    file.write_text(json.dumps({"master": "m", "host": ["h"], "functions": {"f": ["k"]}}), "utf-8")
    assert read_keys({}, None) == Keys()
    assert read_keys({"LOCAL_FUNCTION_KEY": "e"}, file) == Keys("m", ("h", "e"), {"f": ("k",)})
    assert read_keys({"LOCAL_MASTER_KEY": "other"}, file).master == "other"
