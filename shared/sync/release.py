"""Release: a header is taken up by its target only when all its lines are there, as they are now.

Which value of the header does that is declared with its map (`shared.mapping.documents.Release`). A header that must
wait is kept at the held value and parked on one line that is missing or differs; whatever happens to a line wakes its
header. So whoever writes the releasing value has seen, in that same look, both sides of every line, and a header that is
released while a line changes is held again by the look that follows the change.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

from shared.clients.dataverse import LARGEST_PAGE
from shared.clients.rows import Found
from shared.errors import Missing, Parked
from shared.mapping import keys
from shared.mapping.direction import Direction, Values
from shared.mapping.documents import Release
from shared.mapping.filters import every_row
from shared.mapping.model import Side, TableMap
from shared.mapping.values import as_text
from shared.store.links import Link
from shared.sync import parking
from shared.sync.dependants import touch
from shared.sync.services import Services
from shared.sync.sides import FinanceRows


async def hold(
    services: Services, direction: Direction, link: Link, wanted: Values, current: Values | None
) -> Parked | None:
    """Put the held value into `wanted` if the header must wait, and give what it waits for.

    `current` is what the target holds of the header, None if it holds none.
    """
    release = direction.map.release
    if release is None or release.row not in wanted or wanted[release.row] == release.held:
        return None
    if current is not None and current[release.row] == wanted[release.row] and not release.reopens:
        return None
    lines = services.catalogue.direction(f"{release.lines}_to_{direction.target}")
    waits_for = await _Lines(services, lines, direction.map, release, link).one_that_is_not_there()
    if waits_for is None:
        return None
    wanted[release.row] = release.held
    return Parked(
        f"{direction.name}, {link.finance_key}: {release.row} is held back until line {waits_for} is in "
        f"{direction.target.capitalize()} as it is in {direction.source.capitalize()}.",
        missing=Missing(release.lines, waits_for),
        column=release.row,
    )


async def require_held(services: Services, direction: Direction, line: Values) -> None:
    """Parked if the target takes no change of a line because its header is released: the header is asked to go back first."""
    header = services.catalogue.released.get(direction.map.id)
    release = header.release if header is not None else None
    if header is None or release is None or not release.reopens or direction.target is not Side.FINANCE:
        return
    columns = {part: column for column, part in release.by.items()}
    key = keys.join(as_text(line[columns[part]]) or "" for part in header.finance.identity)
    towards = services.catalogue.direction(f"{header.id}_to_{direction.target}")
    found = await FinanceRows(services.finance, header, towards.finance_columns).read(key)
    if found is None or towards.current(found.row)[release.row] not in release.reopens:
        return
    link = await services.links.by_finance(header.id, key)
    if link is None:
        return
    await touch(services, towards, link.dataverse_id)
    raise Parked(
        f"{direction.name}: Finance takes no change of the lines of {header.id} {key} before that is opened again.",
        missing=Missing(header.id, key.casefold()),
        column=release.row,
    )


async def line_settled(services: Services, table_map: TableMap, finance_key: str) -> None:
    """Wake the header that waits for this line, if the map's rows are lines that a header releases."""
    if table_map.id in services.catalogue.released:
        await parking.release(services, table_map, finance_key)


class _Lines:
    """The lines of one header, on both sides, by their keys."""

    def __init__(
        self, services: Services, direction: Direction, header: TableMap, release: Release, link: Link
    ) -> None:
        self._services = services
        self._direction = direction
        self._header = header
        self._release = release
        self._link = link

    async def one_that_is_not_there(self) -> str | None:
        """Name a line that the target lacks, holds otherwise, or holds although it is gone; None if there is none."""
        wanted = await self._of(self._direction.source)
        there = await self._of(self._direction.target)
        if not wanted and self._release.never_empty:
            return f"lines of {self._link.finance_key.casefold()}"
        unsettled = list(self._unsettled(wanted, there))
        return parking.one_to_wait_for(unsettled) if unsettled else None

    def _unsettled(self, wanted: dict[str, Values], there: dict[str, Values]) -> Iterator[str]:
        for key, values in wanted.items():
            found = there.get(key)
            if found is None or self._differ(values, found):
                yield key
        if self._direction.map.allows("delete", self._direction.target):
            yield from there.keys() - wanted.keys()

    def _differ(self, wanted: Values, there: Values) -> bool:
        # Another spelling of a key is no difference to Finance.
        return bool(self._direction.differences(wanted, there).keys() - {*self._direction.map.finance.identity})

    async def _of(self, side: Side) -> dict[str, Values]:
        rows = self._in_finance() if side is Side.FINANCE else self._in_dataverse()
        if side is self._direction.source:
            read, carried = self._direction.translate, self._direction.applies
        else:
            read, carried = self._direction.current, every_row
        lines = [read(found.row) async for found in rows if carried(found.row)]
        return {self._direction.finance_key(line).casefold(): line for line in lines}

    async def _in_finance(self) -> AsyncIterator[Found]:
        key = keys.parse(self._header, self._link.finance_key)
        named = {column: key[part] for column, part in self._release.by.items()}
        entity = self._direction.map.finance
        async for found in self._services.finance.find_all(entity.collection, named, self._direction.finance_columns):
            yield found

    async def _in_dataverse(self) -> AsyncIterator[Found]:
        points_here = f"_{self._release.column}_value eq {self._link.dataverse_id}"
        table = self._direction.map.dataverse.table
        async for page in self._services.dataverse.pages(
            table, self._direction.shape, filter=points_here, size=LARGEST_PAGE
        ):
            for found in page.rows:
                yield found
