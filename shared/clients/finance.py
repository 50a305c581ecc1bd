"""Finance, as the app sees it: rows of public collections by their whole key, found by values, page by page.

Rule: every address spans companies. Without `cross-company=true` Finance looks only into the default company of the
user the app is mapped to, and says of a row of any other company that it is not there, also when asked by its key.

Values are sent as they are given: noon dates, empty values and enum symbols are the mapping's business. An enum cannot
be compared by `find` or in a key, because there it is a typed literal (`Microsoft.Dynamics.DataEntities.NoYes'Yes'`).

Sources: Microsoft Learn: Open Data Protocol (OData); Service protection API limits. What is only assumed says so.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import AsyncIterator, Mapping
from typing import Any

import httpx

from shared.clients.literals import Scalar, equal_all, in_query, json_body, json_value, key_address
from shared.clients.odata import READING, WRITING, Service, found, rows_of
from shared.clients.refusals import FINANCE
from shared.clients.rows import Found, Gone, Json, Page
from shared.clients.throttle import Throttle
from shared.errors import Misconfigured

#: The most rows Finance puts on a page, whatever is asked for.
LARGEST_PAGE = 10_000

_ALL_COMPANIES = "?cross-company=true"


class FinanceClient:
    """One environment. Raises the errors of `shared.errors`, sorted in `refusals`, and nothing else.

    Keys are given whole and in the entity's own order of key fields. Collection names are case sensitive.
    """

    def __init__(self, http: httpx.AsyncClient, base_url: str, throttle: Throttle) -> None:
        """Take the environment's address, such as `https://name.operations.dynamics.com`."""
        self._service = Service(http, base_url.rstrip("/") + "/data/", throttle, FINANCE)
        self._selections: dict[tuple[str, ...], str] = {}
        self._confirmed: set[str] = set()

    async def read(self, collection: str, key: Mapping[str, Scalar], columns: tuple[str, ...]) -> Found | None:
        """Read a row by its key; None if there is no such row."""
        try:
            answer = await self._send("GET", collection, key, READING, query=self._select(columns))
        except Gone:
            return None
        return found(self._service.decode(answer))

    async def version(self, collection: str, key: Mapping[str, Scalar]) -> str | None:
        """Read a row's version only; None if there is no such row."""
        row = await self.read(collection, key, tuple(key)[-1:])
        return row.version if row else None

    async def find(
        self, collection: str, values: Mapping[str, Scalar], columns: tuple[str, ...], *, top: int = 10
    ) -> list[Found]:
        """Read up to `top` rows that have all the values, compared without regard to case, as Finance does.

        A star inside a value is a wildcard to Finance; then rows are read until enough of them have the very value.
        """
        if any(isinstance(value, str) and "*" in value for value in values.values()):
            return await _first(top, self.find_all(collection, values, columns))
        query = f"&$filter={in_query(equal_all(values))}&$top={top}{self._select(columns)}"
        answer = await self._list(collection, self._collection(collection) + query)
        return [found(row) for row in rows_of(self._service.decode(answer))]

    async def create(self, collection: str, columns: Json) -> Found:
        """Create a row and return all of it, with the defaults and numbers that Finance gave it.

        The company is the row's `dataAreaId`. A repeat is not harmless unless the key is given: after `Transient` look
        whether the row is there before trying again. Raises `Duplicate` (a `Conflict`) if its key is taken,
        `MissingReference` if a value points at nothing.
        """
        try:
            answer = await self._service.send("POST", f"{self._service.root}{collection}", WRITING, _body(columns))
        except Gone as error:
            raise _no_collection(collection, error) from error
        return found(self._service.decode(answer))

    async def update(self, collection: str, key: Mapping[str, Scalar], columns: Json, version: str | None) -> None:
        """Change these columns of a row that is there, and still is that version where one is given.

        Raises `Conflict` if it is another version or (`Gone`) not there. How Finance answers an outdated version is
        unconfirmed (412 is expected, 409 has been claimed), so nothing may rest on its being refused.
        """
        await self._send("PATCH", collection, key, _if_match(version), _body(columns))

    async def delete(self, collection: str, key: Mapping[str, Scalar], version: str | None) -> bool:
        """Delete a row, if it still is that version where one is given. False: it was gone already."""
        try:
            await self._send("DELETE", collection, key, _if_match(version))
        except Gone:
            return False
        return True

    async def pages(
        self,
        collection: str,
        columns: tuple[str, ...],
        *,
        filter: str = "",  # noqa: A002 — OData's own word for it
        size: int = 1000,
    ) -> AsyncIterator[Page]:
        """Read all rows of all companies, or those that pass a filter in OData's own notation.

        `size` is a preference that Finance may ignore (unconfirmed); no page has more than 10,000 rows. Further pages
        are found by counting, so a row may be missed while others are deleted: a full read is repeated, never trusted.
        """
        narrowed = f"&$filter={in_query(filter)}" if filter else ""
        headers = {**READING, "Prefer": f"odata.maxpagesize={min(size, LARGEST_PAGE)}"}
        url: str | None = self._collection(collection) + narrowed + self._select(columns)
        while url:
            response = await self._list(collection, url, headers)
            answer = self._service.decode(response)
            yield Page([found(row) for row in rows_of(answer)], self._service.server_time(response))
            url = self._service.next_link(answer)

    async def find_all(
        self, collection: str, values: Mapping[str, Scalar], columns: tuple[str, ...]
    ) -> AsyncIterator[Found]:
        """Read all rows that have all the values, page by page; stars are taken as they are."""
        wanted = tuple(dict.fromkeys((*columns, *values)))
        async for page in self.pages(collection, wanted, filter=equal_all(values), size=LARGEST_PAGE):
            for row in page.rows:
                if _has(row.row, values):
                    yield row

    async def _send(
        self,
        method: str,
        collection: str,
        key: Mapping[str, Scalar],
        headers: Mapping[str, str],
        body: bytes | None = None,
        *,
        query: str = "",
    ) -> httpx.Response:
        url = f"{self._service.root}{collection}{key_address(key)}{_ALL_COMPANIES}{query}"
        try:
            response = await self._service.send(method, url, headers, body)
        except Gone:
            await self._confirm(collection, next(iter(key)))
            raise
        self._confirmed.add(collection)
        return response

    async def _confirm(self, collection: str, column: str) -> None:
        """Make sure, once, that a 404 speaks of a row and not of a collection whose name is misspelt.

        Finance may say both in the same words (unconfirmed), and rows are deleted because others are absent.
        """
        if collection not in self._confirmed:
            await self._list(collection, f"{self._collection(collection)}&$top=1{self._select((column,))}")

    async def _list(self, collection: str, url: str, headers: Mapping[str, str] = READING) -> httpx.Response:
        try:
            response = await self._service.send("GET", url, headers)
        except Gone as error:
            raise _no_collection(collection, error) from error
        self._confirmed.add(collection)
        return response

    def _collection(self, collection: str) -> str:
        return f"{self._service.root}{collection}{_ALL_COMPANIES}"

    def _select(self, columns: tuple[str, ...]) -> str:
        known = self._selections.get(columns)
        if known is None:
            known = self._selections[columns] = "&$select=" + ",".join(columns) if columns else ""
        return known


