"""`$metadata`: the tables as CSDL, the XML by which OData clients learn sets, keys, types and navigation properties."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement, tostring

from tests.twin.dataverse.schema import Column, Schema, Table

_EDMX = "http://docs.oasis-open.org/odata/ns/edmx"
_EDM = "http://docs.oasis-open.org/odata/ns/edm"
_NAMESPACE = "Microsoft.Dynamics.CRM"
_TYPES = {
    "guid": "Edm.Guid",
    "string": "Edm.String",
    "memo": "Edm.String",
    "integer": "Edm.Int32",
    "bigint": "Edm.Int64",
    "decimal": "Edm.Decimal",
    "double": "Edm.Double",
    "money": "Edm.Decimal",
    "boolean": "Edm.Boolean",
    "choice": "Edm.Int32",
    "state": "Edm.Int32",
    "status": "Edm.Int32",
    "datetime": "Edm.DateTimeOffset",
    "date": "Edm.Date",
    "lookup": "Edm.Guid",
    "owner": "Edm.Guid",
}


def document(schema: Schema) -> bytes:
    """Write the whole schema."""
    root = Element("edmx:Edmx", {"Version": "4.0", "xmlns:edmx": _EDMX})
    services = SubElement(root, "edmx:DataServices")
    names = {"Namespace": _NAMESPACE, "Alias": "mscrm", "xmlns": _EDM}
    entities = SubElement(services, "Schema", names)
    base = SubElement(entities, "EntityType", {"Name": "crmbaseentity", "Abstract": "true"})
    SubElement(entities, "EntityType", {"Name": "principal", "BaseType": f"mscrm.{base.attrib['Name']}"})
    for table in schema.tables.values():
        _entity_type(entities, table)
    container = SubElement(entities, "EntityContainer", {"Name": "System"})
    for table in schema.tables.values():
        _entity_set(container, table)
    return tostring(root, encoding="unicode", xml_declaration=True).encode()


def _entity_type(parent: Element, table: Table) -> None:
    entity = SubElement(parent, "EntityType", {"Name": table.name, "BaseType": "mscrm.crmbaseentity"})
    key = SubElement(entity, "Key")
    SubElement(key, "PropertyRef", {"Name": table.primary_id})
    for name, column in table.properties.items():
        SubElement(entity, "Property", _property(name, column))
    for navigation, (column, target) in table.navigations.items():
        _navigation(entity, navigation, column, target)


def _property(name: str, column: Column) -> dict[str, str]:
    told = {"Name": name, "Type": _TYPES[column.type]}
    if column.length:
        told["MaxLength"] = str(column.length)
    if column.type in ("decimal", "money"):
        told["Scale"] = "Variable"
    return told


def _navigation(entity: Element, navigation: str, column: Column, target: str) -> None:
    kind = "principal" if column.type == "owner" else target
    told = {"Name": navigation, "Type": f"mscrm.{kind}", "Nullable": "true"}
    found = SubElement(entity, "NavigationProperty", told)
    constraint = {
        "Property": column.property_name,
        "ReferencedProperty": "ownerid" if kind == "principal" else f"{target}id",
    }
    SubElement(found, "ReferentialConstraint", constraint)


def _entity_set(container: Element, table: Table) -> None:
    found = SubElement(container, "EntitySet", {"Name": table.set_name, "EntityType": f"{_NAMESPACE}.{table.name}"})
    for navigation, (column, target) in table.navigations.items():
        if column.type != "owner":
            SubElement(found, "NavigationPropertyBinding", {"Path": navigation, "Target": target})
