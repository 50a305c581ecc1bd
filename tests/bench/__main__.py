"""`python -m tests.bench [--quick] [SECTION …]`: measure, and say side by side what was found.

Exits with 0 whatever the figures say: a missed target is printed as such, and is for a person to judge.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
from collections.abc import Awaitable, Callable, Mapping, Sequence

from rich.console import Console

from tests.bench import burst, imports, latency, requests, translate, twins
from tests.bench.report import Section, open_console, summary
from tests.bench.scene import Scene, set_up

#: Sections that need no server, and those that share one scene.
ALONE: Mapping[str, Callable[..., Section]] = {
    "translate": translate.run,
    "requests": requests.run,
    "import": imports.run,
}
ON_SERVERS: Mapping[str, Callable[..., Awaitable[Section]]] = {
    "twins": twins.run,
    "latency": latency.run,
    "burst": burst.run,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the sections that are asked for, all without any."""
    options = _options(arguments)
    console = open_console()
    console.print(_machine(), style="dim")
    wanted = options.sections or [*ALONE, *ON_SERVERS]
    sections = [_shown(ALONE[name](quick=options.quick), console) for name in wanted if name in ALONE]
    on_servers = [name for name in wanted if name in ON_SERVERS]
    if on_servers:
        sections += asyncio.run(_on_servers(on_servers, console, quick=options.quick))
    if any(section.verdicts for section in sections):
        console.print(summary(sections))
    return 0


async def _on_servers(names: Sequence[str], console: Console, *, quick: bool) -> list[Section]:
    console.print("Starting the storage emulator, both twins and the host …", style="dim")
    async with set_up(projects=60 if quick else 400, bare=120) as scene:
        return [await _run(scene, name, console, quick=quick) for name in names]


async def _run(scene: Scene, name: str, console: Console, *, quick: bool) -> Section:
    return _shown(await ON_SERVERS[name](scene, quick=quick), console)


def _machine() -> str:
    """Say how busy the machine is: what passes through six processes feels it first."""
    processors, (load, _, _) = os.cpu_count() or 1, os.getloadavg()
    busy = (
        " Something else is at work here: latency and changes per second will suffer." if load > processors / 2 else ""
    )
    return f"Python {platform.python_version()}, {processors} processors, load {load:.1f} before the start.{busy}"


def _shown(section: Section, console: Console) -> Section:
    section.show(console)
    return section


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    names = [*ALONE, *ON_SERVERS]
    parser = argparse.ArgumentParser(prog="dev.py bench", description="Measure, side by side with bare calls.")
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=f"any of {', '.join(names)}; all without any")
    parser.add_argument("--quick", action="store_true", help="fewer turns: shows that it runs, not what it is worth")
    options = parser.parse_args(arguments)
    unknown = [name for name in options.sections if name not in names]
    if unknown:
        parser.error(f"there is no section {', '.join(unknown)}; there are {', '.join(names)}")
    return options


if __name__ == "__main__":
    raise SystemExit(main())
