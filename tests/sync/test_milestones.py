"""Milestones: Finance numbers them, so each is found by its Dataverse id, and made once however often it is told of."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from shared.store.message import Hint
from shared.sync.lookups import by_id
from tests.sync.stage import Stage, id_of

MILESTONES = "milestones_to_finance"
FIXED_PRICE = 192350001


@pytest.fixture
async def stage() -> Stage:
    """A stage with a project that is billed at a fixed price."""
    stage = await Stage().begin()
    await stage.heard("customers_to_finance", await stage.customer())
    customer = {"customerid_account@odata.bind": f"/accounts({id_of('C-1')})"}
    await stage.heard("contracts_to_finance", await stage.contract(**customer))
    await stage.heard("projects_to_finance", await stage.project())
    project = {"msdyn_Project@odata.bind": f"/msdyn_projects({id_of('PRJ-1')})"}
    await stage.heard("contract_lines_to_finance", await stage.line(msdyn_billingmethod=FIXED_PRICE, **project))
    stage.forget()
    return stage


async def milestone(stage: Stage, name: str = "Hoist dismantled", /, **columns: Any) -> str:
    """Enter a milestone of the contract line, or change columns of the one with that name."""
    bound = {
        "msdyn_Contract@odata.bind": f"/salesorders({id_of('ORD-1')})",
        "msdyn_ContractLineId@odata.bind": f"/salesorderdetails({id_of('ORD-1/1')})",
        "msdyn_Project@odata.bind": f"/msdyn_projects({id_of('PRJ-1')})",
        "transactioncurrencyid@odata.bind": f"/transactioncurrencies({id_of('USD')})",
    }
    given = {"msdyn_name": name, "msdyn_amount": 5000, "msdyn_invoicedate": "2026-11-01T00:00:00Z"}
    return await stage.enter("msdyn_contractlinescheduleofvalues", name, **{**given, **bound, **columns})


def kept(stage: Stage) -> list[dict[str, Any]]:
    """All milestones of Finance."""
    return [dict(row.values) for row in stage.world.finance.database.tables["ProjectContractLineMilestones"]]


async def test_a_milestone_is_made_under_finances_number_and_found_by_its_guid(stage: Stage) -> None:
    row_id = await milestone(stage)
    await stage.heard(MILESTONES, row_id)
    (made,) = kept(stage)
    assert made["ContractLineMilestoneGuid"] == row_id
    assert (made["Description"], made["TransactionDate"]) == ("Hoist dismantled", "2026-11-01T12:00:00Z")
    await milestone(stage, msdyn_amount=5500)
    await stage.heard(MILESTONES, row_id)
    (changed,) = kept(stage)
    assert changed == {**made, "Amount": Decimal(5500)}


async def test_a_create_whose_answer_was_lost_makes_no_second_milestone(stage: Stage) -> None:
    row_id = await milestone(stage)
    stage.world.finance.faults.add(method="POST", path="ProjectContractLineMilestones", reset=True, after=True, times=1)
    await stage.heard(MILESTONES, row_id, seconds=60)
    assert [row["ContractLineMilestoneGuid"] for row in kept(stage)] == [row_id]
    assert await stage.errors() == []


async def test_a_milestone_that_is_told_of_again_is_not_written_again(stage: Stage) -> None:
    row_id = await milestone(stage)
    await stage.heard(MILESTONES, row_id)
    stage.forget()
    await stage.heard(MILESTONES, row_id)
    assert stage.to_finance.writes == []


async def test_a_milestone_waits_for_its_contract_line_although_no_column_names_it(stage: Stage) -> None:
    project = {"msdyn_Project@odata.bind": f"/msdyn_projects({id_of('PRJ-1')})"}
    line = await stage.line(2, msdyn_billingmethod=FIXED_PRICE, **project)
    late = {"msdyn_ContractLineId@odata.bind": f"/salesorderdetails({line})"}
    row_id = await milestone(stage, **late)
    await stage.heard(MILESTONES, row_id)
    (waiting,) = await stage.services.parked.waiting_for("contract_lines", by_id(line))
    assert (waiting.direction, waiting.key) == (MILESTONES, row_id)
    assert kept(stage) == []
    await stage.heard("contract_lines_to_finance", line)
    assert [row["ContractLineMilestoneGuid"] for row in kept(stage)] == [row_id]
    assert await stage.errors() == []


async def test_a_milestone_whose_line_finance_lost_waits_until_the_line_is_there_again(stage: Stage) -> None:
    await stage.remove_finance("ProjectContractLines", ProjectContractId="ORD-1", LineSequenceNumber=1)
    row_id = await milestone(stage)
    await stage.heard(MILESTONES, row_id)
    assert kept(stage) == []
    await stage.heard("contract_lines_to_finance", id_of("ORD-1/1"))
    assert [row["ContractLineMilestoneGuid"] for row in kept(stage)] == [row_id]


async def test_a_deleted_milestone_goes_with_its_on_account_transaction(stage: Stage) -> None:
    row_id = await milestone(stage)
    await stage.heard(MILESTONES, row_id)
    await stage.remove("msdyn_contractlinescheduleofvalues", "Hoist dismantled")
    await stage.heard(MILESTONES, row_id, Hint.DELETE)
    assert kept(stage) == []
    assert list(stage.world.finance.database.tables["ProjectOnAccountTransactions"]) == []
    assert await stage.errors() == []
