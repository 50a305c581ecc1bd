"""Runs of invoice proposals, and what people change of them in forms.

| process | asked for | answer |
|---|---|---|
| `post-invoice-proposal` | `{company, proposal}` | `{invoice, voucher}` |
| `delete-proposal-lines` | `{company, proposal}`: all of them | `{}` |
| `change-invoice-proposal` | `{company, proposal, due_date, dimensions}` | `{}` |
| `change-proposal-tax` | `{company, proposal, line, tax_group, tax_item_group}` | `{}` |
| `create-invoice-proposal` | `{company, proposal, contract, currency}`: in Finance alone | `{}` |
| `delete-invoice-proposal` | `{company, proposal}`: in Finance alone | `{}` |
| `adjust-transaction` | `{company, transaction, tax_group, tax_item_group, dimensions}` | `{}` |

Proposals that people create or delete in Finance are not supported, says Microsoft ("Manage project invoice proposals"). The
forms let them, here as there is no word of a refusal; nothing of it is told to Dataverse.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import date

from tests.twin.finance.books import Books
from tests.twin.finance.processes.adjusting import adjust
from tests.twin.finance.processes.money import dated
from tests.twin.finance.processes.proposal_import import delete_lines
from tests.twin.finance.processes.proposal_posting import ProposalPosting
from tests.twin.finance.processes.proposals import (
    PROPOSALS,
    SENT,
    add_proposal,
    change_header,
    change_tax_groups,
    open_proposal,
)
from tests.twin.finance.refusals import refused
from tests.twin.finance.runs.asked import Answer, Asked, Run, run_of
from tests.twin.finance.writing import Writer


class _Proposal(Asked):
    proposal: str


class _Header(_Proposal):
    due_date: date | None = None
    dimensions: str | None = None


class _Groups(_Proposal):
    line: int
    tax_group: str
    tax_item_group: str


class _New(_Proposal):
    contract: str
    currency: str


class _Adjusted(Asked):
    transaction: str
    tax_group: str | None = None
    tax_item_group: str | None = None
    dimensions: str | None = None


def _post(asked: _Proposal, books: Books, _: Writer) -> Answer:
    return asdict(ProposalPosting(books, asked.company, asked.proposal).post())


def _delete_lines(asked: _Proposal, books: Books, _: Writer) -> Answer:
    delete_lines(books, open_proposal(books, asked.company, asked.proposal))
    return {}


def _change(asked: _Header, books: Books, _: Writer) -> Answer:
    change_header(books, open_proposal(books, asked.company, asked.proposal), asked.due_date, asked.dimensions)
    return {}


def _tax(asked: _Groups, books: Books, _: Writer) -> Answer:
    proposal = open_proposal(books, asked.company, asked.proposal)
    change_tax_groups(books, proposal, asked.line, asked.tax_group, asked.tax_item_group)
    return {}


def _create(asked: _New, books: Books, _: Writer) -> Answer:
    if books.find(PROPOSALS, asked.company, asked.proposal) is not None:
        raise refused(f"Invoice proposal {asked.proposal} already exists.")
    today = dated(books.clock.now().date())
    named = {"ProjInvoiceProjId": asked.contract, "CurrencyId": asked.currency, "InvoiceDate": today}
    add_proposal(books, asked.company, asked.proposal, named)
    return {}


def _delete(asked: _Proposal, books: Books, _: Writer) -> Answer:
    delete_lines(books, open_proposal(books, asked.company, asked.proposal))
    for collection in (PROPOSALS, SENT):
        row = books.find(collection, asked.company, asked.proposal)
        if row is not None:
            books.database.delete(collection, row)
    return {}


def _adjust(asked: _Adjusted, books: Books, _: Writer) -> Answer:
    adjust(books, asked.company, asked.transaction, asked.tax_group, asked.tax_item_group, asked.dimensions)
    return {}


RUNS: dict[str, Run] = {
    "post-invoice-proposal": run_of(_Proposal, _post),
    "delete-proposal-lines": run_of(_Proposal, _delete_lines),
    "change-invoice-proposal": run_of(_Header, _change),
    "change-proposal-tax": run_of(_Groups, _tax),
    "create-invoice-proposal": run_of(_New, _create),
    "delete-invoice-proposal": run_of(_Proposal, _delete),
    "adjust-transaction": run_of(_Adjusted, _adjust),
}
