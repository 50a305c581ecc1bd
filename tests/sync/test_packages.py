"""Packages: gathered for a minute, imported one at a time, accounted for row by row."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from typing import Any

import pytest

from shared.errors import Misconfigured, Missing
from shared.store.error_records import ErrorStatus
from shared.store.links import Link
from shared.store.map_states import State
from shared.store.message import Hint
from shared.sync.blocking import apply_blocking
from shared.sync.dataverse_events import ExecutionContext
from shared.sync.packages import send_packages
from tests.sync.packed import CONTRACTS, PROJECTS, pack, with_policy
from tests.sync.stage import Stage, id_of
from tests.twin.faults import Fault
from tests.twin.finance.packages.jobs import Job, Status

CONNECTIONS = "transaction_connections_to_finance"
ACTION = "Microsoft.Dynamics.DataEntities."


@pytest.fixture
def packed(stage: Stage) -> Stage:
    return pack(stage, "contracts", "projects")


async def second_company(stage: Stage) -> str:
    await stage.enter("cdm_companies", "uspm", cdm_companycode="USPM", cdm_name="Contoso Consulting")
    return f"/cdm_companies({id_of('uspm')})"


async def tick(stage: Stage, direction: str = CONTRACTS) -> None:
    """Let the timer of a direction fire once, whatever the time."""
    await send_packages(stage.services, stage.services.catalogue.direction(direction))


async def gathered(stage: Stage, direction: str, *keys: str, hint: Hint = Hint.UPSERT) -> None:
    """Let the app hear of changes, and only gather them."""
    for key in keys:
        await stage.world.tell(direction, key, hint)
    await stage.world.run()


async def waits(stage: Stage, direction: str = CONTRACTS) -> int:
    return await stage.services.gathered.count(direction)


async def link_of(stage: Stage, key: str, map_id: str = "contracts") -> Link:
    link = await stage.services.links.by_dataverse(map_id, key)
    assert link is not None
    return link


def jobs(stage: Stage) -> list[Job]:
    return [*stage.world.finance.jobs.by_id.values()]


def begun(stage: Stage) -> int:
    return len([asked for asked in stage.to_finance.requests if asked.path.endswith("ImportFromPackage")])


def name_of(stage: Stage, number: str = "ORD-1") -> str:
    return str(stage.values("ProjectContractHeaders", number)["Name"])


async def missing(stage: Stage, direction: str, key: str) -> Missing | None:
    row = await stage.services.parked.find(direction, key)
    return None if row is None else Missing(row.missing_map, row.missing_key)


# -- gathering ---------------------------------------------------------------------------------------------------------


async def test_a_message_of_a_package_direction_is_gathered_and_asks_neither_side(packed: Stage) -> None:
    row_id = await packed.contract()
    packed.forget()
    await gathered(packed, CONTRACTS, row_id, row_id)
    assert (packed.to_dataverse.requests, packed.to_finance.requests) == ([], [])
    assert await waits(packed) == 1


async def test_changes_are_gathered_for_a_minute_and_go_in_one_package_per_company(packed: Stage) -> None:
    other = await second_company(packed)
    rows = [await packed.contract(f"ORD-{number}") for number in range(3)]
    rows += [await packed.contract(f"UK-{number}", **{"msdyn_OwningCompany@odata.bind": other}) for number in range(2)]
    await gathered(packed, CONTRACTS, *rows)
    await packed.world.run(seconds=90)
    assert [(job.company, len(job.staged)) for job in jobs(packed)] == [("usmf", 3), ("uspm", 2)]
    assert [name_of(packed, f"ORD-{number}") for number in range(3)] == ["Harbour works"] * 3
    assert await waits(packed) == 0
    assert await packed.services.errors.list() == []


async def test_rows_without_a_company_go_to_the_first_one_that_finance_has_unless_a_setting_names_one(
    stage: Stage,
) -> None:
    row_id = await stage.enter("msdyn_transactionconnections", "T-1", msdyn_transaction1=id_of("actual"))
    await stage.heard(CONNECTIONS, row_id, seconds=90)
    (made,) = stage.world.finance.database.tables["ProjectTransactionRelationships"]
    assert (made.values["CONNECTIONID"], made.values["TRANSACTION1ID"]) == (row_id, id_of("actual"))
    assert [job.company for job in jobs(stage)] == ["gbpm"]


async def test_more_rows_than_a_package_holds_go_in_several(packed: Stage) -> None:
    with_policy(packed, package_rows=2)
    rows = [await packed.contract(f"ORD-{number}") for number in range(5)]
    await gathered(packed, CONTRACTS, *rows)
    await packed.world.run(seconds=300)
    assert [len(job.staged) for job in jobs(packed)] == [2, 2, 1]


async def test_an_echo_is_no_import(packed: Stage) -> None:
    row_id = await packed.contract()
    await packed.heard(CONTRACTS, row_id, seconds=90)
    await packed.heard(CONTRACTS, row_id, seconds=90)
    assert len(jobs(packed)) == 1
    assert await waits(packed) == 0


async def test_constants_go_with_a_new_row_only_so_that_what_people_set_afterwards_stays(packed: Stage) -> None:
    row_id = await packed.contract()
    await packed.heard(CONTRACTS, row_id, seconds=90)
    assert packed.values("ProjectContractHeaders", "ORD-1")["IntegrationSourceDataId"] == "Project Operations"
    await packed.edit_finance(
        "ProjectContractHeaders", {"ProjectContractId": "ORD-1"}, IntegrationSourceDataId="Somebody's"
    )
    await packed.contract(name="Other works")
    await packed.contract("ORD-2")
    await gathered(packed, CONTRACTS, row_id, id_of("ORD-2"))
    await packed.world.run(seconds=120)
    assert name_of(packed) == "Other works"
    assert packed.values("ProjectContractHeaders", "ORD-1")["IntegrationSourceDataId"] == "Somebody's"
    assert packed.values("ProjectContractHeaders", "ORD-2")["IntegrationSourceDataId"] == "Project Operations"


async def test_a_row_outside_the_filter_does_not_go_and_one_that_leaves_it_is_reported(packed: Stage) -> None:
    item_based = await packed.contract("ORD-2", msdyn_ordertype=192350000)
    row_id = await packed.contract()
    await gathered(packed, CONTRACTS, row_id, item_based)
    await packed.world.run(seconds=90)
    assert packed.kept("ProjectContractHeaders", "ORD-2") is None
    await packed.contract(msdyn_ordertype=192350000, name="Left")
    await packed.heard(CONTRACTS, row_id, seconds=90)
    (act,) = await packed.services.activity.list(packed.world.clock.now().date())
    assert "usmf|ORD-1 no longer matches" in act.detail
    assert (name_of(packed), await waits(packed)) == ("Harbour works", 0)


# -- the state of the map ----------------------------------------------------------------------------------------------


async def set_state(stage: Stage, state: State, map_id: str = "contracts") -> None:
    read = await stage.services.maps.get(map_id, fresh=True)
    await stage.services.maps.set(read, state=state)


async def test_a_paused_map_gathers_and_sends_when_it_runs_again(packed: Stage) -> None:
    await set_state(packed, State.PAUSED)
    await packed.heard(CONTRACTS, await packed.contract(), seconds=200)
    assert (await waits(packed), jobs(packed)) == (1, [])
    await set_state(packed, State.RUNNING)
    await packed.world.run(seconds=90)
    assert name_of(packed) == "Harbour works"


@pytest.mark.parametrize("state", [State.NOT_RUNNING, State.INITIALIZING, State.RESUMING, State.FROZEN])
async def test_a_map_that_is_not_running_drops_what_comes_and_what_was_gathered(packed: Stage, state: State) -> None:
    await gathered(packed, CONTRACTS, await packed.contract())
    await set_state(packed, state)
    packed.world.clock.advance(10)
    await gathered(packed, CONTRACTS, await packed.contract("ORD-2"))
    await packed.world.run(seconds=120)
    assert (await waits(packed), jobs(packed)) == (0, [])


async def test_an_import_under_way_is_seen_through_although_its_map_was_paused(packed: Stage) -> None:
    with_policy(packed, package_budget=1)
    await gathered(packed, CONTRACTS, await packed.contract())
    await tick(packed)
    assert (await packed.services.imports.current()).is_under_way
    await set_state(packed, State.PAUSED)
    packed.world.clock.advance(60)
    await tick(packed)
    assert not (await packed.services.imports.current()).is_under_way
    assert (await link_of(packed, id_of("ORD-1"))).base is not None


# -- one at a time -----------------------------------------------------------------------------------------------------


async def test_two_hosts_never_have_two_imports_under_way(packed: Stage) -> None:
    packed.world.finance.settings.package_row_seconds = 20
    await gathered(packed, CONTRACTS, *[await packed.contract(f"ORD-{number}") for number in range(3)])
    await gathered(packed, CONNECTIONS, await packed.enter("msdyn_transactionconnections", "T-1"))
    for _ in range(6):
        await asyncio.gather(*(tick(packed, direction) for direction in (CONTRACTS, CONTRACTS, CONNECTIONS)))
        packed.world.clock.advance(60)
    assert begun(packed) == len(jobs(packed)) == 2
    assert {job.status for job in jobs(packed)} == {Status.SUCCEEDED}


async def test_a_run_that_finds_the_place_taken_does_nothing(packed: Stage) -> None:
    await gathered(packed, CONTRACTS, await packed.contract())
    assert await packed.services.imports.hold("another host", packed.services.now(), 600) is not None
    packed.forget()
    await tick(packed)
    assert packed.to_finance.requests == []
    packed.world.clock.advance(601)
    await tick(packed)
    assert name_of(packed) == "Harbour works"


async def test_an_import_that_somebody_else_runs_is_waited_out(packed: Stage) -> None:
    await gathered(packed, CONTRACTS, await packed.contract())
    await tick(packed)
    packed.world.finance.settings.package_row_seconds = 100
    foreign = jobs(packed)[0]
    packed.world.finance.jobs.add(
        Job("foreign", foreign.company, foreign.contents, packed.world.clock.now(), staged=foreign.staged)
    )
    await packed.contract(name="Other works")
    await packed.heard(CONTRACTS, id_of("ORD-1"), seconds=900)
    assert (name_of(packed), begun(packed) > len(jobs(packed)) - 1) == ("Other works", True)
    assert await packed.errors() == []


async def test_a_run_whose_time_is_over_leaves_the_import_to_the_next_one(packed: Stage) -> None:
    with_policy(packed, package_budget=30)
    packed.world.finance.settings.package_row_seconds = 60
    await gathered(packed, CONTRACTS, await packed.contract())
    await tick(packed)
    under_way = await packed.services.imports.current()
    assert under_way.execution == jobs(packed)[0].execution_id
    assert under_way.until is None
    assert (await link_of(packed, id_of("ORD-1"))).base is None
    packed.world.clock.advance(60)
    await tick(packed)
    assert (len(jobs(packed)), begun(packed)) == (1, 1)
    assert (await link_of(packed, id_of("ORD-1"))).base is not None
    assert await waits(packed) == 0


async def test_a_direction_sees_the_import_of_another_through_before_it_begins_its_own(packed: Stage) -> None:
    with_policy(packed, package_budget=1)
    await gathered(packed, CONTRACTS, await packed.contract())
    await tick(packed)
    packed.world.clock.advance(60)
    with_policy(packed, package_budget=240)
    await gathered(packed, CONNECTIONS, await packed.enter("msdyn_transactionconnections", "T-1"))
    await tick(packed, CONNECTIONS)
    assert await waits(packed) == 0
    assert [job.status for job in jobs(packed)] == [Status.SUCCEEDED] * 2


async def test_an_import_of_a_map_that_is_no_more_holds_nobody_up(packed: Stage) -> None:
    with_policy(packed, package_budget=1)
    await gathered(packed, CONTRACTS, await packed.contract())
    await tick(packed)
    held = await packed.services.imports.current()
    await packed.services.imports.save(replace(held, direction="berths_to_finance"))
    with_policy(packed, package_budget=240)
    packed.world.clock.advance(60)
    await tick(packed)
    assert not (await packed.services.imports.current()).is_under_way
    assert (await waits(packed), len(jobs(packed))) == (0, 2)


# -- the second look ---------------------------------------------------------------------------------------------------


async def while_importing(stage: Stage, act: Any) -> None:
    """Begin the import of what is gathered, act in the middle of it, and let it end."""
    services = stage.services
    with_policy(stage, package_budget=1)
    await tick(stage)
    assert [job.status for job in jobs(stage)][-1] in (Status.NOT_RUN, Status.EXECUTING)
    await act()
    stage.services = stage.world.services = services
    stage.world.clock.advance(60)
    await stage.world.run(seconds=180)


async def test_a_row_edited_during_its_import_goes_again_although_nobody_told(packed: Stage) -> None:
    await gathered(packed, CONTRACTS, await packed.contract())
    await while_importing(packed, lambda: packed.contract(name="Edited meanwhile"))
    assert name_of(packed) == "Edited meanwhile"
    assert (len(jobs(packed)), await waits(packed)) == (2, 0)


async def test_a_row_gathered_again_during_its_import_stays_gathered(packed: Stage) -> None:
    row_id = await packed.contract()
    await gathered(packed, CONTRACTS, row_id)

    async def edit() -> None:
        await packed.contract(name="Edited meanwhile")
        await gathered(packed, CONTRACTS, row_id)

    await while_importing(packed, edit)
    assert (name_of(packed), await waits(packed)) == ("Edited meanwhile", 0)


async def test_an_edit_that_is_undone_during_its_import_is_undone_in_finance_too(packed: Stage) -> None:
    """The base says the first value, Finance holds the second: only the announcement tells that they differ."""
    row_id = await packed.contract()
    await packed.heard(CONTRACTS, row_id, seconds=90)
    await packed.contract(name="A mistake")
    await gathered(packed, CONTRACTS, row_id)

    async def undo() -> None:
        await packed.contract(name="Harbour works")
        await gathered(packed, CONTRACTS, row_id)

    await while_importing(packed, undo)
    assert (name_of(packed), await waits(packed)) == ("Harbour works", 0)
    assert (await link_of(packed, row_id)).announced == ()


async def test_a_row_deleted_during_its_import_is_looked_at_again(packed: Stage) -> None:
    row_id = await packed.contract()
    await gathered(packed, CONTRACTS, row_id)
    await while_importing(packed, lambda: packed.remove("salesorders", "ORD-1"))
    record = await packed.error(CONTRACTS, row_id)
    assert "cannot delete" in record.message


# -- deletes and renames -----------------------------------------------------------------------------------------------


async def test_a_deleted_row_that_went_to_finance_is_an_error_record_that_says_so(packed: Stage) -> None:
    row_id = await packed.contract()
    await packed.heard(CONTRACTS, row_id, seconds=90)
    await packed.remove("salesorders", "ORD-1")
    await packed.heard(CONTRACTS, row_id, Hint.DELETE, seconds=90)
    record = await packed.error(CONTRACTS, row_id)
    assert (record.error_class, record.status) == ("Rejected", ErrorStatus.OPEN)
    assert "usmf|ORD-1 went to Finance" in record.message
    assert packed.kept("ProjectContractHeaders", "ORD-1") is not None
    assert await waits(packed) == 0


async def test_a_deleted_row_that_never_went_just_ends(packed: Stage) -> None:
    row_id = await packed.contract()
    await packed.remove("salesorders", "ORD-1")
    await packed.heard(CONTRACTS, row_id, Hint.DELETE, seconds=90)
    assert await packed.services.errors.list() == []
    assert await waits(packed) == 0


async def test_an_absence_that_nobody_spoke_of_is_looked_at_twice(packed: Stage) -> None:
    row_id = await packed.contract()
    await packed.heard(CONTRACTS, row_id, seconds=90)
    await packed.remove("salesorders", "ORD-1")
    await gathered(packed, CONTRACTS, row_id)
    await tick(packed)
    assert (await packed.errors(), await waits(packed)) == ([], 1)
    packed.world.clock.advance(31)
    await tick(packed)
    assert "cannot delete" in (await packed.error(CONTRACTS, row_id)).message


async def test_a_renamed_row_is_an_error_record_until_it_has_its_key_back(packed: Stage) -> None:
    row_id = await packed.contract()
    await packed.heard(CONTRACTS, row_id, seconds=90)
    await packed.contract(ordernumber="ORD-9", name="Renamed")
    await packed.heard(CONTRACTS, row_id, seconds=90)
    assert "cannot rename" in (await packed.error(CONTRACTS, row_id)).message
    assert packed.kept("ProjectContractHeaders", "ORD-9") is None
    await packed.contract(name="Renamed")
    await packed.heard(CONTRACTS, row_id, seconds=90)
    assert (name_of(packed), await packed.errors()) == ("Renamed", [])


# -- failures ----------------------------------------------------------------------------------------------------------


async def refused_contract(stage: Stage) -> str:
    """A contract with terms of payment that somebody has deleted in Finance."""
    await stage.remove_finance("PaymentTerms", Name="Net 60")
    return await stage.contract("ORD-2", paymenttermscode=4)


async def test_a_row_that_finance_refuses_is_an_error_record_and_does_not_hold_up_others(packed: Stage) -> None:
    good = await packed.contract()
    bad = await refused_contract(packed)
    await gathered(packed, CONTRACTS, good, bad)
    await packed.world.run(seconds=240)
    assert name_of(packed) == "Harbour works"
    record = await packed.error(CONTRACTS, bad)
    assert record.error_class == "Rejected"
    assert "is not found in the related table 'Terms of payment'" in record.reason
    assert await waits(packed) == 0
    assert [each.key for each in await packed.errors()] == [bad]


async def test_a_corrected_row_goes_over_and_its_record_is_resolved(packed: Stage) -> None:
    bad = await refused_contract(packed)
    await packed.heard(CONTRACTS, bad, seconds=240)
    await packed.contract("ORD-2", paymenttermscode=1)
    await packed.heard(CONTRACTS, bad, seconds=90)
    assert packed.values("ProjectContractHeaders", "ORD-2")["TermsOfPayment"] == "Net 30"
    assert await packed.errors() == []


async def test_a_row_that_was_refused_and_is_deleted_was_never_in_finance(packed: Stage) -> None:
    bad = await refused_contract(packed)
    await packed.heard(CONTRACTS, bad, seconds=240)
    await packed.remove("salesorders", "ORD-2")
    await packed.heard(CONTRACTS, bad, Hint.DELETE, seconds=90)
    assert await packed.errors() == []


async def test_a_value_without_a_counterpart_is_an_error_record_before_any_import(stage: Stage) -> None:
    bad = await stage.enter("msdyn_transactionconnections", "T-1", msdyn_transaction1="not an id")
    await stage.heard(CONNECTIONS, bad, seconds=90)
    record = await stage.error(CONNECTIONS, bad)
    assert (record.column, jobs(stage)) == ("msdyn_transaction1", [])


async def test_a_failure_that_names_no_row_is_narrowed_down_to_it(packed: Stage) -> None:
    """A number too long for the staging table fails the load of the whole file."""
    rows = [await packed.contract(f"ORD-{number}") for number in range(5)]
    bad = await packed.contract("ORD-2-" + "9" * 30)
    await gathered(packed, CONTRACTS, *rows, bad)
    await packed.world.run(seconds=900)
    record = await packed.error(CONTRACTS, bad)
    assert "would be truncated" in record.reason
    assert [packed.kept("ProjectContractHeaders", f"ORD-{number}") is not None for number in range(5)] == [True] * 5
    assert [each.key for each in await packed.errors()] == [bad]
    assert await waits(packed) == 0


async def test_an_import_that_a_person_cancels_is_tried_again(packed: Stage) -> None:
    await gathered(packed, CONTRACTS, await packed.contract())

    async def cancel() -> None:
        packed.world.finance.jobs.cancel(jobs(packed)[-1].execution_id)

    await while_importing(packed, cancel)
    assert [job.status for job in jobs(packed)] == [Status.CANCELED, Status.SUCCEEDED]
    assert (name_of(packed), await packed.errors()) == ("Harbour works", [])


async def test_a_package_that_finance_does_not_take_is_one_record_and_its_rows_wait(stage: Stage) -> None:
    packed = pack(stage, "contracts", package="No such entity")
    rows = [await packed.contract(f"ORD-{number}") for number in range(3)]
    await gathered(packed, CONTRACTS, *rows)
    await packed.world.run(seconds=120)
    (record,) = await packed.errors()
    assert (record.key, record.error_class, record.status) == ("package:usmf", "Rejected", ErrorStatus.RETRYING)
    assert "No such entity does not exist in the target environment" in record.reason
    assert (await waits(packed), begun(packed)) == (3, 2)
    pack(packed, "contracts")
    await packed.world.run(seconds=900)
    assert (name_of(packed, "ORD-2"), await packed.errors(), await waits(packed)) == ("Harbour works", [], 0)


async def test_a_row_whose_base_is_lost_is_only_imported_again(packed: Stage) -> None:
    row_id = await packed.contract()
    await packed.heard(CONTRACTS, row_id, seconds=90)
    link = await link_of(packed, row_id)
    await packed.services.links.forget(link)
    await packed.heard(CONTRACTS, row_id, seconds=90)
    assert [job.status for job in jobs(packed)] == [Status.SUCCEEDED] * 2
    assert len(packed.world.finance.database.tables["ProjectContractHeaders"]) == 1


# -- waiting for others ------------------------------------------------------------------------------------------------


async def test_a_row_waits_for_one_of_another_package_map_and_its_import_releases_it(packed: Stage) -> None:
    contract = await packed.contract()
    project = await packed.project(**{"msdyn_SalesOrderId@odata.bind": f"/salesorders({contract})"})
    await packed.heard(PROJECTS, project, seconds=90)
    assert await missing(packed, PROJECTS, project) == Missing("contracts", "usmf|ord-1")
    assert await waits(packed, PROJECTS) == 0
    await packed.heard(CONTRACTS, contract, seconds=200)
    assert packed.values("ProjectsV2", "PRJ-1")["ProjectContractId"] == "ORD-1"
    assert await missing(packed, PROJECTS, project) is None
    assert await packed.services.errors.list() == []


async def test_a_row_waits_for_one_that_goes_row_by_row(packed: Stage) -> None:
    account = await packed.customer()
    contract = await packed.contract(**{"customerid_account@odata.bind": f"/accounts({account})"})
    await packed.heard(CONTRACTS, contract, seconds=90)
    assert await missing(packed, CONTRACTS, contract) == Missing("customers", "usmf|c-1")
    await packed.heard("customers_to_finance", account, seconds=120)
    assert packed.values("ProjectContractHeaders", "ORD-1")["CustomerAccountNumber"] == "C-1"


async def test_a_row_that_goes_row_by_row_waits_for_one_that_goes_by_package(stage: Stage) -> None:
    packed = pack(stage, "contracts")
    contract = await packed.contract()
    project = await packed.project(**{"msdyn_SalesOrderId@odata.bind": f"/salesorders({contract})"})
    await packed.heard(PROJECTS, project)
    assert await missing(packed, PROJECTS, project) == Missing("contracts", "usmf|ord-1")
    await packed.heard(CONTRACTS, contract, seconds=120)
    assert packed.values("ProjectsV2", "PRJ-1")["ProjectContractId"] == "ORD-1"


async def test_what_goes_away_between_the_look_and_the_import_is_waited_for_too(packed: Stage) -> None:
    account = await packed.customer()
    await packed.heard("customers_to_finance", account)
    contract = await packed.contract(**{"customerid_account@odata.bind": f"/accounts({account})"})
    await gathered(packed, CONTRACTS, contract)
    await while_importing(packed, lambda: packed.remove_finance("CustomersV3", CustomerAccount="C-1"))
    assert await missing(packed, CONTRACTS, contract) == Missing("customers", "usmf|c-1")
    assert await packed.errors() == []


# -- trouble on the way ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "action",
    [
        "GetAzureWriteUrl",
        "/blob/",
        "ImportFromPackage",
        "GetExecutionSummaryStatus",
    ],
)
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("how", [{"status": 503}, {"reset": True}, {"retry_after": 5}], ids=["503", "reset", "429"])
async def test_a_request_that_fails_costs_time_only(
    packed: Stage, action: str, after: bool, how: dict[str, Any]
) -> None:
    packed.world.finance.faults.rules.append(Fault(method="", path=action, times=1, after=after, **how))
    await gathered(packed, CONTRACTS, await packed.contract(), await packed.contract("ORD-2"))
    await packed.world.run(seconds=600)
    assert packed.world.finance.faults.rules[0].struck == 1
    assert (name_of(packed), name_of(packed, "ORD-2")) == ("Harbour works", "Harbour works")
    assert await waits(packed) == 0
    assert await packed.errors() == []
    assert (await link_of(packed, id_of("ORD-1"))).announced == ()


@pytest.mark.parametrize("action", ["GetImportStagingErrorFileUrl", "GetImportTargetErrorKeysFile", "GetExecutionErr"])
async def test_error_files_that_cannot_be_read_at_first_are_read_later(packed: Stage, action: str) -> None:
    packed.world.finance.faults.rules.append(Fault(path=action, times=3, status=503))
    bad = await refused_contract(packed)
    await gathered(packed, CONTRACTS, await packed.contract(), bad)
    await packed.world.run(seconds=600)
    assert name_of(packed) == "Harbour works"
    assert [each.key for each in await packed.errors()] == [bad]


async def test_a_failure_that_lasts_becomes_an_error_record_that_is_tried_on(packed: Stage) -> None:
    fault = Fault(path="GetAzureWriteUrl", status=503)
    packed.world.finance.faults.rules.append(fault)
    row_id = await packed.contract()
    await packed.heard(CONTRACTS, row_id, seconds=3_000)
    record = await packed.error(CONTRACTS, row_id)
    assert (record.error_class, record.status) == ("Transient", ErrorStatus.RETRYING)
    assert await waits(packed) == 0
    packed.world.finance.faults.clear()
    await packed.heard(CONTRACTS, row_id, seconds=90)
    assert (name_of(packed), await packed.errors()) == ("Harbour works", [])


async def test_dataverse_being_away_is_waited_out(packed: Stage) -> None:
    row_id = await packed.contract()
    packed.world.dataverse.faults.rules.append(Fault(path="salesorders", status=503, times=2))
    await packed.heard(CONTRACTS, row_id, seconds=400)
    assert (name_of(packed), await packed.errors()) == ("Harbour works", [])


async def test_a_key_that_is_no_row_id_is_an_error_record_and_holds_nobody_up(packed: Stage) -> None:
    await gathered(packed, CONTRACTS, "'or 1 eq 1", await packed.contract())
    await packed.world.run(seconds=90)
    assert name_of(packed) == "Harbour works"
    assert "is not the id of a row" in (await packed.error(CONTRACTS, "'or 1 eq 1")).message


async def test_the_address_of_a_blob_is_in_no_log_and_no_record(
    packed: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="shared")
    packed.world.finance.faults.rules.append(Fault(path="/blob/", status=503))
    row_id = await packed.contract()
    await packed.heard(CONTRACTS, row_id, seconds=3_000)
    record = await packed.error(CONTRACTS, row_id)
    assert "storage of Finance answered 503" in record.message
    for text in (caplog.text, str(record)):
        assert "sig=" not in text


async def test_a_package_direction_cannot_block_a_save(packed: Stage) -> None:
    context = ExecutionContext.model_construct()
    with pytest.raises(Misconfigured, match="row by row"):
        await apply_blocking(packed.services, packed.services.catalogue.direction(CONTRACTS), context)


async def test_an_import_that_finance_never_heard_of_is_given_up_after_a_while(packed: Stage) -> None:
    packed.world.finance.faults.rules.append(Fault(path="ImportFromPackage", reset=True, times=1))
    await gathered(packed, CONTRACTS, await packed.contract())
    await tick(packed)
    assert jobs(packed) == []
    assert not (await packed.services.imports.current()).is_under_way
    assert await waits(packed) == 1
    await packed.world.run(seconds=120)
    assert name_of(packed) == "Harbour works"
