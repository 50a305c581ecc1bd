"""Runs of invoices between companies.

| process | asked for | answer |
|---|---|---|
| `intercompany-invoice` | `{company, borrowing, project}`: of the lending company | `{invoices}` |
| `post-intercompany-vendor-invoice` | `{company, invoice}`: of the borrowing company | `{voucher}` |
"""

from __future__ import annotations

from tests.twin.finance.books import Books
from tests.twin.finance.processes.intercompany import Intercompany
from tests.twin.finance.runs.asked import Answer, Asked, Run, run_of
from tests.twin.finance.writing import Writer


class _Lending(Asked):
    borrowing: str
    project: str = ""


class _Invoice(Asked):
    invoice: str


def _invoice(asked: _Lending, books: Books, _: Writer) -> Answer:
    lending = Intercompany(books, asked.company)
    return {"invoices": lending.invoice_customer(asked.borrowing.lower(), asked.project)}


def _post(asked: _Invoice, books: Books, _: Writer) -> Answer:
    return {"voucher": Intercompany(books, asked.company).post_vendor_invoice(asked.invoice)}


RUNS: dict[str, Run] = {
    "intercompany-invoice": run_of(_Lending, _invoice),
    "post-intercompany-vendor-invoice": run_of(_Invoice, _post),
}
