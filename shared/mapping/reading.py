"""Reading a whole row: the columns of a direction's rows, compiled into one function.

It costs about what code written by hand for the one map would: loops over tuples, and a column that two rows read in
the same way is read once. A column that is not there reads as empty. One that holds another kind of JSON than its
transform is made for, because somebody's schema is not the declared one, becomes `Unmatched` and spoils no other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from shared.mapping import paths
from shared.mapping.model import Row, Side
from shared.mapping.values import Unmatched, Value

#: From a row as its client gives it to agreed values by row name.
Reader = Callable[[Mapping[str, Any]], dict[str, Value]]

#: What Python raises when a text is asked for what only a number can do, and the like; of a mapping that is cut like a
#: text, TypeError up to 3.11 and KeyError since.
_WRONG_KIND = (AttributeError, TypeError, ValueError, ArithmeticError, LookupError)


@dataclass(frozen=True, slots=True)
class _Column:
    """One value to be read: under which name, from where, how."""

    name: str
    path: paths.Path
    follow: Callable[[Mapping[str, Any]], Any]
    read: Callable[[Any], Value]


def reader(rows: Iterable[Row], side: Side) -> Reader:
    """Compile rows into one function from a row of `side`, as its client gives it, to agreed values."""
    columns = [_column(row, side) for row in rows]
    first = {(c.path.written, c.read): c for c in reversed(columns)}
    once = list(first.values())
    again = [(c.name, first[c.path.written, c.read].name) for c in columns if c not in once]
    here = [(c.name, c.path.column, c.read) for c in once if _is_here(c.path)]
    near = [(c.name, c.path.lookups[0], c.path.column, c.read) for c in once if _is_near(c.path)]
    far = [(c.name, c.follow, c.read) for c in once if not _is_here(c.path) and not _is_near(c.path)]

    def read(row: Mapping[str, Any]) -> dict[str, Value]:
        values: dict[str, Value] = {}
        try:
            for name, column, read_value in here:
                values[name] = read_value(row[column])
            for name, lookup, column, read_value in near:
                target = row[lookup]
                values[name] = read_value(target[column] if target else None)
            for name, follow, read_value in far:
                values[name] = read_value(follow(row))
            for name, same in again:
                values[name] = values[same]
        except _WRONG_KIND:
            return {column.name: _carefully(row, column) for column in columns}
        return values

    return read


def _column(row: Row, side: Side) -> _Column:
    if side is Side.FINANCE:
        name, otherwise = str(row.finance), row.otherwise
        if otherwise:
            path = paths.Path(f"{name} or {otherwise}", (), name, {})
            return _Column(row.name, path, lambda r: r.get(name) or r.get(otherwise), row.transform.read_finance)
        path = paths.Path(name, (), name, {})
        return _Column(row.name, path, paths.getter(path), row.transform.read_finance)
    path = paths.parse(str(row.dataverse))
    return _Column(row.name, path, paths.getter(path), row.transform.read_dataverse)


def _is_here(path: paths.Path) -> bool:
    return path.written == path.column


def _is_near(path: paths.Path) -> bool:
    return len(path.lookups) == 1 and not path.alternatives


def _carefully(row: Mapping[str, Any], column: _Column) -> Value:
    """Read one value and never fail."""
    raw = row.get(column.path.lookup or column.path.column)
    try:
        raw = column.follow(row)
        return column.read(raw)
    except _WRONG_KIND:
        return Unmatched(
            raw, f"{column.path.written} was not expected to hold a value of the type {type(raw).__name__}"
        )
