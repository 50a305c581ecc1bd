"""Which accounts a reversal is posted to: those of its original, whatever has been set up otherwise meanwhile.

Inferred from Microsoft's articles on approvals that are canceled, on correction journals and on vendor invoices, all of
which say that the original is reversed. Assumed: that a reversal which comes before its connection, or before its
original is posted, is posted as any other line.
"""

from __future__ import annotations

from tests.twin.finance.books import Books
from tests.twin.finance.processes.connections import beside, journal_line
from tests.twin.finance.rows import Row


def accounts_reversed(books: Books, line: Row) -> list[tuple[str, str]] | None:
    """Return what the original of a journal line was posted to, debit and credit; None of a line that reverses nothing."""
    company = line.values["dataAreaId"]
    actual = books.find("ProjActualsImports", company, line.values["ActualsImportId"])
    originals = [] if actual is None else beside(books, actual.values["ActualId"], "Reversing", "Original")
    for each in originals:
        original = journal_line(books, each)
        if original is not None and original.values["Status"] == "Posted":
            return _accounts(books, original)
    return None


def _accounts(books: Books, line: Row) -> list[tuple[str, str]]:
    """Return the posting types of a line's voucher, whose entries are pairs of debit and credit."""
    entries = books.of_company("LedgerVoucherEntries", line.values["dataAreaId"], "Voucher", line.values["Voucher"])
    types = [str(entry.values["PostingType"]) for entry in sorted(entries, key=lambda entry: entry.rec_id)]
    return list(zip(types[::2], types[1::2], strict=True))
