"""A subcontract of the consulting business: SC-1 of vendor V-100, whose line SL-1 buys 40 hours of a developer at 100 USD.

Master data is where people keep it: the vendor and what is ordered under which category in Finance, prices in Dataverse.
"""

from __future__ import annotations

from typing import Any

from tests.scenarios import payables
from tests.scenarios.accounting import posted
from tests.scenarios.consulting import CATEGORY, MATERIAL, TIME, Consulting, told
from tests.scenarios.enterprise import Enterprise, Row

HEADERS, LINES = "msdyn_subcontracts", "msdyn_subcontractlines"
ORDERS, ORDER_LINES = "PurchaseOrders", "PurchaseOrderLines"
RECEIPTS, RECEIPT_LINES = "SubcontractProductReceipts", "SubcontractProductReceiptLines"
DRAFT, CONFIRMED, CLOSED, CANCELED = range(192350000, 192350004)
ON_LINE = {"msdyn_SubcontractLine__msdyn_subcontractlines": "SL-1"}

#: What hours of a developer are ordered under, and what expenses are.
DEVELOPERS = {
    "transaction_type": "Hour",
    "of": "DEV",
    "procurement_category": "Dev services",
    "project_category": f"{CATEGORY}-1",
}
TRIPS = {"transaction_type": "Expense", "procurement_category": "Travel", "project_category": f"{CATEGORY}-4"}


async def buying(office: Enterprise) -> Consulting:
    """Sell PRJ-1 at 180 an hour, and prepare both systems for subcontracts of V-100; enter none."""
    firm = await Consulting(office).begin()
    await firm.sold(developer=180)
    await office.set_up("uspm", subcontract_categories=[DEVELOPERS, TRIPS])
    await vendor(firm, "V-100")
    await firm.price_list("purchase", "USD", developer=100)
    return firm


async def vendor(firm: Consulting, number: str, **columns: Any) -> None:
    """Enter a vendor in Finance; Dataverse makes an account of it."""
    await payables.vendor(firm.office, number, **columns)
    await firm.office.travel()
    condition = f"accountnumber eq '{number}' and _msdyn_company_value eq {firm['uspm']}"
    await firm.knows(number, "accounts", "accountid", condition)


async def subcontract(firm: Consulting, name: str = "SC-1", of: str = "V-100", **columns: Any) -> None:
    """Enter a subcontract of a vendor."""
    bound = {
        "msdyn_Vendor__accounts": of,
        "msdyn_OwningCompany__cdm_companies": "uspm",
        "msdyn_PurchasePriceList__pricelevels": "purchase",
    }
    named = {"msdyn_subcontractnumber": name, "msdyn_name": f"Subcontract {name}"}
    dated = {"msdyn_subcontractdate": "2026-08-20T00:00:00Z"}
    await firm.enter(HEADERS, name, **{**named, **dated, **bound, **columns})


async def line(firm: Consulting, name: str = "SL-1", of: str = "SC-1", kind: int = TIME, **columns: Any) -> None:
    """Enter a line of a subcontract: 40 hours of a developer, unless it is told otherwise."""
    what: Row = {
        "msdyn_transactionclassification": kind,
        "msdyn_quantity": 40,
        "msdyn_Unit__uoms": "ea" if kind == MATERIAL else "hr",
        "msdyn_Project__msdyn_projects": "PRJ-1",
    }
    if kind == TIME:
        what["msdyn_ResourceCategory__bookableresourcecategories"] = "developer"
    bound = {"msdyn_Subcontract__msdyn_subcontracts": of, "msdyn_OwningCompany__cdm_companies": "uspm"}
    await firm.enter(LINES, name, msdyn_subcontractlinenumber=name, msdyn_name=name, **bound, **{**what, **columns})


async def press(firm: Consulting, button: str, name: str = "SC-1") -> None:
    """Press a button on a subcontract: Confirm, Reopen, Close, Cancel."""
    target = firm.target("msdyn_subcontract", firm[name])
    await firm.office.act(f"msdyn_{button}Subcontract", Targets=[target])


async def pressed(firm: Consulting, button: str, name: str = "SC-1") -> None:
    """Press a button, and let what comes of it arrive."""
    await press(firm, button, name)
    await firm.office.travel()


async def confirmed(firm: Consulting) -> Consulting:
    """Enter SC-1 with SL-1 and confirm it, and let each arrive."""
    await subcontract(firm)
    await line(firm)
    await firm.office.travel()
    await pressed(firm, "Confirm")
    return firm


async def ordered(office: Enterprise, *columns: str, line: str = "SL-1") -> tuple[Any, ...]:
    """What the order line of a subcontract line has in some columns."""
    found = await office.the_finance(ORDER_LINES, ProjSubContractLineNumber=line)
    return told([found], *columns)[0]


async def order(office: Enterprise, *columns: str, of: str = "SC-1") -> tuple[Any, ...]:
    """What the order of a subcontract has in some columns."""
    return told([await office.the_finance(ORDERS, ProjSubContractNumber=of)], *columns)[0]


async def received(office: Enterprise) -> list[tuple[Any, ...]]:
    """Receipts by line: accounting date, whether posted, quantity."""
    headers = {row["ProductReceiptNumber"]: row for row in await office.kept(RECEIPTS)}
    return sorted(
        (header["AccountingDate"][:10], header["Status"], row["Quantity"])
        for row in await office.kept(RECEIPT_LINES)
        for header in [headers[row["ProductReceiptNumber"]]]
    )


async def delivered(firm: Consulting, hours: float, **columns: Any) -> Row:
    """Record hours on SL-1, approve them, and post them in Finance; give the entry as an action's target."""
    entry = await firm.approved(hours, **{**ON_LINE, **columns})
    await posted(firm.office)
    return entry


async def accepted(office: Enterprise) -> None:
    """Generate the receipts that are due, and post them."""
    await office.run("generate-product-receipts", company="uspm")
    done = await office.run("post-product-receipts", company="uspm")
    assert done["errors"] == []
