"""Directions as functions: one line registers a webhook, a queue function and a catch-up timer for each.

A direction that goes over in data packages has a timer more: its queue function only gathers.

| function                | trigger                                          | does                                               |
|-------------------------|--------------------------------------------------|----------------------------------------------------|
| `<direction>_webhook`   | POST /api/webhooks/<direction with dashes>, key    | checks, enqueues the key, answers 202              |
| `<direction>`           | queue `<direction with dashes>`                    | looks at the row (shared.sync.live)                |
| `<direction>_catch_up`  | timer                                              | enqueues what events lost                          |
| `<direction>_package`   | timer                                              | imports what was gathered (shared.sync.packages)   |
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from azure.functions import AuthLevel, Blueprint, HttpRequest, HttpResponse, QueueMessage, TimerRequest

from functions import answers
from functions.process import process
from shared.errors import Parked, SyncError, Transient
from shared.mapping.direction import Direction, direction_of
from shared.mapping.model import Side, TableMap
from shared.store.map_states import Mode, State
from shared.store.message import Hint, WorkMessage
from shared.store.work_queue import queue_name
from shared.sync import dataverse_events, finance_events
from shared.sync.blocking import apply_blocking
from shared.sync.catch_up import catch_up
from shared.sync.live import handle
from shared.sync.packages import send_packages

log = logging.getLogger(__name__)

#: Delta links cost one request when nothing changed; comparing all rows with Finance costs as many as there are pages.
CATCH_UP = {Side.DATAVERSE: "0 */5 * * * *", Side.FINANCE: "30 */15 * * * *"}

#: Changes are gathered for a minute.
PACKAGE = "0 * * * * *"

#: The app setting that names the storage account: the host's own.
STORAGE = "AzureWebJobsStorage"


class DirectionBlueprint(Blueprint):
    """The functions of one component."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # azure-functions leaves its constructor untyped

    def live(self, table_map: TableMap, target: Side) -> Direction:
        """Register the functions of one direction and give it."""
        direction = direction_of(table_map, target)
        self._register_webhook(direction)
        self._register_queue(direction)
        self._register_catch_up(direction)
        if direction.by_package:
            self._register_package(direction)
        return direction

    def _register_webhook(self, direction: Direction) -> None:
        @self.function_name(f"{direction.name}_webhook")
        @self.route(f"webhooks/{queue_name(direction.name)}", methods=["POST"], auth_level=AuthLevel.FUNCTION)
        async def webhook(req: HttpRequest) -> HttpResponse:
            body = req.get_body()
            if len(body) > answers.LARGEST_BODY:
                return answers.too_large()
            try:
                return await accept(direction, body)
            except SyncError as error:
                # The sender reads the status only, so the reason is told here: ours, never the other side's words.
                log.warning("%s: an event was refused: %s", direction.name, error.message)
                return answers.refused(error)

    def _register_queue(self, direction: Direction) -> None:
        @self.function_name(direction.name)
        @self.queue_trigger("msg", queue_name(direction.name), STORAGE)
        async def work(msg: QueueMessage) -> None:
            message = WorkMessage.from_text(msg.get_body().decode())
            await handle(process().services, message)

    def _register_catch_up(self, direction: Direction) -> None:
        @self.function_name(f"{direction.name}_catch_up")
        @self.timer_trigger("timer", CATCH_UP[direction.source])
        async def catch_up_timer(timer: TimerRequest) -> None:
            del timer
            await catch_up(process().services, direction)

    def _register_package(self, direction: Direction) -> None:
        @self.function_name(f"{direction.name}_package")
        @self.timer_trigger("timer", PACKAGE)
        async def package_timer(timer: TimerRequest) -> None:
            del timer
            await send_packages(process().services, direction)


async def accept(direction: Direction, body: bytes) -> HttpResponse:
    """Check an event and put its key on the queue; for a blocking map, apply it. Raises what the sender must be told."""
    if direction.source is Side.FINANCE:
        return await _accept_finance_event(direction, body)
    context = dataverse_events.parse(body, direction.map, process().settings.dataverse_organization_id)
    if await _blocks(direction):
        return await _apply_before_commit(direction, context)
    return await _enqueue(direction, context.key, context.hint, str(context.correlation))


async def _accept_finance_event(direction: Direction, body: bytes) -> HttpResponse:
    event = finance_events.parse(body, direction.map, process().settings.dataverse_organization_id)
    if event is None:
        return answers.done("test event received")
    return await _enqueue(direction, event.key, event.hint, event.correlation)


async def _blocks(direction: Direction) -> bool:
    """Whether a save waits for Finance. Only a running map's does; any other's event goes to the queue, which keeps or drops it."""
    with _or_again():
        found = await process().services.maps.get(direction.map.id)
    return found.mode is Mode.BLOCKING and found.state is State.RUNNING


async def _apply_before_commit(direction: Direction, context: dataverse_events.ExecutionContext) -> HttpResponse:
    try:
        outcome = await apply_blocking(process().services, direction, context)
    except Parked as parked:
        raise Transient(parked.message, reason=parked.reason, remedy="Save again when that row is there.") from parked
    return answers.done(str(outcome.kind))


async def _enqueue(direction: Direction, key: str, hint: Hint, correlation: str) -> HttpResponse:
    services = process().services
    message = WorkMessage(
        direction=direction.name, key=key, hint=hint, correlation=correlation, first_seen=services.now()
    )
    with _or_again():
        await services.queue.send(message)
    return answers.accepted(correlation)


@contextmanager
def _or_again() -> Iterator[None]:
    """Whatever our storage says: what could not be kept is to be sent again, and 503 is the only answer that brings it."""
    try:
        yield
    except SyncError as error:
        raise Transient(error.message, reason=error.reason, remedy=error.remedy) from error
