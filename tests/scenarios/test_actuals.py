"""Actuals go from Dataverse through Finance's integration journal into its books, and what they come to there comes back.

A4 to A7, A9 and A10. The numbers are those of one worked example: four hours at a cost of 120 USD and a price of 250
GBP, under a contract in GBP with the fixed rate 1.25 and a sales tax of 20 %.
"""

from __future__ import annotations

import pytest

from tests.scenarios.accounting import (
    JOURNAL_LINES,
    accounted,
    actual,
    imported,
    journal_line,
    posted,
    related,
    sold_in_pounds,
)
from tests.scenarios.consulting import CATEGORY, COST, DAY, TIME, UNBILLED, Consulting, told
from tests.scenarios.enterprise import Enterprise

NOON = f"{DAY}T12:00:00Z"


@pytest.fixture
async def firm(office: Enterprise) -> Consulting:
    return await sold_in_pounds(office)


async def test_a4_approved_time_is_two_staging_rows_and_one_relationship_row(firm: Consulting) -> None:
    office = firm.office
    await firm.approved(4)
    columns = ("transactiontypecode", "transactionclassification", "quantity", "price", "amount", "skipsync")
    assert told(await office.held("msdyn_actuals"), *(f"msdyn_{name}" for name in columns)) == [
        (COST, TIME, 4, 120, 480, False),
        (UNBILLED, TIME, 4, 250, 1000, False),
    ]
    cost, sale = await actual(office, COST), await actual(office, UNBILLED)
    assert (cost["msdyn_billingstatus"], sale["msdyn_billingstatus"]) == (None, 192350000)
    staged = await office.kept("ProjActualsImports")
    whose = ("TransactionType", "ActualId", "ActualsImportId", "dataAreaId", "ProjectId", "ContractId", "ContractLine")
    assert told(staged, *whose) == [
        ("Cost", cost["msdyn_actualid"], cost["msdyn_actualimportid"], "uspm", "PRJ-1", "ORD-1", 1),
        ("Sales", sale["msdyn_actualid"], sale["msdyn_actualimportid"], "uspm", "PRJ-1", "ORD-1", 1),
    ]
    money = ("Quantity", "UnitPrice", "Amount", "TransactionCurrencyId", "BillingType", "DocumentDate")
    assert told(staged, *money) == [
        (4, 120, 480, "USD", "Chargeable", NOON),
        (4, 250, 1000, "GBP", "Chargeable", NOON),
    ]
    assert told(staged, "AccountingDate", "ExchangeRateDate", "StartDate", "EndDate") == [(NOON,) * 4] * 2
    states = await office.kept("ProjectActualsStates")
    assert told(states, "IsProcessed", "IsDuplicate", "IntegrationCount") == [("No", "No", 0)] * 2
    await office.travel(seconds=120)
    assert await related(office) == [(sale["msdyn_actualid"], "Unbilled Sales", cost["msdyn_actualid"], "Cost")]
    assert await office.is_at_rest()


async def test_a4_a_canceled_approval_sends_reversals_after_the_originals(firm: Consulting) -> None:
    office = firm.office
    entry = await firm.approved(4)
    cost, sale = await actual(office, COST), await actual(office, UNBILLED)
    await office.act("msdyn_CancelApproval", Targets=[entry])
    await office.travel(seconds=120)
    staged = await office.kept("ProjActualsImports")
    adjusted, unadjustable, canceled = 192350001, 192350002, 192350003
    assert told(staged, "TransactionType", "Quantity", "Amount", "AdjustmentStatus", "BillingStatusId") == [
        ("Cost", -4, -480, unadjustable, canceled),
        ("Cost", 4, 480, adjusted, canceled),
        ("Sales", -4, -1000, unadjustable, canceled),
        ("Sales", 4, 1000, adjusted, canceled),
    ]
    reversals = {row["TransactionType"]: row["ActualId"] for row in staged if row["Quantity"] < 0}
    assert await related(office) == sorted(
        [
            (sale["msdyn_actualid"], "Unbilled Sales", cost["msdyn_actualid"], "Cost"),
            (reversals["Cost"], "Reversing", cost["msdyn_actualid"], "Original"),
            (reversals["Sales"], "Reversing", sale["msdyn_actualid"], "Original"),
        ],
        key=str,
    )
    assert await office.is_at_rest()


