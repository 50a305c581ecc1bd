"""Servers as child processes: what they say when they end, and that none outlives its starter."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.local.azurite import ROOT
from tests.local.ports import free_ports
from tests.local.processes import ServerEnded, start


async def test_a_server_that_ends_before_it_answers_is_reported_with_its_last_lines(tmp_path: Path) -> None:
    log = tmp_path / "twin.log"
    server = start("The twin", "http://127.0.0.1:9", ("tests.twin.dataverse", "--port", "nonsense"), log)
    with pytest.raises(
        ServerEnded, match=r"(?s)The twin ended with status 2.*invalid int value: 'nonsense'.*twin\.log"
    ):
        await server.until_answering("/twin/health")
    await server.stop()


async def test_a_server_answers_and_stops_in_order_and_a_second_time_does_nothing(tmp_path: Path) -> None:
    port = free_ports(1)[0]
    command = ("tests.twin.dataverse", "--port", str(port))
    server = start("The twin", f"http://127.0.0.1:{port}", command, tmp_path / "twin.log")
    await server.until_answering("/twin/health")
    server.check()
    await server.stop()
    await server.stop()
    assert server.process.returncode == 0
    with pytest.raises(ServerEnded, match="status 0"):
        server.check()


def test_a_child_ends_when_its_leash_is_let_go() -> None:
    command = [sys.executable, "-m", "tests.local.leash", "tests.twin.dataverse", "--port", str(free_ports(1)[0])]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE) as child:
        assert child.stdin
        child.stdin.close()
        assert child.wait(20) in (0, -15)
