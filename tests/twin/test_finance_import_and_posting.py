"""Beginning balances in Finance, prevalidation, ghosts, and postings that die or are refused for dimensions."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.twin.bookkeeper import GBP, Bookkeeper, guid
from tests.twin.finance.visitor import address

EARLY, LATE = "2026-06-30T12:00:00Z", "2026-07-01T12:00:00Z"


class Accountant(Bookkeeper):
    async def journal(self) -> str:
        [journal] = (await self.run("import-from-staging"))["journals"]
        return str(journal)

    async def validated(self, minutes: float) -> tuple[int, int]:
        self.twin.clock.advance(timedelta(minutes=minutes).total_seconds())
        done = await self.run("validate-actuals")
        return done["valid"], done["invalid"]


@pytest.fixture
async def finance() -> Accountant:
    accountant = Accountant()
    await accountant.contract("GBP")
    return accountant


# -- where the item sales tax group of material comes from --------------------------------------------------------------


@pytest.mark.parametrize(("method", "tax"), [("Category", 100), ("Item", 200)])
async def test_material_is_taxed_by_its_category_or_its_item(finance: Accountant, method: str, tax: int) -> None:
    await finance.category("TCN-1", 3, ItemSalesTaxGroup="SERV")
    await finance.create(
        "ReleasedProductsV2",
        dataAreaId="uspm",
        ItemNumber="M1",
        ProductNumber="CABLE",
        SalesSalesTaxItemGroupCode="GOODS",
    )
    await finance.change(address("ProjectsV2", dataAreaId="uspm", ProjectId="P1"), SalesTaxGroupId="WA")
    rates = [{"group": "WA", "item_group": of, "percent": percent} for of, percent in (("SERV", 10), ("GOODS", 20))]
    await finance.set_up(item_sales_tax_group_method=method, taxes=rates)
    await finance.sale("sale", kind="Item", TransactionCategoryId="TCN-1", ProductNumber="CABLE")
    await finance.run("import-from-staging")
    assert (await finance.line("sale"))["CalculatedTaxAmount"] == tax


async def test_a_write_in_is_taxed_as_the_companys_write_in_product_and_time_as_its_category(
    finance: Accountant,
) -> None:
    await finance.category("TCN-1", 1, ItemSalesTaxGroup="SERV")
    released = {"ItemNumber": "WRITE-IN", "SalesSalesTaxItemGroupCode": "GOODS"}
    await finance.create("ReleasedProductsV2", dataAreaId="uspm", **released)
    await finance.set_up(item_sales_tax_group_method="Item")
    await finance.sale("write-in", kind="Item", ProductDescription="Sand")
    await finance.sale("unknown", kind="Item", ProductNumber="GRAVEL")
    await finance.sale("hours", TransactionCategoryId="TCN-1", ProductNumber="GRAVEL")
    await finance.run("import-from-staging")
    groups = [(await finance.line(name))["ProjectSalesTaxItemGroup"] for name in ("write-in", "unknown", "hours")]
    assert groups == ["GOODS", "", "SERV"]


# -- offsets, and one proposal -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("columns", "account"),
    [
        ({"kind": "Cost", "ExternalReference": "E-1"}, "EXP-INTEG"),
        ({"kind": "Cost", "ExternalOriginReference": "E-1"}, "EXP-INTEG"),
        ({"kind": "Cost", "ExternalReference": "E-2"}, "EXP-OFFSET"),
        ({"kind": "Hour", "ExternalReference": "E-1"}, "PAYROLL-ALLOC"),
        ({"kind": "Hour", "VendInvoiceLineProjTransId": "TX-1"}, "PROC-INTEG"),
        ({"kind": "Cost", "VendInvoiceLineProjTransId": "TX-1", "ExternalReference": "E-1"}, "PROC-INTEG"),
    ],
)
async def test_a_posted_cost_clears_the_account_that_its_document_debited(
    finance: Accountant, columns: dict[str, str], account: str
) -> None:
    finance.twin.run(lambda books, _: books.add("ProjExpensesExport", ExpTransNumber="E-1", ReferenceDataAreaId="uspm"))
    await finance.actual("cost", Quantity=1, UnitPrice=300, **columns)
    await finance.run("post-journal", journal=await finance.journal())
    assert await finance.balances("uspm") == {"COST": 300, account: -300}


async def test_an_import_for_one_proposal_takes_nothing_else(finance: Accountant) -> None:
    await finance.actual("cost")
    await finance.sale("billed", TransactionType="BilledSales", InvoiceProposalId="INV-7")
    assert await finance.run("import-from-staging", proposal="INV-7") == {"vouchers": [], "journals": [], "errors": []}
    assert [(await finance.state(name))["IsProcessed"] for name in ("cost", "billed")] == ["No", "No"]
    assert len((await finance.run("import-from-staging"))["vouchers"]) == 1


# -- beginning balances -------------------------------------------------------------------------------------------------


async def test_beginning_balances_reach_the_subledger_alone(finance: Accountant) -> None:
    await finance.set_up(beginning_balance_cutoff="2026-06-30", exchange_rates=[GBP])
    await finance.actual("cost", DocumentDate=EARLY)
    await finance.sale("unbilled", DocumentDate=EARLY, TransactionCurrencyId="GBP")
    await finance.sale("billed", DocumentDate=EARLY, TransactionCurrencyId="GBP", TransactionType="BilledSales")
    await finance.actual("later", DocumentDate=LATE)
    done = await finance.run("import-beginning-balances")
    assert done == {"journal": "USPM-BB-0000001", "lines": 3, "errors": []}
    assert await finance.rows("ProjectPostedTransactions") == []

    numbers = (await finance.run("post-beginning-balances", journal=done["journal"]))["transactions"]
    transactions = await finance.rows("ProjectPostedTransactions")
    assert [row["TransId"] for row in transactions] == numbers
    told = [
        (row["Part"], row["Qty"], row["Amount"], row["AccountingAmount"], row["TransStatus"]) for row in transactions
    ]
    assert told == [
        ("Cost", 4, 480, 480, "Posted"),
        ("Sale", 4, 1000, 1250, "Posted"),
        ("Sale", 4, 1000, 1250, "Invoiced"),
    ]
    assert await finance.balances("uspm") == {}
    assert await finance.rows("LedgerVoucherEntries") == []
    row = await finance.staged("cost")
    assert (row["VoucherNumber"], row["AccountingAmount"]) == ("", 0)

    await finance.run("post-journal", journal=await finance.journal())
    assert await finance.balances("uspm") == {"COST": 480, "PAYROLL-ALLOC": -480}
    assert (await finance.staged("later"))["AccountingAmount"] == 480


async def test_beginning_balances_are_imported_and_posted_once(finance: Accountant) -> None:
    await finance.set_up(beginning_balance_cutoff="2026-06-30")
    await finance.actual("cost", DocumentDate=EARLY)
    journal = (await finance.run("import-beginning-balances"))["journal"]
    assert await finance.run("import-beginning-balances") == {"journal": "", "lines": 0, "errors": []}
    await finance.run("post-beginning-balances", journal=journal)
    text = await finance.refused("post-beginning-balances", journal=journal)
    assert text == f"There is no beginning balance journal {journal} to post."
    assert len(await finance.rows("ProjectPostedTransactions")) == 1


async def test_what_is_no_beginning_balance_stays_with_its_error(finance: Accountant) -> None:
    await finance.set_up(beginning_balance_cutoff="2026-06-30")
    await finance.sale("milestone", DocumentDate=EARLY, TransactionType="BilledSales", kind="OnAccount")
    await finance.actual("lent", DocumentDate=EARLY, TransactionType="ResourcingUnitCost")
    await finance.sale("no rate", DocumentDate=EARLY, TransactionCurrencyId="GBP")
    unsupported = "Milestones, retainers and intercompany actuals aren't supported as beginning balances."
    missing = "Exchange rate for GBP to USD on 6/30/2026 is missing."
    assert (await finance.run("import-beginning-balances"))["errors"] == [unsupported, unsupported, missing]
    assert await finance.errors() == [unsupported, unsupported, missing]
    await finance.set_up(exchange_rates=[GBP])
    assert (await finance.run("import-beginning-balances"))["lines"] == 1


async def test_a_general_journals_cost_is_not_a_beginning_balance_too(finance: Accountant) -> None:
    await finance.set_up(beginning_balance_cutoff="2026-06-30")
    finance.twin.run(
        lambda books, _: books.add("ProjectJournalTransfers", dataAreaId="uspm", JournalBatchNumber="USPM-7")
    )
    await finance.actual("cost", DocumentDate=EARLY, Description="Journal USPM-7")
    assert (await finance.run("import-beginning-balances"))["lines"] == 0
    assert (await finance.state("cost"))["IsProcessed"] == "Yes"


async def test_the_cut_off_date_stays_once_a_balance_is_posted(finance: Accountant) -> None:
    assert await finance.refused("import-beginning-balances") == "Beginning balances are not switched on."
    await finance.set_up(beginning_balance_cutoff="2026-05-31")
    await finance.set_up(beginning_balance_cutoff="2026-06-30")
    await finance.actual("cost", DocumentDate=EARLY)
    journal = (await finance.run("import-beginning-balances"))["journal"]
    await finance.run("post-beginning-balances", journal=journal)
    sent = {"company": "USPM", "beginning_balance_cutoff": "2026-07-31"}
    answer = await finance.ask("POST", "/twin/setup", sent=sent, across=False)
    assert (answer.status, "can't be changed" in answer.json()["error"]) == (400, True)
    await finance.set_up(period_unit="Months", beginning_balance_cutoff="2026-06-30")


# -- prevalidation and ghosts -------------------------------------------------------------------------------------------


async def test_with_prevalidation_only_what_was_found_valid_after_five_minutes_is_imported(finance: Accountant) -> None:
    await finance.control("settings", {"actuals_prevalidation": True})
    await finance.actual("early")
    assert (await finance.run("import-from-staging"))["vouchers"] == []
    assert await finance.validated(minutes=4) == (0, 0)
    await finance.actual("late")
    assert await finance.validated(minutes=1) == (1, 0)
    assert len((await finance.run("import-from-staging"))["vouchers"]) == 1
    assert (await finance.state("late"))["ValidationStatus"] == "None"
    assert await finance.validated(minutes=4) == (1, 0)
    assert len((await finance.run("import-from-staging"))["vouchers"]) == 1


async def test_a_ghost_is_invalid_for_good(finance: Accountant) -> None:
    await finance.control("settings", {"actuals_prevalidation": True})
    await finance.actual("ghost")
    await finance.run("mark-ghost", actual=guid("import ghost"))
    assert await finance.validated(minutes=5) == (0, 1)
    await finance.control("set-based", {"collection": "ProjectActualsStates", "set": {"IsGhost": "No"}})
    assert await finance.validated(minutes=60) == (0, 0)
    for feature in (True, False):
        await finance.control("settings", {"actuals_prevalidation": feature})
        assert await finance.run("import-from-staging") == {"vouchers": [], "journals": [], "errors": []}
    assert await finance.balances("uspm") == {}


async def test_without_prevalidation_a_ghost_is_found_when_it_is_posted(finance: Accountant) -> None:
    assert "is off" in await finance.refused("validate-actuals")
    assert await finance.refused("mark-ghost", actual=guid("nothing")) == f"There is no actual {guid('nothing')}."
    await finance.actual("ghost")
    await finance.actual("good")
    await finance.run("mark-ghost", actual=guid("import ghost"))
    posted = await finance.run("post-journal", journal=await finance.journal())
    assert "Unable to look up msdyn_actuals with values" in posted["errors"][0]
    assert [(await finance.line(name))["Status"] for name in ("ghost", "good")] == ["InvalidActuals", "Posted"]
    assert await finance.balances("uspm") == {"COST": 480, "PAYROLL-ALLOC": -480}
    assert (await finance.staged("ghost"))["VoucherNumber"] == ""


# -- postings -----------------------------------------------------------------------------------------------------------


async def test_a_line_in_processing_is_taken_back_after_a_day(finance: Accountant) -> None:
    await finance.actual("cost")
    journal = await finance.journal()
    await finance.run("begin-posting", journal=journal)
    assert (await finance.line("cost"))["Status"] == "Processing"
    assert "with status Processing has nothing to post" in await finance.refused("post-journal", journal=journal)
    finance.twin.clock.advance(timedelta(hours=23, minutes=59).total_seconds())
    assert "is still being posted" in await finance.refused("update-to-draft", journal=journal)
    finance.twin.clock.advance(60)
    await finance.run("update-to-draft", journal=journal)
    await finance.run("post-journal", journal=journal)
    assert await finance.balances("uspm") == {"COST": 480, "PAYROLL-ALLOC": -480}


async def test_an_administrator_who_looked_takes_a_line_back_at_once(finance: Accountant) -> None:
    await finance.actual("cost")
    journal = await finance.journal()
    await finance.run("begin-posting", journal=journal)
    await finance.run("update-to-draft", journal=journal, verified=True)
    assert (await finance.line("cost"))["Status"] == "Draft"
    assert (await finance.run("post-journal", journal=journal))["errors"] == []


async def test_dimensions_that_the_account_structure_does_not_allow_fail_the_line(finance: Accountant) -> None:
    await finance.set_up(invalid_dimensions=["-999-"])
    await finance.actual("good")
    await finance.run("import-from-staging")
    await finance.change(address("ProjectsV2", dataAreaId="uspm", ProjectId="P1"), DimensionDisplayValue="-999-")
    await finance.actual("bad")
    await finance.run("import-from-staging")
    posted = await finance.run("post-journal", journal="USPM-J-0000001")
    [error] = posted["errors"]
    assert error.endswith("due to (The financial dimensions -999- are not valid for the account structure.).")
    line = await finance.line("bad")
    assert (line["Status"], line["ProjAdvancedJournal"]) == ("Error", posted["moved_to"])
    await finance.set_up(invalid_dimensions=[])
    await finance.run("update-to-draft", journal=posted["moved_to"])
    await finance.run("post-journal", journal=posted["moved_to"])
    assert (await finance.balances("uspm"))["COST"] == 960


@pytest.mark.parametrize(("lines", "in_batch"), [(100, False), (101, True)])
async def test_a_journal_of_more_than_a_hundred_lines_is_posted_in_a_batch_all_the_same(
    finance: Accountant, lines: int, in_batch: bool
) -> None:
    for number in range(lines):
        await finance.actual(f"cost {number}")
    posted = await finance.run("post-journal", journal=await finance.journal())
    assert (posted["in_batch"], len(posted["vouchers"])) == (in_batch, lines)
    assert await finance.balances("uspm") == {"COST": 480 * lines, "PAYROLL-ALLOC": -480 * lines}


# -- the public view of lines -------------------------------------------------------------------------------------------


async def hours(finance: Accountant) -> dict[str, dict[str, Any]]:
    return {row["Voucher"]: row for row in await finance.rows("ProjAdvancedJournalLineHours")}


async def test_the_public_lines_show_hours_by_their_journals_rec_id(finance: Accountant) -> None:
    await finance.set_up(exchange_rates=[GBP])
    await finance.actual("cost")
    await finance.sale("sale", TransactionCurrencyId="GBP", Description="Design")
    await finance.actual("material", kind="Item")
    await finance.run("import-from-staging")
    [journal] = await finance.rows("ProjAdvancedJournals")
    cost, sale = [(await finance.line(name))["Voucher"] for name in ("cost", "sale")]
    assert (await hours(finance)).keys() == {cost, sale}
    key = {"LineNumber": 2, "ProjAdvancedJournal": journal["JournalRecId"]}
    row = await finance.row(address("ProjAdvancedJournalLineHours", dataAreaId="uspm", **key))
    assert row["Voucher"] == sale
    assert (row["Quantity"], row["UnitPrice"], row["ExtendedPrice"], row["PriceExchangeRate"]) == (4, 250, 1000, 125)
    assert (row["TransType"], row["PriceCurrency"], row["Text"], row["PostError"]) == ("Hour", "GBP", "Design", "No")


async def test_the_public_lines_follow_what_happens_to_the_journals(finance: Accountant) -> None:
    await finance.actual("stays")
    await finance.actual("goes")
    await finance.run("import-from-staging")
    goes = (await finance.line("goes"))["Voucher"]
    await finance.set_up(open_periods=[])
    await finance.run("post-journal", journal="USPM-J-0000001")
    assert {row["PostError"] for row in (await hours(finance)).values()} == {"Yes"}
    await finance.run("update-to-draft", journal="USPM-J-0000001")
    await finance.run("delete-journal-line", voucher=goes)
    stays = (await finance.line("stays"))["Voucher"]
    assert {voucher: row["PostError"] for voucher, row in (await hours(finance)).items()} == {stays: "No"}


async def test_the_public_lines_are_read_only_and_undone_with_what_they_show(finance: Accountant) -> None:
    await finance.actual("cost")
    await finance.run("import-from-staging")
    [shown] = (await hours(finance)).values()
    sent = {"dataAreaId": "uspm", "LineNumber": 7, "ProjAdvancedJournal": shown["ProjAdvancedJournal"]}
    _, text = await finance.refusal("POST", "ProjAdvancedJournalLineHours", sent=sent)
    assert "cannot be written through this entity" in text
    database = finance.twin.database
    [line], view = database.tables["ProjAdvancedJournalLines"], database.tables["ProjAdvancedJournalLineHours"]
    database.update("ProjAdvancedJournalLines", line, {"Text": "not meant"})
    assert [row.values["Text"] for row in view] == ["not meant"]
    database.roll_back()
    database.delete("ProjAdvancedJournalLines", line)
    assert len(view) == 0
    database.roll_back()
    assert [*(await hours(finance)).values()] == [shown]
