"""The connections to the two sides.

Rule: every request has a time limit for each thing it can wait for, connections are reused, and nothing is remembered
between requests: no cookies, no redirects. Dataverse hands out an affinity cookie that ties a client to one web server;
without it the load spreads over all of them (Microsoft Learn: Service protection API limits).

httpx speaks over aiohttp here, because httpx's own pool slows down sharply above about eight requests at a time.
"""

from __future__ import annotations

from http.cookiejar import CookieJar, DefaultCookiePolicy

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

USER_AGENT = "project-operations-sync"

#: Seconds: to connect, to wait for the next bytes, to send, to wait for a free connection.
TIMEOUT = httpx.Timeout(connect=5.0, read=30.0, write=30.0, pool=30.0)

#: Seconds an idle connection is kept; Azure's front ends close it after some minutes.
KEEP_ALIVE = 60.0


class Transport(AiohttpTransport):
    """aiohttp under httpx, without cookies, and with every error of aiohttp as one of httpx."""

    def get_client(self) -> aiohttp.ClientSession:
        """Open the session; called by the base class at the first request, when a loop is running."""
        connector = aiohttp.TCPConnector(
            limit=self.limits.max_connections or 0,
            keepalive_timeout=self.limits.keepalive_expiry,
            ssl=self.ssl_context,
        )
        return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request."""
        try:
            return await super().handle_async_request(request)
        except aiohttp.ClientError as error:
            # The base class translates most errors, but not, for example, an answer that is no HTTP.
            raise httpx.RemoteProtocolError(str(error), request=request) from error


def open_http(
    auth: httpx.Auth, *, connections: int = 64, transport: httpx.AsyncBaseTransport | None = None
) -> httpx.AsyncClient:
    """Build the HTTP client of one side; the caller closes it. `transport` is the seam for tests."""
    limits = httpx.Limits(
        max_connections=connections, max_keepalive_connections=connections, keepalive_expiry=KEEP_ALIVE
    )
    return httpx.AsyncClient(
        auth=auth,
        transport=transport or Transport(limits=limits),
        timeout=TIMEOUT,
        headers={"User-Agent": USER_AGENT},
        cookies=CookieJar(policy=DefaultCookiePolicy(allowed_domains=[])),
        follow_redirects=False,
        trust_env=False,
    )
