"""Actuals in Finance: staging, the import into the integration journal, posting, and what goes back."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.twin.bookkeeper import Bookkeeper, actual, guid
from tests.twin.events import Post
from tests.twin.http import Request

GBP = {"from_currency": "GBP", "to_currency": "USD", "rate": "1.25"}


class Accountant(Bookkeeper):
    async def staging_refusal(self, **columns: Any) -> str:
        _, text = await self.refusal("POST", "ProjActualsImports", sent=actual("a", **columns))
        return text

    async def set_up(self, **changes: Any) -> None:
        await self.control("setup", {"company": "uspm", **changes})

    async def post_all(self) -> list[dict[str, Any]]:
        imported = await self.run("import-from-staging")
        return [await self.run("post-journal", journal=journal) for journal in imported["journals"]]

    async def sale(self, name: str, **columns: Any) -> None:
        await self.actual(name, **{"TransactionType": "Sales", "UnitPrice": 250, **columns})

    async def close_project(self) -> None:
        await self.change("ProjectsV2(dataAreaId='uspm',ProjectId='P1')", ProjectStage="Completed")

    async def open_project(self) -> None:
        await self.change("ProjectsV2(dataAreaId='uspm',ProjectId='P1')", ProjectStage="InProcess")


@pytest.fixture
async def finance() -> Accountant:
    accountant = Accountant()
    await accountant.contract()
    return accountant


# -- staging -----------------------------------------------------------------------------------------------------------


async def test_a_billing_type_without_a_line_property_is_refused_with_the_platforms_text(finance: Accountant) -> None:
    await finance.set_up(line_properties={"Chargeable": "CHARGE"})
    assert await finance.staging_refusal(BillingType="NotAvailable") == (
        "Write failed for table row of type 'ProjActualsImportEntity'. Infolog: "
        "Line property Not available doesn't exist. "
        "validateWrite failed on data source 'ProjCDSActualsImport (ProjCDSActualsImport)'."
    )
    await finance.actual("a")


async def test_an_actual_of_an_unknown_project_or_of_a_company_that_takes_no_part_is_refused(
    finance: Accountant,
) -> None:
    assert "The value 'P9' in field 'Project ID' is not found" in await finance.staging_refusal(ProjectId="P9")
    assert "'P1' in field 'Project ID'" in await finance.staging_refusal(ProjectDataAreaId="gbpm")
    await finance.set_up(opted_in=False)
    assert "'uspm' does not take part" in await finance.staging_refusal()


async def test_result_columns_are_nobodys_but_finances(finance: Accountant) -> None:
    row = await finance.actual("a", VoucherNumber="X-1", AccountingAmount=7, ExchangeRate=2, SalesTaxAmount=1)
    assert (row["VoucherNumber"], row["AccountingAmount"], row["ExchangeRate"], row["SalesTaxAmount"]) == ("", 0, 0, 0)
    await finance.change(_path("a"), VoucherNumber="X-1", Amount=500)
    row = await finance.staged("a")
    assert (row["VoucherNumber"], row["Amount"]) == ("", 500)


async def test_a_processed_actual_takes_over_its_statuses_only_and_is_not_deleted(finance: Accountant) -> None:
    await finance.actual("a")
    await finance.run("import-from-staging")
    await finance.change(_path("a"), Amount=1, AdjustmentStatus=192350001, BillingStatusId=192350002)
    row = await finance.staged("a")
    assert (row["Amount"], row["AdjustmentStatus"], row["BillingStatusId"]) == (480, 192350001, 192350002)
    assert (await finance.run("import-from-staging"))["vouchers"] == []
    _, text = await finance.refusal("DELETE", _path("a"))
    assert "already processed" in text


async def test_an_actual_under_another_import_id_is_a_duplicate_and_never_imported(finance: Accountant) -> None:
    await finance.actual("a")
    await finance.actual("b", ActualId=guid("a"))
    assert (await finance.state("b"))["IsDuplicate"] == "Yes"
    assert len((await finance.run("import-from-staging"))["vouchers"]) == 1
    assert (await finance.state("b"))["IsProcessed"] == "No"


# -- import ------------------------------------------------------------------------------------------------------------


async def test_cost_and_unbilled_sales_are_two_lines_with_their_sides_filled(finance: Accountant) -> None:
    await finance.set_up(exchange_rates=[GBP])
    await finance.actual("cost", BookableResourceName="Molly Clark", Description="Design", TaskNumber="A1")
    await finance.sale("sale", TransactionCurrencyId="GBP")
    imported = await finance.run("import-from-staging")
    assert imported == {"vouchers": ["USPM-V-0000001", "USPM-V-0000002"], "journals": ["USPM-J-0000001"], "errors": []}
    cost, sale = await finance.line("cost"), await finance.line("sale")
    assert _sides(cost) == (120, 480, "USD", 100, 0, 0, "", 0)
    assert _sides(sale) == (0, 0, "", 0, 250, 1000, "GBP", 125)
    assert (cost["TransType"], cost["ProjCategoryId"], cost["LinePropertyId"]) == ("Hour", "HOUR", "CHARGE")
    assert (cost["OffsetLedgerDimension"], sale["OffsetLedgerDimension"]) == ("PAYROLL-ALLOC", "")
    assert (cost["BookableResourceName"], cost["Text"], cost["ActivityNumber"]) == ("Molly Clark", "Design", "A1")
    assert (cost["DocumentType"], cost["Status"]) == ("Usage", "Draft")
    assert (await finance.state("cost"))["IsProcessed"] == "Yes"


@pytest.mark.parametrize(
    ("columns", "offset", "document"),
    [
        ({"kind": "Hour"}, "PAYROLL-ALLOC", "Usage"),
        ({"kind": "Cost"}, "EXP-OFFSET", "Usage"),
        ({"kind": "Item"}, "COST-ITEM", "Usage"),
        ({"kind": "Item", "VendInvoiceLineProjTransId": "TX-1"}, "PROC-INTEG", "Purchase"),
    ],
)
async def test_the_offset_account_is_that_of_the_source(
    finance: Accountant, columns: dict[str, str], offset: str, document: str
) -> None:
    await finance.actual("a", **columns)
    await finance.run("import-from-staging")
    line = await finance.line("a")
    assert (line["OffsetLedgerDimension"], line["DocumentType"]) == (offset, document)


async def test_a_line_that_is_deleted_returns_with_the_next_import(finance: Accountant) -> None:
    await finance.actual("a")
    [voucher] = (await finance.run("import-from-staging"))["vouchers"]
    await finance.run("delete-journal-line", voucher=voucher)
    state = await finance.state("a")
    assert (state["IsProcessed"], state["IntegrationCount"]) == ("No", 1)
    [again] = (await finance.run("import-from-staging"))["vouchers"]
    assert (await finance.line("a"))["Voucher"] == again != voucher


async def test_an_accountant_edits_tax_groups_and_dimensions_and_nothing_else(finance: Accountant) -> None:
    await finance.set_up(taxes=[{"group": "WA", "item_group": "SERV", "percent": 10}])
    await finance.sale("a")
    await finance.run("import-from-staging")
    path = _line_path(await finance.line("a"))
    await finance.change(path, ProjectSalesTaxGroup="WA", ProjectSalesTaxItemGroup="SERV", DefaultDimension="-022-")
    line = await finance.line("a")
    assert (line["CalculatedTaxAmount"], line["DefaultDimension"]) == (100, "-022-")
    _, text = await finance.refusal("PATCH", path, sent={"Quantity": 5})
    assert "Field 'Quantity' of an integration journal line cannot be changed" in text
    sent = {"dataAreaId": "uspm", "ProjAdvancedJournal": line["ProjAdvancedJournal"], "LineNumber": 9}
    _, text = await finance.refusal("POST", "ProjAdvancedJournalLines", sent=sent)
    assert "created by the import from staging only" in text
    await finance.run("post-journal", journal=line["ProjAdvancedJournal"])
    _, text = await finance.refusal("PATCH", path, sent={"DefaultDimension": ""})
    assert "A line with status Posted cannot be changed" in text
    _, text = await finance.refusal("DELETE", path)
    assert "The line is posted" in text


async def test_a_missing_rate_keeps_a_row_out_and_the_others_go_on(finance: Accountant) -> None:
    await finance.sale("sale", TransactionCurrencyId="GBP")
    await finance.actual("cost")
    imported = await finance.run("import-from-staging")
    assert imported["errors"] == ["Exchange rate for GBP to USD on 8/27/2026 is missing."] == await finance.errors()
    assert len(imported["vouchers"]) == 1
    await finance.set_up(exchange_rates=[GBP | {"valid_from": "2026-08-28"}])
    assert len((await finance.run("import-from-staging"))["errors"]) == 1
    await finance.set_up(exchange_rates=[GBP])
    assert len((await finance.run("import-from-staging"))["vouchers"]) == 1
    assert await finance.errors() == []


async def test_the_rate_is_that_of_its_own_date_and_an_agreed_one_wins_for_sales(finance: Accountant) -> None:
    late = GBP | {"rate": "1.5", "valid_from": "2026-08-20"}
    await finance.set_up(exchange_rates=[GBP, late], fixed_rates={"K1": {"GBP": "1.1"}})
    await finance.actual("early", TransactionCurrencyId="GBP", ExchangeRateDate="2026-08-19T12:00:00Z")
    await finance.actual("late", TransactionCurrencyId="GBP")
    await finance.sale("sale", TransactionCurrencyId="GBP")
    await finance.run("import-from-staging")
    assert (await finance.line("early"))["CostExchangeRate"] == 125
    assert (await finance.line("late"))["CostExchangeRate"] == 150
    assert (await finance.line("sale"))["PriceExchangeRate"] == 110


async def test_a_rate_in_the_other_direction_serves_too(finance: Accountant) -> None:
    await finance.set_up(exchange_rates=[{"from_currency": "USD", "to_currency": "GBP", "rate": "0.8"}])
    await finance.sale("sale", TransactionCurrencyId="GBP")
    await finance.post_all()
    assert (await finance.staged("sale"))["AccountingAmount"] == 1250


async def test_a_named_category_must_be_a_project_category_of_the_company(finance: Accountant) -> None:
    await finance.create("ProjectTransactionCategories", CategoryId="TCN-1", Name="Consulting")
    await finance.actual("a", TransactionCategoryId="TCN-1")
    assert (await finance.run("import-from-staging"))["errors"] == ["Project category TCN-1-1 doesn't exist."]
    await finance.category("TCN-1", 1)
    await finance.run("import-from-staging")
    assert (await finance.line("a"))["ProjCategoryId"] == "TCN-1-1"


async def test_a_finished_project_takes_no_recording(finance: Accountant) -> None:
    await finance.actual("a")
    await finance.close_project()
    finished = "Project stage finished doesn't allow recording in the project."
    assert (await finance.run("import-from-staging"))["errors"] == [finished]
    await finance.open_project()
    [journal] = (await finance.run("import-from-staging"))["journals"]
    await finance.close_project()
    [error] = (await finance.run("post-journal", journal=journal))["errors"]
    assert error.endswith(f"failed to post due to ({finished}).")


async def test_sales_tax_is_that_of_the_first_group_found_with_the_categorys(finance: Accountant) -> None:
    await finance.category("TCN-1", 1, ItemSalesTaxGroup="SERV")
    await finance.set_up(
        taxes=[
            {"group": "WA", "item_group": "SERV", "percent": 10},
            {"group": "CA", "item_group": "SERV", "percent": 20},
        ]
    )
    await finance.change("ProjectContractHeaders(dataAreaId='uspm',ProjectContractId='K1')", SalesTaxGroupCode="WA")
    await finance.sale("contract", TransactionCategoryId="TCN-1")
    await finance.actual("cost", TransactionCategoryId="TCN-1")
    await finance.run("import-from-staging")
    await finance.change("ProjectsV2(dataAreaId='uspm',ProjectId='P1')", SalesTaxGroupId="CA")
    await finance.sale("project", TransactionCategoryId="TCN-1")
    await finance.run("import-from-staging")
    await finance.set_up(sales_tax_group_method="Contract")
    await finance.sale("method", TransactionCategoryId="TCN-1")
    await finance.run("import-from-staging")
    found = {name: await finance.line(name) for name in ("contract", "project", "method", "cost")}
    assert {name: line["CalculatedTaxAmount"] for name, line in found.items()} == {
        "contract": 100,
        "project": 200,
        "method": 100,
        "cost": 0,
    }
    assert found["cost"]["ProjectSalesTaxGroup"] == ""


@pytest.mark.parametrize(
    ("unit", "periods"),
    [
        ("Days", ["2026-08-27", "2026-08-28", "2027-01-02"]),
        ("Months", ["2026-08-01", "2027-01-01"]),
        ("Years", ["2026-01-01", "2027-01-01"]),
        ("All", ["1900-01-01"]),
    ],
)
async def test_lines_are_gathered_in_journals_by_period(finance: Accountant, unit: str, periods: list[str]) -> None:
    await finance.set_up(period_unit=unit)
    for name, day in (("a", "2027-01-02"), ("b", "2026-08-28"), ("c", "2026-08-27"), ("d", "2026-08-27")):
        await finance.actual(name, DocumentDate=f"{day}T12:00:00Z")
    await finance.run("import-from-staging")
    journals = await finance.rows("ProjAdvancedJournals")
    assert [row["PeriodStartDate"][:10] for row in journals] == periods


async def test_a_full_journal_is_followed_by_another_and_a_draft_one_with_room_is_used(finance: Accountant) -> None:
    await finance.set_up(lines_per_header=2)
    for name in "abc":
        await finance.actual(name)
    assert (await finance.run("import-from-staging"))["journals"] == ["USPM-J-0000001", "USPM-J-0000002"]
    await finance.actual("d")
    assert (await finance.run("import-from-staging"))["journals"] == ["USPM-J-0000002"]
    await finance.run("post-journal", journal="USPM-J-0000002")
    await finance.actual("e")
    assert (await finance.run("import-from-staging"))["journals"] == ["USPM-J-0000003"]


@pytest.mark.parametrize("status", ["Processing", "Posted", "Error"])
async def test_a_journal_that_is_no_draft_gets_no_further_lines(finance: Accountant, status: str) -> None:
    await finance.actual("a")
    await finance.run("import-from-staging")
    await finance.control("set-based", {"collection": "ProjAdvancedJournals", "set": {"Status": status}})
    await finance.actual("b")
    assert (await finance.run("import-from-staging"))["journals"] == ["USPM-J-0000002"]


async def test_sales_tax_is_rounded_to_cents_halves_away_from_zero(finance: Accountant) -> None:
    await finance.set_up(taxes=[{"group": "", "item_group": "", "percent": 5}])
    for name, amount in (("up", 33.3), ("down", -33.3), ("none", 33.28)):
        await finance.sale(name, Amount=amount)
    await finance.run("import-from-staging")
    taxes = [(await finance.line(name))["CalculatedTaxAmount"] for name in ("up", "down", "none")]
    assert taxes == [Decimal("1.67"), Decimal("-1.67"), Decimal("1.66")]


async def test_rows_are_taken_by_document_date_and_then_as_they_arrived(finance: Accountant) -> None:
    await finance.actual("late", DocumentDate="2026-08-28T12:00:00Z")
    await finance.actual("first")
    await finance.actual("second")
    await finance.run("import-from-staging")
    vouchers = [(await finance.line(name))["Voucher"] for name in ("first", "second", "late")]
    assert vouchers == ["USPM-V-0000001", "USPM-V-0000002", "USPM-V-0000003"]
    lines = [await finance.line(name) for name in ("first", "second", "late")]
    assert [line["LineNumber"] for line in lines] == [1, 2, 1]  # the late one is in a journal of its own


async def test_billed_sales_wait_without_an_error(finance: Accountant) -> None:
    await finance.sale("billed", TransactionType="BilledSales", InvoiceId="INV-1")
    assert await finance.run("import-from-staging") == {"vouchers": [], "journals": [], "errors": []}
    assert (await finance.state("billed"))["IsProcessed"] == "No"


async def test_the_sale_of_a_retainer_is_done_without_a_line_and_an_unknown_class_is_an_error(
    finance: Accountant,
) -> None:
    await finance.sale("retainer", kind="OnAccount", Quantity=-1)
    await finance.actual("commission", TransactionClassification=690970000)
    imported = await finance.run("import-from-staging")
    assert (imported["vouchers"], imported["errors"]) == ([], ["Transaction class 690970000 can't be journalled."])
    assert [(await finance.state(name))["IsProcessed"] for name in ("retainer", "commission")] == ["Yes", "No"]


async def test_a_process_that_is_not_there_or_not_understood_is_refused(finance: Accountant) -> None:
    assert (await finance.ask("POST", "/twin/run/nothing", sent={}, across=False)).status == 404
    answer = await finance.ask("POST", "/twin/run/post-journal", sent={"company": "uspm"}, across=False)
    assert answer.status == 400
    assert await finance.refused("post-journal", journal="J-9") == "Integration journal (J-9) doesn't exist."
    assert await finance.refused("delete-journal-line", voucher="V-9") == "There is no line with voucher V-9."
    await finance.actual("a")
    [journal] = (await finance.run("import-from-staging"))["journals"]
    assert "is neither in error nor in processing" in await finance.refused("update-to-draft", journal=journal)


async def test_what_lies_before_the_beginning_balance_is_left(finance: Accountant) -> None:
    await finance.set_up(beginning_balance_cutoff="2026-08-27")
    await finance.actual("old")
    await finance.actual("new", DocumentDate="2026-08-28T12:00:00Z")
    assert len((await finance.run("import-from-staging"))["vouchers"]) == 1
    assert (await finance.state("old"))["IsProcessed"] == "No"


async def test_connections_are_shown_in_forms_and_not_in_odata(finance: Accountant) -> None:
    await finance.connect("sale", "cost", roles="Unbilled Sales/Cost")
    collection = "ProjectTransactionRelationships"
    (row,) = (await finance.twin.respond(Request("GET", "/twin/rows", [("collection", collection)]))).json()
    assert (row["TRANSACTION1ID"], row["TRANSACTION2ROLE"]) == (guid("sale"), "Cost")
    assert (await finance.ask("GET", collection)).status == 404
    assert (await finance.twin.respond(Request("GET", "/twin/rows", [("collection", "Nope")]))).status == 404


@pytest.mark.parametrize("connection_first", [True, False])
async def test_a_connection_sets_the_related_vouchers_whenever_it_comes(
    finance: Accountant, connection_first: bool
) -> None:
    await finance.actual("cost")
    await finance.sale("sale")
    if connection_first:
        await finance.connect("sale", "cost", roles="Unbilled Sales/Cost")
    await finance.post_all()
    if not connection_first:
        await finance.connect("sale", "cost", roles="Unbilled Sales/Cost")
    cost, sale = await finance.line("cost"), await finance.line("sale")
    assert (cost["RelatedVoucher"], sale["RelatedVoucher"]) == (sale["Voucher"], cost["Voucher"])
    related = {row["VoucherJournal"]: row["RelatedVoucher"] for row in await finance.rows("ProjectPostedTransactions")}
    assert related == {cost["Voucher"]: sale["Voucher"], sale["Voucher"]: cost["Voucher"]}


async def test_a_reversal_and_its_original_have_no_related_vouchers(finance: Accountant) -> None:
    await finance.sale("original")
    await finance.sale("reversal", Quantity=-4)
    await finance.connect("reversal", "original", roles="Reversing/Original")
    await finance.post_all()
    assert [(await finance.line(name))["RelatedVoucher"] for name in ("original", "reversal")] == ["", ""]


# -- periods -----------------------------------------------------------------------------------------------------------


async def test_a_closed_period_moves_the_date_only_where_the_company_wants_it(finance: Accountant) -> None:
    september = {"start": "2026-09-01", "end": "2026-09-30"}
    await finance.set_up(open_periods=[september])
    await finance.actual("stays")
    [journal] = (await finance.run("import-from-staging"))["journals"]
    await finance.set_up(auto_open_period=True)
    await finance.actual("moves")
    await finance.actual("nowhere", AccountingDate="2026-10-05T12:00:00Z")
    imported = await finance.run("import-from-staging")
    assert imported["errors"] == [
        "No open fiscal period was found in or after the specified accounting date 10/5/2026."
    ]
    assert (await finance.line("stays"))["AccountingDate"][:10] == "2026-08-27"
    moved = await finance.line("moves")
    assert (moved["AccountingDate"][:10], moved["ProjTransDate"][:10]) == ("2026-09-01", "2026-08-27")
    posted = await finance.run("post-journal", journal=journal)
    line = await finance.line("stays")
    assert posted["errors"] == [line["PostError"]]
    assert line["PostError"].startswith(f"Integration journal ({journal}): Line with RecId (")
    assert line["PostError"].endswith(
        f"and Voucher ({line['Voucher']}) failed to post due to "
        "(No open fiscal period was found for the specified accounting date 8/27/2026.)."
    )


# -- posting -----------------------------------------------------------------------------------------------------------


async def test_posting_writes_subledger_ledger_and_the_result_columns(finance: Accountant) -> None:
    await finance.set_up(exchange_rates=[GBP])
    await finance.actual("cost", ResourceId=guid("molly"), BookableResourceName="Molly Clark")
    await finance.sale("sale", TransactionCurrencyId="GBP", UnitPrice=33.333, Amount=133.33)
    await finance.post_all()
    cost, sale = await finance.staged("cost"), await finance.staged("sale")
    assert _results(cost) == (480, 1, "USPM-V-0000001", 0)
    assert _results(sale) == (Decimal("166.66"), Decimal("1.25"), "USPM-V-0000002", 0)
    assert await finance.entries("USPM-V-0000001") == [("COST", 480, 0), ("PAYROLL-ALLOC", 0, 480)]
    amount = Decimal("166.66")
    assert await finance.entries("USPM-V-0000002") == [("WIP-SALES", amount, 0), ("ACCRUED-REV", 0, amount)]
    transactions = {row["Part"]: row for row in await finance.rows("ProjectPostedTransactions")}
    assert (transactions["Cost"]["Amount"], transactions["Cost"]["FundingSource"]) == (480, "")
    assert (transactions["Sale"]["AccountingAmount"], transactions["Sale"]["FundingSource"]) == (amount, "F1")
    assert transactions["Sale"]["TransStatus"] == "Posted"
    [journal] = await finance.rows("ProjAdvancedJournals")
    assert (journal["Status"], journal["PostedDateTime"]) == ("Posted", "2026-09-14T08:00:00Z")
    assert (await finance.line("cost"))["Status"] == "Posted"
    [resource] = await finance.rows("ProjectOperationsResources")
    assert (resource["ResourceId"], resource["Name"]) == (guid("molly"), "Molly Clark")


async def test_what_posting_writes_is_told_as_an_update_of_the_row_with_a_new_version() -> None:
    posts: list[Post] = []

    async def take(post: Post) -> int:
        posts.append(post)
        return 200

    finance = Accountant(send=take)
    await finance.contract()
    await finance.actual("a")
    [journal] = (await finance.run("import-from-staging"))["journals"]
    await finance.control("endpoints", {"name": "app", "url": "https://app.example/events"})
    await finance.control("activations", {"entity": "ProjActualsImports", "endpoint": "app"})
    posts.clear()
    before = await finance.staged("a")
    await finance.run("post-journal", journal=journal)
    await finance.twin.deliveries.flush()
    assert len(posts) == 1
    assert b"OnExternalUpdated" in posts[0].body
    assert b"mserp_vouchernumber" in posts[0].body
    assert (await finance.staged("a"))["@odata.etag"] != before["@odata.etag"]


async def test_a_journal_is_posted_once(finance: Accountant) -> None:
    await finance.actual("a")
    await finance.post_all()
    assert "has nothing to post" in await finance.refused("post-journal", journal="USPM-J-0000001")
    assert await finance.balances("uspm") == {"COST": 480, "PAYROLL-ALLOC": -480}


async def test_failing_lines_move_to_a_journal_of_their_own_and_wait_there(finance: Accountant) -> None:
    await finance.actual("good")
    await finance.actual("bad", kind="Item")
    await finance.set_up(accounts=_accounts(without="COST-ITEM"))
    [posted] = await finance.post_all()
    assert posted["moved_to"] == "USPM-J-0000002"
    assert posted["errors"][0].endswith("due to (Account number for transaction type COST-ITEM does not exist.).")
    journals = {row["ProjAdvancedJournalId"]: row for row in await finance.rows("ProjAdvancedJournals")}
    assert (journals["USPM-J-0000001"]["Status"], journals["USPM-J-0000002"]["Status"]) == ("Posted", "Error")
    assert journals["USPM-J-0000002"]["OriginalProjAdancedJournalId"] == "USPM-J-0000001"
    bad = await finance.line("bad")
    assert (bad["ProjAdvancedJournal"], bad["Status"]) == ("USPM-J-0000002", "Error")
    await finance.set_up(accounts=_accounts())
    assert "status Error has nothing to post" in await finance.refused("post-journal", journal="USPM-J-0000002")
    await finance.run("update-to-draft", journal="USPM-J-0000002")
    assert (await finance.run("post-journal", journal="USPM-J-0000002"))["errors"] == []
    assert await finance.balances("uspm") == {"COST": 960, "PAYROLL-ALLOC": -480, "COST-ITEM": -480}


@pytest.mark.parametrize("lines", [1, 2])
async def test_a_journal_whose_lines_may_not_move_stays_in_error(finance: Accountant, lines: int) -> None:
    await finance.control("settings", {"transfer_failing_lines": False})
    await finance.set_up(accounts=_accounts(without="COST-ITEM"))
    for name, kind in (("bad", "Item"), ("good", "Hour"))[:lines]:
        await finance.actual(name, kind=kind)
    [posted] = await finance.post_all()
    assert (posted["vouchers"], posted["moved_to"]) == ([], "")
    [journal] = await finance.rows("ProjAdvancedJournals")
    assert journal["Status"] == "Error"
    assert (await finance.line("bad"))["Status"] == "Error"
    assert await finance.balances("uspm") == {}


async def test_a_ghost_of_an_actual_makes_its_line_invalid_for_good(finance: Accountant) -> None:
    await finance.actual("ghost")
    await finance.control("set-based", {"collection": "ProjectActualsStates", "set": {"IsGhost": "Yes"}})
    [posted] = await finance.post_all()
    assert "Unable to look up msdyn_actuals with values" in posted["errors"][0]
    await finance.run("update-to-draft", journal="USPM-J-0000001")
    assert (await finance.line("ghost"))["Status"] == "InvalidActuals"
    assert "has nothing to post" in await finance.refused("post-journal", journal="USPM-J-0000001")


@pytest.mark.parametrize(
    ("profile", "balances"),
    [
        ({}, {"COST": 480, "PAYROLL-ALLOC": -480, "WIP-SALES": 1000, "ACCRUED-REV": -1000}),
        ({"accrues": ["Cost"]}, {"COST": 480, "PAYROLL-ALLOC": -480}),
        ({"cost": "Balance"}, {"WIP-COST": 480, "PAYROLL-ALLOC": -480}),
        ({"cost": "NoLedger"}, {}),
        ({"cost": "Balance", "cost_by_type": {"Hour": "NeverLedger"}}, {}),
    ],
)
async def test_the_profile_decides_what_reaches_the_ledger(
    finance: Accountant, profile: dict[str, Any], balances: dict[str, int]
) -> None:
    await finance.set_up(profile_rules=[{"level": "contract", "of": "K1", "profile": {"name": "X", **profile}}])
    await finance.actual("cost")
    await finance.sale("sale")
    await finance.post_all()
    assert await finance.balances("uspm") == balances
    assert len(await finance.rows("ProjectPostedTransactions")) == 2
    assert (await finance.staged("sale"))["AccountingAmount"] == 1000


async def test_the_most_specific_profile_rule_counts(finance: Accountant) -> None:
    rules = [("all", ""), ("contract", "K1"), ("group", "TM"), ("project", "P1")]
    costs = ["ProfitAndLoss", "NoLedger", "NoLedger", "Balance"]
    profiles = [
        {"level": level, "of": of, "profile": {"name": level, "cost": cost}}
        for (level, of), cost in zip(rules, costs, strict=True)
    ]
    await finance.set_up(profile_rules=profiles)
    await finance.actual("cost")
    await finance.post_all()
    assert await finance.balances("uspm") == {"WIP-COST": 480, "PAYROLL-ALLOC": -480}


async def test_an_internal_project_is_profit_and_loss_whatever_the_profile(finance: Accountant) -> None:
    await finance.set_up(profile_rules=[{"level": "all", "profile": {"name": "X", "cost": "NoLedger"}}])
    await finance.create("ProjectsV2", dataAreaId="uspm", ProjectId="P2")
    await finance.actual("cost", ProjectId="P2", ContractId="", ContractLine=0)
    await finance.post_all()
    assert await finance.balances("uspm") == {"COST": 480, "PAYROLL-ALLOC": -480}


@pytest.mark.parametrize(("receipts", "balances"), [(False, {"COST": 480, "PAYROLL-ALLOC": -480}), (True, {})])
async def test_a_subcontracted_cost_waits_for_its_invoice_where_receipts_are_posted(
    finance: Accountant, receipts: bool, balances: dict[str, int]
) -> None:
    await finance.set_up(post_product_receipt_in_ledger=receipts)
    await finance.actual("cost", SubcontractLine="SL-1")
    await finance.post_all()
    assert await finance.balances("uspm") == balances
    assert (await finance.staged("cost"))["AccountingAmount"] == 480


@pytest.mark.parametrize("billing_type", ["NonChargeable", "Complimentary"])
async def test_sales_that_are_not_charged_are_recorded_but_not_accrued(finance: Accountant, billing_type: str) -> None:
    await finance.sale("sale", BillingType=billing_type)
    await finance.post_all()
    assert await finance.balances("uspm") == {}
    assert len(await finance.rows("ProjectPostedTransactions")) == 1


async def test_a_reversal_is_the_mirror_of_its_original(finance: Accountant) -> None:
    for name, sign in (("one", 1), ("back", -1)):
        await finance.actual(f"cost {name}", Quantity=4 * sign)
        await finance.sale(f"sale {name}", Quantity=4 * sign)
    await finance.post_all()
    reversal = (await finance.line("sale back"))["Voucher"]
    assert await finance.entries(reversal) == [("WIP-SALES", 0, 1000), ("ACCRUED-REV", 1000, 0)]
    assert await finance.balances("uspm") == {}
    assert sum(row["Qty"] for row in await finance.rows("ProjectPostedTransactions")) == 0


async def test_a_posted_sale_uses_the_billing_rule_and_closes_the_deleted_task(finance: Accountant) -> None:
    await finance.create("ProjectTasks", dataAreaId="uspm", ProjectId="P1", TaskId="A1")
    await finance.sale("sale", TaskNumber="A1")
    await finance.post_all()
    line = "ProjectContractLines(dataAreaId='uspm',ProjectContractId='K1',LineSequenceNumber=1)"
    _, text = await finance.refusal("PATCH", line, sent={"BillingMethod": "FixedPrice"})
    assert "the billing rule is already used" in text
    await finance.ask("DELETE", "ProjectTasks(dataAreaId='uspm',ProjectId='P1',TaskId='A1')")
    [activity] = await finance.rows("Activities")
    assert activity["IsClosed"] == "Yes"


async def test_time_and_material_from_approval_to_posting() -> None:
    """Microsoft's example of 4 hours at 120 USD and 250 GBP, fixed rate 1.25, with a tax of 20 % of ours."""
    finance = Accountant()
    await finance.contract("GBP")
    await finance.category("TCN-1", 1, ItemSalesTaxGroup="SERV")
    await finance.change("ProjectsV2(dataAreaId='uspm',ProjectId='P1')", SalesTaxGroupId="UK")
    await finance.set_up(
        fixed_rates={"K1": {"GBP": "1.25"}}, taxes=[{"group": "UK", "item_group": "SERV", "percent": 20}]
    )
    await finance.actual("A1", TransactionCategoryId="TCN-1")
    await finance.sale("A2", TransactionCategoryId="TCN-1", TransactionCurrencyId="GBP")
    await finance.connect("A2", "A1", roles="Unbilled Sales/Cost")
    assert (await finance.state("A1"))["IsProcessed"] == (await finance.state("A2"))["IsProcessed"] == "No"

    imported = await finance.run("import-from-staging")
    [journal] = await finance.rows("ProjAdvancedJournals")
    assert (journal["PeriodStartDate"][:10], journal["Status"]) == ("2026-08-27", "Draft")
    cost, sale = await finance.line("A1"), await finance.line("A2")
    assert (cost["TransType"], cost["Quantity"], cost["OffsetLedgerDimension"]) == ("Hour", 4, "PAYROLL-ALLOC")
    assert _sides(cost) == (120, 480, "USD", 100, 0, 0, "", 0)
    assert _sides(sale) == (0, 0, "", 0, 250, 1000, "GBP", 125)
    assert sale["CalculatedTaxAmount"] == 200

    await finance.run("post-journal", journal=imported["journals"][0])
    assert _results(await finance.staged("A1")) == (480, 1, cost["Voucher"], 0)
    assert _results(await finance.staged("A2")) == (1250, Decimal("1.25"), sale["Voucher"], 200)
    assert await finance.entries(cost["Voucher"]) == [("COST", 480, 0), ("PAYROLL-ALLOC", 0, 480)]
    assert await finance.entries(sale["Voucher"]) == [("WIP-SALES", 1250, 0), ("ACCRUED-REV", 0, 1250)]
    transactions = await finance.rows("ProjectPostedTransactions")
    assert [(row["Part"], row["Amount"], row["TransStatus"]) for row in transactions] == [
        ("Cost", 480, "Posted"),
        ("Sale", 1000, "Posted"),
    ]
    assert [row["RelatedVoucher"] for row in transactions] == [sale["Voucher"], cost["Voucher"]]


def _path(name: str) -> str:
    return f"ProjActualsImports(dataAreaId='uspm',ActualsImportId={guid(f'import {name}')})"


def _line_path(line: dict[str, Any]) -> str:
    key = f"LineNumber={line['LineNumber']},ProjAdvancedJournal='{line['ProjAdvancedJournal']}'"
    return f"ProjAdvancedJournalLines(dataAreaId='uspm',{key})"


def _sides(line: dict[str, Any]) -> tuple[Any, ...]:
    cost = ("UnitCost", "ExtendedCost", "CostCurrency", "CostExchangeRate")
    price = ("UnitPrice", "ExtendedPrice", "PriceCurrency", "PriceExchangeRate")
    return tuple(line[name] for name in (*cost, *price))


def _results(row: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(row[name] for name in ("AccountingAmount", "ExchangeRate", "VoucherNumber", "SalesTaxAmount"))


def _accounts(*, without: str = "") -> dict[str, str]:
    names = ("COST", "PAYROLL-ALLOC", "COST-ITEM", "WIP-SALES", "ACCRUED-REV")
    return {name: name for name in names if name != without}
