"""Filters: which source rows a map carries, evaluated on the row as it was read.

OData filter text is parsed by a library and compiled into a predicate. Delta reads take no `$filter`, and events are
hints, so every path asks this predicate and no path trusts the server to have asked it.

Null logic is Dataverse's: a comparison with an empty column is false, except `ne`, which is true for it ("not equal"
there includes rows without a value; seen in the queries it builds, not promised in its documentation: unconfirmed).
`not` turns an answer round, whichever gave it. Texts compare without case on both sides, as their databases do.

Moments compare as the texts they travel as, so a constant is written the same way: `2026-09-15T08:00:00Z`.
"""

from __future__ import annotations

import operator
import re
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
_AS_IT_TRAVELS = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


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
        case ast.Compare(comparator=comparator, left=ast.Identifier(name=name, namespace=()), right=right):
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
    if constant is None:
        raise ValueError(f"filter: {name} cannot be compared with null by order; use eq or ne")
    return _ordered(_ORDER[type(comparator)], name, constant)


def _ordered(compare: Callable[[Any, Any], bool], name: str, constant: Any) -> Predicate:
    def ordered(row: Mapping[str, Any]) -> bool:
        value = _plain(row.get(name))
        try:
            return value is not None and compare(value, constant)
        except TypeError:  # a text and a number have no order
            return False

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
            return bool(val.casefold() == "true")
        case ast.Integer(val=val):
            return int(val)
        case ast.Float(val=val):
            return Decimal(val)
        case ast.GUID(val=val) | ast.Date(val=val):
            return val.casefold()
        case ast.DateTime(val=val) if _AS_IT_TRAVELS.fullmatch(val):
            return val.casefold()
    raise ValueError(f"filter: {type(node).__name__} is not a constant")
