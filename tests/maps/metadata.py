"""What the twins' own metadata says of the columns that maps name. The twins declare it independently of the maps."""

from __future__ import annotations

from collections.abc import Iterator

from shared.mapping import paths
from shared.mapping.model import TableMap
from tests.twin.dataverse.schema import Column as DataverseColumn
from tests.twin.dataverse.schema import Table
from tests.twin.dataverse.tables import build_schema
from tests.twin.finance.entities import ENTITIES
from tests.twin.finance.schema import Column as FinanceColumn
from tests.twin.finance.schema import Entity, Kind

TABLES = build_schema().tables

#: Transform → the kinds of Finance column and the types of Dataverse column that it is made for.
FITTING: dict[str, tuple[set[Kind], set[str]]] = {
    # An enum's symbol goes into a text as it is, and only there: the test sees to it.
    "text": ({Kind.TEXT, Kind.ENUM}, {"string", "memo", "guid"}),
    "company": ({Kind.TEXT}, {"string"}),
    "guid": ({Kind.GUID}, {"guid", "string"}),
    # Where Finance has an integer for it, the number of an option travels as it is.
    "integer": ({Kind.WHOLE, Kind.WHOLE64}, {"integer", "choice", "state", "status"}),
    "decimal": ({Kind.REAL}, {"decimal", "double"}),
    "money": ({Kind.REAL}, {"money"}),
    "yes_no": ({Kind.ENUM}, {"boolean"}),
    "either": ({Kind.TEXT}, {"boolean"}),
    "values": ({Kind.ENUM, Kind.TEXT}, {"choice", "state", "status"}),
    "date_only": ({Kind.DATE}, {"datetime", "date"}),
    "date_time": ({Kind.TIME}, {"datetime"}),
}


def finance_entity(table_map: TableMap) -> Entity:
    """The entity of a map: by its public collection, or where it has none by the name it has inside Finance."""
    declared = table_map.finance
    if declared.collection:
        return ENTITIES[declared.collection]
    (found,) = (each for each in ENTITIES.values() if each.aot == declared.entity)
    assert not found.in_odata
    return found


def finance_column(table_map: TableMap, name: str) -> FinanceColumn:
    """A column of a map's entity; the test fails if there is none of that name."""
    entity = finance_entity(table_map)
    assert name in entity.columns, f"{entity.aot} has no column {name}"
    return entity.columns[name]


def dataverse_columns(table: str, written: str) -> Iterator[DataverseColumn]:
    """The columns that a path leads to, one per target table; the test fails where it leads nowhere."""
    path = paths.parse(written)
    if path.alternatives:
        column = _column(TABLES[table], path.lookups[0])
        for target, name in path.alternatives.items():
            assert target in column.targets, f"{table}.{column.name} does not point at {target}"
            yield _column(TABLES[target], name)
        return
    at = TABLES[table]
    for name in path.lookups:
        lookup = _column(at, name)
        assert lookup.is_lookup, f"{at.name}.{name} is no lookup"
        assert len(lookup.targets) == 1, f"{at.name}.{name} points at {lookup.targets}: name the tables"
        at = TABLES[lookup.targets[0]]
    yield _column(at, path.column)


def _column(table: Table, name: str) -> DataverseColumn:
    assert name in table.columns, f"{table.name} has no column {name}"
    return table.columns[name]
