"""Error records, conflict records, watermarks, map states and activity."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from shared.errors import Conflict, Owner
from shared.store.activity import Act, Activity
from shared.store.conflicts import Conflicts, LostValue
from shared.store.error_records import OF_A_PACKAGE, OF_A_POISONED_MESSAGE, ErrorRecord, ErrorRecords, ErrorStatus
from shared.store.map_states import MapState, MapStates, Mode, State
from shared.store.storage import Storage
from shared.store.stores import stores_on
from shared.store.watermarks import Watermarks
from tests.store.memory import MemoryStorage

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)
DIRECTION = "projects_to_finance"
LOST = {"name": LostValue(kept="A", lost="B", base=None)}


@pytest.fixture
def errors(storage: Storage) -> ErrorRecords:
    return ErrorRecords(storage.table("errors"))


async def fail(errors: ErrorRecords, key: str = "K/1", now: datetime = NOW, **known: Any) -> ErrorRecord:
    said: dict[str, Any] = {"error_class": "Rejected", "message": "No.", "owner": Owner.CONSULTANT, "attempts": 1}
    said |= {"correlation": "c1"} | known
    return await errors.record(DIRECTION, key, now=now, **said)


async def test_a_failure_is_remembered_whole(errors: ErrorRecords) -> None:
    said: dict[str, Any] = {"reason": "they said", "cause": "it is so", "remedy": "do this", "column": "ProjectName"}
    made = await fail(errors, owner=Owner.ACCOUNTANT, snapshot="{}", due=LATER, **said)

    assert await errors.get(DIRECTION, "K/1") == made
    assert (made.owner, made.cause) == (Owner.ACCOUNTANT, "it is so")
    assert made.status is ErrorStatus.RETRYING
    assert (made.first_seen, made.last_seen, made.due) == (NOW, NOW, LATER)


async def test_a_further_failure_brings_the_record_up_to_date(errors: ErrorRecords) -> None:
    await fail(errors, due=LATER)
    await fail(errors, now=LATER, message="Still no.", attempts=2)

    record = await errors.get(DIRECTION, "K/1")

    assert record is not None
    assert (record.first_seen, record.last_seen, record.attempts) == (NOW, LATER, 2)
    assert (record.message, record.status, record.due) == ("Still no.", ErrorStatus.OPEN, None)


async def test_a_row_that_went_over_has_its_record_resolved_once(errors: ErrorRecords) -> None:
    await fail(errors, due=LATER)

    assert await errors.resolve(DIRECTION, "K/1", LATER) is True
    assert await errors.resolve(DIRECTION, "K/1", LATER) is False
    assert await errors.resolve(DIRECTION, "other", LATER) is False

    record = await errors.get(DIRECTION, "K/1")
    assert record is not None
    assert (record.status, record.due) == (ErrorStatus.RESOLVED, None)


async def test_a_failure_after_a_success_begins_anew(errors: ErrorRecords) -> None:
    await fail(errors)
    await errors.resolve(DIRECTION, "K/1", NOW)

    record = await fail(errors, now=LATER)

    assert (record.status, record.first_seen) == (ErrorStatus.OPEN, LATER)


async def test_a_dismissed_failure_rests_until_it_is_another_one(errors: ErrorRecords) -> None:
    await fail(errors)
    await errors.dismiss(DIRECTION, "K/1", NOW)

    assert (await fail(errors, now=LATER)).status is ErrorStatus.DISMISSED
    assert (await fail(errors, now=LATER, message="Something else.")).status is ErrorStatus.OPEN


async def test_records_are_listed_by_direction_and_status_the_last_seen_first(errors: ErrorRecords) -> None:
    await fail(errors, "K1")
    await fail(errors, "K2", now=LATER, due=LATER)
    refused: dict[str, Any] = {"error_class": "Refused", "message": "-", "owner": Owner.ADMINISTRATOR}
    await errors.record("tasks_to_finance", "K1", now=NOW, attempts=0, correlation="c2", **refused)

    assert [record.key for record in await errors.list(DIRECTION)] == ["K2", "K1"]
    assert [record.key for record in await errors.list(status=ErrorStatus.RETRYING)] == ["K2"]
    assert len(await errors.list()) == 3
    assert len(await errors.list(limit=2)) == 2


async def test_due_records_are_those_whose_time_has_come(errors: ErrorRecords) -> None:
    await fail(errors, "open")
    await fail(errors, "later", due=LATER)

    assert await errors.due(NOW) == []
    assert [record.key for record in await errors.due(LATER)] == ["later"]


async def test_a_record_that_is_tried_again_comes_due_later(errors: ErrorRecords) -> None:
    for status in (ErrorStatus.OPEN, ErrorStatus.PARKED, ErrorStatus.RETRYING, ErrorStatus.DISMISSED):
        await errors.retrying(await fail(errors, status=status), LATER)

        record = await errors.get(DIRECTION, "K/1")
        assert record is not None
        assert (record.status, record.due) == (ErrorStatus.RETRYING, LATER)


async def test_a_try_that_has_ended_already_is_not_marked_as_under_way(errors: ErrorRecords) -> None:
    resolved, failed = await fail(errors, "K1"), await fail(errors, "K2")
    await errors.resolve(DIRECTION, "K1", LATER)
    again = await fail(errors, "K2", now=LATER)

    for record in (resolved, failed):
        await errors.retrying(record, LATER)

    assert [record.status for record in await errors.list(status=ErrorStatus.RESOLVED)] == [ErrorStatus.RESOLVED]
    assert await errors.get(DIRECTION, "K2") == again


async def test_a_record_of_before_there_were_owners_is_read_with_one(storage: Storage, errors: ErrorRecords) -> None:
    said = "Line property Not available doesn't exist."
    record = await fail(errors, reason=said, remedy="Ask.")
    (stored,) = [found async for found in storage.table("errors").query()]
    older = {name: value for name, value in stored.entity.items() if name not in {"owner", "cause"}}
    await storage.table("errors").put(older)

    read = await errors.get(DIRECTION, "K/1")

    assert read is not None
    assert (read.owner, read.remedy) == (Owner.CONSULTANT, "Ask.")
    assert read.cause == "Finance has no line property for the billing type of the actual."
    assert replace(read, cause="") == replace(record, cause="")


async def test_records_of_packages_and_of_foreign_messages_are_of_no_row(errors: ErrorRecords) -> None:
    keys = ("usmf|K1", "package", f"{OF_A_PACKAGE}usmf", f"{OF_A_POISONED_MESSAGE}c0ffee")
    assert [(await fail(errors, key)).is_of_a_row for key in keys] == [True, True, False, False]


async def test_texts_of_any_length_are_cut_to_a_size(errors: ErrorRecords) -> None:
    record = await fail(errors, "k" * 1_024, message="ü🙂" * 50_000, reason="x" * 50_000, snapshot="y" * 500_000)

    assert await errors.get(DIRECTION, "k" * 1_024) == record
    assert record.message.endswith("…")
    assert len(record.snapshot) == 8_000


async def test_nothing_to_resolve_costs_one_operation() -> None:
    names: list[str] = []

    async def note(name: str) -> None:
        names.append(name)

    errors = ErrorRecords(MemoryStorage(before_each_operation=note).table("errors"))

    assert await errors.resolve(DIRECTION, "K1", NOW) is False
    assert names == ["errors.get"]


@pytest.fixture
def conflicts(storage: Storage) -> Conflicts:
    return Conflicts(storage.table("conflicts"))


async def lose(conflicts: Conflicts, correlation: str = "c1", now: datetime = NOW) -> str:
    return await conflicts.keep("customers", "pair", LOST, winner="finance", now=now, correlation=correlation)


async def test_a_lost_value_is_kept_once_however_often_its_settle_is_repeated(conflicts: Conflicts) -> None:
    first = await lose(conflicts)
    assert await lose(conflicts, now=LATER) == first

    [record] = await conflicts.list("customers")

    assert (record.id, record.columns, record.kept_at) == (first, LOST, NOW)
    assert (record.pair, record.winner, record.restored_at) == ("pair", "finance", None)
    assert await conflicts.get("customers", first) == record


async def test_a_restored_conflict_is_marked_once_and_opened_by_another_event_only(conflicts: Conflicts) -> None:
    kept = await lose(conflicts)

    assert await conflicts.mark_restored("customers", kept, who="ann", now=LATER) is True
    assert await conflicts.mark_restored("customers", kept, who="bob", now=LATER) is False
    await lose(conflicts)
    [record] = await conflicts.list("customers")
    assert (record.restored_by, record.restored_at) == ("ann", LATER)

    await lose(conflicts, correlation="c2", now=LATER)
    [record] = await conflicts.list("customers")
    assert (record.restored_at, record.correlation) == (None, "c2")


async def test_conflicts_with_other_values_are_other_records_and_the_latest_comes_first(conflicts: Conflicts) -> None:
    await lose(conflicts)
    other = {"name": LostValue(kept="A", lost="C", base="x" * 90_000)}
    await conflicts.keep("customers", "pair", other, winner="finance", now=LATER, correlation="c1")

    assert [record.columns["name"].lost for record in await conflicts.list("customers")] == ["C", "B"]
    assert await conflicts.list("vendors") == []
    assert await conflicts.mark_restored("customers", "unknown", who="ann", now=NOW) is False


async def test_a_watermark_moves_from_where_it_was_read(storage: Storage) -> None:
    marks = Watermarks(storage.table("watermarks"))
    assert await marks.get(DIRECTION) is None
    first = await marks.save(DIRECTION, value="https://x/?$deltatoken=1", taken_at=NOW, run="r1", etag=None)
    second = await marks.save(DIRECTION, value="2", taken_at=LATER, run="r2", etag=first.etag)

    for stale in (None, first.etag):
        with pytest.raises(Conflict):
            await marks.save(DIRECTION, value="3", taken_at=LATER, run="r3", etag=stale)

    assert await marks.get(DIRECTION) == second
    assert await marks.get(DIRECTION, "usmf") is None
    await marks.forget(DIRECTION)
    assert await marks.get(DIRECTION) is None


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


async def test_a_map_that_nobody_started_is_not_running(storage: Storage) -> None:
    states = MapStates(storage.table("maps"), clock=Clock())

    assert await states.get("projects") == MapState("projects", State.NOT_RUNNING, Mode.DURABLE, None)
    assert await states.list() == []


async def test_a_map_state_is_set_by_who_read_it_last(storage: Storage) -> None:
    states = MapStates(storage.table("maps"), clock=Clock())
    before = await states.get("projects")
    running = await states.set(before, state=State.RUNNING)

    with pytest.raises(Conflict):
        await states.set(before, state=State.PAUSED)
    blocking = await states.set(running, mode=Mode.BLOCKING)

    assert await states.get("projects") == blocking
    assert await states.list() == [blocking]
    assert (blocking.state, blocking.mode) == (State.RUNNING, Mode.BLOCKING)


async def test_a_map_state_is_read_again_when_it_is_too_old(storage: Storage) -> None:
    clock = Clock()
    here, there = (MapStates(storage.table("maps"), clock=clock, age=5) for _ in range(2))
    await here.get("projects")
    await there.set(await there.get("projects"), state=State.RUNNING)

    clock.now += 4.9
    assert (await here.get("projects")).state is State.NOT_RUNNING
    assert (await there.get("projects")).state is State.RUNNING
    assert (await here.get("projects", fresh=True)).state is State.RUNNING
    clock.now += 5
    assert (await here.get("projects")).state is State.RUNNING


async def test_a_days_acts_are_listed_the_latest_first(storage: Storage) -> None:
    activity = Activity(storage.table("activity"))
    await activity.add("ann", "started", "projects", "by hand", NOW)
    await activity.add("ann", "started", "projects", "by hand", NOW)
    await activity.add("bob", "paused", "projects", "", LATER)
    await activity.add("bob", "paused", "projects", "", NOW + timedelta(days=1))

    assert await activity.list(date(2026, 3, 1)) == [
        Act("bob", "paused", "projects", "", LATER),
        Act("ann", "started", "projects", "by hand", NOW),
    ]
    assert len(await activity.list(date(2026, 3, 1), limit=1)) == 1
    assert await activity.list(date(2026, 2, 28)) == []


def test_every_store_opens_on_a_storage_account_without_a_request() -> None:
    async def never(name: str) -> None:
        raise AssertionError(name)

    stores = stores_on(MemoryStorage(before_each_operation=never), clock=Clock())

    assert isinstance(stores.links, object)
