"""Runs of subcontracts' purchase orders: their product receipts, and the invoices of their vendors.

| process | asked for | answer |
|---|---|---|
| `generate-product-receipts` | `{company}` | `{receipts}` |
| `post-product-receipts` | `{company, receipt}`: one of them, or all | `{receipts, errors}` |
| `invoice-purchase-order` | `{company, order, invoice, day, …}`, see `OrderInvoice` | `{voucher}` |
"""

from __future__ import annotations

from dataclasses import asdict

from tests.twin.finance.books import Books
from tests.twin.finance.processes.order_invoicing import OrderInvoice, OrderInvoicing
from tests.twin.finance.processes.receipts import Receipts
from tests.twin.finance.runs.asked import Answer, Asked, Run, run_of
from tests.twin.finance.writing import Writer


class _Receipt(Asked):
    receipt: str = ""


class _Invoice(Asked, OrderInvoice):
    pass


def _generate(asked: Asked, books: Books, _: Writer) -> Answer:
    return {"receipts": Receipts(books, asked.company).generate()}


def _post(asked: _Receipt, books: Books, _: Writer) -> Answer:
    return asdict(Receipts(books, asked.company).post(asked.receipt))


def _invoice(asked: _Invoice, books: Books, _: Writer) -> Answer:
    return {"voucher": OrderInvoicing(books, asked.company).run(asked)}


RUNS: dict[str, Run] = {
    "generate-product-receipts": run_of(Asked, _generate),
    "post-product-receipts": run_of(_Receipt, _post),
    "invoice-purchase-order": run_of(_Invoice, _invoice),
}
