"""Confirming a proforma: it becomes final, and each of its details becomes actuals.

Source: Microsoft Learn, "Confirm a proforma invoice", "Bulk confirm project invoices" (at most 250 at once, each by a
system job whose row tells how it ended), release notes of April 2025 (the limit of lines, which asynchronous tracking of
actuals lifts) and of June 2022 (no billed sale of time and material without its unbilled one). Texts are ours.
"""

from __future__ import annotations

from tests.twin.dataverse import errors
from tests.twin.dataverse.act import Act
from tests.twin.dataverse.processes.billed import Billing, bill_scheduled, bill_work
from tests.twin.dataverse.processes.connections import ORIGINAL, UNBILLED_ROLE, connected
from tests.twin.dataverse.processes.corrective_invoices import confirm_correction
from tests.twin.dataverse.processes.invoice_details import DETAIL, is_scheduled
from tests.twin.dataverse.processes.parameters import targets
from tests.twin.dataverse.rules.jobs import CONFIRM_PROFORMA, start_job
from tests.twin.dataverse.tables.invoices import CONFIRMED, DRAFT, IN_REVIEW
from tests.twin.dataverse.values import Reference, Row

NOT_A_DRAFT = "Only a proforma in draft or in review can be confirmed."
NO_DETAILS = "The proforma has no lines."
TOO_MANY_LINES = "The proforma has more than {} lines and can't be confirmed."
NO_UNBILLED = "Billed sales actuals can't be created because the unbilled sales actual of a line is missing."

MOST_AT_ONCE = 250
TOO_MANY_INVOICES = f"At most {MOST_AT_ONCE} proformas can be confirmed at once."


async def confirm(act: Act, invoice: Reference) -> None:
    """Make the actuals of a proforma; raises Refusal."""
    row = act.read(invoice)
    details = list(act.having(DETAIL, "msdyn_invoice", invoice))
    if row["msdyn_projectinvoicestatus"] not in (DRAFT, IN_REVIEW):
        raise errors.plugin(NOT_A_DRAFT)
    if not details:
        raise errors.plugin(NO_DETAILS)
    most = act.settings.max_invoice_lines
    if most is not None and len(details) > most:
        raise errors.plugin(TOO_MANY_LINES.format(most))
    await act.update(invoice, {"msdyn_projectinvoicestatus": CONFIRMED})
    for detail, columns in details:
        await _bill(act, Billing(invoice, row.get("msdyn_accountingdate"), detail), columns)


async def confirm_in_bulk(act: Act) -> None:
    """Let a job wait for each of many proformas."""
    invoices = await targets(act, "invoice")
    if len(invoices) > MOST_AT_ONCE:
        raise errors.plugin(TOO_MANY_INVOICES)
    for invoice in invoices:
        await start_job(act, CONFIRM_PROFORMA, invoice)


async def _bill(act: Act, billing: Billing, row: Row) -> None:
    corrected = connected(act, billing.detail, ORIGINAL)
    unbilled = connected(act, billing.detail, UNBILLED_ROLE)
    if corrected is not None:
        await confirm_correction(act, billing, row, corrected)
    elif is_scheduled(row):
        await bill_scheduled(act, billing, row)
    elif unbilled is None or not act.read(unbilled):
        raise errors.plugin(NO_UNBILLED)
    else:
        await bill_work(act, billing, row, unbilled)
