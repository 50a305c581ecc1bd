"""A transport that remembers what the app asked of one side, before the side answers."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

import httpx


@dataclass(frozen=True, slots=True)
class Asked:
    """One request of the app; `body` is its JSON, None if it had none or something else."""

    method: str
    path: str
    query: str
    body: Any
    headers: httpx.Headers

    @property
    def is_write(self) -> bool:
        return self.method != "GET"


class Recorder(httpx.AsyncBaseTransport):
    """Stands between the app's client and a twin."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner
        self.requests: list[Asked] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        content = await request.aread()
        body = json.loads(content) if content and "json" in request.headers.get("content-type", "") else None
        asked = Asked(request.method, unquote(request.url.path), request.url.query.decode(), body, request.headers)
        self.requests.append(asked)
        return await self._inner.handle_async_request(request)

    @property
    def writes(self) -> list[Asked]:
        """The requests that wrote, or tried to."""
        return [asked for asked in self.requests if asked.is_write]

    def forget(self) -> None:
        """Begin the log anew."""
        self.requests.clear()
