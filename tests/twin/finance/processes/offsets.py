"""Which account a cost is posted against (F13, F20, F23).

Documented: by type of transaction; the procurement integration account for a vendor invoice, the expense integration
account for an expense report: both were debited when that document was posted, and the journal clears them.
"""

from __future__ import annotations

from collections.abc import Mapping

from tests.twin.finance.books import Books
from tests.twin.finance.schema import Value

_BY_KIND = {"Hour": "PAYROLL-ALLOC", "Cost": "EXP-OFFSET", "Item": "COST-ITEM"}


def offset_account(books: Books, actual: Mapping[str, Value], kind: str) -> str:
    """Return the offset account type of a cost, nothing for a type that has none."""
    if actual["VendInvoiceLineProjTransId"]:
        return "PROC-INTEG"
    if kind == "Cost" and _is_of_expense_report(books, actual):
        return "EXP-INTEG"
    return _BY_KIND.get(kind, "")


def _is_of_expense_report(books: Books, actual: Mapping[str, Value]) -> bool:
    """Tell whether an expense report's line made the actual. How that shows is unconfirmed: by its number in a reference."""
    references = (actual["ExternalReference"], actual["ExternalOriginReference"])
    return any(each and books.find("ProjExpensesExport", each, actual["dataAreaId"]) is not None for each in references)
