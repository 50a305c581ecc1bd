"""Transforms: reversible on each side, total on what they are made for, canonical across the sides."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.mapping.transforms import (
    NO_GUID,
    Transform,
    company,
    date_only,
    date_time,
    decimal,
    default,
    either,
    guid,
    integer,
    money,
    text,
    values,
    yes_no,
)
from shared.mapping.values import Unmatched, as_text
from tests.mapping import strategies as raw

STAGES = values({0: "InProcess", 1: "Completed"})
TERMS = values({1: "Net 30", 2: "2% 10, Net 30"}, empty="")
BILLING = values({0: "NonChargeable", 1: "Chargeable"}, empty="NotSpecified")
ON_HOLD = values({806380000: "No", 806380001: "Invoice"}, unset="No")

NO_TEXT = st.sampled_from([None, "", "  "])


@dataclass(frozen=True)
class Kind:
    """A transform, and the JSON that each side may hand it."""

    transform: Transform
    finance: st.SearchStrategy[Any]
    dataverse: st.SearchStrategy[Any]

    def __str__(self) -> str:
        return self.transform.label


_TEXTS = raw.TEXTS | NO_TEXT
_IDS = st.uuids().map(str) | st.uuids().map(lambda id_: f"{{{str(id_).upper()}}}") | st.sampled_from([None, NO_GUID])
_NUMBERS = raw.DECIMALS | st.none()
_TIMES = raw.MOMENTS | raw.ODD_MOMENTS | raw.EMPTY_DATES
KINDS = [
    Kind(text(), _TEXTS, _TEXTS),
    Kind(text(7), _TEXTS, _TEXTS),
    Kind(company(), _TEXTS, _TEXTS),
    Kind(guid(), _IDS, _IDS | _TEXTS),
    Kind(integer(), raw.WHOLE | st.none(), raw.WHOLE | st.none()),
    Kind(decimal(5), _NUMBERS, _NUMBERS),
    Kind(money(), _NUMBERS, _NUMBERS),
    Kind(yes_no(), st.sampled_from(["Yes", "No"]), st.sampled_from([True, False, None])),
    Kind(yes_no(opposite=True), st.sampled_from(["Yes", "No"]), st.sampled_from([True, False, None])),
    Kind(STAGES, raw.spelled("InProcess") | raw.TEXTS | st.none(), st.integers(-1, 3) | st.none()),
    Kind(TERMS, raw.spelled("Net 30") | raw.TEXTS | NO_TEXT, st.integers(-1, 3) | st.none()),
    Kind(ON_HOLD, raw.spelled("Invoice") | raw.TEXTS | st.none(), st.sampled_from([806380000, 806380001, 1, None])),
    Kind(date_only(), _TIMES, _TIMES | raw.DAYS),
    Kind(date_time(), _TIMES | raw.TEXTS, _TIMES | raw.DAYS | raw.TEXTS),
]


@pytest.mark.parametrize("kind", KINDS, ids=str)
@given(data=st.data())
def test_what_was_read_on_one_side_comes_back_from_either(kind: Kind, data: st.DataObject) -> None:
    transform = kind.transform
    for value in (
        transform.read_finance(data.draw(kind.finance)),
        transform.read_dataverse(data.draw(kind.dataverse)),
    ):
        if not isinstance(value, Unmatched):
            assert transform.read_finance(transform.write_finance(value)) == value
            assert transform.read_dataverse(transform.write_dataverse(value)) == value


@pytest.mark.parametrize("kind", KINDS, ids=str)
@given(data=st.data())
def test_a_value_without_a_counterpart_says_why(kind: Kind, data: st.DataObject) -> None:
    given_raw = data.draw(kind.finance)
    value = kind.transform.read_finance(given_raw)
    if isinstance(value, Unmatched):
        assert value.raw == given_raw
        assert value.why


@pytest.mark.parametrize("kind", KINDS, ids=str)
@given(data=st.data())
def test_equal_agreed_values_are_remembered_as_equal_texts(kind: Kind, data: st.DataObject) -> None:
    one = kind.transform.read_finance(data.draw(kind.finance))
    other = kind.transform.read_dataverse(data.draw(kind.dataverse))
    if one == other:
        assert as_text(one) == as_text(other)
    elif not isinstance(one, Unmatched) and not isinstance(other, Unmatched):
        assert as_text(one) != as_text(other)


@pytest.mark.parametrize(
    ("transform", "finance", "dataverse"),
    [
        (text(), "", None),
        (text(), "Crane", "Crane  "),
        (text(), "   ", None),
        (text(5), "Harbo", "Harbour crane"),
        (text(8), "Harbour", "Harbour crane"),  # what is cut off may leave a blank at the end
        (company(), "usmf", "USMF "),
        (company(), "", None),
        (guid(), NO_GUID, None),
        (guid(), "9f3c2f6e-9c8e-4ff2-8f0c-3f1f3c9b6a11", "{9F3C2F6E-9C8E-4FF2-8F0C-3F1F3C9B6A11}"),
        (integer(), 0, None),
        (integer(), 7, Decimal("7.0")),
        (decimal(2), Decimal(0), None),
        (decimal(2), Decimal("120.5"), Decimal("120.50000")),
        (decimal(2), Decimal("0.13"), Decimal("0.125")),  # half away from zero
        (decimal(2), Decimal("-0.13"), Decimal("-0.125")),
        (decimal(2), 0, Decimal("-0.001")),
        (money(), Decimal("1234.5"), Decimal("1234.5000")),
        (money(), 250000, Decimal("250000.0000")),
        (money(), Decimal("99999999999999999999999999.99"), Decimal("99999999999999999999999999.9900")),
        (yes_no(), "No", None),
        (yes_no(), "Yes", True),
        (yes_no(opposite=True), "Yes", None),
        (yes_no(opposite=True), "No", True),
        (STAGES, "completed", 1),
        (BILLING, "NotSpecified", None),
        (BILLING, "chargeable", 1),
        (TERMS, "", None),
        (TERMS, "net 30", 1),
        (ON_HOLD, "No", None),
        (ON_HOLD, "No", 806380000),
        (date_only(), "1900-01-01T00:00:00Z", None),
        (date_only(), "1900-01-01T12:00:00Z", None),
        (date_only(), "2026-09-15T12:00:00Z", "2026-09-15"),
        (date_only(), "2026-09-15T12:00:00Z", "2026-09-15T00:00:00Z"),
        (date_only(), "2026-09-15T12:00:00Z", "2026-09-15T23:59:59Z"),
        (date_time(), "1900-01-01T00:00:00Z", None),
        (date_time(), "2026-09-15T08:00:00.9999999Z", "2026-09-15T08:00:00Z"),
        (date_time(), "2026-09-15T10:00:00+02:00", "2026-09-15T08:00:00Z"),
        (date_time(), "2026-09-15", "2026-09-15T00:00:00Z"),
    ],
    ids=repr,
)
def test_both_sides_mean_the_same(transform: Transform, finance: Any, dataverse: Any) -> None:
    agreed = transform.read_finance(finance)
    assert not isinstance(agreed, Unmatched)
    assert agreed == transform.read_dataverse(dataverse)


@pytest.mark.parametrize(
    ("transform", "finance", "dataverse"),
    [
        (text(), "crane", "Crane"),
        (text(), " Crane", "Crane"),
        (decimal(2), Decimal("0.12"), Decimal("0.125")),
        (date_only(), "2026-09-15T12:00:00Z", "2026-09-16T00:00:00Z"),
        (date_time(), "2026-09-15T08:00:00Z", "2026-09-15T08:00:01Z"),
        (STAGES, "InProcess", 1),
        (STAGES, "Scheduled", 7),  # two strangers are not the same stranger
    ],
    ids=repr,
)
def test_both_sides_differ(transform: Transform, finance: Any, dataverse: Any) -> None:
    assert transform.read_finance(finance) != transform.read_dataverse(dataverse)


@pytest.mark.parametrize(
    ("transform", "value", "finance", "dataverse"),
    [
        (text(), None, "", None),
        (text(), "Crane", "Crane", "Crane"),
        (company(), "usmf", "usmf", "usmf"),
        (integer(), 0, 0, 0),
        (yes_no(), True, "Yes", True),
        (yes_no(), False, "No", False),
        (yes_no(opposite=True), True, "No", True),
        (yes_no(opposite=True), False, "Yes", False),
        (STAGES, 1, "Completed", 1),
        (TERMS, None, "", None),
        (date_only(), "2026-09-15", "2026-09-15T12:00:00Z", "2026-09-15"),
        (date_only(), None, "1900-01-01T12:00:00Z", None),
        (date_time(), "2026-09-15T08:00:00Z", "2026-09-15T08:00:00Z", "2026-09-15T08:00:00Z"),
        (date_time(), None, "1900-01-01T00:00:00Z", None),
    ],
    ids=repr,
)
def test_each_side_is_written_in_its_own_form(transform: Transform, value: Any, finance: Any, dataverse: Any) -> None:
    assert transform.write_finance(value) == finance
    assert transform.write_dataverse(value) == dataverse


@given(raw.TEXTS, st.integers(1, 60))
def test_a_text_never_takes_more_room_than_finance_has(given_text: str, length: int) -> None:
    cut = text(length).read_dataverse(given_text)
    assert cut is None or (isinstance(cut, str) and len(cut.encode("utf-16-le")) <= 2 * length)
    assert cut is None or given_text.startswith(str(cut))


def test_a_character_of_two_units_is_cut_off_whole() -> None:
    assert text(4).read_dataverse("abc🏗") == "abc"
    assert text(5).read_dataverse("abc🏗") == "abc🏗"


@pytest.mark.parametrize("early", ["1899-12-31T00:00:00Z", "1753-01-01"])
@pytest.mark.parametrize("transform", [date_only(), date_time()], ids=["date_only", "date_time"])
def test_a_day_before_finances_first_has_no_counterpart(transform: Transform, early: str) -> None:
    assert isinstance(transform.read_dataverse(early), Unmatched)


@given(raw.ODD_MOMENTS)
def test_moments_are_the_same_moment_in_utc(moment: str) -> None:
    agreed = date_time().read_dataverse(moment)
    if isinstance(agreed, str):
        assert raw.utc(agreed) == raw.utc(moment).replace(microsecond=0)


def test_a_number_as_wide_as_finances_columns_is_rounded_like_any_other() -> None:
    widest = Decimal("12345678901234567890123456.1234567")
    assert decimal(6).read_dataverse(widest) == Decimal("12345678901234567890123456.123457")


def test_a_number_too_long_to_be_rounded_has_no_counterpart() -> None:
    assert isinstance(decimal(2).read_dataverse(Decimal("1e80")), Unmatched)


def test_a_choice_that_finance_knows_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="two Dataverse numbers"):
        values({0: "InProcess", 1: "inprocess"})


def test_a_missing_choice_is_either_empty_or_unset() -> None:
    with pytest.raises(ValueError, match="not both"):
        values({0: "No"}, empty="", unset="No")


def test_what_is_known_to_have_no_counterpart_still_has_none() -> None:
    chosen = values({0: "No"}, unset="No", unpaired=(7, "PurchOrder"))
    assert isinstance(chosen.read_finance("PurchOrder"), Unmatched)
    assert isinstance(chosen.read_dataverse(7), Unmatched)


@pytest.mark.parametrize("twice", [0, "no"])
def test_a_choice_is_either_paired_or_known_to_have_no_counterpart(twice: int | str) -> None:
    with pytest.raises(ValueError, match="both paired and unpaired"):
        values({0: "No"}, unpaired=(twice,))


@pytest.mark.parametrize("constant", ["Project Operations", 3, Decimal("1.0000000000")])
def test_a_default_carries_its_constant(constant: Any) -> None:
    assert default(constant).constant == constant


@pytest.mark.parametrize("text_of_number", ["01", "+1", " 1", "1_0", "1.0", "", "١"])
def test_a_number_in_a_key_is_written_one_way_only(text_of_number: str) -> None:
    with pytest.raises(ValueError, match=r"literal|written"):
        integer().parse(text_of_number)


@given(raw.WHOLE)
def test_a_number_in_a_key_comes_back(number: int) -> None:
    assert integer().parse(str(as_text(number))) == number


# -- two texts, and symbols that share a number ------------------------------------------------------------------------


def test_one_of_two_texts_is_an_answer_without_case_and_a_third_is_none() -> None:
    party = either(yes="Person", no="Organization")
    assert (party.read_finance("person"), party.read_finance("ORGANIZATION")) == (True, False)
    assert isinstance(party.read_finance("Team"), Unmatched)
    assert isinstance(party.read_finance(""), Unmatched)
    assert (party.read_dataverse(None), party.read_dataverse(True)) == (False, True)
    assert (party.write_finance(True), party.write_finance(False)) == ("Person", "Organization")


def test_a_symbol_that_shares_a_number_is_read_as_it_and_never_written() -> None:
    kind = values({1: "Employee", 2: "Contractor"}, also={"Both": 1})
    assert (kind.read_finance("both"), kind.read_finance("Employee")) == (1, 1)
    assert kind.write_finance(1) == "Employee"
    assert kind.label == "values(1 ↔ Employee, 2 ↔ Contractor, 1 ← Both)"


@pytest.mark.parametrize("also", [{"employee": 1}, {"Both": 3}])
def test_a_symbol_that_shares_a_number_has_none_of_its_own_and_the_number_has_one(also: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="Finance value"):
        values({1: "Employee", 2: "Contractor"}, also=also)
