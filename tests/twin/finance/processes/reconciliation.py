"""Reconciliation (F24): documents that are posted in Finance, and how far their costs have come on the way round.

Documented (Microsoft, "Project Operations integration workspace"): the views, and a batch that exports again every posted
document without a reference to Dataverse, from the first open period of this or the last fiscal year until today.
Assumed: that a fiscal year is a calendar year, and that a document has its reference when an actual that names it is in
staging, since nothing else tells Finance that Dataverse has it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from tests.twin.finance.books import Books
from tests.twin.finance.processes.exports import export_again
from tests.twin.finance.processes.money import day
from tests.twin.finance.processes.staged import is_of_stocked_line
from tests.twin.finance.processes.vendor_invoice_exports import export_line_again
from tests.twin.finance.refusals import refused
from tests.twin.finance.rows import Row
from tests.twin.finance.schema import Value

MISSING_ACTUALS, MISSING_LINES, RECONCILED = "Missing actuals", "Missing journal lines", "Reconciled"
ALL = "All"
_VIEWS = (MISSING_ACTUALS, MISSING_LINES, ALL, RECONCILED)


@dataclass(frozen=True, slots=True)
class Document:
    """A kind of document: where its exported rows are, whose they are, and how an actual names the one it is of."""

    name: str
    export: str
    company: str
    number: str
    #: The column of a staged actual that holds the number.
    named_in: str
    amount: str = "Amount"
    day: str = "TransDate"
    #: How it is exported again, where that takes more than to tell of it once more.
    again: Callable[[Books, Row], None] | None = None


KINDS = (
    Document("Expense", "ProjExpensesExport", "ReferenceDataAreaId", "ExpTransNumber", named_in="ExternalReference"),
    Document(
        "Vendor invoice line",
        "ProjVendInvoiceLinesExportEntity",
        "DAreaId",
        "ProjTransId",
        named_in="VendInvoiceLineProjTransId",
        amount="LineAmount",
        again=export_line_again,
    ),
)


class Reconciliation:
    """The documents of one company."""

    def __init__(self, books: Books, company: str) -> None:
        self._books = books
        self._company = company

    def view(self, name: str) -> list[dict[str, Any]]:
        """Return the documents of a view; raises Refusal if there is no such view."""
        if name not in _VIEWS:
            raise refused(f"The views are {', '.join(_VIEWS)}.")
        return [told for told in self._told() if name in (ALL, told["status"])]

    def process(self) -> list[str]:
        """Export again what has no actual; return the numbers."""
        since, until = self._since(), self._books.clock.now().date()
        done = []
        for kind, row in self._exported(lambda moment: since <= moment <= until):
            if not has_arrived(self._books, self._company, kind.named_in, row.values[kind.number]):
                if kind.again is None:
                    export_again(self._books, kind.export, row)
                else:
                    kind.again(self._books, row)
                done.append(str(row.values[kind.number]))
        return done

    def _exported(self, when: Callable[[date], bool] = lambda _: True) -> Iterator[tuple[Document, Row]]:
        for kind in KINDS:
            rows = self._books.database.tables[kind.export].matching(kind.company, self._company)
            yield from ((kind, row) for row in rows if when(day(row.values[kind.day])))

    def _told(self) -> Iterator[dict[str, Any]]:
        for kind, row in self._exported():
            values = row.values
            yield {
                "document": kind.name,
                "number": values[kind.number],
                "date": values[kind.day],
                "amount": values[kind.amount],
                "status": self._status(kind, values),
            }

    def _status(self, kind: Document, values: Mapping[str, Value]) -> str:
        actuals = _actuals(self._books, self._company, kind.named_in, values[kind.number])
        if not actuals:
            return MISSING_ACTUALS
        return RECONCILED if all(map(self._is_posted, actuals)) else MISSING_LINES

    def _is_posted(self, actual: Row) -> bool:
        if is_of_stocked_line(self._books, actual):
            return True
        lines = self._books.of_company(
            "ProjAdvancedJournalLines", self._company, "ActualsImportId", actual.values["ActualsImportId"]
        )
        return any(line.values["Status"] == "Posted" for line in lines)

    def _since(self) -> date:
        """Return the first day of the first open period of this or the last fiscal year; the year's first at the earliest."""
        first = date(self._books.clock.now().year - 1, 1, 1)
        starts = [
            max(period.start, first) for period in self._books.setup(self._company).open_periods if period.end >= first
        ]
        return min(starts, default=date.max)


def has_arrived(books: Books, company: str, named_in: str, number: Value) -> bool:
    """Tell whether Dataverse has a document: by an actual of it in staging."""
    return bool(_actuals(books, company, named_in, number))


def _actuals(books: Books, company: str, named_in: str, number: Value) -> list[Row]:
    """Return the costs that name a document: the project's own, or the lending company's."""
    rows = books.database.tables["ProjActualsImports"].matching("dataAreaId", company)
    return [
        row
        for row in rows
        if row.values[named_in] == number and row.values["TransactionType"] in ("Cost", "ResourcingUnitCost")
    ]
