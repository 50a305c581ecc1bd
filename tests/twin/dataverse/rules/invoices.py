"""Proformas: final once they are confirmed, and what they show of the customer invoice that comes of them.

Source: Microsoft Learn, "Manage proforma invoices" (a confirmed one is read-only), "Corrective project-based invoices"
(quantities are what people change there), "Manage project invoice proposals" (number, date, status Posted and tax of the
customer invoice show up on the proforma). Assumed: that it is a program of Dataverse's that copies them from the customer
invoice's row, that price and billing type of what is corrected stay, and that nobody types an amount; texts are ours.
That a status is not written by hand is nowhere said, so a draft's may be.
"""

from __future__ import annotations

from tests.twin.dataverse import errors
from tests.twin.dataverse.act import Act
from tests.twin.dataverse.processes.connections import ORIGINAL, connected
from tests.twin.dataverse.processes.invoice_details import is_scheduled
from tests.twin.dataverse.processes.posting import amount_of
from tests.twin.dataverse.tables.invoices import CONFIRMED, PAID, POSTED
from tests.twin.dataverse.values import Reference

CONFIRMED_GUARD = "A confirmed proforma invoice can't be changed or deleted."
WHOLE_GUARD = "A milestone or a retainer is invoiced as a whole."
QUANTITY_GUARD = "Of what is corrected only the quantity can be changed."

_FINAL = (CONFIRMED, PAID, POSTED)
_TERMS = ("msdyn_price", "msdyn_billingtype")
_EDITED = frozenset({"msdyn_quantity", "msdyn_amount", *_TERMS})


def guard_invoice(act: Act) -> None:
    """Refuse any change of a confirmed proforma."""
    if act.operation.before is not None:
        _refuse_final(act, act.reference)


def guard_line(act: Act) -> None:
    """Refuse any change of the lines of a confirmed proforma."""
    _refuse_final_of(act, "invoiceid")


def guard_detail(act: Act) -> None:
    """Refuse any change of the details of a confirmed proforma; work out the amount of an edited one."""
    _refuse_final_of(act, "msdyn_invoice")
    sent = act.operation.sent
    if not act.from_outside or act.operation.message == "Delete" or _EDITED.isdisjoint(sent):
        return
    if is_scheduled(act.row):
        raise errors.plugin(WHOLE_GUARD)
    if any(map(act.operation.changes, _TERMS)) and connected(act, act.reference, ORIGINAL) is not None:
        raise errors.plugin(QUANTITY_GUARD)
    sent["msdyn_amount"] = amount_of(act.row)


async def customer_invoice_arrives(act: Act) -> None:
    """Show the customer invoice on its proforma."""
    row = act.row
    invoice = row.get("msdyn_invoice")
    if invoice is None or not act.settings.enhanced_proforma_invoice:
        return
    shown = {
        "msdyn_customerinvoicenumber": row.get("msdyn_invoicenumber"),
        "msdyn_customerinvoicedate": (row.get("msdyn_invoicedate") or "")[:10] or None,
        "msdyn_customerinvoicetax": row.get("msdyn_taxamount"),
        "msdyn_projectinvoicestatus": POSTED,
    }
    await act.update(invoice, shown)


def _refuse_final_of(act: Act, column: str) -> None:
    """Refuse to take a row from a confirmed proforma, or to put one on it."""
    for row in (act.operation.before or {}, act.row):
        _refuse_final(act, row.get(column))


def _refuse_final(act: Act, invoice: Reference | None) -> None:
    if act.from_outside and act.read(invoice).get("msdyn_projectinvoicestatus") in _FINAL:
        raise errors.plugin(CONFIRMED_GUARD)
