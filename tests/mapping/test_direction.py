"""A direction: what it reads, what it finds different, what it writes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import Misconfigured, Rejected
from shared.mapping.direction import Direction, Values, direction_of
from shared.mapping.model import Side
from shared.mapping.values import Unmatched
from tests.mapping import strategies as raw
from tests.mapping.declared import BERTHS, CATALOGUE, COMPANIES, OWNERS, SHIPS, ship, to_dataverse, to_finance

SHIP_VALUES: Values = {
    "dataAreaId": "usmf",
    "HarbourId": "HAM",
    "BerthNumber": 12,
    "ElementId": "7e2f",
    "FlagshipElementId": None,
    "YardName": "Blohm",
    "ShipName": "Aurora",
    "Launched": "2019-05-04",
    "Stage": 0,
    "Insured": True,
    "Draught": Decimal("8.20"),
}


def test_a_direction_has_the_one_name_that_everything_of_it_bears() -> None:
    assert to_finance(SHIPS).name == "ships_to_finance"
    assert set(CATALOGUE.directions) == {
        "companies_to_dataverse",
        "owners_to_finance",
        "owners_to_dataverse",
        "berths_to_finance",
        "ships_to_finance",
    }


def test_a_map_cannot_be_compiled_towards_a_side_that_it_does_not_write_to() -> None:
    with pytest.raises(ValueError, match="ships has no row towards dataverse"):
        direction_of(SHIPS, Side.DATAVERSE)


def test_there_is_no_direction_of_another_name() -> None:
    with pytest.raises(Misconfigured, match="ships_to_mars"):
        CATALOGUE.direction("ships_to_mars")


# -- reading ---------------------------------------------------------------------------------------------------------


def test_a_source_row_is_read_into_agreed_values() -> None:
    assert to_finance(SHIPS).translate(ship()) == SHIP_VALUES


def test_a_target_row_is_read_into_the_same_values() -> None:
    there = {
        "dataAreaId": "usmf",
        "HarbourId": "HAM",
        "BerthNumber": 12,
        "ElementId": "7e2f",
        "FlagshipElementId": "",
        "YardName": "Blohm",
        "ShipName": "Aurora",
        "Launched": "2019-05-04T12:00:00Z",
        "Stage": "Afloat",
        "Insured": "Yes",
        "Draught": Decimal("8.2"),
    }
    assert to_finance(SHIPS).current(there) == SHIP_VALUES


def test_a_row_of_nothing_reads_as_no_values() -> None:
    values = to_finance(SHIPS).translate({})
    assert values.keys() == SHIP_VALUES.keys()
    assert isinstance(values.pop("Stage"), Unmatched)  # an enum of Finance always has a value, a choice need not
    assert not any(values.values())


def test_rows_that_are_off_or_constant_are_not_read() -> None:
    names = {row.name for row in to_finance(OWNERS).rows}
    assert names == {"dataAreaId", "OwnerId", "Name", "Phone", "Credit", "ParentId", "Memo"}


@given(st.dictionaries(st.sampled_from(sorted(ship())), raw.JSON))
def test_no_json_whatever_breaks_the_reading_of_a_row(columns: dict[str, Any]) -> None:
    assert to_finance(SHIPS).translate(ship(**columns)).keys() == SHIP_VALUES.keys()


@given(st.dictionaries(st.sampled_from(sorted(SHIP_VALUES)), raw.JSON))
def test_no_json_whatever_breaks_the_reading_of_a_target_row(columns: dict[str, Any]) -> None:
    assert to_finance(SHIPS).current(columns).keys() == SHIP_VALUES.keys()


@pytest.mark.parametrize(
    ("column", "value", "names"),
    [
        ("name", 7, {"ShipName"}),
        ("stage", [0], {"Stage"}),
        ("yard", "Blohm", {"YardName"}),
        ("berth", ["HAM", 12], {"dataAreaId", "HarbourId", "BerthNumber"}),
    ],
)
def test_a_column_of_another_kind_spoils_no_other_column(column: str, value: Any, names: set[str]) -> None:
    values = to_finance(SHIPS).translate(ship(**{column: value}))
    strange = {name for name, found in values.items() if isinstance(found, Unmatched)}
    assert strange == names
    assert {name: found for name, found in values.items() if name not in names} == {
        name: found for name, found in SHIP_VALUES.items() if name not in names
    }


@pytest.mark.parametrize(
    ("row", "carried"),
    [(ship(), True), (ship(scrapped=True), False), (ship(scrapped=None), False), (ship(statecode=1), False)],
)
def test_a_filter_says_which_source_rows_are_carried(row: dict[str, Any], *, carried: bool) -> None:
    assert to_finance(SHIPS).applies(row) is carried


def test_a_map_without_a_filter_carries_every_row() -> None:
    assert to_dataverse(COMPANIES).applies({})


# -- what to read ----------------------------------------------------------------------------------------------------


def test_of_finance_the_key_and_the_mapped_columns_are_read() -> None:
    assert to_finance(SHIPS).finance_columns == (
        "dataAreaId", "ShipNumber", "HarbourId", "ElementId", "BerthNumber", "FlagshipElementId", "YardName",
        "ShipName", "Launched", "Stage", "Insured", "Draught",
    )  # fmt: skip


def test_of_dataverse_the_columns_of_rows_key_and_filter_are_read_and_lookups_as_a_tree() -> None:
    shape = to_finance(SHIPS).shape
    assert shape.columns == ("shipid", "name", "launched", "stage", "insured", "draught", "statecode", "scrapped")
    berth = shape.lookups["berth"]["berth"]
    assert berth.columns == ("harbour", "number")
    assert berth.lookups["company"]["*"].columns == ("cdm_companycode",)
    assert shape.lookups["flagship"]["ship"].columns == ("shipid",)


def test_of_a_lookup_with_several_targets_a_column_of_each_is_read() -> None:
    keeper = to_finance(BERTHS).shape.lookups["keeper"]
    assert {table: shape.columns for table, shape in keeper.items()} == {"owner": ("number",), "contact": ("personid",)}


# -- differences -----------------------------------------------------------------------------------------------------


def test_only_what_differs_is_a_difference() -> None:
    there = SHIP_VALUES | {"ShipName": "Avrora", "Draught": Decimal("8.200")}
    assert to_finance(SHIPS).differences(SHIP_VALUES, there) == {"ShipName": "Aurora"}


def test_a_row_that_is_not_there_lacks_all_that_is_not_empty() -> None:
    lacking = to_finance(SHIPS).differences(SHIP_VALUES, None)
    assert lacking == {name: value for name, value in SHIP_VALUES.items() if value is not None}


def test_an_emptied_value_is_a_difference() -> None:
    assert to_finance(SHIPS).differences(SHIP_VALUES | {"YardName": None}, SHIP_VALUES) == {"YardName": None}


def test_a_stranger_on_the_target_is_replaced_and_one_on_the_source_is_not_passed_over() -> None:
    stranger = Unmatched("Sunk", "unknown")
    assert to_finance(SHIPS).differences(SHIP_VALUES, SHIP_VALUES | {"Stage": stranger}) == {"Stage": 0}
    assert to_finance(SHIPS).differences(SHIP_VALUES | {"Stage": stranger}, SHIP_VALUES) == {"Stage": stranger}


# -- encoding --------------------------------------------------------------------------------------------------------


def test_values_are_written_as_finances_columns() -> None:
    columns = to_finance(SHIPS).encode(SHIP_VALUES, "7e2f")
    assert not columns.lookups
    assert columns.plain == {
        "dataAreaId": "usmf",
        "HarbourId": "HAM",
        "BerthNumber": 12,
        "ElementId": "7e2f",
        "FlagshipElementId": "",
        "YardName": "Blohm",
        "ShipName": "Aurora",
        "Launched": "2019-05-04T12:00:00Z",
        "Stage": "Afloat",
        "Insured": "Yes",
        "Draught": Decimal("8.20"),
    }


def test_towards_dataverse_all_rows_through_a_lookup_are_one_column_to_resolve() -> None:
    changed: Values = {"OwnerId": "O-1", "dataAreaId": "usmf", "ParentId": "O-2", "Credit": Decimal("1.50")}
    columns = to_dataverse(OWNERS).encode(changed, "usmf|O-1")
    assert columns.plain == {"number": "O-1", "credit": Decimal("1.50")}
    assert [(group.column, dict(group.rows)) for group in columns.lookups] == [
        ("company", {"dataAreaId": "cdm_companycode"}),
        ("parent", {"ParentId": "number"}),
    ]


def test_nothing_changed_is_nothing_to_write() -> None:
    assert not to_finance(SHIPS).encode({}, "7e2f")
    assert to_dataverse(OWNERS).encode({"ParentId": None}, "usmf|O-1")


def test_a_value_without_a_counterpart_is_rejected_with_direction_key_column_and_value() -> None:
    values = to_finance(SHIPS).translate(ship(stage=7))
    with pytest.raises(Rejected) as refusal:
        to_finance(SHIPS).encode(values, "7e2f")
    assert refusal.value.column == "stage"
    for part in ("ships_to_finance", "7e2f", "stage", "7", "Stage"):
        assert part in refusal.value.message
    assert "0, 1" in refusal.value.reason
    assert "map ships" in refusal.value.remedy


def test_towards_dataverse_the_column_at_fault_is_finances() -> None:
    direction: Direction = to_dataverse(OWNERS)
    with pytest.raises(Rejected, match="Credit holds 'much'") as refusal:
        direction.encode({"Credit": Unmatched("much", "not a number")}, "usmf|O-1")
    assert refusal.value.column == "Credit"


def test_a_new_row_starts_with_the_constants_of_its_side() -> None:
    assert to_finance(SHIPS).constants == {"Source": "Harbour office"}
    assert to_finance(OWNERS).constants == {"Language": "en-us"}
    assert to_dataverse(OWNERS).constants == {"kind": 3}


def test_the_finance_key_is_read_from_the_agreed_values() -> None:
    assert to_finance(SHIPS).finance_key(SHIP_VALUES) == "usmf|HAM|7e2f"


# -- echoes ----------------------------------------------------------------------------------------------------------


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "name": raw.TEXTS,
            "launched": raw.MOMENTS | raw.DAYS | raw.EMPTY_DATES,
            "stage": st.sampled_from([0, 1]),
            "insured": st.booleans() | st.none(),
            "draught": raw.DECIMALS | st.none(),
            "flagship": st.just({"shipid": "8a1c"}) | st.none(),
        },
    )
)
def test_what_was_written_is_no_difference_when_it_is_read_again(changes: dict[str, Any]) -> None:
    direction = to_finance(SHIPS)
    wanted = direction.translate(ship(**changes))
    if any(isinstance(value, Unmatched) for value in wanted.values()):
        return
    there = direction.encode(wanted, "7e2f").plain
    assert direction.differences(wanted, direction.current(there)) == {}
