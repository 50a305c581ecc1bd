"""One request to an OData service and what becomes of it: an answer, or one of the app's errors.

Rule: every request of both sides goes through `Service.send`. There it waits for its turn, there a network failure
becomes `Transient`, and there a refusal is sorted; nobody else looks at a status. And only the one service is ever
called: a link that leads anywhere else is not followed, whoever sent it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

import httpx
import simplejson

from shared.clients.refusals import Dialect, refusal
from shared.clients.retry_after import http_date
from shared.clients.rows import Found
from shared.clients.throttle import Throttle
from shared.errors import Misconfigured, Throttled, Transient

READING: Mapping[str, str] = {"Accept": "application/json", "OData-Version": "4.0", "OData-MaxVersion": "4.0"}
WRITING: Mapping[str, str] = {**READING, "Content-Type": "application/json; charset=utf-8"}

_JSON = simplejson.JSONDecoder(parse_float=Decimal)


class Service:
    """The OData endpoint of one side: its root address, its pace and its dialect."""

    def __init__(self, http: httpx.AsyncClient, root: str, throttle: Throttle, dialect: Dialect) -> None:
        """Take the root with its trailing slash, such as `https://host/data/`."""
        self._http = http
        self._url = httpx.URL(root)
        self.root = str(self._url)
        self._throttle = throttle
        self._dialect = dialect

    async def send(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> httpx.Response:
        """Send one request to an address under the root.

        Returns the answer only if it is a success; raises what the refusal amounts to otherwise (`refusals`),
        `Throttled` without sending anything while a pause lasts, and `Transient` if the network failed.
        """
        request = self._http.build_request(method, url, headers=headers, content=body)
        async with self._throttle:
            try:
                response = await self._http.send(request)
            except httpx.RequestError as error:
                raise self._unreachable(error) from error
        if response.is_success:
            self._throttle.succeeded()
            return response
        refused = refusal(response, self._dialect)
        if isinstance(refused, Throttled):
            self._throttle.pause(refused.retry_after)
        raise refused

    async def get(self, url: str, headers: Mapping[str, str] = READING) -> dict[str, Any]:
        """Read a JSON object."""
        return self.decode(await self.send("GET", url, headers))

    def decode(self, response: httpx.Response) -> dict[str, Any]:
        """Read a success's body; numbers with fractions become `Decimal`. A page instead of JSON is `Transient`."""
        try:
            body = _JSON.decode(response.content.decode())
        except ValueError as error:
            raise Transient(f"{self._dialect.side} answered {response.status_code} without JSON.") from error
        if not isinstance(body, dict):
            raise Transient(f"{self._dialect.side} answered {response.status_code} with something else than an object.")
        return body

    def link(self, link: str) -> str:
        """Let a link of the server's (next page, delta) pass if it stays within this service; `Misconfigured` else."""
        try:
            url = httpx.URL(link)
        except httpx.InvalidURL:
            url = httpx.URL()
        here = self._url
        same_origin = (url.scheme, url.host, url.port) == (here.scheme, here.host, here.port)
        if not same_origin or url.userinfo or not url.path.startswith(here.path):
            raise Misconfigured(
                f"{self._dialect.side}: a link leads to {url.host or 'nowhere'} instead of {here.host}.",
                remedy="If the environment's address was changed, discard the stored link: start with a full read.",
            )
        return link

    def next_link(self, answer: Mapping[str, Any]) -> str | None:
        """Read the address of the next page, to be followed unchanged; None after the last."""
        link = answer.get("@odata.nextLink")
        return self.link(link) if link else None

    def server_time(self, response: httpx.Response) -> datetime:
        """Read when the server answered, by its own clock (UTC). No watermark may be set without it: `Transient`."""
        moment = http_date(response.headers.get("date", ""))
        if moment is None:
            raise Transient(f"{self._dialect.side} answered without saying what time it is.")
        return moment

    def _unreachable(self, error: httpx.RequestError) -> Transient:
        return Transient(
            f"{self._dialect.side} ({self._url.host}) could not be reached.", reason=f"{type(error).__name__}: {error}"
        )


def rows_of(answer: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Take the rows out of a list's answer; one without any list is `Transient`."""
    rows = answer.get("value")
    if not isinstance(rows, list):
        raise Transient("An answer that should list rows holds no list.")
    return rows


def found(row: dict[str, Any]) -> Found:
    """Part a row from its version."""
    row.pop("@odata.context", None)
    return Found(row, row.pop("@odata.etag", ""))
