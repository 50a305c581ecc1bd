"""Rows that wait to go to Finance together: gathered by their queue's function, taken by a timer.

Rule: to gather a row is to put it, whatever was there, and every put gives a new version. So whoever took a row ends it
by the version taken, and a row that was gathered again meanwhile stays. `sent` marks a row as part of an import, and is
gone when the row is gathered again: what is marked is still as it was sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from shared.errors import Conflict
from shared.store import keys
from shared.store.message import Hint, WorkMessage
from shared.store.table import Entity, Stored, Table


@dataclass(frozen=True, slots=True)
class GatheredRow:
    """One row of a direction. Times are UTC; before `due` it is not taken.

    `part` names the half of a half of a package that failed as a whole: rows of a part go together, and with no other.
    `execution`, `version` and `sent_at` say of a row on its way in which import it is, which version of it, since when.
    `waiting_since` says of a row that was parked before since when it waits.
    """

    direction: str
    key: str
    hint: Hint
    correlation: str
    attempts: int
    first_seen: datetime
    due: datetime
    part: str = ""
    execution: str = ""
    version: str = ""
    sent_at: datetime | None = None
    waiting_since: datetime | None = None
    etag: str = ""

    @property
    def message(self) -> WorkMessage:
        """The message that it was gathered for."""
        return WorkMessage(
            direction=self.direction,
            key=self.key,
            hint=self.hint,
            attempts=self.attempts,
            correlation=self.correlation,
            first_seen=self.first_seen,
            waiting_since=self.waiting_since,
        )


class GatheredRows:
    """The table `gathered`: a partition per direction, a row per key."""

    def __init__(self, table: Table) -> None:
        self._table = table

    async def put(self, message: WorkMessage, now: datetime) -> None:
        """Gather a row, or gather it again. One operation."""
        await self._table.put(
            _entity(
                GatheredRow(
                    direction=message.direction,
                    key=message.key,
                    hint=message.hint,
                    correlation=message.correlation,
                    attempts=message.attempts,
                    first_seen=message.first_seen,
                    due=now,
                    waiting_since=message.waiting_since,
                )
            )
        )

    async def due(self, direction: str, now: datetime, *, limit: int | None = None) -> Sequence[GatheredRow]:
        """Rows of a direction whose time has come. A query of one partition."""
        return [_row(found) async for found in self._table.query(partition=direction, due_by=now, limit=limit)]

    async def of_import(self, direction: str, execution: str) -> Sequence[GatheredRow]:
        """Rows that are part of an import and were not gathered again. A query of one partition."""
        where = {"execution": execution}
        return [_row(found) async for found in self._table.query(partition=direction, where=where)]

    async def send(self, row: GatheredRow, *, execution: str, version: str, now: datetime) -> GatheredRow | None:
        """Mark a row as part of an import; None if it was gathered again since. One operation."""
        return await self._replace(row, replace(row, execution=execution, version=version, sent_at=now))

    async def keep(
        self,
        row: GatheredRow,
        *,
        due: datetime,
        attempts: int | None = None,
        hint: Hint | None = None,
        part: str | None = None,
    ) -> GatheredRow | None:
        """Keep a row for another look at its time; None if it was gathered again since. One operation.

        What is None stays as it is.
        """
        fresh = replace(
            row,
            due=due,
            attempts=row.attempts if attempts is None else attempts,
            hint=row.hint if hint is None else hint,
            part=row.part if part is None else part,
            execution="",
            version="",
            sent_at=None,
        )
        return await self._replace(row, fresh)

    async def end(self, row: GatheredRow) -> bool:
        """Take a row out, as it was read; False if it was gathered again since. One operation."""
        try:
            return await self._table.remove(*_keys(row), row.etag)
        except Conflict:
            return False

    async def count(self, direction: str) -> int:
        """How many rows of a direction wait. A query of one partition."""
        return len([None async for _ in self._table.query(partition=direction)])

    async def _replace(self, row: GatheredRow, fresh: GatheredRow) -> GatheredRow | None:
        with suppress(Conflict):
            return replace(fresh, etag=await self._table.replace(_entity(fresh), row.etag))
        return None


def _keys(row: GatheredRow) -> tuple[str, str]:
    return row.direction, keys.encode(row.key)


def _entity(row: GatheredRow) -> Entity:
    partition, key = _keys(row)
    own = asdict(row)
    del own["etag"]
    return {"PartitionKey": partition, "RowKey": key, **own}


def _row(found: Stored) -> GatheredRow:
    own = {name: value for name, value in found.entity.items() if name not in {"PartitionKey", "RowKey"}}
    return GatheredRow(**{**own, "hint": Hint(own["hint"])}, etag=found.etag)
