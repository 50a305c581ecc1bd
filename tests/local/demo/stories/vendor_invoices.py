"""Vendor invoices with project lines: verified by a project manager, who is waited for before the vendor is paid."""

from __future__ import annotations

import asyncio

from tests.local.demo.dataverse_sheets import accounted, actuals, label, rows
from tests.local.demo.finance_sheets import COMPANY, posted, staging, vouchers
from tests.local.demo.scene import Scene, Story
from tests.local.demo.sheets import Sheet, money
from tests.local.demo.stories.consultancy import CONSULTANCY
from tests.local.demo.stories.estimates_actuals import staged, told_back
from tests.scenarios import accounting
from tests.scenarios.consulting import Consulting
from tests.scenarios.enterprise import Enterprise, Row
from tests.scenarios.payables import (
    CONSULTING,
    EXPORT,
    FREIGHT,
    INVOICE,
    INVOICES,
    LICENCES,
    LINES,
    LINES_OVER,
    confirm,
    finance_events,
    invoiced,
    payable,
    product,
    vendor,
    verified,
    waits_for,
)

PROJECT, CONTRACT = "PRJ-7", "ORD-7"


async def a_missing_product(scene: Scene) -> None:
    """Five licences at 200, two hours at 90, freight of 25; Dataverse has never heard of the licence."""
    scene.board.act("A product is missing", "its line waits alone, and nothing is charged before all lines are there")
    firm, office = scene.firm, scene.office
    with scene.change("Finance", "a licence is released for sale, but the event gets lost") as change:
        await vendor(office)
        await firm.sold(PROJECT, developer=150)
        await office.set_up(COMPANY, manual_verification=True, block_payment=True)
        await finance_events(office, drop=1)
        await product(office, "LICENCE", CurrencyCode="USD")
        await office.travel()
        await finance_events(office)
        change.end("Dataverse does not know it")

    async def parked() -> bool:
        return ("products", f"{COMPANY}|licence") in await waits_for(office, LINES_OVER)

    with scene.change("Finance", f"{INVOICE} of V-200 is posted: licences, consulting, freight") as change:
        voucher = await invoiced(office, {**LICENCES, "project": PROJECT}, {**CONSULTING, "project": PROJECT}, FREIGHT)
        await office.travel()
        await change.until(parked, "a draft in Dataverse; the line of the licences is parked")

    async def told() -> bool:
        # The timer sweeps once a minute; who has waited for long then gets a record.
        await office.operator.start_timer("sweep")
        await asyncio.sleep(1)
        return any(record.direction == LINES_OVER for record in await office.errors())

    with scene.change("operator", "sweeps, as the timer does each minute") as change:
        await change.until(told, "a row that waits for long is an error record")
    scene.show(await _in_dataverse(firm), [await transactions(office), await vouchers(office, [voucher])])
    await scene.show_error(LINES_OVER)


async def a_verified_invoice(scene: Scene) -> None:
    """The product comes, the project manager verifies and confirms, and the vendor may be paid."""
    scene.board.act("The product comes, and the invoice is verified", "payment is blocked until it is confirmed")
    firm, office = scene.firm, scene.office

    async def all_there() -> bool:
        return len(await _lines(firm)) == len((LICENCES, CONSULTING)) and not await office.errors()

    await scene.step(
        "operator", "starts the catch-up of products, as the timer does",
        office.catch_up("products_to_dataverse"), all_there, "both lines of the invoice are there, the error is gone",
    )  # fmt: skip

    async def confirmed() -> None:
        await firm.knows("LICENCE", "products", "productid", "msdyn_productnumber eq 'LICENCE'")
        price = {"productid__products": "LICENCE", "uomid__uoms": "ea", "amount": 250}
        await firm.enter("productpricelevels", "licence", pricelevelid__pricelevels=f"sales {CONTRACT}", **price)
        await verified(firm, *(row["msdyn_externalinvoiceline"] for row in await _lines(firm)))
        await confirm(firm)
        await office.travel()

    async def charged() -> bool:
        return await staged(scene, PROJECT, 1000, 180, 1250, 300) and await payable(office) == "Yes"

    await scene.step(
        "Dataverse", "the project manager verifies both lines and confirms",
        confirmed(), charged, "costs and unbilled sales in staging, and V-200 may be paid",
    )  # fmt: skip
    here = [*await _in_dataverse(firm), await actuals(firm, PROJECT)]
    scene.show(here, [await exported(office), await transactions(office), await staging(office, PROJECT)])
    await scene.step(
        "Finance", "the accountant imports them into a journal and posts it",
        accounting.posted(office), lambda: told_back(scene, PROJECT, (1, 1000), (1, 180), (1, 1250), (1, 300)),
        "the integration account of procurement is cleared",
    )  # fmt: skip
    scene.show([await accounted(firm, PROJECT)], [await posted(office, PROJECT)])
    await office.set_up(COMPANY, manual_verification=False, block_payment=False)


# -- what is looked at -------------------------------------------------------------------------------------------------


async def _lines(firm: Consulting) -> list[Row]:
    of_invoice = f"msdyn_VendorInvoice/msdyn_vendorinvoicenumber eq '{INVOICE}'"
    found = await rows(firm.office, LINES, of_invoice)
    return sorted(found, key=lambda row: str(row["msdyn_externalinvoiceline"]))


async def _in_dataverse(firm: Consulting) -> list[Sheet]:
    found = await rows(firm.office, INVOICES, f"msdyn_vendorinvoicenumber eq '{INVOICE}'")
    headers = [(row["msdyn_vendorinvoicenumber"], label(row, "statuscode")) for row in found]
    lines = [
        (
            label(row, "msdyn_transactionclassification"),
            row["msdyn_quantity"],
            row["msdyn_price"],
            label(row, "msdyn_verificationstatus"),
        )
        for row in await _lines(firm)
    ]
    return [
        Sheet("vendor invoices", ("invoice", "status"), headers),
        Sheet("lines of the invoice", ("class", "#qty", "#price", "verified"), lines),
    ]


async def exported(office: Enterprise) -> Sheet:
    """What Finance knows of the invoice's status in Dataverse."""
    found = await office.kept(EXPORT, VendorInvoiceNum=INVOICE)
    lines = [(row["VendorInvoiceNum"], row["OrderAccount"], row["ProjVendInvoiceStatus"]) for row in found]
    return Sheet("vendor invoices", ("invoice", "vendor", "status"), lines)


async def transactions(office: Enterprise) -> Sheet:
    """What is owed to the vendor, and whether it may be paid."""
    found = await office.kept("VendorTransactions", InvoiceNumber=INVOICE)
    lines = [
        (row["InvoiceNumber"], money(row["Amount"], row["CurrencyCode"]), row["Approved"].lower()) for row in found
    ]
    return Sheet("vendor transactions", ("invoice", "#amount", "may be paid"), lines)


STORY = Story((a_missing_product, a_verified_invoice), needs=(CONSULTANCY,))
