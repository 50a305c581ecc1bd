"""From the shape of a row to the query that reads it, and from the answer back to the shape.

Rule: outside the client a lookup is known by its logical column name, whatever its navigation property is called and
however many of them it has. A shape is compiled once per table into the text of its query and a few steps that fold an
answer; the reads after that do no work but those steps.

Source: Microsoft Learn: Join tables using OData (`$expand` of single-valued navigation properties can be nested; no
more than 15 `$expand` options in a query).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from shared.clients.dataverse_schema import Schemas
from shared.clients.rows import TableSchema
from shared.errors import Misconfigured
from shared.mapping.shape import ANY_TABLE, Shape

MOST_EXPANDS = 15


@dataclass(frozen=True, slots=True)
class Target:
    """One table a lookup may point at: under which navigation property its row comes, and how that row is folded."""

    navigation: str
    table: str
    folds: tuple[Fold, ...]


@dataclass(frozen=True, slots=True)
class Fold:
    """How a lookup's navigation properties become one value under the lookup's column.

    `id_alone` names the id of the row pointed at where nothing else of it is read: the row itself holds that id.
    """

    column: str
    targets: tuple[Target, ...] = ()
    polymorphic: bool = False
    id_alone: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """A compiled shape: `$select=…&$expand=…`, and how to fold what comes back."""

    schema: TableSchema
    query: str
    folds: tuple[Fold, ...]


class Readings:
    """The compiled shapes of one environment. Shapes come from the maps, so they are few and stay."""

    def __init__(self, schemas: Schemas) -> None:
        self._schemas = schemas
        self._known: dict[tuple[str, Shape], Reading] = {}

    async def of(self, table: str, shape: Shape) -> Reading:
        """Compile a shape for a table, once. Raises `Misconfigured` for a lookup or target that the table lacks."""
        known = self._known.get((table, shape))
        if known is None:
            schema = await self._schemas.of(table)
            known = await self._compile(schema, shape, "&")
            if (expands := _count(known.folds)) > MOST_EXPANDS:
                raise Misconfigured(f"{table} is read through {expands} lookups; Dataverse allows {MOST_EXPANDS}.")
            self._known[table, shape] = known
        return known

    async def _compile(self, schema: TableSchema, shape: Shape, separator: str) -> Reading:
        query = "$select=" + ",".join(selection(schema, (*shape.columns, *shape.lookups)))
        folds: list[Fold] = []
        expands: list[str] = []
        for column, shapes in shape.lookups.items():
            targets = []
            id_alone = ""
            for declared, nested in shapes.items():
                table = only_target(schema, column) if declared == ANY_TABLE else declared
                navigation = navigation_of(schema, column, table)
                target = await self._schemas.of(table)
                if len(schema.lookups[column]) == 1 and nested == Shape((target.primary_id,)):
                    id_alone = target.primary_id
                    continue
                inner = await self._compile(target, nested, ";")
                targets.append(Target(navigation, table, inner.folds))
                expands.append(f"{navigation}({inner.query})")
            folds.append(Fold(column, tuple(targets), len(schema.lookups[column]) > 1, id_alone))
        if expands:
            query += f"{separator}$expand=" + ",".join(expands)
        return Reading(schema, query, tuple(folds))


def _count(folds: Iterable[Fold]) -> int:
    return sum(1 + _count(target.folds) for lookup in folds for target in lookup.targets)


def selection(schema: TableSchema, columns: Iterable[str]) -> list[str]:
    """Name the columns as the Web API does, the primary id among them: a lookup is read as `_<column>_value`."""
    return list(dict.fromkeys((schema.primary_id, *(property_of(schema, column) for column in columns))))


def property_of(schema: TableSchema, column: str) -> str:
    """Name a column's own property: that of a lookup holds the bare id of the row it points at."""
    return f"_{column}_value" if column in schema.lookups else column


def navigation_of(schema: TableSchema, column: str, table: str) -> str:
    """Name the navigation property of a lookup that points at a table; `Misconfigured` if it cannot."""
    try:
        return schema.lookups[column][table]
    except KeyError:
        raise Misconfigured(
            f"{schema.table}.{column} is no lookup to {table}.", column=column, remedy="Correct the map."
        ) from None


def only_target(schema: TableSchema, column: str) -> str:
    """Name the table a lookup points at; `Misconfigured` if it is no lookup, or one to several tables."""
    tables = tuple(schema.lookups.get(column, ()))
    if len(tables) != 1:
        raise Misconfigured(f"{schema.table}.{column} points at {len(tables)} tables instead of one.", column=column)
    return tables[0]


def fold(row: dict[str, Any], folds: Iterable[Fold]) -> None:
    """Put what came under navigation properties under the lookup's own column, in place."""
    for lookup in folds:
        pointed_at: dict[str, Any] | None = None
        if lookup.id_alone and (row_id := row.get(f"_{lookup.column}_value")) is not None:
            pointed_at = {lookup.id_alone: row_id}
        for target in lookup.targets:
            expanded = row.pop(target.navigation, None)
            if expanded is None:
                continue
            expanded.pop("@odata.etag", None)
            fold(expanded, target.folds)
            if lookup.polymorphic:
                expanded["@table"] = target.table
            pointed_at = expanded
        row[lookup.column] = pointed_at
