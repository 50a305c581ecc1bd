"""`check --schema`: whether both environments have what the maps say."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Annotated

import typer
from rich.console import Console

from shared.cli.environments import read_metadata, read_settings
from shared.cli.outcome import Exit, explained
from shared.cli.schema_report import as_json, show
from shared.errors import Misconfigured
from shared.mapping.catalogue import Catalogue
from shared.mapping.model import TableMap
from shared.maps.catalogue import catalogue
from shared.runtime import check_maps, unset_state
from shared.schema.compare import compare, parts
from shared.schema.findings import MapReport
from shared.settings import Settings
from shared.store.map_states import State

NOT_RUNNING = "the setting RUNNING_MAPS does not name it"


def check(
    *,
    schema: Annotated[
        bool, typer.Option("--schema", help="Compare the maps with the metadata of both environments.")
    ] = False,
    only: Annotated[
        list[str] | None, typer.Option("--map", metavar="ID", help="This map only; may be repeated.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Write JSON instead of tables.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Count hints as differences.")] = False,
) -> None:
    """Compare the maps with the environments that the app settings name.

    Exit status: 0 they fit, 1 there are differences, 2 it cannot be told (settings, arguments, connection).
    """
    if not schema:
        raise typer.BadParameter("say what to check: --schema")
    with explained():
        settings = read_settings()
        check_maps(settings, catalogue())
        reports = asyncio.run(check_schema(settings, chosen(catalogue(), only or ()), named=bool(only)))
    console = Console(highlight=False)
    if json:
        console.print_json(as_json(reports))
    else:
        show(console, reports)
    bad = any(report.findings if strict else report.differences for report in reports)
    raise typer.Exit(Exit.DIFFERENCES if bad else Exit.CLEAN)


def chosen(maps: Catalogue, ids: Sequence[str]) -> list[TableMap]:
    """Give the maps of these ids, or all, in run order; Misconfigured names an id that there is none of."""
    unknown = sorted(set(ids) - maps.maps.keys())
    if unknown:
        raise Misconfigured(
            f"There is no map called {', '.join(unknown)}.", remedy=f"The maps are {', '.join(sorted(maps.maps))}."
        )
    return [maps.maps[name] for name in maps.run_order if not ids or name in ids]


async def check_schema(settings: Settings, maps: list[TableMap], *, named: bool) -> list[MapReport]:
    """Compare maps with both environments. One that does not run is looked at only if it was named."""
    off = {each.id: why_off(settings, each, named=named) for each in maps}
    looked_at = [each for each in maps if named or not off[each.id]]
    aside = settings.side_tables
    metadata = await read_metadata(
        settings, [part for each in looked_at for part in parts(each, aside.get(each.id, ""))]
    )
    return [
        compare(each, metadata, off[each.id], aside.get(each.id, ""))
        if each in looked_at
        else MapReport(each.id, off=off[each.id])
        for each in maps
    ]


def why_off(settings: Settings, table_map: TableMap, *, named: bool) -> str:
    """Say why a map does not run; nothing if it does, or if it only waits to be started and somebody asks about it."""
    if unset_state(settings, table_map.id).state is State.RUNNING:
        return ""
    return table_map.waits_for or ("" if named else NOT_RUNNING)
