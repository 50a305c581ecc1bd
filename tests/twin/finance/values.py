"""From JSON values to what a column holds. Refused here is what the OData layer refuses before X++ sees it.

Facts played (common knowledge, marked unconfirmed where the documents are silent): types are those of the metadata,
symbols of enums are read with their case, a date is taken from a DateTimeOffset *in the user's time zone*, so that
midnight UTC lands on the day before west of Greenwich and noon UTC on the right day anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from tests.twin.finance.refusals import Refusal
from tests.twin.finance.schema import NO_DATE, Column, Kind, Value

NAMESPACE = "Microsoft.Dynamics.DataEntities"
_SCALE = Decimal("0.000001")  # numeric(32,6)
_FIRST = datetime(1900, 1, 1, tzinfo=UTC)
_LARGEST = 10**20
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)")
_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_INT32, _INT64 = 2**31, 2**63

EDM = {
    Kind.TEXT: "Edm.String",
    Kind.WHOLE: "Edm.Int32",
    Kind.WHOLE64: "Edm.Int64",
    Kind.REAL: "Edm.Decimal",
    Kind.DATE: "Edm.DateTimeOffset",
    Kind.TIME: "Edm.DateTimeOffset",
    Kind.GUID: "Edm.Guid",
}


def edm_type(column: Column) -> str:
    """Return the OData type of a column."""
    return f"{NAMESPACE}.{column.enum.name}" if column.enum else EDM[column.kind]


def read_value(column: Column, sent: Any, user_offset: timedelta) -> Value:
    """Read a JSON value that is not null; raises Refusal (400) if the OData layer would not take it."""
    value = _READERS[column.kind](column, sent, user_offset)
    if value is None:
        raise Refusal(
            400,
            f"Cannot convert the literal '{sent}' of property '{column.name}' "
            f"to the expected type '{edm_type(column)}'.",
        )
    return value


def _text(column: Column, sent: Any, _: timedelta) -> Value | None:
    if not isinstance(sent, str):
        return None
    trimmed = sent.rstrip(" ")
    return trimmed.lower() if column.name == "dataAreaId" else trimmed


def _whole(column: Column, sent: Any, _: timedelta) -> Value | None:
    limit = _INT32 if column.kind is Kind.WHOLE else _INT64
    if isinstance(sent, bool) or not isinstance(sent, int) or not -limit <= sent < limit:
        return None
    return sent


def _real(_: Column, sent: Any, __: timedelta) -> Value | None:
    if isinstance(sent, bool) or not isinstance(sent, int | Decimal):
        return None
    if abs(Decimal(sent)) >= _LARGEST:
        return None
    value = Decimal(sent).quantize(_SCALE)
    return value.normalize() if value else Decimal(0)


def _symbol(column: Column, sent: Any, _: timedelta) -> Value | None:
    assert column.enum is not None
    return sent if isinstance(sent, str) and sent in column.enum.members else None


def _moment(sent: Any) -> datetime | None:
    if not isinstance(sent, str) or not _TIME.fullmatch(sent):
        return None
    try:
        return datetime.fromisoformat(sent).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _date(_: Column, sent: Any, user_offset: timedelta) -> Value | None:
    moment = _moment(sent)
    if moment is None:
        return None
    # X++ knows no date before 1900: what lies there is the empty date.
    return max(NO_DATE, f"{(moment + user_offset):%Y-%m-%d}T12:00:00Z") if moment > _FIRST else NO_DATE


def _time(_: Column, sent: Any, __: timedelta) -> Value | None:
    moment = _moment(sent)
    return None if moment is None else f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def _guid(_: Column, sent: Any, __: timedelta) -> Value | None:
    return sent.lower() if isinstance(sent, str) and _GUID.fullmatch(sent) else None


_READERS: dict[Kind, Callable[[Column, Any, timedelta], Value | None]] = {
    Kind.TEXT: _text,
    Kind.WHOLE: _whole,
    Kind.WHOLE64: _whole,
    Kind.REAL: _real,
    Kind.ENUM: _symbol,
    Kind.DATE: _date,
    Kind.TIME: _time,
    Kind.GUID: _guid,
}
