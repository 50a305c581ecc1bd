"""Business events: an envelope and the few fields of a contract, in one flat object, never the row.

`ControlNumber` rises with gaps over all events; the standard product has no business event for these rows, so the two
declared here stand for events that a customer adds in X++.
"""

from __future__ import annotations

import random
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tests.twin.finance.rows import Row
from tests.twin.odata import milliseconds

_EMPTY_TIME = datetime(1900, 1, 1, tzinfo=UTC)
_LOWEST = -(2**63)


@dataclass(frozen=True, slots=True)
class BusinessEvent:
    """One entry of the catalogue: which collection's writes raise it, and the fields of its contract."""

    name: str
    collection: str
    fields: tuple[str, ...]


CATALOGUE = {
    each.name: each
    for each in (
        BusinessEvent("ProjProjectChangedBusinessEvent", "ProjectsV2", ("ProjectId", "ProjectStage")),
        BusinessEvent("CustCustomerChangedBusinessEvent", "CustomersV3", ("CustomerAccount", "CustomerGroupId")),
    )
}


class ControlNumbers:
    """Numbers that rise, with gaps."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(f"control-numbers-{seed}")
        self._last = 5_637_611_000

    def draw(self) -> int:
        """Return the next number."""
        self._last += self._random.randint(1, 9)
        return self._last


def business_event(
    event: BusinessEvent, row: Row, *, at: datetime, user: str, number: int, event_id: str
) -> dict[str, Any]:
    """Return the body of a business event."""
    contract = {name: row.values[name] for name in event.fields}
    return _envelope(event.name, str(row.values["dataAreaId"]).upper(), at, number, event_id) | {
        "ContextRecordSubject": "",
        "InitiatingUserAADObjectId": f"{{{user.upper()}}}",
        "ParentContextRecordSubjects": [],
        **contract,
    }


def check_of_endpoint(company: str, name: str) -> dict[str, Any]:
    """Return the test event that the creation of an endpoint sends."""
    event_id = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{company}/{name}")).upper()
    return _envelope("BusinessEventsTestEndpointContract", company.upper(), _EMPTY_TIME, _LOWEST, event_id)


def _envelope(name: str, company: str, at: datetime, number: int, event_id: str) -> dict[str, Any]:
    whole = at.replace(microsecond=0)
    fraction = f".{at.microsecond:06d}0" if at.microsecond else ""
    return {
        "BusinessEventId": name,
        "BusinessEventLegalEntity": company,
        "ControlNumber": number,
        "EventId": event_id,
        "EventTime": f"/Date({milliseconds(whole)})/",
        "EventTimeIso8601": f"{whole:%Y-%m-%dT%H:%M:%S}{fraction}Z",
        "MajorVersion": 0,
        "MinorVersion": 0,
    }
