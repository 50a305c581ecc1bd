"""Every direction has a sample in tests/samples: a source row as its client gives it, and what must come of it."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import simplejson

from shared.mapping import keys
from shared.mapping.direction import Direction
from shared.mapping.model import Side
from shared.mapping.shape import Shape
from shared.maps.catalogue import catalogue
from tests.maps.metadata import dataverse_columns, finance_column
from tests.maps.test_every_map import every_direction, fits_dataverse, fits_finance

SAMPLES = Path(__file__).parents[1] / "samples"


def sample(direction: Direction) -> dict[str, Any]:
    """The sample of a direction, its fractions as the clients give them."""
    text = (SAMPLES / f"{direction.name}.json").read_text(encoding="utf-8")
    content: dict[str, Any] = simplejson.loads(text, use_decimal=True)
    return content


def exactly(columns: dict[str, Any]) -> dict[str, tuple[type, str]]:
    """Columns with type and spelling: 1 is not True, and 0.90 not 0.9. An id or a time is a text like any other."""
    return {name: (str if isinstance(value, str) else type(value), str(value)) for name, value in columns.items()}


def test_every_direction_has_a_sample_and_every_sample_a_direction() -> None:
    assert {path.stem for path in SAMPLES.glob("*")} == set(catalogue().directions)


@every_direction
def test_a_sample_holds_all_that_is_read_of_its_row(direction: Direction) -> None:
    source = sample(direction)["source"]
    if direction.source is Side.DATAVERSE:
        assert_holds(direction.shape, source)
    else:
        assert set(source) == {*direction.finance_columns}


def assert_holds(shape: Shape, row: dict[str, Any]) -> None:
    """Whether a row has the columns of a shape, through every lookup that is set."""
    assert {*shape.columns, *shape.lookups} <= {*row} | {name[1:-6] for name in row if name.startswith("_")}
    for column, tables in shape.lookups.items():
        if row[column] is not None:
            table = row[column].get("@table") or next(iter(tables))
            assert_holds(tables[table], row[column])


@every_direction
def test_a_sample_becomes_the_columns_it_says(direction: Direction) -> None:
    expected = sample(direction)
    values = direction.translate(expected["source"])
    columns = direction.encode(values, expected["key"])
    assert exactly(columns.plain) == exactly(expected["target"])
    lookups = {group.column: {path: values[name] for name, path in group.rows.items()} for group in columns.lookups}
    assert lookups == expected.get("lookups", {})
    assert exactly(dict(direction.constants)) == exactly(expected.get("constants", {}))


@every_direction
def test_a_sample_is_carried_by_the_map_and_has_the_key_it_says(direction: Direction) -> None:
    expected = sample(direction)
    assert direction.applies(expected["source"])
    if direction.source is Side.FINANCE:
        assert keys.of_row(direction.map, expected["source"]) == expected["key"]
    else:
        assert direction.finance_key(direction.translate(expected["source"])) == expected["key"]
    assert set(keys.parse(direction.map, expected["key"])) == set(direction.map.finance.identity)


@every_direction
def test_a_sample_written_to_the_target_and_read_again_is_no_difference(direction: Direction) -> None:
    expected = sample(direction)
    wanted = direction.translate(expected["source"])
    there = dict(expected["target"])
    for column, inner in expected.get("lookups", {}).items():
        there[column] = as_read(inner) if any(inner.values()) else None
    assert direction.differences(wanted, direction.current(there)) == {}


def as_read(values: dict[str, Any]) -> dict[str, Any]:
    """Values by path as the row that holds them: a lookup of a lookup is a row in a row."""
    row: dict[str, Any] = {}
    for path, value in values.items():
        *lookups, column = path.split(".")
        at = row
        for name in lookups:
            at = at.setdefault(name, {})
        at[column] = value
    return row


@every_direction
def test_a_samples_target_is_what_the_other_side_takes(direction: Direction) -> None:
    expected = sample(direction)
    for name, value in (expected["target"] | expected.get("constants", {})).items():
        if direction.target is Side.FINANCE:
            assert fits_finance(finance_column(direction.map, name), value), name
        else:
            (column,) = dataverse_columns(direction.map.dataverse.table, name)
            assert fits_dataverse(column, value), name


@pytest.mark.parametrize("value", [Decimal("0.90"), 1, True, "1"])
def test_samples_are_compared_with_type_and_spelling(value: Any) -> None:
    others = [Decimal("0.9"), Decimal("0.90"), 1, True, "1", Decimal(1)]
    assert sum(exactly({"a": value}) == exactly({"a": other}) for other in others) == 1
