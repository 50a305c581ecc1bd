"""Transforms: what a row does to a value, as a reversible pair for each side.

A transform reads a raw JSON value of either side into the agreed value, and writes the agreed value as either side
wants it: reading what was written gives the same agreed value back. Consultants meet these names in the map files:

| transform          | for                                                                                       |
|--------------------|-------------------------------------------------------------------------------------------|
| text(n)            | text; what is longer than Finance's n characters is compared and sent as its first n          |
| company            | a company code: lower case in Finance's data, any case elsewhere                              |
| guid               | an id: Finance's column of zeros is no value                                                  |
| integer, decimal(n), money(n) | whole numbers; decimals with n places, half away from zero                         |
| yes_no             | Dataverse true/false, Finance Yes/No; or the opposite                                         |
| either(yes=x, no=y) | Dataverse true/false, two texts in Finance                                                   |
| values({…})        | a choice: Dataverse's number to Finance's symbol                                              |
| date_only          | a day: noon UTC in Finance                                                                    |
| date_time          | a moment in UTC, to the second                                                                |
| default(x)         | a constant, set when a row is created and left alone afterwards                               |
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Context, Decimal, InvalidOperation
from functools import cache
from types import MappingProxyType
from typing import Any

from shared.mapping.values import Guid, Time, Unmatched, Value

Read = Callable[[Any], Value]
Write = Callable[[Any], Any]

#: Finance's "no date". As a day it is sent at noon, as a moment at midnight (seen in public traces of its OData
#: service).
NO_DAY = "1900-01-01"
NO_DAY_IN_FINANCE = f"{NO_DAY}T12:00:00Z"
NO_MOMENT_IN_FINANCE = f"{NO_DAY}T00:00:00Z"

#: Wider than Finance's numeric(32,6) and Dataverse's money: rounding must not fail on a number that one side holds.
_WIDE = Context(prec=64)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Transform:
    """Four functions between raw values and the agreed value; `parse` turns a key's text back into a raw Finance value."""

    label: str
    read_finance: Read
    write_finance: Write
    read_dataverse: Read
    write_dataverse: Write
    parse: Callable[[str], str | int] = str
    #: The constant of a `default` row, already in the target's own form.
    constant: Any = None
    #: The n of `text(n)`, `decimal(n)` and `money(n)`.
    size: int | None = None
    #: Of `values`: Dataverse's number → Finance's symbol or code; symbols that are read as one of these numbers and
    #: never written; Finance's "nothing"; what is known to have no counterpart.
    pairs: Mapping[int, str] = field(default_factory=dict)
    also: Mapping[str, int] = field(default_factory=dict)
    nothing: str | None = None
    unpaired: frozenset[int | str] = frozenset()

    @property
    def kind(self) -> str:
        """The name without arguments."""
        return self.label.partition("(")[0]

    def __repr__(self) -> str:
        return self.label


def _same(value: Any) -> Any:
    return value


def _or_empty(value: Any) -> Any:
    return "" if value is None else value


@cache
def text(length: int | None = None) -> Transform:
    """Text without trailing blanks (Finance trims them); empty means no value.

    `length` is Finance's, in UTF-16 code units, which is what its columns count: most emoji take two.
    """
    if length is None:
        return Transform("text", _trimmed, _or_empty, _trimmed, _same)

    def read(raw: Any) -> Value:
        return (_cut(raw.rstrip(), length).rstrip() or None) if raw else None

    return Transform(f"text({length})", read, _or_empty, read, _same, size=length)


def _trimmed(raw: Any) -> Value:
    return (raw.rstrip() or None) if raw else None


def _cut(text: str, length: int) -> str:
    if 2 * len(text) <= length or text.isascii():
        return text[:length]
    # Half a pair at the end is dropped whole.
    return text.encode("utf-16-le", "surrogatepass")[: 2 * length].decode("utf-16-le", "ignore")


@cache
def company() -> Transform:
    """A company code, compared without case: Finance's OData says `usmf`, its events and Dataverse mostly `USMF`."""

    def read(raw: Any) -> Value:
        return raw.strip().lower() or None if raw else None

    return Transform("company", read, _or_empty, read, _same)


