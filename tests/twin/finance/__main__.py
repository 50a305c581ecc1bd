"""`python -m tests.twin.finance --port 7102`: the Finance twin over HTTP, on the loopback interface."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from typing import Annotated

import httpx
import typer

from tests.twin.clock import Clock
from tests.twin.events import Post, http_sender
from tests.twin.finance import FinanceTwin
from tests.twin.http import serve

_PATIENCE = 120.0  # longer than any policy of delivery, which decides


class _Webhooks:
    """Posts with an HTTP client that lives as long as the server."""

    def __init__(self) -> None:
        self.client: httpx.AsyncClient | None = None

    async def __call__(self, post: Post) -> int:
        assert self.client is not None, "posts are only sent while the server runs"
        return await http_sender(self.client)(post)


def main(
    port: Annotated[int, typer.Option()] = 7102,
    seed: Annotated[int, typer.Option()] = 1,
    organization_id: Annotated[str, typer.Option(help="of the Dataverse environment that is linked")] = "",
    demo_data: Annotated[bool, typer.Option("--demo-data", help="begin with the demo's master data")] = False,
) -> None:
    """Serve the Finance twin until SIGTERM."""
    webhooks = _Webhooks()
    twin = FinanceTwin(seed=seed, clock=Clock.real(), send=webhooks, organization_id=organization_id)
    if demo_data:
        twin.seed_demo()

    @contextlib.asynccontextmanager
    async def lifespan() -> AsyncIterator[None]:
        async with httpx.AsyncClient(timeout=_PATIENCE) as client, twin.deliveries.running():
            webhooks.client = client
            yield

    serve(twin, port, lifespan)


if __name__ == "__main__":
    typer.run(main)