async def test_a5_the_import_makes_a_journal_with_a_line_for_each_actual(firm: Consulting) -> None:
    office = firm.office
    await firm.approved(4)
    done = await imported(office)
    journal = await office.the_finance("ProjAdvancedJournals")
    assert (journal["Status"], journal["PeriodStartDate"]) == ("Draft", NOON)
    lines = await office.kept(JOURNAL_LINES)
    assert told(lines, "ProjAdvancedJournal", "ActualType", "TransType", "Quantity", "Status") == [
        (done["journals"][0], "Cost", "Hour", 4, "Draft"),
        (done["journals"][0], "Sales", "Hour", 4, "Draft"),
    ]
    assert told(lines, "UnitCost", "ExtendedCost", "CostCurrency", "CostExchangeRate", "OffsetLedgerDimension") == [
        (0, 0, "", 0, ""),
        (120, 480, "USD", 100, "PAYROLL-ALLOC"),
    ]
    assert told(lines, "UnitPrice", "ExtendedPrice", "PriceCurrency", "PriceExchangeRate", "CalculatedTaxAmount") == [
        (0, 0, "", 0, 0),
        (250, 1000, "GBP", 125, 200),
    ]
    assert told(lines, "ProjCategoryId", "LinePropertyId", "ProjTransDate") == [(f"{CATEGORY}-1", "CHARGE", NOON)] * 2
    assert told(await office.kept("ProjectActualsStates"), "IsProcessed") == [("Yes",)] * 2
    assert await imported(office) == {"vouchers": [], "journals": [], "errors": []}


async def test_a5_only_tax_groups_and_dimensions_of_a_line_can_be_edited(firm: Consulting) -> None:
    office = firm.office
    await firm.approved(4)
    await imported(office)
    line = await journal_line(office, "Sales")
    key = {name: line[name] for name in ("dataAreaId", "LineNumber", "ProjAdvancedJournal")}
    await office.change(JOURNAL_LINES, key, ProjectSalesTaxGroup="EXEMPT", DefaultDimension="002-023-Home")
    line = await journal_line(office, "Sales")
    assert (line["DefaultDimension"], line["CalculatedTaxAmount"]) == ("002-023-Home", 0)
    words = await office.finance_refuses(JOURNAL_LINES, key, UnitPrice=300)
    assert "Field 'UnitPrice' of an integration journal line cannot be changed" in words
    assert (await journal_line(office, "Sales"))["UnitPrice"] == 250


async def test_a5_a_line_that_is_deleted_returns_with_the_next_import(firm: Consulting) -> None:
    office = firm.office
    await firm.approved(4)
    await imported(office)
    before = await journal_line(office, "Sales")
    await office.run("delete-journal-line", company="uspm", voucher=before["Voucher"])
    assert told(await office.kept(JOURNAL_LINES), "ActualType") == [("Cost",)]
    done = await imported(office)
    after = await journal_line(office, "Sales")
    assert after["Voucher"] == done["vouchers"][0] != before["Voucher"]
    assert {**after, "Voucher": "", "@odata.etag": ""} == {**before, "Voucher": "", "@odata.etag": ""}
    states = await office.kept("ProjectActualsStates")
    assert told(states, "IsProcessed", "IntegrationCount") == [("Yes", 0), ("Yes", 1)]


