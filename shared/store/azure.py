"""A storage account on Azure, or its emulator Azurite, as `shared.store.storage.Storage`.

Tables and queues share one HTTP session. Timeouts are short and the library's own retries few, so that a webhook can
still say 503 in time; longer patience is the caller's, by error type. A request whose answer was lost is not repeated:
a conditional write would meet its own success as a Conflict.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from azure.core.credentials_async import AsyncTokenCredential
from azure.core.pipeline.transport import AioHttpTransport
from azure.data.tables.aio import TableServiceClient

from shared.errors import Misconfigured
from shared.store.azure_table import AzureTable
from shared.store.queue import Queue
from shared.store.storage import check_queue_name, check_table_name
from shared.store.table import Table

if TYPE_CHECKING:
    from azure.storage.queue.aio import QueueServiceClient

_CONNECT_SECONDS = 5
_READ_SECONDS = 10
_RETRIES = 2
_TABLE_RETRIES: dict[str, Any] = {
    "retry_total": _RETRIES,
    "retry_read": 0,
    "retry_backoff_factor": 0.2,
    "retry_backoff_max": 5,
}


class AzureStorage:
    """Made by `from_connection_string` or `from_endpoints`, without a request; to be closed by whoever made it."""

    def __init__(
        self,
        transport: AioHttpTransport,
        tables: TableServiceClient,
        queue_account: str,
        credential: AsyncTokenCredential | None,
    ) -> None:
        self._transport = transport
        self._tables = tables
        self._queue_account = queue_account
        self._credential = credential
        self._queues: QueueServiceClient | None = None
        self._table_by_name: dict[str, Table] = {}
        self._queue_by_name: dict[str, Queue] = {}

    @classmethod
    def from_connection_string(cls, text: str) -> AzureStorage:
        """A storage account by its connection string (`UseDevelopmentStorage=true` included); Misconfigured if bad."""
        transport = _transport()
        try:
            service = TableServiceClient.from_connection_string(text, transport=transport, **_TABLE_RETRIES)
        except ValueError:
            # Not chained: the library's message may quote the string, and the string is a secret.
            raise Misconfigured("The storage connection string cannot be read.") from None
        return cls(transport, service, text, None)

    @classmethod
    def from_endpoints(cls, *, tables: str, queues: str, credential: AsyncTokenCredential) -> AzureStorage:
        """A storage account by the https addresses of its services, for an identity (which its owner closes)."""
        transport = _transport()
        try:
            service = TableServiceClient(tables, credential=credential, transport=transport, **_TABLE_RETRIES)
        except ValueError as error:
            raise Misconfigured(f"The address of the table service cannot be used: {error}") from error
        return cls(transport, service, queues, credential)

    def table(self, name: str) -> Table:
        """The table of this name; the same object each time."""
        if name not in self._table_by_name:
            self._table_by_name[name] = AzureTable(self._tables.get_table_client(check_table_name(name)))
        return self._table_by_name[name]

    def queue(self, name: str) -> Queue:
        """The queue of this name; the same object each time."""
        if name not in self._queue_by_name:
            self._queue_by_name[name] = self._new_queue(check_queue_name(name))
        return self._queue_by_name[name]

    async def close(self) -> None:
        """Close the connections; the storage cannot be used after."""
        await self._transport.close()

    def _new_queue(self, name: str) -> Queue:
        # Here and not above: the library is a third of a cold start, and only queues need it.
        from shared.store import azure_queue  # noqa: PLC0415

        if self._queues is None:
            self._queues = azure_queue.connect(self._queue_account, self._credential, self._transport, _RETRIES)
        return azure_queue.AzureQueue(self._queues.get_queue_client(name))


def _transport() -> AioHttpTransport:
    # Looking for a proxy and a netrc file would send every single request through two threads.
    return AioHttpTransport(connection_timeout=_CONNECT_SECONDS, read_timeout=_READ_SECONDS, use_env_settings=False)
