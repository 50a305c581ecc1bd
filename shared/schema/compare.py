"""One map against both environments."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from shared.clients.metadata import Metadata
from shared.mapping.aside import apart
from shared.mapping.model import Row, Side, TableMap
from shared.schema import dataverse, finance, options
from shared.schema.findings import Findings, MapReport, ordered


def compare(table_map: TableMap, metadata: Metadata, off: str = "", side_table: str = "") -> MapReport:
    """Report what a map says and the environments do not.

    `off` says why the map does not run; `side_table` keeps what Dataverse does not let us write into the map's own.
    """
    found = chain.from_iterable(_compare(part, metadata) for part in parts(table_map, side_table))
    return MapReport(
        table_map.id,
        off=off,
        findings=ordered(found),
        rows_off=tuple((row.name, row.off) for row in table_map.all_rows if row.off),
        unknown=tuple(_unknown(table_map)),
    )


def parts(table_map: TableMap, side_table: str) -> tuple[TableMap, ...]:
    """Give a map by the tables that it writes to."""
    return apart(table_map, side_table) if side_table else (table_map,)


def _compare(part: TableMap, metadata: Metadata) -> Findings:
    yield from finance.compare(part, metadata)
    yield from dataverse.compare(part, metadata.tables)
    yield from options.compare(part, metadata)


def _unknown(table_map: TableMap) -> Iterator[str]:
    """Say what no metadata tells, rather than nothing."""
    if not table_map.finance.collection:
        yield f"The columns of {table_map.finance.entity}: it is not public, so Finance lists its name only."
        return
    unsized = [row.name for row in table_map.all_rows if _is_unsized(row)]
    if unsized:
        some = ", ".join(unsized[:3]) + (f" and {len(unsized) - 3} more" if len(unsized) > 3 else "")
        yield f"Whether the texts of Finance fit ({some}): its metadata tells no lengths, and neither does the map."


def _is_unsized(row: Row) -> bool:
    """Whether texts of any length go into a column of Dataverse."""
    is_written = row.runs_towards(Side.DATAVERSE) and "." not in str(row.dataverse)
    return is_written and row.transform.kind == "text" and row.transform.size is None
