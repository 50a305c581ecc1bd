"""Sheets: what a system holds of something, few columns and few lines, and the sheets of both systems beside each other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console, ConsoleOptions, JustifyMethod, RenderResult
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

_INDENT, _BETWEEN, _WIDEST_HALF = 4, 2, 56
#: A terminal with so many columns has room between those of a sheet.
_ROOMY = 100
_STYLES = {"Dataverse": "magenta", "Finance": "cyan"}


@dataclass(frozen=True, slots=True)
class Sheet:
    """Lines of one kind. A column whose title begins with `#` is of numbers."""

    title: str
    columns: tuple[str, ...]
    lines: Sequence[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class BothSides:
    """Dataverse on the left, Finance on the right."""

    dataverse: Sequence[Sheet]
    finance: Sequence[Sheet]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw both halves equally wide, if each has room enough in its half."""
        apart = 2 if options.max_width >= _ROOMY else 1
        left, right = _stacked("Dataverse", self.dataverse, apart), _stacked("Finance", self.finance, apart)
        room = min(options.max_width - _INDENT - _BETWEEN, 2 * _WIDEST_HALF)
        half = _first_half(room, *(Measurement.get(console, options, each).maximum for each in (left, right)))
        table = Table(box=None, padding=0, show_header=False, pad_edge=False)
        for width in (_INDENT, half, _BETWEEN, room - half):
            table.add_column(width=width)
        table.add_row("", left, "", right)
        yield table


def _first_half(room: int, left: int, right: int) -> int:
    """How wide the left is: half of the room, unless one side needs more and the other less."""
    half = room // 2
    if left > half:
        return min(left, max(half, room - right))
    return max(left, min(half, room - right))


def _stacked(system: str, sheets: Sequence[Sheet], apart: int) -> Table:
    stack = Table(box=None, padding=0, show_header=False, pad_edge=False)
    stack.add_column()
    for sheet in sheets:
        stack.add_row(Text.assemble((system, f"bold {_STYLES[system]}"), f"  {sheet.title}"))
        stack.add_row(_table(sheet, apart) if sheet.lines else Text("nothing", "dim"))
    return stack


def _table(sheet: Sheet, apart: int) -> Table:
    table = Table(box=None, padding=(0, apart, 0, 0), pad_edge=False, header_style="dim")
    for title in sheet.columns:
        side: JustifyMethod = "right" if title.startswith("#") else "left"
        table.add_column(title.lstrip("#"), justify=side, no_wrap=True, overflow="ellipsis")
    for line in sheet.lines:
        table.add_row(*map(shown, line))
    return table


def shown(value: Any) -> str:
    """Say a value: whole amounts without decimals, thousands apart, nothing as a dash."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return f"{value:,.2f}".removesuffix(".00")
    return str(value)


def money(amount: Any, currency: str) -> str:
    """Say an amount with its currency."""
    return "-" if amount is None else f"{shown(amount)} {currency}"


def listed(rows: Iterable[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Put lines in an order that is the same each time."""
    return sorted(rows, key=lambda line: [shown(each) for each in line])


def short(number: str) -> str:
    """A number of Finance's without its company and leading zeros, as a small terminal has no room for them."""
    company, series, count = number.split("-")
    return f"{series}-{int(count)}" if company.isupper() else number
