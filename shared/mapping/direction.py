"""A direction: one map one way, compiled once into plain functions.

Nothing here reads a clock or does I/O. `translate` turns a source row into agreed values, `current` does the same for
the target row, `differences` names what the target lacks, `encode` gives the columns to write. The shell
(shared.sync) only moves rows about.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from shared.errors import Rejected
from shared.mapping import keys, paths
from shared.mapping.filters import Predicate, compile_filter
from shared.mapping.model import Lookup, Row, Side, TableMap
from shared.mapping.reading import Reader, reader
from shared.mapping.shape import ANY_TABLE, Shape
from shared.mapping.values import Unmatched, Value

#: Agreed values by row name.
Values = dict[str, Value]


@dataclass(frozen=True, slots=True)
class LookupGroup:
    """All rows that go through one lookup column: together they name one row of the target table."""

    column: str
    lookup: Lookup
    #: Row name → path inside the looked-up row.
    rows: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Columns:
    """What to write: plain columns in the target's own form, and lookups still to be resolved (towards Dataverse only)."""

    plain: dict[str, Any]
    lookups: tuple[LookupGroup, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.plain or self.lookups)


@dataclass(frozen=True, eq=False)
class Direction:
    """One map one way. Built by `direction_of`; compared by identity."""

    map: TableMap
    target: Side

    @property
    def name(self) -> str:
        """The one string that names the function, the queue, the watermark, the error's partition and the log field."""
        return f"{self.map.id}_to_{self.target}"

    @property
    def source(self) -> Side:
        """The side that is read."""
        return self.target.other

    @property
    def by_package(self) -> bool:
        """Whether rows go over in data packages, because the entity has no public collection."""
        return self.target is Side.FINANCE and not self.map.finance.collection

    # -- compiled once -------------------------------------------------------------------------------------------------

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """The rows that carry values this way, constants left out."""
        return tuple(r for r in self.map.all_rows if r.runs_towards(self.target) and not r.is_constant)

    @cached_property
    def translate(self) -> Reader:
        """Read a source row into agreed values, by row name."""
        return reader(self.rows, self.source)

    @cached_property
    def current(self) -> Reader:
        """Read a target row into agreed values, by row name."""
        return reader(self.rows, self.target)

    @cached_property
    def applies(self) -> Predicate:
        """Whether the map carries this source row at all."""
        return self._filter[0]

    @cached_property
    def shape(self) -> Shape:
        """What to read of the Dataverse row."""
        extra = self._filter[1] if self.source is Side.DATAVERSE else ()
        written = [row.dataverse for row in self.rows if row.dataverse]
        return _shape(self.map, (*written, *self.map.dataverse.key, *self.map.needs, *extra))

    @cached_property
    def naming_shape(self) -> Shape:
        """What to read of a Dataverse row to know its Finance key and whether the map carries it."""
        return _shape(self.map, (*(str(row.dataverse) for row in self._naming), *self._filter[1]))

    @cached_property
    def finance_columns(self) -> tuple[str, ...]:
        """What to read of the Finance row."""
        extra = self._filter[1] if self.source is Side.FINANCE else ()
        mapped = (name for row in self.rows for name in (row.finance, row.otherwise) if name)
        return tuple(dict.fromkeys((*self.map.finance.key, *self.map.finance.match, *mapped, *extra)))

    @cached_property
    def integration_key(self) -> tuple[str, ...]:
        """The rows that make up Dataverse's integration key, by name, in its order."""
        by_path = {row.dataverse: row.name for row in self.rows}
        return tuple(by_path[path] for path in self.map.dataverse.key)

    @cached_property
    def constants(self) -> Mapping[str, Any]:
        """Columns and values that a new target row starts with."""
        rows = (r for r in self.map.rows if r.is_constant and r.runs_towards(self.target))
        return {row.name: row.transform.constant for row in rows}

    @cached_property
    def lookups(self) -> tuple[LookupGroup, ...]:
        """The lookups that the rows of this direction go through."""
        return tuple(_groups(self.map, self.rows))

    @cached_property
    def _naming(self) -> tuple[Row, ...]:
        return tuple(self._by_name[name] for name in self.map.finance.identity)

    @cached_property
    def _name(self) -> Reader:
        return reader(self._naming, Side.DATAVERSE)

    @cached_property
    def _filter(self) -> tuple[Predicate, tuple[str, ...]]:
        text = self.map.dataverse_filter if self.source is Side.DATAVERSE else self.map.finance_filter
        return compile_filter(text)

    @cached_property
    def _by_name(self) -> Mapping[str, Row]:
        return {row.name: row for row in self.rows}

    @cached_property
    def _group_of(self) -> Mapping[str, LookupGroup]:
        return {name: group for group in self.lookups for name in group.rows}

    # -- per row -------------------------------------------------------------------------------------------------------

    def finance_key(self, values: Mapping[str, Value]) -> str:
        """Name the row in Finance, as text; Rejected if a part of the key has no value."""
        return keys.of_values(self.map, values, self.name)

    def finance_key_of(self, row: Mapping[str, Any]) -> str:
        """Name a Dataverse row, read in the naming shape, in Finance; Rejected if a part of the key has no value."""
        return self.finance_key(self._name(row))

    def differences(self, wanted: Values, there: Values | None) -> Values:
        """Give the values that the target lacks; if there is no target row, all that are not empty."""
        if there is None:
            return {name: value for name, value in wanted.items() if value is not None}
        return {name: value for name, value in wanted.items() if value != there[name]}

    def encode(self, changed: Mapping[str, Value], key: str) -> Columns:
        """Write agreed values as the target's columns. Rejected names direction, key, column and value without a counterpart."""
        plain: dict[str, Any] = {}
        groups: dict[str, LookupGroup] = {}
        for name, value in changed.items():
            row = self._by_name[name]
            if isinstance(value, Unmatched):
                raise self._no_counterpart(row, value, key)
            if self.target is Side.FINANCE:
                plain[str(row.finance)] = row.transform.write_finance(value)
            elif (group := self._group_of.get(name)) is not None:
                groups[group.column] = group
            else:
                plain[str(row.dataverse)] = row.transform.write_dataverse(value)
        return Columns(plain, tuple(groups.values()))

    def _no_counterpart(self, row: Row, value: Unmatched, key: str) -> Rejected:
        source, target = (row.dataverse, row.finance) if self.source is Side.DATAVERSE else (row.finance, row.dataverse)
        return Rejected(
            f"{self.name}, row {key}: {source} holds {value.raw!r}, which has no counterpart in {target}.",
            reason=value.why,
            remedy=f"Correct the value in {self.source.capitalize()}, or add the pair to the map {self.map.id}.",
            column=str(source),
        )


