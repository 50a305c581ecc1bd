"""The clients of Azure Storage that the host itself needs, one service client for each connection of the app."""

from __future__ import annotations

import contextlib
from types import TracebackType
from typing import Any, Self

from azure.core.exceptions import ResourceExistsError
from azure.core.pipeline.transport import AioHttpTransport
from azure.data.tables.aio import TableClient, TableServiceClient
from azure.storage.queue.aio import QueueServiceClient

from tests.local.functions import Function
from tests.local.queues import QueueFunction
from tests.local.settings import AppSettings

#: Azure Storage's own default begins with 15 seconds: too long a silence for a host on the same machine.
_RETRIES: dict[str, Any] = {"retry_total": 3, "initial_backoff": 1, "increment_base": 1, "random_jitter_range": 1}


class Connections:
    """Opens what the app's settings name, once each, and closes all of it."""

    def __init__(self, settings: AppSettings) -> None:
        self._settings = settings
        self._queues: dict[str, QueueServiceClient] = {}
        self._open = contextlib.AsyncExitStack()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._open.aclose()

    async def queue_function(self, function: Function) -> QueueFunction:
        """A queue function with its queue and the queue for what it cannot digest."""
        at = self._settings.connection(str(function.trigger["connection"]))
        if at not in self._queues:
            # The library's own transport asks for a proxy and a netrc file, in threads, before every request.
            transport = AioHttpTransport(use_env_settings=False)
            client = QueueServiceClient.from_connection_string(at, transport=transport, **_RETRIES)
            self._queues[at] = await self._open.enter_async_context(client)
        service, name = self._queues[at], self._settings.resolve(str(function.trigger["queueName"]))
        return QueueFunction(function, service.get_queue_client(name), service.get_queue_client(f"{name}-poison"))

    async def table(self, name: str) -> TableClient:
        """A table of the host's own storage account, made if it is not there."""
        client = TableServiceClient.from_connection_string(self._settings.connection("AzureWebJobsStorage"))
        service = await self._open.enter_async_context(client)
        with contextlib.suppress(ResourceExistsError):
            await service.create_table(name)
        return service.get_table_client(name)
