"""One queue of a storage account, over azure-storage-queue.

That library is a third of a cold start (0.3 s), so this module is imported when the first queue is asked for.
The queue is made when a send finds it absent; receiving from an absent queue finds nothing.
"""

from __future__ import annotations

import asyncio
from math import ceil
from typing import Any

from azure.core.credentials_async import AsyncTokenCredential
from azure.core.exceptions import HttpResponseError, ResourceExistsError, ResourceNotFoundError
from azure.core.pipeline.transport import AioHttpTransport
from azure.storage.queue import QueueMessage
from azure.storage.queue.aio import QueueClient, QueueServiceClient

from shared.errors import Conflict, Misconfigured
from shared.store.azure_errors import as_ours, is_being_deleted
from shared.store.queue import LONGEST_DELAY, MOST_AT_ONCE, Received, from_wire, to_wire

_FOREVER = -1
_NOT_OURS_ANY_MORE = "PopReceiptMismatch"


def connect(
    account: str, credential: AsyncTokenCredential | None, transport: AioHttpTransport, retries: int
) -> QueueServiceClient:
    """The queue service at an https address, for an identity; by a connection string if there is none."""
    # In whole seconds, the library's own unit. Its retry policy for async is not public; it is made from these.
    retry: dict[str, Any] = {
        "retry_total": retries,
        "initial_backoff": 1,
        "increment_base": 1,
        "random_jitter_range": 1,
    }
    try:
        if credential is None:
            return QueueServiceClient.from_connection_string(account, transport=transport, **retry)
        return QueueServiceClient(account, credential, transport=transport, **retry)
    except ValueError:
        # Not chained: the library's message may quote the connection string, and that is a secret.
        raise Misconfigured("The queue service's address or connection string cannot be used.") from None


class AzureQueue:
    """`shared.store.queue.Queue` on the real service or its emulator."""

    def __init__(self, client: QueueClient) -> None:
        self._client = client
        self._name = client.queue_name
        self._making = asyncio.Lock()
        self._made = False

    async def send(self, text: str, *, delay: float = 0.0) -> None:
        """One POST."""
        wire, seconds = to_wire(text), min(ceil(delay), LONGEST_DELAY)
        with as_ours(f"Sending to queue {self._name}"):
            try:
                await self._send(wire, seconds)
            except ResourceNotFoundError:
                await self._make()
                await self._send(wire, seconds)

    async def receive(self, *, most: int = 16, hidden: float = 30.0) -> list[Received]:
        """One GET."""
        messages = self._client.receive_messages(
            messages_per_page=min(most, MOST_AT_ONCE), visibility_timeout=max(1, ceil(hidden))
        )
        with as_ours(f"Receiving from queue {self._name}"):
            try:
                async for page in messages.by_page():
                    return [_received(message) async for message in page]
            except ResourceNotFoundError:
                pass
        return []

    async def delete(self, message: Received) -> None:
        """One DELETE."""
        with as_ours(f"Deleting from queue {self._name}"):
            try:
                await self._client.delete_message(message.id, message.pop_receipt)
            except ResourceNotFoundError:
                return
            except HttpResponseError as error:
                if _NOT_OURS_ANY_MORE in str(error):
                    raise Conflict(f"Queue {self._name}: somebody else has received this message since.") from error
                raise

    async def length(self) -> int:
        """One GET of the queue's properties."""
        with as_ours(f"Measuring queue {self._name}"):
            try:
                return (await self._client.get_queue_properties()).approximate_message_count or 0
            except ResourceNotFoundError:
                return 0

    async def _send(self, wire: str, seconds: int) -> None:
        await self._client.send_message(wire, visibility_timeout=seconds, time_to_live=_FOREVER)

    async def _make(self) -> None:
        async with self._making:
            if self._made:
                return
            try:
                await self._client.create_queue()
            except ResourceExistsError as error:
                if is_being_deleted(error):
                    raise
            self._made = True


def _received(message: QueueMessage) -> Received:
    raw = from_wire(message.content)
    return Received(
        text=raw.decode(errors="replace"),
        id=message.id,
        pop_receipt=message.pop_receipt or "",
        dequeue_count=message.dequeue_count or 0,
        raw=raw,
    )
