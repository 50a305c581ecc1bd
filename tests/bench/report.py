"""What a section of the benchmark says: tables, what to know about them, and whether targets are met."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tests.bench.measuring import Series

#: Columns of a report that does not go to a terminal.
WIDTH = 118

MICRO, MILLI = 1e6, 1e3


@dataclass(frozen=True, slots=True)
class Verdict:
    """A ratio against its target: never a time, which would judge the machine."""

    what: str
    ratio: float
    target: float

    @property
    def is_met(self) -> bool:
        """Whether the ratio is within its target."""
        return self.ratio <= self.target

    def __str__(self) -> str:
        outcome = "met" if self.is_met else "not met"
        return f"{self.what}: {self.ratio:.2f} ×, target ≤ {self.target:g} ×: {outcome}"


@dataclass(slots=True)
class Section:
    """One part of the report."""

    title: str
    tables: list[Table] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)

    def table(self, *columns: str, title: str = "") -> Table:
        """Add an empty table: the first column is text, the others are figures."""
        table = Table(box=box.SIMPLE_HEAD, title=title or None, title_justify="left", title_style="bold")
        for number, column in enumerate(columns):
            table.add_column(column, justify="right" if number else "left")
        self.tables.append(table)
        return table

    def show(self, console: Console) -> None:
        """Print the section."""
        console.rule(f"[bold]{escape(self.title)}", align="left")
        for note in self.notes:
            console.print(escape(note), style="dim")
        for table in self.tables:
            console.print(table)
        for verdict in self.verdicts:
            console.print(f"[{'green' if verdict.is_met else 'bold red'}]{escape(str(verdict))}")
        console.print()


def open_console() -> Console:
    """Give a console that prints plainly, and wide enough, into a pipe."""
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=WIDTH)


def figures(measured: Series, unit: float, digits: int = 1) -> tuple[str, str]:
    """Say median and spread (from the tenth to the ninetieth of a hundred) in a unit."""
    low, high = measured.quantile(0.1) * unit, measured.quantile(0.9) * unit
    return f"{measured.median * unit:.{digits}f}", f"{low:.{digits}f} … {high:.{digits}f}"


def times(ratio: Series) -> tuple[str, str]:
    """Say a ratio and its spread."""
    return f"{ratio.median:.2f} ×", f"{ratio.quantile(0.1):.2f} … {ratio.quantile(0.9):.2f}"


def summary(sections: Sequence[Section]) -> Table:
    """Gather all verdicts."""
    table = Table(box=box.SIMPLE_HEAD, title="Targets", title_justify="left", title_style="bold")
    for column in ("", "ratio", "target", ""):
        table.add_column(column, justify="right" if column in ("ratio", "target") else "left")
    for verdict in (verdict for section in sections for verdict in section.verdicts):
        outcome = "[green]met" if verdict.is_met else "[bold red]not met"
        table.add_row(escape(verdict.what), f"{verdict.ratio:.2f} ×", f"≤ {verdict.target:g} ×", outcome)
    return table
