"""SQL's three-valued logic over rows: true, false, and None where a null leaves it unknown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Row = Mapping[str, Any]
Truth = Callable[[Row], "bool | None"]
Value = Callable[[Row], Any]


def equal(left: Value, right: Value) -> Truth:
    def test(row: Row) -> bool | None:
        a, b = left(row), right(row)
        return None if a is None or b is None else bool(a == b)

    return test


def unequal(left: Value, right: Value, *, null_differs: bool) -> Truth:
    def test(row: Row) -> bool | None:
        a, b = left(row), right(row)
        if a is None or b is None:
            return True if null_differs and a is not b else None
        return bool(a != b)

    return test


def ordered(left: Value, right: Value, compare: Callable[[Any, Any], Any]) -> Truth:
    def test(row: Row) -> bool | None:
        a, b = left(row), right(row)
        return None if a is None or b is None else bool(compare(a, b))

    return test


def both(left: Truth, right: Truth) -> Truth:
    def test(row: Row) -> bool | None:
        a = left(row)
        if a is False:
            return False
        b = right(row)
        return False if b is False else (None if a is None or b is None else True)

    return test


def either(left: Truth, right: Truth) -> Truth:
    def test(row: Row) -> bool | None:
        a = left(row)
        if a is True:
            return True
        b = right(row)
        return True if b is True else (None if a is None or b is None else False)

    return test


def negated(inner: Truth) -> Truth:
    def test(row: Row) -> bool | None:
        value = inner(row)
        return None if value is None else not value

    return test
