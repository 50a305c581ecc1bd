"""References: which row of which map a lookup points at."""

from __future__ import annotations

import pytest

from shared.errors import Missing
from shared.mapping.catalogue import Catalogue
from shared.mapping.model import DataverseTable, FinanceEntity, Lookup, Row, TableMap, lookup
from shared.mapping.references import Reference
from shared.mapping.transforms import integer
from shared.mapping.values import Value
from tests.mapping.declared import BERTHS, CATALOGUE, COMPANIES, OWNERS, SHIPS, to_dataverse, to_finance

SHIP: dict[str, Value] = {
    "dataAreaId": "usmf",
    "HarbourId": "HAM",
    "BerthNumber": 12,
    "ElementId": "7e2f",
    "FlagshipElementId": "8A1C",
    "YardName": "Blohm",
}


def reference(table_map: TableMap, column: str) -> Reference:
    """The reference of a map's direction to Finance behind a lookup column."""
    return next(r for r in CATALOGUE.references(to_finance(table_map)) if r.group.column == column)


def test_the_parents_key_comes_from_the_rows_through_the_lookup() -> None:
    berth = reference(SHIPS, "berth")
    assert berth.parent is BERTHS
    assert berth.parts == ("dataAreaId", "HarbourId", "BerthNumber")
    assert berth.missing(SHIP) == Missing("berths", "usmf|ham|12")
    assert berth.finance_values(SHIP) == {"dataAreaId": "usmf", "HarbourId": "HAM", "BerthNumber": 12}


def test_what_the_lookup_does_not_give_comes_from_the_row_itself() -> None:
    flagship = reference(SHIPS, "flagship")
    assert flagship.parent is SHIPS
    assert flagship.missing(SHIP) == Missing("ships", "usmf|ham|8a1c")


def test_a_lookup_with_several_targets_gives_the_part_by_its_one_row() -> None:
    keeper = reference(BERTHS, "keeper")
    assert keeper.parent is OWNERS
    assert keeper.missing({"dataAreaId": "usmf", "KeeperId": "O|1"}) == Missing("owners", "usmf|o%7c1")
    assert keeper.finance_values({"dataAreaId": "usmf", "KeeperId": "O|1"}) == {"dataAreaId": "usmf", "OwnerId": "O|1"}


def test_the_company_is_a_reference_like_any_other() -> None:
    company = reference(OWNERS, "company")
    assert company.parent is COMPANIES
    assert company.missing({"dataAreaId": "usmf"}) == Missing("companies", "usmf")


def test_a_table_that_no_map_brings_is_named_itself_and_asked_for_nowhere() -> None:
    yard = reference(SHIPS, "yard")
    assert yard.parent is None
    assert yard.missing(SHIP) == Missing("yard", "blohm")
    assert yard.finance_values(SHIP) is None


def test_a_key_that_cannot_be_made_is_asked_for_nowhere() -> None:
    assert reference(SHIPS, "berth").finance_values(SHIP | {"HarbourId": None}) is None


def pointing(*rows: Row, **lookups: Lookup) -> Reference:
    """The reference of a made-up map that points at berths, whose key is company, harbour and number."""
    entity = FinanceEntity("Visits", key=("dataAreaId", "VisitId"))
    table = DataverseTable("visit", "visits", key=("id",), company="company.cdm_companycode", lookups=lookups)
    visits = TableMap("visits", label="Visits", version="1", finance=entity, dataverse=table, rows=rows)
    maps = Catalogue((visits, BERTHS))
    return next(r for r in maps.references(maps.direction("visits_to_finance")) if r.group.column == "berth")


def test_a_lookup_may_say_which_rows_name_what_it_points_at() -> None:
    rows = (Row("VisitId", "<", "id"), Row("Place", "<", "berth.number", integer()), Row("Port", "<", "port"))
    berth = pointing(*rows, berth=lookup("berth", named_by=("dataAreaId", "Port", "Place")), company=lookup("company"))
    assert berth.parent is BERTHS
    assert berth.missing({"dataAreaId": "usmf", "Port": "HAM", "Place": 12}) == Missing("berths", "usmf|ham|12")


def test_a_lookup_that_is_only_passed_through_names_no_row() -> None:
    rows = (Row("VisitId", "<", "id"), Row("Pilot", "<", "berth.pilot.number"))
    berth = pointing(*rows, berth=lookup("berth"), company=lookup("company"))
    assert berth.parent is None
    assert berth.is_set({"Pilot": "P-1"})
    assert berth.finance_values({"Pilot": "P-1"}) is None


@pytest.mark.parametrize(("value", "is_set"), [("O-2", True), (None, False), ("", False)])
def test_a_lookup_points_somewhere_if_any_of_its_rows_says_something(value: str | None, *, is_set: bool) -> None:
    parent = next(r for r in CATALOGUE.references(to_dataverse(OWNERS)) if r.group.column == "parent")
    assert parent.is_set({"ParentId": value, "dataAreaId": "usmf"}) is is_set


def test_the_dependants_of_a_map_are_the_lookups_that_point_at_its_rows_from_other_maps() -> None:
    def dependants(table_map: TableMap) -> set[tuple[str, str]]:
        return {(direction.name, column) for direction, column in CATALOGUE.dependants(table_map)}

    assert dependants(OWNERS) == {("berths_to_finance", "keeper")}
    assert dependants(BERTHS) == {("ships_to_finance", "berth")}
    assert dependants(SHIPS) == set()
