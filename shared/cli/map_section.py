"""The section of one map in the document of all maps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from shared.cli.markdown import code, codes, link, table
from shared.mapping.model import COMPANY, OPERATIONS, FinanceEntity, Lookup, Row, Side, TableMap

_FILTERS = {Side.FINANCE: "dataverse_filter", Side.DATAVERSE: "finance_filter"}


def section(table_map: TableMap, needs: Iterable[str], about: str, remarks: Iterable[str]) -> Iterator[str]:
    """Describe a map: what its author says, both sides, what it needs, its rows."""
    yield from (f"### `{table_map.id}`", "")
    version = f"version {table_map.version}" if table_map.version else "no version published"
    yield from (f"**{table_map.label}**, {version}: {codes(directions(table_map))}.", "")
    if table_map.waits_for:
        yield from (f"> Does not run by itself: {table_map.waits_for}.", "")
    yield from (about, "")
    yield from table(("", "Finance", "Dataverse"), _sides(table_map))
    yield from _facts(table_map, sorted(needs))
    yield from table(("Finance", "way", "Dataverse", "transform", "from", "remark"), map(_row, table_map.all_rows))
    notes = [f"- {remark}" for remark in remarks]
    if notes:
        yield from ("Remarks in the declaration:", "", *notes, "")


def directions(table_map: TableMap) -> list[str]:
    """Name the directions of a map."""
    return [f"{table_map.id}_to_{side}" for side in table_map.sides]


def transport(finance: FinanceEntity) -> str:
    """Say how rows reach an entity."""
    return "OData" if finance.collection else "data package"


def entity(finance: FinanceEntity) -> str:
    """Name an entity as its transport does."""
    return finance.collection or finance.package


def _sides(table_map: TableMap) -> Iterator[tuple[str, str, str]]:
    finance, dataverse = table_map.finance, table_map.dataverse
    shown = f"{code(entity(finance))} by {transport(finance)}"
    if finance.entity:
        shown += f", entity {code(finance.entity)}"
    yield "rows of", shown, f"{code(dataverse.table)}, set {code(dataverse.set)}"
    yield (
        "key",
        codes(finance.key),
        codes(dataverse.key) or f"none: the id that the app gives, {code(dataverse.row_id)}",
    )
    if finance.match:
        yield "found by", codes(finance.match), ""
    if table_map.finance_filter or table_map.dataverse_filter:
        yield "only rows with", code(table_map.finance_filter), code(table_map.dataverse_filter)
    yield "the app may", _may(table_map, Side.FINANCE), _may(table_map, Side.DATAVERSE)
    if dataverse.guard:
        yield "if refused", "", dataverse.guard


def _may(table_map: TableMap, side: Side) -> str:
    allowed = [operation for operation in OPERATIONS if table_map.allows(operation, side)]
    return (", ".join(allowed) if side in table_map.sides else "") or "read"


def _facts(table_map: TableMap, needs: list[str]) -> Iterator[str]:
    yield f"- Company: {_company(table_map)}"
    yield f"- Needs: {', '.join(map(link, needs)) or 'no other map'}."
    if table_map.two_way:
        yield f"- When both sides changed a column, {table_map.owner.capitalize()} wins unless its row says otherwise."
    yield from _lookups(table_map.dataverse.lookups)
    yield from _last(table_map)
    yield ""


def _company(table_map: TableMap) -> str:
    if not table_map.finance.has_company:
        return "none, the rows belong to all companies."
    if table_map.dataverse.company is None:
        return "part of the key in Finance; Dataverse has none."
    return f"rows belong to the company in {code(table_map.dataverse.company)}."


def _lookups(lookups: Mapping[str, Lookup]) -> Iterator[str]:
    """Describe the lookups that need a word: into another company, or brought by a map of another table."""
    for column, lookup in lookups.items():
        if lookup.company and lookup.company_from != COMPANY:
            yield f"- {code(column)} points into the company in {code(lookup.company_from)}."
        if lookup.brought_by:
            yield f"- {code(column)} points at {codes(lookup.tables)}, whose rows {link(lookup.brought_by)} brings."


def _last(table_map: TableMap) -> Iterator[str]:
    """Say what goes last, where rows make a document."""
    release, assembly = table_map.release, table_map.assembly
    if release is not None:
        yield f"- {code(release.row)} is held back until all lines, which {link(release.lines)} brings, are there as they are."
    if assembly is not None:
        members, ties = link(assembly.members), link(assembly.ties)
        yield (
            f"- Finance makes a document of a row, of those of {members} with {code(assembly.which)}, and of what "
            f"{ties} ties these to. They go in this order, ties only when all others are there; of a document with "
            f"nothing but {code(assembly.untied)} the row itself goes last."
        )


def _row(row: Row) -> tuple[str, ...]:
    finance = code(row.finance or "")
    if row.otherwise:
        finance += f", or {code(row.otherwise)} where it is empty"
    return (
        finance,
        code(row.way),
        code(row.dataverse or ""),
        code(row.transform.label),
        row.provenance,
        ". ".join(_remark(row)),
    )


def _remark(row: Row) -> Iterator[str]:
    if row.off:
        yield f"Off: {row.off}"
    if row.owner:
        yield f"{row.owner.capitalize()} wins"
    if row.transform.unpaired:
        yield f"Without a counterpart: {codes(sorted(map(str, row.transform.unpaired)))}"
