"""Actuals that are reversed and recorded anew: a contract is confirmed, a contract line covers other work."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.twin.dataverse import DataverseTwin
from tests.twin.projects import (
    ACTUALS,
    COST,
    FIXED_PRICE,
    INTER_ORG,
    RESOURCING_COST,
    TIME,
    TIME_AND_MATERIAL,
    UNBILLED,
    ProjectStage,
    told,
)

ENTRY = "msdyn_timeentry"
CONFIRMED = 192350003
CREATED, INVOICED = 192350000, 192350002
ADJUSTED, UNADJUSTABLE = 192350001, 192350002
CHARGEABLE, NON_CHARGEABLE, COMPLIMENTARY = 192350001, 192350000, 192350002


@pytest.fixture
async def stage() -> ProjectStage:
    stage = await ProjectStage(DataverseTwin(seed=7)).begin()
    await stage.role_price("cost USPM", "developer", 100, "USD")
    await stage.role_price("cost GBPM", "developer", 88, "GBP")
    await stage.role_price("sales ORD-1", "developer", 200, "USD")
    return stage


async def worked(stage: ProjectStage, hours: int = 8, resource: str = "Ann") -> None:
    await stage.time("work", hours, resource)
    await stage.approved("work")


async def confirm(stage: ProjectStage, contract: str = "ORD-1") -> None:
    answer = await stage.changed("salesorders", contract, msdyn_psastatusreason=CONFIRMED)
    assert answer.status == 204, answer.body


async def price(stage: ProjectStage, amount: int) -> None:
    """Change what an hour is sold for."""
    await stage.changed("msdyn_resourcecategorypricelevels", "developer in sales ORD-1", msdyn_price=amount)


async def amounts(stage: ProjectStage, *types: int) -> list[tuple[Any, ...]]:
    return [told(row, "transactiontypecode", "amount", "adjustmentstatus") for row in await stage.actuals(*types)]


async def current(stage: ProjectStage) -> list[tuple[Any, ...]]:
    """What counts: neither adjusted nor the reversal of what is."""
    rows = [row for row in await stage.actuals() if row["msdyn_adjustmentstatus"] is None]
    return [told(row, "transactiontypecode", "quantity", "amount", "billingtype") for row in rows]


# -- the contract is confirmed ------------------------------------------------------------------------------------------


async def test_a_confirmed_contract_has_cost_and_sale_reversed_and_recorded_anew(stage: ProjectStage) -> None:
    """Microsoft's example: 8 hours of Bob Kozack at 100 and 200 USD."""
    await stage.line("line")
    await worked(stage)
    await confirm(stage)
    assert await amounts(stage) == [
        (COST, 800, ADJUSTED),
        (UNBILLED, 1600, ADJUSTED),
        (COST, -800, UNADJUSTABLE),
        (UNBILLED, -1600, UNADJUSTABLE),
        (COST, 800, None),
        (UNBILLED, 1600, None),
    ]
    cost, sale, cost_back, sale_back, cost_anew, sale_anew = rows = await stage.actuals()
    assert not any(row["msdyn_skipsync"] for row in rows)
    assert told(sale_anew, "billingstatus") == (CREATED,)
    assert await stage.connected() == {
        ("Unbilled Sales", sale["msdyn_actualid"], "Cost", cost["msdyn_actualid"]),
        ("Reversing", cost_back["msdyn_actualid"], "Original", cost["msdyn_actualid"]),
        ("Reversing", sale_back["msdyn_actualid"], "Original", sale["msdyn_actualid"]),
        ("Unbilled Sales", sale_anew["msdyn_actualid"], "Cost", cost_anew["msdyn_actualid"]),
    }


async def test_a_contract_is_confirmed_once(stage: ProjectStage) -> None:
    await stage.line("line")
    await worked(stage)
    await confirm(stage)
    await confirm(stage)
    await stage.changed("salesorders", "ORD-1", description="Refit")
    assert len(await stage.actuals()) == 6


async def test_sales_are_priced_anew_and_costs_stay_what_they_were(stage: ProjectStage) -> None:
    await stage.line("line")
    await worked(stage)
    await price(stage, 250)
    await stage.changed("msdyn_resourcecategorypricelevels", "developer in cost USPM", msdyn_price=130)
    await confirm(stage)
    assert await current(stage) == [(COST, 8, 800, CHARGEABLE), (UNBILLED, 8, 2000, CHARGEABLE)]


