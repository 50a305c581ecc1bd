"""What GET, POST, PATCH, PUT and DELETE do to an address: the status codes and headers of the Web API.

PATCH is an upsert unless a header says otherwise: `If-Match: *` (only update), `If-None-Match: *` (only create),
`If-Match: W/"…"` (only this version). Source: Microsoft Learn, "Update and delete table rows using the Web API" and
"Perform conditional operations using the Web API".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from tests.twin.dataverse import errors
from tests.twin.dataverse.address import ROOT, Address, find_row, parse_address
from tests.twin.dataverse.bulk import ACTIONS as BULK_ACTIONS
from tests.twin.dataverse.bulk import BulkActions
from tests.twin.dataverse.changes import Changes
from tests.twin.dataverse.database import Database
from tests.twin.dataverse.operation import Run
from tests.twin.dataverse.payload import read_columns, read_object, resolve
from tests.twin.dataverse.pipeline import Pipeline
from tests.twin.dataverse.processes import ACTIONS, Handler
from tests.twin.dataverse.reading import Reader, etag, preferences
from tests.twin.dataverse.schema import Column
from tests.twin.dataverse.values import Reference, Row, accept
from tests.twin.http import Request, Response, json_response

_NO_CONTENT = Response(204)


class Resources:
    """Rows by address. Writes take the run they belong to, so that a change set can share one."""

    def __init__(self, database: Database, pipeline: Pipeline, reader: Reader, changes: Changes) -> None:
        self._database = database
        self._pipeline = pipeline
        self._reader = reader
        self._changes = changes
        self._bulk = BulkActions(database, pipeline)

    def get(self, request: Request) -> Response:
        """Answer a GET; raises Refusal."""
        address = self._address(request)
        table = address.table
        if not address.is_row:
            if address.rest == "$count":
                return self._reader.count(request, table)
            if address.rest:
                raise errors.no_such_segment(address.rest)
            if Changes.asked(request):
                return self._changes.answer(request, table)
            return self._reader.many(request, table)
        row = self._existing(address)
        if not address.rest:
            return self._reader.one(request, table, row)
        return self._part(request, address, row)

    async def write(self, run: Run, request: Request) -> Response:
        """Answer a POST, PATCH, PUT or DELETE; raises Refusal."""
        action = ACTIONS.get(request.path.removeprefix(ROOT))
        if action is not None and request.method == "POST":
            return await self._perform(run, request, action)
        address = self._address(request)
        match request.method:
            case "POST" if address.rest.rpartition(".")[2] in BULK_ACTIONS and not address.is_row:
                return await self._bulk.act(run, address, read_object(request))
            case "POST" if not address.is_row and not address.rest:
                return await self._create(run, request, address)
            case "PATCH" if address.is_row and not address.rest:
                return await self._upsert(run, request, address)
            case "DELETE" if address.is_row and not address.rest:
                return await self._delete(run, request, address)
            case "PUT" | "DELETE" if address.is_row and address.rest:
                return await self._write_part(run, request, address)
        raise errors.method_not_allowed(request.method)

    async def _perform(self, run: Run, request: Request, action: Handler) -> Response:
        parameters = dict(read_object(request))
        answer = await action(self._pipeline.action(run, request.path.removeprefix(ROOT), parameters))
        return _NO_CONTENT if answer is None else json_response(answer)

    def _address(self, request: Request) -> Address:
        return parse_address(self._database.schema, request.path[len(ROOT) :])

    def _row_id(self, address: Address) -> str | None:
        return address.row_id or find_row(self._database.tables[address.table.name], address.key)

    def _existing(self, address: Address) -> Row:
        row_id = self._row_id(address)
        row = self._database.get(address.table.name, row_id) if row_id else None
        if row is None:
            raise _missing(address)
        return row

    async def _create(self, run: Run, request: Request, address: Address) -> Response:
        columns = read_columns(self._database, address.table, read_object(request), creating=True)
        row_id = await self._pipeline.create(run, address.table.name, columns)
        return self._written(run, request, Address(address.table, row_id), row_id, created=True)

    async def _upsert(self, run: Run, request: Request, address: Address) -> Response:
        body, table = read_object(request), address.table
        row_id = self._row_id(address)
        row = None
        if row_id is not None:
            await run.transaction.lock(table.name, row_id)
            row = run.transaction.get(table.name, row_id)
        _check_conditions(request, address, row)
        columns = read_columns(self._database, table, body, creating=row is None)
        if row is None:
            # Values in the body win over those of the address; the ones it lacks are copied from there.
            row_id = await self._pipeline.create(run, table.name, {**address.key, **columns}, row_id=row_id)
            return self._written(run, request, address, row_id, created=True)
        changed = {name: value for name, value in columns.items() if name not in address.key}
        row_id = row[table.primary_id]
        await self._pipeline.update(run, table.name, row_id, changed)
        return self._written(run, request, address, row_id, created=False)

    async def _delete(self, run: Run, request: Request, address: Address) -> Response:
        row_id = self._row_id(address)
        if row_id is None:
            raise _missing(address)
        await run.transaction.lock(address.table.name, row_id)
        row = run.transaction.get(address.table.name, row_id)
        if row is None:
            raise _missing(address)
        _check_conditions(request, address, row)
        await self._pipeline.delete(run, address.table.name, row_id)
        return _NO_CONTENT

    def _written(self, run: Run, request: Request, address: Address, row_id: str, *, created: bool) -> Response:
        headers = {"OData-EntityId": f"{request.origin}{ROOT}{_canonical(address)}"}
        if preferences(request).get("return") != "representation":
            return Response(204, headers)
        row = run.transaction.get(address.table.name, row_id)
        if row is None:
            raise errors.no_such_row(address.table.name, row_id)
        answer = self._reader.one(request, address.table, row, 201 if created else 200)
        applied = {"Preference-Applied": "return=representation", **(headers if created else {})}
        return Response(answer.status, {**answer.headers, **applied}, answer.body)

    def _part(self, request: Request, address: Address, row: Row) -> Response:
        """Read one property, or the row behind a lookup."""
        table, name = address.table, address.rest
        if name in table.navigations:
            reference: Reference | None = row.get(table.navigations[name][0].name)
            target = self._database.get(*reference) if reference else None
            if reference is None or target is None:
                return _NO_CONTENT
            return self._reader.one(request, self._database.schema.tables[reference.table], target)
        column = table.properties.get(name)
        if column is None or column.is_lookup:
            raise errors.no_such_segment(name)
        if row.get(name) is None:
            return _NO_CONTENT
        context = f"{request.origin}{ROOT}$metadata#{_canonical(address)}/{name}"
        return json_response({"@odata.context": context, "value": row[name]}, 200, {"ETag": etag(row)})

    async def _write_part(self, run: Run, request: Request, address: Address) -> Response:
        """Set or clear one property, or a lookup through `/$ref`."""
        row = self._existing(address)
        name, _, tail = address.rest.partition("/")
        if tail == "$ref" and name in address.table.navigations:
            column: Column | None = address.table.navigations[name][0]
            value = None if request.method == "DELETE" else _referenced(self._database, read_object(request))
        else:
            column = address.table.properties.get(name)
            if column is None or column.is_lookup or column.read_only or tail:
                raise errors.no_such_segment(address.rest)
            sent = None if request.method == "DELETE" else read_object(request).get("value")
            value = accept(address.table, column, sent)
        if column is None:
            raise errors.no_such_segment(address.rest)
        await self._pipeline.update(run, address.table.name, row[address.table.primary_id], {column.name: value})
        return _NO_CONTENT


def _check_conditions(request: Request, address: Address, row: Row | None) -> None:
    """Check If-Match and If-None-Match against the row as it is; raises Refusal."""
    match = request.headers.get("if-match")
    if match is not None:
        if row is None:
            raise _missing(address)
        if match != "*" and match != etag(row):
            raise errors.version_mismatch()
    if request.headers.get("if-none-match") == "*" and row is not None:
        raise errors.row_exists()


def _missing(address: Address) -> errors.Refusal:
    if address.row_id is None:
        return errors.no_such_key(address.table.name)
    return errors.no_such_row(address.table.name, address.row_id)


def _canonical(address: Address) -> str:
    """Write the address back; one by alternate key stays one, the id is not told."""
    if address.row_id is not None:
        return f"{address.table.set_name}({address.row_id})"
    pairs = (f"{_key_name(address, name)}={_key_value(value)}" for name, value in address.key.items())
    return f"{address.table.set_name}({','.join(pairs)})"


def _key_name(address: Address, name: str) -> str:
    return address.table.columns[name].property_name


def _key_value(value: Any) -> str:
    if isinstance(value, Reference):
        return value.id
    if isinstance(value, str):
        doubled = value.replace("'", "''")
        return f"'{quote(doubled)}'"
    return str(value)


def _referenced(database: Database, body: Mapping[str, Any]) -> Reference:
    address = body.get("@odata.id")
    if not isinstance(address, str):
        raise errors.bad_payload("'@odata.id' is missing.")
    return resolve(database, address)
