"""Catch-up: what no event told is found, whichever way the source allows, and the watermark obeys rule 4."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from shared.store.map_states import State
from shared.store.message import Hint
from shared.sync.catch_up import CaughtUp, catch_up
from tests.sync.stage import Stage, id_of
from tests.twin.http import parse_query

PROJECTS, TO_FINANCE, TO_DATAVERSE = "projects_to_finance", "customers_to_finance", "customers_to_dataverse"
COMPANIES = "legal_entities_to_dataverse"


async def caught_up(stage: Stage, direction: str = PROJECTS, *, seconds: float = 0.0) -> CaughtUp:
    """Catch up a direction and let its queue do the work."""
    done = await catch_up(stage.services, stage.services.catalogue.direction(direction))
    assert done is not None
    await stage.world.run(seconds=seconds)
    return done


def keys_waiting(stage: Stage, direction: str = PROJECTS) -> dict[str, Hint]:
    return {message.key: message.hint for message, _ in stage.waiting(direction)}


# -- any source --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [state for state in State if state is not State.RUNNING])
async def test_a_map_that_is_not_running_is_not_caught_up(stage: Stage, state: State) -> None:
    await stage.project()
    await stage.services.maps.set(await stage.services.maps.get("projects", fresh=True), state=state)
    stage.forget()
    assert await catch_up(stage.services, stage.services.catalogue.direction(PROJECTS)) is None
    assert stage.to_dataverse.requests == []


# -- Dataverse with change tracking ------------------------------------------------------------------------------------


async def test_the_first_run_finds_every_row_and_the_next_only_what_changed(stage: Stage) -> None:
    for number in range(3):
        await stage.project(f"PRJ-{number}")
    assert (await caught_up(stage)).enqueued == 3
    assert len(stage.world.finance.database.tables["ProjectsV2"]) == 3
    assert (await caught_up(stage)).enqueued == 0
    await stage.project("PRJ-1", msdyn_subject="Changed while nobody listened")
    assert (await caught_up(stage)).enqueued == 1
    assert stage.values("ProjectsV2", "PRJ-1")["ProjectName"] == "Changed while nobody listened"


async def test_a_deletion_is_certain_and_needs_no_second_look(stage: Stage) -> None:
    await stage.project()
    await caught_up(stage)
    await stage.remove("msdyn_projects", "PRJ-1")
    done = await caught_up(stage)
    assert (done.enqueued, done.deletions) == (1, 1)
    assert stage.kept("ProjectsV2", "PRJ-1") is None


async def test_a_lookup_that_was_cleared_by_the_delete_of_its_target_is_found_though_no_event_tells(
    stage: Stage,
) -> None:
    account = await stage.customer()
    await stage.heard(TO_FINANCE, account)
    await stage.project(**{"msdyn_Customer@odata.bind": f"/accounts({account})"})
    await caught_up(stage)
    assert stage.values("ProjectsV2", "PRJ-1")["CustomerAccountNumber"] == "C-1"
    await stage.remove("accounts", "C-1")
    await caught_up(stage)
    assert stage.values("ProjectsV2", "PRJ-1")["CustomerAccountNumber"] == ""


async def test_an_expired_link_means_reading_everything_and_asking_about_every_known_row(stage: Stage) -> None:
    for number in range(3):
        await stage.project(f"PRJ-{number}")
    await caught_up(stage)
    await stage.remove("msdyn_projects", "PRJ-1")
    stage.world.dataverse.changes.expire()
    done = await caught_up(stage, seconds=60)
    assert (done.enqueued, done.deletions) == (3, 1)
    assert stage.kept("ProjectsV2", "PRJ-1") is None
    assert stage.kept("ProjectsV2", "PRJ-2") is not None
    assert (await caught_up(stage)).enqueued == 0


async def test_the_first_run_finds_a_deletion_that_nobody_told_of_before_it(stage: Stage) -> None:
    project = await stage.project()
    await stage.heard(PROJECTS, project)
    await stage.remove("msdyn_projects", "PRJ-1")
    await caught_up(stage, seconds=60)
    assert stage.kept("ProjectsV2", "PRJ-1") is None


async def test_a_row_that_cannot_be_asked_about_is_looked_at_instead_of_breaking_off(stage: Stage) -> None:
    project = await stage.project()
    await stage.heard(PROJECTS, project)
    stage.world.dataverse.faults.add(path=f"({project})", times=1, status=503)
    done = await catch_up(stage.services, stage.services.catalogue.direction(PROJECTS))
    assert done is not None
    assert done.deletions == 1
    await stage.world.run(seconds=60)
    assert stage.kept("ProjectsV2", "PRJ-1") is not None


async def test_a_link_of_more_than_seven_days_ago_is_expired(stage: Stage) -> None:
    await stage.project()
    await caught_up(stage)
    stage.world.clock.advance(timedelta(days=8).total_seconds())
    await stage.project("PRJ-2")
    await caught_up(stage)
    assert stage.kept("ProjectsV2", "PRJ-2") is not None


async def test_the_watermark_stays_where_it_was_when_a_run_breaks_off(stage: Stage) -> None:
    await stage.project()
    await caught_up(stage)
    before = await stage.services.watermarks.get(PROJECTS)
    await stage.project("PRJ-2")

    async def crash(operation: str) -> None:
        if operation == "projects-to-finance.send":
            raise RuntimeError("ended")

    stage.world.storage.before_each_operation = crash
    with pytest.raises(RuntimeError):
        await caught_up(stage)
    stage.world.storage.before_each_operation = _go_on
    assert await stage.services.watermarks.get(PROJECTS) == before
    assert (await caught_up(stage)).enqueued == 1
    assert stage.kept("ProjectsV2", "PRJ-2") is not None


async def test_the_watermark_moves_only_after_every_row_is_on_its_queue(stage: Stage) -> None:
    await stage.project()
    operations: list[str] = []

    async def note(operation: str) -> None:
        operations.append(operation)

    stage.world.storage.before_each_operation = note
    await catch_up(stage.services, stage.services.catalogue.direction(PROJECTS))
    assert "projects-to-finance.send" in operations
    assert operations[-1] == "watermarks.insert"


async def test_a_change_made_while_a_run_reads_is_in_the_next_run(stage: Stage) -> None:
    await stage.project()
    changed = False

    async def change(operation: str) -> None:
        nonlocal changed
        if operation == "projects-to-finance.send" and not changed:
            changed = True
            await stage.project("PRJ-2")

    stage.world.storage.before_each_operation = change
    await caught_up(stage)
    stage.world.storage.before_each_operation = _go_on
    await caught_up(stage)
    assert stage.kept("ProjectsV2", "PRJ-2") is not None


async def test_of_two_runs_at_once_the_slower_one_leaves_the_watermark_alone(stage: Stage) -> None:
    await stage.project()
    nested = False

    async def overtake(operation: str) -> None:
        nonlocal nested
        if operation == "watermarks.insert" and not nested:
            nested = True
            await catch_up(stage.services, stage.services.catalogue.direction(PROJECTS))

    stage.world.storage.before_each_operation = overtake
    done = await catch_up(stage.services, stage.services.catalogue.direction(PROJECTS))
    mark = await stage.services.watermarks.get(PROJECTS)
    assert done is not None
    assert mark is not None
    assert mark.run != done.run


async def test_a_run_says_who_it_is_in_the_messages_it_sends(stage: Stage) -> None:
    await stage.project()
    done = await catch_up(stage.services, stage.services.catalogue.direction(PROJECTS))
    assert done is not None
    assert keys_waiting(stage) == {id_of("PRJ-1"): Hint.CATCH_UP}
    assert [message.correlation for message, _ in stage.waiting(PROJECTS)] == [done.run]


# -- Dataverse without change tracking ---------------------------------------------------------------------------------


@pytest.fixture
async def untracked(stage: Stage) -> Stage:
    """Projects in an environment that does not track their changes."""
    schema = stage.world.dataverse.schema
    table = replace(schema.tables["msdyn_project"], change_tracking=False)
    schema.tables["msdyn_project"] = schema.by_set["msdyn_projects"] = table
    return stage


async def test_without_change_tracking_rows_are_found_by_their_modified_time(untracked: Stage) -> None:
    await untracked.project()
    untracked.world.clock.advance(3600)
    assert (await caught_up(untracked)).enqueued == 1
    await untracked.project("PRJ-2")
    assert (await caught_up(untracked)).enqueued == 1
    assert untracked.kept("ProjectsV2", "PRJ-2") is not None


async def test_the_read_goes_back_over_the_overlap_and_no_further(untracked: Stage) -> None:
    await untracked.project("long ago")
    untracked.world.clock.advance(3600)
    await untracked.project("of late")
    untracked.world.clock.advance(300)
    assert (await caught_up(untracked)).enqueued == 2
    untracked.world.clock.advance(300)
    done = await catch_up(untracked.services, untracked.services.catalogue.direction(PROJECTS))
    assert done is not None
    assert set(keys_waiting(untracked)) == {id_of("of late")}
    reads = [asked for asked in untracked.to_dataverse.requests if asked.path.endswith("/msdyn_projects")]
    assert "modifiedon ge 2026-09-14T08:55:00Z" in dict(parse_query(reads[-1].query))["$filter"]


async def test_the_watermark_is_the_servers_time_at_the_first_page(untracked: Stage) -> None:
    await untracked.project()

    async def time_passes(operation: str) -> None:
        if operation == "projects-to-finance.send":
            untracked.world.clock.advance(100)

    before = untracked.world.clock.now()
    untracked.world.storage.before_each_operation = time_passes
    await catch_up(untracked.services, untracked.services.catalogue.direction(PROJECTS))
    mark = await untracked.services.watermarks.get(PROJECTS)
    assert mark is not None
    assert mark.value == before.isoformat()


async def test_without_change_tracking_a_deletion_is_found_by_asking_about_known_rows(untracked: Stage) -> None:
    for number in range(2):
        await untracked.project(f"PRJ-{number}")
    await caught_up(untracked)
    await untracked.remove("msdyn_projects", "PRJ-1")
    assert (await caught_up(untracked)).deletions == 1
    assert untracked.kept("ProjectsV2", "PRJ-1") is not None
    await untracked.world.run(seconds=60)
    assert untracked.kept("ProjectsV2", "PRJ-1") is None
    assert untracked.kept("ProjectsV2", "PRJ-0") is not None


# -- Finance -----------------------------------------------------------------------------------------------------------


@pytest.fixture
async def compared(stage: Stage) -> Stage:
    """Two customers of ours, in Finance and Dataverse; the demo's own are gone."""
    table = stage.world.finance.database.tables["CustomersV3"]
    for rec_id in list(table.rows):
        table.drop(rec_id)
    for number in ("F-1", "F-2"):
        await stage.heard(TO_DATAVERSE, await stage.finance_customer(number))
    return stage


