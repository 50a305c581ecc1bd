"""The stage: one world whose every operation can be held at a gate, and that can be put back to its beginning.

A gate stands before each HTTP request to a twin and before each operation of the storage. What passes it is atomic: the
twins and the storage do one operation between two awaits.

Not gated, because no order of theirs can be told from another: the state of maps and the definitions of tables (nobody
changes them here), a look at whether a row has an error record, and, where a scenario says so, rows that nobody writes.
"""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable, Collection, Hashable, Mapping
from contextvars import ContextVar
from dataclasses import replace
from typing import Any, cast

import httpx

from shared.mapping.catalogue import Catalogue
from shared.runtime import World as Things
from shared.runtime import compose
from shared.sync.services import Services
from tests.convergence import snapshot
from tests.convergence.loop import HandLoop
from tests.twin.dataverse.genesis import APPLICATION, PERSON
from tests.twin.http import Twin, TwinTransport
from tests.world import World

#: Short waits: the explorer lets all of them pass at the end of each play.
POLICY: Mapping[str, float] = {"lease": 20.0, "lease_wait": 8.0, "absence_delay": 5.0, "verify_delay": 60.0}

_READS = ("GET", "get", "query")
#: Reads of these need no gate.
_QUIET_TABLES = ("maps", "activity", "errors")


class Killed(BaseException):
    """The process is gone: nothing after this moment happens, not even what stands in a `finally`."""


