"""The order of maps, from their lookups; and cycles, named."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from shared.errors import Misconfigured
from shared.mapping.model import DataverseTable, FinanceEntity, Row, TableMap, lookup
from shared.mapping.order import dependencies, run_order
from tests.mapping.declared import BERTHS, CATALOGUE, COMPANIES, OWNERS, SHIPS


def pointing(name: str, *targets: str, off: str = "") -> TableMap:
    """A map of the table of its own name whose rows point at other tables."""
    return TableMap(
        name,
        label=name,
        version="1",
        finance=FinanceEntity(name, key=("Id",)),
        dataverse=DataverseTable(
            name, f"{name}s", key=("id",), lookups={f"to_{target}": lookup(target) for target in targets}
        ),
        rows=(Row("Id", "<", "id"), *(Row(f"To{target}", "<", f"to_{target}.id", off=off) for target in targets)),
    )


def test_a_map_comes_after_those_whose_rows_it_points_at_itself_excepted() -> None:
    assert dependencies(CATALOGUE.maps.values()) == {
        "companies": set(),
        "owners": {"companies"},
        "berths": {"companies", "owners"},
        "ships": {"berths"},
    }
    assert CATALOGUE.run_order == ("companies", "owners", "berths", "ships")


def test_the_order_does_not_depend_on_the_order_of_declaration() -> None:
    assert run_order((OWNERS, SHIPS, COMPANIES, BERTHS)) == run_order((COMPANIES, BERTHS, SHIPS, OWNERS))


def test_a_circle_is_named_with_its_path() -> None:
    circle = (pointing("a", "b"), pointing("b", "c"), pointing("c", "a"), pointing("d", "a"))
    with pytest.raises(Misconfigured) as refusal:
        run_order(circle)
    named = refusal.value.message.removeprefix("The maps need each other in a circle: ").rstrip(".").split(" → ")
    assert named[0] == named[-1]
    assert set(named) == {"a", "b", "c"}
    for one, needed in pairwise(named):
        assert needed in dependencies(circle)[one]


def test_a_row_that_is_off_makes_no_circle() -> None:
    assert run_order((pointing("a", "b"), pointing("b", "a", off="second pass"))) == ("b", "a")


def test_a_map_may_come_after_another_that_no_lookup_names() -> None:
    assert run_order((replace(pointing("a"), after=("b",)), pointing("b"))) == ("b", "a")


def test_a_map_that_comes_after_nothing_that_exists_is_refused() -> None:
    with pytest.raises(Misconfigured, match="The map a comes after nowhere"):
        run_order((replace(pointing("a"), after=("nowhere",)),))


def test_a_table_that_no_map_brings_is_waited_for_by_nobody() -> None:
    assert dependencies((pointing("a", "elsewhere"),)) == {"a": set()}
