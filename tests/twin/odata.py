"""`$filter` for both twins: parsed by odata-query, compiled to closures over rows that are plain dicts.

The twin says through `resolve` what a property path means (how to get its value and of which kind it is), so unknown
columns are refused by the one who knows the schema. Nulls follow SQL's three values: a comparison with a null is
neither true nor false, and a row is kept only by *true*. `ne` is the exception where `null_differs` is set: Dataverse
turns `a ne 5` into `a <> 5 or a is null` (common knowledge of Advanced Find, not documented: unconfirmed).

Strings compare without case, as both databases are collated. Dates, times and GUIDs are kept as canonical text
(`2026-09-14`, `2026-09-14T08:00:00Z`, lower case), so text order is time order.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

from odata_query import ast
from odata_query.exceptions import ODataException
from odata_query.grammar import ODataLexer, ODataParser

from tests.twin.truth import Row, Truth, Value, both, either, equal, negated, ordered, unequal

Path = tuple[str, ...]
Kind = Literal["string", "number", "boolean", "guid", "datetime", "date", "enum"]


class FilterError(ValueError):
    """The filter cannot be parsed, or compares what cannot be compared."""


@dataclass(frozen=True, slots=True)
class Property:
    """What a path in the filter stands for. `get` returns the stored value; None is null."""

    get: Value
    kind: Kind


Resolve = Callable[[Path], Property]


@dataclass(frozen=True, slots=True)
class Filter:
    """A compiled `$filter`. `equal` holds what every kept row must equal, by path: a chance for an index."""

    keeps: Callable[[Row], bool]
    equal: Mapping[Path, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Operand:
    get: Value
    kind: Kind | None  # None: a literal null
    constant: bool = False


_ENUM_MARK = "__enum"
_QUOTED = re.compile(r"('(?:[^']|'')*')")
_ENUM_PREFIX = re.compile(r"\b([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+)$")
_ORDER = {ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge}
_TEXT_TESTS: dict[str, Callable[[str, str], bool]] = {
    "contains": lambda text, part: part in text,
    "startswith": lambda text, part: text.startswith(part),
    "endswith": lambda text, part: text.endswith(part),
}


def parse_filter(text: str, resolve: Resolve, *, null_differs: bool = False, enum_order: bool = True) -> Filter:
    """Compile a `$filter`.

    `resolve` raises whatever the twin wants for an unknown path. Typed literals (`Ns.NoYes'Yes'`) are of kind enum and
    compare with enum properties only; with `enum_order=False` enums know `eq` and `ne` alone, as in Finance. Raises
    FilterError.
    """
    try:
        tree = ODataParser().parse(ODataLexer().tokenize(_mark_enums(text)))
    except (ODataException, ValueError, AttributeError) as error:
        raise FilterError(f"Syntax error in '{text}': {error}") from error
    compiler = _Compiler(resolve, null_differs=null_differs, enum_order=enum_order)
    truth = compiler.truth(tree)
    return Filter(lambda row: truth(row) is True, dict(compiler.equalities(tree)))


def canonical_time(moment: datetime) -> str:
    """Write a moment as the twins keep it: UTC, whole seconds unless there is a fraction, `Z`."""
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return moment.isoformat().replace("+00:00", "Z")


def _mark_enums(text: str) -> str:
    """Rewrite `Ns.Enum'Member'`, which the parser does not know, as the identifier `__enum.Ns.Enum.Member`."""
    parts = _QUOTED.split(text)
    for index in range(1, len(parts), 2):
        found = _ENUM_PREFIX.search(parts[index - 1])
        if found and not found.group(0).lower().startswith("datetime"):
            start = found.start()
            parts[index - 1] = f"{parts[index - 1][:start]}{_ENUM_MARK}.{found.group(1)}.{parts[index][1:-1]}"
            parts[index] = ""
    return "".join(parts)


class _Compiler:
    def __init__(self, resolve: Resolve, *, null_differs: bool, enum_order: bool) -> None:
        self._resolve = resolve
        self._null_differs = null_differs
        self._enum_order = enum_order

    def truth(self, node: Any) -> Truth:
        match node:
            case ast.BoolOp(op=ast.And()):
                return both(self.truth(node.left), self.truth(node.right))
            case ast.BoolOp(op=ast.Or()):
                return either(self.truth(node.left), self.truth(node.right))
            case ast.UnaryOp(op=ast.Not()):
                return negated(self.truth(node.operand))
            case ast.Compare(comparator=ast.In()):
                return self._one_of(node)
            case ast.Compare():
                return self._comparison(node)
            case ast.Call() if node.func.name in _TEXT_TESTS:
                return self._text_test(node)
            case ast.Identifier() | ast.Attribute():
                return self._flag(node)
        raise FilterError(f"Not a condition: {type(node).__name__}.")

    def equalities(self, node: Any) -> Iterator[tuple[Path, Any]]:
        """Find the `path eq literal` terms that are joined by `and` at the top."""
        match node:
            case ast.BoolOp(op=ast.And()):
                yield from self.equalities(node.left)
                yield from self.equalities(node.right)
            case ast.Compare(comparator=ast.Eq()) if _is_path(node.left) and not _is_path(node.right):
                _, right = self._pair(node)
                if right.constant and right.kind not in (None, "datetime"):
                    yield _path(node.left), right.get({})

    def _comparison(self, node: Any) -> Truth:
        left, right = self._pair(node)
        name = type(node.comparator)
        if name is ast.Eq:
            return _null_test(left, right, wanted=True) or equal(left.get, right.get)
        if name is ast.NotEq:
            test = _null_test(left, right, wanted=False)
            return test or unequal(left.get, right.get, null_differs=self._null_differs)
        if "boolean" in (left.kind, right.kind) or ("enum" in (left.kind, right.kind) and not self._enum_order):
            raise FilterError(f"Values of kind {left.kind} have no order.")
        return ordered(left.get, right.get, _ORDER[name])

    def _one_of(self, node: Any) -> Truth:
        tests = [self._comparison(ast.Compare(ast.Eq(), node.left, item)) for item in node.right.val]
        result = tests[0]
        for test in tests[1:]:
            result = either(result, test)
        return result

    def _text_test(self, node: Any) -> Truth:
        test = _TEXT_TESTS[node.func.name]
        text, part = (self._operand(argument) for argument in node.args)
        if text.kind != "string" or part.kind != "string":
            raise FilterError(f"{node.func.name} takes two strings.")
        return ordered(text.get, part.get, test)

    def _flag(self, node: Any) -> Truth:
        operand = self._operand(node)
        if operand.kind != "boolean":
            raise FilterError(f"{'/'.join(_path(node))} is not a condition.")
        return operand.get

    def _pair(self, node: Any) -> tuple[_Operand, _Operand]:
        left, right = self._operand(node.left), self._operand(node.right)
        if left.constant and not right.constant:
            return _suited(left, right.kind), right
        return left, _suited(right, left.kind)

    def _operand(self, node: Any) -> _Operand:
        if isinstance(node, ast.Identifier) and node.namespace[:1] == (_ENUM_MARK,):
            return _constant(node.name, "enum")
        if _is_path(node):
            found = self._resolve(_path(node))
            return _Operand(_comparable(found), found.kind)
        if isinstance(node, ast.Call) and node.func.name in ("tolower", "toupper") and len(node.args) == 1:
            return self._operand(node.args[0])  # case never counts here
        return _literal(node)


def _is_path(node: Any) -> bool:
    if isinstance(node, ast.Identifier):
        return node.namespace[:1] != (_ENUM_MARK,)
    return isinstance(node, ast.Attribute)


def _path(node: Any) -> Path:
    if isinstance(node, ast.Identifier):
        return (".".join((*node.namespace, node.name)),)
    return (*_path(node.owner), str(node.attr))


def _constant(value: Any, kind: Kind | None) -> _Operand:
    convert = _COMPARABLE.get(kind)
    held = value if convert is None else convert(value)
    return _Operand(lambda _: held, kind, constant=True)


def _literal(node: Any) -> _Operand:
    match node:
        case ast.Null():
            return _constant(None, None)
        case ast.String():
            return _constant(node.val, "string")
        case ast.Integer():
            return _constant(int(node.val), "number")
        case ast.Float():
            return _constant(Decimal(node.val), "number")
        case ast.Boolean():
            return _constant(node.py_val, "boolean")
        case ast.GUID():
            return _constant(node.val.lower(), "guid")
        case ast.DateTime():
            return _constant(canonical_time(node.py_val), "datetime")
        case ast.Date():
            return _constant(node.val, "date")
        case ast.UnaryOp(op=ast.USub()):
            inner = _literal(node.operand)
            value: Any = inner.get({})
            return _constant(-value, inner.kind)
    raise FilterError(f"Not a value: {type(node).__name__}.")


def _suited(operand: _Operand, kind: Kind | None) -> _Operand:
    """Check two kinds against each other, and read the few literals that may stand for another kind."""
    if kind is None or operand.kind is None or operand.kind == kind:
        return operand
    if operand.constant and (operand.kind, kind) == ("date", "datetime"):
        return _constant(f"{operand.get({})}T00:00:00Z", "datetime")
    if operand.constant and (operand.kind, kind) == ("datetime", "date"):
        return _constant(operand.get({})[:10], "date")
    raise FilterError(
        "A binary operator with incompatible types was detected. "
        f"Found operand types '{kind}' and '{operand.kind}' for operator kind 'Equal'."
    )


# Without the Z text order is time order for fractions of a second as well.
_COMPARABLE: dict[Kind | None, Callable[[Any], Any]] = {
    "string": str.casefold,
    "enum": str.casefold,
    "datetime": lambda text: text.removesuffix("Z"),
}


def _comparable(found: Property) -> Value:
    get, convert = found.get, _COMPARABLE.get(found.kind)
    if convert is None:
        return get

    def comparable(row: Row) -> Any:
        value = get(row)
        return None if value is None else convert(value)

    return comparable


def _null_test(left: _Operand, right: _Operand, *, wanted: bool) -> Truth | None:
    if right.kind is not None:
        return None
    return lambda row: (left.get(row) is None) is wanted


def utc(text: str) -> datetime:
    """Read a canonical time back."""
    return datetime.fromisoformat(text)


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def milliseconds(moment: datetime) -> int:
    """Return the milliseconds since 1970 (UTC), as `/Date(…)/` writes them."""
    return (moment - EPOCH) // timedelta(milliseconds=1)