async def test_fixed_price_work_has_its_cost_recorded_anew(stage: ProjectStage) -> None:
    await stage.line("line", FIXED_PRICE)
    await worked(stage)
    await confirm(stage)
    assert await amounts(stage) == [(COST, 800, ADJUSTED), (COST, -800, UNADJUSTABLE), (COST, 800, None)]


@pytest.mark.parametrize(
    ("billed", "sales"),
    [
        (6, [(UNBILLED, 6, 1200, CHARGEABLE), (UNBILLED, 2, 400, NON_CHARGEABLE)]),
        (10, [(UNBILLED, 10, 2000, CHARGEABLE)]),
        (0, [(UNBILLED, 8, 1600, NON_CHARGEABLE)]),
    ],
)
async def test_what_the_approver_let_be_billed_stays_billable(
    stage: ProjectStage, billed: int, sales: list[tuple[int, ...]]
) -> None:
    await stage.line("line")
    await stage.time("work", 8)
    await stage.act("msdyn_SubmitEntries", ENTRY, "work")
    [line] = await stage.api.rows(f"msdyn_journallines?$filter=msdyn_transactiontypecode eq {UNBILLED}")
    await stage.api.patch(f"msdyn_journallines({line['msdyn_journallineid']})", {"msdyn_quantity": billed})
    await stage.act("msdyn_ApproveEntries", ENTRY, "work")
    before = await current(stage)
    await confirm(stage)
    assert await current(stage) == before == [(COST, 8, 800, CHARGEABLE), *sales]


async def test_a_complimentary_expense_stays_complimentary(stage: ProjectStage) -> None:
    await stage.line("line")
    await stage.enter(
        "msdyn_expenses",
        "taxi",
        msdyn_name="taxi",
        msdyn_amount=30,
        msdyn_billingtype=COMPLIMENTARY,
        msdyn_Project__msdyn_projects="PRJ-1",
        transactioncurrencyid__transactioncurrencies="USD",
    )
    await stage.approved("taxi", "msdyn_expense")
    before = await current(stage)
    await confirm(stage)
    assert await current(stage) == before
    assert [row[-1] for row in before] == [COMPLIMENTARY, COMPLIMENTARY]
    assert len(await stage.actuals()) == 6


async def test_work_shared_by_two_customers_is_shared_again_as_a_whole(stage: ProjectStage) -> None:
    await stage.enter("accounts", "partner", accountnumber="C-2", msdyn_Company__cdm_companies="USPM")
    await stage.enter(
        "msdyn_projectcontractsplitbillingrules",
        "share",
        msdyn_name="C-2",
        msdyn_percentage=33.33,
        msdyn_Customer_account__accounts="partner",
        msdyn_ProjectContract__salesorders="ORD-1",
    )
    await stage.line("line")
    await worked(stage, 7)
    await confirm(stage)
    parts = [(row[0], row[1]) for row in await current(stage)]
    assert parts == [
        (COST, Decimal("4.67")),
        (UNBILLED, Decimal("4.67")),
        (COST, Decimal("2.33")),
        (UNBILLED, Decimal("2.33")),
    ]
    assert sum(row["msdyn_amount"] for row in await stage.actuals(COST)) == 700
    assert len(await stage.actuals()) == 12


async def test_lending_is_recorded_anew_with_its_work(stage: ProjectStage) -> None:
    await stage.line("line")
    await stage.resource("Molly Clark", "GBPM")
    await worked(stage, 10, "Molly Clark")
    await confirm(stage)
    assert [told(row, "transactiontypecode", "amount", "skipsync") for row in await stage.actuals()] == [
        (COST, 1000, True),
        (UNBILLED, 2000, False),
        (RESOURCING_COST, 880, False),
        (INTER_ORG, 1000, False),
        (COST, -1000, True),
        (UNBILLED, -2000, False),
        (RESOURCING_COST, -880, False),
        (INTER_ORG, -1000, False),
        (COST, 1000, True),
        (UNBILLED, 2000, False),
        (RESOURCING_COST, 880, False),
        (INTER_ORG, 1000, False),
    ]


