"""The same maps in two libraries that one would reach for first: an expression of jmespath, a spec of glom.

Both are generated from the declarations, with the transforms as their functions, and made once. jmespath takes
functions of one's own by name; glom takes them as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import jmespath  # type: ignore[import-untyped]  # neither library has types
from glom import Coalesce, Spec  # type: ignore[import-untyped]
from jmespath.functions import Functions, signature  # type: ignore[import-untyped]

from shared.mapping import paths
from shared.mapping.direction import Direction

Translate = Callable[[Mapping[str, Any]], Any]


def with_jmespath(direction: Direction) -> Translate:
    """Compile a direction that reads Dataverse into an expression: `{ProjectId: f1(msdyn_projectnumber), …}`."""
    functions: dict[str, Any] = {}
    columns: list[str] = []
    for number, row in enumerate(direction.rows):
        functions[f"_func_f{number}"] = _function(row.transform.read_dataverse)
        columns.append(f"{row.name}: f{number}({_plain(str(row.dataverse))})")
    expression = jmespath.compile(f"{{{', '.join(columns)}}}")
    options = jmespath.Options(custom_functions=type("Transforms", (Functions,), functions)())
    return lambda row: expression.search(row, options)


def with_glom(direction: Direction) -> Translate:
    """Compile a direction that reads Dataverse into a spec: each column a path, then a function."""
    columns = {
        row.name: (Coalesce(_plain(str(row.dataverse)), default=None), row.transform.read_dataverse)
        for row in direction.rows
    }
    glom: Translate = Spec(columns).glom
    return glom


def _function(read: Callable[[Any], Any]) -> Callable[[Any, Any], Any]:
    def function(_: Any, value: Any) -> Any:
        return read(value)

    # An empty list of types lets every type pass, Decimal too.
    checked: Callable[[Any, Any], Any] = signature({"types": []})(function)
    return checked


def _plain(written: str) -> str:
    if paths.parse(written).alternatives:
        raise ValueError(f"{written}: neither library chooses a column by the kind of row that a lookup points at")
    return written
