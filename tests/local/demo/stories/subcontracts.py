"""Subcontract purchase orders: forty hours are ordered, ten are worked, received, and invoiced for a little more."""

from __future__ import annotations

import asyncio
from collections import defaultdict

from tests.local.demo.dataverse_sheets import accounted, actuals, label, rows
from tests.local.demo.finance_sheets import COMPANY, posted, staging, vouchers
from tests.local.demo.scene import Scene, Story
from tests.local.demo.sheets import Sheet, short
from tests.local.demo.stories.consultancy import CONSULTANCY
from tests.local.demo.stories.estimates_actuals import staged, told_back
from tests.scenarios import accounting
from tests.scenarios.consulting import Consulting
from tests.scenarios.enterprise import Enterprise, Row
from tests.scenarios.subcontracting import (
    DEVELOPERS,
    HEADERS,
    LINES,
    ON_LINE,
    ORDER_LINES,
    ORDERS,
    RECEIPTS,
    accepted,
    line,
    pressed,
    subcontract,
    vendor,
)

PROJECT, SUBCONTRACT, INVOICE = "PRJ-6", "SC-1", "VI-88"
WORKED, INVOICED = "2026-09-01", "2026-09-10"


async def an_order(scene: Scene) -> None:
    """Forty hours at 100 USD."""
    scene.board.act("Hours are bought", "a confirmed subcontract is a confirmed purchase order")
    firm, office = scene.firm, scene.office
    with scene.change("both", f"{PROJECT} is sold at 180 an hour; V-100 has developers at 100") as change:
        await office.set_up(COMPANY, subcontract_categories=[DEVELOPERS], accrued_receipts=["Dev services"])
        await asyncio.gather(firm.sold(PROJECT, developer=180), vendor(firm, "V-100"))
        await firm.price_list("purchase", "USD", developer=100)
        change.end("the vendor has an account in Dataverse")

    async def bought() -> None:
        await subcontract(firm, SUBCONTRACT)
        await line(firm, of=SUBCONTRACT, msdyn_Project__msdyn_projects=PROJECT)
        await office.travel()
        await pressed(firm, "Confirm", SUBCONTRACT)

    async def ordered() -> bool:
        found = await office.kept(ORDERS, ProjSubContractNumber=SUBCONTRACT)
        return [row["DocumentState"] for row in found] == ["Confirmed"]

    await scene.step(
        "Dataverse", f"{SUBCONTRACT}: 40 hours of V-100 are entered and confirmed",
        bought(), ordered, "a purchase order in Finance, confirmed too",
    )  # fmt: skip
    scene.show(
        [await subcontracts(firm), await subcontract_lines(firm)], [await orders(office), await order_lines(office)]
    )


async def a_receipt(scene: Scene) -> None:
    """Ten hours are worked; a product receipt comes of them."""
    scene.board.act("Ten hours are worked and received", "the cost is the subcontract's, not that of an employee")
    firm, office = scene.firm, scene.office
    work = firm.approved(10, project=PROJECT, msdyn_date=WORKED, **ON_LINE)
    await scene.step(
        "Dataverse", f"10 hours on {SUBCONTRACT} are approved",
        work, lambda: staged(scene, PROJECT, 1000, 1800), "a cost at 100 and an unbilled sale at 180",
    )  # fmt: skip
    await scene.step(
        "Finance", "the accountant imports them into a journal and posts it",
        accounting.posted(office), lambda: told_back(scene, PROJECT, (1, 1000), (1, 1800)), "both have their vouchers",
    )  # fmt: skip

    async def received() -> bool:
        return [row["ReceivedQuantity"] for row in await _order_lines(office)] == [10]

    await scene.step(
        "Finance", "the accountant generates the product receipts and posts them",
        accepted(office), received, "10 of 40 hours are received, and accrued",
    )  # fmt: skip
    here = [await actuals(firm, PROJECT), await accounted(firm, PROJECT)]
    scene.show(here, [await order_lines(office), await posted(office, PROJECT), await receipts(office)])