#: Finance's "no id".
NO_GUID = "00000000-0000-0000-0000-000000000000"
_GUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@cache
def guid() -> Transform:
    """An id, compared without case and braces. Dataverse may hold it in a text column, which can hold anything else too."""

    def read(raw: Any) -> Value:
        if not raw:
            return None
        found = raw.strip("{} ").lower()
        if not _GUID.fullmatch(found):
            return Unmatched(raw, "this is not a GUID")
        return None if found == NO_GUID else found

    def write_finance(value: Any) -> Any:
        return NO_GUID if value is None else value

    return Transform("guid", read, write_finance, read, _same, parse=_guid)


def _guid(text: str) -> Guid:
    if not _GUID.fullmatch(text.lower()):
        raise ValueError(f"{text!r} is not a GUID")
    return Guid(text.lower())


@cache
def integer() -> Transform:
    """A whole number. No value reads as 0 on either side, because Finance cannot tell the two apart."""

    def read(raw: Any) -> Value:
        return int(raw) if raw else 0

    return Transform("integer", read, _same, read, _same, parse=_whole)


def _whole(text: str) -> int:
    number = int(text)
    if str(number) != text:
        raise ValueError(f"{text!r} is not how the number {number} is written")
    return number


@cache
def decimal(places: int) -> Transform:
    """A decimal rounded to `places`, half away from zero; no value reads as 0."""
    step = Decimal(1).scaleb(-places)
    zero = Decimal(0).quantize(step)

    def read(raw: Any) -> Value:
        if not raw:
            return zero
        try:
            number = raw if type(raw) is Decimal else Decimal(raw)
            return number.quantize(step, ROUND_HALF_UP, _WIDE)
        except InvalidOperation:
            return Unmatched(raw, f"{raw} has more digits than either side keeps")

    return Transform(f"decimal({places})", read, _same, read, _same, size=places)


@cache
def money(places: int = 2) -> Transform:
    """An amount, in the row's currency. Dataverse sends four decimals, Finance stores the currency's own."""
    amount = decimal(places)
    return replace(amount, label=f"money({places})")


@cache
def yes_no(*, opposite: bool = False) -> Transform:
    """Dataverse's two-option column and Finance's NoYes enum. Neither answer in Dataverse reads as no.

    `opposite` is for columns that ask contrary questions: Yes in Finance is false in Dataverse.
    """

    def read_finance(raw: Any) -> Value:
        return (raw in ("Yes", "yes")) != opposite

    def write_finance(value: Any) -> Any:
        return "Yes" if bool(value) != opposite else "No"

    return Transform("yes_no(opposite)" if opposite else "yes_no", read_finance, write_finance, bool, _same)


@cache
def either(*, yes: str, no: str) -> Transform:
    """Dataverse's two-option column for one of two texts in Finance. Neither answer in Dataverse reads as `no`."""
    answers = {yes.casefold(): True, no.casefold(): False}

    def read_finance(raw: Any) -> Value:
        answer = answers.get((raw or "").casefold())
        return Unmatched(raw, f"Finance value {raw!r} is neither {yes} nor {no}") if answer is None else answer

    def write_finance(value: Any) -> Any:
        return yes if value else no

    return Transform(f"either(true ↔ {yes}, false ↔ {no})", read_finance, write_finance, bool, _same)


def values(
    pairs: Mapping[int, str],
    *,
    empty: str | None = None,
    unset: str | None = None,
    also: Mapping[str, int] = MappingProxyType({}),
    unpaired: tuple[int | str, ...] = (),
) -> Transform:
    """A choice: Dataverse's number for each Finance symbol or code, both sides exactly once.

    A Finance enum always has a value, a Dataverse choice need not. `unset` is the symbol that no choice reads as;
    `empty` is what Finance has for "nothing": "" in a text code, a member such as NotSpecified in an enum. With
    neither, a missing choice has no counterpart. Symbols are matched without case, as printed maps spell them loosely.
    `also` gives further symbols a number that has one of its own: they are read as it, and never written. `unpaired`
    names numbers and symbols that are known to have no counterpart: rows that hold one end as an error record, and the
    schema check does not report them again.
    """
    if empty is not None and unset is not None:
        raise ValueError("values(): a missing choice is either empty or unset, not both")
    numbers = _numbers(pairs, also, unpaired)
    symbols = dict(pairs)
    known = {number: number for number in symbols}
    missing = None if unset is None else numbers[unset.casefold()]
    may_miss = empty is not None or unset is not None

    def read_finance(raw: Any) -> Value:
        if raw == empty or raw is None:
            return missing if may_miss else Unmatched(raw, "Finance has no value")
        number = numbers.get(raw.casefold())
        if number is None:
            return Unmatched(raw, f"Finance value {raw!r} is not among {', '.join(pairs.values())}")
        return number

    def read_dataverse(raw: Any) -> Value:
        number = known.get(raw)
        if number is not None:
            return number
        if raw is None and may_miss:
            return missing
        return Unmatched(raw, f"Dataverse value {raw!r} is not among {', '.join(map(str, pairs))}")

    def write_finance(value: Any) -> Any:
        return empty if value is None else symbols[value]

    label = [f"{number} ↔ {symbol}" for number, symbol in pairs.items()]
    label += [f"{number} ← {symbol}" for symbol, number in also.items()]
    return Transform(
        f"values({', '.join(label)})",
        read_finance,
        write_finance,
        read_dataverse,
        _same,
        pairs=symbols,
        also=dict(also),
        nothing=empty,
        unpaired=frozenset(unpaired),
    )


