"""Parameters of actions: lists of rows, each named by its type and id as the Web API writes entities."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.twin.dataverse import errors
from tests.twin.dataverse.act import Act
from tests.twin.dataverse.values import Reference, guid

_TYPE = "Microsoft.Dynamics.CRM."


async def targets(act: Act, *tables: str, parameter: str = "Targets") -> list[Reference]:
    """Lock and return the rows that an action is to be done to, all there and of these tables; raises Refusal."""
    named = act.operation.sent.get(parameter)
    if not isinstance(named, list) or not named:
        raise errors.bad_payload(f"'{parameter}' must be a list of rows.")
    return [await _target(act, each, tables) for each in named]


async def _target(act: Act, named: Any, tables: tuple[str, ...]) -> Reference:
    told: Mapping[str, Any] = named if isinstance(named, Mapping) else {}
    table = str(told.get("@odata.type", "")).removeprefix(_TYPE)
    row_id = guid(str(told.get(f"{table}id", "")))
    if table not in tables or row_id is None:
        raise errors.bad_payload(f"A target must be a row of {', '.join(tables)} with its id.")
    found = Reference(table, row_id)
    await act.lock(found)
    if not act.read(found):
        raise errors.no_such_row(table, row_id)
    return found
