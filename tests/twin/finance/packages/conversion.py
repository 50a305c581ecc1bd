"""From the text of a file to the value that business logic is given: numbers and dates of en-us, times of the project's zone.

Dates are written with a time and are converted from the zone of the data project to UTC first, which is what moves a
midnight to the day before where the project is not set to UTC. Whether pure dates are converted too is unconfirmed.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from tests.twin.finance.schema import Column, Kind


class NotConverted(Exception):
    """A value that the staging table cannot hold; the row is named in the staging error file."""


def converted(column: Column, text: str, project_offset: timedelta) -> Any:
    """Return a value as OData would have been given it."""
    if text == "":
        return column.empty
    try:
        match column.kind:
            case Kind.WHOLE | Kind.WHOLE64:
                return int(text)
            case Kind.REAL:
                return Decimal(text)
            case Kind.DATE:
                return f"{_moment(text) - project_offset:%Y-%m-%d}T12:00:00Z"
            case Kind.TIME:
                return f"{_moment(text) - project_offset:%Y-%m-%dT%H:%M:%SZ}"
            case Kind.ENUM:
                return _symbol(column, text)
    except (ValueError, InvalidOperation) as error:
        raise NotConverted(f"Conversion failed for the value '{text}' of the field {column.name.upper()}.") from error
    return text


def _moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)


def _symbol(column: Column, text: str) -> str:
    if column.enum is None or text not in column.enum.members:
        raise ValueError(text)
    return text
