"""Exports: rows that Finance shows to dual-write alone."""

from __future__ import annotations

from tests.twin.finance.books import Books
from tests.twin.finance.rows import Row
from tests.twin.finance.schema import Value


def export(books: Books, collection: str, **values: Value) -> Row:
    """Write the row of an export. It is written, and so told of, even if it holds what was there."""
    table = books.database.tables[collection]
    row = table.find(table.key_of({**table.entity.initial, **values}))
    if row is None:
        return books.add(collection, **values)
    return books.database.update(collection, row, values)


def export_again(books: Books, collection: str, row: Row) -> None:
    """Let an export tell of a row once more."""
    books.database.update(collection, row, {})
