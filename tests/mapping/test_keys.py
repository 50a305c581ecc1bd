"""Finance keys as text: they come back as they were, and what is no key is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import Rejected
from shared.mapping import keys
from shared.mapping.model import DataverseTable, FinanceEntity, Row, TableMap
from shared.mapping.transforms import Transform, date_only, date_time
from shared.mapping.values import Time, Unmatched, Value
from tests.mapping import strategies as raw
from tests.mapping.declared import BERTHS, COMPANIES, OWNERS, SHIPS

PARTS = st.text(st.sampled_from("ab|%257Cc ÄßI"), min_size=0, max_size=8) | raw.TEXTS


@given(st.lists(PARTS, min_size=1, max_size=4))
def test_parts_come_back_as_they_were_joined(parts: list[str]) -> None:
    assert keys.split(keys.join(parts)) == parts


@given(st.lists(PARTS, min_size=1, max_size=3), st.lists(PARTS, min_size=1, max_size=3))
def test_different_parts_never_make_the_same_text(one: list[str], other: list[str]) -> None:
    assert (keys.join(one) == keys.join(other)) == (one == other)


@given(st.lists(st.text(st.sampled_from("AB|%Z"), max_size=6), min_size=1, max_size=4))
def test_parts_come_back_from_a_text_that_was_casefolded(parts: list[str]) -> None:
    assert keys.split(keys.join(parts).casefold()) == [part.casefold() for part in parts]


def test_keys_that_differ_in_case_name_the_same_row() -> None:
    assert keys.same("usmf|PRJ-1", "USMF|prj-1")
    assert not keys.same("usmf|PRJ-1", "usmf|PRJ-2")


@given(st.text(st.sampled_from("AB|% 1"), min_size=1).filter(lambda text: text.strip()), st.integers(-5, 10**9))
def test_a_key_text_names_the_columns_it_was_made_of(harbour: str, number: int) -> None:
    values: dict[str, Value] = {"dataAreaId": "usmf", "HarbourId": harbour, "BerthNumber": number}
    key = keys.of_values(BERTHS, values, "berths_to_finance")
    assert keys.parse(BERTHS, key) == values


def test_a_row_as_read_from_finance_has_the_key_it_was_written_with() -> None:
    row = {"dataAreaId": "USMF", "HarbourId": "H|1 ", "BerthNumber": 7}
    assert keys.of_row(BERTHS, row) == "usmf|H%7C1|7"


def test_rows_that_finance_numbers_itself_are_named_by_what_they_are_matched_by() -> None:
    row = {"dataAreaId": "usmf", "ShipNumber": "S-00012", "HarbourId": "HAM", "ElementId": "7e2f"}
    assert keys.of_row(SHIPS, row) == "usmf|HAM|7e2f"


@pytest.mark.parametrize(
    "key", ["", "usmf", "usmf|HAM", "usmf|HAM|", "|HAM|1", "usmf||1", "usmf|HAM|1|2", "usmf|HAM|one", "usmf|HAM|01"]
)
def test_what_is_no_key_of_the_entity_is_rejected_in_words(key: str) -> None:
    with pytest.raises(Rejected) as refusal:
        keys.parse(BERTHS, key)
    assert repr(key) in str(refusal.value)
    assert "Berths" in str(refusal.value)


@given(raw.TEXTS)
def test_no_text_whatever_breaks_the_reader_of_keys(text: str) -> None:
    try:
        named = keys.parse(BERTHS, text)
    except Rejected:
        return
    assert keys.same(keys.join(map(str, named.values())), text) or "%" in text


@pytest.mark.parametrize("nothing", [None, "", Unmatched("?", "no counterpart")])
def test_a_key_with_a_part_missing_is_rejected_with_the_column_to_fill_in(nothing: Value) -> None:
    values: dict[str, Value] = {"dataAreaId": "usmf", "OwnerId": nothing}
    with pytest.raises(Rejected, match="owners_to_finance") as refusal:
        keys.of_values(OWNERS, values, "owners_to_finance")
    assert refusal.value.column == "number"


def test_the_company_is_told_from_the_key() -> None:
    assert keys.company_of(OWNERS, "usmf|A|B") == "usmf"
    assert keys.company_of(COMPANIES, "usmf") is None


def valid_from(transform: Transform) -> TableMap:
    """A map whose key is a time."""
    return TableMap(
        "rates",
        label="Rates",
        version="1",
        finance=FinanceEntity("Rates", key=("ValidFrom",)),
        dataverse=DataverseTable("rate", "rates", key=("validfrom",)),
        rows=(Row("ValidFrom", ">", "validfrom", transform),),
    )


@pytest.mark.parametrize(
    ("transform", "raw_value", "key"),
    [
        (date_only(), "2026-01-01T12:00:00Z", "2026-01-01"),
        (date_time(), "2026-01-01T08:30:00Z", "2026-01-01T08:30:00Z"),
    ],
)
def test_a_key_with_a_time_finds_the_row_it_came_from_also_after_a_casefold(
    transform: Transform, raw_value: str, key: str
) -> None:
    rates = valid_from(transform)
    row = {"ValidFrom": raw_value}
    assert keys.of_row(rates, row) == key
    for text in (key, key.casefold(), raw_value):
        assert keys.parse(rates, text) == row == keys.address(rates, row)
    # A time of its own type, because an address holds it bare.
    assert isinstance(keys.address(rates, row)["ValidFrom"], Time)


@pytest.mark.parametrize("transform", [date_only(), date_time()])
@pytest.mark.parametrize("text", ["soon", "2026-13-01", "2026-1-1", "2026-01-01 or so"])
def test_what_is_no_time_is_no_key(transform: Transform, text: str) -> None:
    with pytest.raises(Rejected, match="is not a key of Rates"):
        keys.parse(valid_from(transform), text)


def test_an_address_has_the_entitys_own_key_also_where_rows_are_matched_by_others() -> None:
    row = {"dataAreaId": "usmf", "ShipNumber": "S-00012", "HarbourId": "HAM", "ElementId": "7e2f"}
    assert keys.address(SHIPS, row) == {name: row[name] for name in SHIPS.finance.key}


def test_a_moment_before_all_time_is_no_key() -> None:
    with pytest.raises(Rejected, match="is not a key of Rates"):
        keys.parse(valid_from(date_time()), "0001-01-01T00:00:00+14:00")
