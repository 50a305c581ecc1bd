"""Expense management, E1 to E4: categories and expense reports go from Finance to Dataverse, their costs come back.

The numbers are those of one worked example: a hotel at 300 USD on a project of time and material that is sold with a
mark-up of 10 %, and office supplies at 40 USD for no project.
"""

from __future__ import annotations

import pytest

from tests.scenarios.accounting import (
    JOURNAL_LINES,
    accounted,
    actual,
    balances,
    imported,
    journal_line,
    posted,
    related,
    staged,
)
from tests.scenarios.consulting import (
    CATEGORY,
    CHARGEABLE,
    COST,
    DAY,
    EXPENSE,
    INTER_ORG,
    RESOURCING_COST,
    UNBILLED,
    Consulting,
    told,
)
from tests.scenarios.enterprise import Enterprise
from tests.scenarios.travelling import (
    HOTEL,
    hotel,
    jobs_ended,
    report_posted,
    reported,
    spent,
    supplies,
    travelling,
    usable_in_expense,
    view,
    vouchers,
)

EXPENSES = "expenses_to_dataverse"
NOON = f"{DAY}T12:00:00Z"
DRAFT, APPROVED = 192350000, 192350002
HOTELS, OTHER = 192350000, 192350007


@pytest.fixture
async def firm(office: Enterprise) -> Consulting:
    return await travelling(office)


# -- E1 ----------------------------------------------------------------------------------------------------------------


async def test_e1_an_expense_category_is_a_record_in_dataverse_for_each_company_that_makes_it(
    office: Enterprise,
) -> None:
    firm = await Consulting(office).begin()
    shared = await office.kept("SharedCategories", TransactionCategoryId=CATEGORY)
    assert told(shared, "CategoryId", "CanBeUsedInExpense") == [(f"{CATEGORY}-{n}", "No") for n in range(1, 6)]
    refused = await office.finance.ask("POST", "ExpenseCategories", {"dataAreaId": "uspm", "CategoryId": HOTEL})
    assert "can't be used in Expense" in refused.text

    await usable_in_expense(office, HOTEL)
    await office.travel()
    assert await office.held("msdyn_expensecategories") == []
    await office.book("ExpenseCategories", dataAreaId="uspm", CategoryId=HOTEL, Name="Hotels", ExpenseType="Hotel")
    await office.travel()
    columns = ("msdyn_name", "msdyn_expensetype", "statecode", "_msdyn_expensecategoryuid_value")
    of_uspm = ("Hotels", HOTELS, 0, firm[CATEGORY], firm["uspm"])
    rows = await office.held("msdyn_expensecategories")
    assert told(rows, *columns, "_msdyn_owningcompany_value") == [of_uspm]

    await office.book("ExpenseCategories", dataAreaId="gbpm", CategoryId=HOTEL, Name="Inns")
    await office.travel()
    of_gbpm = ("Inns", OTHER, 0, firm[CATEGORY], firm["gbpm"])
    rows = await office.held("msdyn_expensecategories")
    assert told(rows, *columns, "_msdyn_owningcompany_value") == [of_uspm, of_gbpm]

    await office.change("ExpenseCategories", {"dataAreaId": "gbpm", "CategoryId": HOTEL}, IsInactive="Yes")
    await office.travel()
    assert {row["msdyn_name"]: row["statecode"] for row in await office.held("msdyn_expensecategories")} == {
        "Hotels": 0,
        "Inns": 1,
    }
    assert await office.is_at_rest()


# -- E2 to E4: the worked example --------------------------------------------------------------------------------------


async def test_e2_a_posted_report_with_one_project_line_is_exactly_one_expense(firm: Consulting) -> None:
    office = firm.office
    await reported(office, hotel(AdditionalInformation="Harbour inn"), supplies())
    await office.travel()
    assert (await vouchers(office), await office.kept("ProjExpensesExport")) == ([], [])

    voucher = await report_posted(office)
    assert await vouchers(office) == sorted(
        [
            (voucher, "AP", 0, 40),
            (voucher, "AP", 0, 300),
            (voucher, "EXP-INTEG", 300, 0),
            (voucher, "OFFICE", 40, 0),
        ],
        key=str,
    )
    export = await office.the_finance("ProjExpensesExport")
    columns = ("ExpTransNumber", "ReferenceDataAreaId", "ProjId", "Amount", "NetAmount", "TaxAmount", "Quantity")
    assert tuple(export[name] for name in columns) == ("E-1", "uspm", "PRJ-1", 300, 300, 0, 1)

    await office.travel()
    (expense,) = await office.held("msdyn_expenses")
    amounts = ("msdyn_amount", "msdyn_price", "msdyn_salestaxamount", "msdyn_quantity", "msdyn_billingtype")
    assert tuple(expense[name] for name in amounts) == (300, 300, 0, 1, CHARGEABLE)
    names = ("msdyn_externalreferenceid", "msdyn_externaldescription", "msdyn_expensestatus", "msdyn_transactiondate")
    assert tuple(expense[name] for name in names) == ("E-1", "Harbour inn", DRAFT, f"{DAY}T00:00:00Z")
    lookups = ("project", "transactioncategory", "owningcompany", "task")
    assert tuple(expense[f"_msdyn_{name}_value"] for name in lookups) == (
        firm["PRJ-1"], firm[CATEGORY], firm["uspm"], None,
    )  # fmt: skip
    assert expense["_transactioncurrencyid_value"] == firm["USD"]
    assert await office.held("msdyn_actuals") == []
    assert await office.is_at_rest()


