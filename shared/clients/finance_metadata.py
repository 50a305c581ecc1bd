"""What Finance says of its collections and enums: the CSDL of its OData service, and the JSON beside it.

Rule: the CSDL is read once and whole, because it is the only place that goes by the names of collections; the real one
is tens of megabytes, so it is read as a stream of elements of which only names and types are kept. Whether a column
may be changed is asked per entity, of the JSON.

Neither tells how long a text may be.

Source: Microsoft Learn: Open Data Protocol (OData), section on metadata; `AllowEdit`, `IsReadOnly`,
`DataManagementEnabled` as live environments show them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from xml.etree.ElementTree import Element, ParseError, iterparse

import httpx

from shared.clients.literals import equal_all, in_path, in_query
from shared.clients.metadata import Collection, DataEntity, Property
from shared.clients.odata import Service, rows_of
from shared.clients.refusals import FINANCE
from shared.clients.rows import Gone
from shared.clients.throttle import Throttle
from shared.errors import Transient

_EDM = "{http://docs.oasis-open.org/odata/ns/edm}"
_XML: Mapping[str, str] = {"Accept": "application/xml", "OData-Version": "4.0", "OData-MaxVersion": "4.0"}


@dataclass(frozen=True, slots=True)
class EntityType:
    """An entity type of the CSDL: its key in order, and the types of its columns."""

    key: tuple[str, ...]
    columns: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Csdl:
    """Entity types by public name, the public name of each collection, and the members of each enum."""

    types: dict[str, EntityType] = field(default_factory=dict)
    sets: dict[str, str] = field(default_factory=dict)
    enums: dict[str, tuple[str, ...]] = field(default_factory=dict)


class FinanceMetadata:
    """The metadata of one environment. Raises the errors of `shared.errors`, and nothing else."""

    def __init__(self, http: httpx.AsyncClient, base_url: str, throttle: Throttle) -> None:
        self._service = Service(http, base_url.rstrip("/") + "/", throttle, FINANCE)

    async def csdl(self) -> Csdl:
        """Read the whole CSDL."""
        response = await self._service.send("GET", f"{self._service.root}data/$metadata", _XML)
        try:
            return read_csdl(response.content)
        except ParseError as error:
            raise Transient("Finance answered without a metadata document.", reason=str(error)) from error

    async def has_company(self, code: str) -> bool:
        """Whether there is a legal entity of this code."""
        condition = in_query(equal_all({"LegalEntityId": code}))
        address = f"{self._service.root}data/LegalEntities?cross-company=true&$select=LegalEntityId&$filter={condition}"
        return bool(rows_of(await self._service.get(address)))

    async def collections(self, csdl: Csdl, names: Iterable[str]) -> dict[str, Collection]:
        """Describe those of the collections that are there."""
        there = [name for name in dict.fromkeys(names) if csdl.sets.get(name) in csdl.types]
        told = await asyncio.gather(*(self._public(csdl.sets[name]) for name in there))
        return {
            name: _collection(name, csdl.types[csdl.sets[name]], public)
            for name, public in zip(there, told, strict=True)
        }

    async def entities(self, names: Iterable[str]) -> dict[str, DataEntity]:
        """Describe those of the data entities (by their names in the application object tree) that are there."""
        asked = list(dict.fromkeys(names))
        told = await asyncio.gather(*(self._metadata("DataEntities", name) for name in asked))
        return {name: _data_entity(each) for name, each in zip(asked, told, strict=True) if each}

    async def _public(self, name: str) -> Mapping[str, Any]:
        return await self._metadata("PublicEntities", name)

    async def _metadata(self, kind: str, name: str) -> Mapping[str, Any]:
        try:
            return await self._service.get(f"{self._service.root}metadata/{kind}('{in_path(name)}')")
        except Gone:
            return {}


def read_csdl(document: bytes) -> Csdl:
    """Read a CSDL document; ParseError if it is none."""
    csdl = Csdl()
    # No third party writes this document: it comes, authenticated, from the environment that our own settings name.
    for _, element in iterparse(BytesIO(document)):  # noqa: S314 - and expat (2.4.1) refuses entities that blow up
        name = element.get("Name", "")
        match element.tag.removeprefix(_EDM):
            case "EntityType":
                csdl.types[name] = _entity_type(element)
            case "EnumType":
                csdl.enums[name] = tuple(member.get("Name", "") for member in element.iter(f"{_EDM}Member"))
            case "EntitySet":
                csdl.sets[name] = _unqualified(element.get("EntityType", ""))
            case _:
                continue
        element.clear()
    return csdl


def _entity_type(element: Element) -> EntityType:
    return EntityType(
        tuple(part.get("Name", "") for part in element.iterfind(f"{_EDM}Key/{_EDM}PropertyRef")),
        {each.get("Name", ""): _typed(each.get("Type", "")) for each in element.iterfind(f"{_EDM}Property")},
    )


def _typed(name: str) -> str:
    return name if name.startswith("Edm.") else _unqualified(name)


def _unqualified(name: str) -> str:
    return name.rpartition(".")[2]


def _collection(name: str, kind: EntityType, public: Mapping[str, Any]) -> Collection:
    fixed = {each["Name"] for each in public.get("Properties", ()) if not each.get("AllowEdit", True)}
    columns = {column: Property(column, typed, column not in fixed) for column, typed in kind.columns.items()}
    return Collection(name, kind.key, columns, bool(public.get("IsReadOnly")))


def _data_entity(told: Mapping[str, Any]) -> DataEntity:
    collection = told.get("PublicCollectionName") if told.get("DataServiceEnabled") else ""
    return DataEntity(told["Name"], collection or "", bool(told.get("DataManagementEnabled")))
