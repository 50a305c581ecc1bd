"""What both systems may send, kind by kind: strategies of raw JSON values as the clients give them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

#: Text as JSON can carry it: no half of a surrogate pair.
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)

WHOLE = st.integers(-(2**63), 2**63 - 1)

#: As wide as the widest number of either side, and wider.
DECIMALS = st.one_of(
    WHOLE, st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**27), max_value=10**27, places=10)
)

_MOMENTS = st.datetimes(datetime(1753, 1, 1), datetime(9999, 12, 30))  # noqa: DTZ001 - the zone is added below

#: `2026-09-15T08:00:00Z`: what both systems send.
MOMENTS = _MOMENTS.map(lambda moment: f"{moment:%Y-%m-%dT%H:%M:%SZ}")

#: The same moments as other services write them.
ODD_MOMENTS = st.builds(
    lambda moment, hours: moment.replace(tzinfo=timezone(timedelta(hours=hours))).isoformat(),
    _MOMENTS,
    st.integers(-12, 14),
)

DAYS = _MOMENTS.map(lambda moment: f"{moment:%Y-%m-%d}")

EMPTY_DATES = st.sampled_from(["1900-01-01T00:00:00Z", "1900-01-01T12:00:00Z", None])

#: Anything that a JSON body may hold.
JSON: st.SearchStrategy[Any] = st.recursive(
    st.one_of(st.none(), st.booleans(), WHOLE, st.decimals(allow_nan=False, allow_infinity=False), TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=5), inner, max_size=3)),
    max_leaves=6,
)


def utc(text: str) -> datetime:
    """Read a moment as the tests write it."""
    return datetime.fromisoformat(text).astimezone(UTC)


def spelled(symbol: str) -> st.SearchStrategy[str]:
    """Any case of a symbol."""
    return st.sampled_from([symbol, symbol.lower(), symbol.upper(), symbol.swapcase()])


def amounts(places: int) -> st.SearchStrategy[Decimal]:
    """Agreed amounts: rounded to `places`."""
    return st.integers(-(10**15), 10**15).map(lambda whole: Decimal(whole).scaleb(-places))
