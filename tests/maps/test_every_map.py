"""What every map must be, whoever writes it: looked at one by one, as the catalogue finds them."""

from __future__ import annotations

import re
import uuid
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

import pytest

import shared.maps
from shared.mapping import paths
from shared.mapping.direction import Direction
from shared.mapping.filters import compile_filter
from shared.mapping.model import COMPANY, Provenance, Row, Side, TableMap
from shared.mapping.values import Unmatched
from shared.maps.catalogue import catalogue
from tests.maps.metadata import FITTING, TABLES, dataverse_columns, finance_column, finance_entity
from tests.twin.dataverse.schema import Column as DataverseColumn
from tests.twin.finance.schema import NO_GUID, Kind
from tests.twin.finance.schema import Column as FinanceColumn

MAPS = catalogue().maps.values()
ROWS = [(table_map, row) for table_map in MAPS for row in table_map.all_rows]

every_map = pytest.mark.parametrize("table_map", MAPS, ids=lambda table_map: table_map.id)
every_direction = pytest.mark.parametrize("direction", catalogue().directions.values(), ids=lambda each: each.name)
every_row = pytest.mark.parametrize(("table_map", "row"), ROWS, ids=[f"{each.id}-{row.name}" for each, row in ROWS])

#: Decimals that Finance keeps of any real: numeric(32,6).
FINANCE_PLACES = 6


def kind_of(row: Row) -> str:
    """The name of a row's transform without its arguments."""
    return row.transform.label.partition("(")[0]


def argument_of(row: Row) -> int:
    """The number that a row's transform was made with."""
    return int(row.transform.label.partition("(")[2].rstrip(")"))


# -- the declaration by itself ---------------------------------------------------------------------------------------


def test_every_file_declares_the_one_map_it_is_named_after() -> None:
    root = Path(shared.maps.__path__[0])
    files = sorted(path.stem for path in root.glob("*/*.py") if path.stem != "__init__")
    assert files == sorted(table_map.id for table_map in MAPS)


@every_map
def test_a_map_is_named_in_snake_case_and_has_a_label_and_a_version_if_one_is_published(table_map: TableMap) -> None:
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", table_map.id)
    assert table_map.label
    assert re.fullmatch(r"(\d+\.\d+\.\d+\.\d+)?", table_map.version)


@every_direction
def test_no_column_is_written_twice(direction: Direction) -> None:
    rows = [row for row in direction.map.all_rows if row.runs_towards(direction.target)]
    columns = Counter(row.finance if direction.target is Side.FINANCE else row.dataverse for row in rows)
    assert [column for column, times in columns.items() if times > 1] == []
    assert [name for name, times in Counter(row.name for row in rows).items() if times > 1] == []


@every_map
def test_every_lookup_is_declared_and_every_declared_lookup_is_used(table_map: TableMap) -> None:
    followed = [paths.parse(row.dataverse) for row in table_map.all_rows if row.dataverse]
    followed += [paths.parse(path) for path in table_map.dataverse.key]
    assert {path.lookup for path in followed if path.lookup} | {*table_map.needs} == set(table_map.dataverse.lookups)
    for path in followed:
        if path.alternatives:
            assert set(path.alternatives) == set(table_map.dataverse.lookups[path.lookups[0]].tables)


@every_direction
def test_the_key_on_either_side_is_covered_by_rows(direction: Direction) -> None:
    table_map = direction.map
    if direction.target is Side.FINANCE:
        assert set(table_map.finance.identity) <= {row.finance for row in direction.rows}
    if direction.returns:
        # Finance keeps the id of the row, which the other direction has brought.
        assert direction.map.dataverse.key == (direction.map.dataverse.row_id,)
        assert direction.map.dataverse.row_id in {row.dataverse for row in table_map.rows if row.way == "<"}
        return
    assert set(table_map.dataverse.key) <= {row.dataverse for row in direction.rows}


@every_row
def test_a_row_says_where_it_comes_from(table_map: TableMap, row: Row) -> None:
    assert row.provenance in get_args(Provenance), f"{table_map.id}: {row.name}"


