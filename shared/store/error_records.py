"""What needs a person, or a later try: one record per row of a direction, kept current by every further failure.

Nothing secret goes in: the snapshot is what the caller chose to show. All texts are cut to a size.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from enum import StrEnum

from shared.errors import Conflict, Owner
from shared.known_errors import advise
from shared.store import keys
from shared.store.compare_and_set import until_written
from shared.store.long_text import cut
from shared.store.table import Entity, Stored, Table

_LONGEST_TEXT = 4_000
_LONGEST_SNAPSHOT = 8_000

#: What keys begin with that are of no row: of a whole package, by its company, and of a message that is not ours.
OF_A_PACKAGE = "package:"
OF_A_POISONED_MESSAGE = "poison:"


class ErrorStatus(StrEnum):
    """Where a record stands."""

    #: A person must act.
    OPEN = "open"
    #: It has a due time, at which it is tried again.
    RETRYING = "retrying"
    #: It waits for another row.
    PARKED = "parked"
    #: A person said that it does not matter; the same failure again leaves it so.
    DISMISSED = "dismissed"
    #: The row went over after all.
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True)
class ErrorRecord:
    """One row that did not go over: `attempts` are those of the last message, times are UTC.

    `reason` is what the other side said, `cause` what that means, `remedy` what the `owner` does about it.
    """

    direction: str
    key: str
    error_class: str
    message: str
    reason: str
    owner: Owner
    cause: str
    remedy: str
    column: str
    correlation: str
    status: ErrorStatus
    attempts: int
    first_seen: datetime
    last_seen: datetime
    due: datetime | None
    snapshot: str

    @property
    def is_of_a_row(self) -> bool:
        """Whether there is a row that can be tried again."""
        return not self.key.startswith((OF_A_PACKAGE, OF_A_POISONED_MESSAGE))


class ErrorRecords:
    """The table `errors`: a partition per direction, a row per hash of a key."""

    def __init__(self, table: Table) -> None:
        self._table = table

    async def record(
        self,
        direction: str,
        key: str,
        *,
        error_class: str,
        message: str,
        now: datetime,
        attempts: int,
        correlation: str,
        owner: Owner,
        cause: str = "",
        reason: str = "",
        remedy: str = "",
        column: str = "",
        due: datetime | None = None,
        status: ErrorStatus | None = None,
        snapshot: str = "",
    ) -> ErrorRecord:
        """Remember a failure: a new record, or the row's own brought up to date. Two operations.

        Without a `status` it is retrying if it has a due time, else open.
        """
        failed = ErrorRecord(
            direction=direction,
            key=key,
            error_class=error_class,
            message=cut(message, _LONGEST_TEXT),
            reason=cut(reason, _LONGEST_TEXT),
            owner=owner,
            cause=cut(cause, _LONGEST_TEXT),
            remedy=cut(remedy, _LONGEST_TEXT),
            column=column,
            correlation=correlation,
            status=status or (ErrorStatus.OPEN if due is None else ErrorStatus.RETRYING),
            attempts=attempts,
            first_seen=now,
            last_seen=now,
            due=due,
            snapshot=cut(snapshot, _LONGEST_SNAPSHOT),
        )
        return await until_written(lambda: self._merge(failed))

    async def resolve(self, direction: str, key: str, now: datetime) -> bool:
        """The row went over: close its record if it has one. One operation if there is nothing to close."""
        return await self._close(direction, key, ErrorStatus.RESOLVED, now)

    async def dismiss(self, direction: str, key: str, now: datetime) -> bool:
        """A person lets a record rest: False if there is none, or nothing to dismiss."""
        return await self._close(direction, key, ErrorStatus.DISMISSED, now)

    async def retrying(self, record: ErrorRecord, due: datetime) -> None:
        """It is being tried again, and next at `due`; unless it was closed or recorded anew since it was read."""
        found = await self._read(record.direction, record.key)
        if found is not None and _record(found) == record:
            with suppress(Conflict):
                marked = replace(record, status=ErrorStatus.RETRYING, due=due)
                await self._table.replace(_entity(marked), found.etag)

    async def get(self, direction: str, key: str) -> ErrorRecord | None:
        """The record of a row. One operation."""
        found = await self._read(direction, key)
        return None if found is None else _record(found)

    async def list(
        self, direction: str | None = None, status: ErrorStatus | None = None, *, limit: int | None = None
    ) -> Sequence[ErrorRecord]:
        """Records of a direction or of all, the last seen first; `limit` bounds what is read, in no promised order."""
        where = None if status is None else {"status": status.value}
        found = [_record(each) async for each in self._table.query(partition=direction, where=where, limit=limit)]
        return sorted(found, key=lambda record: record.last_seen, reverse=True)

    async def due(self, now: datetime, *, limit: int | None = None) -> Sequence[ErrorRecord]:
        """Records whose due time has come, the longest waiting first. A scan of the table."""
        found = [_record(each) async for each in self._table.query(due_by=now, limit=limit)]
        return sorted(found, key=lambda record: record.due or now)

    async def _merge(self, failed: ErrorRecord) -> ErrorRecord:
        found = await self._read(failed.direction, failed.key)
        if found is None:
            await self._table.insert(_entity(failed))
            return failed
        merged = _after(_record(found), failed)
        await self._table.replace(_entity(merged), found.etag)
        return merged

    async def _close(self, direction: str, key: str, status: ErrorStatus, now: datetime) -> bool:
        async def attempt() -> bool:
            found = await self._read(direction, key)
            if found is None or _record(found).status in {ErrorStatus.RESOLVED, status}:
                return False
            closed = replace(_record(found), status=status, due=None, last_seen=now)
            await self._table.replace(_entity(closed), found.etag)
            return True

        return await until_written(attempt)

    async def _read(self, direction: str, key: str) -> Stored | None:
        return await self._table.get(direction, keys.digest(key))


def _after(before: ErrorRecord, failed: ErrorRecord) -> ErrorRecord:
    """What a record becomes by one more failure. After a success it begins anew."""
    if before.status is ErrorStatus.RESOLVED:
        return failed
    if before.status is ErrorStatus.DISMISSED and _says_the_same(before, failed):
        return replace(failed, first_seen=before.first_seen, status=ErrorStatus.DISMISSED, due=None)
    return replace(failed, first_seen=before.first_seen)


def _says_the_same(before: ErrorRecord, failed: ErrorRecord) -> bool:
    return (before.error_class, before.column, before.message) == (failed.error_class, failed.column, failed.message)


def _entity(record: ErrorRecord) -> Entity:
    return {"PartitionKey": record.direction, "RowKey": keys.digest(record.key), **asdict(record)}


def _record(found: Stored) -> ErrorRecord:
    own = {name: value for name, value in found.entity.items() if name not in {"PartitionKey", "RowKey"}}
    if "owner" not in own:
        own |= _advice_of(own)
    return ErrorRecord(
        **{**own, "owner": Owner(own["owner"]), "status": ErrorStatus(own["status"]), "due": own.get("due")}
    )


def _advice_of(own: Entity) -> Entity:
    """Say what a record lacks that is older than owners and causes."""
    advice = advise(own["error_class"], own["direction"], own["reason"])
    return {"owner": advice.owner, "cause": advice.cause}
