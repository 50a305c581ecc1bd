"""The twin's rows in a JSON file, so that a twin that was stopped goes on where it was.

What is saved: rows, deletions, counters and the seeded random source. What is not: faults, limits, undelivered events.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import simplejson

from tests.twin.dataverse.database import Database, TableRows
from tests.twin.dataverse.genesis import Environment, User
from tests.twin.dataverse.twin import DataverseTwin
from tests.twin.dataverse.values import Reference, Row

_FORMAT = 1


def save(twin: DataverseTwin, path: Path) -> None:
    """Write the state beside the file, then put it in its place."""
    database, environment = twin.database, twin.environment
    state = {
        "format": _FORMAT,
        "version": database.version,
        "sequences": database.sequences,
        "random": database.random.getstate(),
        "environment": {
            "users": {name: [user.user_id, user.object_id] for name, user in environment.users.items()},
            "business_unit_id": environment.business_unit_id,
            "base_currency_id": environment.base_currency_id,
        },
        "tables": {name: _saved(rows) for name, rows in database.tables.items()},
    }
    beside = path.with_suffix(".new")
    beside.write_text(simplejson.dumps(state, use_decimal=True, namedtuple_as_object=False))
    beside.replace(path)


def load(twin: DataverseTwin, path: Path) -> None:
    """Read a state that `save` wrote; raises ValueError for anything else."""
    state = simplejson.loads(path.read_text(), use_decimal=True)
    if not isinstance(state, dict) or state.get("format") != _FORMAT:
        raise ValueError(f"{path} is not a saved state of this twin.")
    database = Database(twin.schema, seed=0)
    for name, saved in state["tables"].items():
        _restore(database.tables[name], saved)
    database.version = state["version"]
    database.sequences = state["sequences"]
    version, internal, gauss = state["random"]
    database.random.setstate((version, tuple(internal), gauss))
    told = state["environment"]
    users = {name: User(*ids) for name, ids in told["users"].items()}
    twin.adopt(database, Environment(users, told["business_unit_id"], told["base_currency_id"]))


def _saved(rows: TableRows) -> dict[str, Any]:
    # In the order of commits, which is the order in which `_restore` puts them back for change tracking.
    return {"rows": {row_id: rows.rows[row_id] for row_id in rows.touched}, "tombstones": rows.tombstones}


def _restore(rows: TableRows, saved: dict[str, Any]) -> None:
    lookups = {column.name for column in rows.table.lookups}
    for row_id, columns in saved["rows"].items():
        row: Row = {
            name: Reference(*value) if name in lookups and value is not None else value
            for name, value in columns.items()
        }
        rows.put(row_id, row)
    rows.tombstones = [(version, row_id) for version, row_id in saved["tombstones"]]
