"""How values are written in OData addresses, filters and bodies.

Rule: text reaches a URL only through this module, quoted by its type first (a quote inside is doubled) and then
percent-encoded, a space as `%20`: a strict OData server refuses the `+` that form encoding makes of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote
from uuid import UUID

import simplejson

from shared.errors import Rejected
from shared.mapping.values import Guid, Time

Scalar = str | int | bool | Decimal | UUID | datetime | date | None

# What may stand bare in a query (RFC 3986) and keeps an address readable; `&`, `+`, `#` and `%` are never among it.
_BARE_IN_QUERY = "$'(),/:;=@*"

_JSON = simplejson.JSONEncoder(separators=(",", ":"), ensure_ascii=False, use_decimal=True)


def literal(value: Scalar) -> str:
    """Write a value as OData text: `'O''Neil'`, `12.50`, `null`, a bare GUID, a bare date. Not yet percent-encoded."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case Guid() | Time():
            return value
        case str():
            return "'" + value.replace("'", "''") + "'"
        case Decimal():
            return plain(value)
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case _:
            return str(value)


def plain(value: Decimal) -> str:
    """Write a decimal without an exponent; `NaN` and infinities have no such form and are `Rejected`."""
    if not value.is_finite():
        raise Rejected(f"{value} is not a number that can be sent.")
    return f"{value:f}"


def in_query(text: str) -> str:
    """Percent-encode a query option's value."""
    return quote(text, safe=_BARE_IN_QUERY)


def in_path(text: str) -> str:
    """Percent-encode a segment's part, slashes included."""
    return quote(text, safe="'$@:!~*")


def key_address(key: Mapping[str, Scalar]) -> str:
    """Write a composite key in the order given: `(dataAreaId='usmf',ProjectId='P%201')`."""
    return "(" + ",".join(f"{name}={in_path(literal(value))}" for name, value in key.items()) + ")"


def equal_all(values: Mapping[str, Scalar]) -> str:
    """Write a filter that asks for all of the values; names are given as the server spells them."""
    return " and ".join(f"{name} eq {literal(value)}" for name, value in values.items())


def json_value(value: Any) -> Any:
    """Make a decimal exact in JSON: plain notation, because some readers take an exponent for a binary float."""
    if isinstance(value, Decimal):
        return simplejson.RawJSON(plain(value))
    return value


def json_body(columns: Mapping[str, Any]) -> bytes:
    """Write a body. Values are those of a column; a nested one (a decimal inside a list) is not expected."""
    return _JSON.encode(columns).encode()
