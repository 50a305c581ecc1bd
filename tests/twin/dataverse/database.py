"""Committed rows, and transactions over them.

A transaction keeps its writes to itself until `commit`; everybody else reads committed rows only (SQL's read committed
snapshot). It holds a lock on every row it writes: a second writer waits while a synchronous webhook of the first one
is under way; nothing is locked for readers.

Every write takes the next number of one counter (`versionnumber`, hence the ETag), as a row version of SQL Server does:
taken when written, seen when committed. `floor` is the highest number below which nothing is still to be committed.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterable, Iterator

from tests.twin.dataverse import errors
from tests.twin.dataverse.schema import Schema, Table
from tests.twin.dataverse.values import Reference, Row, folded

LOCK_TIMEOUT = 65.0  # seconds: just longer than a synchronous webhook may take


class TableRows:
    """The committed rows of one table, indexed by the columns of its alternate keys, by its lookups and what else it is asked for."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.rows: dict[str, Row] = {}
        #: Row id → version, in the order of commits: what change tracking walks backwards.
        self.touched: dict[str, int] = {}
        self.tombstones: list[tuple[int, str]] = []
        lookups = {column.name for column in table.lookups if not column.read_only and column.type != "owner"}
        self._indexes: dict[str, dict[object, dict[str, None]]] = {
            name: {} for name in sorted(lookups.union(table.finds, *table.keys.values()))
        }

    def put(self, row_id: str, row: Row) -> None:
        """Insert or replace a row."""
        before = self.rows.get(row_id)
        self.rows[row_id] = row
        self.touched.pop(row_id, None)
        self.touched[row_id] = row["versionnumber"]
        for name, index in self._indexes.items():
            old, new = before and before.get(name), row.get(name)
            if old == new:
                continue
            if old is not None:
                index[folded(old)].pop(row_id, None)
            if new is not None:
                index.setdefault(folded(new), {})[row_id] = None

    def remove(self, row_id: str, version: int) -> None:
        """Delete a row and remember its deletion for change tracking."""
        row = self.rows.pop(row_id)
        self.touched.pop(row_id, None)
        self.tombstones.append((version, row_id))
        for name, index in self._indexes.items():
            if row.get(name) is not None:
                index[folded(row[name])].pop(row_id, None)

    @property
    def indexed(self) -> Iterable[str]:
        """The columns that `having` can be asked for."""
        return self._indexes.keys()

    def having(self, column: str, value: object) -> list[str]:
        """Return the ids of the rows with this value in an indexed column."""
        return list(self._indexes[column].get(folded(value), ()))


class Database:
    """All tables, the version counter and the seeded source of GUIDs."""

    def __init__(self, schema: Schema, seed: int) -> None:
        self.schema = schema
        self.tables = {name: TableRows(table) for name, table in schema.tables.items()}
        self.version = 1_000_000
        self.commits = 0
        self.random = random.Random(f"dataverse-{seed}")
        self.sequences: dict[str, int] = {}
        self._open: set[Transaction] = set()
        self._locks: dict[Reference, asyncio.Future[None]] = {}

    def new_id(self) -> str:
        """Return the next GUID (version 4) of the seeded sequence."""
        digits = f"{self.random.getrandbits(128):032x}"
        return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"

    def next_number(self, sequence: str, start: int = 1000) -> int:
        """Return the next number of an autonumber column."""
        self.sequences[sequence] = self.sequences.get(sequence, start) + 1
        return self.sequences[sequence]

    def get(self, table: str, row_id: str) -> Row | None:
        """Read a committed row."""
        return self.tables[table].rows.get(row_id)

    def floor(self) -> int:
        """Return the highest version up to which all commits are done."""
        open_from = [transaction.first_version for transaction in self._open if transaction.first_version]
        return min(open_from) - 1 if open_from else self.version

    def begin(self) -> Transaction:
        """Open a transaction; end it with `commit` or `rollback`."""
        transaction = Transaction(self)
        self._open.add(transaction)
        return transaction

    def end(self, transaction: Transaction) -> None:
        """Forget an ended transaction and free its rows."""
        self._open.discard(transaction)
        for key in transaction.locked:
            self._locks.pop(key).set_result(None)

    async def lock(self, key: Reference) -> None:
        """Take a row for writing, once whoever holds it has ended; raises Refusal after LOCK_TIMEOUT."""
        while (held := self._locks.get(key)) is not None:
            try:
                await asyncio.wait_for(asyncio.shield(held), LOCK_TIMEOUT)
            except TimeoutError:
                raise errors.lock_timeout() from None
        self._locks[key] = asyncio.get_running_loop().create_future()


