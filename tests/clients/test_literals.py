from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from urllib.parse import unquote
from uuid import UUID

import httpx
import pytest
import simplejson
from hypothesis import given
from hypothesis import strategies as st

from shared.clients.literals import (
    Scalar,
    equal_all,
    in_path,
    in_query,
    json_body,
    json_value,
    key_address,
    literal,
    plain,
)
from shared.errors import Rejected
from shared.mapping.values import Time


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("O'Neil", "'O''Neil'"),
        ("", "''"),
        (None, "null"),
        (7, "7"),
        (True, "true"),
        (False, "false"),
        (Decimal("12.50"), "12.50"),
        (Decimal("1E-7"), "0.0000001"),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (Time("2026-09-15T08:00:00Z"), "2026-09-15T08:00:00Z"),
        (date(2026, 9, 15), "2026-09-15"),
        (datetime(2026, 9, 15, 12, tzinfo=UTC), "2026-09-15T12:00:00Z"),
        (datetime(2026, 9, 15, 14, tzinfo=timezone(timedelta(hours=2))), "2026-09-15T12:00:00Z"),
    ],
)
def test_a_value_is_written_by_its_type(value: Scalar, text: str) -> None:
    assert literal(value) == text


def test_a_key_keeps_the_order_it_was_given_in() -> None:
    assert key_address({"ProjectId": "P 1/é'+", "Line": 3}) == "(ProjectId='P%201%2F%C3%A9''%2B',Line=3)"


def test_all_values_are_asked_for() -> None:
    assert equal_all({"a": "x", "b": 1}) == "a eq 'x' and b eq 1"


@given(st.text(st.characters(codec="utf-8")))
def test_any_text_arrives_as_it_was_once_decoded_and_never_ends_its_part_of_the_address(text: str) -> None:
    url = httpx.URL(f"https://h/x({in_path(literal(text))})?$filter={in_query(literal(text))}&$top=1")

    path, _, query = url.raw_path.decode().partition("?")
    options = [option.partition("=")[2] for option in query.split("&")]
    assert "+" not in query
    assert unquote(path) == f"/x({literal(text)})"
    assert [unquote(option) for option in options] == [literal(text), "1"]


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_a_decimal_is_exact_both_ways(value: Decimal) -> None:
    body = json_body({"amount": json_value(value)})

    assert b"E" not in body.upper()
    assert Decimal(simplejson.loads(body, use_decimal=True)["amount"]) == value


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity"])
def test_what_is_no_number_is_rejected_before_it_is_sent(value: str) -> None:
    with pytest.raises(Rejected, match="is not a number"):
        plain(Decimal(value))


def test_a_decimal_keeps_its_trailing_zeros() -> None:
    assert json_body({"amount": json_value(Decimal("20000.0000"))}) == b'{"amount":20000.0000}'
