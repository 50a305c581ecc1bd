"""Requests and operations of storage for one change, and for its echo: counted, so the same on every machine.

Counted where they leave the app: at the transports of both sides, and at the storage. Real clients and the real sync
on both twins in one process; what is asked once and remembered (definitions of tables, the state of maps) is known by
then. On the side of the queue, `receive` and `delete` are the host's, who receives several messages at once.
"""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass

import httpx

from shared.store.message import Hint, WorkMessage
from shared.store.work_queue import queue_name
from shared.sync.live import handle
from tests.bench.report import Section
from tests.sync.stage import Stage, id_of
from tests.twin.http import TwinTransport

_TO_FINANCE, _TO_DATAVERSE = "customers_to_finance", "customers_to_dataverse"
_PROJECTS = "projects_to_finance"


@dataclass(slots=True)
class Tally:
    """What one change cost."""

    reads: int = 0
    writes: int = 0
    second_looks: int = 0
    table_reads: int = 0
    table_writes: int = 0
    queue: int = 0

    def request(self, method: str) -> None:
        """Count a request: what is read after the first write is a second look."""
        if method != "GET":
            self.writes += 1
        elif self.writes:
            self.second_looks += 1
        else:
            self.reads += 1

    def operation(self, name: str) -> None:
        """Count an operation of storage, named `links.get` or `projects-to-finance.send`."""
        match name.rpartition(".")[2]:
            case "send" | "receive" | "delete":
                self.queue += 1
            case "get" | "query":
                self.table_reads += 1
            case _:
                self.table_writes += 1

    @property
    def figures(self) -> tuple[int, ...]:
        """The counts, and the sum of all requests of either kind."""
        apart = (self.reads, self.writes, self.second_looks, self.table_reads, self.table_writes, self.queue)
        return (*apart, sum(apart))


@dataclass(slots=True)
class Count:
    """A change, and what it cost."""

    what: str
    tally: Tally


def run(*, quick: bool) -> Section:
    """Count the changes of one project and one customer."""
    del quick  # there is nothing to repeat
    section = Section("Requests and storage operations of a change")
    section.notes.append(
        "Reads and writes are requests to Dataverse and Finance; a second look is a read after a write. The queue: the "
        "webhook's send, the host's receive and delete."
    )
    table = section.table("change", "reads", "writes", "second looks", "table reads", "table writes", "queue", "in all")
    for count in asyncio.run(counted()):
        table.add_row(count.what, *map(str, count.tally.figures))
    return section


async def counted() -> list[Count]:
    """Make the changes, one after the other, and count what each costs."""
    counter = _Counter(await Stage().begin())
    await counter.prepare()
    return [*await _project(counter), *await _customer(counter)]


async def _project(counter: _Counter) -> list[Count]:
    stage, key = counter.stage, id_of("PRJ-2")
    await stage.project("PRJ-2")
    created = await counter.carried("project created", _PROJECTS, key)
    await stage.project("PRJ-2", msdyn_description="New drives")
    updated = await counter.carried("project updated", _PROJECTS, key)
    doubled = await counter.carried("… the same event again", _PROJECTS, key)
    await stage.remove("msdyn_projects", "PRJ-2")
    deleted = await counter.carried("project deleted", _PROJECTS, key, Hint.DELETE)
    return [created, updated, doubled, deleted]


async def _customer(counter: _Counter) -> list[Count]:
    stage, in_dataverse, in_finance = counter.stage, id_of("C-1"), "usmf|C-1"
    await stage.customer("C-1", description="Invoices by the 25th")
    edited = await counter.carried("customer edited in Dataverse", _TO_FINANCE, in_dataverse)
    echo = await counter.carried("… its echo from Finance", _TO_DATAVERSE, in_finance)
    await stage.edit_finance("CustomersV3", {"CustomerAccount": "C-1"}, SalesMemo="Invoices by the 20th")
    back = await counter.carried("customer edited in Finance", _TO_DATAVERSE, in_finance)
    echo_back = await counter.carried("… its echo from Dataverse", _TO_FINANCE, in_dataverse)
    return [edited, echo, back, echo_back]


class _Counter:
    """Lets the app hear of changes one by one, as webhook and host would, and counts."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.tally = Tally()
        world = stage.world
        to_dataverse, to_finance = (_Counted(TwinTransport(twin), self) for twin in (world.dataverse, world.finance))
        self._services = world.compose(to_dataverse, to_finance, random.Random(1).random)
        world.storage.before_each_operation = self._operation

    async def prepare(self) -> None:
        """Carry over rows of both maps, so that all that is remembered is known."""
        await self.stage.project("PRJ-1")
        await self.carried("", _PROJECTS, id_of("PRJ-1"))
        await self.stage.customer("C-1")
        await self.carried("", _TO_FINANCE, id_of("C-1"))
        await self.carried("", _TO_DATAVERSE, "usmf|C-1")

    async def carried(self, what: str, direction: str, key: str, hint: Hint = Hint.UPSERT) -> Count:
        """Put a message on its queue, take it from there, handle it and delete it."""
        self.tally = Tally()
        await self.stage.world.tell(direction, key, hint)
        queue = self.stage.world.storage.queue(queue_name(direction))
        (received,) = await queue.receive(most=1, hidden=600.0)
        await handle(self._services, WorkMessage.from_text(received.text))
        await queue.delete(received)
        return Count(what, self.tally)

    async def _operation(self, name: str) -> None:
        self.tally.operation(name)


class _Counted(httpx.AsyncBaseTransport):
    """Stands between the app's client and a twin."""

    def __init__(self, inner: httpx.AsyncBaseTransport, counter: _Counter) -> None:
        self._inner = inner
        self._counter = counter

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self._counter.tally.request(request.method)
        return await self._inner.handle_async_request(request)
