"""A server in a test: an httpx transport that keeps what it was asked and answers from a list."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import httpx
import simplejson

Reply = httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]

DATE = {"Date": "Mon, 14 Sep 2026 08:00:00 GMT"}


class Server(httpx.AsyncBaseTransport):
    """Answers each request with the next reply, and the last one for ever after."""

    def __init__(self, *replies: Reply) -> None:
        self.replies: list[Reply] = list(replies)
        self.requests: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        # A copy: whoever sends a request again, with another token, changes the very same object.
        self.requests.append(
            httpx.Request(request.method, request.url, headers=request.headers, content=request.content)
        )
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        if isinstance(reply, Exception):
            raise reply
        answer = reply if isinstance(reply, httpx.Response) else reply(request)
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)

    @property
    def addresses(self) -> list[str]:
        return [f"{request.method} {request.url}" for request in self.requests]

    def body(self, index: int = -1) -> Any:
        return simplejson.loads(self.requests[index].content, use_decimal=True)


def json_reply(payload: Any, status: int = 200, headers: dict[str, str] | None = None) -> httpx.Response:
    return httpx.Response(
        status,
        headers={**DATE, "Content-Type": "application/json", **(headers or {})},
        content=simplejson.dumps(payload),
    )


def dataverse_error(
    status: int, code: str, message: str = "No.", headers: dict[str, str] | None = None
) -> httpx.Response:
    return json_reply({"error": {"code": code, "message": message}}, status, headers)


def finance_error(status: int, infolog: str, *, thrown: str = "AxODataWriteException") -> httpx.Response:
    inner = {
        "message": infolog,
        "type": f"Microsoft.Dynamics.Platform.Integration.Services.OData.{thrown}",
        "stacktrace": "   at Microsoft.Dynamics.Platform.Integration.Services.OData.Update.UpdateProcessor.Save()",
    }
    return json_reply({"error": {"code": "", "message": "An error has occurred.", "innererror": inner}}, status)


def definition(table: str, set_name: str, lookups: Iterable[tuple[str, str, str]] = (), *, tracked: bool = True) -> Any:
    """An entity definition with (column, target table, navigation property) for each relationship."""
    return {
        "@odata.context": "https://org.example.com/api/data/v9.2/$metadata#EntityDefinitions/$entity",
        "LogicalName": table,
        "EntitySetName": set_name,
        "PrimaryIdAttribute": f"{table}id",
        "ChangeTrackingEnabled": tracked,
        "ManyToOneRelationships": [
            {
                "ReferencingAttribute": column,
                "ReferencedEntity": target,
                "ReferencingEntityNavigationPropertyName": navigation,
            }
            for column, target, navigation in lookups
        ],
    }
