"""Currencies and rates of a company, and the days by which they are found."""

from __future__ import annotations

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from tests.twin.finance.books import Books
from tests.twin.finance.schema import NO_DATE, Value

_CENT = Decimal("0.01")


class NoRate(Exception):
    """There is no exchange rate; the text is an assumption, documents speak of "an error in the job log"."""


def rounded(amount: Decimal) -> Decimal:
    """Round to cents, halves away from zero."""
    return plain(amount.quantize(_CENT, ROUND_HALF_UP))


def plain(value: Decimal) -> Decimal:
    """Write a number without trailing zeros, as columns hold it."""
    return value.normalize() if value else Decimal(0)


def number(value: Value) -> Decimal:
    """Read a real column."""
    assert isinstance(value, Decimal)
    return value


def day(value: Value) -> date:
    """Read a date column."""
    return date.fromisoformat(str(value)[:10])


def dated(moment: date) -> str:
    """Write a date as a column holds it."""
    return f"{moment.isoformat()}T12:00:00Z"


def moment(at: datetime) -> str:
    """Write a point in time as a column holds it."""
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def spoken(moment: date) -> str:
    """Write a date as Finance's messages do (US English)."""
    return f"{moment.month}/{moment.day}/{moment.year}"


def first(*dates: Value) -> Value:
    """Return the first date that is filled in."""
    return next((each for each in dates if each != NO_DATE), NO_DATE)


def accounting_currency(books: Books, company: Value) -> str:
    """Return the currency in which a company keeps its books."""
    ledger = books.find("Ledgers", company)
    return str(ledger.values["AccountingCurrency"]) if ledger else ""


def sales_rate(books: Books, company: Value, contract: Value, currency: Value, moment: date) -> Decimal:
    """Return the rate that a contract has agreed on for sales in a currency, else that of the day; raises NoRate."""
    agreed = books.setup(company).fixed_rates.get(str(contract), {}).get(str(currency))
    return agreed or rate(books, company, currency, moment)


def rate(books: Books, company: Value, currency: Value, moment: date) -> Decimal:
    """Return what one unit of a currency is worth in the company's on a day; raises NoRate.

    A rate in the other direction serves as well, reciprocal.
    """
    own = accounting_currency(books, company)
    if currency in (own, ""):
        return Decimal(1)
    known = sorted(
        (each for each in books.setup(company).exchange_rates if each.valid_from <= moment),
        key=lambda each: each.valid_from,
        reverse=True,
    )
    for each in known:
        if (each.from_currency, each.to_currency) == (currency, own):
            return each.rate
        if (each.from_currency, each.to_currency) == (own, currency):
            return 1 / each.rate
    raise NoRate(f"Exchange rate for {currency} to {own} on {spoken(moment)} is missing.")
