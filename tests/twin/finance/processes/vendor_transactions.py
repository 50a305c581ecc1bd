"""What a company owes its vendors: a transaction is paid only once it is approved."""

from __future__ import annotations

from tests.twin.finance.books import Books
from tests.twin.finance.refusals import refused
from tests.twin.finance.rows import Row
from tests.twin.finance.schema import Value

_COLLECTION = "VendorTransactions"


def approve(books: Books, company: Value, vendor: Value, number: Value) -> None:
    """Approve the payment of an invoice; of one that has no transaction nothing is approved."""
    transaction = _transaction(books, company, vendor, number)
    if transaction is not None:
        books.put(_COLLECTION, transaction, Approved="Yes")


def approve_by_hand(books: Books, company: str, vendor: str, number: str) -> None:
    """Approve a payment as a person in Finance may at any time; raises Refusal."""
    if _transaction(books, company, vendor, number) is None:
        raise refused(f"Invoice {number} of vendor {vendor} isn't posted.")
    approve(books, company, vendor, number)


def _transaction(books: Books, company: Value, vendor: Value, number: Value) -> Row | None:
    rows = books.of_company(_COLLECTION, company, "InvoiceNumber", number)
    return next((row for row in rows if row.values["AccountNum"] == vendor), None)
