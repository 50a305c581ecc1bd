"""HTTP functions behind aiohttp, with the answers of the Functions host.

None is 204, text is 200 text/plain, an exception is 500 with an empty body, no route (or no such method on it) is 404,
a wrong key is 401, a body above 100 MB is 413. Header names reach the function in lower case; repeated query parameters
and headers are joined by commas. `/admin/host/status` and `/admin/host/ping` say that the host runs; they ask for no
key, as under Core Tools, for the server listens on loopback only. `/admin/functions/<name>` is in admin.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

import azure.functions as func
from aiohttp import web
from azure.functions.http import HttpResponseConverter
from multidict import CIMultiDict

from tests.local.admin import ManualRuns
from tests.local.functions import Function
from tests.local.invocations import Invocations
from tests.local.keys import Keys
from tests.local.routes import Routes

BODY_LIMIT = 104_857_600


class HttpFunctions:
    """The HTTP side of the host, given all functions of the app: `application` is what aiohttp serves."""

    def __init__(self, functions: Iterable[Function], prefix: str, keys: Keys, invocations: Invocations) -> None:
        functions = list(functions)
        self._routes = Routes((each for each in functions if each.kind == "httpTrigger"), prefix)
        self._keys = keys
        self._invocations = invocations
        self._by_hand = ManualRuns(functions, keys, invocations)
        self._started = time.monotonic()
        self.application = web.Application(client_max_size=BODY_LIMIT)
        self.application.router.add_get("/admin/host/ping", self._status)
        self.application.router.add_get("/admin/host/status", self._status)
        self.application.router.add_post("/admin/functions/{name}", self._by_hand.answer)
        self.application.router.add_route("*", "/{path:.*}", self._answer)

    async def finish(self) -> None:
        """Wait for what was started by hand."""
        await self._by_hand.finish()

    async def _answer(self, request: web.Request) -> web.Response:
        found = self._routes.find(request.method, request.rel_url.raw_path)
        if found is None:
            return web.Response(status=404)
        function, parameters = found
        given = request.query.get("code") or request.headers.get("x-functions-key") or ""
        level = getattr(function.trigger["authLevel"], "value", function.trigger["authLevel"])
        if not self._keys.open(function.name, level, given):
            return web.Response(status=401)
        asked = await _request(request, parameters)
        try:
            returned = await self._invocations.call(
                function, asked, about=request.method, trace_parent=request.headers.get("traceparent", "")
            )
            return _response(returned)
        except Exception:  # noqa: BLE001 # whatever a function raises; the invocation has logged it
            return web.Response(status=500)

    async def _status(self, _: web.Request) -> web.Response:
        uptime = int((time.monotonic() - self._started) * 1000)
        return web.json_response({"id": "local", "state": "Running", "version": "4.0.0", "processUptime": uptime})


async def _request(request: web.Request, parameters: dict[str, str]) -> func.HttpRequest:
    return func.HttpRequest(
        request.method,
        str(request.url),
        headers=_joined(request.headers.items()),
        params=_joined(request.query.items(), lower=False),
        route_params=parameters,
        body=await request.read(),
    )


def _joined(pairs: Iterable[tuple[str, str]], *, lower: bool = True) -> dict[str, str]:
    joined: dict[str, str] = {}
    for name, text in pairs:
        key = name.lower() if lower else name
        joined[key] = f"{joined[key]},{text}" if key in joined else text
    return joined


def _response(returned: Any) -> web.Response:
    """What the host sends for what a function returned; raises NotImplementedError for anything it cannot send."""
    if returned is None:
        return web.Response(status=204)
    if isinstance(returned, str):
        return web.Response(text=returned)
    sent = HttpResponseConverter.encode(returned, expected_type=None).value
    headers = CIMultiDict((name, datum.value) for name, datum in sent["headers"].items())
    for cookie in sent["cookies"] or ():
        headers.extend(("Set-Cookie", morsel.OutputString()) for morsel in cookie.values())
    return web.Response(status=int(sent["status_code"].value), headers=headers, body=sent["body"].value)