async def test_e3_a_system_job_approves_the_expense_and_its_actuals_reach_the_journal(firm: Consulting) -> None:
    office = firm.office
    await spent(office, hotel(), supplies())
    assert await jobs_ended(office) == {"succeeded": 1, "failed": 0}
    (expense,) = await office.held("msdyn_expenses")
    assert expense["msdyn_expensestatus"] == APPROVED
    columns = ("transactiontypecode", "transactionclassification", "quantity", "amount", "externalreferenceid")
    assert told(await office.held("msdyn_actuals"), *(f"msdyn_{name}" for name in (*columns, "skipsync"))) == [
        (COST, EXPENSE, 1, 300, "E-1", False),
        (UNBILLED, EXPENSE, 1, 330, "E-1", False),
    ]
    cost, sale = await actual(office, COST), await actual(office, UNBILLED)
    assert await related(office) == [(sale["msdyn_actualid"], "Unbilled Sales", cost["msdyn_actualid"], "Cost")]
    columns = ("Quantity", "ExternalReference", "TransactionCategoryId", "DocumentDate", "dataAreaId")
    assert await staged(office, *columns) == [
        ("Cost", 300, 1, "E-1", CATEGORY, NOON, "uspm"),
        ("Sales", 330, 1, "E-1", CATEGORY, NOON, "uspm"),
    ]

    await imported(office)
    lines = await office.kept(JOURNAL_LINES)
    assert told(lines, "ActualType", "TransType", "Quantity", "ExtendedCost", "ExtendedPrice", "ProjCategoryId") == [
        ("Cost", "Cost", 1, 300, 0, HOTEL),
        ("Sales", "Cost", 1, 0, 330, HOTEL),
    ]
    assert told(lines, "ActualType", "OffsetAccountType", "OffsetLedgerDimension") == [
        ("Cost", "Ledger", "EXP-INTEG"),
        ("Sales", "", ""),
    ]
    assert await balances(office) == {"EXP-INTEG": 300, "OFFICE": 40, "AP": -340}
    assert await office.is_at_rest()


async def test_e4_the_posted_journal_clears_the_integration_account_and_both_actuals_show_it(firm: Consulting) -> None:
    office = firm.office
    await spent(office, hotel(), supplies())
    await jobs_ended(office)
    before = await vouchers(office)
    await posted(office)
    of_cost, of_sale = [(await journal_line(office, kind))["Voucher"] for kind in ("Cost", "Sales")]
    assert await vouchers(office) == sorted(
        [
            *before,
            (of_cost, "COST", 300, 0),
            (of_cost, "EXP-INTEG", 0, 300),
            (of_sale, "WIP-SALES", 330, 0),
            (of_sale, "ACCRUED-REV", 0, 330),
        ],
        key=str,
    )
    assert await accounted(office) == [(COST, 300, 1, of_cost, None), (UNBILLED, 330, 1, of_sale, None)]
    transactions = await office.kept("ProjectPostedTransactions")
    assert told(transactions, "Part", "TransType", "CategoryId", "Qty", "Amount", "VoucherJournal") == [
        ("Cost", "Cost", HOTEL, 1, 300, of_cost),
        ("Sale", "Cost", HOTEL, 1, 330, of_sale),
    ]
    assert await balances(office) == {
        "COST": 300,
        "OFFICE": 40,
        "AP": -340,
        "WIP-SALES": 330,
        "ACCRUED-REV": -330,
    }
    assert await view(office) == [("E-1", "Reconciled")]
    assert await office.is_at_rest()


