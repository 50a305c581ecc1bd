"""When an invoice is due."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from tests.twin.finance.books import Books
from tests.twin.finance.schema import Value

_LAST_MONTHS = {"CurrentQuart": (3, 6, 9, 12), "CurrentYear": (12,)}


def due_date(books: Books, company: Value, terms: Value, invoiced: date, today: date) -> date:
    """Return the due date of an invoice by its terms of payment; today if it has none (documented).

    Terms begin with the invoice's day, or the end of the period that they name, and go on by months, then days. Cut-off
    days are not played.
    """
    row = books.find("PaymentTerms", company, terms) if terms else None
    if row is None:
        return today
    begin = _begin(str(row.values["PaymentMethodType"]), invoiced)
    months, days = int(str(row.values["NumberOfMonths"])), int(str(row.values["NumberOfDays"]))
    return _months_later(begin, months) + timedelta(days=days)


def _begin(method: str, day: date) -> date:
    if method == "CurrentWeek":
        return day + timedelta(days=6 - day.weekday())
    if method == "CurrentMth":
        return _end_of_month(day.year, day.month)
    if method in _LAST_MONTHS:
        return _end_of_month(day.year, next(month for month in _LAST_MONTHS[method] if month >= day.month))
    return day


def _end_of_month(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def _months_later(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    end = _end_of_month(day.year + years, month + 1)
    return end.replace(day=min(day.day, end.day))
