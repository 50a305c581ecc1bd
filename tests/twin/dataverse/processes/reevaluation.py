"""Work whose terms are looked at again: all of a contract's when it is confirmed, what a changed contract line covers.

Source: Microsoft Learn, "Actuals for time and material projects" and "… fixed-price projects": when the contract is
confirmed, costs and unbilled sales are reversed, changed or not, and recorded anew. Inferred: that a line which covers
other classes of work, or bills another way, does the same to the work whose terms changed. Assumed: that costs keep
their prices and sales what the approver let be billed, that lending is recorded anew with its work, and that what is on
an invoice, in a correction or typed into a journal stays as it is. Tasks decide no terms here: billing by task is not
played.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from tests.twin.dataverse.act import Act
from tests.twin.dataverse.processes.drafts import draft
from tests.twin.dataverse.processes.posting import ACTUAL, post_work
from tests.twin.dataverse.processes.reversal import reverse
from tests.twin.dataverse.processes.terms import INCLUDED, Terms, terms_of
from tests.twin.dataverse.processes.work import work_of_actual
from tests.twin.dataverse.tables.choices import (
    CONTRACT_CONFIRMED,
    COST,
    CUSTOMER_INVOICE_CREATED,
    CUSTOMER_INVOICE_POSTED,
    IN_PROCESS,
    NON_CHARGEABLE,
    UNBILLED_SALES,
)
from tests.twin.dataverse.values import Reference, Row

_STATUS = "msdyn_psastatusreason"
_TERMS = (*INCLUDED.values(), "msdyn_billingmethod")


@dataclass(frozen=True, slots=True)
class _Recorded:
    """The actuals of one approval that can still be adjusted: costs and sales by customer, and what was lent."""

    approval: Reference
    actuals: dict[Reference, Row]

    def of_type(self, transaction_type: int) -> list[Row]:
        return [row for row in self.actuals.values() if row["msdyn_transactiontypecode"] == transaction_type]

    @property
    def cost(self) -> Row:
        """The first cost, which tells what was done."""
        return self.of_type(COST)[0]

    @property
    def quantity(self) -> Decimal:
        """All that was done, whoever pays for it."""
        return _sum(self.of_type(COST))

    @property
    def billable(self) -> Decimal | None:
        """What the approver let be billed; nothing if nothing was sold."""
        sales = self.of_type(UNBILLED_SALES)
        return _sum(row for row in sales if row["msdyn_billingtype"] != NON_CHARGEABLE) if sales else None


async def contract_confirmed(act: Act) -> None:
    """Record anew what was done under a contract that is confirmed."""
    if not act.operation.changes(_STATUS) or act.row.get(_STATUS) != CONTRACT_CONFIRMED:
        return
    lines = act.having("salesorderdetail", "salesorderid", act.reference)
    projects = dict.fromkeys(line["msdyn_project"] for _, line in lines if line.get("msdyn_project") is not None)

    def belongs(recorded: _Recorded, terms: Terms) -> bool:
        return act.reference in (terms.contract, recorded.cost.get("msdyn_salescontract"))

    for project in projects:
        await _look_again(act, project, belongs)


async def line_changed(act: Act) -> None:
    """Record anew what has other terms since a contract line covers other work, or bills it another way."""
    project = act.row.get("msdyn_project")
    if project is None or not any(act.operation.changes(column) for column in _TERMS):
        return

    def differs(recorded: _Recorded, terms: Terms) -> bool:
        was_sold = recorded.billable is not None
        is_sold = terms.method == "time and material"
        return (terms.line, is_sold) != (recorded.cost.get("msdyn_salescontractlineid"), was_sold)

    await _look_again(act, project, differs)


async def _look_again(act: Act, project: Reference, concerns: Callable[[_Recorded, Terms], bool]) -> None:
    for recorded in list(_adjustable(act, project)):
        terms = terms_of(act, project, recorded.cost["msdyn_transactionclassification"])
        if concerns(recorded, terms):
            await _record_anew(act, recorded, terms)


def _adjustable(act: Act, project: Reference) -> Iterator[_Recorded]:
    """Return what was approved on a project, as far as it is neither on an invoice nor being corrected."""
    rows = [row for _, row in act.having(ACTUAL, "msdyn_project", project)]
    approvals = dict.fromkeys(row["msdyn_projectapproval"] for row in rows if row.get("msdyn_projectapproval"))
    for approval in approvals:
        actuals = dict(act.having(ACTUAL, "msdyn_projectapproval", approval))
        left = {actual: row for actual, row in actuals.items() if row.get("msdyn_adjustmentstatus") is None}
        recorded = _Recorded(approval, left)
        if recorded.of_type(COST) and not any(map(_is_held, actuals.values())):
            yield recorded


def _is_held(row: Row) -> bool:
    invoiced = row.get("msdyn_billingstatus") in (CUSTOMER_INVOICE_CREATED, CUSTOMER_INVOICE_POSTED)
    return invoiced or row.get("msdyn_adjustmentstatus") == IN_PROCESS


async def _record_anew(act: Act, recorded: _Recorded, terms: Terms) -> None:
    work = replace(work_of_actual(recorded.cost), quantity=recorded.quantity)
    if recorded.billable is not None:
        work = replace(work, billing_type=recorded.cost["msdyn_billingtype"])
    lines = draft(act, work, terms)
    if lines.sales is not None and recorded.billable is not None:
        lines = replace(lines, sales={**lines.sales, "msdyn_quantity": recorded.billable})
    for actual in recorded.actuals:
        await reverse(act, actual, canceled=False)
    await post_work(act, lines, {"msdyn_projectapproval": recorded.approval})


def _sum(rows: Iterable[Row]) -> Decimal:
    return sum((row["msdyn_quantity"] for row in rows), Decimal(0))
