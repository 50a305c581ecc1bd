"""Reconciliation of posted vendor invoices with Dataverse (F24): what has not come back is exported again.

Documented (Microsoft, on the Project Operations workspace): the batch goes from the first open period of this or the
last fiscal year to today, and exports what has no reference to Dataverse; views tell actuals that are missing from
journal lines that are. Assumed: that the fiscal year is the calendar's, and what a reference is: of an invoice the
status that came back, of its line an actual in staging.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from tests.twin.finance.books import Books
from tests.twin.finance.processes.connections import is_cost
from tests.twin.finance.processes.money import day
from tests.twin.finance.processes.vendor_invoice_entry import LINES
from tests.twin.finance.processes.vendor_invoice_lines import product_of
from tests.twin.finance.processes.vendor_invoice_posting import EXPORT, EXPORT_LINES
from tests.twin.finance.processes.vendor_invoices import STATUS
from tests.twin.finance.rows import Row

MISSING_ACTUALS, MISSING_JOURNAL_LINES, RECONCILED = "missing actuals", "missing journal lines", "reconciled"


class VendorInvoiceReconciliation:
    """The batch and its views, in one company."""

    def __init__(self, books: Books, company: str) -> None:
        self._books = books
        self._company = company

    def export_again(self) -> list[str]:
        """Export what has no reference to Dataverse; return the numbers of invoices and lines."""
        done = []
        for invoice in self._invoices():
            if invoice.values[STATUS] == "None":
                self._books.database.update(EXPORT, invoice, {})
                done.append(str(invoice.values["VendorInvoiceNum"]))
            for line in self._lines_of(invoice):
                if self._state(line) == MISSING_ACTUALS:
                    self._books.database.update(EXPORT_LINES, line, self._anew(line))
                    done.append(str(line.values["ProjTransId"]))
        return done

    def view(self) -> list[dict[str, Any]]:
        """Tell how far each line has come, those of all invoices in the period."""
        return [
            {
                "invoice": invoice.values["VendorInvoiceNum"],
                "line": line.values["ProjTransId"],
                "state": self._state(line),
            }
            for invoice in self._invoices()
            for line in self._lines_of(invoice)
        ]

    def _invoices(self) -> Iterator[Row]:
        today = self._books.clock.now().date()
        since = self._first_open(date(today.year - 1, 1, 1))
        for row in self._books.database.tables[EXPORT].matching("dataAreaId", self._company):
            if since is not None and since <= day(row.values["TransDate"]) <= today:
                yield row

    def _first_open(self, earliest: date) -> date | None:
        """Return the first day of the first open period from a day on."""
        periods = self._books.setup(self._company).open_periods
        return min((max(period.start, earliest) for period in periods if period.end >= earliest), default=None)

    def _lines_of(self, invoice: Row) -> Iterator[Row]:
        wanted = tuple(invoice.values[name] for name in ("dataAreaId", "InvoiceAccount", "VendorInvoiceNum"))
        for row in self._books.database.tables[EXPORT_LINES]:
            if tuple(row.values[name] for name in ("DAreaId", "InvoiceAccount", "VendorInvoiceNum")) == wanted:
                yield row

    def _state(self, line: Row) -> str:
        tables, trans_id = self._books.database.tables, line.values["ProjTransId"]
        staged = tables["ProjActualsImports"].matching("VendInvoiceLineProjTransId", trans_id)
        if not staged:
            return MISSING_ACTUALS
        journalled = [
            each
            for actual in staged
            for each in tables["ProjAdvancedJournalLines"].matching("ActualsImportId", actual.values["ActualsImportId"])
        ]
        cleared = any(is_cost(each) and each.values["Status"] == "Posted" for each in journalled)
        return RECONCILED if cleared else MISSING_JOURNAL_LINES

    def _anew(self, line: Row) -> dict[str, Any]:
        """Return what the line shows differently by now: a product that was released meanwhile."""
        if line.values["CategoryType"] != "Item":
            return {}
        (entered,) = self._books.of_company(LINES, self._company, "ProjTransId", line.values["ProjTransId"])
        return {"DisplayProductNumber": product_of(self._books, entered)}
