"""Table definitions as JSON: EntityDefinitions with attributes, keys and many-to-one relationships.

Source: Microsoft Learn, "Query table definitions using the Web API". Names and members are the platform's; only the
members a client needs to find sets, keys, types, limits, options and navigation properties are there. As there,
attributes are listed with the members of their own types, but only those of the base type can be selected without a
cast, and options are shown only to a request that casts and expands them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from tests.twin.dataverse import errors
from tests.twin.dataverse.schema import Column, Schema, Table
from tests.twin.dataverse.shape import split
from tests.twin.http import Request, Response, json_response
from tests.twin.odata import FilterError, Path, Property, parse_filter

_ADDRESS = re.compile(r"EntityDefinitions(?:\(LogicalName='(?P<name>\w+)'\))?(?:/(?P<part>.+))?")
_PART = re.compile(r"(?P<part>\w+)(?:\(LogicalName='(?P<name>\w+)'\))?(?:/Microsoft\.Dynamics\.CRM\.(?P<cast>\w+))?")
_TYPES = {
    "guid": "Uniqueidentifier",
    "string": "String",
    "memo": "Memo",
    "integer": "Integer",
    "bigint": "BigInt",
    "decimal": "Decimal",
    "double": "Double",
    "money": "Money",
    "boolean": "Boolean",
    "choice": "Picklist",
    "state": "State",
    "status": "Status",
    "datetime": "DateTime",
    "date": "DateTime",
    "lookup": "Lookup",
    "owner": "Owner",
}
_NAMESPACE = "#Microsoft.Dynamics.CRM."
_OPTION_SETS = {"OptionSet", "GlobalOptionSet"}
_OF_A_TYPE = {"MaxLength", "Precision", "MinValue", "MaxValue", "DateTimeBehavior", "Targets", *_OPTION_SETS}
_ALWAYS = {"@odata.type", "MetadataId"}
#: Lookups to either table have a type of their own on the platform.
_CUSTOMER = ("account", "contact")
Definition = dict[str, Any]


class Metadata:
    """Answers `EntityDefinitions…`."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema

    def answer(self, request: Request, resource: str) -> Response:
        """Answer with one definition, a part of it, or all definitions; raises Refusal."""
        found = _ADDRESS.fullmatch(resource)
        if found is None or request.method != "GET":
            raise errors.no_such_segment(resource)
        options = dict(request.query)
        if found["name"] is None:
            tables = [shown(definition(table), options) for table in self._schema.tables.values()]
            return json_response({"value": _filtered(tables, options.get("$filter"))})
        table = self._schema.tables.get(found["name"])
        if table is None:
            message = f"Could not find an entity with name {found['name']} and object type code -1."
            raise errors.Refusal(404, "0x80060888", message)
        if found["part"] is None:
            return json_response(shown(definition(table), options))
        return json_response(_part(table, found["part"], options))


def definition(table: Table) -> Definition:
    """Return all that is told of a table, its parts as lists."""
    return {
        "MetadataId": str(uuid5(NAMESPACE_URL, table.name)),
        "LogicalName": table.name,
        "SchemaName": table.name,
        "LogicalCollectionName": table.set_name,
        "EntitySetName": table.set_name,
        "PrimaryIdAttribute": table.primary_id,
        "PrimaryNameAttribute": table.primary_name,
        "ChangeTrackingEnabled": table.change_tracking,
        "OwnershipType": "UserOwned" if table.owned else "OrganizationOwned",
        "IsOptimisticConcurrencyEnabled": True,
        "Attributes": [_attribute(table, column) for column in table.columns.values()],
        "Keys": [_key(table, name, columns) for name, columns in table.keys.items()],
        "ManyToOneRelationships": list(_relationships(table)),
    }


_PARTS = ("Attributes", "Keys", "ManyToOneRelationships")


def shown(full: Definition, options: Mapping[str, str]) -> Definition:
    """Apply `$select` and `$expand` to a definition; parts come only when expanded."""
    selected = _names(options.get("$select"))
    kept = {name: value for name, value in full.items() if name not in _PARTS and (not selected or name in selected)}
    kept["MetadataId"] = full["MetadataId"]
    for item in split(options.get("$expand", ""), ","):
        name, _, inner = item.strip().partition("(")
        if name not in _PARTS:
            raise errors.no_such_property("EntityMetadata", name)
        inner_options = dict(part.partition("=")[::2] for part in split(inner.removesuffix(")"), ";"))
        kept[name] = _listed(full[name], inner_options)
    return kept


