"""Parking: rows that wait for a row which another map brings.

Parking looks again: what is parked is written first, *then* the row is tried once more, or the wake-up may already have
passed. Whoever brings a row wakes all that wait for it. No retry is spent. The sweep wakes what is overdue, and is
only a net.

A row that the sweep has woken and that waits on is nobody's fault yet, but a person should know: it gets an error record
that names what is missing. So an ordinary wait costs nothing for it. That record, too, is written before the second look:
whoever brings the row afterwards, and this look if it came before, resolves it.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Awaitable, Callable, Iterable
from datetime import timedelta

from shared.errors import Missing, Parked, SyncError
from shared.mapping.direction import Direction
from shared.mapping.model import Side, TableMap
from shared.store.error_records import ErrorStatus
from shared.store.message import Hint, WorkMessage
from shared.store.parked import ParkedRow
from shared.sync.lookups import by_id
from shared.sync.outcome import Outcome
from shared.sync.recording import record
from shared.sync.services import Services

log = logging.getLogger(__name__)

#: Rows that are woken at a time: thousands may wait for one.
AT_ONCE = 16

Look = Callable[[Services, Direction, WorkMessage], Awaitable[Outcome]]


async def park(
    services: Services, direction: Direction, message: WorkMessage, parked: Parked, look: Look
) -> Outcome | None:
    """Park a row and look again; None if it still waits, else the outcome of the second look, or what it raises."""
    if await _write(services, message, parked):
        await _tell(services, direction, message, parked)
    try:
        outcome = await look(services, direction, message)
    except Parked as still:
        if still.missing != parked.missing:
            # It got further and waits for another row now. That look must be repeated in its turn.
            return await park(services, direction, message, still, look)
        log.info("%s %s: waits for %s %s", direction.name, message.correlation, parked.missing.map, parked.missing.key)
        return None
    except SyncError:
        # It no longer waits: what comes of the failure is the caller's.
        await services.parked.remove(direction.name, message.key)
        raise
    await services.parked.remove(direction.name, message.key)
    return outcome


async def _write(services: Services, message: WorkMessage, parked: Parked) -> bool:
    """Write down that the row waits, and say whether the sweep would have woken it by now, or has."""
    now = services.now()
    patience = timedelta(seconds=services.policy.sweep_after)
    row = await services.parked.park(
        parked.missing.map,
        parked.missing.key,
        message.direction,
        message.key,
        now=now,
        due=now + patience,
        correlation=message.correlation,
        attempts=message.attempts,
        since=message.waiting_since,
    )
    return now >= row.since + patience


async def _tell(services: Services, direction: Direction, message: WorkMessage, parked: Parked) -> None:
    """Record that a row has waited for long. The same is said each time, so that a dismissed record stays dismissed."""
    failure = Parked(
        parked.message,
        missing=parked.missing,
        column=parked.column,
        reason=parked.reason,
        remedy=_remedy(services.catalogue.maps.get(parked.missing.map), parked.missing, direction.target),
    )
    await record(services, message, failure, status=ErrorStatus.PARKED)


def _remedy(bringing: TableMap | None, missing: Missing, target: Side) -> str:
    if bringing is None or target not in bringing.sides:
        return (
            f"No map brings rows of {missing.map} to {target.capitalize()}: create {missing.key} there by hand, "
            "and this row goes over by itself."
        )
    return (
        f"See that {missing.key} is in {target.other.capitalize()} and that the map {bringing.label} ({bringing.id}) runs. "
        "Then run that map with initial sync, or let its next catch-up bring it: this row goes over by itself."
    )


def one_to_wait_for(missing: Iterable[str]) -> str:
    """Choose one of several missing rows by hash: in whatever order they come, who waits is woken about ln(n) times."""
    return min(missing, key=lambda key: hashlib.sha256(key.encode()).digest())


async def release(services: Services, table_map: TableMap, key: str) -> int:
    """Wake all rows that wait for this one, and say how many. Enqueue first, forget after: a crash wakes them twice."""
    waiting = await services.parked.waiting_for(table_map.id, key.casefold())
    for start in range(0, len(waiting), AT_ONCE):
        await asyncio.gather(*(wake(services, row) for row in waiting[start : start + AT_ONCE]))
    return len(waiting)


async def arrived(services: Services, table_map: TableMap, finance_key: str, dataverse_id: str) -> None:
    """Wake all rows that wait for this pair, by its key or by its id.

    Before the link remembers that both rows are there: a crash between wakes them twice, after it would wake nobody.
    """
    await release(services, table_map, finance_key)
    if table_map.id in services.catalogue.needed_maps:
        await release(services, table_map, by_id(dataverse_id))


async def wake(services: Services, row: ParkedRow) -> None:
    """Put a parked row back on its queue. The message tells since when it has waited: its entry is gone then."""
    message = WorkMessage(
        direction=row.direction,
        key=row.key,
        hint=Hint.UPSERT,
        correlation=row.correlation,
        first_seen=services.now(),
        waiting_since=row.since,
    )
    await services.queue.send(message)
    await services.parked.release(row)
