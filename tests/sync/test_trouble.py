"""Trouble on the way: pauses asked for, failures that pass, refusals, answers that were lost; nothing made twice."""

from __future__ import annotations

from datetime import timedelta

from shared.store.error_records import ErrorStatus
from shared.store.message import Hint
from shared.sync.sweep import sweep
from tests.sync.stage import Stage

PROJECTS, TASKS = "projects_to_finance", "tasks_to_finance"


async def test_a_throttled_row_comes_back_after_the_time_asked_for_and_spends_no_attempt(stage: Stage) -> None:
    row_id = await stage.project()
    stage.world.finance.faults.add(path="ProjectsV2", retry_after=40, times=1)
    await stage.heard(PROJECTS, row_id)
    ((message, delay),) = stage.waiting(PROJECTS)
    assert message.attempts == 0
    assert 40 <= delay <= 51
    await stage.world.run(seconds=60)
    assert stage.kept("ProjectsV2", "PRJ-1") is not None
    assert await stage.services.errors.list() == []


async def test_while_a_side_asked_for_a_pause_it_is_left_in_peace(stage: Stage) -> None:
    stage.world.finance.faults.add(path="ProjectsV2", retry_after=40, times=1)
    await stage.heard(PROJECTS, await stage.project("PRJ-1"))
    stage.forget()
    await stage.heard(PROJECTS, await stage.project("PRJ-2"))
    assert stage.to_finance.requests == []
    await stage.world.run(seconds=120)
    assert stage.kept("ProjectsV2", "PRJ-2") is not None


async def test_a_failing_side_is_tried_again_ever_later_and_then_recorded(stage: Stage) -> None:
    row_id = await stage.project()
    stage.world.finance.faults.add(path="ProjectsV2", status=503)
    await stage.world.tell(PROJECTS, row_id)
    delays = []
    for _ in stage.services.policy.retry_delays:
        await stage.world.run()
        ((message, delay),) = stage.waiting(PROJECTS)
        delays.append(delay)
        assert message.attempts == len(delays)
        stage.world.clock.advance(delay)
    await stage.world.run()
    for delay, least in zip(delays, (5, 15, 60, 300, 900), strict=True):
        assert least <= delay <= least * 1.25 + 1
    assert stage.waiting(PROJECTS) == []
    record = await stage.error(PROJECTS, row_id)
    assert (record.error_class, record.status, record.attempts) == ("Transient", ErrorStatus.RETRYING, 6)
    assert record.due == stage.world.clock.now() + timedelta(seconds=900)


async def test_the_sweep_tries_a_recorded_row_again_until_it_goes_over(stage: Stage) -> None:
    row_id = await stage.project()
    stage.world.finance.faults.add(path="ProjectsV2", status=503)
    await stage.heard(PROJECTS, row_id, seconds=2000)
    stage.world.clock.advance(900)
    await sweep(stage.services)
    await stage.world.run()
    assert (await stage.error(PROJECTS, row_id)).status is ErrorStatus.RETRYING
    stage.world.finance.faults.clear()
    stage.world.clock.advance(1000)
    await sweep(stage.services)
    await stage.world.run()
    assert stage.kept("ProjectsV2", "PRJ-1") is not None
    assert (await stage.error(PROJECTS, row_id)).status is ErrorStatus.RESOLVED


async def test_an_identity_that_may_not_write_is_recorded_as_refused(stage: Stage) -> None:
    row_id = await stage.project()
    for status in (401, 403):
        stage.world.finance.faults.clear()
        stage.world.finance.faults.add(method="POST", path="ProjectsV2", status=status)
        await stage.heard(PROJECTS, row_id)
        record = await stage.error(PROJECTS, row_id)
        assert (record.error_class, record.status) == ("Refused", ErrorStatus.OPEN)
        assert "Microsoft Entra ID applications" in record.remedy


async def test_an_identity_that_may_not_read_dataverse_is_recorded_as_refused(stage: Stage) -> None:
    row_id = await stage.project()
    await stage.heard(PROJECTS, row_id)
    stage.world.dataverse.faults.add(path="msdyn_projects", status=403)
    await stage.heard(PROJECTS, row_id)
    assert (await stage.error(PROJECTS, row_id)).error_class == "Refused"
    assert stage.kept("ProjectsV2", "PRJ-1") is not None


async def test_a_create_whose_answer_was_lost_is_not_made_twice(stage: Stage) -> None:
    row_id = await stage.project()
    stage.world.finance.faults.add(method="POST", path="ProjectsV2", reset=True, after=True, times=1)
    await stage.heard(PROJECTS, row_id, seconds=30)
    posts = [asked for asked in stage.to_finance.writes if asked.method == "POST"]
    assert len(posts) == 1
    assert stage.kept("ProjectsV2", "PRJ-1") is not None
    assert await stage.errors() == []


async def test_a_task_whose_answer_was_lost_is_not_made_twice_though_finance_numbers_it(stage: Stage) -> None:
    await stage.heard(PROJECTS, await stage.project())
    row_id = await stage.task()
    stage.world.finance.faults.add(method="POST", path="ProjectTasks", reset=True, after=True, times=1)
    await stage.heard(TASKS, row_id, seconds=30)
    tasks = [row.values for row in stage.world.finance.database.tables["ProjectTasks"]]
    assert [task["TaskElementId"] for task in tasks] == [row_id]


async def test_a_gateways_404_is_no_reason_to_delete_anything(stage: Stage) -> None:
    row_id = await stage.project()
    await stage.heard(PROJECTS, row_id)
    stage.world.dataverse.faults.add(path="msdyn_projects", status=404, body="<html>not here</html>")
    await stage.heard(PROJECTS, row_id, Hint.DELETE, seconds=2000)
    assert stage.kept("ProjectsV2", "PRJ-1") is not None
