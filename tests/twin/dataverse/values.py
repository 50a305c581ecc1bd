"""Values as the platform keeps them: checked and rounded when written, so that reading costs nothing.

Kept forms: text, GUID (lower case), date and time as canonical text; whole numbers as int; decimal and money as Decimal
with the digits that are read back (decimal 10, money 4 places: Microsoft Learn, "Column data types"); a lookup as
Reference. An empty text is kept as null (common knowledge). Money is rounded to the currency's precision, half to even
(rounding mode unconfirmed). Times have whole seconds; the earliest date is 1753-01-01.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any, NamedTuple
from uuid import UUID

from tests.twin.dataverse import errors
from tests.twin.dataverse.schema import Column, Table


class Reference(NamedTuple):
    """The value of a lookup."""

    table: str
    id: str


#: Column → kept value. Never changed in place: a write makes a new row.
Row = dict[str, Any]

EARLIEST = 1753
_MONEY = Decimal("0.0001")
_DECIMAL = Decimal("0.0000000001")


def accept(table: Table, column: Column, value: Any) -> Any:
    """Check a JSON value and return it as it is kept; raises Refusal. Lookups are bound elsewhere."""
    if value is None:
        return None
    return _ACCEPT[column.type](table, column, value)


def round_money(value: Decimal | None, precision: int) -> Decimal | None:
    """Round an amount to its currency's precision and write it with 4 decimals."""
    if value is None:
        return None
    return value.quantize(Decimal(1).scaleb(-precision), ROUND_HALF_EVEN).quantize(_MONEY)


def kept_decimal(value: Decimal) -> Decimal:
    """Write a decimal as it is read back, with 10 places."""
    return value.quantize(_DECIMAL, ROUND_HALF_EVEN)


def kept_time(moment: datetime) -> str:
    """Write a moment as it is kept: UTC, whole seconds."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def folded(value: Any) -> Any:
    """Return what equality is decided by: text without case, a lookup by its id."""
    if isinstance(value, Reference):
        return value.id
    return value.casefold() if isinstance(value, str) else value


def guid(text: str) -> str | None:
    """Return a GUID in lower case, or None if the text is none."""
    try:
        return str(UUID(text))
    except ValueError:
        return None


def _text(table: Table, column: Column, value: Any) -> str | None:
    if not isinstance(value, str):
        raise errors.wrong_type(table.name, column.name, "Edm.String", value)
    if len(value) > column.length:
        raise errors.too_long(table.name, column.name, column.length)
    return value or None


def _number(table: Table, column: Column, value: Any, kind: str) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        raise errors.wrong_type(table.name, column.name, kind, value)
    number = Decimal(value)
    if column.minimum is not None and column.maximum is not None and not column.minimum <= number <= column.maximum:
        raise errors.out_of_range(table.name, column.name, column.minimum, column.maximum)
    return number


def _whole(table: Table, column: Column, value: Any) -> int:
    number = _number(table, column, value, "Edm.Int32")
    if number != number.to_integral_value():
        raise errors.wrong_type(table.name, column.name, "Edm.Int32", value)
    return int(number)


def _decimal(table: Table, column: Column, value: Any) -> Decimal:
    number = _number(table, column, value, "Edm.Decimal")
    return kept_decimal(number.quantize(Decimal(1).scaleb(-column.precision), ROUND_HALF_EVEN))


def _double(table: Table, column: Column, value: Any) -> Decimal:
    number = _number(table, column, value, "Edm.Double")
    return number.quantize(Decimal(1).scaleb(-column.precision), ROUND_HALF_EVEN).normalize() + 0


def _money(table: Table, column: Column, value: Any) -> Decimal:
    return _number(table, column, value, "Edm.Decimal").quantize(_MONEY, ROUND_HALF_EVEN)


def _boolean(table: Table, column: Column, value: Any) -> bool:
    if not isinstance(value, bool):
        raise errors.wrong_type(table.name, column.name, "Edm.Boolean", value)
    return value


def _choice(table: Table, column: Column, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise errors.wrong_type(table.name, column.name, "Edm.Int32", value)
    if value not in column.options:
        raise errors.unknown_option(table.name, column.name, value, tuple(column.options))
    return value


def _datetime(table: Table, column: Column, value: Any) -> str:
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise errors.wrong_type(table.name, column.name, "Edm.DateTimeOffset", value) from None
    if moment.year < EARLIEST:
        raise errors.invalid_argument(f"DateTime is less than minimum value supported by CrmDateTime: {value}")
    return kept_time(moment.astimezone(UTC) if moment.tzinfo else moment)


def _date(table: Table, column: Column, value: Any) -> str:
    try:
        day = date.fromisoformat(value)
    except (TypeError, ValueError):
        raise errors.wrong_type(table.name, column.name, "Edm.Date", value) from None
    if day.year < EARLIEST:
        raise errors.invalid_argument(f"DateTime is less than minimum value supported by CrmDateTime: {value}")
    return day.isoformat()


def _guid(table: Table, column: Column, value: Any) -> str:
    found = guid(value) if isinstance(value, str) else None
    if found is None:
        raise errors.wrong_type(table.name, column.name, "Edm.Guid", value)
    return found


_ACCEPT: dict[str, Callable[[Table, Column, Any], Any]] = {
    "string": _text,
    "memo": _text,
    "integer": _whole,
    "bigint": _whole,
    "decimal": _decimal,
    "double": _double,
    "money": _money,
    "boolean": _boolean,
    "choice": _choice,
    "state": _choice,
    "status": _choice,
    "datetime": _datetime,
    "date": _date,
    "guid": _guid,
}
