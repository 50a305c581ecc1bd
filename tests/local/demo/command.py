"""`python3 dev.py demo`: watch six components at work on both sides, a crash, and the verdict. Exits with 0 only if they agree."""

from __future__ import annotations

import argparse
import asyncio
import time
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from tests.local.azurite import AzuriteNotStarted
from tests.local.demo.board import NotSeen
from tests.local.demo.operator import NotQuiet
from tests.local.demo.own_files import BadFiles
from tests.local.demo.stage import Options
from tests.local.demo.stories import STORIES
from tests.local.demo.story import Wish, play
from tests.local.ports import PortTaken
from tests.local.processes import ServerEnded


def main(arguments: Sequence[str] | None = None) -> int:
    """Play the demo; what stops it is said in a sentence, with the last lines of a server that ended."""
    given = options(arguments)
    console = Console(highlight=False, width=given.width)
    stage = Options(
        seed=given.seed,
        host_port=given.host_port,
        dataverse_port=given.dataverse_port,
        finance_port=given.finance_port,
        base_currency="" if given.data and any(given.data.glob("transactioncurrencies*.json")) else "USD",
    )
    started = time.monotonic()
    try:
        agreed = asyncio.run(play(console, stage, wish(given)))
    except (PortTaken, AzuriteNotStarted, ServerEnded, BadFiles, NotQuiet, NotSeen) as error:
        console.print(f"\n{error}", style="red", markup=False, soft_wrap=True)
        return 1
    except KeyboardInterrupt:
        console.print("\nStopped; all servers have ended.", style="dim")
        return 130
    console.print(f"{time.monotonic() - started:.0f} s in all.", style="dim")
    return 0 if agreed else 1


def _component(name: str) -> str:
    if name not in STORIES:
        raise argparse.ArgumentTypeError(f"there is no component '{name}': the components are {', '.join(STORIES)}")
    return name


def wish(given: argparse.Namespace) -> Wish:
    """What the options ask for: each component once, in the order of the whole demo."""
    components = tuple(name for name in STORIES if name in given.component)
    return Wish(components, given.data, given.keep, given.up)


def options(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the options; none given are those of the process. SystemExit for what cannot be."""
    parser = argparse.ArgumentParser(prog="dev.py demo", description=__doc__)
    parser.add_argument(
        "--component",
        action="append",
        default=[],
        type=_component,
        metavar="NAME",
        help=f"play the story of this component alone (or of several, each with an option): {', '.join(STORIES)}",
    )
    parser.add_argument(
        "--data", type=Path, metavar="DIR", help="load rows of your own first: JSON pages of the Web API"
    )
    parser.add_argument("--keep", action="store_true", help="leave everything running at the end, until Ctrl-C")
    parser.add_argument("--up", action="store_true", help="only start the servers and bring reference data over")
    parser.add_argument("--seed", type=int, default=1, help="of both twins")
    for server in ("host", "dataverse", "finance"):
        parser.add_argument(
            f"--{server}-port", type=int, default=0, metavar="N", help="on 127.0.0.1; 0 takes a free one"
        )
    parser.add_argument("--width", type=int, help="columns to write, instead of the terminal's")
    return parser.parse_args(arguments)
