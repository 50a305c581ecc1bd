"""What is kept beside a row, in a table of the customer's own, because Dataverse lets no other program write it into the row.

A row of a side table has the id of the row it speaks of, and a column for each value, named after the Finance column
behind the prefix of the table: `contoso_actualaccounting.contoso_vouchernumber`.
"""

from __future__ import annotations

from dataclasses import replace

from shared.mapping.model import DataverseTable, Side, TableMap


def columns_aside(table_map: TableMap, side_table: str) -> dict[str, str]:
    """Name the columns that a side table has instead of the map's own: those that Finance alone writes."""
    prefix = side_table.partition("_")[0]
    written = (row for row in table_map.rows if row.runs_towards(Side.DATAVERSE) and row.way != "=")
    return {str(row.dataverse): f"{prefix}_{str(row.finance).lower()}" for row in written if not row.is_constant}


def apart(table_map: TableMap, side_table: str) -> tuple[TableMap, TableMap]:
    """Give a map as two: what its own table holds, and what the side table does, which has no set that a map knows."""
    aside = columns_aside(table_map, side_table)
    own = tuple(row for row in table_map.rows if row.dataverse not in aside)
    beside = tuple(replace(row, dataverse=aside[row.dataverse]) for row in table_map.rows if row.dataverse in aside)
    table = DataverseTable(side_table, "", key=())
    return replace(table_map, rows=own), replace(table_map, rows=beside, dataverse=table, dataverse_filter="", needs=())
