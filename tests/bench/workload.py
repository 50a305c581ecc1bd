"""Projects that change, through the app and by bare calls: what latency and throughput are measured on.

A *change* is announced to the host by a webhook, and is done when Finance has taken the write: the twin's own log says
when. A *bare* change is what any integration must at least do: read both rows at once, write one. It makes the very
requests that the app makes, with aiohttp alone. Each has projects of its own.
"""

from __future__ import annotations

import asyncio
import re
import time
import uuid
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

import aiohttp
import httpx
from yarl import URL

from shared.clients.dataverse import DataverseClient
from shared.clients.throttle import Throttle
from shared.mapping.model import Side
from shared.maps.catalogue import catalogue
from tests.bench.event import Event
from tests.bench.servers import KEY, Servers

_NAMES = uuid.UUID("4e3d6a60-3f5f-5d3a-9a43-0f1c2d7b8e10")
_WRITTEN = re.compile(r"ProjectsV2\(.*ProjectId='([^']+)'\)")
_DIRECTION = catalogue().direction(f"projects_to_{Side.FINANCE}")
_JSON = {"Content-Type": "application/json", "OData-Version": "4.0"}
_ALWAYS: Mapping[str, str] = {}
_PATIENCE = 60.0
_AT_ONCE = 16
#: When nothing is being measured, how often the log is asked for, in seconds.
_GLANCE = 0.1


def row_id(name: str) -> str:
    """Give the Dataverse id of a row by its name."""
    return str(uuid.uuid5(_NAMES, name))