async def the_vendors_invoice(scene: Scene) -> None:
    """The vendor asks 102 an hour."""
    scene.board.act("The vendor invoices 102 an hour", "the invoice's cost takes the place of the hours' own")
    firm, office = scene.firm, scene.office
    (order,) = await office.kept(ORDERS, ProjSubContractNumber=SUBCONTRACT)
    asked: Row = {"order": order["PurchaseOrderNumber"], "invoice": INVOICE, "day": INVOICED, "match_actuals": True}

    async def arrived() -> bool:
        return len(await office.held("msdyn_projectvendorinvoices", f"msdyn_vendorinvoicenumber eq '{INVOICE}'")) == 1

    with scene.change("Finance", f"{INVOICE} of V-100, 10 hours at 102, is matched and posted") as change:
        done = await office.run("invoice-purchase-order", company=COMPANY, prices={1: 102}, **asked)
        await office.travel()
        await change.until(arrived, "a vendor invoice in Dataverse")

    async def confirmed() -> None:
        await office.dataverse_forms.does("POST", "jobs", {})
        await office.travel()

    await scene.step(
        "Dataverse", "a system job confirms it",
        confirmed(), lambda: staged(scene, PROJECT, 1000, -1000, 1020, 1800), "1,000 is reversed, and 1,020 in its place",
    )  # fmt: skip
    await scene.step(
        "Finance", "the accountant imports them into a journal and posts it",
        accounting.posted(office), lambda: told_back(scene, PROJECT, (1, 1000), (1, -1000), (1, 1020), (1, 1800)),
        "the integration account of procurement is cleared",
    )  # fmt: skip
    here = [await actuals(firm, PROJECT), await accounted(firm, PROJECT)]
    invoice = await vouchers(office, [done["voucher"]], f"voucher of {INVOICE}")
    scene.show(here, [await staging(office, PROJECT), invoice, await balances(office, done["voucher"])])


# -- what is looked at -------------------------------------------------------------------------------------------------


async def subcontracts(firm: Consulting) -> Sheet:
    """The subcontract."""
    found = await rows(firm.office, HEADERS, f"msdyn_subcontractnumber eq '{SUBCONTRACT}'")
    lines = [
        (row["msdyn_subcontractnumber"], firm.name_of(row["_msdyn_vendor_value"]), label(row, "statuscode"))
        for row in found
    ]
    return Sheet("subcontracts", ("subcontract", "vendor", "status"), lines)


async def subcontract_lines(firm: Consulting) -> Sheet:
    """The line of the subcontract."""
    found = await rows(firm.office, LINES, f"_msdyn_subcontract_value eq {firm[SUBCONTRACT]}")
    lines = [(row["msdyn_subcontractlinenumber"], row["msdyn_quantity"], row["msdyn_price"]) for row in found]
    return Sheet("subcontract lines", ("line", "#hours", "#price"), lines)


async def orders(office: Enterprise) -> Sheet:
    """The purchase order of the subcontract."""
    found = await office.kept(ORDERS, ProjSubContractNumber=SUBCONTRACT)
    lines = [(short(row["PurchaseOrderNumber"]), row["OrderAccount"], row["DocumentState"]) for row in found]
    return Sheet("purchase orders", ("order", "vendor", "state"), lines)


async def _order_lines(office: Enterprise) -> list[Row]:
    (order,) = await office.kept(ORDERS, ProjSubContractNumber=SUBCONTRACT)
    return await office.kept(ORDER_LINES, PurchaseOrderNumber=order["PurchaseOrderNumber"])


async def order_lines(office: Enterprise) -> Sheet:
    """The line of the purchase order, and how much of it has come and was invoiced."""
    columns = ("PurchQty", "LineAmount", "ReceivedQuantity", "InvoicedQuantity")
    lines = [tuple(row[name] for name in columns) for row in await _order_lines(office)]
    return Sheet("purchase order lines", ("#hours", "#amount", "#received", "#invoiced"), lines)


async def receipts(office: Enterprise) -> Sheet:
    """The vouchers of the order's product receipts."""
    return await vouchers(office, await _receipts(office), "voucher of the receipt")


async def _receipts(office: Enterprise) -> set[str]:
    (order,) = await office.kept(ORDERS, ProjSubContractNumber=SUBCONTRACT)
    found = await office.kept(RECEIPTS, PurchaseOrderNumber=order["PurchaseOrderNumber"])
    return {row["Voucher"] for row in found}


async def balances(office: Enterprise, of_invoice: str) -> Sheet:
    """What all vouchers of the project, its receipts and its vendor invoice come to."""
    transactions = await office.kept("ProjectPostedTransactions", dataAreaId=COMPANY, ProjId=PROJECT)
    numbers = {row["VoucherJournal"] for row in transactions} | await _receipts(office) | {of_invoice}
    sums: dict[str, float] = defaultdict(float)
    for number in numbers:
        for row in await office.kept("LedgerVoucherEntries", dataAreaId=COMPANY, Voucher=number):
            sums[row["Account"]] += row["Debit"] - row["Credit"]
    return Sheet("balances in the end", ("account", "#balance"), sorted(sums.items()))


STORY = Story((an_order, a_receipt, the_vendors_invoice), needs=(CONSULTANCY,))
