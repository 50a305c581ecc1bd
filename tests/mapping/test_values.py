"""Agreed values as texts: how they are remembered."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given

from shared.mapping.values import Unmatched, Value, as_text, is_empty
from tests.mapping import strategies as raw


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, None),
        ("Crane", "Crane"),
        (True, "yes"),
        (False, "no"),
        (7, "7"),
        (Decimal("1.50"), "1.5"),
        (Decimal("100.00"), "100"),
        (Decimal("-0.00"), "0"),
        (Decimal("1E+3"), "1000"),
        (Unmatched(7, "unknown"), "unmatched:7"),
    ],
)
def test_a_value_is_remembered_in_one_form(value: Value, text: str | None) -> None:
    assert as_text(value) == text


@given(raw.amounts(4), raw.amounts(4))
def test_amounts_are_equal_when_their_texts_are(one: Decimal, other: Decimal) -> None:
    assert (one == other) == (as_text(one) == as_text(other))
    assert Decimal(as_text(one) or "") == one


def test_a_number_of_any_length_is_remembered_to_its_last_digit() -> None:
    widest = Decimal("12345678901234567890123456.123456")
    assert as_text(widest) == "12345678901234567890123456.123456"
    assert as_text(widest) != as_text(Decimal("12345678901234567890123456.123457"))


@pytest.mark.parametrize("value", [None, "", 0, Decimal("0.00"), False])
def test_what_finance_cannot_tell_from_never_set_is_empty(value: Value) -> None:
    assert is_empty(value)


@pytest.mark.parametrize("value", ["x", 1, Decimal("0.01"), True, Unmatched("", "unknown")])
def test_what_says_something_is_not_empty(value: Value) -> None:
    assert not is_empty(value)


def test_two_values_without_a_counterpart_never_agree() -> None:
    assert Unmatched("Sunk", "unknown") != Unmatched("Sunk", "unknown")
