"""What Finance tells about itself: `/data/$metadata` (CSDL) and the JSON of `/metadata`, as far as clients need it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any
from xml.sax.saxutils import quoteattr

from tests.twin.finance.refusals import NotFound
from tests.twin.finance.schema import Column, Entity, EnumType
from tests.twin.finance.values import NAMESPACE, edm_type
from tests.twin.http import Response, json_response

_HEAD = (
    '<?xml version="1.0" encoding="utf-8"?>'
    '<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx"><edmx:DataServices>'
    f'<Schema Namespace="{NAMESPACE}" xmlns="http://docs.oasis-open.org/odata/ns/edm">'
)
_FOOT = "</Schema></edmx:DataServices></edmx:Edmx>"


class Catalogue:
    """The metadata of a set of entities."""

    def __init__(self, entities: Mapping[str, Entity]) -> None:
        self._entities = entities
        self._served = {name: each for name, each in entities.items() if each.in_odata}

    @cached_property
    def csdl(self) -> bytes:
        """The CSDL document: enum types, entity types with keys, entity sets. It tells no lengths, as the real one."""
        entities = [*self._served.values()]
        enums = {column.enum.name: column.enum for each in entities for column in each.columns.values() if column.enum}
        sets = "".join(
            f'<EntitySet Name="{each.collection}" EntityType="{NAMESPACE}.{each.public}"/>' for each in entities
        )
        body = "".join(
            [
                *map(_enum_type, enums.values()),
                *map(_entity_type, entities),
                f'<EntityContainer Name="Resources">{sets}</EntityContainer>',
            ]
        )
        return f"{_HEAD}{body}{_FOOT}".encode()

    def answer(self, path: str) -> Response:
        """Answer `/metadata/…`; raises NotFound."""
        kind, _, rest = path.removeprefix("/metadata/").partition("(")
        match kind:
            case "PublicEntities":
                described = [_public(entity) for entity in self._served.values()]
            case "DataEntities":
                described = [_data(entity) for entity in self._entities.values()]
            case _:
                raise NotFound(path)
        if not rest:
            return json_response({"value": described})
        name = rest.removesuffix(")").strip("'")
        found = next((each for each in described if each["Name"] == name), None)
        if found is None:
            raise NotFound(path)
        return json_response(found)


def _enum_type(enum: EnumType) -> str:
    members = "".join(f'<Member Name="{name}" Value="{number}"/>' for name, number in enum.members.items())
    return f'<EnumType Name="{enum.name}">{members}</EnumType>'


def _entity_type(entity: Entity) -> str:
    key = "".join(f'<PropertyRef Name="{name}"/>' for name in entity.key)
    columns = "".join(map(_property, entity.columns.values()))
    return f'<EntityType Name="{entity.public}"><Key>{key}</Key>{columns}</EntityType>'


def _property(column: Column) -> str:
    nullable = "" if edm_type(column) == "Edm.String" or column.enum else ' Nullable="false"'
    return f'<Property Name="{column.name}" Type={quoteattr(edm_type(column))}{nullable}/>'


def _public(entity: Entity) -> dict[str, Any]:
    return {
        "Name": entity.public,
        "EntitySetName": entity.collection,
        "IsReadOnly": entity.read_only,
        "ConfigurationEnabled": True,
        "Properties": [_described(entity, column) for column in entity.columns.values()],
    }


def _described(entity: Entity, column: Column) -> dict[str, Any]:
    return {
        "Name": column.name,
        "TypeName": edm_type(column),
        "DataType": "Enum" if column.enum else edm_type(column).removeprefix("Edm."),
        "IsKey": column.name in entity.key,
        "IsMandatory": column.mandatory,
        "AllowEdit": column.name not in entity.key,
        "IsDimension": False,
    }


def _data(entity: Entity) -> dict[str, Any]:
    return {
        "Name": entity.aot,
        "PublicEntityName": entity.public if entity.in_odata else "",
        "PublicCollectionName": entity.collection if entity.in_odata else "",
        "DataServiceEnabled": entity.in_odata,
        "DataManagementEnabled": True,
        "EntityCategory": "Master",
        "IsReadOnly": entity.read_only,
    }