def direction_of(table_map: TableMap, target: Side) -> Direction:
    """Compile a map one way; ValueError if no row of it goes there."""
    if target not in table_map.sides:
        raise ValueError(f"map {table_map.id} has no row towards {target}")
    return Direction(table_map, target)


def _shape(table_map: TableMap, written: Iterable[str]) -> Shape:
    """Gather paths into a tree. Which table an inner lookup points at is the client's to discover, so it is keyed by ANY_TABLE."""
    columns: dict[str, None] = {}
    below: dict[str, list[paths.Path]] = {}
    for text in written:
        path = paths.parse(text)
        if path.lookup is None:
            columns[path.column] = None
        else:
            below.setdefault(path.lookup, []).append(path)
    lookups = {column: _targets(table_map, column, inner) for column, inner in below.items()}
    return Shape(tuple(columns), lookups)


def _targets(table_map: TableMap, column: str, inner: list[paths.Path]) -> dict[str, Shape]:
    declared = table_map.dataverse.lookups[column]
    if any(path.alternatives for path in inner):
        if not all(path.alternatives for path in inner):
            raise ValueError(f"map {table_map.id}: name the table of every path through {column}, or of none")
        tables = dict.fromkeys(table for path in inner for table in path.alternatives)
        return {t: Shape(tuple(dict.fromkeys(p.alternatives[t] for p in inner if t in p.alternatives))) for t in tables}
    return {declared.tables[0]: _nested([(path.lookups[1:], path.column) for path in inner])}


def _nested(inner: list[tuple[tuple[str, ...], str]]) -> Shape:
    columns = dict.fromkeys(column for lookups, column in inner if not lookups)
    below: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for lookups, column in inner:
        if lookups:
            below.setdefault(lookups[0], []).append((lookups[1:], column))
    return Shape(tuple(columns), {column: {ANY_TABLE: _nested(rest)} for column, rest in below.items()})


def _groups(table_map: TableMap, rows: Iterable[Row]) -> Iterable[LookupGroup]:
    grouped: dict[str, dict[str, str]] = {}
    for row in rows:
        path = paths.parse(str(row.dataverse))
        if path.lookup is not None:
            inner = str(row.dataverse).partition(".")[2]
            grouped.setdefault(path.lookup, {})[row.name] = inner
    for column, inner_paths in grouped.items():
        yield LookupGroup(column, table_map.dataverse.lookups[column], inner_paths)
