"""Agreed values: what a column says, in one form for both sides.

Finance has no null: an empty text is "", an empty number 0, an empty date 1900-01-01, a date is sent at noon.
Dataverse has null, money with four decimals, choices as numbers. Every column is read into one *agreed value* per
side, so that two sides agree when two values are equal, and an echo finds nothing to write (rule 3).

Readers never fail. A value that the map has no counterpart for becomes `Unmatched`, which equals nothing and fails
only when it would have to be written: a strange value on the target must not stop the source from replacing it.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True, eq=False)
class Unmatched:
    """A raw value without a counterpart. Compared by identity: it never equals the other side's."""

    raw: Any
    #: Why it has none, in words for a person.
    why: str


class Guid(str):
    """An id in lower case, without braces. A type of its own because OData writes it bare where a text is quoted."""

    __slots__ = ()


class Time(str):
    """A day or a moment in ISO 8601 (`2026-09-15`, `2026-09-15T08:00:00Z`): it compares, sorts and stores as it is.

    A type of its own for the same reason.
    """

    __slots__ = ()


#: What a column says.
Value = str | int | bool | Decimal | Unmatched | None


def as_text(value: Value) -> str | None:
    """Give the value as it is remembered in a link's base. Equal values give equal texts; None stays None."""
    match value:
        case None | str():
            return value
        case bool():
            return "yes" if value else "no"
        case Decimal():
            return _plain(value)
        case Unmatched():
            return f"unmatched:{value.raw}"
        case _:
            return str(value)


def _plain(number: Decimal) -> str:
    """Write a number without exponent and trailing zeros. Not by `normalize`, which rounds to the ambient precision."""
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text if number else "0"


def is_empty(value: Value) -> bool:
    """Whether the value says nothing: no text, zero, no. Finance cannot tell these from "never set"."""
    return not value
