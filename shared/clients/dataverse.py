"""Dataverse, as the app sees it: rows of tables by id, found by values, page by page, and what changed.

Rule: a row is addressed by its GUID and by nothing else; who knows only a key asks `find` first, which quotes anything.
Every write is conditional. A plain PATCH is an upsert and would bring back a row that was deleted on purpose, so
creating says "only if it is not there" and updating says "only if it is", or "only if it is still the one I read".

Sources: Microsoft Learn: Compose HTTP requests and handle errors; Perform conditional operations using the Web API;
Query data using the Web API; Use change tracking to synchronize data with external systems; Use optional parameters.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Any
from uuid import UUID

import httpx

from shared.clients.dataverse_schema import Schemas
from shared.clients.dataverse_shapes import Reading, Readings, fold, navigation_of, only_target, property_of, selection
from shared.clients.dataverse_writing import row_address, row_guid, write_body
from shared.clients.literals import Scalar, equal_all, in_query
from shared.clients.odata import READING, WRITING, Service, found, rows_of
from shared.clients.refusals import DATAVERSE
from shared.clients.rows import ChangePage, Found, Gone, Json, Page, TableSchema, Unversioned
from shared.clients.throttle import Throttle
from shared.errors import Misconfigured
from shared.mapping.shape import Shape

#: Minor versions of the Web API are frozen, so this one is pinned.
API = "/api/data/v9.2/"

#: Rows asked for by id with one request: what fits into an address many proxies still take (4 KiB).
IDS_AT_ONCE = 40

#: The most rows Dataverse puts on a page, and its default.
LARGEST_PAGE = 5000

# Expanded rows may otherwise come from a cache that does not know of recent changes.
_FRESH: Mapping[str, str] = {**READING, "If-None-Match": "null"}
_CREATING: Mapping[str, str] = {**WRITING, "If-None-Match": "*"}
_UNLESS_GONE: Mapping[str, str] = {**WRITING, "If-Match": "*"}
_TRACKING: Mapping[str, str] = {**READING, "Prefer": "odata.track-changes"}


class DataverseClient:
    """One environment. Raises the errors of `shared.errors`, sorted in `refusals`, and nothing else."""

    def __init__(
        self, http: httpx.AsyncClient, base_url: str, throttle: Throttle, *, tag: str = "project-operations-sync"
    ) -> None:
        """Take the environment's address, such as `https://org.crm4.dynamics.com`.

        Each write carries `tag`; plug-ins and webhooks find it among their shared variables.
        """
        self._service = Service(http, base_url.rstrip("/") + API, throttle, DATAVERSE)
        self._schemas = Schemas(self._service)
        self._readings = Readings(self._schemas)
        self._tag = f"?tag={in_query(tag)}"
        self._unversioned: set[str] = set()

    async def schema(self, table: str) -> TableSchema:
        """Describe a table; asked of the server once, whoever asks at the same time."""
        return await self._schemas.of(table)

    async def read(self, table: str, row_id: str, shape: Shape) -> Found | None:
        """Read a row and, through its lookups, the rows it points at, in one request. None: there is no such row.

        A lookup comes under its column's name, as a mapping of what its shape asked for and the target's id, or None;
        one that may point at several tables carries "@table" too. Its bare id stays under `_<column>_value`: if that
        is set and the lookup is None, it points at a table that the shape does not name, or at a row we may not see.
        """
        reading = await self._readings.of(table, shape)
        url = f"{self._service.root}{row_address(reading.schema, row_id)}?{reading.query}"
        try:
            row = await self._service.get(url, _FRESH)
        except Gone:
            return None
        return _found(row, reading)

    async def read_many(self, table: str, row_ids: Iterable[str], shape: Shape) -> dict[str, Found]:
        """Read rows as `read` does, some dozens with each request, by id; those that are not there are missing."""
        rows: dict[str, Found] = {}
        ids = [row_guid(row_id).lower() for row_id in row_ids]
        schema = await self.schema(table)
        for start in range(0, len(ids), IDS_AT_ONCE):
            asked = " or ".join(f"{schema.primary_id} eq {row_id}" for row_id in ids[start : start + IDS_AT_ONCE])
            async for page in self.pages(table, shape, filter=asked):
                rows |= {str(each.row[schema.primary_id]).lower(): each for each in page.rows}
        return rows

    async def version(self, table: str, row_id: str) -> str | None:
        """Read a row's version only; None if there is no such row."""
        schema = await self.schema(table)
        url = f"{self._service.root}{row_address(schema, row_id)}?$select={schema.primary_id}"
        try:
            return found(await self._service.get(url, _FRESH)).version
        except Gone:
            return None

    async def find(self, table: str, values: Mapping[str, Scalar], shape: Shape, *, top: int = 2) -> list[Found]:
        """Read up to `top` rows that have all the values, any character in them allowed.

        Names are logical ones. A lookup, or the primary id, is compared with a row's id; `lookup.column` with a column
        of the row it points at, over any number of lookups that point at one table each.
        """
        reading = await self._readings.of(table, shape)
        terms = [await self._term(reading.schema, name, value) for name, value in values.items()]
        query = f"{reading.query}&$filter={in_query(' and '.join(terms))}&$top={top}"
        answer = await self._service.get(f"{self._service.root}{reading.schema.set}?{query}", _FRESH)
        return [_found(row, reading) for row in rows_of(answer)]

    async def create(self, table: str, row_id: str, columns: Json) -> None:
        """Create a row under an id of our own choosing, so that a repeat cannot make a second one.

        Raises `Conflict` if there is such a row, `Duplicate` (a `Conflict`) if another has its key.
        """
        schema = await self.schema(table)
        body = await write_body(self._schemas, schema, columns)
        await self._service.send("PATCH", self._write_url(schema, row_id), _CREATING, body)

    async def update(self, table: str, row_id: str, columns: Json, version: str | None) -> None:
        """Change these columns of a row that is there, and still is that version where one is given.

        Raises `Conflict` if it is another version or (`Gone`) not there, or one of the rows to point at is not. In a
        table that keeps no versions only the row's being there can be made a condition.
        """
        schema = await self.schema(table)
        body = await write_body(self._schemas, schema, columns)
        await self._write_if(version, "PATCH", schema, row_id, body)

    async def delete(self, table: str, row_id: str, version: str | None) -> bool:
        """Delete a row, if it still is that version where one is given. False: it was gone already."""
        try:
            await self._write_if(version, "DELETE", await self.schema(table), row_id, None)
        except Gone:
            return False
        return True

    async def pages(
        self,
        table: str,
        shape: Shape,
        *,
        filter: str = "",  # noqa: A002 — OData's own word for it
        size: int = 1000,
    ) -> AsyncIterator[Page]:
        """Read all rows, or those that pass a filter in the Web API's own names, ordered by id.

        The order is that of a column that never changes: in any other, a row that moves while the pages are turned
        could be missed.
        """
        reading = await self._readings.of(table, shape)
        narrowed = f"&$filter={in_query(filter)}" if filter else ""
        query = f"{reading.query}{narrowed}&$orderby={reading.schema.primary_id}"
        # The same preference has to be repeated for every further page.
        headers = {**_FRESH, "Prefer": f"odata.maxpagesize={min(size, LARGEST_PAGE)}"}
        url: str | None = f"{self._service.root}{reading.schema.set}?{query}"
        while url:
            response = await self._service.send("GET", url, headers)
            answer = self._service.decode(response)
            rows = [_found(row, reading) for row in rows_of(answer)]
            yield Page(rows, self._service.server_time(response))
            url = self._service.next_link(answer)

    async def changes(self, table: str, since: str | None, columns: tuple[str, ...]) -> AsyncIterator[ChangePage]:
        """Read the ids of rows that changed or went since a delta link, or of all rows where there is none yet.

        The last page carries the next delta link; an earlier page never does, so a broken read starts again. A row that
        came and went between two reads is reported as deleted without ever having been seen.

        Raises `DeltaExpired` if the server has forgotten deletions since (after 7 days by default), `Misconfigured` if
        the table does not track changes.
        """
        schema = await self.schema(table)
        if not schema.change_tracking:
            raise Misconfigured(f"{table} does not track changes.", remedy="Switch on change tracking for the table.")
        first = f"{self._service.root}{schema.set}?$select={','.join(selection(schema, columns))}"
        url: str | None = self._service.link(since) if since else first
        headers = READING if since else _TRACKING
        while url:
            answer = await self._service.get(url, headers)
            url = self._service.next_link(answer)
            yield _changes(answer, schema, last=url is None)

    def _write_url(self, schema: TableSchema, row_id: str) -> str:
        return f"{self._service.root}{row_address(schema, row_id)}{self._tag}"

    async def _write_if(
        self, version: str | None, method: str, schema: TableSchema, row_id: str, body: bytes | None
    ) -> None:
        url = self._write_url(schema, row_id)
        if version is not None and schema.table not in self._unversioned:
            try:
                await self._service.send(method, url, {**WRITING, "If-Match": version}, body)
            except Unversioned:
                self._unversioned.add(schema.table)
            else:
                return
        await self._service.send(method, url, _UNLESS_GONE if body is not None else WRITING, body)

    async def _term(self, schema: TableSchema, name: str, value: Scalar) -> str:
        path = ""
        while "." in name:
            column, _, name = name.partition(".")
            table = only_target(schema, column)
            path += navigation_of(schema, column, table) + "/"
            schema = await self.schema(table)
        if isinstance(value, str) and (name in schema.lookups or name == schema.primary_id):
            value = UUID(row_guid(value))
        return equal_all({path + property_of(schema, name): value})


def _found(row: dict[str, Any], reading: Reading) -> Found:
    fold(row, reading.folds)
    return found(row)


def _changes(answer: Mapping[str, Any], schema: TableSchema, *, last: bool) -> ChangePage:
    changed: list[str] = []
    deleted: list[str] = []
    for row in rows_of(answer):
        if row.get("reason") == "deleted":
            deleted.append(row["id"])
        else:
            changed.append(row[schema.primary_id])
    link = answer.get("@odata.deltaLink")
    if last and link is None:
        raise Misconfigured(f"Dataverse gave no delta link for {schema.table}.")
    return ChangePage(changed, deleted, link if last else None)
