"""A wait that a person should know of: of a row that the sweep has woken and that waits on."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest

from shared.errors import Owner
from shared.store.error_records import ErrorRecord, ErrorStatus
from shared.sync.sweep import sweep
from tests.sync.stage import Stage

PROJECTS, CONTRACTS = "projects_to_finance", "contracts_to_finance"
TO_DATAVERSE, CATEGORIES = "customers_to_dataverse", "expense_categories_to_dataverse"


async def swept(stage: Stage, *, seconds: float = 0.0) -> None:
    await sweep(stage.services)
    await stage.world.run(seconds=seconds)


async def sweeps(stage: Stage, times: int = 1) -> None:
    for _ in range(times):
        stage.world.clock.advance(901)
        await swept(stage)


async def a_project_without_its_contract(stage: Stage) -> tuple[str, str]:
    contract = await stage.contract()
    project = await stage.project(**{"msdyn_SalesOrderId@odata.bind": f"/salesorders({contract})"})
    await stage.heard(PROJECTS, project)
    return contract, project


async def told(stage: Stage, project: str) -> ErrorRecord | None:
    return await stage.services.errors.get(PROJECTS, project)


async def test_a_row_that_waits_on_after_the_sweep_is_a_record_that_names_what_is_missing(stage: Stage) -> None:
    contract, project = await a_project_without_its_contract(stage)
    assert await told(stage, project) is None
    await sweeps(stage)
    record = await stage.error(PROJECTS, project)
    assert (record.error_class, record.status, record.owner) == ("Parked", ErrorStatus.PARKED, Owner.CONSULTANT)
    assert (record.due, record.column) == (None, "msdyn_salesorderid")
    assert record.message == (
        "projects_to_finance: msdyn_salesorderid points at contracts usmf|ord-1, which Finance does not hold yet."
    )
    assert record.cause == "A row that must come first has not come."
    assert record.remedy == (
        "See that usmf|ord-1 is in Dataverse and that the map Project contract headers (contracts) runs. Then run that "
        "map with initial sync, or let its next catch-up bring it: this row goes over by itself."
    )
    await stage.heard(CONTRACTS, contract)
    assert stage.values("ProjectsV2", "PRJ-1")["ProjectContractId"] == "ORD-1"
    assert (await stage.error(PROJECTS, project)).status is ErrorStatus.RESOLVED


async def test_a_row_of_a_table_that_no_map_brings_is_to_be_made_by_hand(stage: Stage) -> None:
    await stage.heard(TO_DATAVERSE, await stage.finance_customer(PaymentMethod="SEPA"))
    await sweeps(stage)
    record = await stage.error(TO_DATAVERSE, "usmf|F-1")
    assert record.remedy.startswith("No map brings rows of msdyn_customerpaymentmethod to Dataverse: create ")


async def test_a_map_that_goes_the_other_way_brings_nothing_either(stage: Stage) -> None:
    named = {"CostType": "TCN-7-4", "TransactionCategoryId": "TCN-7", "ExpType": "Hotel"}
    key = stage.posted("ProjExpenseCategoriesExport", dataAreaId="usmf", **named)
    await stage.heard(CATEGORIES, key)
    await sweeps(stage)
    record = await stage.error(CATEGORIES, key)
    assert record.remedy == (
        "No map brings rows of transaction_categories to Dataverse: create tcn-7 there by hand, and this row goes over "
        "by itself."
    )


async def test_an_edit_before_the_sweep_neither_shortens_the_wait_nor_lengthens_it(stage: Stage) -> None:
    _, project = await a_project_without_its_contract(stage)
    stage.world.clock.advance(600)
    await stage.heard(PROJECTS, project)
    assert await told(stage, project) is None
    stage.world.clock.advance(600)
    await stage.heard(PROJECTS, project)
    assert (await stage.error(PROJECTS, project)).status is ErrorStatus.PARKED


async def test_the_record_follows_what_is_missing_now(stage: Stage) -> None:
    account = await stage.customer()
    contract = await stage.contract()
    bound = {
        "msdyn_SalesOrderId@odata.bind": f"/salesorders({contract})",
        "msdyn_Customer@odata.bind": f"/accounts({account})",
    }
    project = await stage.project(**bound)
    await stage.heard(PROJECTS, project)
    await sweeps(stage)
    assert "contracts usmf|ord-1" in (await stage.error(PROJECTS, project)).message
    stage.world.clock.advance(60)
    await stage.heard(CONTRACTS, contract)
    record = await stage.error(PROJECTS, project)
    assert "customers usmf|c-1" in record.message
    assert "Customers V3 (customers)" in record.remedy
    assert record.last_seen - record.first_seen == timedelta(seconds=60)


async def test_a_wait_that_a_person_dismissed_stays_dismissed_until_another_row_is_missing(stage: Stage) -> None:
    _, project = await a_project_without_its_contract(stage)
    await sweeps(stage)
    await stage.services.errors.dismiss(PROJECTS, project, stage.world.clock.now())
    await sweeps(stage, 3)
    assert (await stage.error(PROJECTS, project)).status is ErrorStatus.DISMISSED
    other = await stage.contract("ORD-2")
    await stage.project(**{"msdyn_SalesOrderId@odata.bind": f"/salesorders({other})"})
    await stage.heard(PROJECTS, project)
    assert (await stage.error(PROJECTS, project)).status is ErrorStatus.PARKED


async def test_an_ordinary_wait_does_nothing_to_the_error_records(stage: Stage) -> None:
    names: list[str] = []

    async def note(name: str) -> None:
        names.append(name)

    contract = await stage.contract()
    project = await stage.project(**{"msdyn_SalesOrderId@odata.bind": f"/salesorders({contract})"})
    stage.world.storage.before_each_operation = note
    await stage.heard(PROJECTS, project)
    assert [name for name in names if name.startswith("errors")] == []
    assert [name for name in names if name.startswith("parked")] == ["parked.get", "parked.put", "parked.insert"]


async def test_a_parent_that_comes_while_the_wait_is_being_recorded_leaves_no_record_behind(stage: Stage) -> None:
    contract, project = await a_project_without_its_contract(stage)
    arrived = False

    async def arrive(name: str) -> None:
        nonlocal arrived
        if name == "errors.insert" and not arrived:
            arrived = True
            await stage.heard(CONTRACTS, contract)

    stage.world.storage.before_each_operation = arrive
    await sweeps(stage)
    assert arrived
    assert stage.values("ProjectsV2", "PRJ-1")["ProjectContractId"] == "ORD-1"
    assert await stage.services.parked.find(PROJECTS, project) is None
    assert (await stage.error(PROJECTS, project)).status is ErrorStatus.RESOLVED


@pytest.mark.parametrize("operation", ["parked.put", "parked.insert", "errors.get", "errors.insert", ".send"])
async def test_a_crash_while_the_wait_is_recorded_is_made_up_for_by_the_message(stage: Stage, operation: str) -> None:
    contract, project = await a_project_without_its_contract(stage)
    stage.world.clock.advance(901)
    crashed = False

    async def crash(name: str) -> None:
        nonlocal crashed
        if name.endswith(operation) and not crashed:
            crashed = True
            raise RuntimeError("ended")

    stage.world.storage.before_each_operation = crash
    with pytest.raises(RuntimeError):
        await swept(stage)
    assert crashed
    # What was taken from the queue shows again after ten minutes.
    await swept(stage, seconds=700)
    assert (await stage.error(PROJECTS, project)).status is ErrorStatus.PARKED
    await stage.heard(CONTRACTS, contract)
    assert (await stage.error(PROJECTS, project)).status is ErrorStatus.RESOLVED
    assert await stage.services.parked.find(PROJECTS, project) is None


async def test_a_wait_is_logged_in_our_own_words(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    _, project = await a_project_without_its_contract(stage)
    with caplog.at_level(logging.ERROR):
        await sweeps(stage)
    (logged,) = [entry.message for entry in caplog.records if project not in entry.message]
    assert logged.endswith("points at contracts usmf|ord-1, which Finance does not hold yet.")


async def test_the_time_of_waiting_outlives_the_wake_up(stage: Stage) -> None:
    _, project = await a_project_without_its_contract(stage)
    began = stage.world.clock.now()
    await sweeps(stage, 2)
    row = await stage.services.parked.find(PROJECTS, project)
    assert row is not None
    assert row.since == began
    assert row.due == stage.world.clock.now() + timedelta(seconds=900)
