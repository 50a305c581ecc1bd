"""The vendor's invoice of a subcontract: P6, and the worked example of subcontracted time, record by record on both sides.

Ten of forty hours are worked at 100, received, invoiced at 102, and sold at 180. Receipts are accrued; whether Finance
posts them in the ledger decides whether the cost of the entry reaches the ledger too, before the invoice's cost does.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.scenarios.accounting import (
    accounted,
    balances,
    connected,
    entries,
    posted,
    posted_vouchers,
    related,
    written_back,
)
from tests.scenarios.consulting import CATEGORY, COST, TIME, UNBILLED, Consulting, told
from tests.scenarios.enterprise import Enterprise, Row
from tests.scenarios.payables import SETTLED, jobs_run
from tests.scenarios.subcontracting import (
    CONFIRMED,
    HEADERS,
    ON_LINE,
    accepted,
    buying,
    confirmed,
    delivered,
    order,
    ordered,
    received,
)

ORDER, INVOICE, WORKED, INVOICED = "USPM-PO-0000001", "VI-88", "2026-09-01", "2026-09-10"
ADJUSTED, UNADJUSTABLE = 192350001, 192350002
AUTOMATIC = "msdyn_enableautomaticconfirmation"
COST_LINES = {False: [("COST", 1000, 0), ("PAYROLL-ALLOC", 0, 1000)], True: []}


@pytest.fixture(params=[False, True], ids=["costs in the ledger", "receipts in the ledger"])
async def receipts_in_ledger(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture(params=["header_update", "any_write"])
async def trigger(request: pytest.FixtureRequest, office: Enterprise) -> None:
    """Dataverse runs each job right after the save that starts it, whatever that is."""
    await jobs_run(office, request.param)


@pytest.fixture
async def firm(office: Enterprise, receipts_in_ledger: bool) -> Consulting:
    firm = await buying(office)
    await office.set_up("uspm", accrued_receipts=["Dev services"], post_product_receipt_in_ledger=receipts_in_ledger)
    return firm


@pytest.mark.usefixtures("trigger")
async def test_p6_subcontracted_time_from_the_order_to_the_vendor_s_invoice(
    firm: Consulting, receipts_in_ledger: bool
) -> None:
    office = firm.office
    await is_ordered(firm)
    entry = await is_worked(firm)
    await is_posted(office, receipts_in_ledger)
    await is_received(office)
    await is_invoiced(office)
    await is_confirmed_and_matched(office)
    await is_posted_anew(office, receipts_in_ledger)
    await ends(firm, entry)


async def is_ordered(firm: Consulting) -> None:
    """1: the subcontract is entered and confirmed, and so is its order."""
    office = firm.office
    await confirmed(firm)
    assert (await office.the(HEADERS, "msdyn_subcontractnumber eq 'SC-1'"))["statuscode"] == CONFIRMED
    assert await order(office, "PurchaseOrderNumber", "DocumentState", "Confirmations") == (ORDER, "Confirmed", 1)
    names = ("PurchQty", "PurchPrice", "LineAmount", "ProcurementCategory", "ProjCategoryId")
    assert await ordered(office, *names) == (40, 100, 4000, "Dev services", f"{CATEGORY}-1")


async def is_worked(firm: Consulting) -> Row:
    """2: ten hours are approved; give the entry."""
    office = firm.office
    entry = await firm.approved(10, **ON_LINE, msdyn_date=WORKED)
    await office.travel(seconds=120)
    columns = ("transactiontypecode", "transactionclassification", "quantity", "price", "amount", "skipsync")
    actuals = await office.held("msdyn_actuals")
    assert told(actuals, *(f"msdyn_{name}" for name in columns)) == [
        (COST, TIME, 10, 100, 1000, False),
        (UNBILLED, TIME, 10, 180, 1800, False),
    ]
    assert told(actuals, "_msdyn_subcontractline_value") == [(firm["SL-1"],)] * 2
    names = ("TransactionType", "Quantity", "UnitPrice", "Amount", "SubcontractLine", "DocumentDate")
    assert told(await office.kept("ProjActualsImports"), *names) == [
        ("Cost", 10, 100, 1000, "SL-1", f"{WORKED}T12:00:00Z"),
        ("Sales", 10, 180, 1800, "SL-1", f"{WORKED}T12:00:00Z"),
    ]
    cost, sale = await one(office, COST, 10), await one(office, UNBILLED, 10)
    assert await connected(office) == [(sale["msdyn_actualid"], "Unbilled Sales", cost["msdyn_actualid"], "Cost")]
    assert await related(office) == await connected(office)
    return entry


async def is_posted(office: Enterprise, receipts_in_ledger: bool) -> None:
    """3: both are posted; the cost in the subledger alone where receipts are posted in the ledger."""
    await posted(office)
    cost, sale = await one(office, COST, 10), await one(office, UNBILLED, 10)
    assert await entries(office, Voucher=cost["msdyn_vouchernumber"]) == COST_LINES[receipts_in_ledger]
    assert await entries(office, Voucher=sale["msdyn_vouchernumber"]) == [
        ("ACCRUED-REV", 0, 1800),
        ("WIP-SALES", 1800, 0),
    ]
    transactions = await office.kept("ProjectPostedTransactions")
    assert told(transactions, "Part", "TransType", "Qty", "Amount", "AccountingAmount") == [
        ("Cost", "Hour", 10, 1000, 1000),
        ("Sale", "Hour", 10, 1800, 1800),
    ]
    assert [row[:3] for row in await accounted(office)] == [(COST, 1000, 1), (UNBILLED, 1800, 1)]
    assert len(await written_back(office)) == 2
    assert await written_back(office) == await posted_vouchers(office)


async def is_received(office: Enterprise) -> None:
    """4: the receipt of that day is generated and posted, and accrued."""
    await accepted(office)
    receipt = await office.the_finance("SubcontractProductReceipts")
    assert (receipt["PurchaseOrderNumber"], receipt["AccountingDate"]) == (ORDER, f"{WORKED}T12:00:00Z")
    assert await received(office) == [(WORKED, "Posted", 10)]
    assert await ordered(office, "ReceivedQuantity", "OpenQuantity", "PurchStatus") == (10, 30, "Backorder")
    assert await entries(office, Voucher=receipt["Voucher"]) == [("RCPT-ACCR", 0, 1000), ("RCPT-EXP", 1000, 0)]


async def is_invoiced(office: Enterprise) -> None:
    """5: the vendor asks 102 an hour; the invoice is matched with the entry's cost and posted."""
    asked: Row = {"order": ORDER, "invoice": INVOICE, "day": INVOICED, "prices": {1: 102}, "match_actuals": True}
    done = await office.run("invoice-purchase-order", company="uspm", **asked)
    assert await entries(office, Voucher=done["voucher"]) == [
        ("AP", 0, 1020),
        ("PROC-INTEG", 1020, 0),
        ("RCPT-ACCR", 1000, 0),
        ("RCPT-EXP", 0, 1000),
    ]
    staged = await office.kept("ProjActualsImports")
    assert told(staged, "TransactionType", "MatchedVendorInvoice") == [("Cost", INVOICE), ("Sales", "")]
    exported = await office.the_finance("ProjVendInvoiceLinesExportEntity")
    names = ("ProjSubcontractLineNumber", "CategoryType", "RoleId", "QtyReceiveNow", "PurchPrice", "LineAmount")
    assert told([exported], *names) == [("SL-1", "Hour", "DEV", 10, 102, 1020)]
    assert await ordered(office, "InvoicedQuantity", "PurchStatus") == (10, "Backorder")


