"""Webhooks of Dataverse, parsed at the edge: a RemoteExecutionContext in, a hint out.

Only what a hint needs is read: which row, what is said to have happened, in which organisation. The rest of a body
may be cut away by Dataverse (over 256 KB it leaves out parameters and images) or change with a release, and does not
matter: the row is read again. Source: Microsoft Learn, "Use Webhooks to create external handlers" and "Understand the
execution context".
"""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

import simplejson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shared.errors import Refused, Rejected
from shared.mapping.model import TableMap
from shared.store.message import Hint

_HINTS = {"Create": Hint.UPSERT, "Update": Hint.UPSERT, "Delete": Hint.DELETE}


class Pair(BaseModel):
    """One of the key-value pairs that parameters and attributes come as."""

    key: str
    value: Any = None


class NamedImage(BaseModel):
    """A registered image: the row's attributes before or after the change."""

    key: str
    value: Image


class Image(BaseModel):
    """A row as far as the step's registration asks for it."""

    attributes: list[Pair] = Field(default=[], alias="Attributes")


class Reference(BaseModel):
    """The value of a lookup: the row it points at."""

    table: str = Field(alias="LogicalName")
    row_id: UUID = Field(alias="Id")


class ExecutionContext(BaseModel):
    """The members of a webhook body that we read; unknown members are tolerated, as the platform adds some now and then."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    message: Literal["Create", "Update", "Delete"] = Field(alias="MessageName")
    table: str = Field(alias="PrimaryEntityName")
    row_id: UUID = Field(alias="PrimaryEntityId")
    organization: UUID = Field(alias="OrganizationId")
    correlation: UUID = Field(alias="CorrelationId")
    post_images: list[NamedImage] = Field(default=[], alias="PostEntityImages")

    @property
    def hint(self) -> Hint:
        """What is said to have happened."""
        return _HINTS[self.message]

    @property
    def key(self) -> str:
        """The row's id, as everywhere else in the app."""
        return str(self.row_id)


def parse(body: bytes, table_map: TableMap, organization: str) -> ExecutionContext:
    """Read a webhook body. Rejected: malformed, or of another table; Refused: from another organisation."""
    try:
        # The bytes are UTF-8 whatever the header says (public captures show receivers that trusted the header).
        context = ExecutionContext.model_validate(simplejson.loads(body, use_decimal=True))
    except (ValueError, RecursionError) as error:
        if not isinstance(error, ValidationError):
            raise Rejected("This is no Dataverse execution context: the body is not JSON.") from None
        raise Rejected("This is no Dataverse execution context.", reason=reasons(error)) from None
    if str(context.organization) != organization:
        raise Refused(
            "This event comes from another organisation.",
            remedy="Register the step in the environment that DATAVERSE_ORGANIZATION_ID names.",
        )
    if context.table != table_map.dataverse.table:
        raise Rejected(
            f"This endpoint takes events of {table_map.dataverse.table}, not of another table.",
            remedy="Correct the address that the step posts to.",
        )
    return context


def reasons(error: ValidationError) -> str:
    """Say what is wrong with a body by the names of members, never by its content."""
    found = error.errors(include_url=False, include_context=False, include_input=False)
    return "; ".join(f"{'.'.join(map(str, each['loc'])) or 'body'}: {each['msg']}" for each in found[:5])
