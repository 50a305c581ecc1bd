"""The report of a schema check: tables for people, JSON for programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import simplejson
from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from shared.schema.findings import Finding, MapReport


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
    """Write what was found, then what was not looked at and why, then one line that says how it stands."""
    found = [(report.map, finding) for report in reports for finding in report.findings]
    if found:
        console.print(_findings(found))
    for report in reports:
        _not_looked_at(console, report)
    console.print(summary(reports))


def _findings(found: list[tuple[str, Finding]]) -> Table:
    # A pipeline's log is narrow, and names are long: none may be cut.
    table = Table(*(Column(name, overflow="fold") for name in ("map", "row", "side", "what", "there, and what to do")))
    for table_map, finding in found:
        what = f"{finding.kind} (hint)" if finding.hint else finding.kind
        words = f"{escape(finding.message)} [dim]{escape(finding.remedy)}[/dim]"
        style = "dim" if finding.hint else ""
        table.add_row(escape(table_map), escape(finding.row), finding.side.capitalize(), what, words, style=style)
    return table


def _not_looked_at(console: Console, report: MapReport) -> None:
    if report.off:
        console.print(f"{report.map} is off: {report.off}", style="dim", markup=False)
    for row, why in report.rows_off:
        console.print(f"{report.map}, row {row} is off: {why}", style="dim", markup=False)
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
