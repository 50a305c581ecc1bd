"""The stage: Azurite, both twins and the local host with the real app, and the doors that people use.

People act through the Web APIs of the two systems and nothing else; an operator may look at the queues and the tables
and start a timer by hand. Nothing here calls the app's code on a row.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tests.local import azurite
from tests.local.azurite import ROOT
from tests.local.demo.operator import Operator
from tests.local.ports import free_ports, require_free
from tests.local.processes import Server, start
from tests.twin.dataverse.twin import ORGANIZATION_ID
from tests.world import Person

LOGS = ROOT / ".local" / "demo"
FUNCTION_KEY, MASTER_KEY = "demo-function-key", "demo-master-key"

#: The app's delays, shortened so that a demo is over in a minute or two; in seconds.
QUICK: Mapping[str, str] = {
    "POLICY__RETRY_DELAYS": "1,1,2,2,3,3,5,5,5,5",
    "POLICY__ABSENCE_DELAY": "2",
    "POLICY__LEASE": "8",
    "POLICY__LEASE_WAIT": "1",
    "POLICY__VERIFY_DELAY": "3",
    "POLICY__SWEEP_AFTER": "5",
    "AzureFunctionsJobHost__extensions__queues__maxPollingInterval": "00:00:00.7",
}


#: A Finance with nothing else to do: data packages are imported at once, not after minutes; in seconds.
IDLE: Mapping[str, float] = {
    "package_queue_seconds": 0.2,
    "package_row_seconds": 0.01,
    "package_hidden_seconds": 0.0,
}


@dataclass(frozen=True, slots=True)
class Options:
    """Ports of 127.0.0.1 (0 takes any free one), the seed of the twins, and how the host runs.

    `queue_hold`: seconds that a message stays hidden after its host died with it.
    """

    seed: int = 1
    host_port: int = 0
    dataverse_port: int = 0
    finance_port: int = 0
    base_currency: str = "USD"
    logs: Path = LOGS
    queue_hold: float = 3.0
    settings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Twins:
    """Both systems, running."""

    dataverse: Server
    finance: Server

    @classmethod
    def start(cls, options: Options, dataverse: str, finance: str) -> Twins:
        """Start both, to answer at these addresses a little later."""
        seed = ("--seed", str(options.seed), "--organization-id", ORGANIZATION_ID)
        currency = ("--base-currency", options.base_currency)
        there = ("tests.twin.dataverse", "--port", _port(dataverse), *seed, *currency)
        here = ("tests.twin.finance", "--port", _port(finance), *seed, "--demo-data")
        return cls(
            start("The Dataverse twin", dataverse, there, options.logs / "dataverse.log"),
            start("The Finance twin", finance, here, options.logs / "finance.log"),
        )

    async def until_answering(self) -> None:
        """Wait for both. Raises ServerEnded."""
        await asyncio.gather(*(each.until_answering("/twin/health") for each in (self.dataverse, self.finance)))

    async def stop(self) -> None:
        """End both in order."""
        await asyncio.gather(self.dataverse.stop(), self.finance.stop())


class Stage:
    """Everything that runs, while `playing` is open."""

    def __init__(self, options: Options, storage: str, http: httpx.AsyncClient, host: str, twins: Twins) -> None:
        self.options = options
        self.storage = storage
        self.http = http
        self.host_url, self.dataverse_url, self.finance_url = host, twins.dataverse.url, twins.finance.url
        self.in_dataverse = Person(http, f"{self.dataverse_url}/api/data/v9.2/")
        self.in_finance = Person(http, f"{self.finance_url}/data/", "cross-company=true")
        self.dataverse_forms = Person(http, f"{self.dataverse_url}/twin/")
        self.finance_forms = Person(http, f"{self.finance_url}/twin/")
        self.operator = Operator(
            http, self._app_settings(), self.host_url, MASTER_KEY, (self.dataverse_url, self.finance_url)
        )
        self._twins = twins
        self.host: Server | None = None

    async def start_host(self, **settings: str) -> int:
        """Start the local host with the real app and these app settings besides; give its process id."""
        command = ("tests.local.host", "--port", _port(self.host_url), "--folder", str(ROOT), "--timer-lease", "3")
        hold = ("--queue-hold", f"{self.options.queue_hold:g}")
        keys = {"LOCAL_FUNCTION_KEY": FUNCTION_KEY, "LOCAL_MASTER_KEY": MASTER_KEY}
        environment = {**keys, **self._app_settings(), **settings}
        self.host = start(
            "The Functions host", self.host_url, (*command, *hold), self.options.logs / "host.log", environment
        )
        await self.host.until_answering("/admin/host/status")
        return self.host.process.pid

    def _app_settings(self) -> dict[str, str]:
        return {
            "DATAVERSE_URL": self.dataverse_url,
            "FINANCE_URL": self.finance_url,
            "DATAVERSE_ORGANIZATION_ID": ORGANIZATION_ID,
            "AzureWebJobsStorage": self.storage,
            **QUICK,
            **self.options.settings,
        }

    def kill_host(self) -> int:
        """End the host with SIGKILL and give the process id that it had."""
        if self.host is None:
            raise RuntimeError("the host does not run")
        host, self.host = self.host, None
        host.kill()
        return host.process.pid

    def check(self) -> None:
        """Raise ServerEnded if one of the servers ended by itself."""
        for server in (self._twins.dataverse, self._twins.finance, self.host):
            if server is not None:
                server.check()

    async def stop_host(self) -> None:
        """End the host in order, if it runs."""
        if self.host is not None:
            host, self.host = self.host, None
            await host.stop()

    def webhook(self, direction: str) -> str:
        """The address that takes the events of a direction, without its key."""
        return f"{self.host_url}/api/webhooks/{direction.replace('_', '-')}"


@asynccontextmanager
async def playing(options: Options) -> AsyncIterator[Stage]:
    """Start storage and both systems for the length of a block; the host is the caller's to start.

    Raises PortTaken, AzuriteNotStarted or ServerEnded, each with a sentence for people.
    """
    host, dataverse, finance = (f"http://127.0.0.1:{port}" for port in _ports(options))
    for log in options.logs.glob("*.log"):
        log.unlink()
    async with AsyncExitStack() as stack:
        twins = Twins.start(options, dataverse, finance)
        stack.push_async_callback(twins.stop)
        storage = await asyncio.to_thread(azurite.start)
        stack.push_async_callback(asyncio.to_thread, storage.stop)
        limits = httpx.Limits(max_connections=16)
        http = await stack.enter_async_context(httpx.AsyncClient(timeout=90, limits=limits, trust_env=False))
        stage = Stage(options, storage.connection_string, http, host, twins)
        stack.push_async_callback(stage.operator.close)
        stack.push_async_callback(stage.stop_host)
        await twins.until_answering()
        await stage.finance_forms.does("POST", "settings", IDLE)
        yield stage


def _ports(options: Options) -> list[int]:
    wanted = {
        "the Functions host": options.host_port,
        "the Dataverse twin": options.dataverse_port,
        "the Finance twin": options.finance_port,
    }
    require_free({server: port for server, port in wanted.items() if port})
    free = free_ports(len(wanted))
    return [port or free.pop() for port in wanted.values()]


def _port(url: str) -> str:
    return url.rpartition(":")[2]
