"""References between rows, checked as X++ checks them.

A value must name a row of the related table. A row that is referred to is not deleted, takes its dependents along, or
is let go by them, as the reference says.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping

from tests.twin.finance.rows import Database, Row, RowKey, folded
from tests.twin.finance.schema import Entity, OnDelete, Reference, Value


def unresolved(database: Database, entity: Entity, values: Mapping[str, Value], named: Container[str]) -> Iterator[str]:
    """Tell which of the named columns refer to nothing, as Infolog lines."""
    for reference in entity.references:
        if not any(name in named for name in reference.columns) or not applies(reference, entity, values):
            continue
        target = database.tables[reference.collection]
        if target.find(target_key(reference, target.entity, values)) is None:
            column = entity.columns[reference.columns[-1]]
            yield (
                f"Warning: The value '{values[column.name]}' in field '{column.label}' "
                f"is not found in the related table '{target.entity.label}'."
            )


def applies(reference: Reference, entity: Entity, values: Mapping[str, Value]) -> bool:
    """Tell whether these values refer to anything at all."""
    if reference.only_if and values[reference.only_if[0]] != reference.only_if[1]:
        return False
    first = reference.columns[0]
    return values[first] != entity.columns[first].empty


def target_key(reference: Reference, target: Entity, values: Mapping[str, Value]) -> RowKey:
    """Return the key of the row referred to: in the row's own company if the target has companies."""
    own = tuple(folded(values[name]) for name in reference.columns)
    return (folded(values["dataAreaId"]), *own) if target.per_company else own


class Dependents:
    """Who refers to the rows of a collection."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._referring: dict[str, list[tuple[Entity, Reference]]] = {name: [] for name in database.tables}
        for table in database.tables.values():
            for reference in table.entity.references:
                self._referring[reference.collection].append((table.entity, reference))

    def of(self, entity: Entity, row: Row) -> Iterator[tuple[Entity, Reference, Row]]:
        """Return each row that refers to this one, with the reference by which it does. A row's own does not count."""
        target = self._database.tables[entity.collection]
        key = target.key_of(row.values)
        for referring, reference in self._referring[entity.collection]:
            rows = self._database.tables[referring.collection].matching(
                reference.columns[0], row.values[entity.own_key[0]]
            )
            for each in rows:
                if each is not row and _refers(reference, referring, entity, each.values, key):
                    yield referring, reference, each

    def restricting(self, entity: Entity, row: Row) -> Iterator[str]:
        """Tell who stands against the delete of a row, as Infolog lines."""
        labels = {
            referring.label: None
            for referring, reference, _ in self.of(entity, row)
            if reference.on_delete is OnDelete.RESTRICT
        }
        for label in labels:
            yield (
                f"Error: Cannot delete a record in {entity.label}. "
                f"The record cannot be deleted because dependent records exist in table '{label}'."
            )


def _refers(reference: Reference, referring: Entity, target: Entity, values: Mapping[str, Value], key: RowKey) -> bool:
    return applies(reference, referring, values) and target_key(reference, target, values) == key
