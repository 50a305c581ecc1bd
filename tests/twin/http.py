"""What the twins know of HTTP: a request, a response, and three ways to bring them together.

A twin answers `respond(Request) -> Response` and knows neither sockets nor httpx. `TwinTransport` hands it the requests
of an httpx client in the same process; `listening` and `serve` put it behind a real port of the loopback interface.

The server is aiohttp's, which the app's storage clients bring along: it parses in C and is several times as fast as a
server in pure Python, so that a benchmark measures the app and not the twin.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Protocol
from urllib.parse import unquote

import httpx
import simplejson
from aiohttp import web

Query = list[tuple[str, str]]

_LARGEST_BODY = 128 * 1024 * 1024
_LONGEST_LOG = 100_000
_WRITES = frozenset({"POST", "PUT", "PATCH", "DELETE"})

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


class WriteLog:
    """When each write was done, for measuring: `GET /twin/log` lists them, `DELETE` begins anew.

    `at` is in seconds of the machine's monotonic clock, which all of its processes share.
    """

    def __init__(self) -> None:
        self._writes: deque[dict[str, Any]] = deque(maxlen=_LONGEST_LOG)

    def note(self, request: Request, response: Response) -> None:
        """Write down a request that changed something."""
        if request.method in _WRITES and response.status < 300 and not request.path.startswith("/twin/"):
            self._writes.append({"at": time.monotonic(), "method": request.method, "path": request.path})

    async def control(self, request: web.Request) -> web.Response:
        """Answer `/twin/log`."""
        if request.method == "DELETE":
            self._writes.clear()
        return web.json_response(list(self._writes))


@contextlib.asynccontextmanager
async def listening(twin: Twin, port: int) -> AsyncIterator[None]:
    """Answer on 127.0.0.1 while inside; `GET /twin/health` tells that it does. Open requests get a second to end."""
    log = WriteLog()

    async def answer(request: web.Request) -> web.Response:
        asked = await _read(request)
        try:
            response = await twin.respond(asked)
        except ConnectionCut:
            if request.transport is not None:
                request.transport.abort()
            return web.Response()
        log.note(asked, response)
        return web.Response(status=response.status, headers=dict(response.headers), body=response.body)

    application = web.Application(client_max_size=_LARGEST_BODY)
    application.router.add_get("/twin/health", _health)
    application.router.add_route("*", "/twin/log", log.control)
    application.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
        yield
    finally:
        await runner.cleanup()


async def _health(_: web.Request) -> web.Response:
    return web.json_response({"ok": True})


async def _read(request: web.Request) -> Request:
    path, _, query = request.raw_path.partition("?")
    headers = {name.lower(): value for name, value in request.headers.items()}
    return Request(request.method, unquote(path), parse_query(query), headers, await request.read(), request.scheme)


Lifespan = Callable[[], AbstractAsyncContextManager[None]]


def serve(twin: Twin, port: int, lifespan: Lifespan | None = None) -> None:
    """Serve a twin on 127.0.0.1 until SIGTERM or SIGINT.

    `lifespan` surrounds the serving (background work, saving of state); it is left after the last answer.
    """
    asyncio.run(_serve(twin, port, lifespan))


async def _serve(twin: Twin, port: int, lifespan: Lifespan | None) -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    async with lifespan() if lifespan else contextlib.nullcontext(), listening(twin, port):
        await stopped.wait()
