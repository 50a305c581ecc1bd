"""`/twin/…`: how tests and demos steer the twin. No part of the platform.

| address | does |
|---|---|
| `POST /twin/reset` | back to the first rows; registrations go too |
| `POST /twin/clock` `{"advance": s}` | moves time on; GET tells it |
| `GET /twin/counters` | requests by method and table, statuses, writes, deliveries |
| `/twin/faults` | see `tests.twin.faults` |
| `/twin/webhooks`, `/twin/webhooks/flush` | see `tests.twin.events` |
| `POST /twin/limits` | service protection limits |
| `POST /twin/expire-delta` | makes all delta tokens too old |
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tests.twin.dataverse.limits import Limits
from tests.twin.http import Request, Response, json_response
from tests.twin.odata import canonical_time

if TYPE_CHECKING:
    from tests.twin.dataverse.twin import DataverseTwin


class Advance(BaseModel):
    """How far to move the clock, in seconds."""

    model_config = ConfigDict(extra="forbid")

    advance: float = Field(ge=0)


class Counters:
    """What was asked and answered."""

    def __init__(self) -> None:
        self.requests: Counter[str] = Counter()
        self.statuses: Counter[str] = Counter()
        self.writes: Counter[str] = Counter()

    def clear(self) -> None:
        for counter in (self.requests, self.statuses, self.writes):
            counter.clear()

    def count(self, request: Request, table: str, response: Response) -> None:
        """Count one request of the Web API."""
        self.requests[f"{request.method} {table}"] += 1
        self.statuses[str(response.status)] += 1
        if request.method != "GET" and response.status < 300:
            self.writes[table] += 1


async def control(twin: DataverseTwin, request: Request) -> Response:
    """Answer one request of the control surface."""
    try:
        return await _answer(twin, request)
    except ValidationError as error:
        return json_response({"error": str(error)}, 400)


async def _answer(twin: DataverseTwin, request: Request) -> Response:
    match request.path.removeprefix("/twin/").split("/")[0]:
        case "health":
            return json_response({"ok": True})
        case "faults":
            return twin.faults.control(request)
        case "webhooks":
            return await twin.events.control(request)
        case "counters":
            counters = twin.counters
            told = {"requests": counters.requests, "statuses": counters.statuses, "writes": counters.writes}
            return json_response({**told, "webhooks": twin.events.report()})
        case "clock":
            if request.method == "POST":
                twin.clock.advance(Advance.model_validate_json(request.body).advance)
            return json_response({"now": canonical_time(twin.clock.now())})
        case "limits":
            twin.protection.limits = Limits.model_validate_json(request.body or b"{}")
            return json_response(twin.protection.limits.model_dump())
        case "expire-delta" if request.method == "POST":
            twin.changes.expire()
            return json_response({"expired": True})
        case "reset" if request.method == "POST":
            twin.reset()
            return json_response({"reset": True})
    return json_response({"error": f"No such control: {request.method} {request.path}"}, 404)
