"""Reads whole tables of both systems by plain OData where they have it, and puts looked-up rows in place.

No `$expand` and none of the app's clients: every table is read once, page by page, and lookups are followed in memory
by id. What the comparison sees is thus not what the app happened to read.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import httpx
import simplejson

from shared.mapping.model import FinanceEntity
from shared.mapping.shape import ANY_TABLE, Shape
from tests.twin.finance.entities import ENTITIES

Row = dict[str, Any]

_TARGET = "Microsoft.Dynamics.CRM.lookuplogicalname"
_ANNOTATED = {"Prefer": f'odata.include-annotations="{_TARGET}"'}


class DataverseRows:
    """The tables of an environment, each read at most once."""

    def __init__(self, http: httpx.AsyncClient, url: str) -> None:
        self._http = http
        self._root = f"{url}/api/data/v9.2/"
        self._tables: dict[str, asyncio.Task[dict[str, Row]]] = {}

    async def table(self, name: str) -> dict[str, Row]:
        """All rows of a table, by id."""
        if name not in self._tables:
            self._tables[name] = asyncio.create_task(self._read(name))
        return await self._tables[name]

    async def shaped(self, name: str, shape: Shape) -> dict[str, Row]:
        """All rows of a table with the rows that their lookups point at, as far as the shape goes."""
        return {row_id: await self._follow(row, shape) for row_id, row in (await self.table(name)).items()}

    async def _follow(self, row: Row, shape: Shape) -> Row:
        looked_up = {column: await self._looked_up(row, column, shape.lookups[column]) for column in shape.lookups}
        return {**row, **looked_up}

    async def _looked_up(self, row: Row, column: str, targets: Mapping[str, Shape]) -> Row | None:
        table, row_id = row.get(f"_{column}_value@{_TARGET}"), row.get(f"_{column}_value")
        inner = targets.get(str(table)) or targets.get(ANY_TABLE)
        if table is None or row_id is None or inner is None:
            return None
        found = (await self.table(table)).get(row_id)
        return None if found is None else {**await self._follow(found, inner), "@table": table}

    async def _read(self, name: str) -> dict[str, Row]:
        address = f"{self._root}EntityDefinitions(LogicalName='{name}')?$select=EntitySetName,PrimaryIdAttribute"
        definition = await _get(self._http, address, {})
        rows = await _all_pages(self._http, f"{self._root}{definition['EntitySetName']}", _ANNOTATED)
        return {row[definition["PrimaryIdAttribute"]]: row for row in rows}


async def finance_rows(http: httpx.AsyncClient, url: str, entity: FinanceEntity) -> list[Row]:
    """All rows of an entity, of all companies. Of one without a collection, what Finance's own forms would show."""
    if entity.collection:
        return await _all_pages(http, f"{url}/data/{entity.collection}?cross-company=true", {})
    shown = next(each.collection for each in ENTITIES.values() if each.label == entity.package)
    found: list[Row] = await _get(http, f"{url}/twin/rows?collection={shown}", {})
    return found


async def _all_pages(http: httpx.AsyncClient, address: str, headers: Mapping[str, str]) -> list[Row]:
    rows: list[Row] = []
    following: str | None = address
    while following:
        page = await _get(http, following, headers)
        rows += page["value"]
        following = page.get("@odata.nextLink")
    return rows


async def _get(http: httpx.AsyncClient, address: str, headers: Mapping[str, str]) -> Any:
    answer = await http.get(address, headers=dict(headers))
    answer.raise_for_status()
    return simplejson.loads(answer.content, use_decimal=True)