@every_row
def test_a_constant_is_set_where_its_arrow_points_and_nothing_else_is_constant(table_map: TableMap, row: Row) -> None:
    del table_map
    assert row.is_constant == (kind_of(row) == "default")
    if row.is_constant:
        assert row.way == ("<" if row.dataverse is None else ">")


# -- against the metadata of both sides --------------------------------------------------------------------------------


@every_map
def test_entity_and_table_exist_with_this_key_set_and_primary_key(table_map: TableMap) -> None:
    entity, table = finance_entity(table_map), TABLES[table_map.dataverse.table]
    assert table_map.finance.key == entity.key
    # The name inside Finance is that of its events; of many entities that only take rows it is not published.
    assert table_map.finance.entity == entity.aot or (
        table_map.finance.entity == "" and table_map.sides == (Side.FINANCE,)
    )
    assert (table_map.dataverse.set, table_map.dataverse.row_id) == (table.set_name, table.primary_id)
    assert table_map.finance.has_company == entity.per_company == (table_map.dataverse.company is not None)
    assert table.change_tracking


@every_map
def test_every_lookup_points_at_these_tables_and_their_company_is_where_it_is_said_to_be(table_map: TableMap) -> None:
    for name, lookup in table_map.dataverse.lookups.items():
        column = TABLES[table_map.dataverse.table].columns[name]
        assert column.targets == lookup.tables, f"{table_map.id}: {name}"
        if lookup.company:
            assert [found.name for found in dataverse_columns(lookup.tables[0], lookup.company)] == ["cdm_companycode"]


@every_row
def test_the_finance_column_exists_and_fits_the_transform(table_map: TableMap, row: Row) -> None:
    if row.finance is None:
        return
    column = finance_column(table_map, row.finance)
    if row.is_constant:
        assert fits_finance(column, row.transform.constant)
    elif not row.off:
        assert column.kind in FITTING[kind_of(row)][0]
        assert kind_of(row) != "yes_no" or (column.enum and set(column.enum.members) == {"No", "Yes"})
        # A symbol makes a text, but not every text a symbol.
        assert column.kind is not Kind.ENUM or kind_of(row) != "text" or row.way == ">"


@every_row
def test_the_dataverse_column_exists_and_fits_the_transform(table_map: TableMap, row: Row) -> None:
    if row.dataverse is None:
        return
    for column in dataverse_columns(table_map.dataverse.table, row.dataverse):
        if row.is_constant:
            assert fits_dataverse(column, row.transform.constant)
        elif not row.off:
            assert column.type in FITTING[kind_of(row)][1]


@every_row
def test_a_text_is_cut_where_finance_would_and_a_number_keeps_what_both_sides_keep(
    table_map: TableMap, row: Row
) -> None:
    if row.transform.label.startswith("text("):
        assert argument_of(row) == finance_column(table_map, str(row.finance)).size
    if kind_of(row) == "decimal":
        for column in dataverse_columns(table_map.dataverse.table, str(row.dataverse)):
            assert argument_of(row) == min(column.precision, FINANCE_PLACES)


@every_row
def test_a_choice_gives_back_what_it_was_given_and_pairs_only_what_exists(table_map: TableMap, row: Row) -> None:
    if kind_of(row) != "values":
        return
    transform = row.transform
    finance = finance_column(table_map, str(row.finance))
    (dataverse,) = dataverse_columns(table_map.dataverse.table, str(row.dataverse))
    paired = {number: transform.read_dataverse(number) for number in dataverse.options}
    known = [value for value in paired.values() if not isinstance(value, Unmatched)]
    assert len(known) == len(transform.pairs), "a pair names a number that the choice does not have"
    assert all(fits_finance(finance, symbol) for symbol in transform.also)
    # A symbol that shares a number would come back as the other one.
    assert not transform.also or row.way == ">"
    for value in known:
        symbol = transform.write_finance(value)
        # Codes in a text column are each company's own: the pairs only say what they might be called.
        assert finance.kind is Kind.TEXT or fits_finance(finance, symbol)
        assert transform.read_finance(symbol) == value == transform.write_dataverse(value)


