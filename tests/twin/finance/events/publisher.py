"""Endpoints, activations, and what becomes of an event on its way.

A data event leaves Finance for Dataverse, which posts it as a webhook: one repeat, on 502, 503 and 504 only, then it is
lost. A business event to an HTTPS endpoint is posted by Finance itself: three retries a second apart, ten seconds of
patience, then it waits in the error list until somebody resends it (documented defaults of the parameters).
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import simplejson

from tests.twin.clock import Clock
from tests.twin.events import Deliveries, Policy, Post
from tests.twin.finance.events.business import CATALOGUE, ControlNumbers, business_event, check_of_endpoint
from tests.twin.finance.events.data import Origin, data_event, message_name
from tests.twin.finance.rows import Change, Row
from tests.twin.finance.schema import Entity
from tests.twin.finance.settings import Settings

THROUGH_DATAVERSE = Policy(repeats=1, statuses=frozenset({502, 503, 504}), timeout=60.0)
DIRECTLY = Policy(repeats=3, statuses=None, pause=1.0, timeout=10.0)
ONCE = Policy(repeats=0, timeout=10.0)
_ENDPOINTS_PER_EVENT = 10
_SERVICE_USER = str(uuid.uuid5(uuid.NAMESPACE_OID, "finance service user"))


class ActivationRefused(ValueError):
    """An endpoint or an activation that Finance would not take."""


@dataclass(frozen=True, slots=True)
class Activation:
    """An event of the catalogue, switched on: data event of a collection or business event by name, for companies."""

    kind: str  # "data" or "business"
    name: str  # collection, or BusinessEventId
    endpoint: str
    companies: frozenset[str]  # empty: all
    step: str

    def covers(self, entity: Entity, row: Row) -> bool:
        """Tell whether it is active in the company of this row."""
        return not self.companies or not entity.per_company or row.values["dataAreaId"] in self.companies


@dataclass(slots=True)
class Failed:
    """One entry of the error list."""

    event: str
    endpoint: str
    post: Post
    status: int | None
    at: str


@dataclass(slots=True)
class Publisher:
    """Turns committed changes into events and hands them to delivery."""

    entities: Mapping[str, Entity]
    settings: Settings
    clock: Clock
    deliveries: Deliveries
    organization: str
    seed: int
    endpoints: dict[str, str] = field(default_factory=dict)
    activations: list[Activation] = field(default_factory=list)
    errors: list[Failed] = field(default_factory=list)
    _random: random.Random = field(init=False)
    _numbers: ControlNumbers = field(init=False)

    def __post_init__(self) -> None:
        self._random = random.Random(f"publisher-{self.seed}")
        self._numbers = ControlNumbers(self.seed)

    async def add_endpoint(self, name: str, url: str) -> None:
        """Create an endpoint: it must take the test event. Raises ActivationRefused."""
        # The platform wants https; a twin talks to loopback addresses, whatever their port.
        test = _post(url, check_of_endpoint(self.settings.default_company, name), {})
        status = await self.deliveries.send_now(test, ONCE)
        if not _taken(status):
            raise ActivationRefused(f"The endpoint '{name}' did not take the test event: {status or 'no answer'}.")
        self.endpoints[name] = url

    def activate(self, kind: str, name: str, endpoint: str, companies: Sequence[str] = ()) -> Activation:
        """Switch an event on; raises ActivationRefused."""
        raising = {n for n, e in self.entities.items() if e.in_odata}
        known = raising if kind == "data" else CATALOGUE.keys()
        if name not in known:
            raise ActivationRefused(f"There is no {kind} event '{name}'.")
        if endpoint not in self.endpoints:
            raise ActivationRefused(f"There is no endpoint '{endpoint}'.")
        if sum((each.kind, each.name) == (kind, name) for each in self.activations) >= _ENDPOINTS_PER_EVENT:
            raise ActivationRefused(f"An event has at most {_ENDPOINTS_PER_EVENT} endpoints.")
        lowered = frozenset(company.lower() for company in companies)
        activation = Activation(kind, name, endpoint, lowered, self._new_id())
        self.activations.append(activation)
        return activation

    def committed(self, changes: Sequence[Change], user: str) -> None:
        """Tell what a transaction did."""
        if not self.activations:
            return
        who = str(uuid.uuid5(uuid.NAMESPACE_OID, user)) if user else _SERVICE_USER
        correlation = self._new_id()
        for change in changes:
            for activation in () if change.silent else self._active(change):
                if activation.kind == "data":
                    self._tell_data(change, activation, who, correlation)
                elif change.after is not None:
                    self._tell_business(change.after, activation, who)

    def resend(self) -> int:
        """Send everything of the error list again."""
        failed, self.errors = self.errors, []
        for each in failed:
            self._send_directly(each.event, each.endpoint, each.post)
        return len(failed)

    def _active(self, change: Change) -> Iterator[Activation]:
        row = change.after or change.before
        assert row is not None
        for each in self.activations:
            collection = each.name if each.kind == "data" else CATALOGUE[each.name].collection
            if collection == change.entity.collection and each.covers(change.entity, row):
                yield each

    def _tell_data(self, change: Change, activation: Activation, user: str, correlation: str) -> None:
        now = self.clock.now()
        origin = Origin(now, user, self.organization, self._new_id(), correlation, activation.step)
        body = data_event(change, origin, whole_target=self.settings.event_target == "full")
        headers = {
            "x-ms-dynamics-organization": "twin.crm4.dynamics.com",
            "x-ms-dynamics-entity-name": change.entity.logical_name,
            "x-ms-dynamics-request-name": message_name(change),
            "x-ms-correlation-request-id": correlation,
        }
        self.deliveries.put(_post(self.endpoints[activation.endpoint], body, headers), policy=THROUGH_DATAVERSE)

    def _tell_business(self, row: Row, activation: Activation, user: str) -> None:
        body = business_event(
            CATALOGUE[activation.name],
            row,
            at=self.clock.now(),
            user=user,
            number=self._numbers.draw(),
            event_id=self._new_id().upper(),
        )
        post = _post(self.endpoints[activation.endpoint], body, {})
        self._send_directly(activation.name, activation.endpoint, post)

    def _send_directly(self, event: str, endpoint: str, post: Post) -> None:
        def ended(post: Post, status: int | None) -> None:
            if not _taken(status):
                self.errors.append(Failed(event, endpoint, post, status, self.clock.now().isoformat()))

        self.deliveries.put(post, ended=ended, policy=DIRECTLY)

    def _new_id(self) -> str:
        return str(uuid.UUID(int=self._random.getrandbits(128), version=4))


def _taken(status: int | None) -> bool:
    return status is not None and 200 <= status < 300


def _post(url: str, body: dict[str, Any], headers: dict[str, str]) -> Post:
    if urlsplit(url).scheme not in ("http", "https"):
        raise ActivationRefused(f"Not an address: {url}")
    content = simplejson.dumps(body, use_decimal=True, separators=(",", ":")).encode()
    return Post(url, {"Content-Type": "application/json; charset=utf-8", **headers}, content)
