"""A whole world in one process: both twins, a storage in memory, the real clients and the real sync, on one virtual clock.

Nothing of what the twins would post travels by itself here: a test says what was heard of a change (`tell`).
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx
import simplejson

from shared.mapping.model import Side
from shared.runtime import World as Things
from shared.runtime import compose
from shared.settings import Settings
from shared.store.message import Hint, WorkMessage
from shared.store.work_queue import queue_name
from shared.sync.live import handle
from shared.sync.packages import send_packages
from shared.sync.services import Services
from tests.store.memory import MemoryStorage
from tests.twin.clock import Clock
from tests.twin.dataverse.genesis import APPLICATION
from tests.twin.dataverse.twin import ORGANIZATION_ID, DataverseTwin
from tests.twin.finance.twin import FinanceTwin
from tests.twin.http import TwinTransport

DATAVERSE = "https://contoso.crm4.dynamics.com"
FINANCE = "https://contoso.operations.dynamics.com"
COMPANY = "usmf"


@dataclass(slots=True)
class Person:
    """Somebody at work in one system's own Web API."""

    http: httpx.AsyncClient
    root: str
    #: Finance shows only the default company unless asked for all.
    options: str = ""

    async def ask(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        """Send a request and give the answer, whatever it is."""
        joint = "&" if "?" in path else "?"
        url = f"{self.root}{path}" + (f"{joint}{self.options}" if self.options else "")
        content = None if body is None else simplejson.dumps(body, use_decimal=True)
        return await self.http.request(
            method, url, content=content, headers={"Content-Type": "application/json", **headers}
        )

    async def does(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Send a request that must succeed; give its JSON, if there is any."""
        answer = await self.ask(method, path, body, **headers)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None


class World:
    """Everything a test needs, and `run` to let the queues do their work."""

    def __init__(self, *, seed: int = 1, policy: dict[str, Any] | None = None) -> None:
        self.clock = Clock.virtual()
        self._minute = int(self.clock.now().timestamp() // 60)
        self.dataverse = DataverseTwin(seed=seed, clock=self.clock)
        self.finance = FinanceTwin(seed=seed, clock=self.clock, organization_id=ORGANIZATION_ID)
        self.storage = MemoryStorage(clock=self.seconds)
        self.settings = Settings.model_validate(
            {
                "dataverse_url": DATAVERSE,
                "finance_url": FINANCE,
                "dataverse_organization_id": ORGANIZATION_ID,
                "policy": policy or {},
            }
        )
        to_dataverse, to_finance = TwinTransport(self.dataverse), TwinTransport(self.finance)
        self.in_dataverse = Person(httpx.AsyncClient(transport=to_dataverse), f"{DATAVERSE}/api/data/v9.2/")
        self.in_finance = Person(httpx.AsyncClient(transport=to_finance), f"{FINANCE}/data/", "cross-company=true")
        self.services = self.compose(to_dataverse, to_finance, random.Random(seed).random)

    def compose(
        self, to_dataverse: httpx.AsyncBaseTransport, to_finance: httpx.AsyncBaseTransport, chance: Callable[[], float]
    ) -> Services:
        """Put the real clients, stores and maps on these transports."""
        return compose(self.settings, self.things(to_dataverse, to_finance, chance))

    def things(
        self, to_dataverse: httpx.AsyncBaseTransport, to_finance: httpx.AsyncBaseTransport, chance: Callable[[], float]
    ) -> Things:
        """What a process acts in when it acts in this world."""
        return Things(
            storage=self.storage,
            dataverse=httpx.AsyncClient(transport=to_dataverse, headers={"x-twin-user": APPLICATION}),
            finance=httpx.AsyncClient(transport=to_finance),
            now=self.clock.now,
            clock=self.seconds,
            chance=chance,
            pause=self.pass_time,
        )

    async def pass_time(self, seconds: float) -> None:
        """Let a pause of the app take no time but the clock's."""
        self.clock.advance(seconds)

    def seconds(self) -> float:
        """The clock in seconds."""
        return self.clock.now().timestamp()

    async def tell(self, direction: str, key: str, hint: Hint = Hint.UPSERT) -> None:
        """Put a message on a direction's queue, as a webhook would."""
        message = WorkMessage(direction=direction, key=key, hint=hint, correlation="test", first_seen=self.clock.now())
        await self.services.queue.send(message)

    async def run(self, *, seconds: float = 0.0, most: int = 10_000) -> int:
        """Handle messages until none is visible; then pass up to `seconds` of time and go on. Give how many were handled."""
        handled = 0
        until = self.seconds() + seconds
        while handled < most:
            count = await self._handle_visible()
            await self._fire_timers()
            handled += count
            if count == 0 and self.seconds() >= until:
                return handled
            if count == 0:
                self.clock.advance(min(5.0, until - self.seconds()))
        raise AssertionError(f"{most} messages handled and still no end")

    async def _fire_timers(self) -> None:
        """Once in each minute, send what was gathered for packages. A minute that was passed over is not made up for."""
        minute = int(self.seconds() // 60)
        if minute == self._minute:
            return
        self._minute = minute
        for direction in self.services.catalogue.directions.values():
            if direction.by_package:
                await send_packages(self.services, direction)

    async def _handle_visible(self) -> int:
        count = 0
        for direction in self.services.catalogue.directions:
            queue = self.storage.queue(queue_name(direction))
            for received in await queue.receive(most=32, hidden=600.0):
                await handle(self.services, WorkMessage.from_text(received.text))
                await queue.delete(received)
                count += 1
        return count

    def person(self, side: Side) -> Person:
        """Somebody on that side."""
        return self.in_finance if side is Side.FINANCE else self.in_dataverse
