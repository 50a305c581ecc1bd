"""Time, expenses and usage: their status is changed by submitting and approving only (Learn, "Approvals overview").

The texts of the guards are ours; the one about tasks is Microsoft's (Learn, "Frequent issues with dual-write"). That what
makes an activity ambiguous is that its task has tasks below it is read from the cause given there, that a number which
no task has is refused in the same words from the words themselves.
"""

from __future__ import annotations

from collections.abc import Callable

from tests.twin.dataverse import errors
from tests.twin.dataverse.act import Act
from tests.twin.dataverse.processes.posting import amount_of
from tests.twin.dataverse.tables.entries import DRAFT, JOURNAL_CONFIRMED
from tests.twin.dataverse.values import Reference

TASK_GUARD = (
    "Could not resolve project task for export expense. The specified task activity number doesn't uniquely identify "
    "the task of the project in the system."
)
CATEGORY_GUARD = "The expense category belongs to another company than the project."
DELETE_GUARD = "An entry that was submitted or approved can't be deleted."
CONFIRMED_GUARD = "The lines of a confirmed journal can't be changed."
STATUS_GUARD = "The status can't be changed directly. Submit, approve, reject or recall the entry."

_PRICED = ("msdyn_quantity", "msdyn_price")
_TASK, _NUMBER = "msdyn_projecttask", "msdyn_activitynumber"


def guard_status(column: str, *kept: int) -> Callable[[Act], None]:
    """Make the guard of a status column; `kept` are the states in which an entry can't be deleted (an assumption)."""

    def check(act: Act) -> None:
        before = (act.operation.before or {}).get(column, DRAFT)
        if act.operation.message == "Delete":
            if before in kept:
                raise errors.plugin(DELETE_GUARD)
            return
        if act.from_outside and act.operation.sent.get(column, before) != before:
            raise errors.plugin(STATUS_GUARD)

    return check


def guard_category(act: Act) -> None:
    """Refuse an expense whose category is another company's than its project (Learn, "Expense management integration")."""
    sent = act.operation.sent
    category, project = act.read(act.row.get("msdyn_expensecategory")), act.read(act.row.get("msdyn_project"))
    if not category or not project or sent.keys().isdisjoint(("msdyn_expensecategory", "msdyn_project")):
        return
    if category.get("msdyn_owningcompany") not in (None, project.get("msdyn_owningcompany")):
        raise errors.plugin(CATEGORY_GUARD)


def resolve_task(act: Act) -> None:
    """Find the task of an expense that Finance recorded on an activity; refuse it on none, several, or one with tasks below it."""
    sent = act.operation.sent
    if not act.from_outside or not act.run.caller.is_dual_write:
        return
    if act.operation.changes(_NUMBER) or act.operation.changes("msdyn_project"):
        number = act.row.get(_NUMBER)
        if number or _NUMBER in sent:
            sent["msdyn_task"] = _task(act, number) if number else None
    task = sent.get("msdyn_task")
    if task is not None and any(act.having(_TASK, "msdyn_parenttask", task)):
        raise errors.plugin(TASK_GUARD)


def _task(act: Act, number: str) -> Reference:
    """Find the one task of the expense's project that has a number."""
    found = act.run.transaction.having(_TASK, _NUMBER, number)
    tasks = [task for task, row in found if row.get("msdyn_project") == act.row.get("msdyn_project")]
    if len(tasks) != 1:
        raise errors.plugin(TASK_GUARD)
    return Reference(_TASK, tasks[0])


def guard_journal_line(act: Act) -> None:
    """Refuse changes of the lines of a journal that was confirmed (an assumption); work out the amount of an edited one."""
    journal = act.read(act.row.get("msdyn_journal"))
    if act.from_outside and journal.get("msdyn_journalstatus") == JOURNAL_CONFIRMED:
        raise errors.plugin(CONFIRMED_GUARD)
    sent = act.operation.sent
    if act.from_outside and act.operation.message == "Update" and not sent.keys().isdisjoint(_PRICED):
        sent["msdyn_amount"] = amount_of(act.row)
