from __future__ import annotations

import asyncio

import pytest

from shared.errors import Conflict, Misconfigured, Rejected
from shared.store.queue import Queue, from_wire, to_wire
from shared.store.storage import Storage
from tests.store.memory import MemoryStorage

LARGEST = 49_152


async def test_a_message_comes_back_as_it_was_sent(queue: Queue) -> None:
    text = "Grüße 🙂 <xml> & \x00\n"
    await queue.send(text)

    [received] = await queue.receive()

    assert (received.text, received.raw, received.dequeue_count) == (text, text.encode(), 1)
    assert received.id
    assert received.pop_receipt


async def test_an_absent_queue_is_an_empty_one(queue: Queue) -> None:
    assert await queue.receive() == []
    assert await queue.length() == 0


async def test_queues_are_made_once_however_many_send_first(storage: Storage) -> None:
    queue = storage.queue("busy-one")

    await asyncio.gather(*(queue.send(f"{n}") for n in range(5)))

    assert sorted(each.text for each in await queue.receive()) == ["0", "1", "2", "3", "4"]


async def test_a_received_message_is_hidden_and_still_counted(queue: Queue) -> None:
    await queue.send("once")
    await queue.receive()

    assert await queue.receive() == []
    assert await queue.length() == 1


async def test_a_delayed_message_is_not_yet_there(queue: Queue) -> None:
    await queue.send("later", delay=0.2)

    assert await queue.receive() == []
    assert await queue.length() == 1


async def test_a_deleted_message_is_gone_and_deleting_it_again_is_quiet(queue: Queue) -> None:
    await queue.send("done")
    [received] = await queue.receive()

    await queue.delete(received)
    await queue.delete(received)

    assert await queue.length() == 0


async def test_at_most_so_many_messages_are_received(queue: Queue) -> None:
    for n in range(4):
        await queue.send(f"{n}")

    assert len(await queue.receive(most=3)) == 3
    assert len(await queue.receive(most=99)) == 1


async def test_the_largest_message_is_taken_and_one_byte_more_is_refused(queue: Queue) -> None:
    await queue.send("x" * LARGEST)
    with pytest.raises(Rejected):
        await queue.send("x" * (LARGEST + 1))

    [received] = await queue.receive()
    assert len(received.text) == LARGEST


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


async def test_a_message_shows_again_when_its_time_is_over_and_the_old_receipt_is_void() -> None:
    clock = Clock()
    queue = MemoryStorage(clock=clock).queue("work-to-do")
    await queue.send("a", delay=4.2)
    clock.now = 4.9
    assert await queue.receive() == []
    clock.now = 5.0
    [first] = await queue.receive(hidden=30)
    clock.now = 35.0
    [second] = await queue.receive()

    assert second.dequeue_count == 2
    with pytest.raises(Conflict):
        await queue.delete(first)
    await queue.delete(second)
    assert await queue.length() == 0


async def test_a_stale_receipt_is_a_conflict_on_the_service_too(storage: Storage) -> None:
    from dataclasses import replace

    queue = storage.queue("work-to-do")
    await queue.send("a")
    [received] = await queue.receive()

    with pytest.raises(Conflict):
        await queue.delete(replace(received, pop_receipt="bm90IG91cnM="))

    assert await queue.length() == 1


def test_what_is_not_base64_is_kept_as_it_was() -> None:
    assert from_wire(to_wire("a text")) == b"a text"
    assert from_wire("not Base64!") == b"not Base64!"
    assert from_wire("grün") == "grün".encode()


@pytest.mark.parametrize("name", ["ab", "Abc", "a--b", "-abc", "abc-", "a_b_c", "x" * 64])
def test_names_that_no_queue_can_have_are_refused(name: str) -> None:
    with pytest.raises(Misconfigured):
        MemoryStorage().queue(name)