class Workload:
    """Both twins and the host, as a client sees them. `http` is closed by whoever opened it."""

    def __init__(self, servers: Servers, http: aiohttp.ClientSession, event: Event) -> None:
        self._servers = servers
        self._http = http
        self._event = event
        self.dataverse = f"{servers.dataverse}/api/data/v9.2/"
        self.finance = f"{servers.finance}/data/"
        self._round = 0
        self._query = ""

    # -- the stage -----------------------------------------------------------------------------------------------------

    async def prepare(self, ours: Sequence[str], bare: Sequence[str]) -> None:
        """Enter a company, a customer and all projects in Dataverse; the app brings its own to Finance, the others we do."""
        await self._put("cdm_companies", "usmf", cdm_companycode="USMF", cdm_name="Contoso USA")
        company = f"/cdm_companies({row_id('usmf')})"
        await self._put(
            "accounts", "C-1001", accountnumber="C-1001", name="Harbour Authority", customertypecode=3,
            **{"msdyn_Company@odata.bind": company},
        )  # fmt: skip
        bound = {
            "msdyn_OwningCompany@odata.bind": company,
            "msdyn_Customer@odata.bind": f"/accounts({row_id('C-1001')})",
        }
        await at_most(_AT_ONCE, partial(self._enter_project, bound), (*ours, *bare))
        self._query = await self._app_query(ours[0])
        await at_most(_AT_ONCE, self._enter_in_finance, bare)
        await at_most(_AT_ONCE, self.announce, ours)
        await self._arrived(len(ours) + len(bare))

    async def carry(self, projects: Sequence[str]) -> dict[str, float]:
        """Announce changes and wait until all are written; give when each was, by the machine's monotonic clock."""
        await self.forget_writes()
        await at_most(_AT_ONCE, self.announce, projects)
        return await self.written(projects)

    async def slow(self, *, reads: float, writes: float) -> None:
        """Let both twins take so many seconds for each request of the platform; 0 for both: as fast as they can."""
        rules = [
            {"path": "/data/", "method": method, "delay": writes if method != "GET" else reads}
            for method in ("GET", "PATCH", "POST", "DELETE")
        ]
        for twin in (self._servers.dataverse, self._servers.finance):
            await self.ask("DELETE", f"{twin}/twin/faults")
            if reads or writes:
                await self.ask("POST", f"{twin}/twin/faults", json=rules)

    async def edit(self, projects: Iterable[str]) -> None:
        """Change each project in Dataverse, so that there is something to carry over."""
        self._round += 1
        text = f"Edited in round {self._round}"
        await at_most(_AT_ONCE, partial(self._describe, text), projects)

    # -- what is measured ----------------------------------------------------------------------------------------------

    async def announce(self, project: str) -> float:
        """Post the webhook of a change; give the moment before it was posted."""
        url = f"{self._servers.host}/api/webhooks/projects-to-finance?code={KEY}"
        begun = time.monotonic()
        await self.ask("POST", url, data=self._event.of(row_id(project)), headers={"Content-Type": "application/json"})
        return begun

    async def bare(self, project: str) -> float:
        """Read both rows at once and write a column; give the moment before."""
        begun = time.monotonic()
        _, there = await asyncio.gather(self.read_dataverse(project), self.read_finance(project))
        await self.write_finance(project, {"If-Match": there["@odata.etag"]})
        return begun

    async def read_dataverse(self, project: str) -> Any:
        """Read a project as the app does."""
        return await self.ask("GET", f"{self.dataverse}msdyn_projects({row_id(project)})?{self._query}")

    async def read_finance(self, project: str) -> Any:
        """Read a project as the app does."""
        return await self.ask("GET", f"{self._in_finance(project)}&$select={','.join(_DIRECTION.finance_columns)}")

    async def write_finance(self, project: str, condition: Mapping[str, str] = _ALWAYS) -> None:
        """Write a column of a project."""
        columns = {"Description": f"Written at {time.monotonic()}"}
        await self.ask("PATCH", self._in_finance(project), json=columns, headers={**_JSON, **condition})

    async def write_dataverse(self, project: str) -> None:
        """Write a column of a project."""
        await self._put("msdyn_projects", project, msdyn_description=f"Written at {time.monotonic()}")

    async def forget_writes(self) -> None:
        """Begin the log of writes in Finance anew."""
        await self.ask("DELETE", f"{self._servers.finance}/twin/log")

    async def written(self, projects: Sequence[str]) -> dict[str, float]:
        """Wait until each of these projects was written in Finance since `forget_writes`; give when, the first time."""
        wanted = set(projects)
        async with asyncio.timeout(_PATIENCE):
            while True:
                log = await self.ask("GET", f"{self._servers.finance}/twin/log")
                moments = {_name_of(write): write["at"] for write in reversed(log)}
                if wanted <= moments.keys():
                    return {name: moments[name] for name in projects}
                await asyncio.sleep(_GLANCE)

    async def settled(self) -> None:
        """Wait until the app has stopped asking anything: second looks and links come after the write."""
        before = -1
        while (now := await self._asked()) != before:
            before = now
            await asyncio.sleep(0.5)

    async def _arrived(self, projects: int) -> None:
        async with asyncio.timeout(_PATIENCE):
            while True:
                counters = await self.ask("GET", f"{self._servers.finance}/twin/counters")
                if counters["rows"]["ProjectsV2"] >= projects:
                    return
                await asyncio.sleep(_GLANCE)

    async def _app_query(self, project: str) -> str:
        """Let the app's own client read a project, and give the query that it asked with."""
        asked: list[httpx.URL] = []

        async def note(request: httpx.Request) -> None:
            asked.append(request.url)

        async with httpx.AsyncClient(event_hooks={"request": [note]}, trust_env=False) as http:
            client = DataverseClient(http, self._servers.dataverse, Throttle("Dataverse"))
            await client.read(_DIRECTION.map.dataverse.table, row_id(project), _DIRECTION.shape)
        return asked[-1].query.decode()

    # -- requests ------------------------------------------------------------------------------------------------------

    async def _asked(self) -> int:
        answers = [
            await self.ask("GET", f"{twin}/twin/counters") for twin in (self._servers.dataverse, self._servers.finance)
        ]
        return sum(sum(answer["requests"].values()) for answer in answers)

    async def _enter_project(self, bound: dict[str, str], name: str) -> None:
        await self._put(
            "msdyn_projects", name, msdyn_projectnumber=name, msdyn_subject=f"Harbour crane {name}", msdyn_istemplate=False,
            msdyn_scheduledstart="2026-03-02T08:00:00Z", msdyn_finish="2026-11-27T17:00:00Z", **bound,
        )  # fmt: skip

    async def _enter_in_finance(self, name: str) -> None:
        columns = {"dataAreaId": "usmf", "ProjectId": name, "ProjectName": f"Harbour crane {name}"}
        await self.ask("POST", f"{self.finance}ProjectsV2", json=columns, headers=_JSON)

    async def _describe(self, text: str, name: str) -> None:
        await self._put("msdyn_projects", name, msdyn_description=text)

    async def _put(self, table_set: str, name: str, /, **columns: Any) -> None:
        await self.ask("PATCH", f"{self.dataverse}{table_set}({row_id(name)})", json=columns, headers=_JSON)

    def _in_finance(self, project: str) -> str:
        return f"{self.finance}ProjectsV2(dataAreaId='usmf',ProjectId='{project}')?cross-company=true"

    async def ask(self, method: str, url: str, **what: Any) -> Any:
        """Send a request that must succeed; give its JSON, if there is any."""
        async with self._http.request(method, URL(url, encoded=True), **what) as answer:
            content = await answer.read()
            if not answer.ok:
                raise RuntimeError(f"{method} {url}: {answer.status} {content.decode()}")
            return await answer.json(content_type=None) if content else None


async def at_most(count: int, work: Callable[[str], Awaitable[object]], projects: Iterable[str]) -> None:
    """Do the work for all of the projects, so many at a time."""
    waiting = iter(projects)

    async def worker() -> None:
        for project in waiting:
            await work(project)

    await asyncio.gather(*(worker() for _ in range(count)))


def _name_of(write: dict[str, Any]) -> str:
    found = _WRITTEN.search(write["path"])
    return found[1] if found else write["path"]
