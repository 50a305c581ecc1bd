"""How far each direction has read: taken before a read, moved after its work, by compare-and-set.

Two runs of one direction cannot both move it: the slower one gets a Conflict and its progress is simply not kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from shared.store import keys
from shared.store.table import Stored, Table

EVERY_COMPANY = "all"


@dataclass(frozen=True, slots=True)
class Watermark:
    """Where to read on from: a delta link, or a server time as text.

    `taken_at` is when it was taken, `run` the run that moved it here; `etag` is what the next `save` must name.
    """

    value: str
    taken_at: datetime
    run: str
    etag: str


class Watermarks:
    """The table `watermarks`: a partition per direction, a row per company."""

    def __init__(self, table: Table) -> None:
        self._table = table

    async def get(self, direction: str, company: str = EVERY_COMPANY) -> Watermark | None:
        """The watermark, or None if this direction has never finished a read. One operation."""
        found = await self._table.get(direction, keys.encode(company))
        return None if found is None else _watermark(found)

    async def save(
        self,
        direction: str,
        *,
        value: str,
        taken_at: datetime,
        run: str,
        etag: str | None,
        company: str = EVERY_COMPANY,
    ) -> Watermark:
        """Move the watermark from where it was read (`etag`; None: there was none). One operation.

        Raises Conflict if somebody else has moved it since.
        """
        entity = {
            "PartitionKey": direction,
            "RowKey": keys.encode(company),
            "company": company,
            "value": value,
            "taken_at": taken_at,
            "run": run,
        }
        written = await self._table.insert(entity) if etag is None else await self._table.replace(entity, etag)
        return Watermark(value, taken_at, run, written)

    async def forget(self, direction: str, company: str = EVERY_COMPANY) -> None:
        """Remove the watermark, so that the next read is a full one."""
        await self._table.remove(direction, keys.encode(company))


def _watermark(found: Stored) -> Watermark:
    entity = found.entity
    return Watermark(entity["value"], entity["taken_at"], entity["run"], found.etag)
