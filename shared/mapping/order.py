"""Which maps must come before which: from their lookups, and from the few causes that no lookup shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from graphlib import CycleError, TopologicalSorter

from shared.errors import Misconfigured
from shared.mapping import paths
from shared.mapping.model import TableMap


def dependencies(maps: Iterable[TableMap]) -> Mapping[str, frozenset[str]]:
    """Give for each map the maps that bring the rows it looks up, itself never.

    Misconfigured if one comes `after` a map that is not there.
    """
    maps = list(maps)
    brings: dict[str, list[str]] = {}
    for table_map in maps:
        brings.setdefault(table_map.dataverse.table, []).append(table_map.id)
    graph = {m.id: frozenset(_parents(m, brings)) - {m.id} for m in maps}
    for name, needs in graph.items():
        if unknown := sorted(needs - graph.keys()):
            raise Misconfigured(f"The map {name} comes after {', '.join(unknown)}, but there is no such map.")
    return graph


def run_order(maps: Iterable[TableMap]) -> tuple[str, ...]:
    """Order map ids so that each comes after those it needs; Misconfigured names the maps of a cycle, in order."""
    graph = dependencies(maps)
    try:
        return tuple(TopologicalSorter({name: sorted(needs) for name, needs in sorted(graph.items())}).static_order())
    except CycleError as error:
        path = " → ".join(reversed(error.args[1]))
        raise Misconfigured(
            f"The maps need each other in a circle: {path}.",
            remedy="Remove one lookup of the circle from its map, or declare it off and fill it in a second pass.",
        ) from error


def _parents(table_map: TableMap, brings: Mapping[str, list[str]]) -> Iterable[str]:
    yield from table_map.after
    for column in table_map.needs:
        yield from (name for table in table_map.dataverse.lookups[column].tables for name in brings.get(table, ()))
    for row in table_map.all_rows:
        path = paths.parse(row.dataverse) if row.dataverse and not row.off else None
        if path is None or path.lookup is None:
            continue
        declared = table_map.dataverse.lookups[path.lookup]
        if declared.brought_by:
            yield declared.brought_by
            continue
        tables = [table for table in declared.tables if not path.alternatives or table in path.alternatives]
        for table in tables:
            yield from brings.get(table, ())
