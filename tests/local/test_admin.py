"""Functions started by hand, as an operator of the Functions host starts them."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator

import azure.functions as func
import httpx
import pytest

from tests.local.azurite import Azurite
from tests.local.keys import Keys
from tests.local.running_host import KEY, hosted


class Ran:
    """What the sample's functions saw."""

    def __init__(self, queue: str) -> None:
        self.saw: asyncio.Queue[str] = asyncio.Queue()
        self.app = func.FunctionApp()

        @self.app.function_name("tick")
        @self.app.timer_trigger(schedule="0 0 0 1 1 *", arg_name="timer")
        async def tick(timer: func.TimerRequest) -> None:
            self.saw.put_nowait(f"tick past due {timer.past_due}")

        @self.app.function_name("work")
        @self.app.queue_trigger(arg_name="msg", queue_name=queue, connection="AzureWebJobsStorage")
        async def work(msg: func.QueueMessage) -> None:
            self.saw.put_nowait(msg.get_body().decode())


@pytest.fixture
def ran() -> Ran:
    return Ran(f"by-hand-{uuid.uuid4().hex[:8]}")


@pytest.fixture
async def client(azurite: Azurite, ran: Ran) -> AsyncIterator[httpx.AsyncClient]:
    settings = {
        "AzureWebJobsStorage": azurite.connection_string,
        "AzureFunctionsWebHost__hostid": uuid.uuid4().hex,
    }
    async with hosted(ran.app, settings, keys=Keys(master="master", host=(KEY,))) as found:
        yield found


async def test_a_timer_and_a_queue_function_run_by_hand(client: httpx.AsyncClient, ran: Ran) -> None:
    for name, body in (("tick", {}), ("WORK", {"input": "a message"})):
        answer = await client.post(f"/admin/functions/{name}", headers={"x-functions-key": "master"}, json=body)
        assert answer.status_code == 202
    assert {await ran.saw.get(), await ran.saw.get()} == {"tick past due False", "a message"}


@pytest.mark.parametrize(
    ("name", "key", "body", "expected"),
    [
        ("tick", KEY, b"{}", 401),
        ("tick", "", b"{}", 401),
        ("other", "master", b"{}", 404),
        ("tick", "master", b"[]", 400),
        ("tick", "master", b"{", 400),
    ],
)
async def test_a_run_by_hand_needs_the_master_key_and_a_function_and_json(
    client: httpx.AsyncClient, name: str, key: str, body: bytes, expected: int
) -> None:
    answer = await client.post(f"/admin/functions/{name}", headers={"x-functions-key": key}, content=body)
    assert answer.status_code == expected
