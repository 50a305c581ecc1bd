"""The end of the story: whether both systems agree, once nothing is on its way any more."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from tests.local.demo.board import Board
from tests.local.demo.compare import Compared, compare, differences, listed
from tests.local.demo.operator import Operator
from tests.local.demo.stage import FUNCTION_KEY, MASTER_KEY, Stage

_PATIENCE = 90.0


async def judge(stage: Stage, board: Board) -> bool:
    """Wait for quiet, compare all rows and columns, and say what came out; whether all is as it should be."""
    board.act("Do both systems agree?", "every row and every mapped column, read by plain OData")
    with board.change("both", "until all queues are empty and nothing waits") as change:
        await stage.operator.until_settled(_PATIENCE)
        await stage.operator.until_quiet(_PATIENCE)
        change.end("quiet")
    problems = [f"{change.where}: {change.what}: {change.became}" for change in board.failures]
    compared = await compare(stage.http, stage.dataverse_url, stage.finance_url)
    board.say(_table(compared))
    problems += listed(differences(compared))
    problems += await _waiting(stage.operator)
    board.say(await _conflicts(stage.operator, compared))
    board.say(_sentence(compared, problems))
    return not problems


async def _waiting(operator: Operator) -> list[str]:
    parked = [
        f"parked: {row.direction} {row.key} waits for {row.missing_map} {row.missing_key}"
        for row in await operator.parked()
    ]
    records = [f"error record: {each.direction} {each.key}: {each.message}" for each in await operator.errors()]
    return [*parked, *records]


async def _conflicts(operator: Operator, compared: list[Compared]) -> Text:
    kept = {each.map: len(await operator.conflicts(each.map)) for each in compared}
    said = ", ".join(f"{count} of {name}" for name, count in kept.items() if count)
    return Text(f"Conflict records, each with the values that lost: {said or 'none'}.", "dim")


def _table(compared: list[Compared]) -> Table:
    """One line for each map that any row is of; narrow enough for a terminal of 80 columns."""
    table = Table(header_style="bold", box=None, padding=(0, 1))
    table.add_column("map")
    for title in ("Finance", "Dataverse", "pairs", "columns", "values", "differ"):
        table.add_column(title, justify="right")
    for each in compared:
        if not each.in_finance and not each.in_dataverse:
            continue
        found = len(each.differences)
        style = "red" if found else "green"
        numbers = (each.in_finance, each.in_dataverse, each.pairs, each.columns, each.values)
        table.add_row(each.map, *map(str, numbers), Text(str(found), style))
    return table


def _sentence(compared: list[Compared], problems: list[str]) -> Text:
    pairs, values = sum(each.pairs for each in compared), sum(each.values for each in compared)
    if not problems:
        return Text(f"\nBoth systems agree: {pairs} pairs of rows, {values:,} values, no difference.", "bold green")
    lines = "\n".join(f"  {problem}" for problem in problems)
    return Text(f"\nNot as it should be ({pairs} pairs of rows, {values:,} values compared):\n{lines}", "bold red")


def print_addresses(console: Console, stage: Stage) -> None:
    """Say where everything is, for those who want to look around."""
    for name, address in (
        ("Dataverse twin", f"{stage.dataverse_url}/api/data/v9.2/"),
        ("Finance twin", f"{stage.finance_url}/data/"),
        ("Functions host", f"{stage.host_url}/api/, x-functions-key: {FUNCTION_KEY} (master: {MASTER_KEY})"),
        ("storage", stage.storage),
        ("logs", str(stage.options.logs)),
    ):
        console.print(f"  {name:15} {address}", soft_wrap=True, markup=False)
