"""Live sync: what becomes of a message, and of the map's state meanwhile."""

from __future__ import annotations

import pytest

from shared.errors import Misconfigured
from shared.store.map_states import State
from shared.store.message import Hint, WorkMessage
from shared.sync.live import handle
from shared.sync.outcome import Kind
from tests.sync.stage import Stage, id_of

PROJECTS = "projects_to_finance"


async def set_state(stage: Stage, state: State) -> None:
    read = await stage.services.maps.get("projects", fresh=True)
    await stage.services.maps.set(read, state=state)


def message(stage: Stage, key: str, direction: str = PROJECTS, hint: Hint = Hint.UPSERT) -> WorkMessage:
    return WorkMessage(direction=direction, key=key, hint=hint, correlation="test", first_seen=stage.world.clock.now())


async def test_a_handled_message_tells_what_it_took(stage: Stage) -> None:
    row_id = await stage.project()
    created = await handle(stage.services, message(stage, row_id))
    assert created is not None
    assert (created.kind, created.finance_key) == (Kind.CREATED, "usmf|PRJ-1")
    unchanged = await handle(stage.services, message(stage, row_id))
    assert unchanged is not None
    assert (unchanged.kind, unchanged.columns) == (Kind.UNCHANGED, ())


async def test_a_paused_map_keeps_its_messages_until_it_runs_again(stage: Stage) -> None:
    row_id = await stage.project()
    await set_state(stage, State.PAUSED)
    await stage.heard(PROJECTS, row_id, seconds=600)
    assert stage.kept("ProjectsV2", "PRJ-1") is None
    assert [kept.key for kept, _ in stage.waiting(PROJECTS)] == [row_id]
    await set_state(stage, State.RUNNING)
    await stage.world.run(seconds=120)
    assert stage.kept("ProjectsV2", "PRJ-1") is not None


async def test_a_paused_map_asks_neither_side(stage: Stage) -> None:
    row_id = await stage.project()
    await set_state(stage, State.PAUSED)
    stage.forget()
    await stage.heard(PROJECTS, row_id, seconds=120)
    assert stage.to_dataverse.requests == []
    assert stage.to_finance.requests == []


@pytest.mark.parametrize("state", [State.NOT_RUNNING, State.INITIALIZING, State.RESUMING, State.FROZEN])
async def test_a_map_that_is_not_running_drops_its_messages(stage: Stage, state: State) -> None:
    row_id = await stage.project()
    await set_state(stage, state)
    await stage.heard(PROJECTS, row_id, seconds=120)
    assert stage.waiting(PROJECTS) == []
    assert stage.kept("ProjectsV2", "PRJ-1") is None
    assert await stage.errors() == []


async def test_another_map_runs_while_one_is_paused(stage: Stage) -> None:
    await set_state(stage, State.PAUSED)
    await stage.heard("contracts_to_finance", await stage.contract())
    assert stage.kept("ProjectContractHeaders", "ORD-1") is not None


async def test_a_message_of_a_direction_that_does_not_exist_is_not_consumed(stage: Stage) -> None:
    with pytest.raises(Misconfigured, match="unicorns_to_finance"):
        await handle(stage.services, message(stage, "key", "unicorns_to_finance"))


async def test_a_wrong_declaration_is_not_consumed_either(stage: Stage) -> None:
    """A redirect means a wrong address: the message goes back to the host, and nothing is recorded of the row."""
    row_id = await stage.project()
    stage.world.finance.faults.add(path="ProjectsV2", status=301)
    with pytest.raises(Misconfigured):
        await handle(stage.services, message(stage, row_id))


async def test_a_key_that_names_no_finance_row_is_recorded_and_not_tried_again(stage: Stage) -> None:
    await stage.heard("customers_to_dataverse", "no company")
    record = await stage.error("customers_to_dataverse", "no company")
    assert record.error_class == "Rejected"
    assert "dataAreaId|CustomerAccount" in record.message


async def test_a_dataverse_key_that_is_no_id_is_recorded_and_not_tried_again(stage: Stage) -> None:
    await stage.heard(PROJECTS, "not-a-guid")
    assert (await stage.error(PROJECTS, "not-a-guid")).error_class == "Rejected"


async def test_a_message_put_back_keeps_its_correlation_and_its_first_sight(stage: Stage) -> None:
    row_id = await stage.project()
    first = message(stage, row_id)
    stage.world.finance.faults.add(path="ProjectsV2", status=503, times=1)
    await handle(stage.services, first)
    ((again, _),) = stage.waiting(PROJECTS)
    assert (again.correlation, again.first_seen) == (first.correlation, first.first_seen)


async def test_the_correlation_reaches_the_error_record(stage: Stage) -> None:
    row_id = await stage.project(msdyn_description="x" * 1001)
    asked = message(stage, row_id).model_copy(update={"correlation": "5c1f98bc"})
    await handle(stage.services, asked)
    assert (await stage.error(PROJECTS, row_id)).correlation == "5c1f98bc"


async def test_a_delete_hint_survives_a_failed_try(stage: Stage) -> None:
    row_id = await stage.project()
    await stage.heard(PROJECTS, row_id)
    await stage.remove("msdyn_projects", "PRJ-1")
    stage.world.finance.faults.add(method="DELETE", path="ProjectsV2", status=503, times=1)
    await stage.heard(PROJECTS, row_id, Hint.DELETE)
    ((again, _),) = stage.waiting(PROJECTS)
    assert again.hint is Hint.DELETE
    await stage.world.run(seconds=10)
    assert stage.kept("ProjectsV2", "PRJ-1") is None


async def test_one_row_that_fails_holds_up_no_other(stage: Stage) -> None:
    await stage.world.tell(PROJECTS, await stage.project("PRJ-1", msdyn_description="x" * 1001))
    await stage.world.tell(PROJECTS, await stage.project("PRJ-2"))
    await stage.world.run()
    assert stage.kept("ProjectsV2", "PRJ-2") is not None
    assert [record.key for record in await stage.errors()] == [id_of("PRJ-1")]


@pytest.mark.parametrize("direction", ["customers_to_dataverse", "legal_entities_to_dataverse"])
async def test_a_record_id_that_is_no_number_is_recorded_and_not_tried_again(stage: Stage, direction: str) -> None:
    await stage.heard(direction, "recid:twelve")
    assert (await stage.error(direction, "recid:twelve")).error_class == "Rejected"
