r"""The body and the headers of a webhook: a RemoteExecutionContext in DataContract JSON.

Source: Microsoft Learn, "Use webhooks to create external handlers" and "Understand the execution context", public
captures where those are silent. Slashes are written as `\/`, times as `/Date(ms)/` in UTC. `Target` holds the columns
of the request and the platform's own; images leave null columns out. A body over 256 KB loses its four big members, and
the header `x-ms-dynamics-msg-size-exceeded` says so. The encoding of date-only columns is unconfirmed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import simplejson

from tests.twin.dataverse.operation import NO_ID, Operation, Run
from tests.twin.dataverse.schema import Column, Table
from tests.twin.dataverse.steps import Image, Step
from tests.twin.dataverse.tables.registration import ASYNC, POST_OPERATION, SYNC
from tests.twin.dataverse.values import Reference, Row
from tests.twin.events import Post
from tests.twin.odata import milliseconds, utc

CUT_ABOVE = 256 * 1024
_CUT = ("ParentContext", "InputParameters", "PreEntityImages", "PostEntityImages")
_CONTRACTS = "http://schemas.microsoft.com/xrm/2011/Contracts"
_MAIN_OPERATION = 30
_ENCODER = simplejson.JSONEncoder(use_decimal=True, ensure_ascii=False, separators=(",", ":"))
_SYSTEM_COLUMNS = ("createdon", "createdby", "modifiedon", "modifiedby", "modifiedonbehalfby", "versionnumber")


@dataclass(frozen=True, slots=True)
class Organization:
    """The environment as its events name it."""

    id: str
    unique_name: str
    domain: str
    business_unit_id: str
    system_user_id: str


def webhook(organization: Organization, run: Run, operation: Operation, step: Step, operation_id: str) -> Post:
    """Make the post of one step for one operation."""
    headers = {
        "Content-Type": "application/json",
        "x-ms-dynamics-organization": organization.domain,
        "x-ms-dynamics-entity-name": operation.table.name,
        "x-ms-dynamics-request-name": operation.message,
        "x-ms-correlation-request-id": run.correlation_id,
        **dict(step.headers),
    }
    context = _context(organization, run, operation, step, operation_id)
    body = _encode(context)
    if len(body) > CUT_ABOVE:
        headers["x-ms-dynamics-msg-size-exceeded"] = "True"
        body = _encode({name: value for name, value in context.items() if name not in _CUT})
    return Post(step.url, headers, body)


def _encode(context: Mapping[str, Any]) -> bytes:
    # A slash occurs within strings only, and there `\/` is the same: what the platform's serializer writes.
    return _ENCODER.encode(context).replace("/", "\\/").encode()


def _context(
    organization: Organization, run: Run, operation: Operation, step: Step, operation_id: str
) -> dict[str, Any]:
    own = [] if run.tag is None or operation.depth > 1 else [{"key": "tag", "value": run.tag}]
    main = _stage(organization, run, operation, step, operation_id, stage=_MAIN_OPERATION)
    main["InputParameters"] = _input(operation, operation.sent)
    main["SharedVariables"] = [*own, {"key": "ChangedEntityTypes", "value": [_changed_type(operation)]}]
    if operation.parent is not None:
        above = _stage(organization, run, operation.parent, step, operation_id, stage=_MAIN_OPERATION)
        above["InputParameters"] = _input(operation.parent, operation.parent.sent)
        above["SharedVariables"] = [] if run.tag is None else [{"key": "tag", "value": run.tag}]
        main["ParentContext"] = above
    context = _stage(organization, run, operation, step, operation_id, stage=POST_OPERATION)
    context["InputParameters"] = _input(operation, operation.target)
    context["OwningExtension"] = {**_reference(Reference("sdkmessageprocessingstep", step.id)), "Name": step.name}
    context["SharedVariables"] = own
    context["ParentContext"] = main
    context["PreEntityImages"] = list(_images(operation, step.images, operation.before, pre=True))
    context["PostEntityImages"] = [
        *_images(operation, step.images, operation.after, pre=False),
        *_primary_name_image(operation, step),
    ]
    if operation.message == "Create":
        context["OutputParameters"] = [{"key": "id", "value": operation.row_id}]
    return context


def _stage(
    organization: Organization, run: Run, operation: Operation, step: Step, operation_id: str, *, stage: int
) -> dict[str, Any]:
    nested = operation.depth > 1
    return {
        "BusinessUnitId": organization.business_unit_id,
        "CorrelationId": run.correlation_id,
        "Depth": operation.depth,
        "InitiatingUserAgent": run.caller.agent,
        "InitiatingUserAzureActiveDirectoryObjectId": run.caller.object_id,
        "InitiatingUserId": run.caller.user_id,
        "InputParameters": [],
        "IsExecutingOffline": False,
        "IsInTransaction": step.mode == SYNC,
        "IsOfflinePlayback": False,
        "IsolationMode": 1,
        "MessageName": operation.message,
        "Mode": step.mode,
        "OperationCreatedOn": _moment(run.now, offset=True),
        "OperationId": operation_id,
        "OrganizationId": organization.id,
        "OrganizationName": organization.unique_name,
        "OutputParameters": [],
        "OwningExtension": _reference(Reference("sdkmessageprocessingstep", step.id)),
        "ParentContext": None,
        "PostEntityImages": [],
        "PreEntityImages": [],
        "PrimaryEntityId": operation.row_id,
        "PrimaryEntityName": operation.table.name,
        # Null for system jobs in the documented sample; in captures of synchronous steps it equals OperationId.
        "RequestId": None if step.mode == ASYNC else operation_id,
        "SecondaryEntityName": "none",
        "SharedVariables": [],
        "Stage": stage,
        "UserAzureActiveDirectoryObjectId": NO_ID if nested else run.caller.object_id,
        "UserId": organization.system_user_id if nested else run.caller.user_id,
    }


def _input(operation: Operation, columns: Row) -> list[dict[str, Any]]:
    if operation.message not in ("Create", "Update", "Delete"):
        return []  # the parameters of actions are not told here
    if operation.message == "Delete":
        target = {
            "__type": f"EntityReference:{_CONTRACTS}",
            **_reference(Reference(operation.table.name, operation.row_id)),
        }
    else:
        named = {**columns, operation.table.primary_id: operation.row_id}
        named.pop("versionnumber", None)
        target = {"__type": f"Entity:{_CONTRACTS}", **_entity(operation, _attributes(operation.table, named))}
    return [{"key": "Target", "value": target}]


def _images(operation: Operation, images: Iterable[Image], row: Row | None, *, pre: bool) -> Iterable[dict[str, Any]]:
    if row is None:
        return
    for image in images:
        if image.is_pre if pre else image.is_post:
            yield {"key": image.alias, "value": _entity(operation, _image(operation.table, row, image.attributes))}


def _image(table: Table, row: Row, attributes: frozenset[str]) -> list[dict[str, Any]]:
    """Copy the registered columns of a row; null ones are left out, the primary key is always there."""
    wanted = {table.primary_id, *(attributes or row)}
    return _attributes(table, {name: value for name, value in row.items() if name in wanted and value is not None})


def _primary_name_image(operation: Operation, step: Step) -> Iterable[dict[str, Any]]:
    """Asynchronous steps get the primary name, whatever was registered."""
    if step.mode != ASYNC or operation.after is None:
        return
    row = _image(operation.table, operation.after, frozenset({operation.table.primary_name}))
    yield {"key": "AsynchronousStepPrimaryName", "value": _entity(operation, row)}


def _entity(operation: Operation, attributes: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "Attributes": attributes,
        "EntityState": None,
        "FormattedValues": [],
        "Id": operation.row_id,
        "KeyAttributes": [],
        "LogicalName": operation.table.name,
        "RelatedEntities": [],
        "RowVersion": None,
    }


def _attributes(table: Table, columns: Row) -> list[dict[str, Any]]:
    visible = ((table.columns[name], value) for name, value in columns.items())
    return [{"key": column.name, "value": _value(column, value)} for column, value in visible if not column.write_only]


def _value(column: Column, value: Any) -> Any:
    if value is None:
        return None
    match column.type:
        case "choice" | "state" | "status":
            return {"__type": f"OptionSetValue:{_CONTRACTS}", "Value": value}
        case "money":
            return {"__type": f"Money:{_CONTRACTS}", "Value": _plain(value)}
        case "lookup" | "owner":
            return {"__type": f"EntityReference:{_CONTRACTS}", **_reference(value)}
        case "datetime":
            return _moment(utc(value))
        case "date":
            return _moment(utc(f"{value}T00:00:00Z"))
        case "decimal" | "double":
            return _plain(value)
    return value


def _plain(value: Decimal) -> Decimal | int:
    """Write a number without trailing zeros, as events do."""
    return int(value) if value == value.to_integral_value() else value.normalize()


def _reference(reference: Reference) -> dict[str, Any]:
    return {
        "Id": reference.id,
        "KeyAttributes": [],
        "LogicalName": reference.table,
        "Name": None,
        "RowVersion": None,
    }


def _changed_type(operation: Operation) -> dict[str, str]:
    kind = "KeyValuePairOfstringstring:#System.Collections.Generic"
    return {"__type": kind, "key": operation.table.name, "value": operation.message}


def _moment(moment: datetime, *, offset: bool = False) -> str:
    return f"/Date({milliseconds(moment)}{'+0000' if offset else ''})/"
