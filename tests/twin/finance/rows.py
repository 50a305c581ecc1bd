"""The rows of the twin: tables with their keys and indexes, and the journal that makes a request all or nothing.

A row is never changed in place: a write puts a new `Row` over the old one and notes both in the journal. Rolling back
is walking the journal backwards; the events of a request are its journal at commit.
"""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from tests.twin.finance.schema import Entity, Value

RowKey = tuple[Value, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """One row as it stood at one moment: values by column, and one (recVersion, RecId) pair per data source."""

    values: Mapping[str, Value]
    wire: Mapping[str, str]  # each column as `"name":value`, ready to be sent
    versions: tuple[tuple[int, int], ...]
    etag: str

    @property
    def rec_id(self) -> int:
        """The RecId of the root data source."""
        return self.versions[0][1]


@dataclass(frozen=True, slots=True)
class Change:
    """One step of the journal. A silent one raises no event, as set-based statements do."""

    entity: Entity
    before: Row | None
    after: Row | None
    silent: bool = False


def folded(value: Value) -> Value:
    """Return a value as the database compares it: without case, without trailing blanks."""
    return value.rstrip(" ").casefold() if isinstance(value, str) else value


def etag(versions: tuple[tuple[int, int], ...]) -> str:
    """Return the ETag of these pairs: base64 of `'recVersion,recId;…'`, quotes included."""
    pairs = ";".join(f"{version},{rec_id}" for version, rec_id in versions)
    return f'W/"{base64.b64encode(f"{pairs!r}".encode()).decode()}"'


def wire(name: str, value: Value) -> str:
    """Return one column as JSON text; a real keeps its digits, whatever their number."""
    if isinstance(value, Decimal):
        return f'"{name}":{value:f}'
    return f'"{name}":{json.dumps(value, ensure_ascii=False)}'


class Table:
    """The rows of one collection, found by RecId, by key and by the columns that refer to others."""

    def __init__(self, entity: Entity, rng: random.Random) -> None:
        self.entity = entity
        #: The tables that show rows of this one.
        self.views: list[Table] = []
        self.rows: dict[int, Row] = {}
        self._by_key: dict[RowKey, int] = {}
        self._by_value: dict[str, dict[Value, dict[int, None]]] = {name: {} for name in entity.indexed}
        self._random = rng
        self._initial_wire = {name: wire(name, value) for name, value in entity.initial.items()}
        self._next_rec_id = entity.rec_id_start

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows.values())

    def key_of(self, values: Mapping[str, Value]) -> RowKey:
        """Return the key of these values, company included, as it is compared."""
        return tuple(folded(values[name]) for name in self.entity.key)

    def find(self, key: RowKey) -> Row | None:
        """Return the row with that key (already folded, company included)."""
        rec_id = self._by_key.get(key)
        return None if rec_id is None else self.rows[rec_id]

    def matching(self, name: str, value: Value) -> list[Row]:
        """Return the rows with that value in an indexed column."""
        return [self.rows[rec_id] for rec_id in self._by_value[name].get(folded(value), ())]

    def count_matching(self, name: str, value: Value) -> int:
        """Return how many rows `matching` would give."""
        return len(self._by_value[name].get(folded(value), ()))

    def fresh(self, values: Mapping[str, Value]) -> Row:
        """Make a row that was never there: recVersion 1, new RecIds (with gaps, as RecId blocks leave them)."""
        pairs = []
        for _ in range(self.entity.data_sources):
            self._next_rec_id += self._random.randint(1, 3)
            pairs.append((1, self._next_rec_id))
        initial, sent = self.entity.initial, self._initial_wire
        written = {n: sent[n] if value is initial[n] else wire(n, value) for n, value in values.items()}
        return Row(values, written, tuple(pairs), etag(tuple(pairs)))

    def rewritten(self, row: Row, changes: Mapping[str, Value]) -> Row:
        """Make the next state of a row: same RecIds, a random recVersion."""
        versions = ((self._random.randint(2, 2**31 - 1), row.rec_id), *row.versions[1:])
        sent = {**row.wire, **{name: wire(name, value) for name, value in changes.items()}}
        return Row({**row.values, **changes}, sent, versions, etag(versions))

    def put(self, row: Row) -> None:
        """Hold this state of a row in the place of whatever state it had."""
        last = self.rows.get(row.rec_id)
        if last is not None:
            del self._by_key[self.key_of(last.values)]
        self.rows[row.rec_id] = row
        self._by_key[self.key_of(row.values)] = row.rec_id
        for name, index in self._by_value.items():
            if last is not None:
                if last.values[name] is row.values[name]:
                    continue
                self._unindex(name, last)
            index.setdefault(folded(row.values[name]), {})[row.rec_id] = None
        for view in self.views:
            view.show(row)

    def show(self, row: Row) -> None:
        """Hold what this table, a view, shows of a row of its source."""
        assert self.entity.view is not None
        values = self.entity.view.shown(row.values)
        if values is not None:
            self.put(Row(values, {n: wire(n, value) for n, value in values.items()}, row.versions, row.etag))
        elif row.rec_id in self.rows:
            self.drop(row.rec_id)

    def drop(self, rec_id: int) -> None:
        """Forget a row."""
        row = self.rows.pop(rec_id)
        del self._by_key[self.key_of(row.values)]
        for name in self._by_value:
            self._unindex(name, row)
        for view in self.views:
            if rec_id in view.rows:
                view.drop(rec_id)

    def _unindex(self, name: str, row: Row) -> None:
        index, value = self._by_value[name], folded(row.values[name])
        del index[value][row.rec_id]
        if not index[value]:
            del index[value]


class Database:
    """All tables, and the journal of the request in hand."""

    def __init__(self, entities: Mapping[str, Entity], seed: int) -> None:
        self.tables = {name: Table(each, random.Random(f"{name}-{seed}")) for name, each in entities.items()}
        for name, each in entities.items():
            if each.view is not None:
                self.tables[each.view.collection].views.append(self.tables[name])
        self.journal: list[Change] = []
        self._sequences: dict[str, int] = {}

    def insert(self, collection: str, values: Mapping[str, Value]) -> Row:
        """Insert a row; the caller has made sure that its key is free."""
        table = self.tables[collection]
        row = table.fresh(values)
        table.put(row)
        self.journal.append(Change(table.entity, None, row))
        return row

    def update(self, collection: str, row: Row, changes: Mapping[str, Value], *, silent: bool = False) -> Row:
        """Write columns of a row."""
        table = self.tables[collection]
        after = table.rewritten(row, changes)
        table.put(after)
        self.journal.append(Change(table.entity, row, after, silent))
        return after

    def delete(self, collection: str, row: Row) -> None:
        """Delete a row."""
        table = self.tables[collection]
        table.drop(row.rec_id)
        self.journal.append(Change(table.entity, row, None))

    def next_number(self, sequence: str) -> str:
        """Draw from a number sequence. A number that was drawn is not given back (a non-continuous sequence)."""
        number = self._sequences.get(sequence, 0) + 1
        self._sequences[sequence] = number
        return f"{sequence}-{number:07d}"

    def commit(self) -> list[Change]:
        """End the request's transaction; return what it did."""
        done, self.journal = self.journal, []
        return done

    def roll_back(self, to: int = 0) -> None:
        """Undo the journal down to a mark."""
        while len(self.journal) > to:
            change = self.journal.pop()
            table = self.tables[change.entity.collection]
            if change.before is not None:
                table.put(change.before)
            elif change.after is not None:
                table.drop(change.after.rec_id)
