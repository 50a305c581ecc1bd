"""Two systems and the app between them, as an administrator has set them up: what the acceptance scenarios happen in.

People act through the two Web APIs, and through the twins' control surfaces where the product has a form and no API. The
app is the real one: events reach its webhooks, its queue and timer functions do the work. A test says what somebody
does, lets `travel` take its course, and looks at what the other side holds.
"""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from typing import Any
from urllib.parse import quote

import pytest

import functions.process as process_module
from shared.mapping.direction import Direction
from shared.mapping.model import Side
from shared.maps.catalogue import catalogue
from shared.runtime import World as Things
from shared.settings import Settings
from shared.store.error_records import ErrorRecord
from shared.store.work_queue import queue_name
from tests.functions.running_app import ENVIRONMENT, App
from tests.local.demo.registration import columns_of
from tests.twin.dataverse.api import Api
from tests.twin.dataverse.registration import register_endpoint, register_step
from tests.twin.http import TwinTransport
from tests.world import FINANCE, Person, World

DATAVERSE_FORMS = "https://contoso.crm4.dynamics.com/twin/"
_WEBHOOKS = "http://127.0.0.1:7071/api/webhooks/"
_STEP = 5.0
_MINUTE = 60.0

Row = dict[str, Any]


class Enterprise:
    """One enterprise: both systems, their people, and the app."""

    def __init__(self, world: World, app: App, patch: pytest.MonkeyPatch) -> None:
        self.world = world
        self.app = app
        self._patch = patch
        self.dataverse: Person = world.in_dataverse
        self.finance: Person = world.in_finance
        self.dataverse_forms = Person(world.in_dataverse.http, DATAVERSE_FORMS)
        self.finance_forms = Person(world.in_finance.http, f"{FINANCE}/twin/")
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

    # -- people in Dataverse -------------------------------------------------------------------------------------------

    async def enter(self, table_set: str, /, **columns: Any) -> str:
        """Create a row in Dataverse; give its id."""
        answer = await self.dataverse.ask("POST", table_set, columns)
        assert answer.is_success, f"{table_set}: {answer.status_code} {answer.text}"
        return answer.headers["OData-EntityId"].rpartition("(")[2].rstrip(")")

    async def edit(self, table_set: str, row_id: str, /, **columns: Any) -> None:
        """Change columns of a row in Dataverse."""
        await self.dataverse.does("PATCH", f"{table_set}({row_id})", columns, **{"If-Match": "*"})

    async def remove(self, table_set: str, row_id: str) -> None:
        """Delete a row in Dataverse."""
        await self.dataverse.does("DELETE", f"{table_set}({row_id})")

    async def act(self, action: str, /, **parameters: Any) -> Any:
        """Press a button in Dataverse: call an action of its Web API."""
        return await self.dataverse.does("POST", action, parameters)

    async def refused(self, method: str, path: str, /, **columns: Any) -> str:
        """Try something in Dataverse that must be refused; give its words."""
        answer = await self.dataverse.ask(method, path, columns)
        assert answer.is_client_error, f"{method} {path}: {answer.status_code} {answer.text}"
        return str(answer.json()["error"]["message"])

    async def held(self, table_set: str, condition: str = "", select: str = "") -> list[Row]:
        """The rows of Dataverse that a condition finds."""
        options = {"$filter": condition, "$select": select}
        query = "&".join(f"{name}={quote(value)}" for name, value in options.items() if value)
        found: list[Row] = (await self.dataverse.does("GET", f"{table_set}?{query}"))["value"]
        return found

    async def the(self, table_set: str, condition: str) -> Row:
        """The one row of Dataverse that a condition finds."""
        found = await self.held(table_set, condition)
        assert len(found) == 1, f"{len(found)} rows of {table_set} where {condition}"
        return found[0]

    async def id_of(self, table_set: str, primary_id: str, condition: str) -> str:
        """The id of the one row that a condition finds."""
        return str((await self.the(table_set, condition))[primary_id])

    # -- people in Finance ---------------------------------------------------------------------------------------------

    async def book(self, collection: str, /, **columns: Any) -> Row:
        """Create a row in Finance; give all of it."""
        made: Row = await self.finance.does("POST", collection, columns)
        return made

    async def kept(self, collection: str, /, **values: str | int) -> list[Row]:
        """The rows of Finance, of all companies, that have these values."""
        condition = " and ".join(f"{name} eq {_literal(value)}" for name, value in values.items())
        query = f"{collection}?$filter={quote(condition)}" if condition else f"{collection}?"
        found: list[Row] = (await self.finance.does("GET", query))["value"]
        return found

    async def the_finance(self, collection: str, /, **values: str | int) -> Row:
        """The one row of Finance that has these values."""
        found = await self.kept(collection, **values)
        assert len(found) == 1, f"{len(found)} rows of {collection} with {values}"
        return found[0]

    async def behind(self, collection: str) -> list[Row]:
        """The rows of an entity that Finance shows in its forms and not in its Web API."""
        found: list[Row] = await self.finance_forms.does("GET", f"rows?collection={collection}")
        return found

    async def change(self, collection: str, key: Mapping[str, str | int], /, **columns: Any) -> None:
        """Change columns of a row in Finance."""
        await self.finance.does("PATCH", _address(collection, key), columns)

    async def finance_refuses(self, collection: str, key: Mapping[str, str | int], /, **columns: Any) -> str:
        """Try a change in Finance that must be refused; give its words."""
        answer = await self.finance.ask("PATCH", _address(collection, key), columns)
        assert answer.is_client_error, f"{collection}: {answer.status_code} {answer.text}"
        return answer.text

    async def run(self, process: str, /, **parameters: Any) -> Any:
        """Start one of Finance's periodic processes, or press a button in one of its forms."""
        return await self.finance_forms.does("POST", f"run/{process}", parameters)

    async def set_up(self, company: str, /, **parameters: Any) -> None:
        """Change a company's parameters in Finance."""
        await self.finance_forms.does("POST", "setup", {"company": company, **parameters})

    # -- the app -------------------------------------------------------------------------------------------------------

    async def errors(self) -> list[ErrorRecord]:
        """The error records that were not resolved."""
        return [each for each in await self.world.services.errors.list() if each.status != "resolved"]

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
async def enterprise(patch: pytest.MonkeyPatch, **settings: str) -> AsyncIterator[Enterprise]:
    """An enterprise whose app has these settings besides the needed ones."""
    world = World()
    world.finance.seed_demo()
    with _process_in(world, patch, settings) as app:
        world.dataverse.events.send = app.deliver
        world.finance.deliveries.send = app.deliver
        yield Enterprise(world, app, patch)


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


def _address(collection: str, key: Mapping[str, str | int]) -> str:
    return f"{collection}({','.join(f'{name}={quote(_literal(value))}' for name, value in key.items())})"


def _literal(value: str | int) -> str:
    return str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"
