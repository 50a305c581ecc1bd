"""Messages are held, repeated and set aside as the storage queue extension does, on a real emulator."""

from __future__ import annotations

import asyncio
import base64
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta

import azure.functions as func
import pytest
from azure.core.exceptions import ResourceNotFoundError
from azure.storage.queue.aio import QueueClient

from tests.local.azurite import Azurite
from tests.local.running_host import hosted

Work = Callable[[func.QueueMessage], Awaitable[None]]


@pytest.fixture
async def queue(azurite: Azurite) -> AsyncIterator[QueueClient]:
    """A queue of the test's own that is not there yet."""
    async with _client(azurite, f"q-{uuid.uuid4().hex[:12]}") as client:
        yield client


def _client(azurite: Azurite, name: str) -> QueueClient:
    return QueueClient.from_connection_string(azurite.connection_string, name)


def _settings(azurite: Azurite, queue: QueueClient) -> dict[str, str]:
    return {"AzureWebJobsStorage": azurite.connection_string, "QUEUE": queue.queue_name}


def _app(work: Work) -> func.FunctionApp:
    app = func.FunctionApp()

    @app.queue_trigger(arg_name="message", queue_name="%QUEUE%", connection="AzureWebJobsStorage")
    async def worker(message: func.QueueMessage) -> None:
        await work(message)

    return app


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


async def _until(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(20):
        while not await condition():  # noqa: ASYNC110 # the emulator tells nobody when a queue changes
            await asyncio.sleep(0.005)


async def _length(queue: QueueClient) -> int:
    try:
        return (await queue.get_queue_properties()).approximate_message_count or 0
    except ResourceNotFoundError:
        return 0


async def _is_empty(queue: QueueClient) -> bool:
    return await _length(queue) == 0


async def test_a_missing_queue_is_made_and_a_handled_message_deleted(azurite: Azurite, queue: QueueClient) -> None:
    seen: list[func.QueueMessage] = []
    done = asyncio.Event()

    async def work(message: func.QueueMessage) -> None:
        seen.append(message)
        done.set()

    async with hosted(_app(work), _settings(azurite, queue)):
        await _until(lambda: _exists(queue))
        await queue.send_message(_encoded("grüß Gott"))
        await done.wait()
    message = seen[0]
    assert message.get_body().decode() == "grüß Gott"
    assert message.dequeue_count == 1
    assert message.id
    assert message.pop_receipt
    assert message.time_next_visible
    assert message.time_next_visible - datetime.now(UTC) > timedelta(minutes=9)
    assert await _is_empty(queue)


async def _exists(queue: QueueClient) -> bool:
    try:
        await queue.get_queue_properties()
    except ResourceNotFoundError:
        return False
    return True


async def test_the_fifth_failure_moves_a_message_to_the_poison_queue(azurite: Azurite, queue: QueueClient) -> None:
    comings: list[int | None] = []

    async def work(message: func.QueueMessage) -> None:
        comings.append(message.dequeue_count)
        raise RuntimeError("on purpose")

    await queue.create_queue()
    await queue.send_message(_encoded("bad"))
    async with hosted(_app(work), _settings(azurite, queue)), _client(azurite, f"{queue.queue_name}-poison") as poison:
        await _until(lambda: _holds_one(poison))
        await _until(lambda: _is_empty(queue))
        assert [message.content async for message in poison.receive_messages()] == [_encoded("bad")]
    assert comings == [1, 2, 3, 4, 5]


async def _holds_one(queue: QueueClient) -> bool:
    return await _length(queue) == 1


async def test_text_that_is_not_base64_never_reaches_the_function_and_ends_in_poison(
    azurite: Azurite, queue: QueueClient
) -> None:
    seen: list[func.QueueMessage] = []

    async def work(message: func.QueueMessage) -> None:
        seen.append(message)

    await queue.create_queue()
    await queue.send_message("{not base64}")
    async with hosted(_app(work), _settings(azurite, queue)), _client(azurite, f"{queue.queue_name}-poison") as poison:
        await _until(lambda: _holds_one(poison))
        assert [message.content async for message in poison.receive_messages()] == ["{not base64}"]
    assert seen == []


async def test_a_failed_message_stays_hidden_for_the_visibility_timeout(azurite: Azurite, queue: QueueClient) -> None:
    failed = asyncio.Event()

    async def work(message: func.QueueMessage) -> None:
        failed.set()
        raise RuntimeError(f"on purpose: {message.id}")

    await queue.create_queue()
    await queue.send_message(_encoded("later"))
    async with hosted(_app(work), _settings(azurite, queue), queues={"visibilityTimeout": "00:05:00"}):
        await failed.wait()
    assert await _length(queue) == 1
    assert [message async for message in queue.receive_messages()] == []


async def test_no_more_run_at_once_than_a_batch_and_its_threshold(azurite: Azurite, queue: QueueClient) -> None:
    running = most = done = 0
    full = asyncio.Event()
    go_on = asyncio.Event()

    async def work(message: func.QueueMessage) -> None:
        nonlocal running, most, done
        assert message.id
        running, most = running + 1, max(most, running + 1)
        if running == 4:
            full.set()
        await go_on.wait()
        running, done = running - 1, done + 1

    await queue.create_queue()
    for number in range(12):
        await queue.send_message(_encoded(str(number)))

    async def all_done() -> bool:
        return done == 12

    async with hosted(_app(work), _settings(azurite, queue), queues={"batchSize": 4, "newBatchThreshold": 2}):
        await full.wait()
        go_on.set()
        await _until(all_done)
    assert 4 <= most <= 6
    assert await _is_empty(queue)


async def test_two_hosts_share_a_queue_without_doing_anything_twice(azurite: Azurite, queue: QueueClient) -> None:
    seen: list[str] = []

    async def work(message: func.QueueMessage) -> None:
        seen.append(message.get_body().decode())

    async def all_seen() -> bool:
        return len(seen) >= 20

    await queue.create_queue()
    for number in range(20):
        await queue.send_message(_encoded(f"{number:02}"))
    settings = _settings(azurite, queue)
    async with hosted(_app(work), settings, queues={"batchSize": 2}), hosted(_app(work), settings):
        await _until(all_seen)
    assert sorted(seen) == [f"{number:02}" for number in range(20)]
