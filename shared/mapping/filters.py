"""Filters: which source rows a map carries, evaluated on the row as it was read.

OData filter text is parsed by a library and compiled into a predicate. Delta reads take no `$filter`, and events are
hints, so every path asks this predicate and no path trusts the server to have asked it.

Null logic is Dataverse's: a comparison with an empty column is false, except `ne`, which is true for it ("not equal"
there includes rows without a value; seen in the queries it builds, not promised in its documentation: unconfirmed).
Texts compare without case on both sides, as their databases do.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from odata_query import ast
from odata_query.exceptions import ODataException
from odata_query.grammar import ODataLexer, ODataParser

Predicate = Callable[[Mapping[str, Any]], bool]

_ORDER: dict[type[Any], Callable[[Any, Any], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


def every_row(row: Mapping[str, Any]) -> bool:
    """Let every row pass: the filter of a map that has none."""
    del row
    return True


def compile_filter(text: str) -> tuple[Predicate, tuple[str, ...]]:
    """Compile a filter into a predicate and the columns it reads. ValueError names what is not understood."""
    if not text:
        return every_row, ()
    try:
        tree = ODataParser().parse(ODataLexer().tokenize(text))
    except ODataException as error:
        raise ValueError(f"filter {text!r} is not understood: {error}") from error
    columns: list[str] = []
    return _predicate(tree, columns), tuple(dict.fromkeys(columns))


def _predicate(node: Any, columns: list[str]) -> Predicate:
    match node:
        case ast.BoolOp(op=op, left=left, right=right):
            first, second = _predicate(left, columns), _predicate(right, columns)
            if isinstance(op, ast.And):
                return lambda row: first(row) and second(row)
            return lambda row: first(row) or second(row)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            inner = _predicate(operand, columns)
            return lambda row: not inner(row)
        case ast.Compare(comparator=comparator, left=ast.Identifier(name=name), right=right):
            columns.append(name)
            return _comparison(comparator, name, right)
    raise ValueError(f"filter: {type(node).__name__} is not supported; use column, comparison and constant")


def _comparison(comparator: Any, name: str, right: Any) -> Predicate:
    if isinstance(comparator, ast.In):
        wanted = frozenset(_constant(item) for item in right.val)
        return lambda row: _plain(row.get(name)) in wanted
    constant = _constant(right)
    if isinstance(comparator, ast.Eq):
        return lambda row: bool(_plain(row.get(name)) == constant)
    if isinstance(comparator, ast.NotEq):
        return lambda row: bool(_plain(row.get(name)) != constant)
    compare = _ORDER[type(comparator)]

    def ordered(row: Mapping[str, Any]) -> bool:
        value = _plain(row.get(name))
        return value is not None and compare(value, constant)

    return ordered


def _plain(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value


def _constant(node: Any) -> Any:
    match node:
        case ast.Null():
            return None
        case ast.String(val=val):
            return val.casefold()
        case ast.Boolean(val=val):
            return val == "true"
        case ast.Integer(val=val):
            return int(val)
        case ast.Float(val=val):
            return Decimal(val)
        case ast.GUID(val=val) | ast.Date(val=val) | ast.DateTime(val=val):
            return val.casefold()
    raise ValueError(f"filter: {type(node).__name__} is not a constant")
