"""The places where business logic takes part in a write."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping

from tests.twin.finance.books import Books
from tests.twin.finance.rows import Row
from tests.twin.finance.schema import Value


class Process:
    """The rules of one collection; this one has none."""

    def __init__(self, books: Books) -> None:
        self.books = books
        self.database = books.database

    def default_row(self, draft: dict[str, Value], named: Container[str]) -> None:
        """Fill columns of a new row that were not named (X++: defaultRow)."""

    def accepted(self, before: Row, changes: Mapping[str, Value]) -> Mapping[str, Value]:
        """Return those of the columns sent that the row takes over; the others are passed over in silence."""
        _ = before
        return changes

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

    def deleted(self, row: Row) -> None:
        """Do what follows from a delete, in its transaction."""

    def parent(self, collection: str, values: Mapping[str, Value], column: str) -> Row | None:
        """Return the row of the same company that a column names."""
        return self.books.find(collection, values["dataAreaId"], values[column])


def inherit(draft: dict[str, Value], named: Container[str], parent: Row, **columns: str) -> None:
    """Take over the parent's values (draft column = parent column) where the write names none."""
    for column, source in columns.items():
        if column not in named and parent.values[source]:
            draft[column] = parent.values[source]
