"""Each storage by which a store is judged: in memory, and Azure's own emulator."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from shared.store.azure import AzureStorage
from shared.store.queue import Queue
from shared.store.storage import Storage
from shared.store.table import Table
from tests.local.azurite import Azurite
from tests.store.memory import MemoryStorage


class NamesOfItsOwn:
    """A storage whose names nobody else uses: tests share one emulator."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._own = f"t{uuid4().hex[:12]}"

    def table(self, name: str) -> Table:
        return self._storage.table(self._own + name)

    def queue(self, name: str) -> Queue:
        return self._storage.queue(f"{self._own}-{name}")

    async def close(self) -> None:
        await self._storage.close()


@pytest.fixture(params=["memory", "azurite"])
async def storage(request: pytest.FixtureRequest) -> AsyncIterator[Storage]:
    """An empty storage account; only one of the two needs the emulator running."""
    if request.param == "memory":
        yield MemoryStorage()
        return
    emulator: Azurite = request.getfixturevalue("azurite")
    azure = AzureStorage.from_connection_string(emulator.connection_string)
    yield NamesOfItsOwn(azure)
    await azure.close()


@pytest.fixture
def table(storage: Storage) -> Table:
    return storage.table("things")


@pytest.fixture
def queue(storage: Storage) -> Queue:
    return storage.queue("work-to-do")
