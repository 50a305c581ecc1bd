"""What goes wrong with expenses, E5 and E6: an activity that is no single task, and expenses that get lost on the way."""

from __future__ import annotations

import pytest

from shared.errors import Owner
from shared.store.error_records import ErrorStatus
from tests.scenarios.accounting import balances, imported, posted, staged
from tests.scenarios.consulting import Consulting
from tests.scenarios.enterprise import Enterprise
from tests.scenarios.travelling import (
    hotel,
    jobs_ended,
    planned,
    reconciled,
    report_posted,
    spent,
    supplies,
    travelling,
    usable_in_expense,
    view,
)
from tests.twin.dataverse.rules.entries import TASK_GUARD

EXPENSES = "expenses_to_dataverse"


@pytest.fixture
async def firm(office: Enterprise) -> Consulting:
    return await travelling(office)


# -- E5 ----------------------------------------------------------------------------------------------------------------


async def test_e5_an_expense_on_a_parent_task_is_refused_and_nothing_is_half_written(firm: Consulting) -> None:
    office = firm.office
    numbers = await planned(firm)
    await spent(office, hotel(ActivityNumber=numbers["Refit"]), supplies())
    (record,) = await office.errors()
    assert (record.direction, record.key, record.error_class) == (EXPENSES, "E-1|uspm", "Rejected")
    assert (
        record.reason
        == TASK_GUARD
        == (
            "Could not resolve project task for export expense. The specified task activity number doesn't uniquely "
            "identify the task of the project in the system."
        )
    )
    assert "0x80040265" in record.message
    assert record.owner is Owner.ACCOUNTANT
    assert "recall the expense report from its workflow, choose the activity of a single task" in record.remedy
    assert (await office.held("msdyn_expenses"), await office.held("asyncoperations")) == ([], [])
    assert await jobs_ended(office) == {"succeeded": 0, "failed": 0}
    assert (await office.held("msdyn_actuals"), await staged(office)) == ([], [])
    assert await view(office, "Missing actuals") == [("E-1", "Missing actuals")]
    assert (await balances(office))["EXP-INTEG"] == 300


async def test_e5_a_report_that_is_recalled_and_names_the_right_activity_arrives_once(firm: Consulting) -> None:
    office = firm.office
    numbers = await planned(firm)
    await spent(office, hotel(ActivityNumber=numbers["Refit"]), supplies())
    await office.run("recall-expense-report", company="uspm", report="ER-9")
    await office.travel(seconds=60)
    assert await balances(office) == {}
    line = {"dataAreaId": "uspm", "ExpTransNumber": "E-1"}
    await office.change("ExpenseReportLines", line, ActivityNumber=numbers["Paint"])
    await report_posted(office)
    await office.travel()
    (expense,) = await office.held("msdyn_expenses")
    assert (expense["_msdyn_task_value"], expense["msdyn_activitynumber"]) == (firm["Paint"], numbers["Paint"])
    assert await office.errors() == []
    await jobs_ended(office)
    assert {row["_msdyn_task_value"] for row in await office.held("msdyn_actuals")} == {firm["Paint"]}
    await posted(office)
    assert await balances(office) == {
        "COST": 300,
        "OFFICE": 40,
        "AP": -340,
        "WIP-SALES": 330,
        "ACCRUED-REV": -330,
    }
    words = await office.finance_forms.ask("POST", "run/recall-expense-report", {"company": "uspm", "report": "ER-9"})
    assert "Expense E-1 is in Dataverse already." in words.text
    assert await office.is_at_rest()


# -- E6 ----------------------------------------------------------------------------------------------------------------


async def arrived_once(office: Enterprise) -> None:
    """Check that the hotel is in both systems once, and in the books."""
    assert len(await office.held("msdyn_expenses")) == 1
    assert await jobs_ended(office) == {"succeeded": 1, "failed": 0}
    await posted(office)
    assert await view(office) == [("E-1", "Reconciled")]
    assert await balances(office) == {"COST": 300, "AP": -300, "WIP-SALES": 330, "ACCRUED-REV": -330}
    assert await reconciled(office) == []
    assert len(await office.held("msdyn_actuals")) == 2
    assert await office.is_at_rest()


