"""From the webhook to the write, against the bare calls: two reads at once and one write, on the same twins.

Both are timed until the twin has taken the write, by its own log. They take turns in one steady stream, which is as
fast as Dataverse's limit of 6,000 requests in 5 minutes lets changes through, at two requests of Dataverse for each
(the row, and the second look). While it flows, the poller of the queue pauses 100 ms when it finds nothing, as the real
host's does; what a queue adds that has been idle is measured apart.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from tests.bench.measuring import Series, series
from tests.bench.report import MILLI, Section, Verdict
from tests.bench.scene import LOOPBACK, REALISTIC, Pace, Scene
from tests.local.azurite import ROOT
from tests.local.settings import read_host_json

TARGET = 1.5
#: Seconds between two changes of the stream.
APART = 0.1


@dataclass(frozen=True, slots=True)
class Latencies:
    """Seconds until the write, through the app and by bare calls."""

    ours: Series
    bare: Series

    @property
    def ratio(self) -> float:
        """How much longer ours takes, by the medians."""
        return self.ours.median / self.bare.median


async def run(scene: Scene, *, quick: bool) -> Section:
    """Measure at both paces; the target is judged at the realistic one, where the network is most of the time."""
    section = Section("From webhook to written")
    section.notes.append(
        f"Through the local host, Azurite and both twins over HTTP: a change every {APART * MILLI:.0f} ms, by turns with the "
        "bare calls, two reads at once and one write. Each until the twin took the write; milliseconds."
    )
    table = section.table("twins", "p50", "p95", "least", "bare: p50", "p95", "least", "p50 to p50")
    for pace in (REALISTIC, LOOPBACK):
        found = await _stream(scene, pace, min(len(scene.bare), 15 if quick else 120))
        table.add_row(pace.name, *_three(found.ours), *_three(found.bare), f"{found.ratio:.2f} ×")
        if pace is REALISTIC:
            section.verdicts.append(Verdict("webhook to written (p50), against the bare calls", found.ratio, TARGET))
    section.notes.append(f"The target is judged at the first pace, an assumption: {REALISTIC.name}.")
    if not quick:
        section.notes.append(await _after_silence(scene))
    return section


async def _stream(scene: Scene, pace: Pace, count: int) -> Latencies:
    """Send changes and bare calls in turns, after one change that wakes the poller."""
    workload, (waker, *ours), bare = scene.workload, scene.ours[: count + 1], scene.bare[:count]
    await workload.edit((waker, *ours))
    async with scene.at(pace):
        await workload.carry([waker])
        await workload.forget_writes()
        begun: dict[str, float] = {}

        async def begin(work: Callable[[str], Awaitable[float]], project: str) -> None:
            begun[project] = await work(project)

        async with asyncio.TaskGroup() as group:
            for one, other in zip(ours, bare, strict=True):
                group.create_task(begin(workload.announce, one))
                await asyncio.sleep(APART / 2)
                group.create_task(begin(workload.bare, other))
                await asyncio.sleep(APART / 2)
        written = await workload.written([*ours, *bare])
    taken = {project: written[project] - begun[project] for project in begun}
    return Latencies(_of(taken, ours), _of(taken, bare))


async def _after_silence(scene: Scene) -> str:
    """Say what a change waits for that comes when the poller has long found nothing."""
    longest = read_host_json(ROOT).extensions.queues.max_polling_interval.total_seconds()
    workload, ours, phase = scene.workload, scene.ours[:5], random.Random(1)
    await workload.edit(ours)
    taken: list[float] = []
    for project in ours:
        # Doubling from 100 ms, the pauses have reached the longest after twice that time.
        await asyncio.sleep(2 * longest + phase.uniform(0, longest))
        await workload.forget_writes()
        begun = await workload.announce(project)
        taken.append((await workload.written([project]))[project] - begun)
    found = series(taken)
    return (
        f"A queue that has been idle is looked at every {longest:g} s (host.json: maxPollingInterval): a change after a long "
        f"silence took {found.median:.1f} s at the median of {len(taken)}, {max(taken):.1f} s at most, twins at full speed."
    )


def _of(taken: dict[str, float], projects: Sequence[str]) -> Series:
    return series([taken[project] for project in projects])


def _three(found: Series) -> tuple[str, str, str]:
    return tuple(f"{seconds * MILLI:.0f}" for seconds in (found.median, found.quantile(0.95), min(found.values)))  # type: ignore[return-value] # three
