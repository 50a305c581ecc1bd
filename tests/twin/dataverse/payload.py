"""The body of a write: JSON properties become columns.

A lookup is written through its navigation property, `"msdyn_Customer@odata.bind": "/accounts(…)"`, case sensitive; null
clears it. Anything the table does not declare is refused. Read-only columns are dropped silently (common knowledge), as
are annotations other than `@odata.bind`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tests.twin.dataverse import errors
from tests.twin.dataverse.address import ROOT, find_row, parse_address
from tests.twin.dataverse.database import Database
from tests.twin.dataverse.schema import Column, Table
from tests.twin.dataverse.values import Reference, Row, accept
from tests.twin.http import Request

BIND = "@odata.bind"


def read_object(request: Request) -> Mapping[str, Any]:
    """Parse a JSON object from a request's body; raises Refusal."""
    if not request.headers.get("content-type", "").lower().startswith("application/json"):
        raise errors.Refusal(415, "", "The request's Content-Type must be application/json.")
    try:
        body = request.json()
    except ValueError as error:
        raise errors.bad_payload(f"A JSON object was expected: {error}") from error
    if not isinstance(body, Mapping):
        raise errors.bad_payload("A JSON object was expected.")
    return body


def read_columns(database: Database, table: Table, body: Mapping[str, Any], *, creating: bool) -> Row:
    """Turn the properties of a body into kept values; raises Refusal."""
    columns: Row = {}
    for column, value in _assignments(database, table, body):
        if column.read_only or (column.create_only and not creating):
            continue
        columns[column.name] = value
    return columns


def _assignments(database: Database, table: Table, body: Mapping[str, Any]) -> Iterator[tuple[Column, Any]]:
    for name, value in body.items():
        if name.endswith(BIND):
            yield _bound(database, table, name.removesuffix(BIND), value)
        elif "@" not in name:
            column = _plain_column(table, name, value)
            yield column, accept(table, column, value)


def _plain_column(table: Table, name: str, value: Any) -> Column:
    if name in table.navigations:
        if isinstance(value, Mapping):
            raise errors.not_played("the creation of a related row within another one's body")
        raise errors.undeclared_property(table.name, name)
    column = table.columns.get(name)
    if column is not None and not column.is_lookup:
        return column
    if name in table.properties:
        raise errors.bad_query(
            "CRM do not support direct update of Entity Reference properties, Use Navigation properties instead."
        )
    raise errors.invalid_property(table.name, name)


def _bound(database: Database, table: Table, navigation: str, value: Any) -> tuple[Column, Reference | None]:
    named = table.navigations.get(navigation)
    if named is None:
        raise errors.undeclared_property(table.name, navigation)
    column, target = named
    if value is None:
        return column, None
    if not isinstance(value, str):
        raise errors.bad_payload(f"'{navigation}{BIND}' takes a resource address.")
    reference = resolve(database, value)
    allowed = column.targets if column.type == "owner" else (target,)
    if reference.table not in allowed:
        raise errors.bad_payload(f"'{navigation}' takes a row of {', '.join(allowed)}, not of {reference.table}.")
    return column, reference


def resolve(database: Database, address: str) -> Reference:
    """Find the row a resource address names: absolute or relative, by id or by alternate key; raises Refusal.

    A row named by id is not looked for: whether it exists is checked when it is written.
    """
    resource = address.partition(ROOT)[2] if ROOT in address else address.removeprefix("/")
    found = parse_address(database.schema, resource)
    if not found.is_row or found.rest:
        raise errors.bad_payload(f"'{address}' does not address a row.")
    row_id = found.row_id or find_row(database.tables[found.table.name], found.key)
    if row_id is None:
        raise errors.no_such_key(found.table.name)
    return Reference(found.table.name, row_id)
