"""The twin behind a real port: started, asked, cut off, stopped, started again."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@contextlib.asynccontextmanager
async def served(*options: str) -> AsyncIterator[httpx.AsyncClient]:
    """Run the twin as a process; it must end by itself soon after SIGTERM."""
    port = free_port()
    command = [sys.executable, "-m", "tests.twin.dataverse", "--port", str(port), *options]
    process = await asyncio.create_subprocess_exec(*command)
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
            await healthy(client)
            yield client
    finally:
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(5):
            await process.wait()


async def healthy(client: httpx.AsyncClient) -> None:
    async with asyncio.timeout(20):
        while True:
            with contextlib.suppress(httpx.TransportError):
                if (await client.get("/twin/health")).is_success:
                    return
            await asyncio.sleep(0.05)


async def test_rows_survive_a_stop_and_connections_can_be_cut(tmp_path: Path) -> None:
    state = ("--state", str(tmp_path / "state.json"))
    async with served(*state) as client:
        created = await client.post("/api/data/v9.2/accounts", json={"name": "A"})
        assert created.status_code == 204
        assert created.headers["OData-EntityId"].startswith(str(client.base_url))
        await client.post("/twin/faults", json={"path": "accounts", "reset": True, "times": 1})
        with pytest.raises(httpx.TransportError):
            await client.get("/api/data/v9.2/accounts")
    async with served(*state) as client:
        rows = (await client.get("/api/data/v9.2/accounts?$select=name")).json()["value"]
    assert [row["name"] for row in rows] == ["A"]


async def test_the_log_tells_when_each_write_was_done_and_can_begin_anew() -> None:
    async with served() as client:
        await client.post("/api/data/v9.2/accounts", json={"name": "A"})
        await client.get("/api/data/v9.2/accounts")
        await client.post("/api/data/v9.2/accounts", json={"no such column": 1})
        writes = (await client.get("/twin/log")).json()
        assert [(write["method"], write["path"]) for write in writes] == [("POST", "/api/data/v9.2/accounts")]
        assert writes[0]["at"] <= time.monotonic()
        assert (await client.delete("/twin/log")).json() == []