async def test_what_is_on_an_invoice_or_in_a_correction_stays(stage: ProjectStage) -> None:
    await stage.line("line")
    await worked(stage)
    table = stage.twin.database.tables["msdyn_actual"]
    row_id = (await stage.actuals(UNBILLED))[0]["msdyn_actualid"]
    table.put(row_id, {**table.rows[row_id], "msdyn_billingstatus": INVOICED})
    await stage.time("in correction", 2)
    await stage.approved("in correction")
    last = (await stage.actuals())[-1]["msdyn_actualid"]
    assert (await stage.api.act("msdyn_CorrectActuals", "msdyn_actual", last)).status == 200
    await confirm(stage)
    assert len(await stage.actuals()) == 4


async def test_what_a_journal_recorded_and_what_is_no_work_of_the_contract_stays(stage: ProjectStage) -> None:
    await stage.line("line", msdyn_includeexpense=False)
    await stage.enter("msdyn_journals", "journal", msdyn_description="Opening")
    await stage.enter(
        "msdyn_journallines",
        "typed",
        msdyn_transactiontypecode=COST,
        msdyn_transactionclassification=TIME,
        msdyn_documentdate="2026-08-27",
        msdyn_quantity=2,
        msdyn_price=70,
        msdyn_Journal__msdyn_journals="journal",
        msdyn_Project__msdyn_projects="PRJ-1",
        transactioncurrencyid__transactioncurrencies="USD",
    )
    await stage.act("msdyn_ConfirmJournal", "msdyn_journal", "journal")
    await stage.enter(
        "msdyn_expenses",
        "taxi",
        msdyn_name="taxi",
        msdyn_amount=30,
        msdyn_Project__msdyn_projects="PRJ-1",
        transactioncurrencyid__transactioncurrencies="USD",
    )
    await stage.approved("taxi", "msdyn_expense")
    await confirm(stage)
    assert await amounts(stage) == [(COST, 140, None), (COST, 30, None)]


async def test_work_recorded_anew_can_be_canceled_and_its_originals_can_not_be_again(stage: ProjectStage) -> None:
    await stage.line("line")
    await worked(stage)
    await confirm(stage)
    assert (await stage.act("msdyn_CancelApproval", ENTRY, "work")).status == 204
    assert await current(stage) == []
    assert sum(row["msdyn_amount"] for row in await stage.actuals()) == 0
    assert len(await stage.api.rows(ACTUALS)) == 8


# -- a contract line changes --------------------------------------------------------------------------------------------


async def test_work_that_a_line_covers_no_longer_is_recorded_anew_without_a_sale_and_back(stage: ProjectStage) -> None:
    await stage.line("line")
    await worked(stage)
    await stage.changed("salesorderdetails", "line", msdyn_includetime=False)
    assert [row[:3] for row in await current(stage)] == [(COST, 8, 800)]
    assert (await stage.actuals())[-1]["_msdyn_salescontract_value"] is None
    await stage.changed("salesorderdetails", "line", msdyn_includetime=True)
    assert await current(stage) == [(COST, 8, 800, CHARGEABLE), (UNBILLED, 8, 1600, CHARGEABLE)]
    assert (await stage.actuals())[-1]["_msdyn_salescontract_value"] == stage["ORD-1"]
    assert sum(row["msdyn_amount"] for row in await stage.actuals(UNBILLED)) == 1600


async def test_work_that_becomes_fixed_price_loses_its_sale(stage: ProjectStage) -> None:
    await stage.line("line")
    await worked(stage)
    await stage.changed("salesorderdetails", "line", msdyn_billingmethod=FIXED_PRICE)
    assert [row[:3] for row in await current(stage)] == [(COST, 8, 800)]
    await stage.changed("salesorderdetails", "line", msdyn_billingmethod=TIME_AND_MATERIAL)
    assert [row[:3] for row in await current(stage)] == [(COST, 8, 800), (UNBILLED, 8, 1600)]


async def test_a_change_that_leaves_the_terms_of_the_work_alone_records_nothing(stage: ProjectStage) -> None:
    await stage.line("line")
    await worked(stage)
    await stage.changed("salesorderdetails", "line", msdyn_includeexpense=False)
    await stage.changed("salesorderdetails", "line", productdescription="Hours")
    assert await amounts(stage) == [(COST, 800, None), (UNBILLED, 1600, None)]
