"""Verification of a vendor invoice's lines: the costs that a line is for are matched to it.

Source: Microsoft Learn, "Verify a vendor invoice": costs that were not adjusted and say what the line says, an empty
field of the line being no condition; only lines of subcontracts. Assumed: that a cost which an invoice made is matched
to no other one, and that a line of which nothing is matched any more has not started. Texts of refusals are ours.
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.twin.dataverse import errors
from tests.twin.dataverse.act import Act
from tests.twin.dataverse.processes.posting import ACTUAL
from tests.twin.dataverse.rules.vendor_invoices import CONFIRMED_GUARD, VERIFICATION
from tests.twin.dataverse.tables.choices import COST
from tests.twin.dataverse.tables.vendor_invoices import COMPLETE, CONFIRMED, IN_PROGRESS, NOT_STARTED
from tests.twin.dataverse.values import Reference, Row

NO_SUBCONTRACT = "Only a line of a subcontract is matched with actuals."
VERIFIED = "The verification of the line is complete."
NOT_FITTING = "The actual isn't a cost that the line is for."
NOT_MATCHED = "The actual isn't matched to the line."

MATCHED = "msdyn_matchedvendorinvoiceline"
_CRITERIA = (
    "msdyn_salescontract",
    "msdyn_salescontractlineid",
    "msdyn_transactionclassification",
    "msdyn_project",
    "msdyn_task",
    "msdyn_resourcecategory",
    "msdyn_transactioncategory",
    "msdyn_product",
    "msdyn_subcontractline",
    "msdyn_bookableresource",
)


async def match(act: Act, line: Reference, actuals: list[Reference]) -> None:
    """Match costs to a line."""
    row = _open(act, line)
    for actual in actuals:
        if not _fits(row, act.read(actual)):
            raise errors.plugin(NOT_FITTING)
        await act.update(actual, {MATCHED: line})
    await act.update(line, {VERIFICATION: IN_PROGRESS})


async def unmatch(act: Act, line: Reference, actuals: list[Reference]) -> None:
    """Take matched costs away from a line."""
    _open(act, line)
    for actual in actuals:
        if act.read(actual).get(MATCHED) != line:
            raise errors.plugin(NOT_MATCHED)
        await act.update(actual, {MATCHED: None})
    await act.update(line, {VERIFICATION: IN_PROGRESS if any(matched_to(act, line)) else NOT_STARTED})


async def match_all(act: Act, line: Reference) -> None:
    """Match to a line of a subcontract all costs that it may be for."""
    row = act.read(line)
    subcontract_line = row.get("msdyn_subcontractline")
    if subcontract_line is None:
        return
    for actual, cost in list(act.having(ACTUAL, "msdyn_subcontractline", subcontract_line)):
        if _fits(row, cost):
            await act.update(actual, {MATCHED: line})


def matched_to(act: Act, line: Reference) -> Iterator[tuple[Reference, Row]]:
    """Return the costs that are matched to a line and were not adjusted meanwhile."""
    for actual, row in act.having(ACTUAL, MATCHED, line):
        if row.get("msdyn_adjustmentstatus") is None:
            yield actual, row


def _open(act: Act, line: Reference) -> Row:
    row = act.read(line)
    if act.read(row.get("msdyn_vendorinvoice")).get("statuscode") == CONFIRMED:
        raise errors.plugin(CONFIRMED_GUARD)
    if row.get("msdyn_subcontractline") is None:
        raise errors.plugin(NO_SUBCONTRACT)
    if row[VERIFICATION] == COMPLETE:
        raise errors.plugin(VERIFIED)
    return row


def _fits(line: Row, cost: Row) -> bool:
    is_open = cost["msdyn_transactiontypecode"] == COST and cost.get("msdyn_adjustmentstatus") is None
    is_free = cost.get("msdyn_vendorinvoiceline") is None and cost.get(MATCHED) is None
    wanted = {name: line[name] for name in _CRITERIA if line.get(name) is not None}
    return is_open and is_free and all(cost.get(name) == value for name, value in wanted.items())
