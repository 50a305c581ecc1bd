"""A map against the tables of a Dataverse environment."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from shared.clients.metadata import ACTIVE, Attribute, Table
from shared.mapping import paths
from shared.mapping.filters import compile_filter
from shared.mapping.model import Operation, Row, Side, TableMap
from shared.schema import types
from shared.schema.findings import Finding, Findings, Kind
from shared.schema.reach import Reached, Tables, reach

#: Decimals that Finance keeps of any real: numeric(32,6).
FINANCE_PLACES = 6

#: How long the texts are that a transform without a length of its own writes: dataAreaId has four characters.
_LENGTHS = {"company": 4, "guid": 36}
_NUMBERS = frozenset({"integer", "decimal", "money"})


def compare(table_map: TableMap, tables: Tables) -> Findings:
    """Find what the map's table and the tables behind its lookups are not."""
    table = tables.get(table_map.dataverse.table)
    if table is None:
        yield _finding(Kind.TABLE, f"There is no table {table_map.dataverse.table}.")
        return
    yield from _names(table_map, table)
    yield from _alternate_key(table_map, table)
    for name, written in _read_only_paths(table_map):
        yield from (each for each in reach(table_map, written, name, tables) if isinstance(each, Finding))
    for row in table_map.all_rows:
        if row.dataverse and not row.off:
            yield from _row(table_map, row, row.dataverse, tables)


def _names(table_map: TableMap, table: Table) -> Findings:
    declared, schema = table_map.dataverse, table.schema
    if declared.set and declared.set != schema.set:
        yield _finding(Kind.NAME, f"The set of {declared.table} is {schema.set}, not {declared.set}.")
    if declared.row_id != schema.primary_id:
        yield _finding(Kind.NAME, f"The primary key of {declared.table} is {schema.primary_id}, not {declared.row_id}.")
    if Side.FINANCE in table_map.sides and not schema.change_tracking:
        yield _finding(Kind.TRACKING, f"{declared.table} does not track changes.")


def _alternate_key(table_map: TableMap, table: Table) -> Findings:
    """Without it nothing keeps two rows from having one key.

    Where Dataverse is only read that is worth a look: both would become one row of Finance. Where it is written, a
    create that is repeated elsewhere (dual-write, an import) would go unnoticed.
    """
    columns = frozenset(paths.parse(path).lookup or path for path in table_map.dataverse.key)
    # A map without an integration key names its rows by ids of our own.
    if columns <= {table.schema.primary_id} or table.keys.get(columns) == ACTIVE:
        return
    there = "; ".join(f"{', '.join(sorted(key))} ({status})" for key, status in sorted(table.keys.items(), key=str))
    yield Finding(
        Side.DATAVERSE,
        Kind.ALTERNATE_KEY,
        f"{table_map.dataverse.table} has no active alternate key of {', '.join(sorted(columns))}; it has {there or 'none'}.",
        hint=Side.DATAVERSE not in table_map.sides,
    )


def _read_only_paths(table_map: TableMap) -> Iterator[tuple[str, str]]:
    """Give what is read besides the rows, and what it is called in a finding."""
    yield from (("key", path) for path in table_map.dataverse.key)
    if Side.FINANCE in table_map.sides:
        yield from (("filter", column) for column in compile_filter(table_map.dataverse_filter)[1])
    for column, lookup in table_map.dataverse.lookups.items():
        if lookup.company:
            yield column, f"{column}.{lookup.company}"


def _row(table_map: TableMap, row: Row, written: str, tables: Tables) -> Findings:
    for end in reach(table_map, written, row.name, tables):
        if isinstance(end, Finding):
            yield end
        elif row.is_constant:
            yield from _constant(row, end)
        else:
            yield from _fit(row, end)
    if row.runs_towards(Side.DATAVERSE):
        yield from _writable(table_map, row, tables)


def _writable(table_map: TableMap, row: Row, tables: Tables) -> Findings:
    table, path = table_map.dataverse.table, paths.parse(str(row.dataverse))
    holder = tables[table]
    attribute = holder.attributes.get(path.lookup or path.column) if holder else None
    if attribute is None:
        return
    impossible: dict[Operation, bool] = {"create": not attribute.creatable, "update": not attribute.updatable}
    # A constant is set when the row is created and never again.
    meant: tuple[Operation, ...] = ("create",) if row.is_constant else ("create", "update")
    refused = [each for each in meant if impossible[each] and table_map.allows(each, Side.DATAVERSE)]
    if refused:
        yield _finding(Kind.READ_ONLY, f"{table}.{attribute.name} cannot be set on {' or '.join(refused)}.", row.name)


def _fit(row: Row, end: Reached) -> Findings:
    fitting = types.DATAVERSE[row.transform.kind]
    if end.attribute.type not in fitting:
        message = f"{end.label} is a {end.attribute.type}, but {row.transform.kind} is for {types.spoken(fitting)}."
        yield _finding(Kind.TYPE, message, row.name)
        return
    yield from _decimals(row, end)
    # Behind a lookup nothing is written: the row that is pointed at has its values already.
    if row.runs_towards(Side.DATAVERSE) and paths.parse(str(row.dataverse)).lookup is None:
        yield from _room(row, end, row.transform.size if row.transform.kind == "text" else None)


def _room(row: Row, end: Reached, length: int | None) -> Findings:
    attribute = end.attribute
    longest = length or _LENGTHS.get(row.transform.kind, 0)
    if attribute.length is not None and attribute.length < longest:
        yield _finding(Kind.LENGTH, f"{end.label} holds {attribute.length} characters; {longest} may come.", row.name)
    if row.transform.kind in _NUMBERS and not _holds(attribute, 0):
        yield _finding(Kind.RANGE, f"{end.label} does not hold 0.", row.name)


def _decimals(row: Row, end: Reached) -> Findings:
    kept, wanted = end.attribute.precision, row.transform.size
    if kept is None or wanted is None:
        return
    kind = row.transform.kind
    if (kind == "decimal" and wanted != min(kept, FINANCE_PLACES)) or (kind == "money" and wanted > kept):
        yield _finding(
            Kind.PRECISION, f"{end.label} keeps {kept} decimals, the row compares and sends {wanted}.", row.name
        )


def _constant(row: Row, end: Reached) -> Findings:
    constant, attribute = row.transform.constant, end.attribute
    fitting = types.of_constant(constant, types.DATAVERSE)
    if attribute.type not in fitting:
        message = f"{end.label} is a {attribute.type}, but {constant!r} is for {types.spoken(fitting)}."
        yield _finding(Kind.TYPE, message, row.name)
    elif attribute.options and constant not in attribute.options:
        yield _finding(Kind.OPTION, f"{end.label} has no option {constant}.", row.name)
    elif isinstance(constant, str):
        yield from _room(row, end, len(constant))
    elif not _holds(attribute, constant):
        yield _finding(Kind.RANGE, f"{end.label} does not hold {constant}.", row.name)


def _holds(attribute: Attribute, number: int | Decimal) -> bool:
    least, most = attribute.least, attribute.most
    return (least is None or least <= number) and (most is None or number <= most)


def _finding(kind: Kind, message: str, row: str = "") -> Finding:
    return Finding(Side.DATAVERSE, kind, message, row)
