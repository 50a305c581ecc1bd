"""A bare client of the twin, for tests and demos: requests as anybody would write them, no cleverness."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import simplejson

from tests.twin.dataverse.address import ROOT
from tests.twin.http import Request, Response, Twin, parse_query

DOMAIN = "contoso.crm4.dynamics.com"


class Api:
    """Asks a twin in the same process. `user` is the full name of the systemuser who asks."""

    def __init__(self, twin: Twin, user: str | None = None) -> None:
        self.twin = twin
        self.headers = {"host": DOMAIN, **({"x-twin-user": user} if user else {})}

    async def ask(
        self, method: str, address: str, body: Any = None, headers: Mapping[str, str] | None = None
    ) -> Response:
        """Send one request; an address without a slash in front, or a full link, is of the Web API."""
        address = address.removeprefix(f"https://{DOMAIN}")
        path, _, query = (address if address.startswith("/") else f"{ROOT}{address}").partition("?")
        content = b"" if body is None else simplejson.dumps(body, use_decimal=True).encode()
        sent = {**self.headers, **({} if body is None else {"content-type": "application/json"}), **(headers or {})}
        return await self.twin.respond(Request(method, path, parse_query(query), sent, content, "https"))

    async def get(self, address: str, **headers: str) -> Response:
        """GET; keyword arguments are headers, with `_` for `-`."""
        return await self.ask("GET", address, None, _named(headers))

    async def post(self, address: str, body: Any, **headers: str) -> Response:
        return await self.ask("POST", address, body, _named(headers))

    async def patch(self, address: str, body: Any, **headers: str) -> Response:
        return await self.ask("PATCH", address, body, _named(headers))

    async def delete(self, address: str, **headers: str) -> Response:
        return await self.ask("DELETE", address, None, _named(headers))

    async def create(self, set_name: str, body: Mapping[str, Any]) -> str:
        """Create a row and return its id; raises ValueError with the twin's words if that is refused."""
        answer = await self.post(set_name, body)
        if answer.status != 204:
            raise ValueError(answer.body.decode())
        return answer.headers["OData-EntityId"].rpartition("(")[2].rstrip(")")

    async def act(self, action: str, table: str, *row_ids: str) -> Response:
        """Ask for an action on rows of a table."""
        return await self.post(action, {"Targets": named_rows(table, *row_ids)})

    async def rows(self, address: str, **headers: str) -> list[dict[str, Any]]:
        """GET a collection and return its first page."""
        answer = await self.get(address, **headers)
        if answer.status != 200:
            raise ValueError(answer.body.decode())
        found: list[dict[str, Any]] = answer.json()["value"]
        return found


def named_rows(table: str, *row_ids: str) -> list[dict[str, str]]:
    """Name rows as the parameters of actions do."""
    return [{"@odata.type": f"Microsoft.Dynamics.CRM.{table}", f"{table}id": row_id} for row_id in row_ids]


def _named(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}
