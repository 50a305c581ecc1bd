"""An error record as whoever cures it reads it, in its own words."""

from __future__ import annotations

from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderResult
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from shared.store.error_records import ErrorRecord

_INDENT, _WIDEST = 4, 112


@dataclass(frozen=True, slots=True)
class ErrorCard:
    """One record, and how many others of its direction there are."""

    record: ErrorRecord
    alike: int = 0

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Draw a line for each thing that a person asks: where, what, why, whose, and what to do."""
        record = self.record
        card = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, show_header=False)
        card.add_column(width=7, style="dim")
        card.add_column(overflow="fold")
        more = f" and {self.alike} more" if self.alike else ""
        card.add_row(Text("error", "bold red"), Text(f"{record.direction} {record.key}{more}", "red"))
        card.add_row("what", Text(record.reason or record.message))
        card.add_row("why", Text(record.cause))
        card.add_row("owner", Text(record.owner, "bold"))
        card.add_row("remedy", Text(record.remedy))
        yield Padding(card, (0, max(0, options.max_width - _WIDEST), 0, _INDENT), expand=False)
