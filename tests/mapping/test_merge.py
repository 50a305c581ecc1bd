"""Three-way merge: what each side takes, who wins, and that no value a person typed is lost without a conflict."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.mapping.direction import Values
from shared.mapping.merge import Base, Conflict, Merge, merge
from shared.mapping.model import Side
from shared.mapping.values import Unmatched, as_text, is_empty
from tests.mapping.declared import CATALOGUE, OWNERS

PAIR = CATALOGUE.two_way(OWNERS)
SHARED = [row.name for row in PAIR.shared]
EMPTY: Values = {
    "dataAreaId": "usmf",
    "OwnerId": "O-1",
    "Name": None,
    "Phone": None,
    "Credit": Decimal("0.00"),
    "ParentId": None,
    "Rating": None,
    "Memo": None,
}

_TEXTS = st.sampled_from([None, "a", "b", "c"])
ROWS: st.SearchStrategy[Values] = st.fixed_dictionaries(
    {
        "dataAreaId": st.just("usmf"),
        "OwnerId": st.just("O-1"),
        "Name": _TEXTS,
        "Phone": _TEXTS,
        "Credit": st.sampled_from([Decimal("0.00"), Decimal("1.00"), Decimal("2.50")]),
        "ParentId": _TEXTS,
        "Rating": _TEXTS,
        "Memo": _TEXTS,
    }
)
BASES: st.SearchStrategy[Base | None] = st.none() | ROWS.map(
    lambda values: {name: as_text(values[name]) for name in SHARED}
)


def merged(finance: Any, dataverse: Any, base: Any, name: str = "Name") -> Merge:
    """Merge two rows that differ in one column; base "?" is none at all."""
    former: Base = {column: as_text(EMPTY[column]) for column in SHARED}
    if base == "?":
        del former[name]
    else:
        former[name] = as_text(base)
    return merge(PAIR, EMPTY | {name: finance}, EMPTY | {name: dataverse}, former)


@pytest.mark.parametrize(
    ("base", "finance", "dataverse", "to_finance", "to_dataverse", "lost"),
    [
        # base, Finance, Dataverse → Finance takes, Dataverse takes, lost
        ("a", "a", "a", None, None, None),
        ("a", "b", "a", None, "b", None),
        ("a", "a", "b", "b", None, None),
        ("a", "b", "b", None, None, None),
        ("a", "b", "c", None, "b", "c"),
        ("a", None, "a", None, "", None),
        ("a", "a", None, "", None, None),
        ("a", None, "c", None, "", "c"),
        ("a", "b", None, None, "b", ""),
        (None, "b", None, None, "b", None),
        (None, None, "b", "b", None, None),
        ("?", "b", "b", None, None, None),
        ("?", "b", None, None, "b", None),
        ("?", None, "b", "b", None, None),
        ("?", "b", "c", None, "b", "c"),
    ],
)
def test_a_column_that_finance_owns(
    base: Any, finance: Any, dataverse: Any, to_finance: Any, to_dataverse: Any, lost: Any
) -> None:
    result = merged(finance, dataverse, base)
    assert result.to_finance == ({} if to_finance is None else {"Name": to_finance or None})
    assert result.to_dataverse == ({} if to_dataverse is None else {"Name": to_dataverse or None})
    former = None if base == "?" else base
    assert result.conflicts == ([] if lost is None else [Conflict("Name", Side.FINANCE, finance, lost or None, former)])
    agreed = finance if not to_finance else dataverse
    assert result.base["Name"] == (None if to_finance == "" else agreed)


def test_a_columns_own_owner_wins_over_the_maps() -> None:
    result = merged("b", "c", "a", name="Phone")
    assert result.to_finance == {"Phone": "c"}
    assert result.conflicts == [Conflict("Phone", Side.DATAVERSE, "c", "b", "a")]


def test_two_rows_that_meet_for_the_first_time_lose_nothing_that_says_something() -> None:
    finance = EMPTY | {"Name": "Hanse", "Credit": Decimal("0.00")}
    dataverse = EMPTY | {"Name": None, "Credit": Decimal("9.00"), "Phone": "040"}
    result = merge(PAIR, finance, dataverse, None)
    assert result.to_dataverse == {"Name": "Hanse"}
    assert result.to_finance == {"Credit": Decimal("9.00"), "Phone": "040"}
    assert result.conflicts == []


def test_a_column_that_the_map_gained_since_is_met_for_the_first_time() -> None:
    assert merged(None, "b", "?").to_finance == {"Name": "b"}


def test_one_way_rows_of_a_two_way_map_follow_their_arrow() -> None:
    finance, dataverse = EMPTY | {"Rating": "A", "Memo": "x"}, EMPTY | {"Rating": "B", "Memo": "y"}
    result = merge(PAIR, finance, dataverse, None)
    assert result.to_dataverse == {"Rating": "A"}
    assert result.to_finance == {"Memo": "y"}
    assert "Rating" not in result.base


def test_a_stranger_that_both_sides_hold_is_handed_on_to_be_rejected() -> None:
    stranger = Unmatched("?", "unknown")
    result = merged(stranger, "b", "b")
    assert result.to_dataverse == {"Name": stranger}


@given(ROWS, ROWS, BASES)
def test_afterwards_both_sides_agree(finance: Values, dataverse: Values, base: Base | None) -> None:
    result = merge(PAIR, finance, dataverse, base)
    finance, dataverse = finance | result.to_finance, dataverse | result.to_dataverse
    assert finance == dataverse
    assert result.base == {name: as_text(finance[name]) for name in SHARED}


@given(ROWS, ROWS, BASES)
def test_a_second_merge_finds_nothing_to_do(finance: Values, dataverse: Values, base: Base | None) -> None:
    first = merge(PAIR, finance, dataverse, base)
    again = merge(PAIR, finance | first.to_finance, dataverse | first.to_dataverse, first.base)
    assert (again.to_finance, again.to_dataverse, again.conflicts) == ({}, {}, [])
    assert again.base == first.base


@given(ROWS, ROWS, BASES)
def test_no_value_is_overwritten_unless_it_is_the_base_empty_or_kept_in_a_conflict(
    finance: Values, dataverse: Values, base: Base | None
) -> None:
    result = merge(PAIR, finance, dataverse, base)
    kept = {(conflict.winner.other, conflict.column): conflict.lost for conflict in result.conflicts}
    for side, row in ((Side.FINANCE, finance), (Side.DATAVERSE, dataverse)):
        for name in result.towards(side).keys() & set(SHARED):
            was = as_text(row[name])
            unchanged = base is not None and base[name] == was
            nothing = base is None and is_empty(row[name])
            assert unchanged or nothing or kept[side, name] == was


@given(ROWS, ROWS, BASES)
def test_a_column_changes_on_one_side_only(finance: Values, dataverse: Values, base: Base | None) -> None:
    result = merge(PAIR, finance, dataverse, base)
    assert not result.to_finance.keys() & result.to_dataverse.keys()
    for conflict in result.conflicts:
        assert conflict.column in result.towards(conflict.winner.other)
        assert conflict.kept != conflict.lost


@given(ROWS, BASES)
def test_rows_that_agree_are_left_alone_whatever_the_base(row: Values, base: Base | None) -> None:
    result = merge(PAIR, row, dict(row), base)
    assert not result.to_finance
    assert not result.to_dataverse
    assert not result.conflicts


def test_a_two_way_map_reads_what_either_direction_needs() -> None:
    assert set(PAIR.finance_columns) == {
        *PAIR.to_finance.finance_columns,
        *PAIR.to_dataverse.finance_columns,
    }
    assert {"rating", "memo"} <= set(PAIR.shape.columns)
