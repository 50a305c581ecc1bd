"""Why a staging row went no further: the latest text of each, kept until it does."""

from __future__ import annotations

from tests.twin.finance.books import Books
from tests.twin.finance.schema import Value


def note(books: Books, staging: str, company: Value, row_id: Value, message: str) -> None:
    """Keep the error of a staging row, in the place of any other it has."""
    held = books.find("ProjectStagingErrors", company, staging, row_id)
    books.put(
        "ProjectStagingErrors", held, dataAreaId=company, Staging=staging, RowId=row_id, Message=f"Error: {message}"
    )


def clear(books: Books, staging: str, company: Value, row_id: Value) -> None:
    """Forget the error of a staging row."""
    held = books.find("ProjectStagingErrors", company, staging, row_id)
    if held is not None:
        books.database.delete("ProjectStagingErrors", held)