def account(stage: Stage, number: str) -> dict[str, object] | None:
    rows = stage.world.dataverse.rows("account")
    return next((row for row in rows if row["accountnumber"] == number), None)


async def test_rows_that_agree_are_counted_and_not_looked_at(compared: Stage) -> None:
    done = await caught_up(compared, TO_DATAVERSE)
    assert (done.enqueued, done.agreed) == (0, 2)


async def test_a_set_based_change_that_raised_no_event_is_found(compared: Stage) -> None:
    compared.world.finance.set_based("CustomersV3", "CustomerAccount eq 'F-1'", {"SalesMemo": "By a job"})
    done = await caught_up(compared, TO_DATAVERSE)
    assert (done.enqueued, done.agreed) == (1, 1)
    held = account(compared, "F-1")
    assert held is not None
    assert held["description"] == "By a job"


async def test_a_new_row_is_found(compared: Stage) -> None:
    await compared.finance_customer("F-3")
    assert (await caught_up(compared, TO_DATAVERSE)).enqueued == 1
    assert account(compared, "F-3") is not None


async def test_a_row_that_the_map_does_not_carry_is_passed_over(compared: Stage) -> None:
    await compared.finance_customer("F-3", PartyType="Person")
    assert (await caught_up(compared, TO_DATAVERSE)).enqueued == 0


