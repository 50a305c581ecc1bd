"""Parking: rows that come before the rows they point at."""

from __future__ import annotations

import pytest

from shared.errors import Missing
from shared.store.error_records import ErrorStatus
from shared.store.message import Hint
from shared.sync.sweep import sweep
from tests.sync.stage import Stage, id_of

PROJECTS, CONTRACTS, TASKS = "projects_to_finance", "contracts_to_finance", "tasks_to_finance"
TO_FINANCE, TO_DATAVERSE = "customers_to_finance", "customers_to_dataverse"


async def missing(stage: Stage, direction: str, key: str) -> Missing | None:
    row = await stage.services.parked.find(direction, key)
    return None if row is None else Missing(row.missing_map, row.missing_key)


async def test_a_project_waits_for_its_contract_and_goes_over_when_it_comes(stage: Stage) -> None:
    contract = await stage.contract()
    project = await stage.project(**{"msdyn_SalesOrderId@odata.bind": f"/salesorders({contract})"})
    await stage.heard(PROJECTS, project)
    assert await missing(stage, PROJECTS, project) == Missing("contracts", "usmf|ord-1")
    assert stage.waiting(PROJECTS) == []
    await stage.heard(CONTRACTS, contract)
    assert stage.values("ProjectsV2", "PRJ-1")["ProjectContractId"] == "ORD-1"
    assert await missing(stage, PROJECTS, project) is None
    assert await stage.services.errors.list() == []


async def test_all_who_wait_for_a_row_are_woken_by_it(stage: Stage) -> None:
    project = await stage.project()
    tasks = [await stage.task(name) for name in ("Dig", "Pave", "Paint")]
    for task in tasks:
        await stage.heard(TASKS, task)
    await stage.heard(PROJECTS, project)
    names = sorted(row.values["TaskName"] for row in stage.world.finance.database.tables["ProjectTasks"])
    assert names == ["Dig", "Paint", "Pave"]


async def test_a_chain_of_waiting_rows_comes_loose_from_its_first(stage: Stage) -> None:
    account = await stage.customer()
    contract = await stage.contract(**{"customerid_account@odata.bind": f"/accounts({account})"})
    project = await stage.project(**{"msdyn_SalesOrderId@odata.bind": f"/salesorders({contract})"})
    task = await stage.task()
    for direction, key in ((TASKS, task), (PROJECTS, project), (CONTRACTS, contract)):
        await stage.heard(direction, key)
    assert await missing(stage, CONTRACTS, contract) == Missing("customers", "usmf|c-1")
    await stage.heard(TO_FINANCE, account)
    assert stage.values("ProjectContractHeaders", "ORD-1")["CustomerAccountNumber"] == "C-1"
    assert [row.values["ProjectId"] for row in stage.world.finance.database.tables["ProjectTasks"]] == ["PRJ-1"]


async def test_a_row_that_waits_for_two_waits_for_one_after_the_other(stage: Stage) -> None:
    account = await stage.customer()
    contract = await stage.contract()
    bound = {
        "msdyn_SalesOrderId@odata.bind": f"/salesorders({contract})",
        "msdyn_Customer@odata.bind": f"/accounts({account})",
    }
    project = await stage.project(**bound)
    await stage.heard(PROJECTS, project)
    first = await missing(stage, PROJECTS, project)
    await stage.heard(CONTRACTS, contract)
    second = await missing(stage, PROJECTS, project)
    assert (first, second) == (Missing("contracts", "usmf|ord-1"), Missing("customers", "usmf|c-1"))
    await stage.heard(TO_FINANCE, account)
    assert stage.values("ProjectsV2", "PRJ-1")["CustomerAccountNumber"] == "C-1"


async def test_a_customer_of_finance_waits_for_its_currency_in_dataverse(stage: Stage) -> None:
    await stage.heard(TO_DATAVERSE, await stage.finance_customer(SalesCurrencyCode="GBP"))
    assert await missing(stage, TO_DATAVERSE, "usmf|F-1") == Missing("currencies", "gbp")
    await stage.heard("currencies_to_dataverse", "GBP")
    (account,) = stage.world.dataverse.rows("account")
    assert account["accountnumber"] == "F-1"
    assert await missing(stage, TO_DATAVERSE, "usmf|F-1") is None


