"""Change tracking: `Prefer: odata.track-changes` first, then the delta links it gives.

The first read returns all rows, page by page, and a delta link on the last page; a delta link returns the rows changed
since, in the order of their versions, then the deletions, and a new link. A row made and deleted in between is told as
a deletion. `$filter`, `$orderby`, `$expand` and `$top` are refused. A token lives seven days (organization setting; the
status of an expired one is unconfirmed). Source: Microsoft Learn, "Use change tracking to synchronize data".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from tests.twin.clock import Clock
from tests.twin.dataverse import errors
from tests.twin.dataverse.address import ROOT
from tests.twin.dataverse.database import Database, TableRows
from tests.twin.dataverse.reading import PAGE, Reader, next_link, preferences, read_cookie, read_options
from tests.twin.dataverse.schema import Table
from tests.twin.dataverse.values import Row, kept_time
from tests.twin.http import Request, Response, json_response
from tests.twin.odata import utc

_TOKEN = re.compile(r"(\d+)!(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)")
_FORBIDDEN = {"$filter", "$orderby", "$expand", "$top"}


class Changes:
    """Answers delta reads."""

    def __init__(self, database: Database, reader: Reader, clock: Clock) -> None:
        self.life = timedelta(days=7)
        self._database = database
        self._reader = reader
        self._clock = clock
        self._expired_below = 0

    @staticmethod
    def asked(request: Request) -> bool:
        """Tell whether a GET of a collection wants changes."""
        return request.option("$deltatoken") is not None or "odata.track-changes" in preferences(request)

    def expire(self) -> None:
        """Make every token given so far too old."""
        self._database.version += 1
        self._expired_below = self._database.version

    def answer(self, request: Request, table: Table) -> Response:
        """Answer with a page of rows, or of changes; raises Refusal."""
        options = read_options(request)
        if refused := _FORBIDDEN.intersection(options):
            raise errors.bad_query(f"The {min(refused)} query option is not supported with change tracking.")
        if not table.change_tracking:
            raise errors.bad_query(f"Change tracking is not enabled for entity {table.name}.")
        cookie = read_cookie(options.get("$skiptoken"))
        token = options.get("$deltatoken")
        page = self._all(request, table, cookie) if token is None else self._since(request, table, token, cookie)
        shown = f"({options['$select']})" if "$select" in options else ""
        context = f"{request.origin}{ROOT}$metadata#{table.set_name}{shown}/$delta"
        return json_response({"@odata.context": context, **page}, 200, {"Preference-Applied": "odata.track-changes"})

    def _all(self, request: Request, table: Table, cookie: dict[str, Any]) -> dict[str, Any]:
        rows, size = self._database.tables[table.name], _page_size(request)
        floor = cookie.get("floor", self._database.floor())
        ids = sorted(row_id for row_id in rows.rows if row_id > cookie.get("last", ""))
        value = [self._written(request, table, rows.rows[row_id]) for row_id in ids[:size]]
        if len(ids) > size:
            return {"value": value, "@odata.nextLink": next_link(request, {"floor": floor, "last": ids[size - 1]})}
        return {"value": value, "@odata.deltaLink": self._delta_link(request, floor)}

    def _since(self, request: Request, table: Table, token: str, cookie: dict[str, Any]) -> dict[str, Any]:
        since, size = self._read_token(token), _page_size(request)
        rows, floor = self._database.tables[table.name], cookie.get("floor", self._database.floor())
        changed = sorted(_changed(rows, cookie.get("changed", since), floor))
        deleted = sorted(_deleted(rows, cookie.get("deleted", since), floor))
        page = changed[:size]
        gone = deleted[: size - len(page)]
        value = [self._written(request, table, rows.rows[row_id]) for _, row_id in page]
        value += [self._deletion(request, table, row_id) for _, row_id in gone]
        if len(changed) + len(deleted) <= size:
            return {"value": value, "@odata.deltaLink": self._delta_link(request, floor)}
        seen = {"changed": page[-1][0] if page else floor, "deleted": gone[-1][0] if gone else since}
        return {"value": value, "@odata.nextLink": next_link(request, {"floor": floor, **seen})}

    def _written(self, request: Request, table: Table, row: Row) -> dict[str, Any]:
        return self._reader.written(self._reader.shape(table, read_options(request)), row)

    def _deletion(self, request: Request, table: Table, row_id: str) -> dict[str, Any]:
        context = f"{request.origin}{ROOT}$metadata#{table.set_name}/$deletedEntity"
        return {"@odata.context": context, "id": row_id, "reason": "deleted"}

    def _delta_link(self, request: Request, floor: int) -> str:
        token = f"{floor}!{kept_time(self._clock.now())}"
        selected = [f"$select={quote(value, safe=',')}" for name, value in request.query if name == "$select"]
        query = "&".join([*selected, f"$deltatoken={quote(token, safe='')}"])
        return f"{request.origin}{quote(request.path)}?{query}"

    def _read_token(self, token: str) -> int:
        found = _TOKEN.fullmatch(token)
        if found is None:
            raise errors.bad_query("Invalid $deltatoken.")
        if int(found[1]) < self._expired_below or self._clock.now() - utc(found[2]) > self.life:
            raise errors.delta_expired()
        return int(found[1])


def _page_size(request: Request) -> int:
    asked = preferences(request).get("odata.maxpagesize", "")
    return min(int(asked), PAGE) if asked.isdigit() and int(asked) > 0 else PAGE


def _changed(rows: TableRows, since: int, floor: int) -> Iterator[tuple[int, str]]:
    for row_id, version in reversed(rows.touched.items()):
        if version <= since:
            return
        if version <= floor:
            yield version, row_id


def _deleted(rows: TableRows, since: int, floor: int) -> Iterator[tuple[int, str]]:
    for version, row_id in reversed(rows.tombstones):
        if version <= since:
            return
        if version <= floor and row_id not in rows.rows:
            yield version, row_id
