"""`$filter` as Finance reads it, on top of the twins' common parser.

Enums take typed literals and know `eq` and `ne` only; `in` and `has` do not exist; a string with an asterisk at its
beginning or end is a wildcard for `eq` and `ne`. `contains` and its like are "not dependable" by the documents: the
twin refuses them, so that nobody comes to depend on them. Arithmetic is not played.
"""

from __future__ import annotations

import functools
import re

from tests.twin.finance.refusals import Refusal
from tests.twin.finance.schema import Entity, EnumType, Kind
from tests.twin.finance.values import NAMESPACE
from tests.twin.odata import Filter, FilterError, Path, Property, parse_filter
from tests.twin.odata import Kind as FilterKind

_QUOTED = re.compile(r"('(?:[^']|'')*')")
_REFUSED = re.compile(r"\b(in\s*\(|has\s|contains\s*\(|startswith\s*\(|endswith\s*\()")
_TYPED = re.compile(r"([A-Za-z_][\w.]*)$")
_COMPARED = re.compile(r"(\w+)\s+(eq|ne)\s*$")

_KINDS: dict[Kind, FilterKind] = {
    Kind.TEXT: "string",
    Kind.WHOLE: "number",
    Kind.WHOLE64: "number",
    Kind.REAL: "number",
    Kind.ENUM: "enum",
    Kind.DATE: "datetime",
    Kind.TIME: "datetime",
    Kind.GUID: "guid",
}


@functools.lru_cache(maxsize=4096)
def _compiled(text: str, entity: Entity) -> Filter:
    def resolve(path: Path) -> Property:
        name = "/".join(path)
        column = entity.columns.get(name)
        if column is None:
            raise Refusal(400, f"Could not find a property named '{name}' on type '{NAMESPACE}.{entity.public}'.")
        return Property(lambda row: row[name], _KINDS[column.kind])

    return parse_filter(_plain(text, _enums(entity)), resolve, enum_order=False)


def compiled_filter(text: str, entity: Entity) -> Filter:
    """Compile a `$filter` over the values of an entity's rows; raises Refusal (400)."""
    try:
        return _compiled(text, entity)
    except FilterError as error:
        raise Refusal(400, str(error)) from error


def _enums(entity: Entity) -> dict[str, EnumType]:
    return {column.enum.name: column.enum for column in entity.columns.values() if column.enum}


def _plain(text: str, enums: dict[str, EnumType]) -> str:
    """Check what is Finance's own, and rewrite wildcards as the functions that the common parser knows."""
    parts = _QUOTED.split(text)
    for index in range(0, len(parts), 2):
        if _REFUSED.search(parts[index]):
            raise FilterError(f"The query '{text}' uses an operator or function that is not supported.")
    for index in range(1, len(parts), 2):
        before, quoted = parts[index - 1], parts[index][1:-1].rstrip(" ")
        typed = _TYPED.search(before)
        if typed and not before.endswith(" "):
            _check_symbol(typed[1], quoted, enums)
        elif compared := _COMPARED.search(before):
            parts[index - 1 : index + 1] = _wildcard(before, compared, quoted)
    return "".join(parts)


def _check_symbol(name: str, symbol: str, enums: dict[str, EnumType]) -> None:
    enum = enums.get(name.removeprefix(f"{NAMESPACE}."))
    if enum is None or not name.startswith(NAMESPACE) or symbol not in enum.members:
        raise FilterError(f"The string '{name}'{symbol}'' is not a valid enumeration type constant.")


def _wildcard(before: str, compared: re.Match[str], quoted: str) -> tuple[str, str]:
    starts, ends, part = quoted.startswith("*"), quoted.endswith("*"), quoted.strip("*")
    if not (starts or ends) or not part:
        return before, f"'{quoted}'"
    function = "contains" if starts and ends else "endswith" if starts else "startswith"
    negated = "not " if compared[2] == "ne" else ""
    return f"{before[: compared.start()]}{negated}{function}({compared[1]},", f"'{part}')"