def rec_id(version: str) -> int | None:
    """Read the RecId of a row out of its ETag, or None if it does not look as it has been seen to look.

    `W/"<base64>"` of `'<recVersion>,<recId>;…'`, a pair for each data source and the root's first. It is officially
    opaque: a missing RecId must cost no more than a search.
    """
    encoded = re.fullmatch(r'(?:W/)?"([A-Za-z0-9+/=]+)"', version)
    if encoded is None:
        return None
    try:
        text = base64.b64decode(encoded[1], validate=True).decode("ascii")
    except (binascii.Error, UnicodeDecodeError):
        return None
    pair = re.match(r"'?-?\d+,(\d+)(?:[;']|$)", text)
    return int(pair[1]) if pair else None


def _no_collection(collection: str, error: Gone) -> Misconfigured:
    return Misconfigured(
        f"Finance has no collection {collection}; its names are case sensitive.",
        reason=error.reason,
        remedy="Correct the map, or make the entity public in Finance.",
    )


def _if_match(version: str | None) -> Mapping[str, str]:
    return WRITING if version is None else {**WRITING, "If-Match": version}


def _body(columns: Json) -> bytes:
    return json_body({name: json_value(value) for name, value in columns.items()})


async def _first(count: int, rows: AsyncIterator[Found]) -> list[Found]:
    first: list[Found] = []
    async for row in rows:
        first.append(row)
        if len(first) == count:
            break
    return first


def _has(row: Json, values: Mapping[str, Any]) -> bool:
    return all(_comparable(row.get(name)) == _comparable(value) for name, value in values.items())


def _comparable(value: Any) -> Any:
    return value.rstrip().casefold() if isinstance(value, str) else value
