"""One operation as a rule or a process sees it, and what it may do in reaction."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from tests.twin.dataverse.operation import Operation, Run
from tests.twin.dataverse.settings import Settings
from tests.twin.dataverse.values import Reference, Row


class Writer(Protocol):
    """Writes rows in reaction to an operation, one level deeper."""

    async def create(self, run: Run, table: str, columns: Row, *, parent: Operation) -> str: ...
    async def update(self, run: Run, table: str, row_id: str, columns: Row, *, parent: Operation) -> None: ...


@dataclass(frozen=True, slots=True)
class Act:
    """One operation under way."""

    run: Run
    operation: Operation
    writer: Writer
    settings: Settings

    @property
    def row(self) -> Row:
        """The row as the request wants it to be."""
        return {**(self.operation.before or {}), **self.operation.sent}

    @property
    def reference(self) -> Reference:
        """The row itself."""
        return Reference(self.operation.table.name, self.operation.row_id)

    @property
    def from_outside(self) -> bool:
        """Whether somebody asks for this, not the product itself."""
        return self.operation.depth == 1

    def read(self, reference: Reference | None) -> Row:
        """Read the row a lookup points at; empty if there is none."""
        return self.run.transaction.referred(reference) or {}

    def having(self, table: str, column: str, value: Reference) -> Iterator[tuple[Reference, Row]]:
        """Find the rows of a table whose lookup points at a row."""
        for row_id, row in self.run.transaction.having(table, column, value):
            yield Reference(table, row_id), row

    async def lock(self, reference: Reference) -> None:
        """Keep others from writing a row; what is read of it from now on stays true."""
        await self.run.transaction.lock(*reference)

    async def create(self, table: str, columns: Row) -> Reference:
        return Reference(table, await self.writer.create(self.run, table, columns, parent=self.operation))

    async def update(self, reference: Reference, columns: Row) -> None:
        """Write the columns that differ, if any do."""
        row = self.read(reference)
        changed = {name: value for name, value in columns.items() if row.get(name) != value}
        if row and changed:
            await self.touch(reference, changed)

    async def touch(self, reference: Reference, columns: Row) -> None:
        """Write columns, whether they differ or not."""
        await self.writer.update(self.run, reference.table, reference.id, columns, parent=self.operation)
