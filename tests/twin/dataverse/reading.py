"""GET of rows: one row, a page of a collection, a count.

There is no `$skip`. A page has at most 5,000 rows (`Prefer: odata.maxpagesize`), the next one is behind
`@odata.nextLink`, whose cookie names the last row that was given; the Prefer header has to be repeated (Microsoft
Learn, "Page results"). `$top` is ignored next to a page size.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

import simplejson

from tests.twin.dataverse import errors
from tests.twin.dataverse.address import ROOT
from tests.twin.dataverse.database import Database, TableRows
from tests.twin.dataverse.schema import Column, Table
from tests.twin.dataverse.shape import Shape, annotated, parse_shape, write
from tests.twin.dataverse.values import Row, folded
from tests.twin.http import Request, Response, json_response
from tests.twin.odata import Filter, FilterError, Kind, Path, Property, parse_filter

PAGE = 5_000
COUNT_CAP = 5_000
_OPTIONS = {"$select", "$filter", "$orderby", "$top", "$expand", "$count", "$skiptoken", "$deltatoken"}
_COOKIE = re.compile(r'pagingcookie="([^"]*)"')
_KINDS: dict[str, Kind] = {
    "string": "string", "memo": "string", "guid": "guid", "lookup": "guid", "owner": "guid",
    "boolean": "boolean", "datetime": "datetime", "date": "date",
}  # fmt: skip


def preferences(request: Request) -> dict[str, str]:
    """Read the Prefer header: names in lower case, quotes removed."""
    header = request.headers.get("prefer", "")
    pairs = (part.partition("=") for part in re.split(r',(?=(?:[^"]*"[^"]*")*[^"]*$)', header) if part.strip())
    return {name.strip().lower(): value.strip().strip('"') for name, _, value in pairs}


def etag(row: Row) -> str:
    """Return the ETag of a row."""
    return f'W/"{row["versionnumber"]}"'


class Reader:
    """Answers GET requests from committed rows."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._shapes: dict[tuple[str, str | None, str | None], Shape] = {}

    def shape(self, table: Table, options: Mapping[str, str]) -> Shape:
        """Return the compiled `$select` and `$expand` of a request."""
        asked = (table.name, options.get("$select"), options.get("$expand"))
        if asked not in self._shapes:
            self._shapes[asked] = parse_shape(self._database.schema, table, *asked[1:])
        return self._shapes[asked]

    def one(self, request: Request, table: Table, row: Row, status: int = 200) -> Response:
        """Answer with one row, or 304 if the caller has this version already."""
        options = read_options(request)
        if set(options) - {"$select", "$expand"}:
            raise errors.bad_query("Only $select and $expand go with one row.")
        wanted = preferences(request)
        conditional = "$expand" not in options and "odata.include-annotations" not in wanted
        if request.method == "GET" and conditional and request.headers.get("if-none-match") == etag(row):
            return Response(304, {"ETag": etag(row)})
        shape = self.shape(table, options)
        context = f"{request.origin}{ROOT}$metadata#{table.set_name}{_selection(options)}/$entity"
        body = {"@odata.context": context, **self.written(shape, row, wanted.get("odata.include-annotations"))}
        return json_response(body, status, {"ETag": etag(row)})

    def many(self, request: Request, table: Table) -> Response:
        """Answer with a page of rows."""
        options = read_options(request)
        wanted = preferences(request)
        shape = self.shape(table, options)
        rows = self._found(table, options.get("$filter"))
        ordered = self._ordered(table, rows, options.get("$orderby"))
        size, more = _page_size(wanted, options)
        start = _start(ordered, table, options.get("$skiptoken"))
        page = ordered[start : start + size]
        body = self._collection(request, table, options, shape, page)
        if options.get("$count") == "true":
            body["@odata.count"] = min(len(ordered), COUNT_CAP)
        body["value"] = body.pop("value")
        if more and start + size < len(ordered):
            body["@odata.nextLink"] = next_link(request, {"last": page[-1][table.primary_id], "at": start + size})
        applied = {"Preference-Applied": f"odata.maxpagesize={size}"} if "odata.maxpagesize" in wanted else {}
        return json_response(body, 200, applied)

    def count(self, request: Request, table: Table) -> Response:
        """Answer `/set/$count`."""
        found = len(self._found(table, request.option("$filter")))
        return Response(200, {"Content-Type": "text/plain"}, str(min(found, COUNT_CAP)).encode())

    def written(self, shape: Shape, row: Row, wanted: str | None = None) -> dict[str, Any]:
        """Write a row with its ETag and the annotations asked for."""
        body = {"@odata.etag": etag(row), **write(shape, row, self._database.get)}
        if wanted:
            body.update(annotated(shape, row, wanted))
        return body

    def _collection(
        self, request: Request, table: Table, options: Mapping[str, str], shape: Shape, page: list[Row]
    ) -> dict[str, Any]:
        wanted = preferences(request).get("odata.include-annotations")
        context = f"{request.origin}{ROOT}$metadata#{table.set_name}{_selection(options)}"
        return {"@odata.context": context, "value": [self.written(shape, row, wanted) for row in page]}

    def _found(self, table: Table, condition: str | None) -> list[Row]:
        rows = self._database.tables[table.name]
        if condition is None:
            return list(rows.rows.values())
        compiled = self._compiled(table, condition)
        return [row for row in _candidates(rows, compiled) if compiled.keeps(row)]

    def _compiled(self, table: Table, condition: str) -> Filter:
        def resolve(path: Path) -> Property:
            return self._property(table, path)

        try:
            return parse_filter(condition, resolve, null_differs=True)
        except FilterError as error:
            raise errors.bad_query(str(error)) from error

    def _property(self, table: Table, path: Path) -> Property:
        if len(path) == 1:
            return _column_property(table, path[0])
        if len(path) > 2:
            raise errors.bad_query(f"The path {'/'.join(path)} is too deep for $filter.")
        if path[0] not in table.navigations:
            raise errors.no_such_property(table.name, path[0])
        column, target = table.navigations[path[0]]
        inner = _column_property(self._database.schema.tables[target], path[1])
        get = self._database.get

        def through(row: Mapping[str, Any]) -> Any:
            reference = row.get(column.name)
            found = get(*reference) if reference and reference.table == target else None
            return found and inner.get(found)

        return Property(through, inner.kind)

    def _ordered(self, table: Table, rows: list[Row], orderby: str | None) -> list[Row]:
        identity = table.primary_id
        ordered = sorted(rows, key=lambda row: str(row[identity]))
        for term in reversed([part.split() for part in (orderby or "").split(",") if part.strip()]):
            if len(term) > 2 or (len(term) == 2 and term[1] not in ("asc", "desc")):
                raise errors.bad_query(f"Syntax error in $orderby: {orderby}")
            get = _column_property(table, term[0]).get
            ordered.sort(key=lambda row: _sort_key(get(row)), reverse=term[-1] == "desc")
        return ordered