async def test_a6_a_posted_journal_is_in_the_books_and_each_actual_shows_what_accounting_made_of_it(
    firm: Consulting,
) -> None:
    office = firm.office
    await firm.approved(4)
    await office.travel(seconds=120)
    await posted(office)
    cost_voucher, sale_voucher = [(await journal_line(office, kind))["Voucher"] for kind in ("Cost", "Sales")]
    assert cost_voucher != sale_voucher
    assert told(await office.kept("LedgerVoucherEntries"), "Voucher", "Account", "Debit", "Credit") == sorted(
        [
            (cost_voucher, "COST", 480, 0),
            (cost_voucher, "PAYROLL-ALLOC", 0, 480),
            (sale_voucher, "ACCRUED-REV", 0, 1250),
            (sale_voucher, "WIP-SALES", 1250, 0),
        ],
        key=str,
    )
    transactions = await office.kept("ProjectPostedTransactions")
    columns = ("Part", "TransType", "TransStatus", "Qty", "Amount", "CurrencyId", "AccountingAmount", "SalesTaxAmount")
    assert told(transactions, *columns) == [
        ("Cost", "Hour", "Posted", 4, 480, "USD", 480, 0),
        ("Sale", "Hour", "Posted", 4, 1000, "GBP", 1250, 200),
    ]
    assert told(transactions, "VoucherJournal", "RelatedVoucher", "FundingSource") == [
        (cost_voucher, sale_voucher, ""),
        (sale_voucher, cost_voucher, "C-1001"),
    ]
    lines = await office.kept(JOURNAL_LINES)
    assert told(lines, "Status", "Voucher", "RelatedVoucher") == [
        ("Posted", cost_voucher, sale_voucher),
        ("Posted", sale_voucher, cost_voucher),
    ]
    assert (await office.the_finance("ProjAdvancedJournals"))["Status"] == "Posted"
    staged = await office.kept("ProjActualsImports")
    assert told(staged, "TransactionType", "AccountingAmount", "ExchangeRate", "VoucherNumber", "SalesTaxAmount") == [
        ("Cost", 480, 1, cost_voucher, 0),
        ("Sales", 1250, 1.25, sale_voucher, 200),
    ]
    assert await accounted(office) == [(COST, 480, 1, cost_voucher, None), (UNBILLED, 1250, 1.25, sale_voucher, 200)]
    assert await office.is_at_rest()


async def test_a7_an_actual_with_skip_sync_never_reaches_staging(firm: Consulting) -> None:
    office = firm.office
    await firm.approved(10, "Molly Clark")
    cost = await actual(office, COST)
    assert (cost["msdyn_skipsync"], cost["msdyn_amount"]) == (True, 1200)
    await office.act("msdyn_SyncActuals", Targets=[firm.target("msdyn_actual", cost["msdyn_actualid"])])
    await office.catch_up("actuals_to_finance")
    await office.travel(seconds=120)
    staged = await office.kept("ProjActualsImports")
    assert told(staged, "TransactionType") == [("InterOrgSales",), ("ResourcingUnitCost",), ("Sales",)]
    assert cost["msdyn_actualid"] not in {row["ActualId"] for row in staged}
    assert await office.is_at_rest()


async def test_a9_an_actual_without_an_exchange_rate_stays_out_until_there_is_one(firm: Consulting) -> None:
    office = firm.office
    await office.set_up("uspm", fixed_rates={})
    await firm.approved(4)
    done = await office.run("import-from-staging", company="uspm")
    words = "Exchange rate for GBP to USD on 8/27/2026 is missing."
    assert done["errors"] == [words]
    sale = await actual(office, UNBILLED)
    errors = await office.kept("ProjectStagingErrors")
    assert told(errors, "RowId", "Message") == [(sale["msdyn_actualimportid"], f"Error: {words}")]
    assert told(await office.kept(JOURNAL_LINES), "ActualType", "ExtendedCost") == [("Cost", 480)]
    rate = {"from_currency": "GBP", "to_currency": "USD", "rate": 1.3, "valid_from": DAY}
    await office.set_up("uspm", exchange_rates=[rate])
    await imported(office)
    line = await journal_line(office, "Sales")
    assert (line["ExtendedPrice"], line["PriceCurrency"], line["PriceExchangeRate"]) == (1000, "GBP", 130)
    assert await office.kept("ProjectStagingErrors") == []
    assert len(await office.kept(JOURNAL_LINES)) == 2


