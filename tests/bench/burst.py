"""Changes per second: many at once through the host until all are written, against bare calls as many at a time."""

from __future__ import annotations

import time

from tests.bench.report import Section
from tests.bench.scene import LOOPBACK, REALISTIC, Pace, Scene
from tests.bench.workload import at_most
from tests.local.azurite import ROOT
from tests.local.settings import read_host_json


async def run(scene: Scene, *, quick: bool) -> Section:
    """Measure at both paces. There is no target: one host on one core shares the machine with all it talks to."""
    queues = read_host_json(ROOT).extensions.queues
    at_once = queues.batch_size + queues.threshold
    ours = scene.ours[: 60 if quick else len(scene.ours)]
    section = Section("Changes per second")
    section.notes.append(
        f"{len(ours)} updates of projects announced at once, until the last is written; the host works on at most {at_once} of "
        f"one queue, and so many bare calls are made at a time."
    )
    table = section.table("twins", "changes a second", "bare", "bare of ours", "host's memory, MiB")
    for pace in (REALISTIC, LOOPBACK):
        through_app = await _ours(scene, pace, ours)
        bare = await _bare(scene, pace, at_once)
        memory = f"{scene.memory():.0f}"
        table.add_row(pace.name, f"{through_app:.0f}", f"{bare:.0f}", f"{bare / through_app:.1f} ×", memory)
    section.notes.append(f"The host's memory after its start was {scene.memory_at_start:.0f} MiB.")
    return section


async def _ours(scene: Scene, pace: Pace, projects: tuple[str, ...]) -> float:
    waker, *others = projects
    await scene.workload.edit(projects)
    async with scene.at(pace):
        await scene.workload.carry([waker])
        begun = time.monotonic()
        written = await scene.workload.carry(others)
    return len(others) / (max(written.values()) - begun)


async def _bare(scene: Scene, pace: Pace, at_once: int) -> float:
    projects = scene.bare * 2
    async with scene.at(pace):
        begun = time.monotonic()
        await at_most(at_once, scene.workload.bare, projects)
        return len(projects) / (time.monotonic() - begun)
