"""Reading a whole row: the columns of a direction's rows, compiled into one function.

It reads what both systems send in two loops over tuples, which costs about what code written by hand for the one map
would. A column that holds another kind of JSON than its transform is made for, because somebody's schema is not the
declared one, becomes `Unmatched` and spoils no other column.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from shared.mapping import paths
from shared.mapping.model import Row, Side
from shared.mapping.values import Unmatched, Value

#: From a row as its client gives it to agreed values by row name.
Reader = Callable[[Mapping[str, Any]], dict[str, Value]]

_ReadValue = Callable[[Any], Value]

#: What Python raises when a text is asked for what only a number can do, and the like.
_WRONG_KIND = (AttributeError, TypeError, ValueError, ArithmeticError)


def reader(rows: Iterable[Row], side: Side) -> Reader:
    """Compile rows into one function from a row of `side`, as its client gives it, to agreed values."""
    rows = tuple(rows)
    columns = [(row.name, _path(row, side), _read_value(row, side)) for row in rows]
    plain = [(name, path.column, read_value) for name, path, read_value in columns if path.lookup is None]
    near = [(name, path.lookups[0], path.column, read_value) for name, path, read_value in columns if _is_near(path)]
    far = [
        (name, paths.getter(path), read_value)
        for name, path, read_value in columns
        if path.lookup is not None and not _is_near(path)
    ]

    def read(row: Mapping[str, Any]) -> dict[str, Value]:
        get = row.get
        values: dict[str, Value] = {}
        try:
            for name, column, read_value in plain:
                values[name] = read_value(get(column))
            for name, lookup, column, read_value in near:
                target = get(lookup)
                values[name] = read_value(target.get(column) if target else None)
            for name, follow, read_value in far:
                values[name] = read_value(follow(row))
        except _WRONG_KIND:
            return _carefully(row, columns)
        return values

    return read


def _path(row: Row, side: Side) -> paths.Path:
    if side is Side.FINANCE:
        return paths.Path(str(row.finance), (), str(row.finance), {})
    return paths.parse(str(row.dataverse))


def _read_value(row: Row, side: Side) -> _ReadValue:
    return row.transform.read_finance if side is Side.FINANCE else row.transform.read_dataverse


def _is_near(path: paths.Path) -> bool:
    return len(path.lookups) == 1 and not path.alternatives


def _carefully(row: Mapping[str, Any], columns: Iterable[tuple[str, paths.Path, _ReadValue]]) -> dict[str, Value]:
    """Read column by column: slower, and sure to end."""
    return {name: _guarded(row, path, read_value) for name, path, read_value in columns}


def _guarded(row: Mapping[str, Any], path: paths.Path, read_value: _ReadValue) -> Value:
    raw = row.get(path.lookup or path.column)
    try:
        raw = paths.getter(path)(row)
        return read_value(raw)
    except _WRONG_KIND:
        return Unmatched(raw, f"{path.written} was not expected to hold a value of the type {type(raw).__name__}")
