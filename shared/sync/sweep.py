"""The sweep: frees parked rows and error records whose time has come, and empties the poison queues into error records."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass

from shared.errors import Rejected, SyncError
from shared.store.error_records import OF_A_POISONED_MESSAGE
from shared.store.message import WorkMessage
from shared.store.queue import Received
from shared.sync.parking import wake
from shared.sync.recording import remember
from shared.sync.retry import retry
from shared.sync.services import Services

log = logging.getLogger(__name__)

#: How many poisoned messages of a direction one sweep takes.
MOST_POISON = 32


@dataclass(frozen=True, slots=True)
class Swept:
    """What one sweep did."""

    woken: int
    retried: int
    poisoned: int


async def sweep(services: Services) -> Swept:
    """Free what is due, in all directions."""
    woken = retried = poisoned = 0
    for row in await services.parked.due(services.now()):
        await wake(services, row)
        woken += 1
    for record in await services.errors.due(services.now()):
        if await retry(services, record):
            retried += 1
    for name in services.catalogue.directions:
        poisoned += await _empty_poison(services, name)
    return Swept(woken, retried, poisoned)


async def _empty_poison(services: Services, direction: str) -> int:
    queue = services.queue.poison(direction)
    messages = await queue.receive(most=MOST_POISON, hidden=60.0)
    for message in messages:
        await _record_poison(services, direction, message)
        await queue.delete(message)
    return len(messages)


async def _record_poison(services: Services, direction: str, message: Received) -> None:
    """Record a poisoned message: by its row if it is one of ours, else by its hash. Never with its content."""
    digest = hashlib.sha256(message.raw).hexdigest()
    described = f"body of {len(message.raw)} bytes, SHA-256 {digest}"
    due_in: float | None
    try:
        ours = WorkMessage.from_text(message.text)
    except Rejected as why:
        key, reason, correlation, due_in = f"{OF_A_POISONED_MESSAGE}{digest}", why.message, digest[:12], None
    else:
        key, reason, correlation = ours.key, "the function failed each time it was given this message", ours.correlation
        due_in = services.policy.sweep_after
    failure = SyncError(
        f"{direction}: a message could not be handled: {described}.",
        reason=reason,
        remedy="Look at the function's log around this time. A row of ours is tried again by itself; the rest is not ours.",
    )
    await remember(
        services,
        direction,
        key,
        failure,
        kind="Poison",
        correlation=correlation,
        attempts=message.dequeue_count,
        due_in=due_in,
    )
    log.error("%s: poisoned message recorded: %s", direction, described)
