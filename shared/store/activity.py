"""Who did what to which map: an entry per act, never changed, read by day with the latest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from shared.store import keys
from shared.store.long_text import cut
from shared.store.table import Stored, Table

_LONGEST_DETAIL = 4_000
_END_OF_TIME = datetime(9999, 12, 31, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Act:
    """One entry: `who` is a person or a function, `at` is UTC."""

    who: str
    what: str
    map: str
    detail: str
    at: datetime


class Activity:
    """The table `activity`: a partition per day (UTC), rows by inverted time."""

    def __init__(self, table: Table) -> None:
        self._table = table

    async def add(self, who: str, what: str, map_id: str, detail: str, now: datetime) -> None:
        """Note an act; the same act noted twice is one entry. One operation."""
        await self._table.put(
            {
                "PartitionKey": _partition(now.astimezone(UTC).date()),
                "RowKey": f"{_inverted(now)}-{keys.digest(who, what, map_id, detail)}",
                "who": who,
                "what": what,
                "map": map_id,
                "detail": cut(detail, _LONGEST_DETAIL),
                "at": now,
            }
        )

    async def list(self, day: date, *, limit: int | None = None) -> Sequence[Act]:
        """The acts of a day (UTC), the latest first."""
        return [_act(found) async for found in self._table.query(partition=_partition(day), limit=limit)]


def _partition(day: date) -> str:
    return day.isoformat()


def _inverted(now: datetime) -> str:
    """Microseconds to the end of time, so that the latest comes first in the order of keys."""
    left = _END_OF_TIME - now
    return f"{(left.days * 86_400 + left.seconds) * 1_000_000 + left.microseconds:018}"


def _act(found: Stored) -> Act:
    entity = found.entity
    return Act(entity["who"], entity["what"], entity["map"], entity["detail"], entity["at"])