async def test_e4_an_expense_that_is_exported_again_changes_its_record_and_makes_no_further_actuals(
    firm: Consulting,
) -> None:
    office = firm.office
    await spent(office, hotel())
    await jobs_ended(office)
    await posted(office)
    (first,) = await office.held("msdyn_expenses")
    asked = {"collection": "ProjExpensesExport", "set": {"AdditionalInformation": "Harbour inn"}}
    await office.finance_forms.does("POST", "set-based", asked)
    await office.catch_up(EXPENSES)
    assert await jobs_ended(office) == {"succeeded": 0, "failed": 0}
    (again,) = await office.held("msdyn_expenses")
    assert (again["msdyn_expenseid"], again["msdyn_expensestatus"]) == (first["msdyn_expenseid"], APPROVED)
    assert again["msdyn_externaldescription"] == "Harbour inn"
    assert len(await office.held("msdyn_actuals")) == 2
    assert await imported(office) == {"vouchers": [], "journals": [], "errors": []}
    assert await office.is_at_rest()


async def test_e4_tax_that_nobody_gives_back_is_part_of_the_cost_and_clears_with_it(firm: Consulting) -> None:
    office = firm.office
    tax = {"group": "TX", "item_group": "FULL", "percent": 20, "non_deductible": 25}
    await office.set_up("uspm", taxes=[tax])
    await spent(office, hotel(TaxGroup="TX", TaxItemGroup="FULL"))
    (expense,) = await office.held("msdyn_expenses")
    assert (expense["msdyn_amount"], expense["msdyn_salestaxamount"]) == (315, 60)
    await jobs_ended(office)
    await posted(office)
    assert await balances(office) == {
        "COST": 315,
        "TAX-PAY": 45,
        "AP": -360,
        "WIP-SALES": 346.5,
        "ACCRUED-REV": -346.5,
    }
    assert await office.is_at_rest()


async def test_e4_an_approval_that_is_canceled_brings_the_amount_back_to_the_integration_account(
    firm: Consulting,
) -> None:
    office = firm.office
    await spent(office, hotel())
    await jobs_ended(office)
    await posted(office)
    (expense,) = await office.held("msdyn_expenses")
    target = firm.target("msdyn_expense", expense["msdyn_expenseid"])
    await office.act("msdyn_CancelApproval", Targets=[target])
    await office.travel(seconds=120)
    await posted(office)
    assert await balances(office) == {"EXP-INTEG": 300, "AP": -300}
    await office.act("msdyn_ApproveEntries", Targets=[target])
    await office.travel(seconds=120)
    await posted(office)
    assert await balances(office) == {"COST": 300, "AP": -300, "WIP-SALES": 330, "ACCRUED-REV": -330}
    assert await office.is_at_rest()


async def test_e3_an_expense_of_another_companys_employee_clears_the_account_of_that_company(
    firm: Consulting,
) -> None:
    office = firm.office
    relation = {"customer_account": "C-1001", "vendor_account": "V-1001"}
    rate = {"from_currency": "USD", "to_currency": "GBP", "rate": 0.75}
    await office.set_up("gbpm", intercompany={"uspm": relation}, exchange_rates=[rate])
    await office.book("ExpenseCategories", dataAreaId="gbpm", CategoryId=HOTEL, ExpenseType="Hotel")
    await reported(office, hotel(ProjDataAreaId="uspm", CurrencyCode="USD"), company="gbpm")
    await report_posted(office, "gbpm")
    await office.travel()
    export = await office.the_finance("ProjExpensesExport")
    assert (export["ReferenceDataAreaId"], export["InterCompanyLE"]) == ("gbpm", "uspm")
    (expense,) = await office.held("msdyn_expenses")
    assert (expense["_msdyn_project_value"], expense["_msdyn_owningcompany_value"]) == (firm["PRJ-1"], firm["gbpm"])
    await jobs_ended(office)
    columns = ("msdyn_transactiontypecode", "msdyn_amount", "msdyn_skipsync", "msdyn_externalreferenceid")
    assert told(await office.held("msdyn_actuals"), *columns) == [
        (COST, 300, True, "E-1"),
        (UNBILLED, 330, False, "E-1"),
        (RESOURCING_COST, 300, False, "E-1"),
        (INTER_ORG, 300, False, "E-1"),
    ]
    await posted(office, "gbpm")
    line = await journal_line(office, "ResourcingUnitCost")
    assert (line["dataAreaId"], line["OffsetLedgerDimension"]) == ("gbpm", "EXP-INTEG")
    entries = await office.kept("LedgerVoucherEntries", dataAreaId="gbpm")
    assert told(entries, "Account", "Debit", "Credit") == [
        ("ACCRUED-REV", 0, 225),
        ("AP", 0, 225),
        ("COST", 225, 0),
        ("EXP-INTEG", 0, 225),
        ("EXP-INTEG", 225, 0),
        ("WIP-SALES", 225, 0),
    ]
    assert await office.is_at_rest()
