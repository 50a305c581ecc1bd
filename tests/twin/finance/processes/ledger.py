"""Vouchers of the general ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from tests.twin.finance.books import Books
from tests.twin.finance.processes.money import spoken
from tests.twin.finance.schema import Value

_NOTHING = Decimal(0)


class NotPosted(Exception):
    """Something stands against a posting."""


class MainAccount(str):
    """An account that somebody chose, where otherwise a posting type stands."""

    __slots__ = ()


def closed(moment: date) -> str:
    """Return what is said of a day whose period is not open (Microsoft, "Project Operations integration workspace")."""
    return f"No open fiscal period was found for the specified accounting date {spoken(moment)}."


@dataclass(frozen=True, slots=True)
class Pair:
    """A debit and a credit of one amount, by ledger account type. A negative amount turns them round."""

    debit: str
    credit: str
    accounting_amount: Decimal
    amount: Decimal
    currency: Value


def account(books: Books, company: Value, posting_type: str) -> str:
    """Return the account of a posting type; raises NotPosted, with a text of ours, if none is set up."""
    if isinstance(posting_type, MainAccount):
        return posting_type
    found = books.setup(company).accounts.get(posting_type)
    if not found:
        raise NotPosted(f"Account number for transaction type {posting_type} does not exist.")
    return found


def check(books: Books, company: Value, pair: Pair, dimensions: Value) -> None:
    """Refuse what could not be posted: no account, or dimensions that its structure does not allow. Raises NotPosted."""
    for posting_type in (pair.debit, pair.credit):
        account(books, company, posting_type)
    if dimensions in books.setup(company).invalid_dimensions:
        raise NotPosted(f"The financial dimensions {dimensions} are not valid for the account structure.")  # ours


def post(books: Books, company: Value, voucher: str, moment: Value, *pairs: Pair) -> None:
    """Write a voucher; raises NotPosted. Pairs of nothing are left out."""
    line = 0
    for pair in pairs:
        for posting_type, sign in ((pair.debit, 1), (pair.credit, -1)):
            amount = sign * pair.accounting_amount
            if not amount:
                continue
            line += 1
            books.add(
                "LedgerVoucherEntries",
                dataAreaId=company,
                Voucher=voucher,
                LineNumber=line,
                Account=account(books, company, posting_type),
                PostingType="" if isinstance(posting_type, MainAccount) else posting_type,
                CurrencyCode=pair.currency,
                AccountingDate=moment,
                Debit=max(amount, _NOTHING),
                Credit=max(-amount, _NOTHING),
                TransactionCurrencyAmount=sign * pair.amount,
                AccountingCurrencyAmount=amount,
            )
