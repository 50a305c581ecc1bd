"""Data events: a row was created, updated or deleted, told as a RemoteExecutionContext.

Shapes follow a capture of a live environment (10.0.48) and the parameter list of the OnExternal… actions; whether the
Target of an update is the whole row or the changed columns is stated both ways by the documents and is a setting.
"""

from __future__ import annotations

import struct
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from tests.twin.finance.rows import Change, Row
from tests.twin.finance.schema import NO_DATE, NO_TIME, Column, Entity, Kind, Value
from tests.twin.odata import milliseconds

_CONTRACTS = "http://schemas.microsoft.com/xrm/2011/Contracts"
_NOBODY = str(uuid.UUID(int=0))
_PRIMARY_FIELD_SIZE = 255
_FIRST_OPTION = 200_000_000


@dataclass(frozen=True, slots=True)
class Origin:
    """What an event says besides the row: when, by whom, in which organization, and ids of its own."""

    at: datetime
    user: str
    organization: str
    operation: str
    correlation: str
    step: str


def message_name(change: Change) -> str:
    """Return the message of a change."""
    if change.before is None:
        return "OnExternalCreated"
    return "OnExternalDeleted" if change.after is None else "OnExternalUpdated"


def virtual_id(entity: Entity, rec_id: int) -> str:
    """Return the GUID of a row's virtual table: entity number, then the RecId as little-endian int64."""
    return str(uuid.UUID(bytes=struct.pack(">I4x", entity.number) + struct.pack("<q", rec_id)))


def data_event(change: Change, origin: Origin, *, whole_target: bool) -> dict[str, Any]:
    """Return the body of a data event."""
    return {
        "BusinessUnitId": _NOBODY,
        "CorrelationId": origin.correlation,
        "Depth": 1,
        "InitiatingUserAgent": "",
        "InitiatingUserAzureActiveDirectoryObjectId": origin.user,
        "InitiatingUserId": str(uuid.uuid5(uuid.NAMESPACE_OID, origin.user)),
        "InputParameters": [*_parameters(change, whole_target=whole_target)],
        "IsExecutingOffline": False,
        "IsInTransaction": False,
        "IsOfflinePlayback": False,
        "IsolationMode": 1,
        "MessageName": message_name(change),
        "Mode": 1,
        "OperationCreatedOn": f"/Date({milliseconds(origin.at)}+0000)/",
        "OperationId": origin.operation,
        "OrganizationId": origin.organization,
        "OrganizationName": f"unq{origin.organization.replace('-', '')[:29]}",
        "OutputParameters": [],
        "OwningExtension": {
            "Id": origin.step,
            "KeyAttributes": [],
            "LogicalName": "sdkmessageprocessingstep",
            "Name": None,
            "RowVersion": None,
        },
        "ParentContext": None,
        "PostEntityImages": [],
        "PreEntityImages": [],
        "PrimaryEntityId": _NOBODY,
        "PrimaryEntityName": change.entity.logical_name,
        "RequestId": None,
        "SecondaryEntityName": "none",
        "SharedVariables": [],
        "Stage": 40,
        "UserAzureActiveDirectoryObjectId": _NOBODY,
        "UserId": str(uuid.uuid5(uuid.NAMESPACE_OID, origin.user)),
    }


def _parameters(change: Change, *, whole_target: bool) -> Iterator[dict[str, Any]]:
    entity, before, after = change.entity, change.before, change.after
    if after is None:
        assert before is not None
        # The documented minimum: the id, and nothing that would tell which row it was.
        yield {"key": "Target", "value": _reference(entity, before)}
        return
    if before is None:
        yield {"key": "Target", "value": _row(entity, after, after.values)}
        return
    changed = {name for name, value in after.values.items() if value != before.values[name]}
    shown = changed | set(entity.key)
    target = after.values if whole_target else {name: after.values[name] for name in after.values if name in shown}
    yield {"key": "Target", "value": _row(entity, after, target)}
    pre = {name: value for name, value in before.values.items() if name in changed}
    yield {"key": "PreImage", "value": _row(entity, after, pre)}
    yield {"key": "ChangedFields", "value": [_logical(name) for name in before.values if name in changed]}


def _row(entity: Entity, row: Row, values: Mapping[str, Value]) -> dict[str, Any]:
    attributes = [*_attributes(entity, values)]
    if all(name in values for name in entity.key):
        primary = "|".join(str(values[name]) for name in entity.key)[:_PRIMARY_FIELD_SIZE]
        attributes.append({"key": "mserp_primaryfield", "value": primary})
    return {
        "__type": f"Entity:{_CONTRACTS}",
        "Attributes": attributes,
        "EntityState": None,
        "FormattedValues": [],
        "Id": virtual_id(entity, row.rec_id),
        "KeyAttributes": [],
        "LogicalName": entity.logical_name,
        "RelatedEntities": [],
        "RowVersion": None,
    }


def _reference(entity: Entity, row: Row) -> dict[str, Any]:
    return {
        "__type": f"EntityReference:{_CONTRACTS}",
        "Id": virtual_id(entity, row.rec_id),
        "KeyAttributes": [],
        "LogicalName": entity.logical_name,
        "Name": None,
        "RowVersion": None,
    }


def _attributes(entity: Entity, values: Mapping[str, Value]) -> Iterator[dict[str, Any]]:
    for name, value in values.items():
        if value in (NO_DATE, NO_TIME):
            continue  # an unset date is left out, it is not null
        yield {"key": _logical(name), "value": _encoded(entity.columns[name], value)}


def _logical(name: str) -> str:
    return f"mserp_{name.lower()}"


def _encoded(column: Column, value: Value) -> Any:
    if column.enum is not None:
        number = _FIRST_OPTION + column.enum.members[str(value)]
        return {"__type": f"OptionSetValue:{_CONTRACTS}", "Value": number}
    if column.kind in (Kind.DATE, Kind.TIME):
        return f"/Date({milliseconds(datetime.fromisoformat(str(value)))})/"
    return value if not isinstance(value, Decimal) or value % 1 else int(value)
