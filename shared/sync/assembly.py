"""Assembly: documents that Finance makes of header, members and ties go over in an order in which no half is taken up.

Declared with the map of the headers (`shared.mapping.documents.Assembly`). Of a document with tied members:

| row              | goes when                                                                                          |
|------------------|----------------------------------------------------------------------------------------------------|
| header           | at once                                                                                            |
| tied member      | the header is there                                                                                |
| untied member    | one tied member is there, always the same                                                          |
| tie              | all members of every document that an end of it is a member of are there                           |

While any member is missing no tie is there. So Finance finds either nothing but the header or a tied member without its
tie, and takes up nothing. Without tied members there is nothing to hold it back but the header: then the members go at
once, and the header when all are there.

What Dataverse holds of a document is final when its header is carried at all, so both sides are read anew at each look.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from functools import cached_property
from typing import Any

from shared.clients.dataverse import LARGEST_PAGE
from shared.clients.rows import Found
from shared.errors import Missing, Parked
from shared.mapping import keys
from shared.mapping.direction import Direction, Values
from shared.mapping.documents import Assembly
from shared.mapping.filters import compile_filter
from shared.mapping.model import Side, TableMap
from shared.mapping.references import Reference
from shared.mapping.shape import Shape
from shared.sync import lookups
from shared.sync.parking import one_to_wait_for
from shared.sync.services import Services
from shared.sync.sides import FinanceRows


async def require_predecessors(
    services: Services, direction: Direction, row: Mapping[str, Any], wanted: Values
) -> None:
    """Parked while a row that Finance does not hold yet must wait for another: one that it needs, or of its document."""
    await lookups.require_needed(services, direction, row)
    await _require_member_in_order(services, direction, row, wanted)


async def _require_member_in_order(
    services: Services, direction: Direction, row: Mapping[str, Any], wanted: Values
) -> None:
    """Parked while a member must wait for its header, or for a tied member."""
    declared = _declared(services, direction.map)
    if declared is None or direction.map.id != declared.assembly.members:
        return
    header_id = row.get(f"_{declared.assembly.column}_value")
    if header_id is None or not declared.is_member(row):
        return
    if not declared.is_untied(row):
        await declared.require_header(header_id, wanted)
        return
    tied = [key async for key, is_untied in declared.members_of(header_id) if not is_untied]
    if tied and not await declared.is_there(first := one_to_wait_for(tied)):
        raise declared.waits_for(direction, first)


async def require_members(services: Services, direction: Direction, header_id: str) -> None:
    """Parked while a header that Finance does not hold yet must go last, and a member is missing."""
    declared = _declared(services, direction.map)
    if declared is None or direction.map is not declared.header:
        return
    members = {key: is_untied async for key, is_untied in declared.members_of(header_id)}
    if not all(members.values()):
        return
    if missing := members.keys() - await declared.there_of(header_id):
        raise declared.waits_for(direction, one_to_wait_for(missing))


async def held_ties(services: Services, direction: Direction, rows: Mapping[str, Found]) -> set[str]:
    """Name those of these ties that must wait: a document that an end of theirs is a member of is not all there."""
    declared = _declared(services, direction.map)
    if declared is None or direction.map.id != declared.assembly.ties:
        return set()
    ends = {key: set(declared.ends_of(found.row)) for key, found in rows.items()}
    headers = await declared.headers_of({end for each in ends.values() for end in each})
    incomplete = {header for header in {*headers.values()} if not await declared.is_complete(header)}
    return {key for key, each in ends.items() if any(headers.get(end) in incomplete for end in each)}


def _declared(services: Services, table_map: TableMap) -> _Declared | None:
    found = services.catalogue.assembled.get(table_map.id)
    return None if found is None else _Declared(services, *found)


class _Declared:
    """A declared assembly, and what both sides hold of its documents."""

    def __init__(self, services: Services, assembly: Assembly, header: TableMap) -> None:
        self._services = services
        self.assembly = assembly
        self.header = header
        self._members = services.catalogue.direction(f"{assembly.members}_to_{Side.FINANCE}")
        self._table = self._members.map.dataverse.table
        self.is_member, self._which = compile_filter(assembly.which)
        self.is_untied, self._tied_by = compile_filter(assembly.untied)

    @cached_property
    def _header_of_member(self) -> Reference:
        references = self._services.catalogue.references(self._members)
        return next(each for each in references if each.group.column == self.assembly.column)

    async def members_of(self, header_id: str) -> AsyncIterator[tuple[str, bool]]:
        """Give the members of a document that go to Finance: their keys there, and whether they have no tie."""
        shape = self._members.naming_shape.union(Shape(self._tied_by))
        which = f"_{self.assembly.column}_value eq {header_id} and ({self.assembly.which})"
        async for page in self._services.dataverse.pages(self._table, shape, filter=which, size=LARGEST_PAGE):
            for found in page.rows:
                if self._members.applies(found.row):
                    yield self._members.finance_key_of(found.row).casefold(), self.is_untied(found.row)

    async def there_of(self, header_id: str) -> set[str]:
        """Give the keys of a document's members that Finance holds."""
        rows, entity = self._header_of_member.group.rows, self._members.map.finance
        header = await self._services.dataverse.read(
            self.header.dataverse.table, header_id, Shape(tuple(rows.values()))
        )
        if header is None:
            return set()
        named = {name: header.row[inner] for name, inner in rows.items()}
        found = self._services.finance.find_all(entity.collection, named, entity.key)
        return {keys.of_row(self._members.map, each.row).casefold() async for each in found}

    async def is_complete(self, header_id: str) -> bool:
        """Whether Finance holds all members of a document."""
        wanted = {key async for key, _ in self.members_of(header_id)}
        return wanted <= await self.there_of(header_id)

    async def is_there(self, key: str) -> bool:
        """Whether Finance holds a member."""
        rows = FinanceRows(self._services.finance, self._members.map, self._members.map.finance.key)
        return await rows.version(key) is not None

    async def require_header(self, header_id: str, wanted: Values) -> None:
        """Parked if the header that a member names is not in Finance yet, and will be."""
        reference = self._header_of_member
        if await lookups.is_in_finance(self._services, reference, wanted) or not await self._is_carried(header_id):
            return
        missing = reference.missing(wanted)
        raise Parked(
            f"{self._members.name}: {missing.map} {missing.key} must be in Finance before what belongs to it.",
            missing=missing,
            column=reference.group.column,
        )

    async def _is_carried(self, header_id: str) -> bool:
        """Whether the header's map carries it: of old documents it may no longer do, and nothing waits for these."""
        headers = self._services.catalogue.direction(f"{self.header.id}_to_{Side.FINANCE}")
        found = await self._services.dataverse.read(self.header.dataverse.table, header_id, headers.naming_shape)
        return found is not None and headers.applies(found.row)

    def waits_for(self, direction: Direction, key: str) -> Parked:
        """Say that a row waits for a member."""
        missing = Missing(self._members.map.id, key)
        return Parked(
            f"{direction.name}: {missing.map} {missing.key} must be in Finance first, or half of the document "
            "could be taken up there.",
            missing=missing,
            column=self.assembly.column,
        )

    def ends_of(self, tie: Mapping[str, Any]) -> list[str]:
        """Give the ids of the rows of the members' table that a tie ties."""
        return [tie[column] for column, table in self.assembly.ends if tie[table] == self._table and tie[column]]

    async def headers_of(self, ids: set[str]) -> dict[str, str]:
        """Give, of those of these rows that are members, the id of their header."""
        shape = Shape((*self._which, self.assembly.column))
        found = await self._services.dataverse.read_many(self._table, sorted(ids), shape)
        headers = {
            key: each.row.get(f"_{self.assembly.column}_value")
            for key, each in found.items()
            if self.is_member(each.row)
        }
        return {key: header for key, header in headers.items() if header is not None}
