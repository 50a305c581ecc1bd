"""Expense categories and expenses: what their maps carry, and what they leave alone."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from shared.errors import Missing
from shared.store.message import Hint
from shared.sync.catch_up import catch_up
from tests.sync.stage import Stage, id_of
from tests.sync.two_companies import in_company, missing, only, two_companies
from tests.twin.dataverse.rules.entries import TASK_GUARD

CATEGORIES, EXPENSES = "expense_categories_to_dataverse", "expenses_to_dataverse"


@pytest.fixture
async def stage() -> Stage:
    return await two_companies()


def category(stage: Stage, company: str, **columns: Any) -> str:
    """Let Finance have an expense category."""
    return stage.posted(
        "ProjExpenseCategoriesExport",
        **{
            "dataAreaId": company,
            "CostType": "TCN-7-4",
            "CostTxt": "Hotels",
            "TransactionCategoryId": "TCN-7",
            "ExpType": "Hotel",
            **columns,
        },
    )


def expense(stage: Stage, number: str = "E-1", **columns: Any) -> str:
    """Let Finance post the project line of an expense report of GBPM."""
    return stage.posted(
        "ProjExpensesExport",
        **{
            "ExpTransNumber": number,
            "ReferenceDataAreaId": "gbpm",
            "ProjId": "PRJ-1",
            "Amount": Decimal(120),
            "Quantity": Decimal(2),
            "ExchangeCode": "GBP",
            "TransactionCategoryId": "TCN-7",
            "BillingType": "Chargeable",
            "TransDate": "2026-10-07T12:00:00Z",
            **columns,
        },
    )


async def test_an_expense_category_becomes_a_record_of_each_company_that_has_it(stage: Stage) -> None:
    for company in ("usmf", "gbpm"):
        await stage.heard(CATEGORIES, category(stage, company))
    rows = stage.world.dataverse.rows("msdyn_expensecategory")
    assert {row["_msdyn_owningcompany_value"] for row in rows} == {id_of("company"), id_of("GBPM")}
    assert {row["_msdyn_expensecategoryuid_value"] for row in rows} == {id_of("TCN-7")}
    assert {row["msdyn_expensetype"] for row in rows} == {192350000}


async def test_an_expense_category_made_in_dataverse_before_is_found_by_its_transaction_category(stage: Stage) -> None:
    bound = {"msdyn_ExpenseCategoryUid@odata.bind": f"/msdyn_transactioncategories({id_of('TCN-7')})"}
    await stage.enter("msdyn_expensecategories", "by hand", **bound, **in_company("GBPM"))
    await stage.heard(CATEGORIES, category(stage, "gbpm", IsInactive="Yes"))
    row = only(stage, "msdyn_expensecategory")
    assert (row["msdyn_expensecategoryid"], row["msdyn_name"], row["statecode"]) == (id_of("by hand"), "Hotels", 1)


async def test_an_expense_type_without_a_counterpart_is_an_error_that_names_it(stage: Stage) -> None:
    key = category(stage, "gbpm", ExpType="Personal")
    await stage.heard(CATEGORIES, key)
    assert "ExpType holds 'Personal'" in (await stage.error(CATEGORIES, key)).message
    assert stage.world.dataverse.rows("msdyn_expensecategory") == []


@pytest.mark.parametrize("intercompany", ["", "gbpm"])
async def test_an_expense_arrives_with_the_project_of_its_own_company_whether_finance_names_that_or_not(
    stage: Stage, intercompany: str
) -> None:
    await stage.project("PRJ-1")
    ours = await stage.project("PRJ-1 of GBPM", msdyn_projectnumber="PRJ-1", **in_company("GBPM"))
    await stage.heard(EXPENSES, expense(stage, InterCompanyLE=intercompany))
    row = only(stage, "msdyn_expense")
    assert (row["_msdyn_project_value"], row["_msdyn_owningcompany_value"]) == (ours, id_of("GBPM"))
    assert (row["msdyn_amount"], row["msdyn_quantity"], row["msdyn_billingtype"]) == (120, 2, 192350001)


async def test_an_expense_says_its_number_and_lands_on_the_task_of_its_activity(stage: Stage) -> None:
    project = await stage.project("PRJ-1", **in_company("GBPM"))
    await stage.heard("projects_to_finance", project)
    task = await stage.task("Dig")
    await stage.heard("tasks_to_finance", task)
    await stage.heard("tasks_to_dataverse", f"gbpm|PRJ-1|{task}")
    await stage.heard(EXPENSES, expense(stage, ProjActivityNumber="ACT-0000001"))
    row = only(stage, "msdyn_expense")
    assert (row["msdyn_externalreferenceid"], row["msdyn_activitynumber"]) == ("E-1", "ACT-0000001")
    assert row["_msdyn_task_value"] == task


async def test_an_activity_that_is_no_one_task_is_an_error_in_dataverses_words_until_it_is_another(
    stage: Stage,
) -> None:
    await stage.project("PRJ-1", **in_company("GBPM"))
    key = expense(stage, ProjActivityNumber="ACT-0000009")
    await stage.heard(EXPENSES, key)
    record = await stage.error(EXPENSES, key)
    assert (record.error_class, record.status) == ("Rejected", "open")
    assert TASK_GUARD in record.reason
    assert "0x80040265" in record.message
    assert stage.world.dataverse.rows("msdyn_expense") == []
    expense(stage, ProjActivityNumber="")
    await stage.heard(EXPENSES, key)
    assert only(stage, "msdyn_expense")["_msdyn_task_value"] is None
    assert await stage.errors() == []


async def test_an_expense_of_one_company_waits_for_the_project_of_another(stage: Stage) -> None:
    await stage.project("PRJ-1 of GBPM", msdyn_projectnumber="PRJ-1", **in_company("GBPM"))
    key = expense(stage, InterCompanyLE="usmf")
    await stage.heard(EXPENSES, key)
    assert await missing(stage, EXPENSES, key) == Missing("projects", "usmf|prj-1")
    await stage.heard("projects_to_finance", await stage.project("PRJ-1"))
    assert only(stage, "msdyn_expense")["_msdyn_project_value"] == id_of("PRJ-1")


async def test_an_expense_that_is_told_again_and_again_is_one_expense(stage: Stage) -> None:
    await stage.project("PRJ-1", **in_company("GBPM"))
    key = expense(stage)
    await stage.heard(EXPENSES, key)
    (link,) = [link async for link in stage.services.links.of_map("expenses")]
    await stage.services.links.forget(link)
    await stage.heard(EXPENSES, key)
    expense(stage, Amount=Decimal(130))
    await stage.heard(EXPENSES, key)
    assert only(stage, "msdyn_expense")["msdyn_amount"] == 130


async def test_expenses_are_caught_up_although_dataverse_keeps_no_key_of_theirs(stage: Stage) -> None:
    await stage.project("PRJ-1", **in_company("GBPM"))
    await stage.heard(EXPENSES, expense(stage, "E-1"))
    await stage.heard(EXPENSES, expense(stage, "E-2"))
    expense(stage, "E-2", Quantity=Decimal(3))
    expense(stage, "E-3")
    done = await catch_up(stage.services, stage.services.catalogue.direction(EXPENSES))
    assert done is not None
    assert (done.enqueued, done.agreed) == (2, 1)
    assert {message.key for message, _ in stage.waiting(EXPENSES)} == {"E-2|gbpm", "E-3|gbpm"}
    await stage.world.run()
    again = await catch_up(stage.services, stage.services.catalogue.direction(EXPENSES))
    assert again is not None
    assert (again.enqueued, again.agreed) == (0, 3)


async def test_an_expense_that_is_gone_from_finance_is_an_error_and_stays(stage: Stage) -> None:
    await stage.project("PRJ-1", **in_company("GBPM"))
    key = expense(stage)
    await stage.heard(EXPENSES, key)
    (row,) = stage.world.finance.database.tables["ProjExpensesExport"]
    stage.world.finance.database.delete("ProjExpensesExport", row)
    stage.world.finance.database.commit()
    await stage.heard(EXPENSES, key, Hint.DELETE)
    assert "msdyn_expense are not deleted in Dataverse" in (await stage.error(EXPENSES, key)).message
    assert len(stage.world.dataverse.rows("msdyn_expense")) == 1
