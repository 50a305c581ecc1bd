"""What the twins know of HTTP: a request, a response, and three ways to bring them together.

A twin answers `respond(Request) -> Response` and knows neither sockets nor httpx. `TwinTransport` hands it the requests
of an httpx client in the same process; `application` and `serve` put it behind a real port of the loopback interface.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Protocol
from urllib.parse import unquote

import httpx
import simplejson
import uvicorn
from starlette.requests import Request as AsgiRequest
from starlette.responses import Response as AsgiResponse
from starlette.routing import Mount, Router
from starlette.types import ASGIApp, Receive, Scope, Send

Query = list[tuple[str, str]]

# Made once: building an encoder costs more than most bodies do.
_ENCODER = simplejson.JSONEncoder(use_decimal=True, separators=(",", ":"))
_DECODER = simplejson.JSONDecoder(parse_float=Decimal)


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request: path and query percent-decoded, header names in lower case.

    A `+` in the query stays a plus: strict OData services do not read it as a space.
    """

    method: str
    path: str
    query: Query = field(default_factory=list)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    scheme: str = "http"

    @property
    def origin(self) -> str:
        """Scheme and host as the caller wrote them: what the links in an answer begin with."""
        return f"{self.scheme}://{self.headers.get('host', '127.0.0.1')}"

    def option(self, name: str) -> str | None:
        """Return the first query option of that name."""
        return next((value for key, value in self.query if key == name), None)

    def json(self) -> Any:
        """Parse the body, fractions as Decimal; raises ValueError."""
        return _DECODER.decode(self.body.decode())


@dataclass(frozen=True, slots=True)
class Response:
    """One HTTP response, complete."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def json(self) -> Any:
        """Parse the body, fractions as Decimal."""
        return _DECODER.decode(self.body.decode())


def json_response(payload: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Make a JSON response; a Decimal keeps its digits."""
    body = _ENCODER.encode(payload).encode()
    return Response(status, {"Content-Type": "application/json; odata.metadata=minimal", **(headers or {})}, body)


class ConnectionCut(Exception):
    """Raised by a twin to leave a request without an answer, as a reset connection does."""


class Twin(Protocol):
    """Anything that can be asked over HTTP."""

    async def respond(self, request: Request) -> Response:
        """Answer one request; raises ConnectionCut for no answer at all."""
        ...


def parse_query(text: str) -> Query:
    """Split and decode a query string; a `+` stays a plus."""
    pairs = (part.partition("=") for part in text.split("&") if part)
    return [(unquote(name), unquote(value)) for name, _, value in pairs]


class TwinTransport(httpx.AsyncBaseTransport):
    """An httpx transport that asks a twin in the same process, without a socket."""

    def __init__(self, twin: Twin) -> None:
        self._twin = twin

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Hand the request to the twin; a cut connection becomes httpx.ReadError."""
        asked = Request(
            request.method,
            unquote(request.url.raw_path.split(b"?")[0].decode("ascii")),
            parse_query(request.url.query.decode("ascii")),
            {name.lower(): value for name, value in request.headers.items()},
            await request.aread(),
            request.url.scheme,
        )
        try:
            answer = await self._twin.respond(asked)
        except ConnectionCut as cut:
            raise httpx.ReadError(str(cut), request=request) from cut
        return httpx.Response(answer.status, headers=dict(answer.headers), content=answer.body, request=request)


class _Adapter:
    """An ASGI application that asks the twin; `GET /twin/health` is answered here."""

    def __init__(self, twin: Twin) -> None:
        self._twin = twin

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        arrived = AsgiRequest(scope, receive)
        path = unquote(scope["raw_path"].decode("ascii"))
        if path == "/twin/health":
            await AsgiResponse(b'{"ok":true}', media_type="application/json")(scope, receive, send)
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        query = parse_query(scope["query_string"].decode("ascii"))
        asked = Request(scope["method"], path, query, headers, await arrived.body(), scope["scheme"])
        try:
            answer = await self._twin.respond(asked)
        except ConnectionCut:
            await _cut(receive, send)
            return
        await AsgiResponse(answer.body, answer.status, answer.headers)(scope, receive, send)


async def _cut(receive: Receive, send: Send) -> None:
    """Abort the connection. ASGI has no word for it, so this reaches for the transport behind uvicorn's `send`."""
    cycle: Any = getattr(send, "__self__", None)
    if cycle is None:
        raise ConnectionCut("This server offers no way to cut a connection.")
    cycle.transport.abort()
    while (await receive())["type"] != "http.disconnect":
        pass


Lifespan = Callable[[], AbstractAsyncContextManager[None]]


def application(twin: Twin, lifespan: Lifespan | None = None) -> ASGIApp:
    """Make the ASGI application of a twin; `lifespan` surrounds its serving (background work, saving of state)."""

    @contextlib.asynccontextmanager
    async def surround(_: object) -> AsyncIterator[None]:
        async with lifespan() if lifespan else contextlib.nullcontext():
            yield

    return Router([Mount("/", app=_Adapter(twin))], lifespan=surround)


def serve(twin: Twin, port: int, lifespan: Lifespan | None = None) -> None:
    """Serve a twin on 127.0.0.1 until SIGTERM or SIGINT; open connections get one second to finish."""
    config = uvicorn.Config(
        application(twin, lifespan),
        host="127.0.0.1",
        port=port,
        log_level="warning",
        access_log=False,
        server_header=False,
        date_header=False,  # the twin sends the Date of its own clock
        timeout_graceful_shutdown=1,
        timeout_keep_alive=120,
    )
    uvicorn.Server(config).run()
