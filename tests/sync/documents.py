"""Documents of so many lines, as people and the systems themselves make them, and which rows the app hears of."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.sync.stage import Stage, id_of
from tests.sync.two_companies import in_company, vendor_arrives

INVOICES, INVOICE_LINES = "vendor_invoices_to_dataverse", "vendor_invoice_lines_to_dataverse"
ORDERS, ORDER_LINES = "subcontracts_to_finance", "subcontract_lines_to_finance"
PROPOSALS, ACTUALS, TIES = "invoice_proposals_to_finance", "actuals_to_finance", "transaction_connections_to_finance"
BILLED, UNBILLED, TIME, MILESTONE = 192350006, 192350005, 192350000, 192350003
CONFIRMED_INVOICE, PAID_INVOICE = 192350002, 192350003

#: Directions and keys.
Told = list[tuple[str, str]]


def vendor_invoice(stage: Stage, lines: int) -> Told:
    """Let Finance post an invoice that nobody has to verify; give all its rows."""
    named = {"InvoiceAccount": "V-1", "VendorInvoiceNum": "4711"}
    plain = {"CurrencyCode": "USD", "TransDate": "2026-10-20T12:00:00Z", "SubcontractInvoice": "No"}
    header = stage.posted("VendInvoiceExportsV2", dataAreaId="usmf", **named, **plain)
    line: dict[str, Any] = {
        "ProjDataAreaId": "usmf",
        "DAreaId": "usmf",
        **named,
        "ProjId": "PRJ-1",
        "QtyReceiveNow": Decimal(2),
        "PurchPrice": Decimal(85),
        "PurchUnit": "hr",
        "currencyCode": "USD",
        "CategoryType": "Hour",
        "BillingType": "Chargeable",
        "TransactionCategoryId": "TCN-7",
    }
    posted = [stage.posted("ProjVendInvoiceLinesExportEntity", ProjTransId=f"PT-{n}", **line) for n in range(lines)]
    return [(INVOICES, header), *((INVOICE_LINES, key) for key in posted)]


async def invoice(stage: Stage, lines: int, *, milestones: int = 0, status: int = CONFIRMED_INVOICE) -> Told:
    """Leave a proforma as its confirmation does: what is billed, and what ties sales of hours to the unbilled ones."""
    bound = {
        "salesorderid@odata.bind": f"/salesorders({id_of('ORD-1')})",
        "transactioncurrencyid@odata.bind": f"/transactioncurrencies({id_of('USD')})",
    }
    numbered = {"invoicenumber": "INV-1", "msdyn_ordertype": 192350001, "msdyn_projectinvoicestatus": status}
    header = await stage.enter("invoices", "INV-1", msdyn_invoicedate="2026-10-31", **numbered, **bound)
    told = [(PROPOSALS, header)]
    for number in range(lines):
        billed, unbilled = f"billed {number}", f"unbilled {number}"
        told += [
            (ACTUALS, await actual(stage, billed, BILLED, TIME)),
            (ACTUALS, await actual(stage, unbilled, UNBILLED, TIME)),
        ]
        told.append((TIES, await tie(stage, billed, unbilled)))
    told += [(ACTUALS, await actual(stage, f"milestone {n}", BILLED, MILESTONE)) for n in range(milestones)]
    return told


async def actual(stage: Stage, name: str, kind: int, transaction_class: int) -> str:
    """Make an actual, of the invoice if it is billed."""
    columns: dict[str, Any] = {
        "msdyn_actualimportid": id_of(f"import {name}"),
        "msdyn_transactiontypecode": kind,
        "msdyn_transactionclassification": transaction_class,
        "msdyn_billingtype": 192350001,
        "msdyn_quantity": 4,
        "msdyn_price": 250,
        "msdyn_amount": 1000,
        "msdyn_documentdate": "2026-10-20",
        "msdyn_skipsync": False,
        "msdyn_Project@odata.bind": f"/msdyn_projects({id_of('PRJ-1')})",
        "transactioncurrencyid@odata.bind": f"/transactioncurrencies({id_of('USD')})",
        **in_company("company"),
    }
    if kind == BILLED:
        columns["msdyn_Invoice@odata.bind"] = f"/invoices({id_of('INV-1')})"
    return await stage.enter("msdyn_actuals", name, **columns)


async def tie(stage: Stage, billed: str, unbilled: str) -> str:
    """Connect a billed sale with the unbilled one that it was."""
    ends = {
        "msdyn_transaction1": id_of(billed),
        "msdyn_transaction1role": "Billed Sales",
        "msdyn_transaction1type": "msdyn_actual",
        "msdyn_transaction2": id_of(unbilled),
        "msdyn_transaction2role": "Unbilled Sales",
        "msdyn_transaction2type": "msdyn_actual",
    }
    return await stage.enter("msdyn_transactionconnections", f"{billed} {unbilled}", **ends)


async def subcontract(stage: Stage) -> str:
    """Enter a subcontract of a vendor, whose hours Finance knows how to order."""
    hours = {"transaction_type": "Hour", "procurement_category": "Services", "project_category": "TCN-7-1"}
    stage.world.finance.set_up("usmf", {"subcontract_categories": [hours]})
    vendor = {"msdyn_Vendor@odata.bind": f"/accounts({await vendor_arrives(stage)})"}
    numbered = {"msdyn_subcontractnumber": "SUB-1", "msdyn_name": "Scaffolding", **in_company("company")}
    return await stage.enter("msdyn_subcontracts", "SUB-1", **numbered, **vendor)


async def press(stage: Stage, button: str) -> None:
    """Press a button on the subcontract: Confirm, Reopen."""
    target = {"@odata.type": "Microsoft.Dynamics.CRM.msdyn_subcontract", "msdyn_subcontractid": id_of("SUB-1")}
    await stage.world.in_dataverse.does("POST", f"msdyn_{button}Subcontract", {"Targets": [target]})


async def subcontract_lines(stage: Stage, lines: int, quantity: int) -> Told:
    """Enter so many lines of hours, or change their quantities."""
    bound = {
        "msdyn_Subcontract@odata.bind": f"/msdyn_subcontracts({id_of('SUB-1')})",
        "msdyn_Unit@odata.bind": f"/uoms({id_of('hr')})",
        **in_company("company"),
    }
    plain = {"msdyn_quantity": quantity, "msdyn_price": 61.37, "msdyn_transactionclassification": TIME}
    numbers = [f"SUBL-{number}" for number in range(lines)]
    rows = [
        await stage.enter("msdyn_subcontractlines", number, msdyn_subcontractlinenumber=number, **plain, **bound)
        for number in numbers
    ]
    return [(ORDER_LINES, row) for row in rows]
