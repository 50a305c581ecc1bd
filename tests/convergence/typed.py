"""What persons typed, and whether any of it vanished.

A value that a person wrote may go only in one of two ways: a person overwrites or deletes it where it can be seen, or a conflict
record keeps it. So each act is watched from outside: what stands on a side after it and did not before was typed; what
stood there before it and does not after was given up on purpose.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from contextlib import contextmanager

from shared.mapping.model import Side
from tests.world import World

#: Raw columns that hold the same thing on both sides: (map, Finance collection, Dataverse table) → Finance column → Dataverse column.
COLUMNS: Mapping[tuple[str, str, str], Mapping[str, str]] = {
    ("currencies", "Currencies", "transactioncurrency"): {
        "CurrencyCode": "isocurrencycode",
        "Name": "currencyname",
        "Symbol": "currencysymbol",
    },
    ("customers", "CustomersV3", "account"): {
        "CustomerAccount": "accountnumber",
        "OrganizationName": "name",
        "SalesMemo": "description",
        "PrimaryContactPhone": "telephone1",
        "DeliveryAddressCity": "address1_city",
    },
    ("projects", "ProjectsV2", "msdyn_project"): {
        "ProjectId": "msdyn_projectnumber",
        "ProjectName": "msdyn_subject",
        "Description": "msdyn_description",
    },
    ("contracts", "ProjectContractHeaders", "salesorder"): {"ProjectContractId": "ordernumber", "Name": "name"},
    ("tasks", "ProjectTasks", "msdyn_projecttask"): {
        "TaskName": "msdyn_subject",
        "TaskElementId": "msdyn_projecttaskid",
    },
}

Value = tuple[str, str, object]


def standing(world: World, side: Side) -> frozenset[Value]:
    """Everything that stands on a side, as (map, column, value)."""
    found: set[Value] = set()
    for (map_id, collection, table), columns in COLUMNS.items():
        if side is Side.FINANCE:
            for row in world.finance.database.tables[collection]:
                found.update((map_id, name, row.values[name]) for name in columns if row.values[name])
        else:
            for values in world.dataverse.database.tables[table].rows.values():
                found.update((map_id, name, values[c]) for name, c in columns.items() if values.get(c))
    return frozenset(found)


class Ledger:
    """The values that must not vanish."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._typed: frozenset[Value] = frozenset()

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Watch one act."""
        before = {side: standing(self._world, side) for side in Side}
        yield
        for side in Side:
            after = standing(self._world, side)
            self._typed = (self._typed - (before[side] - after)) | (after - before[side])

    def state(self) -> Hashable:
        """What must not vanish, as of now."""
        return self._typed

    def vanished(self, kept: frozenset[Value]) -> list[Value]:
        """Name what vanished; `kept` is what the conflict records hold."""
        everywhere = standing(self._world, Side.FINANCE) & standing(self._world, Side.DATAVERSE)
        return sorted(self._typed - everywhere - kept, key=repr)
