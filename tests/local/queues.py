"""Queue functions: one poller for each, as the storage queue extension of the Functions host polls.

A message stays hidden for `hold` seconds while its function runs (10 minutes there) and is held again at half time.
Success deletes it. A failure makes it visible after visibilityTimeout, or, once it has come maxDequeueCount times,
copies it to `<queue>-poison` and deletes it. Text that is not Base64 never reaches the function and ends the same
way. A host that dies leaves its messages hidden until the hold runs out. Sources: Azure/azure-webjobs-sdk,
QueueListener and QueueProcessor.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import contextlib
import logging
import random
from collections.abc import Iterator
from dataclasses import dataclass

from azure.core.exceptions import AzureError, ResourceExistsError, ResourceNotFoundError
from azure.functions.queue import QueueMessage as Given
from azure.storage.queue import QueueMessage as Received
from azure.storage.queue.aio import QueueClient

from tests.local.clock import Clock, pause
from tests.local.functions import Function
from tests.local.invocations import Invocations
from tests.local.settings import QueueSettings

log = logging.getLogger("host")

SHORTEST_PAUSE = 0.1


@dataclass(frozen=True, slots=True)
class QueueFunction:
    """A function and its queues."""

    function: Function
    queue: QueueClient
    poison: QueueClient


class QueuePoller:
    """Feeds one queue function, up to batchSize + newBatchThreshold messages at once."""

    def __init__(
        self, target: QueueFunction, settings: QueueSettings, invocations: Invocations, clock: Clock, *, hold: float
    ) -> None:
        self._function, self._queue, self._poison = target.function, target.queue, target.poison
        self._settings = settings
        self._invocations = invocations
        self._clock = clock
        self._hold = max(1, round(hold))
        self._running: set[asyncio.Task[None]] = set()

    async def run(self, stopping: asyncio.Event) -> None:
        """Poll until told to stop; then take no more, and return when all that was taken is done."""
        longest = self._settings.max_polling_interval.total_seconds()
        pauses = pauses_of(longest)
        while not stopping.is_set():
            found = await self._receive()
            if found:
                pauses = pauses_of(longest)
                self._start(found)
                await self._fewer_than(self._settings.threshold + 1)
            else:
                await pause(self._clock, next(pauses), stopping)
        await self._fewer_than(1)

    def _start(self, found: list[Received]) -> None:
        for message in found:
            task = asyncio.create_task(self._process(message))
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    async def _fewer_than(self, count: int) -> None:
        while len(self._running) >= count:
            await asyncio.wait(self._running, return_when=asyncio.FIRST_COMPLETED)

    async def _receive(self) -> list[Received]:
        """Take one batch; an absent queue is made, an unreachable one is an empty one until the next poll."""
        batch = self._settings.batch_size
        try:
            pages = self._queue.receive_messages(messages_per_page=batch, visibility_timeout=self._hold).by_page()
            async for page in pages:  # the first page only: the paged iterator would ask again until nothing is left
                return [message async for message in page]
        except ResourceNotFoundError:
            await _make(self._queue)
        except AzureError as error:
            log.warning("%s: cannot read its queue: %s", self._function.name, error)
        return []

    async def _process(self, message: Received) -> None:
        try:
            if (message.dequeue_count or 0) > self._settings.max_dequeue_count:
                await self._bury(message)  # taken that often by hosts that died with it
            elif await self._succeeds(message):
                await self._queue.delete_message(message.id, message.pop_receipt)
            elif (message.dequeue_count or 0) >= self._settings.max_dequeue_count:
                await self._bury(message)
            else:
                timeout = int(self._settings.visibility_timeout.total_seconds())
                await self._queue.update_message(message.id, message.pop_receipt, visibility_timeout=timeout)
        except AzureError as error:
            log.warning("%s: message %s will come again: %s", self._function.name, message.id, error)

    async def _succeeds(self, message: Received) -> bool:
        body = decoded(message.content, self._settings.message_encoding)
        if body is None:
            log.warning("%s: message %s is not Base64 and cannot be read", self._function.name, message.id)
            return False
        done = asyncio.Event()
        holding = asyncio.create_task(self._keep_hidden(message, done))
        try:
            await self._invocations.call(
                self._function, _given(message, body), about=f"{message.id} dequeued {message.dequeue_count}"
            )
        except Exception:  # noqa: BLE001 # whatever a function raises; the invocation has logged it
            return False
        finally:
            done.set()
            await holding  # never cancelled: a new pop receipt on its way must not be lost
        return True

    async def _keep_hidden(self, message: Received, done: asyncio.Event) -> None:
        while not await pause(self._clock, self._hold / 2, done):
            try:
                held = await self._queue.update_message(message.id, message.pop_receipt, visibility_timeout=self._hold)
                message.pop_receipt = held.pop_receipt
            except AzureError as error:
                log.warning("%s: message %s could not be held: %s", self._function.name, message.id, error)
                return

    async def _bury(self, message: Received) -> None:
        try:
            await self._poison.send_message(message.content, time_to_live=-1)
        except ResourceNotFoundError:
            await _make(self._poison)
            await self._poison.send_message(message.content, time_to_live=-1)
        await self._queue.delete_message(message.id, message.pop_receipt)
        log.warning("%s: message %s moved to %s", self._function.name, message.id, self._poison.queue_name)


def decoded(text: str, encoding: str) -> bytes | None:
    """The body of a message, or None if it is not what `encoding` says."""
    if encoding == "none":
        return text.encode()
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None


def pauses_of(longest: float) -> Iterator[float]:
    """Pauses between polls of an empty queue: doubling from 100 ms, each a fifth more or less, up to `longest`."""
    pause = SHORTEST_PAUSE
    while True:
        yield min(longest, pause * random.uniform(0.8, 1.2))
        pause = min(longest, pause * 2)


async def _make(queue: QueueClient) -> None:
    with contextlib.suppress(ResourceExistsError):
        await queue.create_queue()


def _given(message: Received, body: bytes) -> Given:
    """The message as the worker builds it: the public QueueMessage carries no dequeue count."""
    return Given(  # type: ignore[no-untyped-call] # azure.functions leaves this constructor without types
        id=message.id,
        body=body,
        dequeue_count=message.dequeue_count,
        expiration_time=message.expires_on,
        insertion_time=message.inserted_on,
        time_next_visible=message.next_visible_on,
        pop_receipt=message.pop_receipt,
    )
