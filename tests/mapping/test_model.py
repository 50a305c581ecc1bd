"""What follows from a map's declaration alone, and from maps being together."""

from __future__ import annotations

import pytest

from shared.errors import Misconfigured
from shared.mapping.catalogue import Catalogue
from shared.mapping.direction import direction_of
from shared.mapping.model import DataverseTable, FinanceEntity, Row, Side, TableMap, lookup
from tests.mapping.declared import BERTHS, COMPANIES, OWNERS, SHIPS


def declare(*rows: Row) -> TableMap:
    """A map with these rows and one declared lookup."""
    return TableMap(
        "wares",
        label="Wares",
        version="1",
        finance=FinanceEntity("Wares", key=("Id",)),
        dataverse=DataverseTable("ware", "wares", key=("id",), lookups={"who": lookup("account", "contact")}),
        rows=rows,
    )


def test_a_map_writes_to_the_sides_that_a_row_runs_towards() -> None:
    assert COMPANIES.sides == (Side.DATAVERSE,)
    assert SHIPS.sides == (Side.FINANCE,)
    assert OWNERS.sides == (Side.FINANCE, Side.DATAVERSE)
    assert OWNERS.two_way
    assert not SHIPS.two_way


def test_constants_and_rows_that_are_off_make_no_direction() -> None:
    assert declare(Row("Id", "<", "id"), Row("A", "=", "a", off="later"), Row(None, ">", "b")).sides == (Side.FINANCE,)


@pytest.mark.parametrize(("table_map", "way"), [(SHIPS, "<"), (BERTHS, "<"), (OWNERS, "=")])
def test_the_company_row_is_implied_and_goes_the_way_of_the_others(table_map: TableMap, way: str) -> None:
    first = table_map.all_rows[0]
    assert (first.finance, first.way, first.dataverse) == ("dataAreaId", way, table_map.dataverse.company)


def test_a_map_without_companies_has_no_company_row() -> None:
    assert COMPANIES.all_rows == COMPANIES.rows


def test_the_primary_key_is_named_after_the_table_unless_declared() -> None:
    assert SHIPS.dataverse.row_id == "shipid"
    assert DataverseTable("activity", "activities", key=("id",), primary_key="activityid").row_id == "activityid"


def test_two_maps_of_one_name_are_refused() -> None:
    with pytest.raises(Misconfigured, match="Two maps are called ships"):
        Catalogue((SHIPS, SHIPS))


def test_a_lookup_that_is_followed_must_be_declared() -> None:
    with pytest.raises(ValueError, match="maker is followed but not declared"):
        declare(Row("Id", "<", "id"), Row("A", "<", "maker.name"))


def test_an_arrow_that_there_is_none_of_is_refused_and_does_not_leave_the_row_out() -> None:
    with pytest.raises(ValueError, match="row Name: '->' is none of =, >, <"):
        Row("Name", "->", "name")  # type: ignore[arg-type] # as somebody without a type checker writes it
    with pytest.raises(ValueError, match="row Name: 'guessed' is none of documented, schema, inferred"):
        Row("Name", ">", "name", provenance="guessed")  # type: ignore[arg-type] # the same


def test_paths_through_a_lookup_name_its_tables_all_or_none() -> None:
    wares = declare(Row("Id", "<", "id"), Row("A", "<", "who.Account(number)"), Row("B", "<", "who.name"))
    with pytest.raises(ValueError, match="name the table of every path through who"):
        _ = direction_of(wares, Side.FINANCE).shape


def test_several_paths_to_one_of_a_lookups_tables_are_all_read() -> None:
    wares = declare(
        Row("Id", "<", "id"),
        Row("A", "<", "who.Account(number).Contact(personid)"),
        Row("B", "<", "who.Account(name)"),
    )
    who = direction_of(wares, Side.FINANCE).shape.lookups["who"]
    assert {table: shape.columns for table, shape in who.items()} == {
        "account": ("number", "name"),
        "contact": ("personid",),
    }