async def test_a_row_that_is_gone_is_looked_at_twice_and_then_deleted(compared: Stage) -> None:
    await compared.remove_finance("CustomersV3", CustomerAccount="F-1")
    assert (await caught_up(compared, TO_DATAVERSE)).deletions == 1
    assert account(compared, "F-1") is not None
    await compared.world.run(seconds=60)
    assert account(compared, "F-1") is None
    assert account(compared, "F-2") is not None


async def test_a_row_that_never_was_paired_is_not_taken_for_deleted(compared: Stage) -> None:
    await compared.customer("C-9", customertypecode=10)
    assert (await caught_up(compared, TO_DATAVERSE, seconds=60)).enqueued == 0
    assert account(compared, "C-9") is not None


async def test_keys_in_another_case_are_the_same_row(stage: Stage) -> None:
    await stage.heard(COMPANIES, "usmf")
    table = stage.world.finance.database.tables["LegalEntities"]
    for row in [row for row in table if row.values["LegalEntityId"] != "usmf"]:
        table.drop(row.rec_id)
    done = await caught_up(stage, COMPANIES)
    assert (done.enqueued, done.agreed) == (0, 1)


async def test_the_comparison_leaves_a_watermark_of_when_it_began(compared: Stage) -> None:
    began = compared.world.clock.now()
    done = await caught_up(compared, TO_DATAVERSE)
    mark = await compared.services.watermarks.get(TO_DATAVERSE)
    assert mark is not None
    assert (mark.value, mark.run) == (began.isoformat(), done.run)


async def _go_on(_operation: str) -> None: ...
