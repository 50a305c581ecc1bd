"""One table of a storage account, over azure-data-tables.

The table is made when a write finds it absent, which costs nothing where it exists. Reads of an absent table are empty.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from azure.core import MatchConditions
from azure.core.exceptions import ResourceExistsError, ResourceNotFoundError
from azure.core.pipeline import PipelineResponse
from azure.data.tables import EdmType, EntityProperty, TableEntity, UpdateMode
from azure.data.tables.aio import TableClient

from shared.errors import Conflict
from shared.store.azure_errors import as_ours, is_being_deleted
from shared.store.table import Entity, Stored, check_key, checked

_PAGE = 1_000
_INT32 = range(-(2**31), 2**31)


class AzureTable:
    """`shared.store.table.Table` on the real service or its emulator."""

    def __init__(self, client: TableClient) -> None:
        self._client = client
        self._name = client.table_name
        self._making = asyncio.Lock()
        self._made = False

    async def get(self, partition: str, row: str) -> Stored | None:
        """One GET of the row by its keys."""
        check_keys(partition, row)
        with as_ours(f"Reading from {self._name}"):
            try:
                return _stored(await self._client.get_entity(partition, row))
            except ResourceNotFoundError:
                return None

    async def insert(self, entity: Entity) -> str:
        """One POST."""
        sent = _to_library(entity)
        with as_ours(f"Inserting into {self._name}"):
            return await self._writing(lambda: self._client.create_entity(sent))

    async def replace(self, entity: Entity, etag: str) -> str:
        """One PUT with If-Match."""
        sent = _to_library(entity)
        with as_ours(f"Replacing in {self._name}"):
            try:
                written = await self._client.update_entity(
                    sent, UpdateMode.REPLACE, etag=etag, match_condition=MatchConditions.IfNotModified
                )
            except ResourceNotFoundError as error:
                raise Conflict(f"Replacing in {self._name}: the row is gone.") from error
        return str(written["etag"])

    async def put(self, entity: Entity) -> str:
        """One PUT without a condition."""
        sent = _to_library(entity)
        with as_ours(f"Writing to {self._name}"):
            return await self._writing(lambda: self._client.upsert_entity(sent, UpdateMode.REPLACE))

    async def remove(self, partition: str, row: str, etag: str | None = None) -> bool:
        """One DELETE."""
        check_keys(partition, row)
        statuses: list[int] = []

        # The library hides the 404 of a delete, and we must know it.
        def note(response: PipelineResponse[Any, Any]) -> None:
            statuses.append(response.http_response.status_code)

        condition = MatchConditions.Unconditionally if etag is None else MatchConditions.IfNotModified
        with as_ours(f"Removing from {self._name}"):
            await self._client.delete_entity(
                partition, row, etag=etag, match_condition=condition, raw_response_hook=note
            )
        return statuses[-1] != 404

    async def query(
        self,
        *,
        partition: str | None = None,
        partitions: tuple[str, str] | None = None,
        rows: tuple[str, str] | None = None,
        where: Mapping[str, str | bool] | None = None,
        due_by: datetime | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[Stored]:
        """Pages of up to 1,000 rows, one GET each."""
        asked = _Filter()
        asked.equal(({} if partition is None else {"PartitionKey": partition}) | dict(where or {}))
        asked.between("PartitionKey", partitions)
        asked.between("RowKey", rows)
        asked.not_later("due", due_by)
        found = self._client.query_entities(
            asked.text, parameters=asked.values, results_per_page=min(limit or _PAGE, _PAGE)
        )
        with as_ours(f"Querying {self._name}"):
            try:
                given = 0
                async for entity in found:
                    yield _stored(entity)
                    given += 1
                    if given == limit:
                        return
            except ResourceNotFoundError:
                return

    async def _writing(self, write: Callable[[], Awaitable[Mapping[str, Any]]]) -> str:
        try:
            written = await write()
        except ResourceNotFoundError:
            await self._make()
            written = await write()
        return str(written["etag"])

    async def _make(self) -> None:
        async with self._making:
            if self._made:
                return
            try:
                await self._client.create_table()
            except ResourceExistsError as error:
                if is_being_deleted(error):
                    raise
            self._made = True


class _Filter:
    """An OData filter with its values kept apart: the library writes them, quotes and all."""

    def __init__(self) -> None:
        self._conditions: list[str] = []
        self.values: dict[str, Any] = {}

    @property
    def text(self) -> str:
        return " and ".join(self._conditions)

    def equal(self, wanted: Mapping[str, str | bool]) -> None:
        for name, value in wanted.items():
            self._add(name, "eq", value)

    def between(self, name: str, ends: tuple[str, str] | None) -> None:
        if ends is not None:
            self._add(name, "ge", ends[0])
            self._add(name, "lt", ends[1])

    def not_later(self, name: str, time: datetime | None) -> None:
        if time is not None:
            self._add(name, "le", time)

    def _add(self, name: str, comparison: str, value: Any) -> None:
        parameter = f"p{len(self.values)}"
        self.values[parameter] = value
        self._conditions.append(f"{name} {comparison} @{parameter}")


def check_keys(partition: str, row: str) -> None:
    """Raise Rejected if a row cannot have these keys."""
    check_key("PartitionKey", partition)
    check_key("RowKey", row)


def _to_library(entity: Entity) -> Entity:
    return {name: _to_edm(value) for name, value in checked(entity).items()}


def _to_edm(value: Any) -> Any:
    """A Python int is 32 bits to the library unless told otherwise."""
    if type(value) is int and value not in _INT32:
        return EntityProperty(value, EdmType.INT64)
    return value


def _stored(found: TableEntity) -> Stored:
    return Stored({name: _from_edm(value) for name, value in found.items()}, str(found.metadata["etag"]))


def _from_edm(value: Any) -> Any:
    """Plain Python: the library has types of its own for 64-bit integers and times."""
    if isinstance(value, EntityProperty):
        return value.value
    if isinstance(value, datetime):
        return datetime(*value.timetuple()[:6], value.microsecond, tzinfo=UTC)
    return value