class Transaction:
    """Writes that are not yet committed. Reads see them first, then the committed rows."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.schema = database.schema
        self.changed: dict[Reference, Row | None] = {}
        self.locked: set[Reference] = set()
        self.first_version: int | None = None
        self._deleted_at: dict[Reference, int] = {}
        #: Own rows by indexed value; an entry may be out of date, so whoever finds one looks at the row.
        self._own: dict[tuple[str, str, object], dict[str, None]] = {}
        self._commits_before = database.commits

    def get(self, table: str, row_id: str) -> Row | None:
        """Read a row, own writes first."""
        key = Reference(table, row_id)
        return self.changed[key] if key in self.changed else self._database.get(table, row_id)

    def new_id(self) -> str:
        """Return a GUID that no row has."""
        return self._database.new_id()

    def next_number(self, sequence: str) -> int:
        """Return the next number of an autonumber column; a rollback leaves a gap, as the platform's sequences do."""
        return self._database.next_number(sequence)

    def referred(self, reference: Reference | None) -> Row | None:
        """Read the row a lookup points at."""
        return self.get(*reference) if reference else None

    def having(self, table: str, column: str, value: object) -> Iterator[tuple[str, Row]]:
        """Find rows by an indexed column, own writes included."""
        committed = self._database.tables[table].having(column, value)
        own = (row_id for row_id in self._own.get((table, column, folded(value)), ()) if row_id not in committed)
        for row_id in [*committed, *own]:
            row = self.get(table, row_id)
            if row is not None and folded(row.get(column)) == folded(value):
                yield row_id, row

    async def lock(self, table: str, row_id: str) -> None:
        """Take a row for writing; a lock that is already ours is kept."""
        key = Reference(table, row_id)
        if key not in self.locked:
            await self._database.lock(key)
            self.locked.add(key)

    def put(self, table: str, row_id: str, row: Row) -> Row:
        """Write a row under a new version; the lock must be held."""
        written = {**row, "versionnumber": self._next_version()}
        self.changed[Reference(table, row_id)] = written
        for column in self._database.tables[table].indexed:
            if written.get(column) is not None:
                self._own.setdefault((table, column, folded(written[column])), {})[row_id] = None
        return written

    def remove(self, table: str, row_id: str) -> None:
        """Delete a row; the lock must be held."""
        key = Reference(table, row_id)
        self._deleted_at[key] = self._next_version()
        self.changed[key] = None

    def check_keys(self, table: Table, row_id: str, row: Row) -> None:
        """Refuse a row whose alternate key another row has; rows with a null in the key are not covered."""
        for name, columns in table.keys.items():
            values = [row.get(column) for column in columns]
            if None in values:
                continue
            wanted = [folded(value) for value in values]
            for other_id, other in self.having(table.name, columns[0], values[0]):
                if other_id != row_id and [folded(other.get(column)) for column in columns] == wanted:
                    raise errors.duplicate_key(name, columns)

    def commit(self) -> None:
        """Make the writes visible; raises Refusal if another transaction took one of the keys meanwhile."""
        if self._database.commits != self._commits_before:
            self._check_all_keys()
        for key, row in self.changed.items():
            rows = self._database.tables[key.table]
            if row is not None:
                rows.put(key.id, row)
            elif key.id in rows.rows:
                rows.remove(key.id, self._deleted_at[key])
        self._database.commits += 1
        self._database.end(self)

    def _check_all_keys(self) -> None:
        for key, row in self.changed.items():
            if row is not None:
                self.check_keys(self.schema.tables[key.table], key.id, row)

    def rollback(self) -> None:
        """Drop the writes."""
        self._database.end(self)

    def _next_version(self) -> int:
        self._database.version += 1
        self.first_version = self.first_version or self._database.version
        return self._database.version