async def test_e6_an_expense_that_nobody_heard_of_arrives_once_with_the_reconciliation_batch(firm: Consulting) -> None:
    office = firm.office
    await office.finance_forms.does("POST", "webhooks", {"drop": 1})
    await spent(office, hotel())
    await office.travel(seconds=60)
    await office.finance_forms.does("POST", "webhooks", {})
    assert await office.held("msdyn_expenses") == []
    assert (await balances(office))["EXP-INTEG"] == 300
    assert await view(office) == [("E-1", "Missing actuals")]
    assert await reconciled(office) == ["E-1"]
    assert await reconciled(office) == ["E-1"], "until its actual has come back, Finance does not know that it arrived"
    await arrived_once(office)


async def test_e6_an_expense_that_dataverse_refused_arrives_once_when_that_is_repaired(firm: Consulting) -> None:
    office = firm.office
    fault = {"method": "PATCH", "path": "msdyn_expenses", "times": 2, "status": 400}
    await office.dataverse_forms.does("POST", "faults", fault)
    await spent(office, hotel())
    (record,) = await office.errors()
    assert (record.direction, record.error_class) == (EXPENSES, "Rejected")
    assert await reconciled(office) == ["E-1"]
    assert await office.held("msdyn_expenses") == []
    assert len(await office.errors()) == 1
    assert await reconciled(office) == ["E-1"]
    await arrived_once(office)


async def test_e6_an_expense_whose_category_is_missing_in_dataverse_waits_and_arrives_once(firm: Consulting) -> None:
    office = firm.office
    await office.book("ProjectTransactionCategories", CategoryId="TCN-9", Name="Ferries")
    await office.book("ProjectCategories", dataAreaId="uspm", CategoryId="TCN-9-4")
    await usable_in_expense(office, "TCN-9-4")
    await office.book("ExpenseCategories", dataAreaId="uspm", CategoryId="TCN-9-4")
    await spent(office, hotel(CategoryId="TCN-9-4"))
    assert await office.held("msdyn_expenses") == []
    assert not await office.is_at_rest()
    assert await reconciled(office) == ["E-1"]
    assert (await office.held("msdyn_expenses"), await view(office)) == ([], [("E-1", "Missing actuals")])
    await office.travel(seconds=1_000)
    (record,) = [each for each in await office.errors() if each.direction == EXPENSES]
    assert (record.status, record.owner) == (ErrorStatus.PARKED, Owner.CONSULTANT)
    assert "create tcn-9 there by hand" in record.remedy
    names = {"msdyn_name": "Ferries", "msdyn_transactioncategorynumber": "TCN-9"}
    await firm.enter("msdyn_transactioncategories", "TCN-9", **names)
    await office.travel(seconds=60)
    (expense,) = await office.held("msdyn_expenses")
    assert expense["_msdyn_transactioncategory_value"] == firm["TCN-9"]
    assert len(await office.held("msdyn_expensecategories", "msdyn_name eq 'Ferries'")) == 1
    assert await jobs_ended(office) == {"succeeded": 1, "failed": 0}
    assert len(await office.held("msdyn_actuals")) == 2
    assert await office.is_at_rest()


async def test_e6_an_expense_that_is_not_journalled_yet_is_told_from_one_that_is_lost(firm: Consulting) -> None:
    office = firm.office
    await spent(office, hotel())
    await jobs_ended(office)
    assert await view(office) == [("E-1", "Missing journal lines")]
    assert await reconciled(office) == []
    await imported(office)
    assert await view(office, "Missing journal lines") == [("E-1", "Missing journal lines")]
    for journal in await office.kept("ProjAdvancedJournals"):
        await office.run("post-journal", company="uspm", journal=journal["ProjAdvancedJournalId"])
    await office.travel()
    assert await view(office, "Reconciled") == [("E-1", "Reconciled")]
    assert await office.is_at_rest()
