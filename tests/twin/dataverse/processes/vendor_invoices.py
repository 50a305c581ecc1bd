"""Confirmation of vendor invoices: by a project manager once every line is verified, or by a system job.

Source: Microsoft Learn, "Confirm a vendor invoice" and "Project vendor invoices": a line becomes a cost, with its sale
where a contract bills it; the costs matched to it are reversed, and then nothing is sold anew. "Intercompany vendor
invoices": a line for another company's project lends to that company. The release notes of December 2024: the job
refuses an invoice without lines. Assumed: that a project manager's confirmation refuses it too, that the sale of a
matched cost stays and is connected to the new one, and that the job passes over the verification. Texts are ours.
"""

from __future__ import annotations

from dataclasses import replace

from tests.twin.dataverse import errors
from tests.twin.dataverse.act import Act
from tests.twin.dataverse.processes.connections import CONNECTIONS, COST_ROLE, UNBILLED_ROLE, connect
from tests.twin.dataverse.processes.drafts import draft
from tests.twin.dataverse.processes.posting import ACTUAL, post_work
from tests.twin.dataverse.processes.reversal import reverse
from tests.twin.dataverse.processes.terms import require_active
from tests.twin.dataverse.processes.verification import match_all, matched_to
from tests.twin.dataverse.processes.work import Work, work_of_invoice_line
from tests.twin.dataverse.rules.vendor_invoices import AUTOMATIC, VENDOR_INVOICE_LINES, VERIFICATION
from tests.twin.dataverse.tables.vendor_invoices import COMPLETE, CONFIRMED, DRAFT, IN_REVIEW
from tests.twin.dataverse.values import Reference, Row

ALREADY_CONFIRMED = "The vendor invoice is already confirmed."
NOT_TO_CONFIRM = "Only a vendor invoice in Draft or In review can be confirmed."
NO_LINES = "A vendor invoice without lines can't be confirmed."
NOT_VERIFIED = "The verification of every line must be complete before the vendor invoice is confirmed."


async def confirm(act: Act, invoice: Reference) -> None:
    """Confirm what a project manager has verified."""
    row = act.read(invoice)
    if row["statuscode"] == CONFIRMED:
        raise errors.plugin(ALREADY_CONFIRMED)
    if row["statuscode"] not in (DRAFT, IN_REVIEW):
        raise errors.plugin(NOT_TO_CONFIRM)
    lines = _lines(act, invoice)
    if any(line[VERIFICATION] != COMPLETE for _, line in lines):
        raise errors.plugin(NOT_VERIFIED)
    await _confirm(act, invoice, lines)


async def confirm_automatically(act: Act, invoice: Reference) -> None:
    """Confirm what nobody has to verify: what its system job does. A second time does nothing."""
    row = act.read(invoice)
    if not row.get(AUTOMATIC) or row["statuscode"] not in (DRAFT, IN_REVIEW):
        return
    lines = _lines(act, invoice)
    for line, _ in lines:
        await match_all(act, line)
    await _confirm(act, invoice, lines)


def _lines(act: Act, invoice: Reference) -> list[tuple[Reference, Row]]:
    lines = list(act.having(VENDOR_INVOICE_LINES, "msdyn_vendorinvoice", invoice))
    if not lines:
        raise errors.plugin(NO_LINES)
    return lines


async def _confirm(act: Act, invoice: Reference, lines: list[tuple[Reference, Row]]) -> None:
    await act.update(invoice, {"statuscode": CONFIRMED})
    for line, row in lines:
        await act.update(line, {VERIFICATION: COMPLETE})
        await _post(act, line, work_of_invoice_line(act, line, row))


async def _post(act: Act, line: Reference, work: Work) -> None:
    """Make a line's actuals: its costs take the place of those that are matched to it."""
    require_active(act, work.project)
    matched = list(matched_to(act, line))
    lines = draft(act, work)
    if matched:
        lines = replace(lines, sales=None)
    costs = await post_work(act, lines, {})
    for original, row in matched:
        await reverse(act, original, canceled=False)
        await _take_over_sales(act, original, _of_customer(act, costs, row))


async def _take_over_sales(act: Act, original: Reference, cost: Reference) -> None:
    connections = list(act.run.transaction.having(CONNECTIONS, "msdyn_transaction2", original.id))
    for _, row in connections:
        if row["msdyn_transaction1role"] == UNBILLED_ROLE:
            await connect(act, Reference(ACTUAL, row["msdyn_transaction1"]), UNBILLED_ROLE, cost, COST_ROLE)


def _of_customer(act: Act, costs: list[Reference], original: Row) -> Reference:
    """Return the cost that is shared by the same contract customer as an original, else the first one."""
    customer = original.get("msdyn_contractcustomer")
    return next((cost for cost in costs if act.read(cost).get("msdyn_contractcustomer") == customer), costs[0])
