"""The document of all maps, made of their declarations: the same text for the same declarations."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterable, Iterator
from types import ModuleType

from shared.cli.map_notes import about, remarks
from shared.cli.map_section import entity, section
from shared.cli.markdown import code, link, plain, table
from shared.mapping.model import Side, TableMap
from shared.mapping.order import dependencies, run_order

Declared = tuple[ModuleType, TableMap]

_WAYS = {(Side.FINANCE,): "to Finance", (Side.DATAVERSE,): "to Dataverse", tuple(Side): "both ways"}

_INTRODUCTION = """\
# Table maps

Made of the declarations in `shared/maps` by `python -m shared.cli maps document`; do not edit.

The arrows are dual-write's own: `=` both ways, `>` from Finance to Dataverse, `<` from Dataverse to Finance. A dotted Dataverse path
is a lookup, resolved by value. A row is `documented` where Microsoft prints or pictures it for this map, `schema` where both names
exist and mean the same, and `inferred` where it is our guess: check those against your own environment first
(`python -m shared.cli check --schema`).
"""

_RUNNING = """\
A map runs where the setting `RUNNING_MAPS` names it. `*`, which is the default, names all but those that wait: what Microsoft has
not published of them must come from a tenant's own map.\
"""


def document(declared: Iterable[Declared]) -> str:
    """Write the whole document."""
    found = sorted(declared, key=lambda each: (_component(each[0]), each[1].id))
    lines = (_INTRODUCTION, *_index(found), *_order(found), *_components(found))
    return plain("\n".join(lines)).rstrip() + "\n"


def _index(found: list[Declared]) -> Iterator[str]:
    headers = ("map", "label", "component", "goes", "runs", "Finance", "Dataverse")
    yield from ("## All maps", "", _RUNNING, "")
    yield from table(headers, (_summary(module, table_map) for module, table_map in found))


def _summary(module: ModuleType, table_map: TableMap) -> tuple[str, ...]:
    return (
        link(table_map.id),
        table_map.label,
        _component(module),
        _WAYS[table_map.sides],
        "waits" if table_map.waits_for else "yes",
        code(entity(table_map.finance)),
        code(table_map.dataverse.table),
    )


def _order(found: list[Declared]) -> Iterator[str]:
    yield from ("## Run order", "", "Each map after those it needs:", "")
    maps = [table_map for _, table_map in found]
    yield from (f"{number}. {link(name)}" for number, name in enumerate(run_order(maps), 1))
    yield ""


def _components(found: list[Declared]) -> Iterator[str]:
    needs = dependencies(table_map for _, table_map in found)
    before = ""
    for module, table_map in found:
        component = _component(module)
        if component != before:
            before = component
            yield from (f"## {component}", "", *_purpose(module))
        yield from section(table_map, needs[table_map.id], about(module), remarks(inspect.getsource(module)))


def _package(module: ModuleType) -> ModuleType:
    return sys.modules[module.__name__.rpartition(".")[0]]


def _component(module: ModuleType) -> str:
    """Name a component as the docstring of its package begins."""
    return about(_package(module)).partition(":")[0].rstrip(".")


def _purpose(module: ModuleType) -> Iterator[str]:
    purpose = about(_package(module)).partition(":")[2].strip()
    if purpose:
        yield from (purpose[0].upper() + purpose[1:], "")
