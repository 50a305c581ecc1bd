"""Actuals in Finance: staging and the import into the integration journal."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.twin.bookkeeper import GBP, Bookkeeper, guid, sides
from tests.twin.http import Request


@pytest.fixture
async def finance() -> Bookkeeper:
    bookkeeper = Bookkeeper()
    await bookkeeper.contract()
    return bookkeeper


# -- staging -----------------------------------------------------------------------------------------------------------


async def test_a_billing_type_without_a_line_property_is_refused_with_the_platforms_text(
    finance: Bookkeeper,
) -> None:
    await finance.set_up(line_properties={"Chargeable": "CHARGE"})
    assert await finance.staging_refusal(BillingType="NotAvailable") == (
        "Write failed for table row of type 'ProjActualsImportEntity'. Infolog: "
        "Line property Not available doesn't exist. "
        "validateWrite failed on data source 'ProjCDSActualsImport (ProjCDSActualsImport)'."
    )
    await finance.actual("a")


async def test_an_actual_of_an_unknown_project_or_of_a_company_that_takes_no_part_is_refused(
    finance: Bookkeeper,
) -> None:
    assert "The value 'P9' in field 'Project ID' is not found" in await finance.staging_refusal(ProjectId="P9")
    assert "'P1' in field 'Project ID'" in await finance.staging_refusal(ProjectDataAreaId="gbpm")
    await finance.set_up(opted_in=False)
    assert "'uspm' does not take part" in await finance.staging_refusal()


async def test_result_columns_are_nobodys_but_finances(finance: Bookkeeper) -> None:
    row = await finance.actual("a", VoucherNumber="X-1", AccountingAmount=7, ExchangeRate=2, SalesTaxAmount=1)
    assert (row["VoucherNumber"], row["AccountingAmount"], row["ExchangeRate"], row["SalesTaxAmount"]) == ("", 0, 0, 0)
    await finance.change(_path("a"), VoucherNumber="X-1", Amount=500)
    row = await finance.staged("a")
    assert (row["VoucherNumber"], row["Amount"]) == ("", 500)


async def test_a_processed_actual_takes_over_its_statuses_only_and_is_not_deleted(finance: Bookkeeper) -> None:
    await finance.actual("a")
    await finance.run("import-from-staging")
    await finance.change(_path("a"), Amount=1, AdjustmentStatus=192350001, BillingStatusId=192350002)
    row = await finance.staged("a")
    assert (row["Amount"], row["AdjustmentStatus"], row["BillingStatusId"]) == (480, 192350001, 192350002)
    assert (await finance.run("import-from-staging"))["vouchers"] == []
    _, text = await finance.refusal("DELETE", _path("a"))
    assert "already processed" in text


async def test_an_actual_under_another_import_id_is_a_duplicate_and_never_imported(finance: Bookkeeper) -> None:
    await finance.actual("a")
    await finance.actual("b", ActualId=guid("a"))
    assert (await finance.state("b"))["IsDuplicate"] == "Yes"
    assert len((await finance.run("import-from-staging"))["vouchers"]) == 1
    assert (await finance.state("b"))["IsProcessed"] == "No"


# -- import ------------------------------------------------------------------------------------------------------------


async def test_cost_and_unbilled_sales_are_two_lines_with_their_sides_filled(finance: Bookkeeper) -> None:
    await finance.set_up(exchange_rates=[GBP])
    await finance.actual("cost", BookableResourceName="Molly Clark", Description="Design", TaskNumber="A1")
    await finance.sale("sale", TransactionCurrencyId="GBP")
    imported = await finance.run("import-from-staging")
    assert imported == {"vouchers": ["USPM-V-0000001", "USPM-V-0000002"], "journals": ["USPM-J-0000001"], "errors": []}
    cost, sale = await finance.line("cost"), await finance.line("sale")
    assert sides(cost) == (120, 480, "USD", 100, 0, 0, "", 0)
    assert sides(sale) == (0, 0, "", 0, 250, 1000, "GBP", 125)
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
    finance: Bookkeeper, columns: dict[str, str], offset: str, document: str
) -> None:
    await finance.actual("a", **columns)
    await finance.run("import-from-staging")
    line = await finance.line("a")
    assert (line["OffsetLedgerDimension"], line["DocumentType"]) == (offset, document)


async def test_a_line_that_is_deleted_returns_with_the_next_import(finance: Bookkeeper) -> None:
    await finance.actual("a")
    [voucher] = (await finance.run("import-from-staging"))["vouchers"]
    await finance.run("delete-journal-line", voucher=voucher)
    state = await finance.state("a")
    assert (state["IsProcessed"], state["IntegrationCount"]) == ("No", 1)
    [again] = (await finance.run("import-from-staging"))["vouchers"]
    assert (await finance.line("a"))["Voucher"] == again != voucher


async def test_an_accountant_edits_tax_groups_and_dimensions_and_nothing_else(finance: Bookkeeper) -> None:
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


async def test_a_missing_rate_keeps_a_row_out_and_the_others_go_on(finance: Bookkeeper) -> None:
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


async def test_the_rate_is_that_of_its_own_date_and_an_agreed_one_wins_for_sales(finance: Bookkeeper) -> None:
    late = GBP | {"rate": "1.5", "valid_from": "2026-08-20"}
    await finance.set_up(exchange_rates=[GBP, late], fixed_rates={"K1": {"GBP": "1.1"}})
    await finance.actual("early", TransactionCurrencyId="GBP", ExchangeRateDate="2026-08-19T12:00:00Z")
    await finance.actual("late", TransactionCurrencyId="GBP")
    await finance.sale("sale", TransactionCurrencyId="GBP")
    await finance.run("import-from-staging")
    assert (await finance.line("early"))["CostExchangeRate"] == 125
    assert (await finance.line("late"))["CostExchangeRate"] == 150
    assert (await finance.line("sale"))["PriceExchangeRate"] == 110


async def test_a_rate_in_the_other_direction_serves_too(finance: Bookkeeper) -> None:
    await finance.set_up(exchange_rates=[{"from_currency": "USD", "to_currency": "GBP", "rate": "0.8"}])
    await finance.sale("sale", TransactionCurrencyId="GBP")
    await finance.post_all()
    assert (await finance.staged("sale"))["AccountingAmount"] == 1250


async def test_a_named_category_must_be_a_project_category_of_the_company(finance: Bookkeeper) -> None:
    await finance.create("ProjectTransactionCategories", CategoryId="TCN-1", Name="Consulting")
    await finance.actual("a", TransactionCategoryId="TCN-1")
    assert (await finance.run("import-from-staging"))["errors"] == ["Project category TCN-1-1 doesn't exist."]
    await finance.category("TCN-1", 1)
    await finance.run("import-from-staging")
    assert (await finance.line("a"))["ProjCategoryId"] == "TCN-1-1"


async def test_a_finished_project_takes_no_recording(finance: Bookkeeper) -> None:
    await finance.actual("a")
    await finance.close_project()
    finished = "Project stage finished doesn't allow recording in the project."
    assert (await finance.run("import-from-staging"))["errors"] == [finished]
    await finance.open_project()
    [journal] = (await finance.run("import-from-staging"))["journals"]
    await finance.close_project()
    [error] = (await finance.run("post-journal", journal=journal))["errors"]
    assert error.endswith(f"failed to post due to ({finished}).")


async def test_sales_tax_is_that_of_the_first_group_found_with_the_categorys(finance: Bookkeeper) -> None:
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
async def test_lines_are_gathered_in_journals_by_period(finance: Bookkeeper, unit: str, periods: list[str]) -> None:
    await finance.set_up(period_unit=unit)
    for name, day in (("a", "2027-01-02"), ("b", "2026-08-28"), ("c", "2026-08-27"), ("d", "2026-08-27")):
        await finance.actual(name, DocumentDate=f"{day}T12:00:00Z")
    await finance.run("import-from-staging")
    journals = await finance.rows("ProjAdvancedJournals")
    assert [row["PeriodStartDate"][:10] for row in journals] == periods


async def test_a_full_journal_is_followed_by_another_and_a_draft_one_with_room_is_used(
    finance: Bookkeeper,
) -> None:
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
async def test_a_journal_that_is_no_draft_gets_no_further_lines(finance: Bookkeeper, status: str) -> None:
    await finance.actual("a")
    await finance.run("import-from-staging")
    await finance.control("set-based", {"collection": "ProjAdvancedJournals", "set": {"Status": status}})
    await finance.actual("b")
    assert (await finance.run("import-from-staging"))["journals"] == ["USPM-J-0000002"]


async def test_sales_tax_is_rounded_to_cents_halves_away_from_zero(finance: Bookkeeper) -> None:
    await finance.set_up(taxes=[{"group": "", "item_group": "", "percent": 5}])
    for name, amount in (("up", 33.3), ("down", -33.3), ("none", 33.28)):
        await finance.sale(name, Amount=amount)
    await finance.run("import-from-staging")
    taxes = [(await finance.line(name))["CalculatedTaxAmount"] for name in ("up", "down", "none")]
    assert taxes == [Decimal("1.67"), Decimal("-1.67"), Decimal("1.66")]


async def test_rows_are_taken_by_document_date_and_then_as_they_arrived(finance: Bookkeeper) -> None:
    await finance.actual("late", DocumentDate="2026-08-28T12:00:00Z")
    await finance.actual("first")
    await finance.actual("second")
    await finance.run("import-from-staging")
    vouchers = [(await finance.line(name))["Voucher"] for name in ("first", "second", "late")]
    assert vouchers == ["USPM-V-0000001", "USPM-V-0000002", "USPM-V-0000003"]
    lines = [await finance.line(name) for name in ("first", "second", "late")]
    assert [line["LineNumber"] for line in lines] == [1, 2, 1]  # the late one is in a journal of its own


async def test_billed_sales_wait_without_an_error(finance: Bookkeeper) -> None:
    await finance.sale("billed", TransactionType="BilledSales", InvoiceId="INV-1")
    assert await finance.run("import-from-staging") == {"vouchers": [], "journals": [], "errors": []}
    assert (await finance.state("billed"))["IsProcessed"] == "No"


async def test_the_sale_of_a_retainer_is_done_without_a_line_and_an_unknown_class_is_an_error(
    finance: Bookkeeper,
) -> None:
    await finance.sale("retainer", kind="OnAccount", Quantity=-1)
    await finance.actual("commission", TransactionClassification=690970000)
    imported = await finance.run("import-from-staging")
    assert (imported["vouchers"], imported["errors"]) == ([], ["Transaction class 690970000 can't be journalled."])
    assert [(await finance.state(name))["IsProcessed"] for name in ("retainer", "commission")] == ["Yes", "No"]


async def test_a_process_that_is_not_there_or_not_understood_is_refused(finance: Bookkeeper) -> None:
    assert (await finance.ask("POST", "/twin/run/nothing", sent={}, across=False)).status == 404
    answer = await finance.ask("POST", "/twin/run/post-journal", sent={"company": "uspm"}, across=False)
    assert answer.status == 400
    assert await finance.refused("post-journal", journal="J-9") == "Integration journal (J-9) doesn't exist."
    assert await finance.refused("delete-journal-line", voucher="V-9") == "There is no line with voucher V-9."
    await finance.actual("a")
    [journal] = (await finance.run("import-from-staging"))["journals"]
    assert "is neither in error nor in processing" in await finance.refused("update-to-draft", journal=journal)


async def test_what_lies_before_the_beginning_balance_is_left(finance: Bookkeeper) -> None:
    await finance.set_up(beginning_balance_cutoff="2026-08-27")
    await finance.actual("old")
    await finance.actual("new", DocumentDate="2026-08-28T12:00:00Z")
    assert len((await finance.run("import-from-staging"))["vouchers"]) == 1
    assert (await finance.state("old"))["IsProcessed"] == "No"


async def test_connections_are_shown_in_forms_and_not_in_odata(finance: Bookkeeper) -> None:
    await finance.connect("sale", "cost", roles="Unbilled Sales/Cost")
    collection = "ProjectTransactionRelationships"
    (row,) = (await finance.twin.respond(Request("GET", "/twin/rows", [("collection", collection)]))).json()
    assert (row["TRANSACTION1ID"], row["TRANSACTION2ROLE"]) == (guid("sale"), "Cost")
    assert (await finance.ask("GET", collection)).status == 404
    assert (await finance.twin.respond(Request("GET", "/twin/rows", [("collection", "Nope")]))).status == 404


@pytest.mark.parametrize("connection_first", [True, False])
async def test_a_connection_sets_the_related_vouchers_whenever_it_comes(
    finance: Bookkeeper, connection_first: bool
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


async def test_a_reversal_and_its_original_have_no_related_vouchers(finance: Bookkeeper) -> None:
    await finance.sale("original")
    await finance.sale("reversal", Quantity=-4)
    await finance.connect("reversal", "original", roles="Reversing/Original")
    await finance.post_all()
    assert [(await finance.line(name))["RelatedVoucher"] for name in ("original", "reversal")] == ["", ""]


# -- periods -----------------------------------------------------------------------------------------------------------


async def test_a_closed_period_moves_the_date_only_where_the_company_wants_it(finance: Bookkeeper) -> None:
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


def _path(name: str) -> str:
    return f"ProjActualsImports(dataAreaId='uspm',ActualsImportId={guid(f'import {name}')})"


def _line_path(line: dict[str, Any]) -> str:
    key = f"LineNumber={line['LineNumber']},ProjAdvancedJournal='{line['ProjAdvancedJournal']}'"
    return f"ProjAdvancedJournalLines(dataAreaId='uspm',{key})"
