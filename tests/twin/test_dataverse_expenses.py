"""Expenses and usage of materials: their prices, and the system job that approves what came from Finance."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.twin.dataverse import DataverseTwin
from tests.twin.dataverse.processes.terms import PROJECT_INACTIVE
from tests.twin.dataverse.rules.entries import CATEGORY_GUARD, TASK_GUARD
from tests.twin.projects import (
    COST,
    EXPENSE,
    INTER_ORG,
    MATERIAL,
    RESOURCING_COST,
    UNBILLED,
    ProjectStage,
    told,
    words,
)

PER_UNIT, AT_COST, MARK_UP = 192350000, 192350001, 192350002
APPROVED, DRAFT, FAILED, SUCCEEDED = 192350002, 192350000, 31, 30


@pytest.fixture
async def stage() -> ProjectStage:
    stage = await ProjectStage(DataverseTwin(seed=8)).begin()
    await stage.enter("msdyn_transactioncategories", "hotel", msdyn_name="Hotel")
    await stage.line("line")
    return stage


async def category_price(stage: ProjectStage, contract: str = "ORD-1", **columns: Any) -> None:
    await stage.enter(
        "msdyn_transactioncategorypricelevels",
        "price of hotels",
        msdyn_PriceList__pricelevels=f"sales {contract}",
        msdyn_TransactionCategory__msdyn_transactioncategories="hotel",
        **columns,
    )


def hotel(stage: ProjectStage, **columns: Any) -> dict[str, Any]:
    """An expense as the map writes it."""
    told_by_finance = {
        "msdyn_amount": 300,
        "msdyn_quantity": 1,
        "msdyn_transactiondate": "2026-08-27T00:00:00Z",
        "msdyn_Project__msdyn_projects": "PRJ-1",
        "msdyn_TransactionCategory__msdyn_transactioncategories": "hotel",
        "msdyn_OwningCompany__cdm_companies": "USPM",
        "transactioncurrencyid__transactioncurrencies": "USD",
    }
    return stage.body({**told_by_finance, **columns})


async def jobs_run(stage: ProjectStage) -> dict[str, int]:
    ended: dict[str, int] = (await stage.api.post("/twin/jobs", {})).json()
    return ended


async def test_an_expense_from_finance_is_approved_by_a_job_and_only_once(stage: ProjectStage) -> None:
    await category_price(stage, msdyn_pricingmethod=MARK_UP, msdyn_percent=10)
    expense = await stage.app.create("msdyn_expenses", hotel(stage))
    assert await stage.actuals() == []
    assert await jobs_run(stage) == {"succeeded": 1, "failed": 0}
    cost, sale = await stage.actuals()
    assert told(cost, "transactiontypecode", "transactionclassification", "quantity", "amount") == (
        COST, EXPENSE, 1, 300,
    )  # fmt: skip
    assert told(sale, "transactiontypecode", "amount") == (UNBILLED, 330)
    assert await stage.connected() == {("Unbilled Sales", sale["msdyn_actualid"], "Cost", cost["msdyn_actualid"])}
    assert cost["_msdyn_transactioncategory_value"] == stage["hotel"]
    row = (await stage.api.get(f"msdyn_expenses({expense})")).json()
    assert told(row, "expensestatus") == (APPROVED,)
    assert await jobs_run(stage) == {"succeeded": 0, "failed": 0}
    assert (await stage.app.patch(f"msdyn_expenses({expense})", hotel(stage))).status == 204
    assert await jobs_run(stage) == {"succeeded": 0, "failed": 0}
    assert len(await stage.actuals()) == 2


@pytest.mark.parametrize(
    ("columns", "amount"),
    [({"msdyn_pricingmethod": AT_COST}, 300), ({"msdyn_pricingmethod": PER_UNIT, "msdyn_price": 250}, 250)],
)
async def test_expenses_are_sold_at_cost_or_at_a_price(
    stage: ProjectStage, columns: dict[str, Any], amount: int
) -> None:
    await category_price(stage, transactioncurrencyid__transactioncurrencies="USD", **columns)
    await stage.app.create("msdyn_expenses", hotel(stage))
    await jobs_run(stage)
    assert [row["msdyn_amount"] for row in await stage.actuals()] == [300, amount]


@pytest.mark.parametrize(("cost", "contract", "amount"), [("GBP", "USD", 400), ("USD", "GBP", 225)])
async def test_a_cost_in_another_currency_is_sold_at_dataverse_s_own_rate(
    stage: ProjectStage, cost: str, contract: str, amount: int
) -> None:
    await stage.contract("ORD-2", contract)
    await stage.project("PRJ-2")
    await stage.line("line of ORD-2", contract="ORD-2", msdyn_Project__msdyn_projects="PRJ-2")
    await category_price(stage, "ORD-2", msdyn_pricingmethod=AT_COST)
    billed = {"msdyn_Project__msdyn_projects": "PRJ-2", "transactioncurrencyid__transactioncurrencies": cost}
    await stage.app.create("msdyn_expenses", hotel(stage, **billed))
    await jobs_run(stage)
    rows = await stage.actuals()
    assert [row["msdyn_amount"] for row in rows] == [300, amount]
    assert [row["_transactioncurrencyid_value"] for row in rows] == [stage[cost], stage[contract]]


async def test_an_expense_of_another_company_s_employee_becomes_four_actuals_at_its_own_cost(
    stage: ProjectStage,
) -> None:
    await category_price(stage, msdyn_pricingmethod=AT_COST)
    await stage.app.create("msdyn_expenses", hotel(stage, msdyn_OwningCompany__cdm_companies="GBPM"))
    await jobs_run(stage)
    assert [told(row, "transactiontypecode", "amount", "skipsync") for row in await stage.actuals()] == [
        (COST, 300, True),
        (UNBILLED, 300, False),
        (RESOURCING_COST, 300, False),
        (INTER_ORG, 300, False),
    ]
    assert (await stage.actuals(RESOURCING_COST))[0]["_msdyn_owningcompany_value"] == stage["GBPM"]


async def test_a_person_s_expense_waits_for_an_approver(stage: ProjectStage) -> None:
    await category_price(stage, msdyn_pricingmethod=AT_COST)
    stage._ids["trip"] = await stage.api.create("msdyn_expenses", hotel(stage))
    assert await jobs_run(stage) == {"succeeded": 0, "failed": 0}
    await stage.approved("trip", "msdyn_expense")
    assert [row["msdyn_amount"] for row in await stage.actuals()] == [300, 300]
    assert (await stage.act("msdyn_CancelApproval", "msdyn_expense", "trip")).status == 204
    assert [row["msdyn_amount"] for row in await stage.actuals()] == [300, 300, -300, -300]


@pytest.mark.parametrize("who", ["a person", "a job"])
async def test_what_an_expense_costs_is_its_amount_however_many_it_is_for(stage: ProjectStage, who: str) -> None:
    await category_price(stage, msdyn_pricingmethod=MARK_UP, msdyn_percent=10)
    api = stage.api if who == "a person" else stage.app
    stage._ids["trip"] = await api.create("msdyn_expenses", hotel(stage, msdyn_amount=100, msdyn_quantity=3))
    if who == "a person":
        await stage.approved("trip", "msdyn_expense")
    await jobs_run(stage)
    shown = ("quantity", "price", "amount")
    assert [told(row, *shown) for row in await stage.actuals()] == [
        (3, Decimal("33.33"), 100),
        (3, Decimal("36.67"), 110),
    ]


async def test_what_a_job_approved_can_be_canceled_and_approved_again(stage: ProjectStage) -> None:
    await category_price(stage, msdyn_pricingmethod=AT_COST)
    expense = await stage.app.create("msdyn_expenses", hotel(stage))
    await jobs_run(stage)
    for action in ("msdyn_CancelApproval", "msdyn_ApproveEntries"):
        assert (await stage.api.act(action, "msdyn_expense", expense)).status == 204
    assert [row["msdyn_amount"] for row in await stage.actuals()] == [300, 300, -300, -300, 300, 300]


async def test_a_job_that_fails_leaves_the_expense_as_it_is_and_says_why(stage: ProjectStage) -> None:
    expense = await stage.app.create("msdyn_expenses", hotel(stage))
    await stage.changed("msdyn_projects", "PRJ-1", statecode=1)
    assert await jobs_run(stage) == {"succeeded": 0, "failed": 1}
    job = (await stage.api.rows("asyncoperations"))[0]
    assert (job["statuscode"], job["message"]) == (FAILED, PROJECT_INACTIVE)
    assert told((await stage.api.get(f"msdyn_expenses({expense})")).json(), "expensestatus") == (DRAFT,)
    assert await stage.actuals() == []


async def test_a_refused_save_leaves_no_job_behind(stage: ProjectStage) -> None:
    await stage.enter("msdyn_projecttasks", "parent", msdyn_project__msdyn_projects="PRJ-1")
    await stage.enter(
        "msdyn_projecttasks",
        "child",
        msdyn_project__msdyn_projects="PRJ-1",
        msdyn_parenttask__msdyn_projecttasks="parent",
    )
    refused = await stage.app.post("msdyn_expenses", hotel(stage, msdyn_Task__msdyn_projecttasks="parent"))
    assert words(refused) == (400, "0x80040265", TASK_GUARD)
    assert await stage.api.rows("asyncoperations") == []
    await stage.app.create("msdyn_expenses", hotel(stage, msdyn_Task__msdyn_projecttasks="child"))
    assert await jobs_run(stage) == {"succeeded": 1, "failed": 0}
    assert (await stage.actuals())[0]["_msdyn_task_value"] == stage["child"]


async def task(stage: ProjectStage, name: str, number: str, **columns: Any) -> None:
    await stage.enter(
        "msdyn_projecttasks",
        name,
        **{"msdyn_activitynumber": number, "msdyn_project__msdyn_projects": "PRJ-1", **columns},
    )


async def test_an_activity_of_finance_is_resolved_to_the_task_that_has_its_number(stage: ProjectStage) -> None:
    await task(stage, "parent", "ACT-1")
    await task(stage, "child", "ACT-2", msdyn_parenttask__msdyn_projecttasks="parent")
    await stage.project("PRJ-2")
    await task(stage, "elsewhere", "ACT-2", msdyn_project__msdyn_projects="PRJ-2")
    expense = await stage.app.create("msdyn_expenses", hotel(stage, msdyn_activitynumber="ACT-2"))
    assert (await stage.api.get(f"msdyn_expenses({expense})")).json()["_msdyn_task_value"] == stage["child"]
    await jobs_run(stage)
    assert {row["_msdyn_task_value"] for row in await stage.actuals()} == {stage["child"]}


@pytest.mark.parametrize("number", ["ACT-1", "ACT-3", "ACT-9"], ids=["a parent's", "of two tasks", "of none"])
async def test_an_activity_that_is_not_one_task_without_tasks_below_it_is_refused(
    stage: ProjectStage, number: str
) -> None:
    await task(stage, "parent", "ACT-1")
    await task(stage, "child", "ACT-2", msdyn_parenttask__msdyn_projecttasks="parent")
    for name in ("twin", "other twin"):
        await task(stage, name, "ACT-3")
    refused = await stage.app.post("msdyn_expenses", hotel(stage, msdyn_activitynumber=number))
    assert words(refused) == (400, "0x80040265", TASK_GUARD)
    assert await stage.api.rows("msdyn_expenses") == []
    assert await stage.api.rows("asyncoperations") == []


async def test_an_expense_follows_its_activity_and_loses_its_task_with_it(stage: ProjectStage) -> None:
    for number in ("ACT-1", "ACT-2"):
        await task(stage, number, number)
    expense = f"msdyn_expenses({await stage.app.create('msdyn_expenses', hotel(stage, msdyn_activitynumber='ACT-1'))})"
    for wanted in ("ACT-2", "ACT-2", None):
        assert (await stage.app.patch(expense, {"msdyn_activitynumber": wanted})).status == 204
        task_of_it = (await stage.api.get(expense)).json()["_msdyn_task_value"]
        assert task_of_it == (stage[wanted] if wanted else None)
    assert words(await stage.app.patch(expense, {"msdyn_activitynumber": "ACT-9"})) == (400, "0x80040265", TASK_GUARD)


async def test_the_expense_category_of_one_company_is_not_for_the_project_of_another(stage: ProjectStage) -> None:
    for company in ("USPM", "GBPM"):
        await stage.enter(
            "msdyn_expensecategories",
            f"hotels of {company}",
            msdyn_name="Hotels",
            msdyn_ExpenseCategoryUid__msdyn_transactioncategories="hotel",
            msdyn_OwningCompany__cdm_companies=company,
        )
    theirs = hotel(stage, msdyn_ExpenseCategory__msdyn_expensecategories="hotels of GBPM")
    assert words(await stage.api.post("msdyn_expenses", theirs)) == (400, "0x80040265", CATEGORY_GUARD)
    ours = hotel(stage, msdyn_ExpenseCategory__msdyn_expensecategories="hotels of USPM")
    assert (await stage.api.post("msdyn_expenses", ours)).status == 204


async def test_all_that_becomes_of_an_expense_says_which_one_it_is_of(stage: ProjectStage) -> None:
    await category_price(stage, msdyn_pricingmethod=AT_COST)
    lent = {"msdyn_OwningCompany__cdm_companies": "GBPM", "msdyn_externalreferenceid": "E-1"}
    expense = await stage.app.create("msdyn_expenses", hotel(stage, **lent))
    await jobs_run(stage)
    assert (await stage.api.act("msdyn_CancelApproval", "msdyn_expense", expense)).status == 204
    assert [told(row, "externalreferenceid") for row in await stage.actuals()] == [("E-1",)] * 8


async def test_an_expense_on_a_project_that_is_sold_later_still_says_which_one_it_is_of(stage: ProjectStage) -> None:
    await stage.project("PRJ-2")
    own = {"msdyn_Project__msdyn_projects": "PRJ-2", "msdyn_externalreferenceid": "E-1"}
    await stage.app.create("msdyn_expenses", hotel(stage, **own))
    await jobs_run(stage)
    await stage.line("later", msdyn_Project__msdyn_projects="PRJ-2")
    columns = ("transactiontypecode", "quantity", "externalreferenceid")
    assert [told(row, *columns) for row in await stage.actuals()] == [
        (COST, 1, "E-1"),
        (COST, -1, "E-1"),
        (COST, 1, "E-1"),
        (UNBILLED, 1, "E-1"),
    ]


async def product(stage: ProjectStage) -> None:
    await stage.enter("products", "crane", name="Crane", msdyn_productnumber="P-1", defaultuomid__uoms="hour")
    for price_list, amount in (("cost USPM", 200), ("sales ORD-1", 250)):
        await stage.enter(
            "productpricelevels",
            f"crane in {price_list}",
            amount=amount,
            pricelevelid__pricelevels=price_list,
            productid__products="crane",
            transactioncurrencyid__transactioncurrencies="USD",
        )


async def usage(stage: ProjectStage, name: str, **columns: Any) -> None:
    await stage.enter(
        "msdyn_materialusagelogs",
        name,
        msdyn_name=name,
        msdyn_quantity=5,
        msdyn_transactiondate="2026-08-27T00:00:00Z",
        msdyn_Project__msdyn_projects="PRJ-1",
        **columns,
    )


async def test_material_costs_and_sells_by_the_product_s_prices(stage: ProjectStage) -> None:
    await product(stage)
    await usage(stage, "lifting", msdyn_Product__products="crane")
    await stage.approved("lifting", "msdyn_materialusagelog")
    cost, sale = await stage.actuals()
    assert told(cost, "transactionclassification", "quantity", "amount") == (MATERIAL, 5, 1000)
    assert (sale["msdyn_amount"], sale["_msdyn_product_value"]) == (1250, stage["crane"])


async def test_a_write_in_product_costs_what_was_entered(stage: ProjectStage) -> None:
    usd = {"transactioncurrencyid__transactioncurrencies": "USD"}
    await usage(stage, "rope", msdyn_writeinproductdescription="Rope", msdyn_unitcost=3, **usd)
    await stage.approved("rope", "msdyn_materialusagelog")
    cost, sale = await stage.actuals()
    assert told(cost, "amount", "writeinproductdescription") == (15, "Rope")
    assert told(sale, "amount") == (0,)


def journal_line(kind: str, price: int, project: str = "PRJ-1") -> dict[str, Any]:
    """A line as Finance tells it."""
    return {
        "ActualType": kind,
        "TransType": "Cost",
        "ProjectId": project,
        "TransactionDate": "2026-08-27T00:00:00Z",
        "Description": "USPM-015270 crane hire",
        "Quantity": 2,
        "UnitPrice": price,
        "CurrencyCode": "USD",
    }


def journal(*lines: dict[str, Any]) -> dict[str, Any]:
    return {"company": "uspm", "journal": "USPM-015270", "description": "USPM-015270", "lines": lines}


async def test_a_general_journal_of_finance_becomes_a_confirmed_journal_with_cost_and_sale(stage: ProjectStage) -> None:
    posted = journal(journal_line("Cost", 40), journal_line("Sales", 0))
    answer = await stage.app.post("msdyn_PostGeneralJournal", posted)
    assert answer.status == 200
    row = (await stage.api.rows("msdyn_journals"))[0]
    assert told(row, "journalid", "description", "journalstatus") == (
        answer.json()["JournalId"], "USPM-015270", 192350001,
    )  # fmt: skip
    cost, sale = await stage.actuals()
    assert told(cost, "transactiontypecode", "amount", "skipsync") == (COST, 80, False)
    assert told(sale, "transactiontypecode", "amount") == (UNBILLED, 0)
    assert sale["_msdyn_salescontractlineid_value"] == stage["line"]
    assert told(cost, "description", "documentdate") == ("USPM-015270 crane hire", "2026-08-27")
    assert await stage.connected() == set()


async def test_a_batch_that_comes_again_changes_nothing(stage: ProjectStage) -> None:
    posted = journal(journal_line("Cost", 40))
    first, again = [await stage.app.post("msdyn_PostGeneralJournal", posted) for _ in range(2)]
    assert first.json() == again.json()
    assert len(await stage.actuals()) == 1


async def test_a_batch_for_a_project_nobody_knows_or_of_too_many_lines_is_refused_whole(stage: ProjectStage) -> None:
    line, stray = journal_line("Cost", 40), journal_line("Cost", 40, "PRJ-9")
    for lines, status in (([line, stray], 404), ([line] * 201, 400), ([], 400)):
        assert (await stage.app.post("msdyn_PostGeneralJournal", journal(*lines))).status == status
    assert await stage.api.rows("msdyn_journals") == []


async def test_a_sale_on_a_project_without_a_contract_is_refused(stage: ProjectStage) -> None:
    await stage.project("PRJ-2")
    sale = journal(journal_line("Cost", 40, "PRJ-2"), journal_line("Sales", 50, "PRJ-2"))
    assert (await stage.app.post("msdyn_PostGeneralJournal", sale)).status == 400
    assert (await stage.app.post("msdyn_PostGeneralJournal", journal(journal_line("Cost", 40, "PRJ-2")))).status == 200
    assert [row["msdyn_transactiontypecode"] for row in await stage.actuals()] == [COST]
