"""What people start for invoice proposals, and change of them in forms: part of `runs`.

Proposals that people create or delete in Finance are not supported, says Microsoft ("Manage project invoice proposals"). The
forms let them, here as there is no word of a refusal; nothing of it is told to Dataverse.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, field_validator

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
from tests.twin.finance.writing import Writer

Answer = dict[str, Any]


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")
    company: str

    @field_validator("company")
    @classmethod
    def _lower(cls, company: str) -> str:
        return company.lower()


class _Proposal(_Asked):
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


class _Adjusted(_Asked):
    transaction: str
    tax_group: str | None = None
    tax_item_group: str | None = None
    dimensions: str | None = None


def _post(body: bytes, books: Books, _: Writer) -> Answer:
    asked = _Proposal.model_validate_json(body)
    return asdict(ProposalPosting(books, asked.company, asked.proposal).post())


def _delete_lines(body: bytes, books: Books, _: Writer) -> Answer:
    asked = _Proposal.model_validate_json(body)
    delete_lines(books, open_proposal(books, asked.company, asked.proposal))
    return {}


def _change(body: bytes, books: Books, _: Writer) -> Answer:
    asked = _Header.model_validate_json(body)
    change_header(books, open_proposal(books, asked.company, asked.proposal), asked.due_date, asked.dimensions)
    return {}


def _tax(body: bytes, books: Books, _: Writer) -> Answer:
    asked = _Groups.model_validate_json(body)
    proposal = open_proposal(books, asked.company, asked.proposal)
    change_tax_groups(books, proposal, asked.line, asked.tax_group, asked.tax_item_group)
    return {}


def _create(body: bytes, books: Books, _: Writer) -> Answer:
    asked = _New.model_validate_json(body)
    if books.find(PROPOSALS, asked.company, asked.proposal) is not None:
        raise refused(f"Invoice proposal {asked.proposal} already exists.")
    today = dated(books.clock.now().date())
    named = {"ProjInvoiceProjId": asked.contract, "CurrencyId": asked.currency, "InvoiceDate": today}
    add_proposal(books, asked.company, asked.proposal, named)
    return {}


def _delete(body: bytes, books: Books, _: Writer) -> Answer:
    asked = _Proposal.model_validate_json(body)
    delete_lines(books, open_proposal(books, asked.company, asked.proposal))
    for collection in (PROPOSALS, SENT):
        row = books.find(collection, asked.company, asked.proposal)
        if row is not None:
            books.database.delete(collection, row)
    return {}


def _adjust(body: bytes, books: Books, _: Writer) -> Answer:
    asked = _Adjusted.model_validate_json(body)
    adjust(books, asked.company, asked.transaction, asked.tax_group, asked.tax_item_group, asked.dimensions)
    return {}


PROPOSAL_RUNS: dict[str, Callable[[bytes, Books, Writer], Answer]] = {
    "post-invoice-proposal": _post,
    "delete-proposal-lines": _delete_lines,
    "change-invoice-proposal": _change,
    "change-proposal-tax": _tax,
    "create-invoice-proposal": _create,
    "delete-invoice-proposal": _delete,
    "adjust-transaction": _adjust,
}
