"""Posted vendor invoices in Finance: their payment and the status that comes back, the journal that clears them, reconciliation."""

from __future__ import annotations

from typing import Any

import pytest

from tests.twin.payables import CONSULTING, EXPORT, EXPORT_LINES, FREIGHT, LICENCES, NAMED, Payables


@pytest.fixture
async def finance() -> Payables:
    return await Payables().begin()


@pytest.mark.parametrize(
    ("manual", "block", "approved", "shown"),
    [(False, False, "Yes", "No"), (False, True, "Yes", "No"), (True, False, "Yes", "Yes"), (True, True, "No", "Yes")],
)
async def test_payment_is_blocked_only_where_a_project_manager_has_to_verify(
    finance: Payables, approved: str, shown: str, *, manual: bool, block: bool
) -> None:
    await finance.set_up(manual_verification=manual, block_payment=block)
    await finance.posted(LICENCES, FREIGHT)
    assert await finance.approved() == approved
    [header] = await finance.rows(EXPORT)
    assert header["SubcontractInvoice"] == shown


async def test_a_confirmed_invoice_is_approved_for_payment_and_no_status_before_that_approves_it(
    finance: Payables,
) -> None:
    await finance.set_up(manual_verification=True, block_payment=True)
    await finance.posted(LICENCES)
    for status in ("Draft", "InReview"):
        await finance.status(status)
        assert await finance.approved() == "No"
    await finance.status("Confirmed")
    assert await finance.approved() == "Yes"


async def test_a_status_that_comes_late_is_accepted_and_not_kept(finance: Payables) -> None:
    await finance.posted(LICENCES)
    for status, kept in (("InReview", "InReview"), ("Draft", "InReview"), ("Confirmed", "Confirmed")):
        await finance.status(status, CurrencyCode="USD")
        [header] = await finance.rows(EXPORT)
        assert header["ProjVendInvoiceStatus"] == kept
    for late in ("None", "Draft", "InReview", "Confirmed"):
        await finance.status(late)
        [header] = await finance.rows(EXPORT)
        assert header["ProjVendInvoiceStatus"] == "Confirmed"


async def test_a_person_may_approve_the_payment_at_any_time(finance: Payables) -> None:
    await finance.set_up(manual_verification=True, block_payment=True)
    await finance.enter(LICENCES)
    early = await finance.refused("approve-vendor-payment", **NAMED)
    assert early == "Invoice VI-77 of vendor V-1001 isn't posted."
    await finance.run("post-vendor-invoice", **NAMED)
    await finance.run("approve-vendor-payment", **NAMED)
    assert await finance.approved() == "Yes"
    await finance.status("Draft")
    assert await finance.approved() == "Yes"


async def test_the_journal_of_what_dataverse_made_of_the_lines_clears_the_integration_account(
    finance: Payables,
) -> None:
    await finance.posted(LICENCES, CONSULTING, FREIGHT)
    await finance.charged("material", "USPM-PT-0000001", kind="Item", Quantity=5, UnitPrice=200)
    await finance.charged("time", "USPM-PT-0000002", Quantity=2, UnitPrice=90)
    await finance.post_all()
    for name in ("material", "time"):
        line = await finance.line(name)
        assert (line["DocumentType"], line["OffsetLedgerDimension"]) == ("Purchase", "PROC-INTEG")
    assert await finance.balances("uspm") == {"COST": 1180, "FREIGHT": 25, "AP": -1205}


async def test_the_reversal_of_a_matched_cost_mirrors_the_posting_of_its_original(finance: Payables) -> None:
    await finance.actual("work", Quantity=10, UnitPrice=100)
    await finance.post_all()
    assert await finance.balances("uspm") == {"COST": 1000, "PAYROLL-ALLOC": -1000}
    await finance.set_up(manual_verification=True)
    await finance.posted({**CONSULTING, "quantity": 10, "price": 102, "subcontract_line": "SUBL-1"})
    [(subcontract_line,)] = await finance.exported("ProjSubcontractLineNumber")
    assert subcontract_line == "SUBL-1"
    await finance.actual("reversal", Quantity=-10, UnitPrice=100)
    await finance.charged("invoiced", "USPM-PT-0000001", Quantity=10, UnitPrice=102)
    await finance.post_all()
    reversal = (await finance.line("reversal"))["Voucher"]
    assert await finance.entries(reversal) == [("COST", 0, 1000), ("PAYROLL-ALLOC", 1000, 0)]
    assert await finance.balances("uspm") == {"COST": 1020, "AP": -1020}


