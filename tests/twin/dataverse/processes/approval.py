"""Submitting, approving, rejecting, recalling and canceling of time entries, expenses and usage logs.

    Draft -> Submitted -> Approved             Submitted -> Returned (rejected) | Draft (recalled)
    Approved -> Submitted (approval canceled)  Approved -> Recall Requested -> Returned (recall approved)

Source: Microsoft Learn, "Approvals overview", "Cancel approved entries", "Recall approved entries". That an approver
changes what is billed on the sales line of the entry's journal is a simplification. Texts of refusals are ours.
"""

from __future__ import annotations

from tests.twin.dataverse.act import Act
from tests.twin.dataverse.processes.connections import COST_ROLE, UNBILLED_ROLE, connect
from tests.twin.dataverse.processes.drafts import Draft, draft
from tests.twin.dataverse.processes.entry_status import State, require, set_state, state_of
from tests.twin.dataverse.processes.posting import ACTUAL, post_work
from tests.twin.dataverse.processes.reversal import refuse_replaced, require_adjustable, reverse
from tests.twin.dataverse.processes.subcontracts import bought, require_open
from tests.twin.dataverse.processes.terms import require_active
from tests.twin.dataverse.processes.work import Work, price_of, work_of
from tests.twin.dataverse.tables.choices import COST
from tests.twin.dataverse.tables.entries import SUBMISSION
from tests.twin.dataverse.values import Reference

APPROVAL, JOURNAL, JOURNAL_LINE = "msdyn_projectapproval", "msdyn_journal", "msdyn_journalline"
_OPEN = (State.SUBMITTED, State.APPROVED, State.RECALL_REQUESTED)


async def submit(act: Act, entry: Reference) -> None:
    """Write the lines that approval will make actuals of, and ask for approval."""
    require(act, entry, State.DRAFT, State.RETURNED)
    work = _recordable(act, entry)
    require_open(act, work.columns.get("msdyn_subcontract"))
    approval = await _ask(act, entry, work)
    lines = draft(act, work)
    description = work.columns.get("msdyn_description")
    journal = await act.create(JOURNAL, {"msdyn_journaltype": SUBMISSION, "msdyn_description": description})
    more = {"msdyn_journal": journal, "msdyn_projectapproval": approval}
    cost = await act.create(JOURNAL_LINE, {**lines.cost, **more})
    if lines.sales is not None:
        sales = await act.create(JOURNAL_LINE, {**lines.sales, **more})
        await connect(act, sales, UNBILLED_ROLE, cost, COST_ROLE)
    await set_state(act, entry, State.SUBMITTED)


async def approve(act: Act, entry: Reference) -> None:
    """Make the actuals of a submitted entry."""
    require(act, entry, State.SUBMITTED)
    work = _recordable(act, entry)
    approval = _approval(act, entry)
    await post_work(act, _submitted(act, approval) or draft(act, work), {"msdyn_projectapproval": approval})
    await _set_states(act, entry, State.APPROVED)


async def approve_at_once(act: Act, entry: Reference) -> None:
    """Approve what came from Finance as it is: what its system job does. A second time does nothing."""
    if state_of(act, entry) is not State.DRAFT:
        return
    work = _recordable(act, entry)
    approval = await _ask(act, entry, work)
    await post_work(act, draft(act, work), {"msdyn_projectapproval": approval})
    await _set_states(act, entry, State.APPROVED)


async def reject(act: Act, entry: Reference) -> None:
    """Return a submitted entry to whoever made it."""
    require(act, entry, State.SUBMITTED)
    await _set_states(act, entry, State.RETURNED)


async def recall(act: Act, entry: Reference) -> None:
    """Take a submitted entry back; ask for it if the entry was approved."""
    require(act, entry, State.SUBMITTED, State.APPROVED)
    if state_of(act, entry) is State.SUBMITTED:
        await _set_states(act, entry, State.DRAFT)
        return
    _adjustable(act, entry)
    await _set_states(act, entry, State.RECALL_REQUESTED)


async def approve_recall(act: Act, entry: Reference) -> None:
    """Reverse the actuals of an entry that was asked for, and return it."""
    require(act, entry, State.RECALL_REQUESTED)
    await _reverse_all(act, entry)
    await _set_states(act, entry, State.RETURNED)


async def cancel_approval(act: Act, entry: Reference) -> None:
    """Reverse the actuals of an approved entry, which is to be approved again."""
    require(act, entry, State.APPROVED)
    await _reverse_all(act, entry)
    await _set_states(act, entry, State.SUBMITTED)


def _recordable(act: Act, entry: Reference) -> Work:
    work = bought(act, work_of(act, entry))
    require_active(act, work.project)
    return work


async def _ask(act: Act, entry: Reference, work: Work) -> Reference:
    columns = {"msdyn_entry": entry, "msdyn_project": work.project}
    return await act.create(APPROVAL, {**columns, "msdyn_name": work.columns.get("msdyn_description")})


def _approval(act: Act, entry: Reference) -> Reference:
    """Return the approval under way; earlier ones ended with a rejection or a recall."""
    approvals = [found for found, _ in act.having(APPROVAL, "msdyn_entry", entry)]
    return next(approval for approval in approvals if state_of(act, approval) in _OPEN)


def _submitted(act: Act, approval: Reference) -> Draft | None:
    """Return the lines that were submitted, as they are by now; none for what a system job approved."""
    lines = [row for _, row in act.having(JOURNAL_LINE, "msdyn_projectapproval", approval)]
    lines = [{**row, "msdyn_price": price_of(row)} for row in lines]
    cost = next((row for row in lines if row["msdyn_transactiontypecode"] == COST), None)
    sales = next((row for row in lines if row["msdyn_transactiontypecode"] != COST), None)
    return None if cost is None else Draft(cost, sales)


def _adjustable(act: Act, entry: Reference) -> list[Reference]:
    """Return the actuals of an entry that are still to be adjusted; refuse if one was invoiced, or by a vendor, or none is left."""
    rows = list(act.having(ACTUAL, "msdyn_projectapproval", _approval(act, entry)))
    left = [(actual, row) for actual, row in rows if row.get("msdyn_adjustmentstatus") is None]
    for _, row in rows:
        refuse_replaced(row)
    for _, row in left or rows:
        require_adjustable(row)
    return [actual for actual, _ in left]


async def _reverse_all(act: Act, entry: Reference) -> None:
    for actual in _adjustable(act, entry):
        await reverse(act, actual)


async def _set_states(act: Act, entry: Reference, state: State) -> None:
    """Move an entry and its approval on."""
    await set_state(act, _approval(act, entry), state)
    await set_state(act, entry, state)