def read_options(request: Request) -> dict[str, str]:
    """Return the system query options; raises Refusal for one the platform does not have."""
    options: dict[str, str] = {}
    for name, value in request.query:
        if not name.startswith("$"):
            continue
        if name == "$skip":
            raise errors.bad_query("Skip Clause is not supported in CRM")
        if name == "$apply":
            raise errors.not_played(name)
        if name not in _OPTIONS or name in options:
            raise errors.bad_query(f"The query parameter {name} is not supported or was given twice.")
        options[name] = value
    return options


def next_link(request: Request, cookie: Mapping[str, Any]) -> str:
    """Make the address of the next page: the same query with a cookie."""
    packed = base64.urlsafe_b64encode(simplejson.dumps(cookie).encode()).decode()
    token = f'<cookie pagenumber="2" pagingcookie="{packed}" istracking="False" />'
    kept = [(name, value) for name, value in request.query if name != "$skiptoken"]
    query = "&".join(f"{name}={quote(value, safe='')}" for name, value in [*kept, ("$skiptoken", token)])
    return f"{request.origin}{quote(request.path)}?{query}"


def read_cookie(token: str | None) -> dict[str, Any]:
    """Read the cookie of a next link; raises Refusal for one that was tampered with."""
    if token is None:
        return {}
    found = _COOKIE.search(token)
    try:
        cookie = simplejson.loads(base64.urlsafe_b64decode(found[1])) if found else None
    except ValueError:
        cookie = None
    if not isinstance(cookie, dict):
        raise errors.bad_query("Invalid $skiptoken.")
    return cookie


def _page_size(wanted: Mapping[str, str], options: Mapping[str, str]) -> tuple[int, bool]:
    """Return how many rows a page has, and whether further pages follow."""
    asked, top = wanted.get("odata.maxpagesize"), options.get("$top")
    if asked is not None:
        if not asked.isdigit() or int(asked) < 1:
            raise errors.bad_query("odata.maxpagesize must be a positive number.")
        return min(int(asked), PAGE), True
    if top is not None:
        if not top.isdigit():
            raise errors.bad_query(f"Invalid value '{top}' for $top query option found.")
        return min(int(top), PAGE), False
    return PAGE, True


def _start(ordered: list[Row], table: Table, token: str | None) -> int:
    cookie = read_cookie(token)
    if not cookie:
        return 0
    last = next((at for at, row in enumerate(ordered) if row[table.primary_id] == cookie.get("last")), None)
    # The row the last page ended with may be gone by now; its place is the next best.
    return int(cookie.get("at", 0)) if last is None else last + 1


def _candidates(rows: TableRows, condition: Filter) -> Iterable[Row]:
    """Narrow the rows by one equality on an indexed column, if the filter has one."""
    for path, value in condition.equal.items():
        column = rows.table.properties.get(path[0]) if len(path) == 1 else None
        if column is None:
            continue
        if column.name == rows.table.primary_id:
            return [rows.rows[value]] if value in rows.rows else []
        if column.name in rows.indexed:
            return [rows.rows[row_id] for row_id in rows.having(column.name, value)]
    return rows.rows.values()


def _column_property(table: Table, name: str) -> Property:
    column = table.properties.get(name)
    if column is None:
        raise errors.no_such_property(table.name, name)
    return Property(_getter(column), _KINDS.get(column.type, "number"))


def _getter(column: Column) -> Any:
    name = column.name
    if column.is_lookup:
        return lambda row: row.get(name) and row[name].id
    return lambda row: row.get(name)


def _sort_key(value: Any) -> tuple[bool, Any]:
    return (False, 0) if value is None else (True, folded(value))


def _selection(options: Mapping[str, str]) -> str:
    return f"({options['$select']})" if "$select" in options else ""