@every_row
def test_a_two_way_row_gives_back_what_either_side_gave_it(table_map: TableMap, row: Row) -> None:
    if row.way != "=" or row.off:
        return
    transform = row.transform
    for raw in finance_examples(finance_column(table_map, str(row.finance))):
        value = transform.read_finance(raw)
        if not isinstance(value, Unmatched):
            assert transform.read_dataverse(transform.write_dataverse(value)) == value
            assert transform.read_finance(transform.write_finance(value)) == value


@every_direction
def test_a_filter_reads_columns_that_the_source_has(direction: Direction) -> None:
    to_finance = direction.target is Side.FINANCE
    text = direction.map.dataverse_filter if to_finance else direction.map.finance_filter
    for name in compile_filter(text)[1]:
        if to_finance:
            (column,) = dataverse_columns(direction.map.dataverse.table, name)
            # A lookup is a row or none, and is read at all only where a row of the map goes through it.
            assert not column.is_lookup or (f"{name} ne null" in text and name in direction.shape.lookups)
        else:
            finance_column(direction.map, name)


@every_direction
def test_a_new_finance_row_is_given_all_that_finance_demands(direction: Direction) -> None:
    if direction.target is Side.DATAVERSE:
        return
    given = {row.finance for row in direction.rows} | direction.constants.keys()
    columns = finance_entity(direction.map).columns.values()
    assert {column.name for column in columns if column.mandatory and not column.sequence} <= given


@every_direction
def test_every_lookup_that_a_map_brings_names_its_row_by_columns_of_this_direction(direction: Direction) -> None:
    names = {row.name for row in direction.rows}
    for reference in catalogue().references(direction):
        assert set(reference.parts) <= names | {COMPANY}
        if reference.parent is not None:
            assert len(reference.parts) == len(reference.parent.finance.identity)


# -- what fits a column ------------------------------------------------------------------------------------------------


def fits_finance(column: FinanceColumn, value: Any) -> bool:
    """Whether Finance takes a value into a column."""
    match column.kind:
        case Kind.TEXT:
            return isinstance(value, str) and len(value.encode("utf-16-le")) <= 2 * column.size
        case Kind.ENUM:
            return column.enum is not None and value in column.enum.members
        case Kind.WHOLE | Kind.WHOLE64:
            return type(value) is int
        case Kind.REAL:
            return isinstance(value, int | Decimal) and Decimal(value) == round(Decimal(value), FINANCE_PLACES)
        case Kind.DATE:
            return isinstance(value, str) and value.endswith("T12:00:00Z")
        case Kind.TIME:
            return isinstance(value, str) and value.endswith("Z")
        case Kind.GUID:
            return isinstance(value, str) and str(uuid.UUID(value)) == value


def fits_dataverse(column: DataverseColumn, value: Any) -> bool:
    """Whether Dataverse takes a value into a column."""
    match column.type:
        case "string" | "memo":
            return value is None or (isinstance(value, str) and len(value) <= column.length)
        case "choice":
            return value is None or value in column.options
        case "state" | "status":
            return value in column.options
        case "boolean":
            return isinstance(value, bool)
        case "integer":
            return type(value) is int
        case "decimal" | "double" | "money":
            return isinstance(value, int | Decimal) and not isinstance(value, bool)
        case _:
            return isinstance(value, str)


def finance_examples(column: FinanceColumn) -> list[Any]:
    """Values of a Finance column, the empty and the longest among them."""
    match column.kind:
        case Kind.TEXT:
            return ["", "a", "A b", " é|%", "x" * column.size]
        case Kind.ENUM:
            return list(column.enum.members) if column.enum else []
        case Kind.WHOLE | Kind.WHOLE64:
            return [0, 1, -1, 2**31 - 1]
        case Kind.REAL:
            return [0, Decimal(0), Decimal("0.005"), Decimal("-1234.567891"), Decimal(10**20 - 1)]
        case Kind.DATE | Kind.TIME:
            return ["1900-01-01T12:00:00Z", "2026-09-15T12:00:00Z", "2154-12-31T12:00:00Z"]
        case Kind.GUID:
            return [NO_GUID, "7e2f0000-0000-4000-8000-00000000000a", "{7E2F0000-0000-4000-8000-00000000000A}"]
