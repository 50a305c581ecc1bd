"""Where the Dataverse path of a row leads in the tables that are there: to columns, or to what is in its way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from shared.clients.metadata import Attribute, Table
from shared.mapping import paths
from shared.mapping.model import Side, TableMap
from shared.mapping.paths import Path
from shared.schema.findings import Finding, Kind
from shared.schema.types import LOOKUPS

Tables = Mapping[str, Table | None]


@dataclass(frozen=True, slots=True)
class Reached:
    """A column at the end of a path, and how a person calls it."""

    table: str
    attribute: Attribute

    @property
    def label(self) -> str:
        """The table and the column."""
        return f"{self.table}.{self.attribute.name}"


def reach(table_map: TableMap, written: str, row: str, tables: Tables) -> Iterator[Reached | Finding]:
    """Follow a path from the map's own table, which must be there: one column per target that the path names."""
    path = paths.parse(written)
    table = table_map.dataverse.table
    if path.lookup is None:
        yield _column(table, path.column, row, tables)
        return
    for target, inner in _branches(table_map, path):
        way = [(path.lookup, target), *((lookup, "") for lookup in inner.lookups)]
        yield _end(table, way, inner.column, row, tables)


def needed(maps: Iterable[TableMap], tables: Tables) -> set[str]:
    """Name the tables that the paths of the maps lead through, as far as the tables read so far can tell."""
    return {name for table_map in maps for name in _through(table_map, tables)}


def _through(table_map: TableMap, tables: Tables) -> Iterator[str]:
    yield table_map.dataverse.table
    for written in written_paths(table_map):
        path = paths.parse(written)
        for target, inner in _branches(table_map, path) if path.lookup else ():
            name: str | None = target
            for lookup in (*inner.lookups, ""):
                if name:
                    yield name
                name = _only_target(tables.get(name or ""), lookup)


def _only_target(table: Table | None, lookup: str) -> str | None:
    found = table.attributes.get(lookup) if table else None
    return found.targets[0] if found and len(found.targets) == 1 else None


def written_paths(table_map: TableMap) -> Iterator[str]:
    """Give every Dataverse path of a map that is read or written."""
    yield from (row.dataverse for row in table_map.all_rows if row.dataverse and not row.off)
    yield from table_map.dataverse.key
    for column, lookup in table_map.dataverse.lookups.items():
        if lookup.company:
            yield f"{column}.{lookup.company}"


def _branches(table_map: TableMap, path: Path) -> Iterator[tuple[str, Path]]:
    """Give the tables that the first lookup of a path points at, each with what the path asks of it."""
    if path.alternatives:
        yield from ((table, paths.parse(column)) for table, column in path.alternatives.items())
        return
    table = table_map.dataverse.lookups[path.lookups[0]].tables[0]
    yield table, paths.parse(path.written.partition(".")[2])


def _end(table: str, way: list[tuple[str, str]], column: str, row: str, tables: Tables) -> Reached | Finding:
    """Follow lookups, each to the table named with it, or to the only one it has."""
    for lookup, target in way:
        step = _step(table, lookup, target, row, tables)
        if isinstance(step, Finding):
            return step
        table = step
    return _column(table, column, row, tables)


def _step(table: str, lookup: str, target: str, row: str, tables: Tables) -> str | Finding:
    found = _column(table, lookup, row, tables)
    if isinstance(found, Finding):
        return found
    targets = found.attribute.targets
    if found.attribute.type not in LOOKUPS:
        return _finding(Kind.TYPE, f"{found.label} is a {found.attribute.type} and no lookup.", row)
    if not target and len(targets) != 1:
        return _finding(Kind.TARGET, f"{found.label} points at {', '.join(targets) or 'nothing'}; one was meant.", row)
    target = target or targets[0]
    if target not in targets:
        return _finding(Kind.TARGET, f"{found.label} points at {', '.join(targets) or 'nothing'}, not {target}.", row)
    holder = tables[table]
    if holder is not None and target not in holder.schema.lookups.get(lookup, {}):
        return _finding(Kind.NAVIGATION, f"{found.label} has no relationship to {target}, so it cannot be read.", row)
    return target


def _column(table: str, column: str, row: str, tables: Tables) -> Reached | Finding:
    holder = tables.get(table)
    if holder is None:
        return _finding(Kind.TABLE, f"There is no table {table}, which {column} was to be read from.", row)
    attribute = holder.attributes.get(column)
    if attribute is None:
        return _finding(Kind.COLUMN, f"{table} has no column {column}.", row)
    return Reached(table, attribute)


def _finding(kind: Kind, message: str, row: str) -> Finding:
    return Finding(Side.DATAVERSE, kind, message, row)
