"""CreateMultiple, UpdateMultiple, UpsertMultiple: one transaction; any error undoes all and does not name the row.

Each row raises its own Create or Update event, once. Row versions are not honoured. Source: Microsoft Learn, "Use bulk
operation messages".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.twin.dataverse import errors
from tests.twin.dataverse.address import Address, find_row, parse_address
from tests.twin.dataverse.database import Database
from tests.twin.dataverse.operation import Run
from tests.twin.dataverse.payload import read_columns
from tests.twin.dataverse.pipeline import Pipeline
from tests.twin.dataverse.schema import Table
from tests.twin.dataverse.values import guid
from tests.twin.http import Response, json_response

ACTIONS = ("CreateMultiple", "UpdateMultiple", "UpsertMultiple")
Target = Mapping[str, Any]


class BulkActions:
    """The bulk actions bound to a table's collection."""

    def __init__(self, database: Database, pipeline: Pipeline) -> None:
        self._database = database
        self._pipeline = pipeline

    async def act(self, run: Run, address: Address, body: Mapping[str, Any]) -> Response:
        """Run one action on all its targets; raises Refusal."""
        table, action = address.table, address.rest.rpartition(".")[2]
        targets = _targets(table, body)
        if action == "CreateMultiple":
            ids = [await self._create(run, table, target) for target in targets]
            return json_response({"Ids": ids})
        for target in targets:
            if action == "UpdateMultiple":
                await self._update(run, table, self._own_id(table, target), target)
            else:
                await self._upsert(run, table, target)
        return Response(204) if action == "UpdateMultiple" else json_response({})

    async def _create(self, run: Run, table: Table, target: Target, **key: Any) -> str:
        columns = read_columns(self._database, table, target, creating=True)
        return await self._pipeline.create(run, table.name, {**key, **columns})

    async def _update(self, run: Run, table: Table, row_id: str, target: Target) -> None:
        columns = read_columns(self._database, table, target, creating=False)
        await self._pipeline.update(run, table.name, row_id, columns)

    async def _upsert(self, run: Run, table: Table, target: Target) -> None:
        if "@odata.id" in target:
            address = parse_address(self._database.schema, str(target["@odata.id"]).removeprefix("/"))
            key = dict(address.key)
            row_id = address.row_id or find_row(self._database.tables[table.name], key)
        else:
            key, row_id = {}, self._own_id(table, target)
        if row_id is not None and run.transaction.get(table.name, row_id) is not None:
            kept = {name: value for name, value in target.items() if name not in key}
            await self._update(run, table, row_id, kept)
            return
        identity = {table.primary_id: row_id} if row_id else {}
        await self._create(run, table, target, **key, **identity)

    def _own_id(self, table: Table, target: Target) -> str:
        row_id = guid(str(target.get(table.primary_id, "")))
        if row_id is None:
            raise errors.invalid_argument(f"A target has no valid {table.primary_id}.")
        return row_id


def _targets(table: Table, body: Mapping[str, Any]) -> list[Target]:
    targets = body.get("Targets")
    if not isinstance(targets, list) or not targets:
        raise errors.bad_payload("'Targets' must be a list of rows.")
    kind = f"Microsoft.Dynamics.CRM.{table.name}"
    if any(not isinstance(target, Mapping) or target.get("@odata.type") != kind for target in targets):
        raise errors.bad_payload(f"Each target needs '@odata.type': '{kind}'.")
    return targets
