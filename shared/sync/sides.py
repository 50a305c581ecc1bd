"""Both sides behind one shape: read, look at the version, create, update, delete a row of a map.

A row is named by text: its GUID in Dataverse, its key (`usmf|PRJ-1`) in Finance.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Protocol

from shared.clients.dataverse import DataverseClient
from shared.clients.finance import FinanceClient
from shared.clients.rows import Found, Page
from shared.errors import Refused
from shared.mapping import keys
from shared.mapping.model import TableMap
from shared.mapping.shape import Shape


class Rows(Protocol):
    """The rows of one map on one side."""

    async def read(self, key: str) -> Found | None:
        """Read a row as it is now; None if it is not there."""

    async def version(self, key: str) -> str | None:
        """Read only the row's version."""

    async def create(self, key: str, columns: Mapping[str, Any]) -> Found | None:
        """Create the row and give it as it was made, if the side tells that; Conflict if somebody else created it."""

    async def update(self, key: str, found: Found, columns: Mapping[str, Any]) -> None:
        """Write columns of the row as found; Conflict if it changed since."""

    async def delete(self, key: str, found: Found) -> bool:
        """Delete the row as found; False if it was gone."""


class DataverseRows:
    """The rows of a map's Dataverse table, named by GUID."""

    def __init__(self, client: DataverseClient, table_map: TableMap, shape: Shape) -> None:
        self._client = client
        self._table = table_map.dataverse.table
        self._guard = table_map.dataverse.guard
        self._shape = shape

    async def read(self, key: str) -> Found | None:
        return await self._client.read(self._table, key, self._shape)

    async def version(self, key: str) -> str | None:
        return await self._client.version(self._table, key)

    async def create(self, key: str, columns: Mapping[str, Any]) -> Found | None:
        with self._guarded():
            await self._client.create(self._table, key, columns)
        return None

    async def update(self, key: str, found: Found, columns: Mapping[str, Any]) -> None:
        with self._guarded():
            await self._client.update(self._table, key, columns, found.version)

    async def delete(self, key: str, found: Found) -> bool:
        with self._guarded():
            return await self._client.delete(self._table, key, found.version)

    def pages(self) -> AsyncIterator[Page]:
        """Read all rows, page by page."""
        return self._client.pages(self._table, self._shape)

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        """Dataverse keeps some tables for its own programs: whoever is refused there is told the way round."""
        try:
            yield
        except Refused as refused:
            if not self._guard:
                raise
            raise Refused(refused.message, reason=refused.reason, remedy=self._guard) from refused


class FinanceRows:
    """The rows of a map's Finance entity, named by key.

    Where Finance numbers the rows itself they are found by their `match` columns, which nothing there keeps unique:
    two creates at once make two rows. So whoever creates looks again, and whoever looks leaves only the first by
    number: all choose the same one, and a crash after a create leaves no double for good.
    """

    def __init__(self, client: FinanceClient, table_map: TableMap, columns: tuple[str, ...]) -> None:
        self._client = client
        self._map = table_map
        self._entity = table_map.finance
        self._columns = columns

    async def read(self, key: str) -> Found | None:
        identity = keys.parse(self._map, key)
        if not self._entity.match:
            return await self._client.read(self._entity.collection, identity, self._columns)
        return await self._the_only(identity)

    async def version(self, key: str) -> str | None:
        if self._entity.match:
            found = await self.read(key)
            return found.version if found else None
        return await self._client.version(self._entity.collection, keys.parse(self._map, key))

    async def create(self, key: str, columns: Mapping[str, Any]) -> Found | None:
        created = await self._client.create(self._entity.collection, columns)
        return created if not self._entity.match else await self._the_only(keys.parse(self._map, key))

    async def update(self, key: str, found: Found, columns: Mapping[str, Any]) -> None:
        del key
        await self._client.update(self._entity.collection, self._address(found), columns, found.version)

    async def delete(self, key: str, found: Found) -> bool:
        del key
        return await self._delete(found)

    async def _delete(self, found: Found) -> bool:
        return await self._client.delete(self._entity.collection, self._address(found), found.version)

    async def _the_only(self, identity: Mapping[str, str | int]) -> Found | None:
        """Find the row, and delete its doubles."""
        found = await self._client.find(self._entity.collection, identity, self._columns)
        rows = sorted(found, key=self._number)
        await asyncio.gather(*(self._delete(double) for double in rows[1:]))
        return rows[0] if rows else None

    def _number(self, found: Found) -> tuple[str, ...]:
        return tuple(map(str, self._address(found).values()))

    def _address(self, found: Found) -> dict[str, Any]:
        return keys.address(self._map, found.row)
