"""Compares both systems row by row and column by column, as the maps say, when nothing is on its way any more.

Every row that a map carries must be on the other side once, with the same value in every mapped column; and a row there
that nothing on this side accounts for is an orphan. Rows that a map's filter leaves out are not compared, but they do
account for their counterpart: leaving a filter takes nothing away on the other side.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import httpx

from shared.errors import Rejected
from shared.mapping import keys
from shared.mapping.direction import Direction, Values
from shared.mapping.model import Side, TableMap
from shared.mapping.values import as_text
from shared.maps.catalogue import catalogue
from tests.local.demo.rows import DataverseRows, Row, finance_rows

_MOST_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it should be; `column` is empty when it is about the row as a whole."""

    map: str
    key: str
    column: str
    what: str

    def __str__(self) -> str:
        return f"{self.map} {self.key}{': ' + self.column if self.column else ''}: {self.what}"


@dataclass(slots=True)
class Compared:
    """What was compared of one map."""

    map: str
    in_finance: int = 0
    in_dataverse: int = 0
    pairs: int = 0
    columns: int = 0
    values: int = 0
    differences: list[Difference] = field(default_factory=list)


async def compare(http: httpx.AsyncClient, dataverse_url: str, finance_url: str) -> list[Compared]:
    """Read both systems whole and compare them by every map that runs, in the order in which maps need each other."""
    tables = DataverseRows(http, dataverse_url)
    declared = (catalogue().maps[name] for name in catalogue().run_order)
    maps = [each for each in declared if not each.waits_for]
    return [await _compare_map(http, tables, finance_url, each) for each in maps]


def differences(compared: Iterable[Compared]) -> list[Difference]:
    """All differences of all maps."""
    return [difference for each in compared for difference in each.differences]


def listed(found: list[Difference]) -> list[str]:
    """The differences as lines, cut where there are very many."""
    more = [f"… and {len(found) - _MOST_SHOWN} more"] if len(found) > _MOST_SHOWN else []
    return [*map(str, found[:_MOST_SHOWN]), *more]


async def _compare_map(
    http: httpx.AsyncClient, tables: DataverseRows, finance_url: str, table_map: TableMap
) -> Compared:
    result = Compared(table_map.id)
    finance = await finance_rows(http, finance_url, table_map.finance)
    directions = [catalogue().directions[f"{table_map.id}_to_{side}"] for side in table_map.sides]
    result.columns = len({row.name for direction in directions for row in direction.rows})
    done: set[tuple[str, str]] = set()
    for direction in directions:
        dataverse = await tables.shaped(table_map.dataverse.table, direction.shape.union(_names(direction).shape))
        result.in_finance, result.in_dataverse = len(finance), len(dataverse)
        _compare_direction(result, direction, finance, list(dataverse.values()), done)
    return result


def _compare_direction(
    result: Compared, direction: Direction, finance: list[Row], dataverse: list[Row], done: set[tuple[str, str]]
) -> None:
    to_finance = direction.target is Side.FINANCE
    by_finance = _by_key(result, direction, finance, Side.FINANCE)
    by_dataverse = _by_key(result, direction, dataverse, Side.DATAVERSE)
    sources, targets = (by_dataverse, by_finance) if to_finance else (by_finance, by_dataverse)
    for key, source in sources.items():
        if not direction.applies(source):
            continue
        target = targets.get(key)
        if target is None:
            result.differences.append(Difference(result.map, key, "", f"is not in {direction.target.capitalize()}"))
            continue
        result.pairs += (key, "") not in done
        done.add((key, ""))
        _compare_pair(result, direction, key, source, target, done)
    # Of a two-way map the other direction finds what is missing here.
    for key in () if direction.map.two_way else sorted(targets.keys() - sources.keys()):
        result.differences.append(
            Difference(result.map, key, "", f"is an orphan in {direction.target.capitalize()}: nothing accounts for it")
        )


def _compare_pair(
    result: Compared, direction: Direction, key: str, source: Row, target: Row, done: set[tuple[str, str]]
) -> None:
    wanted, there = direction.translate(source), direction.current(target)
    for name in wanted.keys() - {name for known, name in done if known == key}:
        done.add((key, name))
        result.values += 1
        if wanted[name] != there[name]:
            what = f"{direction.source} says {as_text(wanted[name])!r}, {direction.target} {as_text(there[name])!r}"
            result.differences.append(Difference(result.map, key, name, what))


def _by_key(result: Compared, direction: Direction, rows: list[Row], side: Side) -> dict[str, Row]:
    """The rows by Finance key without case; several with one key, or a row without one, are differences too."""
    found: dict[str, Row] = {}
    seen = Counter[str]()
    for key, row in _keyed(result, direction, rows, side):
        found[key] = row
        seen[key] += 1
    for key, count in seen.items():
        if count > 1:
            result.differences.append(Difference(result.map, key, "", f"is there {count} times in {side.capitalize()}"))
    return found


def _names(direction: Direction) -> Direction:
    """The direction that knows all of a row's names: what only returns something to a row knows but that."""
    return catalogue().directions[f"{direction.map.id}_to_finance"] if direction.returns else direction


def _by_integration_key(names: Direction) -> bool:
    """Whether Dataverse lacks what names a row in Finance, so that its own key has to tell which are a pair."""
    return not set(names.map.finance.identity) <= {row.name for row in names.rows}


def _keyed(result: Compared, direction: Direction, rows: list[Row], side: Side) -> Iterator[tuple[str, Row]]:
    names = _names(direction)
    for row in rows:
        if side is Side.FINANCE and not _by_integration_key(names):
            yield keys.of_row(direction.map, row).casefold(), row
            continue
        values: Values = names.translate(row) if names.source is side else names.current(row)
        if _by_integration_key(names):
            yield keys.join(as_text(values[name]) or "" for name in names.integration_key).casefold(), row
            continue
        try:
            yield names.finance_key(values).casefold(), row
        except Rejected as nameless:
            # In a table that Finance fills, a row without any part of the key is Dataverse's own: a unit group's base unit.
            keyed = any(values[name] for name in direction.integration_key)
            carried = direction.applies(row) if direction.source is side else keyed and not direction.map.two_way
            if carried:
                what = f"cannot have a counterpart: {nameless.message}"
                result.differences.append(Difference(result.map, row[direction.map.dataverse.row_id], "", what))
