"""Runs of vendors' invoices that are entered by hand.

| process | asked for | answer |
|---|---|---|
| `enter-vendor-invoice` | `{company, vendor, invoice, day, lines, …}`, see `VendorInvoice` | `{}` |
| `post-vendor-invoice` | `{company, vendor, invoice}` | `{voucher}` |
| `approve-vendor-payment` | `{company, vendor, invoice}`: by hand | `{}` |
"""

from __future__ import annotations

from tests.twin.finance.books import Books
from tests.twin.finance.processes.vendor_invoice_entry import VendorInvoice, enter
from tests.twin.finance.processes.vendor_invoice_posting import post
from tests.twin.finance.processes.vendor_transactions import approve_by_hand
from tests.twin.finance.runs.asked import Answer, Asked, Run, run_of
from tests.twin.finance.writing import Writer


class _Entered(Asked, VendorInvoice):
    pass


class _Named(Asked):
    vendor: str
    invoice: str


def _enter(asked: _Entered, books: Books, _: Writer) -> Answer:
    enter(books, asked.company, asked)
    return {}


def _post(asked: _Named, books: Books, _: Writer) -> Answer:
    return {"voucher": post(books, asked.company, asked.vendor, asked.invoice)}


def _approve(asked: _Named, books: Books, _: Writer) -> Answer:
    approve_by_hand(books, asked.company, asked.vendor, asked.invoice)
    return {}


RUNS: dict[str, Run] = {
    "enter-vendor-invoice": run_of(_Entered, _enter),
    "post-vendor-invoice": run_of(_Named, _post),
    "approve-vendor-payment": run_of(_Named, _approve),
}
