"""The catalogue: all maps of a deployment, and what follows from their being together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from shared.errors import Misconfigured
from shared.mapping import order
from shared.mapping.direction import Direction, LookupGroup, direction_of
from shared.mapping.documents import Assembly
from shared.mapping.merge import TwoWay
from shared.mapping.model import Side, TableMap
from shared.mapping.references import Reference, reference


class Catalogue:
    """Maps by id and by table, their directions, their order, and who refers to whom. Misconfigured if an id is taken twice."""

    def __init__(self, maps: Iterable[TableMap]) -> None:
        self.maps: dict[str, TableMap] = {}
        for table_map in maps:
            if table_map.id in self.maps:
                labels = f"{self.maps[table_map.id].label} and {table_map.label}"
                raise Misconfigured(f"Two maps are called {table_map.id}: {labels}.", remedy="Rename one of them.")
            self.maps[table_map.id] = table_map
        compiled = (direction_of(m, side) for m in self.maps.values() for side in m.sides)
        self.directions: Mapping[str, Direction] = {d.name: d for d in compiled}
        self._references: dict[str, tuple[Reference, ...]] = {}

    @cached_property
    def run_order(self) -> tuple[str, ...]:
        """Map ids, each after those it needs; Misconfigured names the path of a cycle."""
        return order.run_order(self.maps.values())

    def direction(self, name: str) -> Direction:
        """Give a direction by its name; Misconfigured if there is none of that name."""
        try:
            return self.directions[name]
        except KeyError:
            raise Misconfigured(f"There is no direction called {name}.") from None

    def two_way(self, table_map: TableMap) -> TwoWay:
        """Give both directions of a two-way map."""
        return TwoWay(*(self.directions[f"{table_map.id}_to_{side}"] for side in (Side.FINANCE, Side.DATAVERSE)))

    def bringing(self, group: LookupGroup) -> TableMap | None:
        """Give the map that brings the rows a lookup points at, if any does."""
        if group.lookup.brought_by:
            return self.maps.get(group.lookup.brought_by)
        return next(
            (m for table in group.lookup.tables for m in self.maps.values() if m.dataverse.table == table), None
        )

    def needed(self, table_map: TableMap) -> Iterator[tuple[str, TableMap]]:
        """Give the lookups that a row of this map must wait for although no column carries them, with the maps behind them."""
        for column in table_map.needs:
            tables = table_map.dataverse.lookups[column].tables
            yield from ((column, each) for each in self.maps.values() if each.dataverse.table in tables)

    @cached_property
    def needed_maps(self) -> frozenset[str]:
        """The maps whose rows are waited for by their ids."""
        return frozenset(parent.id for each in self.maps.values() for _, parent in self.needed(each))

    @cached_property
    def released(self) -> Mapping[str, TableMap]:
        """The maps of lines whose header releases them, each with the map of the headers."""
        return {m.release.lines: m for m in self.maps.values() if m.release is not None}

    @cached_property
    def assembled(self) -> Mapping[str, tuple[Assembly, TableMap]]:
        """The maps whose rows Finance assembles to documents: of headers, members and ties, with the map of the headers."""
        declared = [(m.assembly, m) for m in self.maps.values() if m.assembly is not None]
        return {name: (a, m) for a, m in declared for name in (m.id, a.members, a.ties)}

    def references(self, direction: Direction) -> tuple[Reference, ...]:
        """Give the lookups of a direction with the maps behind them."""
        found = self._references.get(direction.name)
        if found is None:
            found = tuple(reference(direction, group, self.bringing(group)) for group in direction.lookups)
            self._references[direction.name] = found
        return found

    def dependants(self, table_map: TableMap) -> Iterator[tuple[Direction, str]]:
        """Name the directions to Finance, and their lookup columns, whose rows point at rows of this map."""
        for direction in self.directions.values():
            if direction.source is not Side.DATAVERSE or direction.map is table_map:
                continue
            for group in direction.lookups:
                # Rows that Dataverse makes of this map's rows have ids of their own.
                if not group.lookup.brought_by and self.bringing(group) is table_map:
                    yield direction, group.column
