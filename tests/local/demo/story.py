"""The story, from the first server to the verdict."""

from __future__ import annotations

import asyncio
import signal
from dataclasses import dataclass
from pathlib import Path

import httpx
from rich.console import Console
from rich.text import Text

from tests.local.demo import bad_days
from tests.local.demo.board import Board
from tests.local.demo.counterparts import enter_counterparts
from tests.local.demo.definitions import Definitions
from tests.local.demo.own_files import OwnRow, files_in, read_folder
from tests.local.demo.own_rows import Loader
from tests.local.demo.people import People
from tests.local.demo.reference_data import reference_data
from tests.local.demo.registration import register_all
from tests.local.demo.scene import Scene, StoryEnded
from tests.local.demo.stage import Options, Stage, playing
from tests.local.demo.stories import STORIES
from tests.local.demo.verdict import judge, print_addresses

#: The acts about trouble, which need the contract and the project of the story of setup.
TROUBLE = (
    bad_days.odd_events,
    bad_days.child_before_parent,
    bad_days.finance_off,
    bad_days.killed_in_a_burst,
    bad_days.blocking,
)


@dataclass(frozen=True, slots=True)
class Wish:
    """What the user asks for: stories (none: all, and the trouble after them), a folder of rows, to leave it running."""

    components: tuple[str, ...] = ()
    data: Path | None = None
    keep: bool = False
    only_up: bool = False


async def play(console: Console, options: Options, wish: Wish) -> bool:
    """Play it all; whether both systems agree in the end (or, if only servers were asked for, whether they started)."""
    if wish.data is not None:
        files_in(wish.data)
    console.print("Starting Azurite, both systems and the Functions host …", style="dim")
    async with playing(options) as stage:
        board = Board(console, stage.operator.status)
        try:
            async with board.showing(), People(stage, board) as people:
                agreed = await _tell(people, wish)
        except httpx.TransportError:
            stage.check()  # says which server ended, if one did
            raise
        if wish.keep or wish.only_up:
            await _leave_running(console, stage)
        return agreed


async def _tell(people: People, wish: Wish) -> bool:
    await _raise_the_curtain(people)
    if wish.data is not None:
        await _own_rows(people, wish.data)
    await reference_data(people)
    if wish.only_up:
        return True
    scene = Scene.on(people)
    for component in wish.components or STORIES:
        await _play(scene, component)
    for act in () if wish.components else TROUBLE:
        await act(people)
        people.stage.check()
    return await judge(people.stage, people.board)


async def _play(scene: Scene, component: str) -> None:
    story = STORIES[component]
    scene.board.story(component, len(story.acts))
    try:
        for preparation in story.needs:
            await scene.prepare(preparation)
        for act in story.acts:
            await act(scene)
    except StoryEnded:
        scene.board.say(Text(f"The story of {component} ends here.", "red"))
    scene.people.stage.check()


async def _raise_the_curtain(people: People) -> None:
    stage = people.stage
    people.board.act("The stage", "four processes on this machine, each with a log in .local/demo")
    with people.board.change("host", "starts with the real function_app") as change:
        change.end(f"process {await stage.start_host()} at {stage.host_url}")
    with people.board.change("both", "webhooks and data events are registered") as change:
        change.end(f"{await register_all(stage)} directions")


async def _own_rows(people: People, folder: Path) -> None:
    board, definitions = people.board, Definitions(people.in_dataverse)
    board.act("Rows of your own", f"from {folder}")
    rows = read_folder(folder, await definitions.by_set())
    with board.change("Finance", "companies, groups, terms and units that these rows need") as change:
        change.end(f"{await enter_counterparts(people.in_finance, rows)} rows entered by hand")
    with board.change(
        "Dataverse", f"{len(rows)} rows of {len({row.table.name for row in rows})} tables are loaded"
    ) as change:
        loader = await _load(people, definitions, rows)
        left_out = sorted(loader.left_out)
        more = f"; left out, unknown or leading nowhere: {', '.join(left_out)}" if left_out else ""
        change.end(f"{loader.loaded} saved{more}")
    with board.change("both", "what these rows set in motion comes to rest") as change:
        await people.stage.operator.catch_up("legal_entities_to_dataverse", "currencies_to_dataverse")
        await people.stage.operator.until_quiet(30 + len(rows) / 10)
        change.end("quiet")


async def _load(people: People, definitions: Definitions, rows: list[OwnRow]) -> Loader:
    loader = Loader(people.in_dataverse, definitions, rows)
    await loader.load()
    return loader


async def _leave_running(console: Console, stage: Stage) -> None:
    console.print()
    print_addresses(console, stage)
    console.print("Everything runs until Ctrl-C.", style="bold")
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopping.set)
    try:
        while not stopping.is_set():
            stage.check()
            await asyncio.wait([asyncio.ensure_future(stopping.wait())], timeout=1)
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)
    console.print("Stopping …", style="dim")