async def test_the_cost_of_a_stocked_product_is_posted_with_its_invoice_and_journalled_no_more(
    finance: Payables,
) -> None:
    units = {"SalesUnitSymbol": "ea", "InventoryUnitSymbol": "ea", "IsStockedProduct": "Yes"}
    names = {"ProductNumber": "BOLT", "ItemNumber": "BOLT-1"}
    await finance.create("CDSReleasedDistinctProducts", dataAreaId="uspm", **names, **units)
    await finance.posted({**LICENCES, "item": "BOLT-1", "price": 4, "category": "TCN-1-3", "activity": "A-1"}, FREIGHT)
    assert await finance.balances("uspm") == {"COST": 20, "FREIGHT": 25, "AP": -45}
    [transaction] = await finance.rows("ProjectPostedTransactions")
    wanted: dict[str, Any] = {
        "Part": "Cost",
        "TransType": "Item",
        "ProjId": "P1",
        "CategoryId": "TCN-1-3",
        "ActivityNumber": "A-1",
    }
    wanted |= {"Qty": 5, "Amount": 20, "CurrencyId": "USD", "AccountingAmount": 20, "TransStatus": "Posted"}
    assert {name: transaction[name] for name in wanted} == wanted
    assert await finance.exported("DisplayProductNumber", "CategoryType") == [("BOLT", "Item")]
    line = "USPM-PT-0000001"
    await finance.charged("cost", line, kind="Item", Quantity=5, UnitPrice=4)
    await finance.charged("sold", line, kind="Item", TransactionType="Sales", Quantity=5, UnitPrice=6)
    await finance.post_all()
    assert (await finance.state("cost"))["IsProcessed"] == "Yes"
    lines = await finance.rows("ProjAdvancedJournalLines")
    assert [(row["ActualType"], row["ExtendedPrice"]) for row in lines] == [("Sales", 30)]
    assert await finance.reconciliation() == {line: "Reconciled"}
    balances = await finance.balances("uspm")
    assert balances == {"COST": 20, "FREIGHT": 25, "AP": -45, "WIP-SALES": 30, "ACCRUED-REV": -30}


@pytest.mark.parametrize("receipts_are_posted", [True, False])
async def test_a_reversal_mirrors_its_original_though_costs_are_posted_otherwise_meanwhile(
    finance: Payables, *, receipts_are_posted: bool
) -> None:
    same = {"UnitPrice": 100, "SubcontractLine": "SUBL-1"}
    await finance.set_up(post_product_receipt_in_ledger=receipts_are_posted)
    await finance.actual("work", Quantity=10, **same)
    await finance.post_all()
    await finance.set_up(post_product_receipt_in_ledger=not receipts_are_posted)
    await finance.actual("reversal", Quantity=-10, AdjustmentStatus=192350002, **same)
    await finance.connect("reversal", "work", roles="Reversing/Original")
    await finance.post_all()
    mirrored = [] if receipts_are_posted else [("COST", 0, 1000), ("PAYROLL-ALLOC", 1000, 0)]
    assert await finance.entries((await finance.line("reversal"))["Voucher"]) == mirrored
    assert await finance.balances("uspm") == {}


async def test_the_reversal_of_what_an_invoice_charged_goes_back_to_the_integration_account(finance: Payables) -> None:
    await finance.posted(LICENCES)
    for name, quantity in (("charged", 5), ("reversed", -5)):
        await finance.charged(name, "USPM-PT-0000001", kind="Item", Quantity=quantity, UnitPrice=200)
    await finance.post_all()
    assert await finance.balances("uspm") == {"PROC-INTEG": 1000, "AP": -1000}


async def test_reconciliation_exports_again_what_has_not_come_back_and_tells_how_far_each_line_is(
    finance: Payables,
) -> None:
    await finance.posted(LICENCES, CONSULTING, FREIGHT)
    first, second = "USPM-PT-0000001", "USPM-PT-0000002"
    assert await finance.told_again() == ([first, second], {EXPORT: 1, EXPORT_LINES: 2})
    assert await finance.reconciliation() == {first: "Missing actuals", second: "Missing actuals"}
    await finance.status("Draft")
    await finance.charged("material", first, kind="Item", Quantity=5, UnitPrice=200)
    await finance.charged("sold", first, kind="Item", TransactionType="Sales")
    assert await finance.told_again() == ([second], {EXPORT: 0, EXPORT_LINES: 1})
    assert await finance.reconciliation() == {first: "Missing journal lines", second: "Missing actuals"}
    [journal] = (await finance.run("import-from-staging"))["journals"]
    assert await finance.reconciliation() == {first: "Missing journal lines", second: "Missing actuals"}
    await finance.run("post-journal", journal=journal)
    assert await finance.reconciliation() == {first: "Reconciled", second: "Missing actuals"}


async def test_reconciliation_exports_the_product_that_was_released_meanwhile(finance: Payables) -> None:
    await finance.posted({**LICENCES, "item": "CABLE"})
    assert await finance.exported("DisplayProductNumber") == [("",)]
    units = {"SalesUnitSymbol": "ea", "InventoryUnitSymbol": "ea"}
    names = {"ProductNumber": "CABLE-1", "ItemNumber": "CABLE"}
    await finance.create("CDSReleasedDistinctProducts", dataAreaId="uspm", **names, **units)
    await finance.run("reconcile")
    assert await finance.exported("DisplayProductNumber") == [("CABLE-1",)]


@pytest.mark.parametrize(
    ("start", "end", "found"),
    [("2025-01-01", "2026-12-31", 1), ("2026-09-11", "2026-12-31", 0), ("2020-01-01", "2020-12-31", 0)],
)
async def test_reconciliation_looks_from_the_first_open_period_of_this_year_or_the_last(
    finance: Payables, start: str, end: str, found: int
) -> None:
    await finance.posted(LICENCES)
    await finance.set_up(open_periods=[{"start": start, "end": end}])
    assert len((await finance.run("reconcile"))["exported"]) == found


async def test_reconciliation_looks_no_further_than_today(finance: Payables) -> None:
    await finance.posted(LICENCES, day="2026-09-15")
    assert (await finance.run("reconcile"))["exported"] == []
    await finance.control("clock", {"advance": 86400})
    assert (await finance.run("reconcile"))["exported"] == ["USPM-PT-0000001"]
