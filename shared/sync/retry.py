"""Retry: put a row that has an error record back on its queue, because its time has come or because a person says so."""

from __future__ import annotations

from datetime import timedelta

from shared.store.error_records import ErrorRecord, ErrorStatus
from shared.store.message import Hint, WorkMessage
from shared.sync.services import Services


async def retry_row(services: Services, direction: str, key: str) -> bool:
    """Try a row again by its direction and key; False if it has no record, or none that a try can resolve."""
    record = await services.errors.get(direction, key)
    return record is not None and await retry(services, record)


async def retry(services: Services, record: ErrorRecord) -> bool:
    """Try the row of a record again; False if there is nothing to try: it went over, or the record is of no row.

    Enqueue first, then mark the record: a crash between the two tries the row, and its record tells how that ended.
    """
    if record.status is ErrorStatus.RESOLVED or not record.is_of_a_row:
        return False
    now = services.now()
    # The first failure ends this try: the record, not the ladder, paces a row that has been failing for long.
    message = WorkMessage(
        direction=record.direction,
        key=record.key,
        hint=Hint.UPSERT,
        attempts=len(services.policy.retry_delays),
        correlation=record.correlation,
        first_seen=now,
    )
    await services.queue.send(message)
    await services.errors.retrying(record, now + timedelta(seconds=services.policy.sweep_after))
    return True