async def is_confirmed_and_matched(office: Enterprise) -> None:
    """6: Dataverse confirms the invoice by itself: the cost is reversed, the invoice's takes its place."""
    await office.travel(seconds=SETTLED)
    invoice = await office.the("msdyn_projectvendorinvoices", f"msdyn_vendorinvoicenumber eq '{INVOICE}'")
    assert (invoice[AUTOMATIC], invoice["statuscode"]) == (True, 192350002)
    columns = ("transactiontypecode", "quantity", "price", "amount", "adjustmentstatus", "skipsync", "documentdate")
    assert told(await office.held("msdyn_actuals"), *(f"msdyn_{name}" for name in columns)) == [
        (COST, -10, 100, -1000, UNADJUSTABLE, False, WORKED),
        (COST, 10, 100, 1000, ADJUSTED, False, WORKED),
        (COST, 10, 102, 1020, None, False, INVOICED),
        (UNBILLED, 10, 180, 1800, None, False, WORKED),
    ]
    names = ("TransactionType", "Quantity", "Amount", "AdjustmentStatus", "SubcontractLine")
    assert told(await office.kept("ProjActualsImports"), *names) == [
        ("Cost", -10, -1000, UNADJUSTABLE, "SL-1"),
        ("Cost", 10, 1000, ADJUSTED, "SL-1"),
        ("Cost", 10, 1020, 0, "SL-1"),
        ("Sales", 10, 1800, 0, "SL-1"),
    ]
    original, reversal = await one(office, COST, 1000, "amount"), await one(office, COST, -1000, "amount")
    replacing, sale = await one(office, COST, 1020, "amount"), await one(office, UNBILLED, 1800, "amount")
    ids = [row["msdyn_actualid"] for row in (original, reversal, replacing, sale)]
    assert await connected(office) == sorted(
        [
            (ids[3], "Unbilled Sales", ids[0], "Cost"),
            (ids[1], "Reversing", ids[0], "Original"),
            (ids[3], "Unbilled Sales", ids[2], "Cost"),
        ],
        key=str,
    )
    assert await related(office) == await connected(office)
    header = await office.the_finance("VendInvoiceExportsV2")
    assert (header["ProjVendInvoiceStatus"], header["PurchId"]) == ("Confirmed", ORDER)


