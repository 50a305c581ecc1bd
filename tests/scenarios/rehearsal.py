"""An enterprise in one process, on a virtual clock: what the acceptance scenarios happen in.

The app is the real one: events reach its webhooks, its queue and timer functions do the work.
"""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta

import pytest

import functions.process as process_module
from shared.mapping.direction import Direction
from shared.mapping.model import Side
from shared.maps.catalogue import catalogue
from shared.runtime import World as Things
from shared.settings import Settings
from shared.store.error_records import ErrorRecord
from shared.store.parked import ParkedRow
from shared.store.work_queue import queue_name
from shared.sync.retry import retry_row
from tests.functions.running_app import ENVIRONMENT, App
from tests.local.demo.registration import columns_of
from tests.scenarios.enterprise import Enterprise
from tests.twin.dataverse.api import Api
from tests.twin.dataverse.registration import register_endpoint, register_step
from tests.twin.http import TwinTransport
from tests.world import FINANCE, Person, World

DATAVERSE_FORMS = "https://contoso.crm4.dynamics.com/twin/"
_WEBHOOKS = "http://127.0.0.1:7071/api/webhooks/"
_STEP = 5.0
_MINUTE = 60.0


class Rehearsal(Enterprise):
    """One enterprise whose time passes only when somebody travels."""

    def __init__(self, world: World, app: App, patch: pytest.MonkeyPatch) -> None:
        super().__init__(
            world.in_dataverse,
            world.in_finance,
            Person(world.in_dataverse.http, DATAVERSE_FORMS),
            Person(world.in_finance.http, f"{FINANCE}/twin/"),
        )
        self.world = world
        self.app = app
        self._patch = patch
        self._timers = [name for name in app.functions if name == "sweep" or name.endswith("_package")]
        self._last_minute = world.seconds()

    # -- what the administrator did ------------------------------------------------------------------------------------

    async def open(self) -> None:
        """Tell both systems where to send their events, then let reference data come over by catch-up."""
        for direction in catalogue().directions.values():
            await self._register(direction)
        for name in catalogue().run_order:
            back = catalogue().directions.get(f"{name}_to_dataverse")
            if back is not None and back.map.finance.collection:
                await self.catch_up(back.name)

    async def _register(self, direction: Direction) -> None:
        address = f"{_WEBHOOKS}{queue_name(direction.name)}"
        if direction.source is Side.FINANCE:
            await self.finance_forms.does("POST", "endpoints", {"name": direction.name, "url": address})
            activation = {"event": "data", "entity": direction.map.finance.collection, "endpoint": direction.name}
            await self.finance_forms.does("POST", "activations", activation)
            return
        api = Api(self.world.dataverse)
        endpoint = await register_endpoint(api, direction.name, address, "k3y")
        for message in ("Create", "Update", "Delete"):
            columns = columns_of(direction) if message == "Update" else ()
            await register_step(api, endpoint, direction.map.dataverse.table, message, attributes=columns)

    # -- time ----------------------------------------------------------------------------------------------------------

    async def travel(self, *, seconds: float = 0.0) -> None:
        """Let events, queues and timers do their work until nothing is left to do within so many seconds."""
        until = self.world.seconds() + seconds
        while True:
            while await self._deliver() + await self._work():
                pass
            left = until - self.world.seconds()
            if left <= 0:
                return
            self.world.clock.advance(min(_STEP, left))
            await self._tick()

    async def catch_up(self, direction: str) -> None:
        """Let the catch-up timer of a direction fire, and what it found travel."""
        await self.app.tick(f"{direction}_catch_up")
        await self.travel()

    async def _deliver(self) -> int:
        twins = (self.world.dataverse.events, self.world.finance.deliveries)
        pending = sum(twin.pending for twin in twins)
        for twin in twins:
            await twin.flush()
        return pending - sum(twin.pending for twin in twins)

    async def _work(self) -> int:
        count = 0
        for direction in catalogue().directions:
            queue = self.world.storage.queue(queue_name(direction))
            for received in await queue.receive(most=32, hidden=600.0):
                await self.app.work(direction, received.text)
                await queue.delete(received)
                count += 1
        return count

    async def _tick(self) -> None:
        if self.world.seconds() - self._last_minute < _MINUTE:
            return
        self._last_minute = self.world.seconds()
        for timer in self._timers:
            await self.app.tick(timer)

    # -- the app -------------------------------------------------------------------------------------------------------

    async def errors(self) -> list[ErrorRecord]:
        """The error records that were not resolved."""
        return [each for each in await self.world.services.errors.list() if each.status != "resolved"]

    async def parked(self) -> list[ParkedRow]:
        """The rows that wait for another."""
        return list(await self.world.services.parked.due(self.world.clock.now() + timedelta(days=365)))

    async def retry(self, record: ErrorRecord) -> None:
        """Have the row of an error record tried again; what comes of it has yet to travel."""
        assert await retry_row(self.world.services, record.direction, record.key)

    def restart(self, **settings: str) -> None:
        """Start the app anew, with these settings besides those that it has."""
        for name, text in settings.items():
            self._patch.setenv(name, text)
        process_module.process.cache_clear()

    async def is_at_rest(self) -> bool:
        """Whether nothing waits any more: no message, no parked row, no open error."""
        waiting = [await self.world.storage.queue(queue_name(name)).length() for name in catalogue().directions]
        parked = [row async for row in self.world.storage.table("parked").query()]
        return not any(waiting) and not parked and not await self.errors()


@asynccontextmanager
async def enterprise(patch: pytest.MonkeyPatch, **settings: str) -> AsyncIterator[Rehearsal]:
    """An enterprise whose app has these settings besides the needed ones."""
    world = World()
    world.finance.seed_demo()
    with _process_in(world, patch, settings) as app:
        world.dataverse.events.send = app.deliver
        world.finance.deliveries.send = app.deliver
        yield Rehearsal(world, app, patch)


@contextmanager
def _process_in(world: World, patch: pytest.MonkeyPatch, settings: Mapping[str, str]) -> Iterator[App]:
    chance = random.Random(1).random

    def open_world(_: Settings) -> Things:
        return world.things(TwinTransport(world.dataverse), TwinTransport(world.finance), chance)

    for name, text in {**ENVIRONMENT, **settings}.items():
        patch.setenv(name, text)
    patch.setattr(process_module, "open_world", open_world)
    process_module.process.cache_clear()
    try:
        yield App()
    finally:
        process_module.process.cache_clear()
