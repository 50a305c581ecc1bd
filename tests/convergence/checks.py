"""What must be true when everything has come to rest.

1. Both sides agree: by the compiled directions' own eyes, and independently by raw columns.
   The base of a two-way pair says what both sides hold: else the next edit would look like a clash.
2. Nothing a person typed is lost without a conflict record.
3. Nothing is left: no message, no parked row, no error record that was not expected.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from shared.mapping import keys
from shared.mapping.direction import Direction, Values
from shared.mapping.merge import TwoWay
from shared.mapping.model import Side, TableMap
from shared.mapping.values import as_text
from shared.store.error_records import ErrorStatus
from shared.sync.services import Services
from shared.sync.side_table import dataverse_rows
from tests.convergence.stepper import Broken, Play
from tests.convergence.typed import COLUMNS, Value, rows_of_dataverse


def at_rest(play: Play, *, maps: Collection[str], errors: int = 0, keeps_all: bool = True) -> None:
    """Check all of it, 2 only if `keeps_all`; Broken says what is wrong."""
    play.stage.loop.at_once(_check(play, maps, errors, keeps_all=keeps_all))


async def _check(play: Play, maps: Collection[str], errors: int, *, keeps_all: bool) -> None:
    services = play.stage.services
    for map_id in maps:
        await agree(services, services.catalogue.maps[map_id])
        agrees_in_raw_columns(play, map_id)
        if services.catalogue.maps[map_id].two_way:
            await _bases_are_true(services, services.catalogue.two_way(services.catalogue.maps[map_id]))
    await nothing_is_left(services, errors)
    vanished = play.ledger.vanished(await _kept(services, maps))
    if vanished and keeps_all:
        raise Broken(f"typed by a person, and gone without a conflict record: {vanished}")


# -- both sides agree --------------------------------------------------------------------------------------------------


async def agree(services: Services, table_map: TableMap) -> None:
    """Compare all rows of a map: each source row has one target row that agrees, and no target row is left over."""
    if not {*table_map.finance.identity} <= {row.name for row in table_map.all_rows}:
        return  # Dataverse keeps no key of Finance's: only the raw columns can be compared.
    for side in table_map.sides:
        direction = services.catalogue.directions[f"{table_map.id}_to_{side}"]
        names = services.catalogue.directions[f"{table_map.id}_to_finance"] if direction.returns else direction
        sources = await _rows(services, direction, names, direction.source)
        targets = await _rows(services, direction, names, side)
        wanted = {
            _key(names, row, direction.source): direction.translate(row) for row in sources if direction.applies(row)
        }
        found = _by_key(direction, names, targets)
        for key, values in wanted.items():
            differences = direction.differences(values, found.get(key))
            if key not in found or _beyond_keys(direction, differences, values, found[key]):
                raise Broken(f"{direction.name}: {key} differs: {differences}, there is {found.get(key)}")
        left_over = found.keys() - wanted.keys()
        if left_over:
            raise Broken(f"{direction.name}: {sorted(left_over)} on {side} without a source row")


def _by_key(direction: Direction, names: Direction, rows: list[Mapping[str, Any]]) -> dict[str, Values]:
    found: dict[str, Values] = {}
    for row in rows:
        key = _key(names, row, direction.target)
        if key in found:
            raise Broken(f"{direction.name}: there are two rows {key} on {direction.target}")
        found[key] = direction.current(row)
    return found


def _key(names: Direction, row: Mapping[str, Any], side: Side) -> str:
    """Name a row of a side in Finance's words, by a direction that knows all of them."""
    return names.finance_key(names.translate(row) if names.source is side else names.current(row)).casefold()


def _beyond_keys(direction: Direction, differences: Values, wanted: Values, there: Values) -> bool:
    """Whether they differ in more than the spelling of a key."""
    return any(
        name not in direction.map.finance.identity or not keys.same(str(wanted[name]), str(there[name]))
        for name in differences
    )


async def _rows(services: Services, direction: Direction, names: Direction, side: Side) -> list[Mapping[str, Any]]:
    """Read all rows of a side so that both directions understand them."""
    found: list[Mapping[str, Any]] = []
    columns = tuple(dict.fromkeys((*direction.finance_columns, *names.finance_columns)))
    pages = (
        services.finance.pages(direction.map.finance.collection, columns)
        if side is Side.FINANCE
        else dataverse_rows(services, direction.map, direction.shape.union(names.shape)).pages()
    )
    async for page in pages:
        found += [each.row for each in page.rows]
    return found


def agrees_in_raw_columns(play: Play, map_id: str) -> None:
    """The same from the twins' own tables, without any of the app's code."""
    (_, collection, table), columns = next((key, value) for key, value in COLUMNS.items() if key[0] == map_id)
    world = play.stage.world
    finance = sorted(
        tuple(str(row.values[name] or "") for name in columns) for row in world.finance.database.tables[collection]
    )
    rows = rows_of_dataverse(world, table)
    dataverse = sorted(tuple(str(row.get(column) or "") for column in columns.values()) for row in rows)
    if finance != dataverse:
        raise Broken(f"{map_id}: Finance holds {finance}, Dataverse {dataverse}")


async def _bases_are_true(services: Services, pair: TwoWay) -> None:
    direction = pair.to_dataverse
    for row in await _rows(services, direction, direction, Side.FINANCE):
        values = direction.translate(row)
        link = await services.links.by_finance(direction.map.id, direction.finance_key(values))
        if link is None or not direction.applies(row):
            continue
        base = {each.name: as_text(values[each.name]) for each in pair.shared}
        if link.base is None or {name: link.base.get(name) for name in base} != base:
            raise Broken(f"{direction.map.id}: the base of {link.finance_key} says {link.base}, both sides hold {base}")


# -- nothing is left ---------------------------------------------------------------------------------------------------


async def nothing_is_left(services: Services, errors: int) -> None:
    open_records = [r for r in await services.errors.list() if r.status is not ErrorStatus.RESOLVED]
    if len(open_records) != errors:
        raise Broken(f"{len(open_records)} open error records: {[(r.key, r.message, r.reason) for r in open_records]}")
    for direction in services.catalogue.directions:
        if await services.queue.length(direction):
            raise Broken(f"{direction}: messages are left")
    parked = await services.parked.due(services.now().replace(year=9999))
    if parked:
        raise Broken(f"still parked: {parked}")


# -- what conflict records keep ----------------------------------------------------------------------------------------


async def _kept(services: Services, maps: Collection[str]) -> frozenset[Value]:
    kept: set[Value] = set()
    for map_id in maps:
        for record in await services.conflicts.list(map_id):
            kept.update((map_id, name, lost.lost) for name, lost in record.columns.items())
    return frozenset(kept)
