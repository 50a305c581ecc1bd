"""Routes of HTTP functions: templates such as `orders/{company}/{id:int?}` and `files/{*path}`.

Literal segments match whatever their case and win over parameters, as in the router of the Functions host. A path or a
method without a function is "no route" alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import unquote

from tests.local.functions import Function

_PARAMETER = re.compile(r"\{(?P<rest>\*{0,2})(?P<name>\w+)(?::(?P<constraint>[^}?]+))?(?P<optional>\??)\}")
_CONSTRAINTS = {
    "int": r"-?\d+",
    "long": r"-?\d+",
    "alpha": r"[A-Za-z]+",
    "guid": r"[0-9A-Fa-f]{8}(?:-?[0-9A-Fa-f]{4}){3}-?[0-9A-Fa-f]{12}",
    "bool": r"(?:true|false)",
}


class RouteNotPlayed(ValueError):
    """A route template uses something that this host does not know."""


@dataclass(frozen=True, slots=True)
class Route:
    """A compiled template and the function behind it; no methods means any."""

    function: Function
    pattern: re.Pattern[str]
    methods: frozenset[str]
    rank: tuple[int, ...]


class Routes:
    """All routes of an app, the most literal first."""

    def __init__(self, functions: Iterable[Function], prefix: str) -> None:
        self._routes = sorted((_route(function, prefix) for function in functions), key=lambda route: route.rank)

    def find(self, method: str, raw_path: str) -> tuple[Function, dict[str, str]] | None:
        """The function for a request, and its route parameters decoded; None if there is no route."""
        for route in self._routes:
            found = route.pattern.fullmatch(raw_path.strip("/"))
            if found and (not route.methods or method.upper() in route.methods):
                return route.function, {name: unquote(text) for name, text in found.groupdict().items() if text}
        return None


def _route(function: Function, prefix: str) -> Route:
    template = "/".join(part.strip("/") for part in (prefix, function.trigger.get("route") or function.name) if part)
    segments = template.split("/")
    pattern = "".join(_segment(segment, first=index == 0) for index, segment in enumerate(segments))
    methods = frozenset(getattr(method, "value", method).upper() for method in function.trigger.get("methods") or ())
    return Route(function, re.compile(pattern, re.IGNORECASE), methods, tuple(map(_rank, segments)))


def _segment(segment: str, *, first: bool) -> str:
    slash = "" if first else "/"
    parameter = _PARAMETER.fullmatch(segment)
    if parameter is None:
        if "{" in segment:
            raise RouteNotPlayed(f"the local host plays no segment like '{segment}' in a route")
        return slash + re.escape(segment)
    constraint = parameter["constraint"]
    if constraint and constraint not in _CONSTRAINTS:
        raise RouteNotPlayed(f"the local host plays no constraint '{constraint}' in a route")
    if parameter["rest"]:
        return f"(?:{slash}(?P<{parameter['name']}>.*))?"
    matched = f"{slash}(?P<{parameter['name']}>{_CONSTRAINTS.get(constraint or '', '[^/]+')})"
    return f"(?:{matched})?" if parameter["optional"] else matched


def _rank(segment: str) -> int:
    parameter = _PARAMETER.fullmatch(segment)
    if parameter is None:
        return 0
    return 3 if parameter["rest"] else 1 if parameter["constraint"] else 2