def _numbers(pairs: Mapping[int, str], also: Mapping[str, int], unpaired: tuple[int | str, ...]) -> dict[str, int]:
    """Give the number of each symbol, symbols in small letters; ValueError if something stands twice."""
    numbers = {symbol.casefold(): number for number, symbol in pairs.items()}
    numbers |= {symbol.casefold(): number for symbol, number in also.items()}
    if len(numbers) != len(pairs) + len(also):
        raise ValueError(f"values(): a Finance value stands for two Dataverse numbers in {dict(pairs)} {dict(also)}")
    if strange := set(also.values()) - set(pairs):
        raise ValueError(f"values(): {strange} has no Finance value of its own")
    for each in unpaired:
        if each in pairs or (isinstance(each, str) and each.casefold() in numbers):
            raise ValueError(f"values(): {each} is both paired and unpaired")
    return numbers


@cache
def date_only() -> Transform:
    """A day. Finance's dates travel at noon UTC, which no time zone moves to another day.

    A Dataverse date-and-time column gives the day in UTC; whether dual-write first converts to the user's zone is
    unconfirmed. Written as a bare day it is taken by both kinds of Dataverse column; a date-only one refuses a time.
    Finance knows no day before 1900.
    """

    def read(raw: Any) -> Value:
        if not raw:
            return None
        day = raw[:10]
        return day if day > NO_DAY else _at_the_beginning(raw, day)

    def write_finance(value: Any) -> Any:
        return NO_DAY_IN_FINANCE if value is None else f"{value}T12:00:00Z"

    return Transform("date_only", read, write_finance, read, _time, parse=_noon)


def _time(value: Any) -> Any:
    return None if value is None else Time(value)


def _noon(text: str) -> Time:
    return Time(f"{datetime.fromisoformat(text.upper()).date()}T12:00:00Z")


@cache
def date_time() -> Transform:
    """A moment in UTC to the second, which is what Dataverse keeps."""

    def read(raw: Any) -> Value:
        if not raw:
            return None
        moment = raw if len(raw) == len("2026-09-15T08:00:00Z") and raw[-1] == "Z" else _to_the_second(raw)
        if isinstance(moment, Unmatched):
            return moment
        day = moment[:10]
        return moment if day > NO_DAY else _at_the_beginning(raw, day)

    def write_finance(value: Any) -> Any:
        return NO_MOMENT_IN_FINANCE if value is None else value

    return Transform("date_time", read, write_finance, read, _time, parse=_moment)


def _moment(text: str) -> Time:
    return Time(_utc(text.upper()))


def _at_the_beginning(raw: str, day: str) -> Value:
    """Finance's first day stands for "no date", and nothing comes before it."""
    return None if day == NO_DAY else Unmatched(raw, "Finance knows no day before 1900")


def _to_the_second(raw: str) -> str | Unmatched:
    try:
        return _utc(raw)
    except ValueError as error:
        return Unmatched(raw, str(error))


def _utc(text: str) -> str:
    moment = datetime.fromisoformat(text)
    try:
        moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except OverflowError as error:
        raise ValueError(str(error)) from error
    return moment.replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def default(value: str | int | Decimal) -> Transform:
    """A constant in the target's own form, written when the row is created and never again.

    Repeating it on every write, as a plain constant row of dual-write does, would undo what people set afterwards: an
    exchange rate, a customer's language.
    """
    return Transform(f"default({value})", _same, _same, _same, _same, constant=value)
