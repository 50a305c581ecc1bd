"""The definitions of Dataverse tables, whole: columns with types and limits, options, alternate keys, relationships.

Rule: the attributes are listed without `$select`. Only members of the base type can be selected there, and it is those
of the types (MaxLength, Precision, Targets) that matter. Options come only from a request that casts to one type of
choice and expands both sets that a choice may have: its own, or one it shares with other columns. A table is looked
for by a filter, so that its absence is an empty list and a wrong address an error.

Source: Microsoft Learn: Query table definitions using the Web API; Retrieve table columns and choices.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from typing import Any

import httpx

from shared.clients.dataverse import API
from shared.clients.dataverse_schema import read_definition
from shared.clients.literals import equal_all, in_path, in_query
from shared.clients.metadata import Attribute, Table
from shared.clients.odata import Service, rows_of
from shared.clients.refusals import DATAVERSE
from shared.clients.throttle import Throttle
from shared.errors import Misconfigured

_DEFINITIONS = (
    "EntityDefinitions?$select=LogicalName,EntitySetName,PrimaryIdAttribute,ChangeTrackingEnabled"
    "&$expand=Keys($select=KeyAttributes,EntityKeyIndexStatus),"
    "ManyToOneRelationships($select=ReferencingAttribute,ReferencingEntityNavigationPropertyName,ReferencedEntity)"
)
_CHOICES = ("Picklist", "State", "Status")
_OPTIONS = (
    "Microsoft.Dynamics.CRM.{}AttributeMetadata"
    "?$select=LogicalName&$expand=OptionSet($select=Options),GlobalOptionSet($select=Options)"
)


class DataverseMetadata:
    """The definitions of one environment. Raises the errors of `shared.errors`, and nothing else."""

    def __init__(self, http: httpx.AsyncClient, base_url: str, throttle: Throttle) -> None:
        self._service = Service(http, base_url.rstrip("/") + API, throttle, DATAVERSE)

    async def organization(self) -> str:
        """Give the id of the environment's organisation, in lower case."""
        told = await self._service.get(f"{self._service.root}WhoAmI")
        try:
            return str(told["OrganizationId"]).lower()
        except KeyError as missing:
            raise Misconfigured(f"Dataverse answered WhoAmI without {missing}.") from missing

    async def table(self, name: str) -> Table | None:
        """Describe a table; None if there is none of that name."""
        condition = in_query(equal_all({"LogicalName": name}))
        found = rows_of(await self._service.get(f"{self._service.root}{_DEFINITIONS}&$filter={condition}"))
        if not found:
            return None
        address = f"{self._service.root}EntityDefinitions(LogicalName='{in_path(name)}')"
        listed, *choices = await asyncio.gather(
            self._service.get(f"{address}/Attributes"),
            *(self._service.get(f"{address}/Attributes/{_OPTIONS.format(kind)}") for kind in _CHOICES),
        )
        return read_table(found[0], rows_of(listed), [each for choice in choices for each in rows_of(choice)])


def read_table(definition: Mapping[str, Any], attributes: list[dict[str, Any]], choices: list[dict[str, Any]]) -> Table:
    """Put a table together from its definition, its attributes and its choices; one that lacks a part is `Misconfigured`."""
    try:
        return _table(definition, attributes, {each["LogicalName"]: _options(each) for each in choices})
    except KeyError as missing:
        raise Misconfigured(f"Dataverse describes {definition.get('LogicalName')} without {missing}.") from missing


def _table(
    definition: Mapping[str, Any], attributes: list[dict[str, Any]], options: Mapping[str, Mapping[int, str]]
) -> Table:
    keys = {frozenset(key["KeyAttributes"]): key["EntityKeyIndexStatus"] for key in definition["Keys"]}
    read = (_attribute(each, options.get(each["LogicalName"], {})) for each in attributes)
    return Table(read_definition(definition), {each.name: each for each in read}, keys)


def _attribute(told: Mapping[str, Any], options: Mapping[int, str]) -> Attribute:
    return Attribute(
        name=told["LogicalName"],
        type=_type(told),
        creatable=told["IsValidForCreate"],
        updatable=told["IsValidForUpdate"],
        length=told.get("MaxLength"),
        precision=told.get("Precision"),
        least=told.get("MinValue"),
        most=told.get("MaxValue"),
        targets=tuple(told.get("Targets") or ()),
        options=options,
    )


def _type(told: Mapping[str, Any]) -> str:
    behaviour = (told.get("DateTimeBehavior") or {}).get("Value")
    return "DateOnly" if behaviour == "DateOnly" else str(told["AttributeType"])


def _options(told: Mapping[str, Any]) -> dict[int, str]:
    chosen = told.get("OptionSet") or told.get("GlobalOptionSet") or {}
    return dict(_labelled(chosen.get("Options") or ()))


def _labelled(options: Any) -> Iterator[tuple[int, str]]:
    """An option without a label in the caller's language has none to compare."""
    for option in options:
        label = (option.get("Label") or {}).get("UserLocalizedLabel") or {}
        yield option["Value"], label.get("Label") or ""
