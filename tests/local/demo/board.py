"""What the audience sees: a line per change (where, what, what became of it, how long), and what is on its way.

On a terminal, changes under way and the state of the queues stay at the bottom while finished lines scroll up. Where
there is no terminal every line is printed once, when it is finished, and nothing moves.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field

import httpx
from azure.core.exceptions import AzureError
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from shared.errors import SyncError
from tests.local.demo.operator import NotQuiet, Status

Check = Callable[[], Awaitable[object]]

_WHERE, _TOOK = 9, 8
_LOOK_EVERY = 0.1
_STATUS_EVERY = 0.5
_DRAW_EVERY = 0.125
_MOST_UNDER_WAY = 10
_STYLES = {"Dataverse": "magenta", "Finance": "cyan", "both": "yellow", "host": "green", "operator": "green"}


class NotSeen(AssertionError):
    """A change did not come to what it should, in all the time it was given."""


@dataclass(slots=True)
class Change:
    """One line: what somebody did, and what became of it."""

    where: str
    what: str
    started: float = field(default_factory=time.monotonic)
    became: str = ""
    took: float | None = None
    failed: bool = False
    spinner: Spinner = field(default_factory=lambda: Spinner("dots"))

    async def until(self, check: Check, became: str, seconds: float = 45.0) -> None:
        """Look until `check` gives something that is true, and call it `became`. Raises NotSeen."""
        deadline = time.monotonic() + seconds
        while not await check():
            if time.monotonic() > deadline:
                raise NotSeen(f"not {became} after {seconds:.0f} s")
            await asyncio.sleep(_LOOK_EVERY)
        self.end(became)

    def end(self, became: str, *, failed: bool = False) -> None:
        """Say what became of it; the clock stops."""
        self.became, self.failed, self.took = became, failed, time.monotonic() - self.started


class Board:
    """Shows changes and counts those that failed."""

    def __init__(self, console: Console, look: Callable[[], Awaitable[Status]]) -> None:
        self.failures: list[Change] = []
        self.shown = 0
        self._console = console
        self._look = look
        self._under_way: list[Change] = []
        self._status = "starting"
        self._after_a_gap = False

    @contextlib.asynccontextmanager
    async def showing(self) -> AsyncIterator[None]:
        """Keep the bottom of the terminal up to date while inside."""
        if not self._console.is_terminal:
            yield
            return
        # Drawn by a task of ours: rich's own thread and a print at the same moment erase each other's lines.
        with Live(get_renderable=self._bottom, console=self._console, auto_refresh=False, transient=True) as live:
            moving = [asyncio.create_task(self._keep_drawing(live)), asyncio.create_task(self._keep_looking())]
            try:
                yield
            finally:
                for task in moving:
                    task.cancel()
                await asyncio.gather(*moving, return_exceptions=True)

    def story(self, component: str, acts: int) -> None:
        """Begin the story of a component."""
        self._gap()
        words = Text(f"{component}, in {acts} acts" if acts > 1 else component, "bold")
        self._after_a_gap = False
        self._console.rule(words, align="left", style="dim", characters="─" if self._console.is_terminal else "-")

    def act(self, title: str, why: str) -> None:
        """Begin a part of the story."""
        self._gap()
        self.say(Text.assemble((title, "bold"), "  ", (why, "dim")))

    def block(self, shown: RenderableType) -> None:
        """Print something that stands by itself."""
        self._gap()
        self.say(shown)
        self._gap()

    def _gap(self) -> None:
        """One blank line, however many are asked for."""
        if not self._after_a_gap:
            self._console.print()
        self._after_a_gap = True

    def say(self, line: RenderableType) -> None:
        """Print something between the lines; where there is no terminal, without the blanks that fill one."""
        self._after_a_gap = False
        if self._console.is_terminal:
            self._console.print(line)
            return
        with self._console.capture() as capture:
            self._console.print(line, soft_wrap=isinstance(line, Text))
        for each in capture.get().splitlines():
            self._console.out(each.rstrip(), highlight=False)

    @contextlib.contextmanager
    def change(self, where: str, what: str) -> Iterator[Change]:
        """Show a change while inside; a NotSeen or NotQuiet becomes a failed line, any other error goes through."""
        change = Change(where, what)
        self._under_way.append(change)
        try:
            yield change
            if change.took is None:
                change.end("done")
        except (NotSeen, NotQuiet) as failure:
            change.end(str(failure), failed=True)
        except Exception as error:
            change.end(f"{type(error).__name__}: {error}", failed=True)
            raise
        finally:
            self._under_way.remove(change)
            if change.took is not None:  # else it was cancelled: Ctrl-C, or something else went wrong
                self._finish(change)

    def _finish(self, change: Change) -> None:
        self.shown += 1
        self._after_a_gap = False
        if change.failed:
            self.failures.append(change)
        if self._console.is_terminal:
            self._console.print(self._line(change))
            return
        mark = "FAILED" if change.failed else "ok"
        took = f"{change.took or 0:.1f} s"
        self._console.print(
            f"  {mark:2} {took:>7}  {change.where:{_WHERE}}  {change.what}  ->  {change.became}",
            soft_wrap=True, highlight=False, markup=False,
        )  # fmt: skip

    def _bottom(self) -> RenderableType:
        shown = self._under_way[-_MOST_UNDER_WAY:]
        more = len(self._under_way) - len(shown)
        lines: list[RenderableType] = [self._line(change) for change in shown]
        if more:
            lines.insert(0, Text(f"    and {more} more under way", "dim"))
        return Group(*lines, Text(f"  {self._status} ", "reverse", no_wrap=True, overflow="ellipsis"))

    def _line(self, change: Change) -> RenderableType:
        line = Table.grid(padding=(0, 1), expand=True)
        line.add_column(width=2, justify="right")
        line.add_column(width=_WHERE, style=_STYLES.get(change.where, ""))
        line.add_column(ratio=1)
        line.add_column(ratio=1)
        line.add_column(width=_TOOK, justify="right", style="dim")
        if change.took is None:
            line.add_row(
                change.spinner,
                change.where,
                change.what,
                Text("…", "dim"),
                f"{time.monotonic() - change.started:.1f} s",
            )
            return line
        mark, style = (Text("✗", "bold red"), "red") if change.failed else (Text("✓", "bold green"), "")
        line.add_row(mark, change.where, Text(change.what), Text(change.became, style), f"{change.took:.1f} s")
        return line

    async def _keep_drawing(self, live: Live) -> None:
        while True:
            live.refresh()
            await asyncio.sleep(_DRAW_EVERY)

    async def _keep_looking(self) -> None:
        while True:
            # While the host or a system is down there may be nothing to read: the last line stays.
            with contextlib.suppress(httpx.HTTPError, AzureError, SyncError):
                status = await self._look()
                self._status = (
                    f"events {status.undelivered} · queued {status.queued} · parked {status.parked} · "
                    f"to be tried again {status.retrying} · errors {status.open_errors} · poisoned {status.poisoned} · "
                    f"shown {self.shown} · failed {len(self.failures)}"
                )
            await asyncio.sleep(_STATUS_EVERY)