async def test_a_row_that_no_map_brings_is_waited_for_by_its_table(stage: Stage) -> None:
    await stage.heard(TO_DATAVERSE, await stage.finance_customer(PaymentMethod="SEPA"))
    waited = await missing(stage, TO_DATAVERSE, "usmf|F-1")
    assert waited is not None
    assert waited.map == "msdyn_customerpaymentmethod"
    await stage.enter(
        "msdyn_customerpaymentmethods",
        "SEPA",
        msdyn_name="SEPA",
        **{"msdyn_Company@odata.bind": f"/cdm_companies({id_of('company')})"},
    )
    stage.world.clock.advance(901)
    assert (await sweep(stage.services)).woken == 1
    await stage.world.run()
    assert [row["accountnumber"] for row in stage.world.dataverse.rows("account")] == ["F-1"]


async def test_the_sweep_wakes_what_no_arrival_woke(stage: Stage) -> None:
    contract = await stage.contract()
    project = await stage.project(**{"msdyn_SalesOrderId@odata.bind": f"/salesorders({contract})"})
    await stage.heard(PROJECTS, project)
    await stage.world.in_finance.does(
        "POST", "ProjectContractHeaders", {"dataAreaId": "usmf", "ProjectContractId": "ORD-1", "Name": "By hand"}
    )
    stage.world.clock.advance(899)
    assert (await sweep(stage.services)).woken == 0
    stage.world.clock.advance(2)
    assert (await sweep(stage.services)).woken == 1
    await stage.world.run()
    assert stage.values("ProjectsV2", "PRJ-1")["ProjectContractId"] == "ORD-1"


async def test_waiting_spends_no_try_however_long_it_lasts(stage: Stage) -> None:
    contract = await stage.contract()
    project = await stage.project(**{"msdyn_SalesOrderId@odata.bind": f"/salesorders({contract})"})
    await stage.heard(PROJECTS, project)
    for _ in range(8):
        stage.world.clock.advance(901)
        await sweep(stage.services)
        await stage.world.run()
    (record,) = await stage.services.errors.list()
    assert (record.status, record.attempts) == (ErrorStatus.PARKED, 1)
    row = await stage.services.parked.find(PROJECTS, project)
    assert row is not None
    assert row.attempts == 0


async def test_a_row_that_stops_pointing_there_waits_no_longer(stage: Stage) -> None:
    contract = await stage.contract()
    project = await stage.project(**{"msdyn_SalesOrderId@odata.bind": f"/salesorders({contract})"})
    await stage.heard(PROJECTS, project)
    await stage.project(**{"msdyn_SalesOrderId@odata.bind": None})
    await stage.heard(PROJECTS, project)
    assert stage.kept("ProjectsV2", "PRJ-1") is not None
    stage.world.clock.advance(901)
    await sweep(stage.services)
    await stage.world.run()
    assert await missing(stage, PROJECTS, project) is None


async def test_a_waiting_row_that_is_deleted_goes_quietly(stage: Stage) -> None:
    contract = await stage.contract()
    project = await stage.project(**{"msdyn_SalesOrderId@odata.bind": f"/salesorders({contract})"})
    await stage.heard(PROJECTS, project)
    await stage.remove("msdyn_projects", "PRJ-1")
    await stage.heard(PROJECTS, project, Hint.DELETE)
    await stage.heard(CONTRACTS, contract)
    assert stage.kept("ProjectsV2", "PRJ-1") is None
    assert await stage.errors() == []


@pytest.mark.parametrize("operation", ["parked.put", "parked.insert"])
async def test_a_row_whose_parent_arrives_while_it_is_being_parked_is_not_left_behind(
    stage: Stage, operation: str
) -> None:
    """The wake-up passes before the record is there; the second look finds the parent."""
    contract = await stage.contract()
    project = await stage.project(**{"msdyn_SalesOrderId@odata.bind": f"/salesorders({contract})"})
    arrived = False

    async def arrive(name: str) -> None:
        nonlocal arrived
        if name == operation and not arrived:
            arrived = True
            await stage.heard(CONTRACTS, contract)

    stage.world.storage.before_each_operation = arrive
    await stage.heard(PROJECTS, project)
    assert arrived
    assert stage.values("ProjectsV2", "PRJ-1")["ProjectContractId"] == "ORD-1"
    assert await missing(stage, PROJECTS, project) is None


async def test_a_value_that_finance_misses_and_no_map_brings_is_an_error_and_no_wait(stage: Stage) -> None:
    await stage.heard(CONTRACTS, await stage.contract())
    row_id = await stage.contract("ORD-2", paymenttermscode=2)
    await stage.heard(CONTRACTS, row_id)
    record = await stage.error(CONTRACTS, row_id)
    assert record.error_class == "Rejected"
    assert "2% 10, Net 30" in record.reason
    assert "is not found in the related table" in record.reason
