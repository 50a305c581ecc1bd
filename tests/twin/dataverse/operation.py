"""One message on one row (Create, Update, Delete), or an action, and the request it belongs to."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from tests.twin.dataverse.database import Transaction
from tests.twin.dataverse.schema import Table, table
from tests.twin.dataverse.values import Row

#: What the platform calls the table, and the row, of a message that has none.
NO_TABLE, NO_ID = table("none"), "00000000-0000-0000-0000-000000000000"
#: Create, Update, Delete, or the name of an action.
Message = str


@dataclass(frozen=True, slots=True)
class Caller:
    """Who makes the request: the systemuser's id and the Entra object id; `is_dual_write` is the app itself."""

    user_id: str
    object_id: str
    agent: str = ""
    is_dual_write: bool = False


@dataclass(slots=True)
class Run:
    """One request from outside: a transaction, and what its events have in common.

    `tag` is the value of the optional `tag` query parameter; `bypassed` the ids of the steps that are not to fire,
    `silent_modes` the modes (synchronous, asynchronous) none of whose steps are.
    """

    caller: Caller
    transaction: Transaction
    now: datetime
    correlation_id: str
    tag: str | None = None
    bypassed: frozenset[str] = frozenset()
    silent_modes: frozenset[int] = frozenset()
    operations: list[Operation] = field(default_factory=list)


@dataclass(slots=True)
class Operation:
    """What happens to one row.

    `sent` holds the columns in the request, `target` those and the platform's own ones; `before` and `after` the whole
    row. Depth 1 comes from outside, deeper ones are reactions to their `parent`.
    """

    message: Message
    table: Table
    row_id: str
    sent: Row
    before: Row | None = None
    target: Row = field(default_factory=dict)
    after: Row | None = None
    depth: int = 1
    parent: Operation | None = None

    @property
    def row(self) -> Row:
        """The row as it is after the operation, or was before a deletion."""
        found = self.after if self.after is not None else self.before
        if found is None:
            raise RuntimeError(f"{self.message} of {self.table.name} has no row yet.")
        return found

    def changes(self, column: str) -> bool:
        """Tell whether the operation gives the column another value than it had."""
        return column in self.sent and (self.before or {}).get(column) != self.sent[column]
