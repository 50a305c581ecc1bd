"""What a table of Dataverse says of itself, asked once per table.

Rule: names that cannot be guessed are asked for, not declared: the entity set (not always a plural), the primary id,
and the navigation property of every lookup. Navigation properties are case sensitive, there is one per table that a
lookup may point at, and in a customer's environment they are whatever that customer's maker typed.

Source: Microsoft Learn: Query table definitions using the Web API; Associate and disassociate table rows.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from shared.clients.literals import in_path
from shared.clients.odata import Service
from shared.clients.refusals import DATAVERSE
from shared.clients.rows import Gone, TableSchema
from shared.errors import Misconfigured

_DEFINITION = (
    "?$select=LogicalName,EntitySetName,PrimaryIdAttribute,ChangeTrackingEnabled"
    "&$expand=ManyToOneRelationships"
    "($select=ReferencingAttribute,ReferencingEntityNavigationPropertyName,ReferencedEntity)"
)

#: A row's owner is declared as a lookup to the abstract table `owner`, and written as one of these.
_OWNERS = ("systemuser", "team")


class Schemas:
    """The tables of one environment, each discovered at its first use and remembered for the life of the process."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._known: dict[str, TableSchema] = {}
        self._asking: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def of(self, table: str) -> TableSchema:
        """Return a table's schema; whoever asks meanwhile waits for the same answer.

        Raises `Misconfigured` if there is no such table. A failure is not remembered.
        """
        if (known := self._known.get(table)) is not None:
            return known
        async with self._asking[table]:
            if table not in self._known:
                self._known[table] = await self._discover(table)
            return self._known[table]

    async def _discover(self, table: str) -> TableSchema:
        address = f"{self._service.root}EntityDefinitions(LogicalName='{in_path(table)}'){_DEFINITION}"
        try:
            definition = await self._service.get(address)
        except (Gone, Misconfigured) as error:
            remedy = DATAVERSE.remedies[Misconfigured]
            raise Misconfigured(f"Dataverse has no table {table}.", reason=error.reason, remedy=remedy) from error
        return read_definition(definition)


def read_definition(definition: Mapping[str, Any]) -> TableSchema:
    """Read an entity definition with its many-to-one relationships; one that lacks a part is `Misconfigured`."""
    try:
        return TableSchema(
            table=definition["LogicalName"],
            set=definition["EntitySetName"],
            primary_id=definition["PrimaryIdAttribute"],
            lookups=_lookups(definition["ManyToOneRelationships"]),
            change_tracking=bool(definition.get("ChangeTrackingEnabled")),
        )
    except KeyError as missing:
        raise Misconfigured(f"Dataverse describes a table without {missing}.") from missing


def _lookups(relationships: list[Mapping[str, str]]) -> dict[str, dict[str, str]]:
    lookups: dict[str, dict[str, str]] = {}
    for relationship in relationships:
        targets = lookups.setdefault(relationship["ReferencingAttribute"], {})
        target, navigation = relationship["ReferencedEntity"], relationship["ReferencingEntityNavigationPropertyName"]
        targets[target] = navigation
        if target == "owner":
            targets.update(dict.fromkeys(_OWNERS, navigation))
    return lookups
