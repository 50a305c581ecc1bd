from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from shared.store.parked import ParkedRow, ParkedRows
from shared.store.storage import Storage
from tests.store.interleavings import at_once, crash_after, every_order, stop_before
from tests.store.memory import MemoryStorage

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
TASKS = "tasks_to_finance"


@pytest.fixture
def parked(storage: Storage) -> ParkedRows:
    return ParkedRows(storage.table("parked"))


async def park(
    parked: ParkedRows, missing: str, key: str, minutes: int = 0, since: datetime | None = None
) -> ParkedRow:
    now, due = NOW + timedelta(minutes=minutes), NOW + timedelta(hours=1, minutes=minutes)
    return await parked.park(
        "projects", missing, TASKS, key, now=now, due=due, correlation="c", attempts=2, since=since
    )


async def test_those_that_wait_for_a_row_are_found_by_it_oldest_first(parked: ParkedRows) -> None:
    await park(parked, "P/1", "T2", minutes=1)
    first = await park(parked, "P/1", "T9")
    await park(parked, "P/2", "T3")

    waiting = await parked.waiting_for("projects", "P/1")

    assert [row.key for row in waiting] == ["T9", "T2"]
    assert waiting[0] == first
    assert await parked.waiting_for("contracts", "P/1") == []


async def test_a_row_waits_for_one_other_at_a_time(parked: ParkedRows) -> None:
    await park(parked, "P1", "T1")
    await park(parked, "P2", "T1", minutes=5)

    assert await parked.waiting_for("projects", "P1") == []
    [row] = await parked.waiting_for("projects", "P2")
    assert row.since == NOW
    assert await parked.find(TASKS, "T1") == row


async def test_a_row_that_was_woken_tells_since_when_it_has_waited(parked: ParkedRows) -> None:
    began = NOW - timedelta(hours=2)
    woken = await park(parked, "P1", "T1", since=began)
    again = await park(parked, "P2", "T1", minutes=5)
    earlier = await park(parked, "P2", "T1", minutes=6, since=began - timedelta(hours=1))

    assert (woken.since, again.since, earlier.since) == (began, began, began - timedelta(hours=1))
    assert await parked.find(TASKS, "T1") == earlier


async def test_parking_again_under_the_same_key_moves_the_due_time(parked: ParkedRows) -> None:
    await park(parked, "P1", "T1")
    await park(parked, "P1", "T1", minutes=5)

    [row] = await parked.waiting_for("projects", "P1")

    assert row.due == NOW + timedelta(hours=1, minutes=5)


async def test_a_released_row_waits_no_longer(parked: ParkedRows) -> None:
    row = await park(parked, "P1", "T1")

    assert await parked.release(row) is True

    assert await parked.waiting_for("projects", "P1") == []
    assert await parked.find(TASKS, "T1") is None
    assert await parked.release(row) is False


async def test_a_release_leaves_a_row_that_was_parked_again_meanwhile(parked: ParkedRows) -> None:
    stale = await park(parked, "P1", "T1")
    again = await park(parked, "P1", "T1", minutes=1)

    assert await parked.release(stale) is False

    assert await parked.find(TASKS, "T1") == again


async def test_the_sweep_sees_rows_whose_due_time_has_come(parked: ParkedRows) -> None:
    await park(parked, "P1", "T1")
    await park(parked, "P2", "T2", minutes=1)

    assert await parked.due(NOW) == []
    assert [row.key for row in await parked.due(NOW + timedelta(hours=1))] == ["T1"]
    assert [row.key for row in await parked.due(NOW + timedelta(hours=2))] == ["T1", "T2"]


def test_two_that_park_a_row_at_once_leave_it_waiting_in_every_order() -> None:
    orders = 0
    for storage, results in every_order(
        lambda storage: [
            park(ParkedRows(storage.table("parked")), "P1", "T1"),
            park(ParkedRows(storage.table("parked")), "P2", "T1"),
        ]
    ):
        assert all(isinstance(result, ParkedRow) for result in results)
        assert at_once(ParkedRows(storage.table("parked")).find(TASKS, "T1")) is not None
        assert len(at_once(ParkedRows(storage.table("parked")).due(NOW + timedelta(days=1)))) == 1
        orders += 1
    assert orders > 20


def test_a_row_parked_back_and_forth_still_waits_in_every_order() -> None:
    for storage, _ in every_order(
        lambda storage: [
            park(_with_row_parked(ParkedRows(storage.table("parked"))), "P2", "T1"),
            park(ParkedRows(storage.table("parked")), "P1", "T1"),
        ]
    ):
        found = at_once(ParkedRows(storage.table("parked")).find(TASKS, "T1"))
        assert found is not None


def _with_row_parked(parked: ParkedRows) -> ParkedRows:
    at_once(park(parked, "P1", "T1"))
    return parked


@pytest.mark.parametrize("missing", ["P1", "P2"])
def test_a_release_never_ends_a_wait_that_began_after_it_was_read(missing: str) -> None:
    for storage, _ in every_order(
        lambda storage: [
            ParkedRows(storage.table("parked")).release(at_once(park(ParkedRows(storage.table("parked")), "P1", "T1"))),
            park(ParkedRows(storage.table("parked")), missing, "T1", minutes=5),
        ]
    ):
        found = at_once(ParkedRows(storage.table("parked")).find(TASKS, "T1"))
        assert found is not None
        assert found.missing_key == missing


@pytest.mark.parametrize("missing", ["P1", "P2"])
@pytest.mark.parametrize("operations", range(6))
def test_a_crash_while_parking_leaves_nothing_that_the_sweep_does_not_see(missing: str, operations: int) -> None:
    parked = ParkedRows(MemoryStorage(before_each_operation=stop_before).table("parked"))
    at_once(park(parked, "P1", "T1"))
    crash_after(operations, park(parked, missing, "T1", minutes=5))

    for row in at_once(parked.due(NOW + timedelta(days=1))):
        at_once(parked.release(row))

    assert at_once(parked.due(NOW + timedelta(days=1))) == []
    assert at_once(parked.find(TASKS, "T1")) is None


@pytest.mark.parametrize("operations", range(4))
def test_a_crash_while_releasing_is_mended_by_releasing_or_parking_again(operations: int) -> None:
    parked = ParkedRows(MemoryStorage(before_each_operation=stop_before).table("parked"))
    row = at_once(park(parked, "P1", "T1"))
    crash_after(operations, parked.release(row))

    at_once(parked.release(row))
    assert at_once(parked.find(TASKS, "T1")) is None
    again = at_once(park(parked, "P1", "T1", minutes=5))
    assert at_once(parked.find(TASKS, "T1")) == again
    assert again.since == NOW + timedelta(minutes=5)
