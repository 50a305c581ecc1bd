"""The lines and details of a proforma: what an edited detail comes to, and what is let go with a deleted one.

Source: Microsoft Learn, "Manage proforma invoices". Assumed: that amounts follow quantity and price, and that a milestone
and a retainer are invoiced as a whole; texts are ours.
"""

from __future__ import annotations

from decimal import Decimal

from tests.twin.dataverse.act import Act
from tests.twin.dataverse.processes.connections import ORIGINAL, UNBILLED_ROLE, connected
from tests.twin.dataverse.tables.choices import (
    CUSTOMER_INVOICE_CREATED,
    IN_PROCESS,
    INVOICE_CREATED,
    READY_FOR_INVOICING,
    READY_TO_INVOICE,
)
from tests.twin.dataverse.values import Reference, Row

INVOICE, LINE, DETAIL = "invoice", "invoicedetail", "msdyn_invoicelinetransaction"


async def add_line(act: Act, invoice: Reference, of_contract: Reference | None) -> Reference:
    """Add the line for a line of the contract."""
    row = act.read(of_contract)
    taken = ("productdescription", "msdyn_billingmethod", "msdyn_project", "transactioncurrencyid")
    columns = {"invoicedetailname": row.get("productdescription"), **{name: row.get(name) for name in taken}}
    return await act.create(LINE, {**columns, "invoiceid": invoice, "salesorderdetailid": of_contract})


async def total(act: Act, invoice: Reference) -> None:
    """Add up an invoice and its lines. What a detail of a corrective invoice corrects counts against it."""
    lines: dict[Reference, Decimal] = {line: Decimal(0) for line, _ in act.having(LINE, "invoiceid", invoice)}
    for detail, row in act.having(DETAIL, "msdyn_invoice", invoice):
        corrected = act.read(connected(act, detail, ORIGINAL)).get("msdyn_amount") or Decimal(0)
        lines[row["msdyn_invoicelineid"]] += (row.get("msdyn_amount") or Decimal(0)) - corrected
    for line, amount in lines.items():
        await act.update(line, {"extendedamount": amount})
    await act.update(invoice, {"totalamount": sum(lines.values(), Decimal(0))})


async def detail_edited(act: Act) -> None:
    """Add the invoice up anew after somebody edited a detail."""
    if act.from_outside and act.row.get("msdyn_invoicelineid") is not None:
        await total(act, act.row["msdyn_invoice"])


async def detail_deleted(act: Act) -> None:
    """Let go what a deleted detail would have billed, or corrected: it may be taken again."""
    row = act.row
    for column in ("msdyn_milestone", "msdyn_retainer"):
        if act.read(row.get(column)).get("msdyn_invoicestatus") == INVOICE_CREATED:
            await act.update(row[column], {"msdyn_invoicestatus": READY_FOR_INVOICING})
    unbilled, corrected = (connected(act, act.reference, role) for role in (UNBILLED_ROLE, ORIGINAL))
    if unbilled is not None and act.read(unbilled).get("msdyn_billingstatus") == CUSTOMER_INVOICE_CREATED:
        await act.update(unbilled, {"msdyn_billingstatus": READY_TO_INVOICE})
    if corrected is not None and act.read(corrected).get("msdyn_adjustmentstatus") == IN_PROCESS:
        await act.update(corrected, {"msdyn_adjustmentstatus": None})
    if act.from_outside:
        await total(act, row["msdyn_invoice"])


def is_scheduled(row: Row) -> bool:
    """Tell whether a detail bills a milestone or a retainer."""
    return row.get("msdyn_milestone") is not None or row.get("msdyn_retainer") is not None
