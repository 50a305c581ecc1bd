"""The host is killed at random moments while people work on both sides and both systems fail one call in twenty.

Afterwards there is no difference, no orphan, no double, and nothing is left in a queue. Real processes and real HTTP:
only the storage emulator is never killed, for its abrupt end loses writes that it has acknowledged.
"""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass
from pathlib import Path

import pytest
from rich.console import Console

from tests.crash.workload import ONE_IN_TWENTY, Known, Worker
from tests.local.demo.board import Board
from tests.local.demo.compare import compare, differences, listed
from tests.local.demo.operator import running
from tests.local.demo.people import People
from tests.local.demo.reference_data import reference_data
from tests.local.demo.registration import register_all
from tests.local.demo.stage import Options, Stage, playing
from tests.world import Person

WORKERS = 4


@dataclass(frozen=True, slots=True)
class Plan:
    """How much happens: changes of all people together, kills, and the longest pause between two saves, in seconds."""

    changes: int
    kills: int
    pause: float
    seed: int


class Work:
    """All people at work, counted."""

    def __init__(self, plan: Plan, workers: list[Worker]) -> None:
        self.saved = 0
        self._plan = plan
        self._workers = workers
        self._changed = asyncio.Condition()

    async def run(self) -> None:
        """Let everybody work until the plan's changes are saved."""
        async with asyncio.TaskGroup() as group:
            for worker in self._workers:
                group.create_task(self._run(worker))

    async def until(self, saved: int) -> None:
        """Wait until so many changes are saved."""
        async with self._changed:
            await self._changed.wait_for(lambda: self.saved >= saved)

    async def _run(self, worker: Worker) -> None:
        await worker.begin()
        for _ in range(self._plan.changes // len(self._workers)):
            await worker.act()
            async with self._changed:
                self.saved += 1
                self._changed.notify_all()
            await asyncio.sleep(worker.chance.uniform(0, self._plan.pause))


@pytest.mark.parametrize(
    "plan",
    [
        pytest.param(Plan(changes=120, kills=3, pause=1.0, seed=1), id="short"),
        pytest.param(Plan(changes=1000, kills=10, pause=0.6, seed=2), id="long", marks=pytest.mark.long),
    ],
)
async def test_after_sigkill_and_failing_systems_both_sides_agree(plan: Plan, tmp_path: Path) -> None:
    options = Options(seed=plan.seed, logs=tmp_path, queue_hold=2.0)
    async with playing(options) as stage, People(stage, Board(Console(quiet=True), stage.operator.status)) as people:
        await stage.start_host()
        await register_all(stage)
        await reference_data(people)
        known = await Known.look_up(people)
        workers = [Worker(people, str(n), random.Random(f"{plan.seed}/{n}"), known) for n in range(WORKERS)]
        work = Work(plan, workers)
        await _set_faults(stage, "POST")
        async with asyncio.TaskGroup() as group:
            group.create_task(work.run())
            group.create_task(_kill_now_and_then(stage, work, plan))
        await _come_to_rest(stage)
        assert await _set_faults(stage, "GET") >= plan.changes // 10, "the systems hardly ever failed"
        await _set_faults(stage, "DELETE")
        compared = await compare(stage.http, stage.dataverse_url, stage.finance_url)
        assert listed(differences(compared)) == []
        assert {each.map: each.pairs for each in compared}["projects"] == WORKERS
        assert [f"{error.direction} {error.key}: {error.message}" for error in await stage.operator.errors()] == []


async def _kill_now_and_then(stage: Stage, work: Work, plan: Plan) -> None:
    chance = random.Random(f"{plan.seed}/kills")
    for moment in sorted(chance.sample(range(1, plan.changes), plan.kills)):
        await work.until(moment)
        await asyncio.sleep(chance.uniform(0, 0.5))
        stage.kill_host()
        await asyncio.sleep(chance.uniform(0, 1.0))
        await stage.start_host()


async def _set_faults(stage: Stage, method: str) -> int:
    """Set, read or clear the faults of both systems; how often those in force have struck."""
    struck = 0
    for url, path in ((stage.dataverse_url, "/api/data"), (stage.finance_url, "/data")):
        rules = [{**rule, "path": path} for rule in ONE_IN_TWENTY] if method == "POST" else None
        in_force = await Person(stage.http, f"{url}/twin/").does(method, "faults", rules)
        struck += sum(rule["struck"] for rule in in_force)
    return struck


async def _come_to_rest(stage: Stage) -> None:
    """What the timers do within the hour, at once: find what events lost, and wait until nothing is on its way."""
    await stage.operator.catch_up(*running(), seconds=120)
    await stage.operator.until_quiet(180, sweeping=True)
