"""The report of a schema check: lines for people, JSON for programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import simplejson
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from shared.schema.findings import Finding, MapReport

#: Up to so many maps are named with what of them was not checked.
_MOST_UNTOLD = 3


def as_json(reports: Sequence[MapReport]) -> str:
    """Write reports as JSON: a list of maps, each with its findings."""
    return simplejson.dumps([_map(report) for report in reports], ensure_ascii=False)


def _map(report: MapReport) -> dict[str, Any]:
    return {
        "map": report.map,
        "off": report.off,
        "differences": len(report.differences),
        "findings": [_finding(finding) for finding in report.findings],
        "rows_off": [{"row": row, "why": why} for row, why in report.rows_off],
        "unknown": list(report.unknown),
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "row": finding.row,
        "side": finding.side,
        "kind": finding.kind,
        "hint": finding.hint,
        "message": finding.message,
        "remedy": finding.remedy,
    }


def show(console: Console, reports: Sequence[MapReport]) -> None:
    """Write what was found, map by map; then what was not looked at and why; then one line that says how it stands.

    No table: a pipeline's log is narrow, names are long, and none may be cut.
    """
    for report in reports:
        if report.findings:
            console.print(report.map, style="bold", markup=False)
            for finding in report.findings:
                _show(console, finding)
    _not_looked_at(console, reports)
    console.print(summary(reports))


def _show(console: Console, finding: Finding) -> None:
    place = ", ".join(part for part in (finding.row, finding.side.capitalize()) if part)
    style = "yellow" if finding.hint else "red"
    kind = Text(f"{finding.kind} (hint)" if finding.hint else str(finding.kind), style)
    words = Text.assemble(finding.message, " ", (finding.remedy, "dim"))
    console.print(Padding(Text.assemble(place, ": ", kind), (0, 0, 0, 2)))
    console.print(Padding(words, (0, 0, 0, 4)))


def _not_looked_at(console: Console, reports: Sequence[MapReport]) -> None:
    for report in reports:
        if report.off:
            console.print(f"{report.map} is off: {report.off}", style="dim", markup=False)
        for row, why in report.rows_off:
            console.print(f"{report.map}, row {row} is off: {why}", style="dim", markup=False)
    untold = [report for report in reports if report.unknown]
    if len(untold) > _MOST_UNTOLD:
        console.print(
            f"Of {len(untold)} maps the metadata does not tell all, such as how long the texts of Finance may be: "
            "--map ID and --json say what was not checked.",
            style="dim",
            markup=False,
        )
        return
    for report in untold:
        for unknown in report.unknown:
            console.print(f"{report.map}, not checked: {unknown}", style="dim", markup=False)


def summary(reports: Sequence[MapReport]) -> str:
    """Say in one line how it stands."""
    checked = [report for report in reports if not report.off]
    differences = sum(len(report.differences) for report in checked)
    hints = sum(len(report.findings) for report in checked) - differences
    return (
        f"{_count(len(checked), 'map')} checked, {len(reports) - len(checked)} off: "
        f"{_count(differences, 'difference')}, {_count(hints, 'hint')}."
    )


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
