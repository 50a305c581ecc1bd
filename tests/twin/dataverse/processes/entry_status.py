"""Where an entry stands. The tables number the same states differently.

Numbers of expenses are those of Microsoft's table reference; those of time entries and usage logs are unconfirmed.
"""

from __future__ import annotations

from enum import Enum

from tests.twin.dataverse import errors
from tests.twin.dataverse.act import Act
from tests.twin.dataverse.tables import entries, expenses
from tests.twin.dataverse.values import Reference


class State(Enum):
    """The states of an entry, by the label that people see."""

    DRAFT = "Draft"
    SUBMITTED = "Submitted"
    APPROVED = "Approved"
    RETURNED = "Returned"
    RECALL_REQUESTED = "Recall Requested"


_ENTRY_NUMBERS = {
    State.DRAFT: entries.DRAFT,
    State.RETURNED: entries.RETURNED,
    State.APPROVED: entries.APPROVED,
    State.SUBMITTED: entries.SUBMITTED,
    State.RECALL_REQUESTED: entries.RECALL_REQUESTED,
}
_EXPENSE_NUMBERS = {
    State.DRAFT: expenses.DRAFT,
    State.SUBMITTED: expenses.SUBMITTED,
    State.APPROVED: expenses.APPROVED,
    State.RETURNED: expenses.REJECTED,
    State.RECALL_REQUESTED: expenses.RECALL_REQUESTED,
}
_COLUMNS = {
    "msdyn_timeentry": ("msdyn_entrystatus", _ENTRY_NUMBERS),
    "msdyn_expense": ("msdyn_expensestatus", _EXPENSE_NUMBERS),
    "msdyn_materialusagelog": ("msdyn_materialusagestatus", _ENTRY_NUMBERS),
    "msdyn_projectapproval": ("msdyn_approvalstatus", _ENTRY_NUMBERS),
}
ENTRY_TABLES = ("msdyn_timeentry", "msdyn_expense", "msdyn_materialusagelog")


def state_of(act: Act, entry: Reference) -> State | None:
    """Tell the state of an entry or an approval; nothing for a state that takes no part in approval (posted, paid)."""
    column, numbers = _COLUMNS[entry.table]
    number = act.read(entry).get(column)
    return next((state for state, known in numbers.items() if known == number), None)


async def set_state(act: Act, entry: Reference, state: State) -> None:
    """Write the state of an entry or an approval."""
    column, numbers = _COLUMNS[entry.table]
    await act.update(entry, {column: numbers[state]})


def require(act: Act, entry: Reference, *states: State) -> None:
    """Refuse an entry that is in none of these states; the text is ours."""
    if state_of(act, entry) not in states:
        raise errors.plugin(f"The entry must be {' or '.join(state.value for state in states)}.")
