"""Rules by which a twin misbehaves, without the twin's own code knowing.

A rule says which requests it meets (method, part of the path), how often (the next `times`, or a seeded `share` of
them) and what happens: a delay, an error status, a throttle with `Retry-After`, a cut connection. With `after` the
request does its work first and only the answer is lost: the caller cannot know, as after a reset on the real network.

Control surface (no part of the platform): `POST /twin/faults` with one rule or a list, `GET` lists them with how often
each struck, `DELETE` clears them all.
"""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from tests.twin.clock import Clock
from tests.twin.http import ConnectionCut, Request, Response, json_response

Answer = Callable[[Request], Awaitable[Response]]


class Fault(BaseModel):
    """One rule. Without a status, a throttle or a reset it only delays."""

    model_config = ConfigDict(extra="forbid")

    method: str = Field(default="", description="GET, POST, …; empty meets all")
    path: str = Field(default="", description="part of the path; empty meets all")
    times: int | None = Field(default=None, ge=1, description="strike that often, then no more")
    share: float = Field(default=1.0, gt=0, le=1, description="strike that share of the requests met")
    delay: float = Field(default=0.0, ge=0, description="seconds of the twin's clock to wait first")
    status: int | None = Field(default=None, ge=200, le=599)
    body: Any = Field(default=None, description="JSON of the error; None takes the platform's own envelope")
    retry_after: float | None = Field(default=None, ge=0, description="429 with this Retry-After, in seconds")
    reset: bool = Field(default=False, description="cut the connection instead of answering")
    after: bool = Field(default=False, description="do the work first, then lose the answer")
    struck: int = 0

    def meets(self, request: Request) -> bool:
        """Tell whether the rule looks at this request at all."""
        if self.times is not None and self.struck >= self.times:
            return False
        return self.path in request.path and self.method.upper() in ("", request.method)

    @property
    def spoils(self) -> bool:
        """Tell whether the caller gets no proper answer."""
        return self.reset or self.status is not None or self.retry_after is not None


_RULES: TypeAdapter[list[Fault]] = TypeAdapter(list[Fault])


class Faults:
    """The rules in force. `envelope(status)` gives the platform's error body for a status."""

    def __init__(self, clock: Clock, seed: int, envelope: Callable[[int], Any]) -> None:
        self._clock = clock
        self._random = random.Random(f"faults-{seed}")
        self._envelope = envelope
        self.rules: list[Fault] = []

    def add(self, **rule: Any) -> Fault:
        """Put one rule in force; the fields are those of `Fault`."""
        fault = Fault(**rule)
        self.rules.append(fault)
        return fault

    def clear(self) -> None:
        """Drop all rules."""
        self.rules.clear()

    async def around(self, request: Request, answer: Answer) -> Response:
        """Answer the request through the rules; raises ConnectionCut."""
        fault = self._strike(request)
        if fault is None:
            return await answer(request)
        if fault.delay:
            await self._clock.sleep(fault.delay)
        if not fault.spoils:
            return await answer(request)
        if fault.after:
            await answer(request)
        return self._spoiled(fault)

    def control(self, request: Request) -> Response:
        """Answer `/twin/faults`."""
        if request.method == "DELETE":
            self.clear()
        elif request.method == "POST":
            try:
                asked = request.json()
                self.rules += _RULES.validate_python(asked if isinstance(asked, list) else [asked])
            except (ValidationError, ValueError) as error:
                return json_response({"error": str(error)}, 400)
        return json_response([rule.model_dump() for rule in self.rules])

    def _strike(self, request: Request) -> Fault | None:
        if not self.rules:
            return None
        for rule in self.rules:
            if rule.meets(request) and (rule.share == 1.0 or self._random.random() < rule.share):
                rule.struck += 1
                return rule
        return None

    def _spoiled(self, fault: Fault) -> Response:
        if fault.reset:
            raise ConnectionCut("The connection was reset.")
        status = fault.status or 429
        headers = {} if fault.retry_after is None else {"Retry-After": f"{fault.retry_after:g}"}
        return json_response(self._envelope(status) if fault.body is None else fault.body, status, headers)
