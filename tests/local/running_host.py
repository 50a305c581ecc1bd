"""A host in the test's own process, over the emulator, with functions declared in the test."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import azure.functions as func
import httpx

from tests.local.functions import index
from tests.local.host import Host, Options
from tests.local.keys import Keys
from tests.local.settings import AppSettings, HostJson

KEY = "host-key"


@asynccontextmanager
async def hosted(
    app: func.FunctionApp,
    settings: Mapping[str, str] | None = None,
    *,
    queues: Mapping[str, Any] | None = None,
    keys: Keys | None = None,
) -> AsyncIterator[httpx.AsyncClient]:
    """Run the app's functions for the length of a block, and give a client for them."""
    options = Options("", Path(), 0, grace=5, queue_hold=600, timer_lease=15, keys=None, quiet=True)
    host_json = HostJson.model_validate(
        {"extensions": {"queues": {"maxPollingInterval": "00:00:00.05", **(queues or {})}}}
    )
    host = Host(index(app), host_json, AppSettings(settings or {}), keys or Keys(host=(KEY,)), options)
    stopping, url = asyncio.Event(), asyncio.get_running_loop().create_future()
    running = asyncio.create_task(host.run(stopping, url.set_result))
    await asyncio.wait([running, url], return_when=asyncio.FIRST_COMPLETED)
    if running.done():
        running.result()
    try:
        async with httpx.AsyncClient(base_url=url.result(), timeout=10) as client:
            yield client
    finally:
        stopping.set()
        await running
