"""Webhook bodies in the documented shapes, with values of our own.

Sources: Microsoft Learn, "Understand the execution context", "Data events", "Business events developer documentation";
members that the documents leave out are as public captures show them.
"""

from __future__ import annotations

import json
import struct
import uuid
from typing import Any

_XRM = "http://schemas.microsoft.com/xrm/2011/Contracts"
NOBODY = "00000000-0000-0000-0000-000000000000"
USER = "7c1f2d7e-30c4-5a5c-9d8e-0b1f5a3e9c11"
#: What Dataverse leaves out of a body over 256 KB.
CUT = ("ParentContext", "InputParameters", "PreEntityImages", "PostEntityImages")

CREATED = "/Date(1789374665000)/"


def option(value: int) -> dict[str, Any]:
    """A choice, state or status."""
    return {"__type": f"OptionSetValue:{_XRM}", "Value": value}


def money(value: float) -> dict[str, Any]:
    """An amount."""
    return {"__type": f"Money:{_XRM}", "Value": value}


def reference(table: str, row_id: str) -> dict[str, Any]:
    """A lookup."""
    common: dict[str, Any] = {"Id": row_id, "KeyAttributes": [], "LogicalName": table, "Name": None, "RowVersion": None}
    return {"__type": f"EntityReference:{_XRM}", **common}


def entity(table: str, row_id: str, attributes: dict[str, Any], *, typed: bool = True) -> dict[str, Any]:
    """A row; those of images come without their type."""
    pairs = [{"key": name, "value": value} for name, value in attributes.items()]
    return {
        **({"__type": f"Entity:{_XRM}"} if typed else {}),
        "Attributes": pairs,
        "EntityState": None,
        "FormattedValues": [],
        "Id": row_id,
        "KeyAttributes": [],
        "LogicalName": table,
        "RelatedEntities": [],
        "RowVersion": None,
    }


def context(
    message: str,
    table: str,
    row_id: str,
    organization: str,
    *,
    target: Any = None,
    post: dict[str, Any] | None = None,
    pre: dict[str, Any] | None = None,
    **more: Any,
) -> dict[str, Any]:
    """A RemoteExecutionContext of an asynchronous post-operation step; `more` replaces members or adds some."""
    images = {"post": post, "pre": pre}
    named = {
        alias: [{"key": alias, "value": entity(table, row_id, shown, typed=False)}]
        for alias, shown in images.items()
        if shown is not None
    }
    return {
        "BusinessUnitId": "9b0d0d2e-5d5e-5f6b-8a3c-6d1f7a2b4c55",
        "CorrelationId": "3b7e6a10-8f0b-5f4e-9d5c-2a6b7c8d9e01",
        "Depth": 1,
        "InitiatingUserAgent": "",
        "InitiatingUserAzureActiveDirectoryObjectId": "5a4b3c2d-1e0f-5a9b-8c7d-6e5f4a3b2c1d",
        "InitiatingUserId": USER,
        "InputParameters": [{"key": "Target", "value": target}],
        "IsExecutingOffline": False,
        "IsInTransaction": False,
        "IsOfflinePlayback": False,
        "IsolationMode": 1,
        "MessageName": message,
        "Mode": 1,
        "OperationCreatedOn": "/Date(1789374665412+0000)/",
        "OperationId": "0d9c8b7a-6f5e-5d4c-9b3a-2f1e0d9c8b7a",
        "OrganizationId": organization,
        "OrganizationName": "unq5d1c0ffee7a94e2bb0a1d2c3e4f50",
        "OutputParameters": [{"key": "id", "value": row_id}] if message == "Create" else [],
        "OwningExtension": {
            "Id": "1f2e3d4c-5b6a-5f7e-8d9c-0a1b2c3d4e5f",
            "KeyAttributes": [],
            "LogicalName": "sdkmessageprocessingstep",
            "Name": f"{message} of {table}",
            "RowVersion": None,
        },
        "ParentContext": None,
        "PostEntityImages": named.get("post", []),
        "PreEntityImages": named.get("pre", []),
        "PrimaryEntityId": row_id,
        "PrimaryEntityName": table,
        "RequestId": None,
        "SecondaryEntityName": "none",
        "SharedVariables": [],
        "Stage": 40,
        "UserAzureActiveDirectoryObjectId": NOBODY,
        "UserId": USER,
        **more,
    }


def created_project(row_id: str, organization: str, **more: Any) -> dict[str, Any]:
    """A project was created: the Target holds the request's columns and the platform's own."""
    columns = {
        "msdyn_projectid": row_id,
        "msdyn_subject": "Quay wall renewal",
        "msdyn_description": None,
        "msdyn_scheduledstart": CREATED,
        "msdyn_plannedlaborcost": money(7250.75),
        "exchangerate": 1,
        "msdyn_istemplate": False,
        "statecode": option(0),
        "msdyn_customer": reference("account", "2c8d5a0e-7e5b-5d1a-9a3f-7c6b5a4d3e2f"),
        "createdon": CREATED,
        "modifiedonbehalfby": None,
    }
    shown = {"msdyn_projectid": row_id, "msdyn_subject": "Quay wall renewal"}
    body = context(
        "Create",
        "msdyn_project",
        row_id,
        organization,
        target=entity("msdyn_project", row_id, columns),
        post=shown,
        **more,
    )
    primary = {"key": "AsynchronousStepPrimaryName", "value": entity("msdyn_project", row_id, shown, typed=False)}
    body["PostEntityImages"].append(primary)
    return body


