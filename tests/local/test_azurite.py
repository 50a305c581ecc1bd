"""The emulator starts on free ports, keeps what it is told to keep, and leaves no process behind."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from azure.data.tables.aio import TableClient

from tests.local import azurite
from tests.local.azurite import Azurite, AzuriteNotStarted, Ports, running, start


async def test_rows_in_a_folder_survive_an_orderly_stop(tmp_path: Path) -> None:
    with running(folder=tmp_path) as first:
        async with _table(first) as table:
            await table.create_table()
            await table.create_entity({"PartitionKey": "p", "RowKey": "r"})
    with running(folder=tmp_path) as second:
        async with _table(second) as table:
            assert (await table.get_entity("p", "r"))["RowKey"] == "r"


def test_it_ends_when_the_process_that_started_it_is_killed() -> None:
    code = "from tests.local.azurite import start; print(start().process.pid, flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=azurite.ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as parent:
        assert parent.stdout
        emulator = int(parent.stdout.readline())
        parent.send_signal(signal.SIGKILL)
    assert _gone(emulator)


def test_a_taken_port_is_an_error_that_says_so() -> None:
    with running() as first, pytest.raises(AzuriteNotStarted, match="EADDRINUSE"):
        start(Ports(queue=first.ports.queue))


def test_stopping_twice_is_quiet() -> None:
    emulator = start()
    emulator.stop()
    emulator.stop()
    assert emulator.process.returncode is not None


def _table(emulator: Azurite) -> TableClient:
    return TableClient.from_connection_string(emulator.connection_string, "kept")


def _gone(pid: int) -> bool:
    with contextlib.suppress(ProcessLookupError):
        for _ in range(1000):
            os.kill(pid, 0)
            if Path(f"/proc/{pid}/stat").exists() and " Z " in Path(f"/proc/{pid}/stat").read_text():
                return True
            time.sleep(0.005)
        return False
    return True
