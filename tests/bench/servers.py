"""The real thing on this machine: the storage emulator, both twins and the local host, each a process of its own.

What they print goes to `.local/bench/`. All of them end when the block ends.
"""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from shared.maps.catalogue import catalogue
from tests.local import azurite
from tests.local.azurite import ROOT
from tests.local.ports import free_ports
from tests.local.processes import Server, start
from tests.twin.dataverse.twin import ORGANIZATION_ID

LOGS = ROOT / ".local" / "bench"
KEY = "bench"
_HOST_ANSWERS = "/admin/host/ping"
_TWIN_ANSWERS = "/twin/health"


@dataclass(frozen=True, slots=True)
class Servers:
    """Where everything listens, and the host's process id."""

    dataverse: str
    finance: str
    host: str
    host_pid: int


@contextlib.asynccontextmanager
async def running() -> AsyncIterator[Servers]:
    """Start all servers, the host last."""
    ports = free_ports(3)
    dataverse, finance, host = (f"http://127.0.0.1:{port}" for port in ports)
    for log in LOGS.glob("*.log"):
        log.unlink()
    async with contextlib.AsyncExitStack() as stack:
        emulator = stack.enter_context(azurite.running())

        async def server(name: str, url: str, *options: str, settings: dict[str, str], answers: str) -> Server:
            module = (f"tests.{name}", "--port", url.rpartition(":")[2], *options)
            started = start(name, url, module, LOGS / f"{name}.log", settings)
            stack.push_async_callback(started.stop)
            await started.until_answering(answers)
            return started

        await server("twin.dataverse", dataverse, settings={}, answers=_TWIN_ANSWERS)
        await server("twin.finance", finance, "--demo-data", settings={}, answers=_TWIN_ANSWERS)
        settings = _settings(dataverse, finance, emulator.connection_string)
        options = ("--folder", str(ROOT), "--quiet")
        process = await server("local.host", host, *options, settings=settings, answers=_HOST_ANSWERS)
        yield Servers(dataverse, finance, host, process.process.pid)


def _settings(dataverse: str, finance: str, storage: str) -> dict[str, str]:
    # Catch-up reads what changed every few minutes: it must not do what a measured webhook is about to.
    silent = {f"AzureWebJobs.{direction}_catch_up.Disabled": "true" for direction in catalogue().directions}
    return {
        "DATAVERSE_URL": dataverse,
        "FINANCE_URL": finance,
        "DATAVERSE_ORGANIZATION_ID": ORGANIZATION_ID,
        "AzureWebJobsStorage": storage,
        "LOCAL_FUNCTION_KEY": KEY,
        **silent,
    }


def memory(pid: int) -> float:
    """Read the resident memory of a process, in MiB: from /proc, or as ps tells it."""
    status = Path(f"/proc/{pid}/status")
    if status.exists():
        line = next(line for line in status.read_text("ascii").splitlines() if line.startswith("VmRSS:"))
        return int(line.split()[1]) / 1024
    ps = ["/bin/ps", "-o", "rss=", "-p", str(pid)]
    told = subprocess.run(ps, capture_output=True, text=True, check=True)  # noqa: S603 # a number that we started
    return int(told.stdout) / 1024
