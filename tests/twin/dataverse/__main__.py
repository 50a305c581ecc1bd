"""`python -m tests.twin.dataverse --port 7101`: the twin as an HTTP server on the loopback interface."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from httpx_aiohttp import HttpxAiohttpClient

from tests.twin.clock import Clock
from tests.twin.dataverse.state import load, save
from tests.twin.dataverse.twin import DOMAIN, ORGANIZATION_ID, DataverseTwin
from tests.twin.events import http_sender
from tests.twin.http import serve

SAVE_EVERY = 10.0  # seconds
_PATIENCE = 120.0  # seconds: longer than any policy of delivery, which decides


def main() -> None:
    """Read the options and serve until SIGTERM."""
    options = _options()
    twin = DataverseTwin(
        seed=options.seed,
        clock=Clock.real(),
        organization_id=options.organization_id,
        domain=options.domain,
        base_currency=options.base_currency or None,
        bearer=options.bearer,
    )
    if options.state and options.state.exists():
        load(twin, options.state)

    @contextlib.asynccontextmanager
    async def lifespan() -> AsyncIterator[None]:
        async with HttpxAiohttpClient(timeout=_PATIENCE, trust_env=False) as client, _saving(twin, options.state):
            twin.events.send = http_sender(client)
            async with twin.running():
                yield

    serve(twin, options.port, lifespan)


@contextlib.asynccontextmanager
async def _saving(twin: DataverseTwin, path: Path | None) -> AsyncIterator[None]:
    """Save the state now and then, and at the end."""
    if path is None:
        yield
        return
    keeper = asyncio.create_task(_save_repeatedly(twin, path))
    try:
        yield
    finally:
        keeper.cancel()
        save(twin, path)


async def _save_repeatedly(twin: DataverseTwin, path: Path) -> None:
    while True:
        await asyncio.sleep(SAVE_EVERY)
        save(twin, path)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.twin.dataverse", description=__doc__)
    parser.add_argument("--port", type=int, default=7101)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--state", type=Path, help="JSON file to go on from and to save to")
    parser.add_argument("--organization-id", default=ORGANIZATION_ID)
    parser.add_argument("--domain", default=DOMAIN, help="the environment's domain, as webhooks name it")
    parser.add_argument("--base-currency", default="USD", help="ISO code; empty for none")
    parser.add_argument("--bearer", help="the token that every request to the API must carry")
    return parser.parse_args()


if __name__ == "__main__":
    main()
