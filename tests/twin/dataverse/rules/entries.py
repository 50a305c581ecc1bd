"""Time, expenses and usage: their status is changed by submitting and approving only (Learn, "Approvals overview").

The text of the guard is ours. A number that several tables share names the same step in all of them.
"""

from __future__ import annotations

from collections.abc import Callable

from tests.twin.dataverse import errors
from tests.twin.dataverse.act import Act
from tests.twin.dataverse.tables.entries import DRAFT

STATUS_GUARD = "The status can't be changed directly. Submit, approve, reject or recall the entry."


def guard_status(column: str) -> Callable[[Act], None]:
    """Make the guard of a status column."""

    def check(act: Act) -> None:
        before = (act.operation.before or {}).get(column, DRAFT)
        if act.from_outside and act.operation.sent.get(column, before) != before:
            raise errors.plugin(STATUS_GUARD)

    return check
