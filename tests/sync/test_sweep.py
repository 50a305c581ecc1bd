"""The sweep: due rows go back to their queues, poisoned messages become error records."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest

from shared.errors import Owner
from shared.store.error_records import ErrorStatus
from shared.store.message import Hint
from shared.store.work_queue import poison_name
from shared.sync.sweep import MOST_POISON, Swept, sweep
from tests.sync.stage import Stage

PROJECTS = "projects_to_finance"


async def poison(stage: Stage, text: str) -> None:
    """Put a message where the host puts what its function could not handle."""
    await stage.world.storage.queue(poison_name(PROJECTS)).send(text)


async def record_failure(stage: Stage, key: str, *, due_in: float | None) -> None:
    now = stage.world.clock.now()
    due = None if due_in is None else now + timedelta(seconds=due_in)
    await stage.services.errors.record(
        PROJECTS,
        key,
        error_class="Transient",
        message="m",
        owner=Owner.ADMINISTRATOR,
        now=now,
        attempts=6,
        correlation="c0ffee",
        due=due,
    )


async def test_a_sweep_without_anything_due_does_nothing(stage: Stage) -> None:
    await record_failure(stage, "later", due_in=100)
    await record_failure(stage, "for a person", due_in=None)
    assert await sweep(stage.services) == Swept(0, 0, 0)
    assert stage.waiting(PROJECTS) == []


async def test_a_due_record_is_tried_once_and_comes_due_again_later(stage: Stage) -> None:
    row_id = await stage.project()
    await record_failure(stage, row_id, due_in=100)
    stage.world.clock.advance(100)
    assert (await sweep(stage.services)).retried == 1
    assert (await sweep(stage.services)).retried == 0
    ((message, _),) = stage.waiting(PROJECTS)
    assert (message.key, message.hint, message.correlation) == (row_id, Hint.UPSERT, "c0ffee")
    record = await stage.error(PROJECTS, row_id)
    assert record.due == stage.world.clock.now() + timedelta(seconds=900)


async def test_a_row_that_has_failed_for_long_is_paced_by_its_record_and_not_by_the_ladder(stage: Stage) -> None:
    row_id = await stage.project()
    await record_failure(stage, row_id, due_in=0)
    stage.world.finance.faults.add(path="ProjectsV2", status=503)
    await sweep(stage.services)
    await stage.world.run()
    assert stage.waiting(PROJECTS) == []
    assert (await stage.error(PROJECTS, row_id)).status is ErrorStatus.RETRYING


async def test_a_dismissed_record_is_left_in_peace(stage: Stage) -> None:
    await record_failure(stage, "dismissed", due_in=0)
    await stage.services.errors.dismiss(PROJECTS, "dismissed", stage.world.clock.now())
    assert (await sweep(stage.services)).retried == 0


async def test_a_delete_that_failed_for_long_is_still_done(stage: Stage) -> None:
    row_id = await stage.project()
    await stage.heard(PROJECTS, row_id)
    await stage.remove("msdyn_projects", "PRJ-1")
    stage.world.finance.faults.add(method="DELETE", path="ProjectsV2", status=503)
    await stage.heard(PROJECTS, row_id, Hint.DELETE, seconds=2000)
    stage.world.finance.faults.clear()
    stage.world.clock.advance(1000)
    await sweep(stage.services)
    await stage.world.run(seconds=60)
    assert stage.kept("ProjectsV2", "PRJ-1") is None


async def test_a_poisoned_message_that_is_not_ours_is_recorded_by_hash_and_size_and_never_by_content(
    stage: Stage,
) -> None:
    body = '{"iban": "DE89 3704 0044 0532 0130 00", "holder": "Avery Howard"}'
    await poison(stage, body)
    assert (await sweep(stage.services)).poisoned == 1
    digest = hashlib.sha256(body.encode()).hexdigest()
    record = await stage.error(PROJECTS, f"poison:{digest}")
    assert (record.error_class, record.status, record.owner) == ("Poison", ErrorStatus.OPEN, Owner.ENGINEER)
    assert digest in record.message
    assert f"{len(body)} bytes" in record.message
    assert not any(secret in str(record) for secret in ("DE89", "Avery", "iban", "holder"))
    assert await stage.services.queue.poisoned(PROJECTS) == 0


async def test_a_poisoned_message_of_ours_is_recorded_by_its_row_and_tried_again(stage: Stage) -> None:
    row_id = await stage.project()
    await stage.world.tell(PROJECTS, row_id)
    ((message, _),) = stage.waiting(PROJECTS)
    (received,) = await stage.world.storage.queue("projects-to-finance").receive()
    await stage.world.storage.queue("projects-to-finance").delete(received)
    await poison(stage, message.to_text())
    await sweep(stage.services)
    record = await stage.error(PROJECTS, row_id)
    assert (record.error_class, record.status, record.correlation) == ("Poison", ErrorStatus.RETRYING, "test")
    stage.world.clock.advance(901)
    await sweep(stage.services)
    await stage.world.run()
    assert stage.kept("ProjectsV2", "PRJ-1") is not None
    assert (await stage.error(PROJECTS, row_id)).status is ErrorStatus.RESOLVED


@pytest.mark.parametrize("body", ["", "null", "[]", "\x00", "ü" * 1000, '{"v": 2}', "{" * 5000])
async def test_any_poisoned_body_becomes_a_record(stage: Stage, body: str) -> None:
    await poison(stage, body)
    assert (await sweep(stage.services)).poisoned == 1
    (record,) = await stage.errors()
    assert record.error_class == "Poison"


async def test_one_sweep_takes_a_bounded_number_of_poisoned_messages(stage: Stage) -> None:
    for number in range(MOST_POISON + 3):
        await poison(stage, f"foreign {number}")
    assert (await sweep(stage.services)).poisoned == MOST_POISON
    assert (await sweep(stage.services)).poisoned == 3


async def test_a_crash_after_recording_records_the_same_message_once(stage: Stage) -> None:
    await poison(stage, "foreign")

    async def crash(operation: str) -> None:
        if operation.endswith("poison.delete"):
            raise RuntimeError("ended")

    stage.world.storage.before_each_operation = crash
    with pytest.raises(RuntimeError):
        await sweep(stage.services)
    stage.world.storage.before_each_operation = _go_on
    stage.world.clock.advance(61)
    assert (await sweep(stage.services)).poisoned == 1
    assert len(await stage.errors()) == 1


async def _go_on(_operation: str) -> None: ...
