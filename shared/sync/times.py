"""Times as events write them: the DataContract JSON of RemoteExecutionContext, of both platforms."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

_MOMENT = re.compile(r"/Date\((-?\d{1,15})(?:[+-]\d{4})?\)/")


def plain(value: Any) -> Any:
    """Undo the encoding of a time. A person may have typed it into a text, so what is no moment stays what it is."""
    return (moment(value) or value) if isinstance(value, str) and value.startswith("/Date(") else value


def moment(text: str) -> str | None:
    r"""Give `/Date(1789374665000+0000)/` as ISO 8601 in UTC, None if it is no such thing.

    The number is UTC milliseconds; the offset is only for display.
    """
    found = _MOMENT.fullmatch(text)
    if found is None:
        return None
    try:
        time = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=int(found[1]))
    except OverflowError:
        return None
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")
