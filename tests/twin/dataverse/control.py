"""`/twin/…`: how tests and demos steer the twin. No part of the platform.

| address | does |
|---|---|
| `POST /twin/reset` | back to the first rows; registrations go too |
| `POST /twin/clock` `{"advance": s}` | moves time on; GET tells it |
| `GET /twin/counters` | requests by method and table, statuses, writes, deliveries |
| `/twin/faults` | see `tests.twin.faults` |
| `/twin/webhooks`, `/twin/webhooks/flush` | see `tests.twin.events` |
| GET, `POST /twin/settings` | see `tests.twin.dataverse.settings` |
| `POST /twin/jobs` | runs the system jobs that wait (approval, confirmation of what came from Finance) |
| `POST /twin/limits` | service protection limits |
| `POST /twin/expire-delta` | makes all delta tokens too old |
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tests.twin.dataverse.limits import Limits
from tests.twin.dataverse.settings import Settings
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
        case "faults":
            return twin.faults.control(request)
        case "webhooks":
            return await twin.events.control(request)
        case "jobs" if request.method == "POST":
            return json_response(await twin.run_system_jobs())
        case name if name in _TELLS:
            return json_response(_TELLS[name](twin, request))
        case name if name in _DOES and request.method == "POST":
            return json_response(_DOES[name](twin, request))
    return json_response({"error": f"No such control: {request.method} {request.path}"}, 404)


def _health(_: DataverseTwin, __: Request) -> Any:
    return {"ok": True}


def _counters(twin: DataverseTwin, _: Request) -> Any:
    counters = twin.counters
    told = {"requests": counters.requests, "statuses": counters.statuses, "writes": counters.writes}
    return {**told, "webhooks": twin.events.report()}


def _clock(twin: DataverseTwin, request: Request) -> Any:
    if request.method == "POST":
        twin.clock.advance(Advance.model_validate_json(request.body).advance)
    return {"now": canonical_time(twin.clock.now())}


def _settings(twin: DataverseTwin, request: Request) -> Any:
    if request.method == "POST":
        wanted = Settings.model_validate_json(request.body)
        for name in wanted.model_fields_set:
            setattr(twin.settings, name, getattr(wanted, name))
    return twin.settings.model_dump()


def _limits(twin: DataverseTwin, request: Request) -> Any:
    twin.protection.limits = Limits.model_validate_json(request.body or b"{}")
    return twin.protection.limits.model_dump()


def _expire_delta(twin: DataverseTwin, _: Request) -> Any:
    twin.changes.expire()
    return {"expired": True}


def _reset(twin: DataverseTwin, _: Request) -> Any:
    twin.reset()
    return {"reset": True}


_Answers = dict[str, Callable[["DataverseTwin", Request], Any]]
_TELLS: _Answers = {
    "health": _health,
    "counters": _counters,
    "clock": _clock,
    "settings": _settings,
    "limits": _limits,
}
_DOES: _Answers = {
    "expire-delta": _expire_delta,
    "reset": _reset,
}
