"""Events of Finance, parsed at the edge: data events, business events, and the test event of a new endpoint.

A data event travels through Dataverse as a RemoteExecutionContext: names carry `mserp_`, PrimaryEntityId is the zero
GUID, and the useful id is `Target.Id`, whose last eight bytes are the record id (decoded on a public capture:
little-endian). A deletion may carry nothing else. A business event is one flat object whose contract fields name the
row, if its author put them there. Source: Microsoft Learn, "Data events" and "Business events developer
documentation"; the GUID's layout is seen, not promised.
"""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

import simplejson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shared.errors import Refused, Rejected
from shared.mapping import keys
from shared.mapping.model import COMPANY, TableMap
from shared.store.message import Correlation, Hint, KeyText
from shared.sync import times
from shared.sync.dataverse_events import Pair, reasons
from shared.sync.pairing import BY_REC_ID

#: The event that Finance sends once, when an endpoint is made, and that must be answered with success.
TEST_EVENT = "BusinessEventsTestEndpointContract"

_HINTS = {"OnExternalCreated": Hint.UPSERT, "OnExternalUpdated": Hint.UPSERT, "OnExternalDeleted": Hint.DELETE}


class Event(BaseModel):
    """What an event says: which row, what is said to have happened, and its chain."""

    model_config = ConfigDict(frozen=True)

    key: KeyText
    hint: Hint
    correlation: Correlation


class Target(BaseModel):
    """The row of a data event, as far as it is there."""

    id: UUID = Field(alias="Id")
    attributes: list[Pair] = Field(default=[], alias="Attributes")


class DataEvent(BaseModel):
    """The members of a data event that we read."""

    model_config = ConfigDict(extra="ignore")

    message: Literal["OnExternalCreated", "OnExternalUpdated", "OnExternalDeleted"] = Field(alias="MessageName")
    table: str = Field(alias="PrimaryEntityName")
    organization: UUID = Field(alias="OrganizationId")
    correlation: UUID = Field(alias="CorrelationId")
    parameters: list[Pair] = Field(default=[], alias="InputParameters")


class BusinessEvent(BaseModel):
    """The envelope of a business event; its contract's own fields stand beside these."""

    model_config = ConfigDict(extra="allow")

    name: str = Field(alias="BusinessEventId", max_length=200)
    company: str = Field(alias="BusinessEventLegalEntity", max_length=10)
    event_id: str = Field(alias="EventId", max_length=64)


def parse(body: bytes, table_map: TableMap, organization: str) -> Event | None:
    """Read an event; None is the endpoint's test event. Rejected: malformed, or not of this entity; Refused: another organisation."""
    try:
        content = simplejson.loads(body)
    except (ValueError, RecursionError):
        raise Rejected("This is no Finance event: the body is not JSON.") from None
    if not isinstance(content, dict):
        raise Rejected("This is no Finance event: the body is not a JSON object.")
    try:
        if "BusinessEventId" in content:
            return _business_event(BusinessEvent.model_validate(content), table_map)
        return _data_event(DataEvent.model_validate(content), table_map, organization)
    except ValidationError as error:
        raise Rejected("This is no Finance event.", reason=reasons(error)) from None


def _data_event(event: DataEvent, table_map: TableMap, organization: str) -> Event:
    if str(event.organization) != organization:
        raise Refused(
            "This event comes from another organisation.",
            remedy="Activate the event in the environment that is linked with DATAVERSE_ORGANIZATION_ID.",
        )
    expected = f"mserp_{table_map.finance.entity.lower()}"
    if event.table != expected:
        raise Rejected(f"This endpoint takes events of {expected}, not of another entity.")
    target = Target.model_validate(next((pair.value for pair in event.parameters if pair.key == "Target"), None))
    fields = {pair.key.removeprefix("mserp_"): times.plain(pair.value) for pair in target.attributes}
    key = _key_of(table_map, fields)
    number = int.from_bytes(target.id.bytes[8:], "little")
    return Event(key=key or f"{BY_REC_ID}{number}", hint=_HINTS[event.message], correlation=str(event.correlation))


def _business_event(event: BusinessEvent, table_map: TableMap) -> Event | None:
    if event.name == TEST_EVENT:
        return None
    fields: dict[str, Any] = {name.lower(): value for name, value in (event.model_extra or {}).items()}
    key = _key_of(table_map, {COMPANY.lower(): event.company, **fields})
    if key is None:
        raise Rejected(
            f"Business event {event.name} does not carry the key of {table_map.finance.collection}.",
            remedy=f"Its contract needs {', '.join(table_map.finance.key)}; or use the data event of the entity.",
        )
    return Event(key=key, hint=Hint.UPSERT, correlation=event.event_id)


def _key_of(table_map: TableMap, fields: dict[str, Any]) -> str | None:
    """Give the key text, if every part of the identity is among the fields (names in lower case) and can be one."""
    parts = [fields.get(column.lower()) for column in table_map.finance.identity]
    if not all(_can_be_key(part) for part in parts):
        return None
    try:
        row = keys.parse(table_map, keys.join(map(str, parts)))
    except Rejected:
        return None
    key = keys.of_row(table_map, row)
    return None if key.startswith(BY_REC_ID) else key


def _can_be_key(part: Any) -> bool:
    return isinstance(part, str | int) and not isinstance(part, bool) and bool(str(part).strip())
