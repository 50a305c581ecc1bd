"""Lookups by value: found in Dataverse before a write there, explained after Finance refused one.

Towards Dataverse a lookup needs the id of the row it points at, so a missing row is known before the write. Towards
Finance the value itself is written and Finance checks it: only when it refuses do we ask which row is missing, so the
common case costs nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared.errors import Conflict, Missing, MissingReference, Parked
from shared.mapping.direction import Columns, Direction, LookupGroup, Values
from shared.mapping.model import TableMap
from shared.mapping.references import Reference
from shared.mapping.shape import Bind, Shape
from shared.sync.services import Services
from shared.sync.sides import FinanceRows

_ID_ONLY = Shape(())


async def resolve(services: Services, direction: Direction, columns: Columns, wanted: Values) -> dict[str, Any]:
    """Give the columns to write to Dataverse, with lookups as ids; Parked names the first row that is not there yet."""
    resolved = dict(columns.plain)
    for group in columns.lookups:
        resolved[group.column] = await bind(services, direction, group, wanted)
    return resolved


async def bind(services: Services, direction: Direction, group: LookupGroup, wanted: Values) -> Bind | None:
    """Find the row a lookup to be written points at; Parked if it is not there yet, None if it points nowhere."""
    return await _bind(services, _reference(services, direction, group), direction, wanted)


def _reference(services: Services, direction: Direction, group: LookupGroup) -> Reference:
    return next(r for r in services.catalogue.references(direction) if r.group.column == group.column)


async def _bind(services: Services, reference: Reference, direction: Direction, wanted: Values) -> Bind | None:
    if not reference.is_set(wanted):
        return None
    group, table = reference.group, reference.group.lookup.tables[0]
    values: dict[str, Any] = {inner: wanted[name] for name, inner in group.rows.items()}
    if group.lookup.company and group.lookup.company_from in wanted:
        values[group.lookup.company] = wanted[group.lookup.company_from]
    found = await services.dataverse.find(table, values, _ID_ONLY, top=1)
    if not found:
        missing = reference.missing(wanted)
        raise Parked(
            f"{direction.name}: {group.column} points at {missing.map} {missing.key}, which Dataverse does not hold yet.",
            missing=missing,
            column=group.column,
        )
    schema = await services.dataverse.schema(table)
    return Bind(table, str(found[0].row[schema.primary_id]))


async def explain(services: Services, direction: Direction, wanted: Values, refusal: MissingReference) -> Parked | None:
    """Find which row Finance missed; None if all that the maps know of are there (by now)."""
    return await missing_parent(services, direction, wanted, reason=refusal.reason)


async def missing_parent(
    services: Services, direction: Direction, wanted: Values, *, there: set[Missing] | None = None, reason: str = ""
) -> Parked | None:
    """Find a row that this one points at and Finance does not hold; None if all that the maps know of are there.

    `there` names rows that are known to be there, and is added to.
    """
    there = set() if there is None else there
    for reference in services.catalogue.references(direction):
        if not reference.is_set(wanted) or reference.parent is None or (missing := reference.missing(wanted)) in there:
            continue
        if not await is_in_finance(services, reference, wanted):
            return Parked(
                f"{direction.name}: {reference.group.column} points at {missing.map} {missing.key}, "
                "which Finance does not hold yet.",
                missing=missing,
                column=reference.group.column,
                reason=reason,
            )
        there.add(missing)
    return None


async def is_in_finance(services: Services, reference: Reference, wanted: Values) -> bool:
    """Whether Finance holds the row that a lookup of this one points at, as far as anything tells."""
    parent, values = reference.parent, reference.finance_values(wanted)
    if parent is None or not values:
        return True
    if parent.finance.collection:
        return bool(await services.finance.find(parent.finance.collection, values, parent.finance.key, top=1))
    # Finance does not show it, but its link remembers what was imported of it.
    link = await services.links.by_finance(parent.id, reference.missing(wanted).key)
    return link is not None and link.base is not None


def by_id(row_id: str) -> str:
    """Name a row that is waited for by its Dataverse id, since nothing tells the key it will have in Finance."""
    return f"id:{row_id}"


async def require_needed(services: Services, direction: Direction, row: Mapping[str, Any]) -> None:
    """Parked if a row that this one cannot be made without is not in Finance yet, although no column will name it there."""
    for column, parent in services.catalogue.needed(direction.map):
        row_id = row.get(f"_{column}_value")
        if row_id is None or await _has_gone_over(services, parent, row_id):
            continue
        raise Parked(
            f"{direction.name}: {column} points at row {row_id} of {parent.id}, which Finance does not hold yet.",
            missing=Missing(parent.id, by_id(row_id)),
            column=column,
        )


async def _has_gone_over(services: Services, parent: TableMap, row_id: str) -> bool:
    link = await services.links.by_dataverse(parent.id, row_id)
    if link is None or not link.finance_key:
        return False
    rows = FinanceRows(services.finance, parent, parent.finance.key)
    return await rows.version(link.finance_key) is not None


class Explanation:
    """Why Finance refuses a reference, over the rounds of one look.

    When all rows pointed at are there, the missing one may have come between the refusal and the question: then another
    round is worth it, once. After that the value itself is wrong.
    """

    def __init__(self, services: Services, direction: Direction) -> None:
        self._services = services
        self._direction = direction
        self._has_looked_again = False

    async def by(self, wanted: Values, refusal: MissingReference) -> Parked | Conflict | MissingReference:
        """Give what to raise instead of the refusal: Parked, Conflict for another round, or the refusal itself."""
        parked = await explain(self._services, self._direction, wanted, refusal)
        if parked is not None:
            return parked
        if self._has_looked_again:
            return refusal
        self._has_looked_again = True
        return Conflict(f"{self._direction.name}: what was missing may have come meanwhile.", reason=refusal.reason)


def to_itself(services: Services, direction: Direction, wanted: Values, finance_key: str) -> frozenset[str]:
    """Name the rows that make a record point at itself: not possible before it is there, so left for the next round."""
    own = (r for r in services.catalogue.references(direction) if r.parent is direction.map and r.is_set(wanted))
    return frozenset(name for r in own if r.missing(wanted).key == finance_key.casefold() for name in r.group.rows)
