"""The places where business logic takes part in a write."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping

from tests.twin.finance.rows import Database, Row, folded
from tests.twin.finance.schema import Value


class Process:
    """The rules of one collection; this one has none."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def default_row(self, draft: dict[str, Value], named: Container[str]) -> None:
        """Fill columns of a new row that were not named (X++: defaultRow)."""

    def problems(self, before: Row | None, draft: Mapping[str, Value]) -> Iterator[str]:
        """Tell what speaks against a write, as Infolog lines (X++: validateWrite)."""
        _ = before, draft
        yield from ()

    def written(self, before: Row | None, after: Row) -> None:
        """Do what follows from a write, in its transaction."""

    def delete_problems(self, row: Row) -> Iterator[str]:
        """Tell what speaks against a delete, besides references."""
        _ = row
        yield from ()

    def parent(self, collection: str, values: Mapping[str, Value], column: str) -> Row | None:
        """Return the row of the same company that a column names."""
        return self.database.tables[collection].find((folded(values["dataAreaId"]), folded(values[column])))


def inherit(draft: dict[str, Value], named: Container[str], parent: Row, **columns: str) -> None:
    """Take over the parent's values (draft column = parent column) where the write names none."""
    for column, source in columns.items():
        if column not in named and parent.values[source]:
            draft[column] = parent.values[source]