def _part(table: Table, part: str, options: Mapping[str, str]) -> Definition:
    found = _PART.fullmatch(part)
    if found is None or found["part"] not in _PARTS:
        raise errors.no_such_segment(part)
    items: list[Definition] = definition(table)[found["part"]]
    cast = f"{_NAMESPACE}{found['cast']}" if found["cast"] else ""
    if cast:
        items = [item for item in items if item.get("@odata.type") == cast]
    if found["name"] is None:
        return {"value": _listed(items, options, cast)}
    named = [item for item in items if item["LogicalName"] == found["name"]]
    if not named:
        raise errors.Refusal(404, "0x80060888", f"Could not find an attribute with name {found['name']}.")
    return _listed(named, options, cast)[0]


def _listed(items: list[Definition], options: Mapping[str, str], cast: str = "") -> list[Definition]:
    selected, expanded = _names(options.get("$select")), _names(options.get("$expand"))
    unknown = (selected & _OF_A_TYPE) | (expanded & _OPTION_SETS) if not cast else selected & _OPTION_SETS
    if unknown:
        raise errors.no_such_property("AttributeMetadata", min(unknown))
    kept = _filtered(items, options.get("$filter"))
    shown = selected | expanded | _ALWAYS if selected else set().union(*kept) - (_OPTION_SETS - expanded)
    return [{name: value for name, value in item.items() if name in shown} for item in kept]


def _filtered(items: list[Definition], condition: str | None) -> list[Definition]:
    if condition is None:
        return items

    def resolve(path: Path) -> Property:
        kind = "boolean" if any(isinstance(item.get(path[0]), bool) for item in items) else "string"
        return Property(_value_of(path[0]), kind)  # type: ignore[arg-type]  # one of the two literals above

    try:
        keeps = parse_filter(condition, resolve).keeps
    except FilterError as error:
        raise errors.bad_query(str(error)) from error
    return [item for item in items if keeps(item)]


def _value_of(name: str) -> Callable[[Mapping[str, Any]], Any]:
    return lambda item: item.get(name)


def _names(select: str | None) -> set[str]:
    return {part.strip().partition("(")[0] for part in split(select or "", ",")}


def _attribute(table: Table, column: Column) -> Definition:
    kind = "Customer" if column.targets == _CUSTOMER else _TYPES[column.type]
    told: Definition = {
        "@odata.type": f"{_NAMESPACE}{'Lookup' if column.is_lookup else kind}AttributeMetadata",
        "MetadataId": str(uuid5(NAMESPACE_URL, f"{table.name}.{column.name}")),
        "LogicalName": column.name,
        "SchemaName": column.navigation or column.name,
        "AttributeType": kind,
        "IsPrimaryId": column.name == table.primary_id,
        "IsPrimaryName": column.name == table.primary_name,
        "IsValidForCreate": not column.read_only,
        "IsValidForUpdate": not (column.read_only or column.create_only),
        "IsValidForRead": not column.write_only,
    }
    if column.length:
        told["MaxLength"] = column.length
    if column.type in ("decimal", "double", "money"):
        told["Precision"] = column.precision
    if column.minimum is not None:
        told |= {"MinValue": column.minimum, "MaxValue": column.maximum}
    if column.type in ("datetime", "date"):
        told["DateTimeBehavior"] = {"Value": "DateOnly" if column.type == "date" else "UserLocal"}
    if column.options:
        told |= _option_sets(column)
    if column.is_lookup:
        told["Targets"] = list(column.targets)
    return told


def _option_sets(column: Column) -> Definition:
    """A choice has options of its own, or shares a set of them with other columns; a yes/no column has two."""
    options = [_option(column, number) for number in column.options]
    if column.type == "boolean":
        told: Definition = {"FalseOption": options[0], "TrueOption": options[1]}
    else:
        told = {"Options": options}
    shared = bool(column.global_set)
    told |= {"IsGlobal": shared, "Name": column.global_set or column.name}
    return {"OptionSet": None if shared else told, "GlobalOptionSet": told if shared else None}


def _option(column: Column, number: int) -> Definition:
    label = {"UserLocalizedLabel": {"Label": column.options[number], "LanguageCode": 1033}}
    state = {"State": column.states[number]} if column.states else {}
    return {"Value": number, "Label": label, **state}


def _key(table: Table, name: str, columns: Iterable[str]) -> Definition:
    return {
        "LogicalName": name,
        "SchemaName": name,
        "EntityLogicalName": table.name,
        "KeyAttributes": list(columns),
        "EntityKeyIndexStatus": "Active",
    }


def _relationships(table: Table) -> Iterable[Definition]:
    for column in table.lookups:
        targets = {"owner": column.navigation} if column.type == "owner" else column.navigations()
        for target, navigation in targets.items():
            yield {
                "SchemaName": f"{table.name}_{column.name}_{target}",
                "ReferencingAttribute": column.name,
                "ReferencingEntity": table.name,
                "ReferencingEntityNavigationPropertyName": navigation,
                "ReferencedEntity": target,
                "ReferencedAttribute": f"{target}id",
            }
