"""Side tables: where values go that Dataverse lets nobody but its own programs write into the row they belong to.

Dataverse guards some columns of actuals for dual-write (Microsoft Learn: "Create and update actuals", release notes of
May 2025); whether it counts the app's identity among those it lets through is unconfirmed. Where it does not, a
setting names a table of the customer's own (`mapping.aside`).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from typing import Any

from shared.clients.dataverse import DataverseClient
from shared.clients.rows import Found, Gone, Page
from shared.mapping.aside import columns_aside
from shared.mapping.model import TableMap
from shared.mapping.shape import Shape
from shared.sync.services import Services
from shared.sync.sides import DataverseRows


def dataverse_rows(services: Services, table_map: TableMap, shape: Shape) -> DataverseRows:
    """Give the Dataverse rows of a map, with what is kept beside them if a setting says so."""
    side_table = services.side_tables.get(table_map.id)
    if side_table is None:
        return DataverseRows(services.dataverse, table_map, shape)
    return WithSideTable(services.dataverse, table_map, shape, side_table)


class WithSideTable(DataverseRows):
    """Rows of a table and their other halves in a side table, read and written as one. Two requests instead of one."""

    def __init__(self, client: DataverseClient, table_map: TableMap, shape: Shape, side_table: str) -> None:
        self._aside = {c: there for c, there in columns_aside(table_map, side_table).items() if c in shape.columns}
        super().__init__(
            client, table_map, replace(shape, columns=tuple(c for c in shape.columns if c not in self._aside))
        )
        self._row_id = table_map.dataverse.row_id
        self._side_table = side_table
        self._side_shape = Shape(tuple(self._aside.values()))

    async def read(self, key: str) -> Found | None:
        found, beside = await asyncio.gather(
            super().read(key), self._client.read(self._side_table, key, self._side_shape)
        )
        return None if found is None else self._joined(found, beside)

    async def create(self, key: str, columns: Mapping[str, Any]) -> Found | None:
        await super().create(key, self._own(columns))
        await self._put_aside(key, columns)
        return None

    async def update(self, key: str, found: Found, columns: Mapping[str, Any]) -> None:
        if own := self._own(columns):
            await super().update(key, found, own)
        await self._put_aside(key, columns)

    async def pages(self) -> AsyncIterator[Page]:
        """Read all rows, page by page; what is beside them all at once first, since nothing orders the two alike."""
        beside: dict[str, Found] = {}
        async for page in self._client.pages(self._side_table, self._side_shape):
            beside |= {str(each.row[f"{self._side_table}id"]): each for each in page.rows}
        async for page in super().pages():
            yield replace(
                page, rows=[self._joined(each, beside.get(str(each.row[self._row_id]))) for each in page.rows]
            )

    def _own(self, columns: Mapping[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in columns.items() if name not in self._aside}

    def _joined(self, found: Found, beside: Found | None) -> Found:
        values = {column: None if beside is None else beside.row.get(there) for column, there in self._aside.items()}
        return replace(found, row={**found.row, **values})

    async def _put_aside(self, key: str, columns: Mapping[str, Any]) -> None:
        values = {there: columns[column] for column, there in self._aside.items() if column in columns}
        if not values:
            return
        try:
            await self._client.update(self._side_table, key, values, None)
        except Gone:
            await self._client.create(self._side_table, key, values)