async def test_a10_an_actual_that_is_told_of_again_and_again_is_one_staging_row_and_one_line(firm: Consulting) -> None:
    office = firm.office
    await office.dataverse_forms.does("POST", "webhooks", {"double": 1})
    await firm.approved(4)
    targets = [firm.target("msdyn_actual", row["msdyn_actualid"]) for row in await office.held("msdyn_actuals")]
    await office.act("msdyn_SyncActuals", Targets=targets)
    await office.travel(seconds=120)
    assert told(await office.kept("ProjActualsImports"), "TransactionType", "Amount") == [
        ("Cost", 480),
        ("Sales", 1000),
    ]
    assert told(await office.kept("ProjectActualsStates"), "IsDuplicate") == [("No",)] * 2
    assert len(await related(office)) == 1
    await imported(office)
    await office.act("msdyn_SyncActuals", Targets=targets)
    await office.travel(seconds=120)
    await imported(office)
    lines = await office.kept(JOURNAL_LINES)
    assert told(lines, "ActualType", "ExtendedCost", "ExtendedPrice") == [("Cost", 480, 0), ("Sales", 0, 1000)]
    assert len(await office.kept("ProjActualsImports")) == 2
    assert (await office.finance_forms.does("GET", "counters"))["requests"]["POST /data/ProjActualsImports"] == 2
    assert (await office.dataverse_forms.does("GET", "webhooks"))["counters"]["doubled"] > 8
    assert await office.is_at_rest()


async def test_a10_an_actual_whose_answer_was_lost_is_written_once(firm: Consulting) -> None:
    office = firm.office
    lost = {"method": "POST", "path": "ProjActualsImports", "times": 2, "reset": True, "after": True}
    await office.finance_forms.does("POST", "faults", lost)
    await firm.approved(4)
    await office.travel(seconds=120)
    assert told(await office.kept("ProjActualsImports"), "TransactionType", "Amount") == [
        ("Cost", 480),
        ("Sales", 1000),
    ]
    assert told(await office.kept("ProjectActualsStates"), "IsDuplicate") == [("No",)] * 2
    (rule,) = await office.finance_forms.does("GET", "faults")
    assert rule["struck"] == 2
    assert await office.is_at_rest()


async def test_a10_actuals_that_got_lost_arrive_with_their_connection_when_they_are_synced_again(
    firm: Consulting,
) -> None:
    office = firm.office
    await office.dataverse_forms.does("POST", "webhooks", {"drop": 1})
    await firm.approved(4)
    await office.dataverse_forms.does("POST", "webhooks", {})
    await office.travel(seconds=120)
    assert (await office.kept("ProjActualsImports"), await related(office)) == ([], [])
    targets = [firm.target("msdyn_actual", row["msdyn_actualid"]) for row in await office.held("msdyn_actuals")]
    await office.act("msdyn_SyncActuals", Targets=targets)
    await office.travel(seconds=120)
    assert told(await office.kept("ProjActualsImports"), "TransactionType", "Amount") == [
        ("Cost", 480),
        ("Sales", 1000),
    ]
    assert len(await related(office)) == 1
    assert await office.is_at_rest()


async def test_a6_what_accounting_made_of_actuals_arrives_with_the_next_catch_up_if_its_events_got_lost(
    firm: Consulting,
) -> None:
    office = firm.office
    await firm.approved(4)
    await office.finance_forms.does("POST", "webhooks", {"drop": 1})
    await posted(office)
    await office.finance_forms.does("POST", "webhooks", {})
    assert [row[1:3] for row in await accounted(office)] == [(None, None)] * 2
    await office.catch_up("actuals_to_dataverse")
    assert [row[1:3] for row in await accounted(office)] == [(480, 1), (1250, 1.25)]
    assert await office.is_at_rest()
