"""What an accountant does with vendors' invoices in Finance, what a project manager does in Dataverse, and what both see."""

from __future__ import annotations

from typing import Any

import pytest

from tests.scenarios.consulting import COST, MATERIAL, TIME, UNBILLED, Consulting, told
from tests.scenarios.enterprise import Enterprise, Row

EXPORT, EXPORT_LINES = "VendInvoiceExportsV2", "ProjVendInvoiceLinesExportEntity"
INVOICES, LINES = "msdyn_projectvendorinvoices", "msdyn_projectvendorinvoicelines"
HEADERS_OVER, LINES_OVER = "vendor_invoices_to_dataverse", "vendor_invoice_lines_to_dataverse"

DRAFT, IN_REVIEW, CONFIRMED = 192350000, 192350001, 192350002
NOT_STARTED, COMPLETE = 192350000, 192350002
#: In either way in which Dataverse may come to look at an invoice.
trigger = pytest.mark.parametrize("trigger", ["header_update", "any_write"])
#: When the app has done all that a posting sets off, packages of connections included.
SETTLED = 180.0

VENDOR, INVOICE = "V-200", "VI-77"
BILLED_ON = "2026-09-10"

LICENCES: Row = {"item": "LICENCE", "quantity": 5, "price": 200, "project": "PRJ-1", "text": "Licences"}
CONSULTING: Row = {
    "procurement_category": "Consulting",
    "quantity": 2,
    "price": 90,
    "unit": "hr",
    "project": "PRJ-1",
    "category": "TCN-1-1",
    "role": "DEV",
    "text": "Consulting",
}
#: What Finance calls the first two lines for projects.
FIRST, SECOND = "USPM-PT-0000001", "USPM-PT-0000002"
FREIGHT: Row = {"procurement_category": "Freight", "quantity": 1, "price": 25, "account": "FREIGHT", "text": "Freight"}


#: What lines of licences and consulting become in Dataverse, by type and class.
ACTUALS = [
    (COST, TIME, 2, 90, 180),
    (COST, MATERIAL, 5, 200, 1000),
    (UNBILLED, TIME, 2, 150, 300),
    (UNBILLED, MATERIAL, 5, 250, 1250),
]
#: What the books of USPM come to in the end.
CLEARED = {"COST": 1180, "FREIGHT": 25, "AP": -1205, "WIP-SALES": 1550, "ACCRUED-REV": -1550}


async def buys(office: Enterprise) -> Consulting:
    """Sell PRJ-1 at 150 an hour and 250 a licence, and have a vendor and what he sells in Finance."""
    firm = await Consulting(office).begin()
    await firm.sold(developer=150)
    await vendor(office)
    await product(office, "LICENCE")
    await office.travel()
    await firm.knows("LICENCE", "products", "productid", "msdyn_productnumber eq 'LICENCE'")
    of_product = {"productid__products": "LICENCE", "uomid__uoms": "ea", "amount": 250}
    await firm.enter("productpricelevels", "licence", pricelevelid__pricelevels="sales ORD-1", **of_product)
    return firm


async def vendor(office: Enterprise, number: str = VENDOR, **columns: Any) -> None:
    """Enter a vendor of USPM."""
    names = {"VendorAccountNumber": number, "VendorOrganizationName": f"Vendor {number}", "VendorGroupId": "60"}
    await office.book("VendorsV2", dataAreaId="uspm", **{"CurrencyCode": "USD", **names, **columns})


async def product(office: Enterprise, number: str, company: str = "uspm", **columns: Any) -> None:
    """Release a product."""
    units = {"SalesUnitSymbol": "ea", "InventoryUnitSymbol": "ea", **columns}
    names = {"ProductNumber": number, "ItemNumber": number, "ProductName": number.title()}
    await office.book("CDSReleasedDistinctProducts", dataAreaId=company, **names, **units)


async def invoiced(office: Enterprise, *lines: Row, company: str = "uspm", **columns: Any) -> str:
    """Enter an invoice and post it; give its voucher. Nothing has travelled yet."""
    named = {"company": company, "vendor": VENDOR, "invoice": INVOICE}
    await office.run("enter-vendor-invoice", **{**named, "day": BILLED_ON, "lines": [*lines], **columns})
    return str((await office.run("post-vendor-invoice", **named))["voucher"])


async def system_jobs(office: Enterprise) -> Row:
    """Let Dataverse run the jobs that wait; give how many ended how."""
    ended: Row = await office.dataverse_forms.does("POST", "jobs", {})
    return ended


async def jobs_run(office: Enterprise, trigger: str = "header_update") -> None:
    """Let Dataverse run each job right after the save that starts it, whatever starts it."""
    await office.dataverse_forms.does("POST", "settings", {"auto_confirm_trigger": trigger, "jobs_at_once": True})


async def verified(firm: Consulting, *numbers: str) -> None:
    """Let the project manager verify lines, by what Finance calls them."""
    for number in numbers:
        line = await firm.office.the(LINES, f"msdyn_externalinvoiceline eq '{number}'")
        await firm.office.edit(LINES, line["msdyn_projectvendorinvoicelineid"], msdyn_verificationstatus=COMPLETE)


async def confirm(firm: Consulting) -> None:
    """Let the project manager confirm the one invoice."""
    await firm.office.act("msdyn_ConfirmVendorInvoices", Targets=[await the_invoice(firm)])


async def the_invoice(firm: Consulting) -> Row:
    """The one invoice in Dataverse as an action's target."""
    row = await firm.office.the(INVOICES, f"msdyn_vendorinvoicenumber eq '{INVOICE}'")
    return firm.target("msdyn_projectvendorinvoice", row["msdyn_projectvendorinvoiceid"])


async def statuses(office: Enterprise) -> tuple[int, str]:
    """The status of the one invoice on both sides."""
    row = await office.the(INVOICES, f"msdyn_vendorinvoicenumber eq '{INVOICE}'")
    kept = await office.the_finance(EXPORT, VendorInvoiceNum=INVOICE)
    return row["statuscode"], kept["ProjVendInvoiceStatus"]


async def payable(office: Enterprise) -> str:
    """Whether the vendor may be paid."""
    return str((await office.the_finance("VendorTransactions", InvoiceNumber=INVOICE))["Approved"])


async def classes(office: Enterprise) -> list[tuple[Any, ...]]:
    """What the lines of the invoice are in Dataverse."""
    columns = ("externalinvoiceline", "transactionclassification", "quantity", "price")
    return told(await office.held(LINES), *(f"msdyn_{name}" for name in columns))


async def charged(office: Enterprise) -> list[tuple[Any, ...]]:
    """The actuals: type, class, quantity, price, amount."""
    columns = ("transactiontypecode", "transactionclassification", "quantity", "price", "amount")
    return told(await office.held("msdyn_actuals"), *(f"msdyn_{name}" for name in columns))


async def waits_for(office: Enterprise, direction: str) -> set[tuple[str, str]]:
    """For which rows of which maps rows of a direction are parked."""
    return {(row.missing_map, row.missing_key) for row in await office.parked() if row.direction == direction}


async def finance_events(office: Enterprise, **troubles: float) -> None:
    """Let this become of Finance's events from now on: `drop=1` loses them, `double=1` delivers each twice."""
    await office.finance_forms.does("POST", "webhooks", troubles)
