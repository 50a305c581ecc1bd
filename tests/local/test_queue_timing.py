"""What a poller does as time passes, on a queue that records what is asked of it and a clock that the test moves."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator, Awaitable, Callable
from itertools import islice
from types import SimpleNamespace
from typing import Any, cast

import azure.functions as func
import pytest
from azure.core.exceptions import ServiceRequestError
from azure.storage.queue import QueueMessage
from azure.storage.queue.aio import QueueClient

from tests.local.functions import index
from tests.local.invocations import Invocations
from tests.local.manual_clock import ManualClock
from tests.local.queues import QueueFunction, QueuePoller, pauses_of
from tests.local.settings import QueueSettings


class RecordingQueue:
    """As much of a QueueClient as a poller uses: hands out each batch once, and gives a new receipt at each update."""

    queue_name = "work-poison"

    def __init__(self, *batches: list[QueueMessage] | Exception) -> None:
        self.asked: list[tuple[Any, ...]] = []
        self._batches = list(batches)

    def receive_messages(self, *, messages_per_page: int, visibility_timeout: int) -> RecordingQueue:
        self.asked.append(("receive", messages_per_page, visibility_timeout))
        return self

    async def by_page(self) -> AsyncIterator[AsyncIterator[QueueMessage]]:
        batch = self._batches.pop(0) if self._batches else []
        if isinstance(batch, Exception):
            raise batch
        yield _each(batch)

    async def update_message(self, id: str, receipt: str, *, visibility_timeout: int) -> SimpleNamespace:  # noqa: A002
        self.asked.append(("update", id, receipt, visibility_timeout))
        return SimpleNamespace(pop_receipt=f"{receipt}+")

    async def delete_message(self, id: str, receipt: str) -> None:  # noqa: A002 # the library's own names
        self.asked.append(("delete", id, receipt))

    async def send_message(self, text: str, *, time_to_live: int) -> None:
        self.asked.append(("send", text, time_to_live))


async def _each(batch: list[QueueMessage]) -> AsyncIterator[QueueMessage]:
    for message in batch:
        yield message


def _message(*, count: int = 1) -> QueueMessage:
    message = QueueMessage(base64.b64encode(b"body").decode())
    message.id, message.pop_receipt, message.dequeue_count = "m", "r", count
    return message


def _poller(
    queue: RecordingQueue, poison: RecordingQueue, clock: ManualClock, work: Callable[[], Awaitable[None]]
) -> QueuePoller:
    app = func.FunctionApp()

    @app.queue_trigger(arg_name="message", queue_name="work", connection="AzureWebJobsStorage")
    async def worker(message: func.QueueMessage) -> None:
        assert message.get_body() == b"body"
        await work()

    target = QueueFunction(index(app)[0], cast("QueueClient", queue), cast("QueueClient", poison))
    settings = QueueSettings.model_validate(
        {"batchSize": 2, "visibilityTimeout": "00:00:30", "maxPollingInterval": "00:00:01"}
    )
    return QueuePoller(target, settings, Invocations(), clock, hold=600)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


async def _polled(poller: QueuePoller, clock: ManualClock, seconds: float) -> None:
    stopping = asyncio.Event()
    running = asyncio.create_task(poller.run(stopping))
    await clock.advance(seconds)
    stopping.set()
    await clock.advance(seconds)
    await running


def _besides_receiving(queue: RecordingQueue) -> list[tuple[Any, ...]]:
    return [asked for asked in queue.asked if asked[0] != "receive"]


async def test_a_long_function_keeps_its_message_hidden_and_deletes_it_with_the_last_receipt(
    clock: ManualClock,
) -> None:
    queue = RecordingQueue([_message()])
    await _polled(_poller(queue, RecordingQueue(), clock, lambda: clock.sleep(700)), clock, 700)
    assert queue.asked[0] == ("receive", 2, 600)
    assert _besides_receiving(queue) == [("update", "m", "r", 600), ("update", "m", "r+", 600), ("delete", "m", "r++")]


async def test_a_failed_message_is_shown_again_after_the_visibility_timeout(clock: ManualClock) -> None:
    async def work() -> None:
        raise RuntimeError("on purpose")

    queue = RecordingQueue([_message(count=4)])
    await _polled(_poller(queue, RecordingQueue(), clock, work), clock, 1)
    assert _besides_receiving(queue) == [("update", "m", "r", 30)]


async def test_a_message_that_hosts_died_with_too_often_is_set_aside_without_running(clock: ManualClock) -> None:
    async def work() -> None:
        raise AssertionError("it must not run")

    message, poison = _message(count=6), RecordingQueue()
    queue = RecordingQueue([message])
    await _polled(_poller(queue, poison, clock, work), clock, 1)
    assert poison.asked == [("send", message.content, -1)]
    assert _besides_receiving(queue) == [("delete", "m", "r")]


async def test_an_unreachable_queue_is_polled_again(clock: ManualClock) -> None:
    ran = asyncio.Event()

    async def work() -> None:
        ran.set()

    queue = RecordingQueue(ServiceRequestError("refused"), [_message()])
    await _polled(_poller(queue, RecordingQueue(), clock, work), clock, 1)
    assert ran.is_set()


def test_pauses_between_polls_double_up_to_the_longest() -> None:
    pauses = list(islice(pauses_of(2.0), 12))
    assert 0.08 <= pauses[0] <= 0.12
    assert pauses[2] > pauses[0]
    assert max(pauses) <= 2.0
    assert min(pauses[6:]) >= 1.6
