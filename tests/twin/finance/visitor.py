"""A plain OData client in the twin's own process, for tests: no retries, no errors of its own, just answers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tests.twin.clock import Clock
from tests.twin.events import Send
from tests.twin.finance.twin import FinanceTwin
from tests.twin.http import Request, Response


class Visitor:
    """Asks a twin. Looks across companies unless `across` is False."""

    def __init__(self, *, seed: int = 1, send: Send | None = None, demo: bool = True) -> None:
        self.twin = FinanceTwin(seed=seed, clock=Clock.virtual(), send=send)
        if demo:
            self.twin.seed_demo()

    async def ask(
        self,
        method: str,
        path: str,
        options: Mapping[str, str] | None = None,
        *,
        sent: Any = None,
        headers: Mapping[str, str] | None = None,
        across: bool = True,
    ) -> Response:
        """Ask for a path below `/data`; `options` are query options without their dollar."""
        query = [(f"${name}", value) for name, value in (options or {}).items()]
        if across:
            query.append(("cross-company", "true"))
        where = path if path.startswith("/") else f"/data/{path}"
        body = b"" if sent is None else json.dumps(sent).encode()
        lowered = {"host": "twin.operations.dynamics.com"} | {k.lower(): v for k, v in (headers or {}).items()}
        return await self.twin.respond(Request(method, where, query, lowered, body, "https"))

    async def create(self, collection: str, **columns: Any) -> dict[str, Any]:
        """Create a row that must be taken; return it."""
        answer = await self.ask("POST", collection, sent=columns)
        assert answer.status == 201, answer.body.decode()
        return dict(answer.json())

    async def change(self, path: str, **columns: Any) -> None:
        """Change a row; the change must be taken."""
        answer = await self.ask("PATCH", path, sent=columns)
        assert answer.status == 204, answer.body.decode()

    async def row(self, path: str) -> dict[str, Any]:
        """Read a row that must be there."""
        answer = await self.ask("GET", path)
        assert answer.status == 200, answer.body.decode()
        return dict(answer.json())

    async def rows(self, collection: str, **options: str) -> list[dict[str, Any]]:
        """Read one page."""
        answer = await self.ask("GET", collection, options)
        assert answer.status == 200, answer.body.decode()
        return list(answer.json()["value"])

    async def refusal(self, method: str, path: str, **asked: Any) -> tuple[int, str]:
        """Ask for what must be refused; return status and the useful text."""
        answer = await self.ask(method, path, **asked)
        assert answer.status >= 400, answer.body.decode()
        error = answer.json()["error"]
        return answer.status, error["innererror"]["message"]

    async def control(self, path: str, sent: Any = None, method: str = "") -> Any:
        """Use the control surface."""
        answer = await self.ask(method or ("GET" if sent is None else "POST"), f"/twin/{path}", sent=sent, across=False)
        assert answer.status == 200, answer.body.decode()
        return answer.json()


def address(collection: str, **key: str | int) -> str:
    """Write a key address, not percent-encoded."""
    doubled = {name: value.replace("'", "''") if isinstance(value, str) else value for name, value in key.items()}
    parts = (f"{name}='{value}'" if isinstance(value, str) else f"{name}={value}" for name, value in doubled.items())
    return f"{collection}({','.join(parts)})"
