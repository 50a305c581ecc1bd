"""The tables of a Dataverse environment, as its own metadata describes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.world import Person


@dataclass(frozen=True, slots=True, eq=False)
class TableDefinition:
    """Names of a table, the columns that a create may name, and its lookups: column → target → navigation property."""

    name: str
    set: str
    primary_id: str
    writable: frozenset[str] = frozenset()
    columns: frozenset[str] = frozenset()
    lookups: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


class Definitions:
    """All tables, read at once when they are first needed."""

    def __init__(self, person: Person) -> None:
        self._person = person
        self._tables: dict[str, TableDefinition] = {}

    async def by_name(self) -> dict[str, TableDefinition]:
        """The tables by logical name."""
        if not self._tables:
            expand = "$expand=Attributes,ManyToOneRelationships"
            found = await self._person.does("GET", f"EntityDefinitions?{expand}")
            self._tables = {each["LogicalName"]: _table(each) for each in found["value"]}
        return self._tables

    async def by_set(self) -> dict[str, TableDefinition]:
        """The tables by the name of their entity set."""
        return {table.set: table for table in (await self.by_name()).values()}


def _table(told: dict[str, Any]) -> TableDefinition:
    lookups: dict[str, dict[str, str]] = {}
    attributes = told["Attributes"]
    owners = {each["LogicalName"] for each in attributes if each["AttributeType"] == "Owner"}
    for relationship in told["ManyToOneRelationships"]:
        column, target = relationship["ReferencingAttribute"], relationship["ReferencedEntity"]
        if column not in owners:
            lookups.setdefault(column, {})[target] = relationship["ReferencingEntityNavigationPropertyName"]
    return TableDefinition(
        told["LogicalName"],
        told["EntitySetName"],
        told["PrimaryIdAttribute"],
        writable=frozenset(a["LogicalName"] for a in attributes if a["IsValidForCreate"]) - owners,
        columns=frozenset(a["LogicalName"] for a in attributes),
        lookups=lookups,
    )
