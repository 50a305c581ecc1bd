"""Azurite, the official storage emulator, as a child process: ports of its own, stopped by its own pid.

Installed by dev.py into `.local/azurite`, with a link to the Node binary beside it. API versions are not checked,
because the emulator knows fewer than the current Azure SDKs send. What it holds is in memory unless a folder is given;
even then an abrupt end loses the last seconds, so crash tests end the app and never the store.
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parents[2]
INSTALLED = ROOT / ".local" / "azurite"
START_SECONDS = 60.0
STOP_SECONDS = 10.0
END_WITH_PARENT = Path(__file__).with_name("end_with_parent.cjs")

#: The emulator's published account, the same on every machine; no secret (Microsoft Learn: Connect to Azurite).
ACCOUNT = "devstoreaccount1"
KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="

_LISTENING = re.compile(rb"Azurite (Blob|Queue|Table) service is successfully listening at http://127\.0\.0\.1:(\d+)")


class AzuriteNotStarted(RuntimeError):
    """Azurite is not installed, or ended before it listened; the message holds what it printed."""


@dataclass(frozen=True, slots=True)
class Ports:
    """Where the three services listen on 127.0.0.1; 0 asks for any free port."""

    blob: int = 0
    queue: int = 0
    table: int = 0


@dataclass(frozen=True, slots=True)
class Azurite:
    """A running emulator."""

    process: subprocess.Popen[bytes]
    ports: Ports

    @property
    def connection_string(self) -> str:
        """For the Azure SDKs and `AzureWebJobsStorage`."""
        return connection_string(self.ports)

    def stop(self) -> None:
        """End it in order, so that a folder it writes to is complete; a second call does nothing."""
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.process.stdin:
            self.process.stdin.close()


def connection_string(ports: Ports) -> str:
    """Where an emulator on these ports is reached, with its published account and key."""
    at = "http://127.0.0.1"
    return (
        f"DefaultEndpointsProtocol=http;AccountName={ACCOUNT};AccountKey={KEY};"
        f"BlobEndpoint={at}:{ports.blob}/{ACCOUNT};"
        f"QueueEndpoint={at}:{ports.queue}/{ACCOUNT};"
        f"TableEndpoint={at}:{ports.table}/{ACCOUNT};"
    )


def start(ports: Ports | None = None, *, folder: Path | None = None) -> Azurite:
    """Start Azurite and wait until its three services listen; with a `folder` its rows survive an orderly stop.

    Raises AzuriteNotStarted.
    """
    node, script = INSTALLED / "node", INSTALLED / "node_modules" / "azurite" / "dist" / "src" / "azurite.js"
    if not (node.exists() and script.exists()):
        raise AzuriteNotStarted(f"Azurite is not installed in {INSTALLED}: run `python3 dev.py test` once.")
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            [node, "--require", END_WITH_PARENT, script, *_options(ports or Ports(), folder)],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is for the parent, which stops it in order
        )
        return _when_listening(process, log)


@contextmanager
def running(ports: Ports | None = None, *, folder: Path | None = None) -> Iterator[Azurite]:
    """Start Azurite for the length of a block."""
    azurite = start(ports, folder=folder)
    try:
        yield azurite
    finally:
        azurite.stop()


def _options(ports: Ports, folder: Path | None) -> list[str]:
    options = ["--silent", "--skipApiVersionCheck", "--disableTelemetry"]
    options += ["--location", str(folder)] if folder else ["--inMemoryPersistence"]
    for service in ("blob", "queue", "table"):
        options += [f"--{service}Host", "127.0.0.1", f"--{service}Port", str(getattr(ports, service))]
    return options


def _when_listening(process: subprocess.Popen[bytes], log: IO[bytes]) -> Azurite:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        printed = _printed(log)
        found = {service.decode().lower(): int(port) for service, port in _LISTENING.findall(printed)}
        if len(found) == 3:
            return Azurite(process, Ports(**found))
        if process.poll() is not None:
            break
        time.sleep(0.02)
    Azurite(process, Ports()).stop()
    raise AzuriteNotStarted(f"Azurite did not start: {_printed(log).decode(errors='replace').strip()[-2000:]}")


def _printed(log: IO[bytes]) -> bytes:
    return os.pread(log.fileno(), 1 << 20, 0)  # pread: the offset is the child's too, and it writes there
