"""Timers fire once per occurrence, on one host, and make up for a missed run once."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import azure.functions as func
import pytest
from azure.data.tables.aio import TableClient, TableServiceClient

from tests.local.azurite import Azurite
from tests.local.functions import index
from tests.local.invocations import Invocations
from tests.local.manual_clock import ManualClock
from tests.local.schedules import Schedule
from tests.local.singleton import TableLease, TableOccurrences
from tests.local.timers import Timer, Timers

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
EVERY_FIVE_MINUTES = "0 */5 * * * *"


@pytest.mark.parametrize(
    ("expression", "after", "expected"),
    [
        (EVERY_FIVE_MINUTES, NOON, NOON + timedelta(minutes=5)),
        ("30 * * * * *", NOON, NOON + timedelta(seconds=30)),
        ("0 0 * * *", NOON, datetime(2026, 3, 2, tzinfo=UTC)),
        ("01:30:00", NOON, datetime(2026, 3, 1, 13, 30, tzinfo=UTC)),
        ("0 0 0 1 * MON", NOON, datetime(2026, 6, 1, tzinfo=UTC)),  # day and weekday both, unlike in cron
    ],
)
def test_a_schedule_names_its_next_occurrence(expression: str, after: datetime, expected: datetime) -> None:
    assert Schedule(expression).after(after) == expected


@pytest.mark.parametrize("expression", ["", "soon", "* * *", "0 61 * * * *", "00:00:00"])
def test_an_expression_that_nobody_can_read_is_an_error(expression: str) -> None:
    with pytest.raises(ValueError, match="neither NCRONTAB"):
        Schedule(expression)


class Recorder:
    """A timer function that notes when it ran, and may be told to take its time or to fail."""

    def __init__(self, clock: ManualClock, *, schedule: str = EVERY_FIVE_MINUTES, on_startup: bool = False) -> None:
        self.runs: list[tuple[str, bool]] = []
        self.seconds = 0.0
        self.fails = False
        self._clock = clock
        app = func.FunctionApp()

        @app.timer_trigger(schedule=schedule, arg_name="timer", run_on_startup=on_startup)
        async def tick(timer: func.TimerRequest) -> None:
            self.runs.append((f"{clock.now():%H:%M:%S}", timer.past_due))
            await clock.sleep(self.seconds)
            if self.fails:
                raise RuntimeError("on purpose")

        (self.function,) = index(app)

    def timer(self, occurrences: Remembered) -> Timer:
        schedule = Schedule(str(self.function.trigger["schedule"]))
        return Timer(self.function, schedule, occurrences, Invocations(), self._clock)


class Remembered(dict[str, tuple[datetime, datetime]]):
    """Occurrences in memory."""

    async def saved(self, function: str) -> tuple[datetime, datetime] | None:
        return self.get(function)

    async def save(self, function: str, last: datetime, following: datetime) -> None:
        self[function] = (last, following)


class LentOut:
    """A lease in memory that somebody else may hold."""

    seconds = 30.0

    def __init__(self) -> None:
        self.elsewhere = False
        self.given_back = 0

    async def take(self, now: datetime) -> bool:
        assert now.tzinfo
        return not self.elsewhere

    async def give_back(self, now: datetime) -> None:
        assert now.tzinfo
        self.given_back += 1


@asynccontextmanager
async def running(
    recorder: Recorder, clock: ManualClock, occurrences: Remembered, lease: LentOut
) -> AsyncIterator[None]:
    stopping = asyncio.Event()
    task = asyncio.create_task(Timers([recorder.timer(occurrences)], lease, clock).run(stopping))
    await clock.advance(0)
    try:
        yield
    finally:
        stopping.set()
        await clock.advance(recorder.seconds)
        await task


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(NOON)


async def test_a_timer_fires_at_each_occurrence(clock: ManualClock) -> None:
    recorder = Recorder(clock)
    async with running(recorder, clock, Remembered(), LentOut()):
        await clock.advance(12 * 60)
    assert recorder.runs == [("12:05:00", False), ("12:10:00", False)]


async def test_a_long_run_swallows_occurrences_and_never_overlaps_itself(clock: ManualClock) -> None:
    recorder = Recorder(clock)
    recorder.seconds = 7 * 60
    async with running(recorder, clock, Remembered(), LentOut()):
        await clock.advance(25 * 60)
    assert [at for at, _ in recorder.runs] == ["12:05:00", "12:15:00", "12:25:00"]


async def test_a_failure_is_not_tried_again_before_the_next_occurrence(clock: ManualClock) -> None:
    recorder = Recorder(clock)
    recorder.fails = True
    async with running(recorder, clock, Remembered(), LentOut()):
        await clock.advance(10 * 60)
    assert [at for at, _ in recorder.runs] == ["12:05:00", "12:10:00"]


async def test_runs_missed_while_no_host_ran_are_made_up_for_once(clock: ManualClock) -> None:
    recorder, occurrences = Recorder(clock), Remembered()
    async with running(recorder, clock, occurrences, LentOut()):
        await clock.advance(60)
    await clock.advance(20 * 60)
    async with running(recorder, clock, occurrences, LentOut()):
        await clock.advance(5 * 60)
    assert recorder.runs == [("12:21:00", True), ("12:25:00", False)]


async def test_a_timer_denser_than_one_a_minute_is_not_watched(clock: ManualClock) -> None:
    recorder, occurrences = Recorder(clock, schedule="*/20 * * * * *"), Remembered()
    async with running(recorder, clock, occurrences, LentOut()):
        await clock.advance(20)
    assert recorder.runs == [("12:00:20", False)]
    assert occurrences == {}


async def test_a_timer_may_ask_to_run_at_every_start(clock: ManualClock) -> None:
    recorder, occurrences = Recorder(clock, on_startup=True), Remembered()
    for _ in range(2):
        async with running(recorder, clock, occurrences, LentOut()):
            await clock.advance(60)
    assert recorder.runs == [("12:00:00", False), ("12:01:00", False)]


async def test_only_the_host_with_the_lease_fires_and_a_lost_lease_ends_it(clock: ManualClock) -> None:
    recorder, lease = Recorder(clock), LentOut()
    lease.elsewhere = True
    async with running(recorder, clock, Remembered(), lease):
        await clock.advance(6 * 60)
        assert recorder.runs == []
        lease.elsewhere = False
        await clock.advance(5 * 60)
        assert recorder.runs == [("12:10:00", False)]
        lease.elsewhere = True
        await clock.advance(10 * 60)
    assert len(recorder.runs) == 1
    assert lease.given_back == 1


@pytest.fixture
async def table(azurite: Azurite) -> AsyncIterator[TableClient]:
    async with TableServiceClient.from_connection_string(azurite.connection_string) as service:
        yield await service.create_table_if_not_exists("timers")


async def test_a_lease_in_storage_has_one_holder_until_it_expires_or_is_given_back(table: TableClient) -> None:
    host_id = uuid.uuid4().hex
    one, two = (TableLease(table, host_id, holder, seconds=30) for holder in ("one", "two"))
    assert await one.take(NOON)
    assert await one.take(NOON)
    assert not await two.take(NOON + timedelta(seconds=29))
    assert await two.take(NOON + timedelta(seconds=30))
    await one.give_back(NOON + timedelta(seconds=31))
    assert not await one.take(NOON + timedelta(seconds=31))
    await two.give_back(NOON + timedelta(seconds=31))
    assert await one.take(NOON + timedelta(seconds=31))


async def test_of_hosts_that_race_for_a_lease_one_wins(table: TableClient) -> None:
    host_id = uuid.uuid4().hex
    for moment in (NOON, NOON + timedelta(minutes=1)):
        hosts = [TableLease(table, host_id, str(number), seconds=30) for number in range(8)]
        assert sum(await asyncio.gather(*(host.take(moment) for host in hosts))) == 1


async def test_occurrences_in_storage_are_found_again(table: TableClient) -> None:
    occurrences = TableOccurrences(table, uuid.uuid4().hex)
    assert await occurrences.saved("tick") is None
    await occurrences.save("tick", NOON, NOON + timedelta(minutes=5))
    assert await occurrences.saved("tick") == (NOON, NOON + timedelta(minutes=5))
