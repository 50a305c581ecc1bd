"""The twins over HTTP: they must be so much faster than the app that a benchmark of the app is none of them."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable

from tests.bench.report import Section
from tests.bench.scene import Scene
from tests.bench.workload import Workload, at_most

_AT_ONCE = 16


async def run(scene: Scene, *, quick: bool) -> Section:
    """Ask each twin as fast as one client can."""
    section = Section("The twins, over HTTP")
    section.notes.append(
        "Rows a second, one client: one by one, 16 requests at a time; pages of all projects with all columns."
    )
    table = section.table("twin", "read one by one", "written one by one", "read in pages")
    workload, projects = scene.workload, scene.bare * (2 if quick else 10)
    for name, read, write, pages in (
        ("Dataverse", workload.read_dataverse, workload.write_dataverse, f"{workload.dataverse}msdyn_projects"),
        ("Finance", workload.read_finance, workload.write_finance, f"{workload.finance}ProjectsV2?cross-company=true"),
    ):
        one_by_one = [await _rate(work, projects) for work in (read, write)]
        table.add_row(name, *(f"{rate:.0f}" for rate in (*one_by_one, await _paged(workload, pages))))
    return section


async def _rate(work: Callable[[str], Awaitable[object]], projects: tuple[str, ...]) -> float:
    begun = time.perf_counter()
    await at_most(_AT_ONCE, work, projects)
    return len(projects) / (time.perf_counter() - begun)


async def _paged(workload: Workload, url: str) -> float:
    begun = time.perf_counter()
    rows = sum([len((await workload.ask("GET", url))["value"]) for _ in range(5)])
    return rows / (time.perf_counter() - begun)
