"""Filters: evaluated here as Dataverse would, and refused at once where they could not be."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.mapping.filters import compile_filter
from tests.mapping import strategies as raw


@pytest.mark.parametrize(
    ("text", "passing", "failing"),
    [
        ("a eq 5", [5, Decimal("5.0")], [4, None, "5"]),
        ("a eq -5", [-5], [5, None]),
        ("a eq 'Organization'", ["Organization", "ORGANIZATION"], ["Person", "", None]),
        ("a eq 'O''Neill'", ["O'Neill"], ["O''Neill"]),
        ("a eq true", [True], [False, None]),
        ("a eq True", [True], [False, None]),
        ("a eq false", [False], [True, None]),
        ("a eq null", [None], [0, "", False]),
        ("a eq 1.5", [Decimal("1.50")], [Decimal("1.51"), None]),
        ("a eq 5D6F3F0E-8F1C-5A0B-9C53-6A3F0A6F7D11", ["5d6f3f0e-8f1c-5a0b-9c53-6a3f0a6f7d11"], [None]),
        ("a ne 5", [4, None], [5]),
        ("a ne '999'", ["USD", "", None], ["999"]),
        ("a ne null", [0, ""], [None]),
        ("a gt 5", [6], [5, None, "x"]),
        ("a ge 5", [5, Decimal("5.5")], [4, None]),
        ("a lt 5", [4], [5, None]),
        ("a le 5", [5], [6, None]),
        ("a lt 'b'", ["a", "A"], ["b", "B", None, 1]),
        ("a ge 2026-09-15T08:00:00Z", ["2026-09-15T08:00:00Z", "2026-10-01T00:00:00Z"], ["2026-09-15T07:59:59Z", None]),
        ("a in (1, 2)", [1, 2], [3, None]),
        ("a in ('x',)", ["x", "X"], ["y", None]),
        ("a in (null, 1)", [1, None], [2]),
        ("not (a eq 5)", [4, None], [5]),
        ("not (a ne 5)", [5], [4, None]),
        ("a gt 1 and a lt 5", [3], [1, 5, None]),
        ("a eq 1 or a eq 2", [1, 2], [3, None]),
        ("a eq 1 or a eq 2 and a eq 3", [1], [2, 3]),
        ("(a eq 1 or a eq 2) and a lt 2", [1], [2]),
        ("", [1, None], []),
    ],
)  # fmt: skip
def test_rows_pass_as_they_would_in_dataverse(text: str, passing: list[Any], failing: list[Any]) -> None:
    passes, _ = compile_filter(text)
    assert [value for value in passing if not passes({"a": value})] == []
    assert [value for value in failing if passes({"a": value})] == []


def test_a_column_that_was_not_read_counts_as_empty() -> None:
    assert compile_filter("a ne 5")[0]({})
    assert not compile_filter("a eq 5")[0]({})


def test_a_filter_tells_which_columns_it_reads_each_once() -> None:
    _, columns = compile_filter("b eq 1 and (a eq 2 or not (b in (3, 4)))")
    assert columns == ("b", "a")


@pytest.mark.parametrize(
    "text",
    [
        "a", "a eq", "a eq 1 and", "a eq b", "1 eq a", "a = 1", "a == 1", "a gt null", "a le null", "not a eq 1", "true",
        "contains(a,'x')", "startswith(a,'x') eq true", "a/b eq 1", "a.b eq 1", "a add 1 eq 2", "a eq duration'P1D'",
        "a eq 12:30:00", "a eq 2026-09-15T08:00:00.5+02:00", "x/any(y: y eq 1)", "a eq 'open", "a in ()", "a in (1, b)",
        "a eq Microsoft.Dynamics.DataEntities.NoYes'Yes'", " ", "(a eq 1", "a eq 1)", "🏗",
    ],
)  # fmt: skip
def test_what_cannot_be_evaluated_here_is_refused_when_it_is_compiled(text: str) -> None:
    with pytest.raises(ValueError, match="filter"):
        compile_filter(text)


@given(
    st.sampled_from(
        ["a eq 5", "a ne 'x'", "a lt 5", "a ge 'x'", "a in (1, 'x')", "not (a eq null)", "a le 2026-09-15"]
    ),
    st.none() | st.booleans() | raw.WHOLE | raw.DECIMALS | raw.TEXTS,
)
def test_no_value_of_a_column_breaks_a_filter(text: str, value: Any) -> None:
    passes, _ = compile_filter(text)
    assert passes({"a": value}) in (True, False)


@given(st.integers(-3, 3) | st.none(), st.integers(-3, 3))
def test_a_comparison_and_its_opposite_share_out_the_rows_that_have_a_value(value: int | None, constant: int) -> None:
    def passes(operator: str) -> bool:
        return compile_filter(f"a {operator} {constant}")[0]({"a": value})

    assert passes("eq") != passes("ne")
    assert passes("lt") == (value is not None and not passes("ge"))
    assert passes("gt") == (value is not None and not passes("le"))