class Actor:
    """Whoever acts under a name. All that it has seen so far decides, together with the world, all that it will do."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.seen = hash(name)
        self.is_dead = False
        #: How many numbers of chance it has drawn.
        self.drawn = 0
        self._chance = random.Random(name)

    def chance(self) -> float:
        """Draw a number that depends on the name and on how many were drawn."""
        self.drawn += 1
        return self._chance.random()

    def saw(self, label: str, what: Hashable) -> None:
        """Add an observation."""
        self.seen = hash((self.seen, label, what))


#: Opens when it is this operation's turn. Raises Killed, or what the network does to it.
Gate = Callable[[Actor, str, bool], Awaitable[None]]
acting: ContextVar[Actor | None] = ContextVar("acting", default=None)


class Wire:
    """Stands in for httpx.AsyncClient between a real client and a twin: a gate, and a memory of what reads answered.

    A read is a pure function of the rows, the clock and the request, so the answer to a request that was made before in the same
    state is given again. That, and building each request once, makes a replay several times as fast.
    """

    def __init__(self, stage: Stage, name: str, twin: Twin, *, user: str) -> None:
        self._stage = stage
        self._user = {"x-twin-user": user}
        self._name = name
        self._transport = TwinTransport(twin)
        self._requests: dict[Hashable, httpx.Request] = {}
        self._answers: dict[Hashable, httpx.Response] = {}
        self.written = 0

    def build_request(
        self, method: str, url: str, *, headers: Mapping[str, str], content: bytes | None
    ) -> httpx.Request:
        key = (method, url, content, tuple(headers.items()))
        request = self._requests.get(key)
        if request is None:
            request = self._requests[key] = httpx.Request(
                method, url, headers={**self._user, **headers}, content=content
            )
            request.extensions["label"] = f"{self._name} {method} {_short(str(url))}"
        return request

    async def send(self, request: httpx.Request, *, auth: None = None) -> httpx.Response:
        del auth
        actor = acting.get()
        label: str = request.extensions["label"]
        if actor is not None:
            if actor.is_dead:
                raise Killed
            if self._stage.is_contested(label):
                try:
                    await self._stage.gate(actor, label, request.method not in _READS)
                except NeverArrived:
                    actor.saw(label, "refused")
                    raise httpx.ConnectError("The connection was refused.", request=request) from None
                except LostAnswer:
                    await self._perform(request)
                    actor.saw(label, "lost")
                    raise httpx.ReadError("The connection was reset.", request=request) from None
        answer = await self._perform(request)
        if actor is not None:
            actor.saw(label, (answer.status_code, answer.content, answer.headers.get("etag")))
        return answer

    async def request(
        self, method: str, url: str, *, headers: Mapping[str, str], content: str | None
    ) -> httpx.Response:
        """Build and send, as persons do."""
        body = None if content is None else content.encode()
        return await self.send(self.build_request(method, url, headers=headers, content=body))

    async def _perform(self, request: httpx.Request) -> httpx.Response:
        if request.method not in _READS or not self._is_of_rows(request):
            answer = await self._transport.handle_async_request(request)
            self.written += answer.is_success
            self._stage.changed(self._name)
            self._stage.watch(self._stage.world)
            return answer
        key = (self._stage.token(self._name), id(request))
        known = self._answers.get(key)
        if known is None:
            known = self._answers[key] = await self._transport.handle_async_request(request)
        return known

    def _is_of_rows(self, request: httpx.Request) -> bool:
        """Whether it asks for rows, which `Stage.token` knows; files of data packages come and go without."""
        return "/data/" in request.url.path


def _see_nothing(world: World) -> None:
    del world


class NeverArrived(Exception):
    """The network loses a request before the other side has it."""


class LostAnswer(Exception):
    """The network takes a request to the other side and loses the answer."""


class Stage:
    """A world, its snapshot, and the gate in force. `contested` are parts of addresses that are worth a gate; empty: all.

    `side_tables` are the setting of that name; where the stage `forbids`, the app may do only what the maps let it do.
    """

    def __init__(
        self,
        *,
        contested: Collection[str] = (),
        policy: Mapping[str, Any] | None = None,
        side_tables: Mapping[str, str] | None = None,
        forbids: bool = False,
    ) -> None:
        self.loop = HandLoop()  # type: ignore[abstract]  # typeshed alone asks for the whole of a loop
        self.world = World(policy={**POLICY, **(policy or {})})
        self.wires = {
            "dataverse": Wire(self, "dataverse", self.world.dataverse, user=APPLICATION),
            "finance": Wire(self, "finance", self.world.finance, user=APPLICATION),
        }
        composed = compose(
            self.world.settings,
            Things(
                storage=self.world.storage,
                # The clients only ever build and send requests.
                dataverse=cast("httpx.AsyncClient", self.wires["dataverse"]),
                finance=cast("httpx.AsyncClient", self.wires["finance"]),
                now=self.world.clock.now,
                clock=self.world.seconds,
                chance=self._chance,
                pause=self._pause,
            ),
        )
        # Deletes are the hardest to get right, so the app may do what some maps forbid it, unless that is what is played.
        maps = (replace(each, writes=each.writes if forbids else {}) for each in composed.catalogue.maps.values())
        self.services: Services = replace(composed, catalogue=Catalogue(maps), side_tables=side_tables or {})
        self.world.in_dataverse.http = cast(
            "httpx.AsyncClient", Wire(self, "dataverse", self.world.dataverse, user=PERSON)
        )
        self.world.in_finance.http = cast("httpx.AsyncClient", Wire(self, "finance", self.world.finance, user=PERSON))
        self.gate: Gate = _open
        #: Looks at both sides after each write of the app; raises Broken.
        self.watch: Callable[[World], None] = _see_nothing
        self._contested = tuple(contested)
        self._finale = random.Random(0)
        self._restore: snapshot.Restore = lambda: None
        self._tokens: dict[str, int] = {}
        self._known: dict[Hashable, int] = {}
        self.world.storage.before_each_operation = self._before

    def warm_up(self) -> None:
        """Let the clients find out what they remember for good, so that all plays find them alike."""
        self.loop.at_once(self._warm_up())

    async def _warm_up(self) -> None:
        for table_map in self.services.catalogue.maps.values():
            if not table_map.finance.collection:
                continue
            async for _ in self.services.finance.pages(table_map.finance.collection, table_map.finance.key):
                pass
            for direction in self.services.catalogue.directions.values():
                if direction.map is table_map:
                    async for _ in self.services.dataverse.pages(table_map.dataverse.table, direction.shape):
                        pass

    def remember(self) -> None:
        """This is where every play begins."""
        self._restore = snapshot.snapshot(self.world)

    def restore(self) -> None:
        """Put everything back to the beginning."""
        self._restore()
        self._tokens.clear()
        self._finale.seed(0)
        for wire in self.wires.values():
            wire.written = 0

    def changed(self, side: str) -> None:
        """A side was written to."""
        self._tokens.pop(side, None)

    def is_contested(self, label: str) -> bool:
        """Whether this request is worth a gate."""
        if "EntityDefinitions" in label:
            return False
        return not self._contested or any(part in label for part in self._contested)

    def token(self, side: str) -> int:
        """A number for what a side holds now, its clock included: the same for the same."""
        token = self._tokens.get(side)
        if token is None:
            contents = snapshot.contents_of_dataverse if side == "dataverse" else snapshot.contents_of_finance
            key = (side, self.world.seconds(), contents(self.world))
            token = self._tokens[side] = self._known.setdefault(key, len(self._known))
        return token

    def state(self) -> Hashable:
        """All that the future depends on, but for the processes."""
        return (snapshot.values_of_twins(self.world), self.world.seconds(), snapshot.contents_of_storage(self.world))

    def pass_time(self, seconds: float) -> None:
        """Move the clock."""
        self.world.clock.advance(seconds)
        self._tokens.clear()

    @property
    def written(self) -> int:
        """Writes that the sync has made on either side and that were not refused."""
        return sum(wire.written for wire in self.wires.values())

    async def _before(self, operation: str) -> None:
        actor = acting.get()
        if actor is None:
            return
        if actor.is_dead:
            raise Killed
        table, _, verb = operation.rpartition(".")
        writes = verb not in _READS
        if writes or table not in _QUIET_TABLES:
            await self.gate(actor, operation, writes)
        # Nobody changes the state of maps here, and whether it is still in a cache differs from play to play.
        if table in self.world.storage._tables and table != "maps":
            actor.saw(operation, snapshot.contents_of_table(self.world.storage._tables[table]))

    async def _pause(self, seconds: float) -> None:
        """Wait for so long: at a gate of its own, and when that opens the time has passed."""
        until = self.world.seconds() + seconds
        actor = acting.get()
        if actor is not None:
            if actor.is_dead:
                raise Killed
            await self.gate(actor, "pause", True)
        self.pass_time(max(0.0, until - self.world.seconds()))

    def _chance(self) -> float:
        actor = acting.get()
        return self._finale.random() if actor is None else actor.chance()


async def _open(actor: Actor, label: str, writes: bool) -> None:
    del actor, label, writes


def _short(url: str) -> str:
    return url.split("/data/", 1)[-1].removeprefix("v9.2/").partition("?")[0]