def updated_project(row_id: str, organization: str, **more: Any) -> dict[str, Any]:
    """A project was updated: what was sent, both images, a parent context, a tag, a user agent."""
    target = entity("msdyn_project", row_id, {"msdyn_projectid": row_id, "msdyn_subject": "Quay wall renewal, phase 1"})
    tag = {"key": "tag", "value": "another-writer"}
    changed = {"__type": "KeyValuePairOfstringstring:#System.Collections.Generic", "key": "msdyn_project", "value": "x"}
    parent = context("Update", "msdyn_project", row_id, organization, target=target, Stage=30)
    return context(
        "Update",
        "msdyn_project",
        row_id,
        organization,
        target=target,
        pre={"msdyn_subject": "Quay wall renewal"},
        post={"msdyn_subject": "Quay wall renewal, phase 1", "statecode": option(0)},
        ParentContext={**parent, "SharedVariables": [tag, {"key": "ChangedEntityTypes", "value": [changed]}]},
        SharedVariables=[tag],
        InitiatingUserAgent="another-writer/1.0",
        **more,
    )


def deleted_project(row_id: str, organization: str, **more: Any) -> dict[str, Any]:
    """A project was deleted: the Target is a reference."""
    return context(
        "Delete",
        "msdyn_project",
        row_id,
        organization,
        target=reference("msdyn_project", row_id),
        pre={"msdyn_projectid": row_id, "msdyn_subject": "Quay wall renewal, phase 1"},
        SharedVariables=[{"key": "IsAutoTransact", "value": True}],
        **more,
    )


def cut(body: dict[str, Any]) -> dict[str, Any]:
    """The same body as it arrives when it would be over 256 KB."""
    return {name: value for name, value in body.items() if name not in CUT}


def encoded(body: Any, *, escaped: bool = False) -> bytes:
    """The body as sent: UTF-8, slashes escaped if asked."""
    text = json.dumps(body, ensure_ascii=False)
    return (text.replace("/", "\\/") if escaped else text).encode()


# -- Finance -----------------------------------------------------------------------------------------------------------


def virtual_id(rec_id: int, entity_number: int = 18769) -> str:
    """The GUID of a virtual row: the entity's number, then the record id as a little-endian integer."""
    return str(uuid.UUID(bytes=struct.pack(">I4x", entity_number) + struct.pack("<q", rec_id)))


def data_event(
    message: str, rec_id: int, organization: str, attributes: dict[str, Any] | None, **more: Any
) -> dict[str, Any]:
    """A data event of a customer; without attributes the Target is a bare reference, as of a delete."""
    table = "mserp_custcustomerv3entity"
    row_id = virtual_id(rec_id)
    named = {f"mserp_{name}": value for name, value in (attributes or {}).items()}
    target = reference(table, row_id) if attributes is None else entity(table, row_id, named)
    body = context(message, table, NOBODY, organization, target=target, **more)
    if message == "OnExternalUpdated":
        pre = entity(table, row_id, {"mserp_organizationname": "Northwind"})
        body["InputParameters"] += [
            {"key": "PreImage", "value": pre},
            {"key": "ChangedFields", "value": ["mserp_organizationname"]},
        ]
    return body


def business_event(**contract: Any) -> dict[str, Any]:
    """A business event: envelope and contract in one flat object."""
    return {
        "BusinessEventId": "CustCustomerChangedBusinessEvent",
        "BusinessEventLegalEntity": "USMF",
        "ContextRecordSubject": "",
        "ControlNumber": 5637611999,
        "EventId": "6F1E2D3C-4B5A-5968-8777-A6B5C4D3E2F1",
        "EventTime": "/Date(1789387530000)/",
        "EventTimeIso8601": "2026-09-14T12:05:30.2942742Z",
        "InitiatingUserAADObjectId": "{5A4B3C2D-1E0F-5A9B-8C7D-6E5F4A3B2C1D}",
        "MajorVersion": 0,
        "MinorVersion": 0,
        "ParentContextRecordSubjects": [],
        **contract,
    }


def endpoint_check() -> dict[str, Any]:
    """What Finance sends when an endpoint is made."""
    return {
        "BusinessEventId": "BusinessEventsTestEndpointContract",
        "BusinessEventLegalEntity": "USMF",
        "ControlNumber": -9223372036854775808,
        "EventId": "9A8B7C6D-5E4F-5A3B-8C2D-1E0F9A8B7C6D",
        "EventTime": "/Date(-2208988800000)/",
        "EventTimeIso8601": "1900-01-01T00:00:00Z",
        "MajorVersion": 0,
        "MinorVersion": 0,
    }
