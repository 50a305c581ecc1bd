"""What the sections over real servers share: the servers, projects on both sides, and two ways for the twins to be."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

import aiohttp

from tests.bench import servers
from tests.bench.event import project_updated
from tests.bench.servers import Servers
from tests.bench.workload import Workload


@dataclass(frozen=True, slots=True)
class Pace:
    """How long a twin takes for a request of the platform, in seconds."""

    name: str
    reads: float
    writes: float


#: An assumption, and a severe one: Dataverse's two limits, 6,000 requests and 1,200 seconds of execution in 5 minutes,
#: meet at 200 ms a request (Microsoft Learn: Service protection API limits), and OData writes in Finance take longer still.
REALISTIC = Pace("as on the network: 60 ms a read, 90 ms a write", 0.060, 0.090)
LOOPBACK = Pace("as fast as the twins are", 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Scene:
    """Servers in place and projects on both sides: `ours` go through the app, `bare` by bare calls."""

    servers: Servers
    workload: Workload
    ours: tuple[str, ...]
    bare: tuple[str, ...]
    memory_at_start: float

    def memory(self) -> float:
        """Read the host's resident memory now, in MiB."""
        return servers.memory(self.servers.host_pid)

    @contextlib.asynccontextmanager
    async def at(self, pace: Pace) -> AsyncIterator[None]:
        """Let the twins be at this pace for the length of a block, which begins and ends in silence."""
        await self.workload.settled()
        await self.workload.slow(reads=pace.reads, writes=pace.writes)
        try:
            yield
        finally:
            await self.workload.slow(reads=0, writes=0)
        await self.workload.settled()


@contextlib.asynccontextmanager
async def set_up(*, projects: int, bare: int) -> AsyncIterator[Scene]:
    """Start everything, and let the app bring over its projects: that warms it up as well."""
    async with servers.running() as running, aiohttp.ClientSession() as http:
        at_start = servers.memory(running.host_pid)
        workload = Workload(running, http, await project_updated())
        ours = tuple(f"PRJ-{number:04}" for number in range(projects))
        theirs = tuple(f"BARE-{number:04}" for number in range(bare))
        await workload.prepare(ours, theirs)
        yield Scene(running, workload, ours, theirs, at_start)
