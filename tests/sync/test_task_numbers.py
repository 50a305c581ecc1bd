"""The numbers that Finance gives tasks return to Dataverse: the one map whose columns have one master each, on either side."""

from __future__ import annotations

from typing import Any

from shared.store.message import Hint
from shared.sync.catch_up import catch_up
from tests.sync.stage import Stage, id_of

PROJECTS, TO_FINANCE, TO_DATAVERSE = "projects_to_finance", "tasks_to_finance", "tasks_to_dataverse"


async def planned(stage: Stage, *names: str) -> None:
    """Let a project have tasks on both sides, whose numbers Dataverse has not heard of."""
    await stage.heard(PROJECTS, await stage.project())
    for name in names or ("Dig",):
        await stage.heard(TO_FINANCE, await stage.task(name))


def in_finance(stage: Stage) -> list[tuple[Any, ...]]:
    """Project, name and number of the tasks there."""
    rows = [row.values for row in stage.world.finance.database.tables["ProjectTasks"]]
    return sorted((row["ProjectId"], row["TaskName"], row["TaskId"]) for row in rows)


def number_of(stage: Stage, name: str = "Dig") -> Any:
    row = stage.held("msdyn_projecttask", name)
    assert row is not None
    return row["msdyn_activitynumber"]


def key_of(name: str = "Dig", project: str = "PRJ-1") -> str:
    return f"usmf|{project}|{id_of(name)}"


async def test_the_number_of_a_task_returns_and_nothing_else_is_written(stage: Stage) -> None:
    await planned(stage)
    stage.forget()
    await stage.heard(TO_DATAVERSE, key_of())
    assert [(asked.method, asked.body) for asked in stage.to_dataverse.writes] == [
        ("PATCH", {"msdyn_activitynumber": "ACT-0000001"})
    ]
    assert stage.to_finance.writes == []
    await stage.heard(TO_DATAVERSE, key_of())
    await stage.heard(TO_FINANCE, id_of("Dig"))
    assert len(stage.to_dataverse.writes) == 1
    assert await stage.errors() == []


async def test_a_task_made_twice_keeps_the_number_of_the_first(stage: Stage) -> None:
    await planned(stage)
    double = {"dataAreaId": "usmf", "ProjectId": "PRJ-1", "TaskName": "Dig", "TaskElementId": id_of("Dig")}
    await stage.world.in_finance.does("POST", "ProjectTasks", double)
    await stage.heard(TO_DATAVERSE, key_of())
    assert in_finance(stage) == [("PRJ-1", "Dig", "ACT-0000001")]
    assert number_of(stage) == "ACT-0000001"


async def test_the_number_follows_a_task_whose_project_is_renumbered(stage: Stage) -> None:
    await planned(stage)
    await stage.heard(TO_DATAVERSE, key_of())
    row_id = await stage.project(msdyn_projectnumber="PRJ-9")
    await stage.heard(PROJECTS, row_id, seconds=60)
    for key in (key_of(), key_of(project="PRJ-9")):
        await stage.heard(TO_DATAVERSE, key, seconds=200)
    ((project, _, number),) = in_finance(stage)
    assert (project, number_of(stage)) == ("PRJ-9", number)
    assert number != "ACT-0000001"
    assert await stage.errors() == []


async def test_a_task_deleted_in_dataverse_goes_in_finance_and_what_is_heard_late_of_it_does_nothing(
    stage: Stage,
) -> None:
    await planned(stage)
    await stage.heard(TO_DATAVERSE, key_of())
    await stage.remove("msdyn_projecttasks", "Dig")
    await stage.heard(TO_DATAVERSE, key_of(), seconds=60)
    await stage.heard(TO_FINANCE, id_of("Dig"), Hint.DELETE)
    await stage.heard(TO_DATAVERSE, key_of(), Hint.DELETE, seconds=60)
    assert in_finance(stage) == []
    assert stage.held("msdyn_projecttask", "Dig") is None
    assert await stage.errors() == []


async def test_a_task_deleted_in_finance_comes_back_from_dataverse_with_another_number(stage: Stage) -> None:
    await planned(stage)
    await stage.heard(TO_DATAVERSE, key_of())
    link = await stage.services.links.by_dataverse("tasks", id_of("Dig"))
    assert link is not None
    await stage.remove_finance("ProjectTasks", ProjectId="PRJ-1", TaskId="ACT-0000001")
    await stage.heard(TO_DATAVERSE, f"recid:{link.rec_id}", Hint.DELETE, seconds=60)
    assert in_finance(stage) == [("PRJ-1", "Dig", "ACT-0000002")]
    await stage.heard(TO_DATAVERSE, key_of())
    assert number_of(stage) == "ACT-0000002"
    assert await stage.errors() == []


async def test_a_number_that_somebody_changes_in_dataverse_is_set_right(stage: Stage) -> None:
    await planned(stage)
    await stage.heard(TO_DATAVERSE, key_of())
    await stage.enter("msdyn_projecttasks", "Dig", msdyn_activitynumber="MINE")
    await stage.heard(TO_DATAVERSE, key_of())
    assert number_of(stage) == "ACT-0000001"


async def test_numbers_that_nobody_heard_of_are_caught_up_and_activities_of_finances_own_are_left_alone(
    stage: Stage,
) -> None:
    await planned(stage, "Dig", "Pave")
    own = {"dataAreaId": "usmf", "ProjectId": "PRJ-1", "TaskName": "Kick-off"}
    await stage.world.in_finance.does("POST", "ProjectTasks", own)
    await stage.heard(TO_DATAVERSE, key_of("Dig"))
    direction = stage.services.catalogue.direction(TO_DATAVERSE)
    done = await catch_up(stage.services, direction)
    assert done is not None
    assert (done.enqueued, done.agreed) == (1, 1)
    await stage.world.run()
    assert [number_of(stage, name) for name in ("Dig", "Pave")] == ["ACT-0000001", "ACT-0000002"]
    again = await catch_up(stage.services, direction)
    assert again is not None
    assert (again.enqueued, again.agreed) == (0, 2)
    assert await stage.errors() == []


async def test_a_task_that_only_finance_has_is_an_error_and_stays(stage: Stage) -> None:
    await planned(stage)
    body = {"dataAreaId": "usmf", "ProjectId": "PRJ-1", "TaskName": "Ghost", "TaskElementId": id_of("Ghost")}
    await stage.world.in_finance.does("POST", "ProjectTasks", body)
    await stage.heard(TO_DATAVERSE, key_of("Ghost"), seconds=60)
    (record,) = await stage.errors()
    assert (record.direction, record.error_class) == (TO_DATAVERSE, "Rejected")
    assert f"msdyn_projecttask has no row {id_of('Ghost')}" in record.message
    assert [name for _, name, _ in in_finance(stage)] == ["Dig", "Ghost"]


async def test_a_task_that_lost_its_pair_gets_its_number_all_the_same(stage: Stage) -> None:
    await planned(stage)
    link = await stage.services.links.by_dataverse("tasks", id_of("Dig"))
    assert link is not None
    await stage.services.links.forget(link)
    await stage.heard(TO_DATAVERSE, key_of())
    assert number_of(stage) == "ACT-0000001"
    await stage.task(msdyn_subject="Dig deep")
    await stage.heard(TO_FINANCE, id_of("Dig"))
    assert in_finance(stage) == [("PRJ-1", "Dig deep", "ACT-0000001")]
