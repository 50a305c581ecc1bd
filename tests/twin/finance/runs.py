"""What people and batch jobs start in Finance: `POST /twin/run/{process}`.

| process | asked for | answer |
|---|---|---|
| `import-from-staging` | `{company, proposal}`: of one invoice proposal, or all | `{vouchers, journals, errors}` |
| `mark-ghost` | `{company, actual}`: an import id whose actual was rolled back in Dataverse | `{}` |
| `validate-actuals` | `{company}` | `{valid, invalid}` |
| `import-beginning-balances` | `{company}` | `{journal, lines, errors}` |
| `post-beginning-balances` | `{company, journal}` | `{transactions}` |
| `post-journal` | `{company, journal}` | `{vouchers, errors, moved_to, in_batch}` |
| `begin-posting` | `{company, journal}`: the posting dies, lines stay in processing | `{}` |
| `update-to-draft` | `{company, journal, verified}`: by an administrator, that nothing is posting | `{}` |
| `delete-journal-line` | `{company, voucher}` | `{}` |
| `intercompany-invoice` | `{company, borrowing, project}`: of the lending company | `{invoices}` |
| `post-intercompany-vendor-invoice` | `{company, invoice}`: of the borrowing company | `{voucher}` |
| `generate-product-receipts` | `{company}`: of subcontracts | `{receipts}` |
| `post-product-receipts` | `{company, receipt}`: one of them, or all | `{receipts, errors}` |
| `invoice-purchase-order` | `{company, order, invoice, day, …}`, see `OrderInvoice` | `{voucher}` |
| `enter-vendor-invoice` | `{company, vendor, invoice, day, lines, …}`, see `VendorInvoice` | `{}` |
| `post-vendor-invoice` | `{company, vendor, invoice}` | `{voucher}` |
| `approve-vendor-payment` | `{company, vendor, invoice}`: by hand | `{}` |
| `post-general-journal` | `{company, lines, batch}` | `{journal, vouchers, warnings}` |
| `post-invoice-proposal` | `{company, proposal}` | `{invoice, voucher}` |
| `delete-proposal-lines` | `{company, proposal}`: all of them | `{}` |
| `change-invoice-proposal` | `{company, proposal, due_date, dimensions}` | `{}` |
| `change-proposal-tax` | `{company, proposal, line, tax_group, tax_item_group}` | `{}` |
| `create-invoice-proposal` | `{company, proposal, contract, currency}`: in Finance alone | `{}` |
| `delete-invoice-proposal` | `{company, proposal}`: in Finance alone | `{}` |
| `adjust-transaction` | `{company, transaction, tax_group, tax_item_group, dimensions}` | `{}` |
| `submit-expense-report`, `approve-…`, `recall-…` | `{company, report}` | `{}` |
| `post-expense-report` | `{company, report}` | `{voucher, exported}` |
| `reconciliation-view` | `{company, view}` | `{documents}` |
| `reconcile` | `{company}` | `{exported}` |
| `mark-investment-project` | `{company, project, investment}`: `investment` false takes it back | `{revenue_project}` |
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from pydantic import BaseModel, ConfigDict

from tests.twin.finance.books import Books
from tests.twin.finance.entities.journals import JOURNAL_LINES
from tests.twin.finance.processes.beginning_balances import BeginningBalances
from tests.twin.finance.processes.expense_posting import ExpenseWorkflow
from tests.twin.finance.processes.general_journals import GeneralJournal, JournalLine
from tests.twin.finance.processes.importing import Importing
from tests.twin.finance.processes.intercompany import Intercompany
from tests.twin.finance.processes.investment import InvestmentProjects
from tests.twin.finance.processes.order_invoicing import OrderInvoice, OrderInvoicing
from tests.twin.finance.processes.posting import Posting
from tests.twin.finance.processes.prevalidation import mark_ghost, validate
from tests.twin.finance.processes.receipts import Receipts
from tests.twin.finance.processes.reconciliation import ALL, Reconciliation
from tests.twin.finance.processes.vendor_invoice_entry import VendorInvoice, enter
from tests.twin.finance.processes.vendor_invoice_posting import post
from tests.twin.finance.processes.vendor_transactions import approve_by_hand
from tests.twin.finance.proposal_runs import PROPOSAL_RUNS
from tests.twin.finance.refusals import NotFound, refused
from tests.twin.finance.writing import Writer

Answer = dict[str, Any]


class _Company(BaseModel):
    model_config = ConfigDict(extra="forbid")
    company: str


class _Import(_Company):
    proposal: str = ""


class _Ghost(_Company):
    actual: str


class _Journal(_Company):
    journal: str


class _Verified(_Journal):
    verified: bool = False


class _Line(_Company):
    voucher: str


class _Lending(_Company):
    borrowing: str
    project: str = ""


class _Invoice(_Company):
    invoice: str


class _Receipt(_Company):
    receipt: str = ""


class _OfVendor(_Invoice):
    vendor: str


class _Entered(VendorInvoice):
    company: str


class _OfOrder(OrderInvoice):
    company: str


class _Report(_Company):
    report: str


class _View(_Company):
    view: str = ALL


class _Investment(_Company):
    project: str
    investment: bool = True


class _General(_Company):
    lines: list[JournalLine]
    batch: str = ""


def run(name: str, body: bytes, books: Books, writer: Writer) -> Answer:
    """Run a process by its name; raises Refusal, and ValueError for what is not understood."""
    act = _RUNS.get(name)
    if act is None:
        raise NotFound(f"/twin/run/{name}")
    return act(body, books, writer)


def _import(body: bytes, books: Books, _: Writer) -> Answer:
    asked = _Import.model_validate_json(body)
    return asdict(Importing(books, asked.company.lower()).run(asked.proposal))


def _mark_ghost(body: bytes, books: Books, _: Writer) -> Answer:
    asked = _Ghost.model_validate_json(body)
    mark_ghost(books, asked.company.lower(), asked.actual.lower())
    return {}


def _validate(body: bytes, books: Books, _: Writer) -> Answer:
    return validate(books, _Company.model_validate_json(body).company.lower())


def _post(body: bytes, books: Books, _: Writer) -> Answer:
    asked = _Journal.model_validate_json(body)
    return asdict(Posting(books, asked.company.lower()).post(asked.journal))


def _begin(body: bytes, books: Books, _: Writer) -> Answer:
    asked = _Journal.model_validate_json(body)
    Posting(books, asked.company.lower()).begin(asked.journal)
    return {}


def _to_draft(body: bytes, books: Books, _: Writer) -> Answer:
    asked = _Verified.model_validate_json(body)
    Posting(books, asked.company.lower()).update_to_draft(asked.journal, verified=asked.verified)
    return {}


def _import_balances(body: bytes, books: Books, _: Writer) -> Answer:
    return asdict(BeginningBalances(books, _Company.model_validate_json(body).company.lower()).run())


def _post_balances(body: bytes, books: Books, _: Writer) -> Answer:
    asked = _Journal.model_validate_json(body)
    return {"transactions": BeginningBalances(books, asked.company.lower()).post(asked.journal)}


def _delete_line(body: bytes, books: Books, writer: Writer) -> Answer:
    asked = _Line.model_validate_json(body)
    lines = books.of_company(JOURNAL_LINES.collection, asked.company.lower(), "Voucher", asked.voucher)
    if not lines:
        raise refused(f"There is no line with voucher {asked.voucher}.")
    writer.delete(JOURNAL_LINES, lines[0])
    return {}


def _invoice(body: bytes, books: Books, _: Writer) -> Answer:
    asked = _Lending.model_validate_json(body)
    lending = Intercompany(books, asked.company.lower())
    return {"invoices": lending.invoice_customer(asked.borrowing.lower(), asked.project)}


def _post_vendor_invoice(body: bytes, books: Books, _: Writer) -> Answer:
    asked = _Invoice.model_validate_json(body)
    return {"voucher": Intercompany(books, asked.company.lower()).post_vendor_invoice(asked.invoice)}


def _generate_receipts(body: bytes, books: Books, _: Writer) -> Answer:
    asked = _Company.model_validate_json(body)
    return {"receipts": Receipts(books, asked.company.lower()).generate()}


def _post_receipts(body: bytes, books: Books, _: Writer) -> Answer:
    asked = _Receipt.model_validate_json(body)
    return asdict(Receipts(books, asked.company.lower()).post(asked.receipt))


def _invoice_order(body: bytes, books: Books, _: Writer) -> Answer:
    asked = _OfOrder.model_validate_json(body)
    return {"voucher": OrderInvoicing(books, asked.company.lower()).run(asked)}


def _enter_invoice(body: bytes, books: Books, _: Writer) -> Answer:
    asked = _Entered.model_validate_json(body)
    enter(books, asked.company.lower(), asked)
    return {}


def _post_invoice(body: bytes, books: Books, _: Writer) -> Answer:
    asked = _OfVendor.model_validate_json(body)
    return {"voucher": post(books, asked.company.lower(), asked.vendor, asked.invoice)}


def _approve_payment(body: bytes, books: Books, _: Writer) -> Answer:
    asked = _OfVendor.model_validate_json(body)
    approve_by_hand(books, asked.company.lower(), asked.vendor, asked.invoice)
    return {}


def _general(body: bytes, books: Books, _: Writer) -> Answer:
    asked = _General.model_validate_json(body)
    return asdict(GeneralJournal(books, asked.company.lower()).post(asked.lines, asked.batch))


def _submit_report(body: bytes, books: Books, _: Writer) -> Answer:
    asked = _Report.model_validate_json(body)
    ExpenseWorkflow(books, asked.company.lower()).submit(asked.report)
    return {}


def _approve_report(body: bytes, books: Books, _: Writer) -> Answer:
    asked = _Report.model_validate_json(body)
    ExpenseWorkflow(books, asked.company.lower()).approve(asked.report)
    return {}


def _recall_report(body: bytes, books: Books, _: Writer) -> Answer:
    asked = _Report.model_validate_json(body)
    ExpenseWorkflow(books, asked.company.lower()).recall(asked.report)
    return {}


def _post_report(body: bytes, books: Books, _: Writer) -> Answer:
    asked = _Report.model_validate_json(body)
    return asdict(ExpenseWorkflow(books, asked.company.lower()).post(asked.report))


def _view_reconciliation(body: bytes, books: Books, _: Writer) -> Answer:
    asked = _View.model_validate_json(body)
    return {"documents": Reconciliation(books, asked.company.lower()).view(asked.view)}


def _reconcile(body: bytes, books: Books, _: Writer) -> Answer:
    asked = _Company.model_validate_json(body)
    return {"exported": Reconciliation(books, asked.company.lower()).process()}


def _mark_investment(body: bytes, books: Books, _: Writer) -> Answer:
    asked = _Investment.model_validate_json(body)
    projects = InvestmentProjects(books, asked.company.lower())
    if asked.investment:
        return {"revenue_project": projects.mark(asked.project)}
    projects.unmark(asked.project)
    return {"revenue_project": ""}


_RUNS: dict[str, Callable[[bytes, Books, Writer], Answer]] = {
    "import-from-staging": _import,
    "mark-ghost": _mark_ghost,
    "validate-actuals": _validate,
    "import-beginning-balances": _import_balances,
    "post-beginning-balances": _post_balances,
    "post-journal": _post,
    "begin-posting": _begin,
    "update-to-draft": _to_draft,
    "delete-journal-line": _delete_line,
    "intercompany-invoice": _invoice,
    "post-intercompany-vendor-invoice": _post_vendor_invoice,
    "generate-product-receipts": _generate_receipts,
    "post-product-receipts": _post_receipts,
    "invoice-purchase-order": _invoice_order,
    "enter-vendor-invoice": _enter_invoice,
    "post-vendor-invoice": _post_invoice,
    "approve-vendor-payment": _approve_payment,
    "post-general-journal": _general,
    "submit-expense-report": _submit_report,
    "approve-expense-report": _approve_report,
    "recall-expense-report": _recall_report,
    "post-expense-report": _post_report,
    "reconciliation-view": _view_reconciliation,
    "reconcile": _reconcile,
    "mark-investment-project": _mark_investment,
    **PROPOSAL_RUNS,
}
