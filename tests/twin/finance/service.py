"""The OData service: one request in, one response out, all or nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import quote

from tests.twin.finance.address import Address, location, parse_address
from tests.twin.finance.metadata import Catalogue
from tests.twin.finance.reading import Reader, context, sees
from tests.twin.finance.refusals import NotFound, Refusal
from tests.twin.finance.rows import Change, Database, Row, Table
from tests.twin.finance.settings import Settings
from tests.twin.finance.writing import Writer
from tests.twin.http import Request, Response

#: Told what a transaction did and by whom, once it is committed.
Committed = Callable[[Sequence[Change], str], None]

_JSON = {"Content-Type": "application/json; odata.metadata=minimal; odata.streaming=true", "OData-Version": "4.0"}


class DataService:
    """Answers `/data`."""

    def __init__(self, database: Database, settings: Settings, writer: Writer, committed: Committed) -> None:
        self._database = database
        self._settings = settings
        self._writer = writer
        self._committed = committed
        self._reader = Reader(settings)
        entities = {name: table.entity for name, table in database.tables.items()}
        self._entities = {name: each for name, each in entities.items() if each.in_odata}
        self._catalogue = Catalogue(entities)

    def answer(self, request: Request) -> Response:
        """Perform one request in a transaction of its own."""
        try:
            response = self.perform(request)
        except Refusal as refusal:
            self._database.roll_back()
            return refusal.response()
        self.commit(request)
        return response

    def commit(self, request: Request) -> None:
        """End the transaction; the user of the request is who did it."""
        changes = self._database.commit()
        if changes:
            self._committed(changes, request.headers.get("x-twin-user", ""))

    def roll_back(self) -> None:
        """Undo what was performed since the last commit."""
        self._database.roll_back()

    def perform(self, request: Request) -> Response:
        """Perform one request without ending the transaction; raises Refusal."""
        if request.path == "/data/$metadata":
            return Response(200, {"Content-Type": "application/xml"}, self._catalogue.csdl)
        if request.path.startswith("/metadata/"):
            return self._catalogue.answer(request.path)
        address = parse_address(request.path, self._entities)
        match request.method, address.key is not None:
            case "GET", True:
                return Response(200, _JSON, self._reader.one(request, address, self._table(address)))
            case "GET", False:
                return Response(200, _JSON, self._reader.page(request, self._table(address)))
            case "POST", False:
                return self._create(request, address)
            case (("PATCH" | "PUT"), True):
                self._writer.update(address.entity, self._current(request, address), _body(request))
                return Response(204)
            case "DELETE", True:
                self._writer.delete(address.entity, self._current(request, address))
                return Response(204)
        raise Refusal(405, f"The requested resource does not support http method '{request.method}'.", kind="")

    def _create(self, request: Request, address: Address) -> Response:
        row = self._writer.create(address.entity, _body(request))
        # Business logic may have written the row again in the same transaction.
        row = self._table(address).rows[row.rec_id]
        quoted = row.etag.replace('"', '\\"')
        body = (
            f'{{"@odata.context":"{context(address.entity, request.origin)}/$entity",'
            f'"@odata.etag":"{quoted}",{",".join(row.wire.values())}}}'
        )
        where = f"{request.origin}/data/{location(address.entity, row.values)}"
        return Response(201, {**_JSON, "Location": quote(where, safe="/:?=(),'"), "ETag": row.etag}, body.encode())

    def _current(self, request: Request, address: Address) -> Row:
        """Return the row to be written; raises NotFound, or Refusal for a stale If-Match."""
        assert address.key is not None
        row = self._table(address).find(address.key) if sees(request, self._settings, address) else None
        if row is None:
            raise NotFound(request.path)
        wanted = request.headers.get("if-match", "*")
        if self._settings.if_match != "ignored" and wanted not in ("*", row.etag):
            raise Refusal(self._settings.if_match, "The row was changed since it was read.", kind="")
        return row

    def _table(self, address: Address) -> Table:
        return self._database.tables[address.entity.collection]


def _body(request: Request) -> dict[str, Any]:
    try:
        sent = request.json()
    except ValueError as error:
        raise Refusal(400, f"An error occurred while reading the request payload: {error}") from error
    if not isinstance(sent, dict):
        raise Refusal(400, "The request payload is not an object.")
    return sent