async def is_posted_anew(office: Enterprise, receipts_in_ledger: bool) -> None:
    """7: the reversal mirrors what it reverses, the invoice's cost clears the integration account."""
    await posted(office)
    reversal, replacing = await one(office, COST, -1000, "amount"), await one(office, COST, 1020, "amount")
    mirror = [(account, credit, debit) for account, debit, credit in COST_LINES[receipts_in_ledger]]
    assert await entries(office, Voucher=reversal["msdyn_vouchernumber"]) == mirror
    assert await entries(office, Voucher=replacing["msdyn_vouchernumber"]) == [
        ("COST", 1020, 0),
        ("PROC-INTEG", 0, 1020),
    ]
    assert [row[:3] for row in await accounted(office)] == [
        (COST, -1000, 1),
        (COST, 1000, 1),
        (COST, 1020, 1),
        (UNBILLED, 1800, 1),
    ]
    assert len(await written_back(office)) == 4
    assert await written_back(office) == await posted_vouchers(office)
    transactions = await office.kept("ProjectPostedTransactions")
    assert told(transactions, "Part", "TransType", "Qty", "Amount", "AccountingAmount") == [
        ("Cost", "Hour", -10, -1000, -1000),
        ("Cost", "Hour", 10, 1000, 1000),
        ("Cost", "Hour", 10, 1020, 1020),
        ("Sale", "Hour", 10, 1800, 1800),
    ]


async def ends(firm: Consulting, entry: Row) -> None:
    """The end: nothing is left on the accounts between, nothing more is received, the entry can't be recalled."""
    office = firm.office
    assert await balances(office) == {"COST": 1020, "AP": -1020, "WIP-SALES": 1800, "ACCRUED-REV": -1800}
    assert await ordered(office, "ReceivedQuantity", "InvoicedQuantity", "OpenQuantity") == (10, 10, 30)
    assert await office.run("generate-product-receipts", company="uspm") == {"receipts": []}
    before = await office.held("msdyn_actuals")
    for action in ("msdyn_RecallEntries", "msdyn_CancelApproval"):
        words = await office.refused("POST", action, Targets=[entry])
        assert words == "The actual was replaced by a confirmed vendor invoice."
    assert await office.held("msdyn_actuals") == before
    assert await office.is_at_rest()


@pytest.mark.usefixtures("trigger")
async def test_p6_all_that_was_received_is_invoiced_at_once_and_the_order_is_invoiced(firm: Consulting) -> None:
    office = firm.office
    await confirmed(firm)
    for day, hours in ((WORKED, 16), ("2026-09-02", 24)):
        await delivered(firm, hours, msdyn_date=day)
    await accepted(office)
    await office.run("invoice-purchase-order", company="uspm", order=ORDER, invoice=INVOICE, day=INVOICED)
    await office.travel(seconds=SETTLED)
    columns = ("quantity", "amount", "adjustmentstatus")
    costs = [row for row in await office.held("msdyn_actuals") if row["msdyn_transactiontypecode"] == COST]
    assert told(costs, *(f"msdyn_{name}" for name in columns)) == [
        (-16, -1600, UNADJUSTABLE),
        (-24, -2400, UNADJUSTABLE),
        (16, 1600, ADJUSTED),
        (24, 2400, ADJUSTED),
        (40, 4000, None),
    ]
    await posted(office)
    assert await balances(office) == {"COST": 4000, "AP": -4000, "WIP-SALES": 7200, "ACCRUED-REV": -7200}
    assert await ordered(office, "InvoicedQuantity", "PurchStatus") == (40, "Invoiced")
    assert await order(office, "PurchStatus") == ("Invoiced",)
    assert await office.run("generate-product-receipts", company="uspm") == {"receipts": []}
    assert await office.is_at_rest()


async def test_p6_another_quantity_than_that_of_the_matched_actuals_is_asked_about(firm: Consulting) -> None:
    office = firm.office
    await confirmed(firm)
    await delivered(firm, 10, msdyn_date=WORKED)
    await accepted(office)
    asked: Row = {"company": "uspm", "order": ORDER, "invoice": INVOICE, "day": INVOICED, "quantities": {1: 8}}
    answer = await office.finance_forms.ask("POST", "run/invoice-purchase-order", {**asked, "match_actuals": True})
    assert answer.status_code == 400
    assert "The quantity of the matched actuals differs from the invoice quantity." in answer.text
    assert await office.kept("VendInvoiceExportsV2") == []
    await office.run("invoice-purchase-order", **asked, match_actuals=True, go_on=True)
    exported = await office.the_finance("ProjVendInvoiceLinesExportEntity")
    assert (exported["QtyReceiveNow"], exported["LineAmount"]) == (8, 800)


async def one(office: Enterprise, kind: int, value: Any, column: str = "quantity") -> Row:
    """The one actual of a type with a value in a column."""
    return await office.the("msdyn_actuals", f"msdyn_transactiontypecode eq {kind} and msdyn_{column} eq {value}")
