"""Actuals that Finance lost: "Sync Actuals" writes them and their connections again, so that whoever listens hears of them.

Source: Microsoft Learn, "Manage actuals reconciliation". That the rows are written again unchanged is an assumption.
"""

from __future__ import annotations

from tests.twin.dataverse.act import Act
from tests.twin.dataverse.processes.connections import CONNECTIONS
from tests.twin.dataverse.values import Reference

_SIDES = ("msdyn_transaction1", "msdyn_transaction2")


async def sync_actuals(act: Act, actuals: list[Reference]) -> None:
    """Touch actuals, then each connection of theirs once."""
    connections: dict[Reference, None] = {}
    for actual in actuals:
        await _touch(act, actual)
        for side in _SIDES:
            found = act.run.transaction.having(CONNECTIONS, side, actual.id)
            connections |= dict.fromkeys(Reference(CONNECTIONS, row_id) for row_id, _ in found)
    for connection in connections:
        await _touch(act, connection)


async def _touch(act: Act, reference: Reference) -> None:
    table = act.run.transaction.schema.tables[reference.table]
    row = act.read(reference)
    own = {name for name, column in table.columns.items() if column.read_only or column.create_only}
    await act.touch(reference, {name: value for name, value in row.items() if name not in own})
