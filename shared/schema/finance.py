"""A map against the collections of a Finance environment."""

from __future__ import annotations

from collections.abc import Iterable

from shared.clients.metadata import Collection, Metadata, Property
from shared.mapping.filters import compile_filter
from shared.mapping.model import Row, Side, TableMap
from shared.schema import types
from shared.schema.findings import Finding, Findings, Kind


def compare(table_map: TableMap, metadata: Metadata) -> Findings:
    """Find what the map's entity is not."""
    if not table_map.finance.collection:
        yield from _package(table_map, metadata)
        return
    collection = metadata.collections.get(table_map.finance.collection)
    if collection is None:
        yield _finding(
            Kind.ENTITY, f"There is no collection {table_map.finance.collection} (names are case sensitive)."
        )
        return
    if collection.key != table_map.finance.key:
        yield _finding(
            Kind.KEY,
            f"The key of {collection.name} is {', '.join(collection.key)}, not {', '.join(table_map.finance.key)}.",
        )
    if collection.read_only and Side.FINANCE in table_map.sides:
        yield _finding(Kind.READ_ONLY, f"{collection.name} takes no writes at all.")
    yield from _besides_rows(table_map, collection)
    for row in table_map.all_rows:
        if row.finance and not row.off:
            yield from _row(table_map, row, collection, metadata)


def _package(table_map: TableMap, metadata: Metadata) -> Findings:
    """An entity that is not public is in the list of data entities and nowhere else."""
    name = table_map.finance.entity
    entity = metadata.entities.get(name)
    if entity is None:
        yield _finding(Kind.ENTITY, f"There is no data entity {name}.")
    elif not entity.in_packages:
        yield _finding(Kind.ENTITY, f"The data entity {name} is not enabled for data management.")


def _besides_rows(table_map: TableMap, collection: Collection) -> Findings:
    yield from _missing(collection, table_map.finance.match, "key")
    for row in table_map.all_rows:
        if row.otherwise and not row.off:
            yield from _missing(collection, (row.otherwise,), row.name)
    if Side.DATAVERSE in table_map.sides:
        yield from _missing(collection, compile_filter(table_map.finance_filter)[1], "filter")


def _missing(collection: Collection, columns: Iterable[str], called: str) -> Findings:
    for column in columns:
        if column not in collection.properties:
            yield _finding(Kind.COLUMN, f"{collection.name} has no column {column}.", called)


def _row(table_map: TableMap, row: Row, collection: Collection, metadata: Metadata) -> Findings:
    found = collection.properties.get(str(row.finance))
    if found is None:
        yield _finding(Kind.COLUMN, f"{collection.name} has no column {row.finance}.", row.name)
        return
    label = f"{collection.name}.{found.name}"
    yield from _constant(row, label, found, metadata) if row.is_constant else _fit(row, label, found, metadata)
    changes = row.runs_towards(Side.FINANCE) and not row.is_constant and table_map.allows("update", Side.FINANCE)
    if changes and not found.editable and found.name not in collection.key:
        yield _finding(Kind.READ_ONLY, f"{label} cannot be changed.", row.name)


def _fit(row: Row, label: str, found: Property, metadata: Metadata) -> Findings:
    kind = row.transform.kind
    members = metadata.enums.get(found.type)
    # Where an enum is only read, its symbols are texts like any other.
    only_read = kind == "text" and not row.runs_towards(Side.FINANCE)
    fitting = types.FINANCE[kind] | ({types.ENUM} if only_read else frozenset())
    is_no_answer = kind == "yes_no" and members is not None and not {"No", "Yes"} <= set(members)
    if (types.ENUM if members is not None else found.type) not in fitting or is_no_answer:
        yield _finding(Kind.TYPE, f"{label} is {found.type}, but {kind} is for {types.spoken(fitting)}.", row.name)


def _constant(row: Row, label: str, found: Property, metadata: Metadata) -> Findings:
    constant, members = row.transform.constant, metadata.enums.get(found.type)
    fitting = types.of_constant(constant, types.FINANCE)
    if (types.ENUM if members is not None else found.type) not in fitting:
        yield _finding(
            Kind.TYPE, f"{label} is {found.type}, but {constant!r} is for {types.spoken(fitting)}.", row.name
        )
    elif members is not None and constant not in members:
        yield _finding(Kind.MEMBER, f"{found.type} has no member {constant}.", row.name)


def _finding(kind: Kind, message: str, row: str = "") -> Finding:
    return Finding(Side.FINANCE, kind, message, row)
