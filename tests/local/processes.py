"""Servers as child processes: started by us, ended by their own pid, their output in a file each.

A child that ends before it answers, or that is gone when it is needed, is reported with the last lines it printed.
Children do not see Ctrl-C, so that whoever started them ends them in order, and none outlives us (see leash).
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.local.azurite import ROOT

START_SECONDS = 60.0
STOP_SECONDS = 15.0
_LAST_LINES = 12

#: What a child may see of our environment: settings of ours must not reach the app by accident.
_INHERITED = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV", "SSL_CERT_FILE")


class ServerEnded(RuntimeError):
    """A server is not there any more; the message says which, how it ended, and what it printed last."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server, `url` where it answers."""

    name: str
    url: str
    process: subprocess.Popen[bytes]
    log: Path

    async def until_answering(self, path: str) -> None:
        """Wait until it answers a GET of `path` with success. Raises ServerEnded."""
        deadline = asyncio.get_running_loop().time() + START_SECONDS
        async with httpx.AsyncClient(base_url=self.url, trust_env=False) as client:
            while asyncio.get_running_loop().time() < deadline:
                self.check()
                try:
                    if (await client.get(path)).is_success:
                        return
                except httpx.TransportError:
                    pass
                await asyncio.sleep(0.05)
        raise ServerEnded(f"{self.name} did not answer within {START_SECONDS:.0f} s.{self._said()}")

    def check(self) -> None:
        """Raise ServerEnded if it has ended."""
        status = self.process.poll()
        if status is not None:
            raise ServerEnded(f"{self.name} ended with status {status}.{self._said()}")

    def kill(self) -> None:
        """End it with SIGKILL: no handler runs, nothing is finished or given back."""
        self.process.kill()
        self._reap()

    async def stop(self) -> None:
        """End it in order; after a while by force. A second call does nothing."""
        self.process.terminate()
        try:
            await asyncio.to_thread(self.process.wait, STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self._reap()

    def _reap(self) -> None:
        self.process.wait()
        if self.process.stdin:
            self.process.stdin.close()

    def _said(self) -> str:
        lines = self.log.read_text("utf-8", errors="replace").splitlines()[-_LAST_LINES:]
        return "".join(f"\n    {line}" for line in lines) + f"\n    (all of it: {self.log})"


def start(name: str, url: str, module: Sequence[str], log: Path, settings: Mapping[str, str] | None = None) -> Server:
    """Start `python -m` a module with its arguments; `settings` are added to the little it sees of our environment."""
    log.parent.mkdir(parents=True, exist_ok=True)
    environment = {key: os.environ[key] for key in _INHERITED if key in os.environ}
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.local.leash", *module],
            cwd=ROOT,
            env={**environment, **(settings or {})},
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    return Server(name, url, process, log)
