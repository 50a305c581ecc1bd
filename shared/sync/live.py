"""Live sync: one message of a work queue, from arrival to its end.

A message is acknowledged (this function returns) only after its row is applied, parked or recorded, or after the
message was put back with a delay. An exception leaves it to the host, which delivers it again and in the end moves it
to the poison queue.
"""

from __future__ import annotations

import logging

from shared.errors import Conflict, Parked, Refused, Rejected, SyncError, Throttled, Transient
from shared.mapping.direction import Direction
from shared.store.map_states import State
from shared.store.message import WorkMessage
from shared.sync.apply import apply
from shared.sync.outcome import Kind, Outcome
from shared.sync.parking import park
from shared.sync.recording import record
from shared.sync.services import Services
from shared.sync.settle import settle

log = logging.getLogger(__name__)

#: How long a message of a paused map rests before it looks again whether the map runs, in seconds.
PAUSED_REST = 60.0


async def handle(services: Services, message: WorkMessage) -> Outcome | None:
    """Handle a message to its end; None if it ended as a record, parked, put back or dropped. Misconfigured escapes."""
    direction = services.catalogue.direction(message.direction)
    state = (await services.maps.get(direction.map.id)).state
    if direction.by_package and state in (State.RUNNING, State.PAUSED):
        # What goes over in packages is gathered, and a timer looks at it; while the map is paused it simply waits.
        await services.gathered.put(message, services.now())
        return None
    if state is State.PAUSED:
        await services.queue.send(message, delay=PAUSED_REST)
        return None
    if state is not State.RUNNING:
        log.info("%s %s: dropped, the map is %s", message.direction, message.correlation, state)
        return None
    return await _handle(services, direction, message)


async def look(services: Services, direction: Direction, message: WorkMessage) -> Outcome:
    """Look at the row of a message once, by the rule of its map."""
    if direction.map.two_way:
        pair = services.catalogue.two_way(direction.map)
        return await settle(services, pair, direction.source, message)
    return await apply(services, direction, message.key, message.hint)


async def _handle(services: Services, direction: Direction, message: WorkMessage) -> Outcome | None:
    try:
        outcome = await _look_or_park(services, direction, message)
    except Throttled as throttled:
        # The other side's pace is no failure of the row: no attempt is spent.
        await services.queue.send(message, delay=throttled.retry_after * (1 + services.chance() / 4))
        return None
    except (Transient, Conflict) as failure:
        # A Conflict that outlasts all rounds: the row or its link is too busy just now.
        await _try_later(services, message, failure)
        return None
    except (Rejected, Refused) as refusal:
        await record(services, message, refusal)
        return None
    if outcome is not None:
        await _end(services, message, outcome)
    return outcome


async def _look_or_park(services: Services, direction: Direction, message: WorkMessage) -> Outcome | None:
    try:
        return await look(services, direction, message)
    except Parked as parked:
        return await park(services, direction, message, parked, look)


async def _end(services: Services, message: WorkMessage, outcome: Outcome) -> None:
    log.info("%s %s: %s %s", message.direction, message.correlation, outcome.kind, ", ".join(outcome.columns))
    if outcome.kind is Kind.AGAIN:
        delay = outcome.delay * (1 + services.chance() / 4)
        await services.queue.send(message.model_copy(update={"hint": outcome.hint}), delay=delay)
        return
    if outcome.kind is Kind.FILTERED and outcome.finance_key:
        await report_left_filter(services, message, outcome.finance_key)
    await services.errors.resolve(message.direction, message.key, services.now())


async def report_left_filter(services: Services, message: WorkMessage, finance_key: str) -> None:
    """Say that a row that was carried once is not any more. As in dual-write, its other half stays as it is."""
    map_id = services.catalogue.direction(message.direction).map.id
    detail = f"{finance_key} no longer matches the filter of {message.direction}; the other side keeps it as it is"
    await services.activity.add("the app", "row left the filter", map_id, detail, services.now())


async def _try_later(services: Services, message: WorkMessage, failure: SyncError) -> None:
    delays = services.policy.retry_delays
    if message.attempts >= len(delays):
        await record(services, message, failure, due_in=services.policy.sweep_after)
        return
    again = message.model_copy(update={"attempts": message.attempts + 1})
    await services.queue.send(again, delay=delays[message.attempts] * (1 + services.chance() / 4))
    log.warning("%s %s: try %d failed: %s", message.direction, message.correlation, again.attempts, failure.message)
