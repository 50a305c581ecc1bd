"""How long a server asks us to wait.

Rule: `Retry-After` is seconds or an HTTP date (RFC 9110, section 10.2.3). A date is measured against the server's own
`Date`, never against a clock of ours, which may be minutes off.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

#: Nothing waits longer than this for one answer: a wrong header must not silence a side for days.
LONGEST_PAUSE = 3600.0


def retry_after(headers: httpx.Headers, default: float) -> float:
    """Read the pause in seconds; the default where none is asked for, or in words nobody can read."""
    asked = headers.get("retry-after", "").strip()
    # The standard knows whole seconds only; a fraction is understood all the same.
    if re.fullmatch(r"[0-9]+(\.[0-9]+)?", asked):
        return min(float(asked), LONGEST_PAUSE)
    until, now = http_date(asked), http_date(headers.get("date", ""))
    if until is None or now is None:
        return default
    return min(max(0.0, (until - now).total_seconds()), LONGEST_PAUSE)


def http_date(text: str) -> datetime | None:
    """Read an HTTP date as UTC; None if it is none."""
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
