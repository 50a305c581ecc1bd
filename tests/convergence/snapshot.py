"""Both twins and the storage, put back to where they were, and their contents as one comparable value.

Rows are never changed in place by the twins nor by the storage in memory: a write puts a new row in the old one's
place. So copies of the dictionaries that hold them are copies of the whole. Tables that no map touches are left alone.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from datetime import datetime
from itertools import count
from typing import Any

from shared.store.table import Stored
from tests.convergence.frozen import Present
from tests.store.memory import MemoryQueue, MemoryTable
from tests.twin.dataverse.database import TableRows
from tests.twin.finance.rows import Table
from tests.world import World

Restore = Callable[[], None]

_DATAVERSE = (
    "cdm_company",
    "transactioncurrency",
    "account",
    "salesorder",
    "salesorderdetail",
    "msdyn_projectcontractsplitbillingrule",
    "msdyn_contractlinesplitbillingrule",
    "msdyn_project",
    "msdyn_projecttask",
    "msdyn_contractlinescheduleofvalue",
    "msdyn_actual",
    "contoso_actualaccounting",
    "msdyn_expensecategory",
    "msdyn_vendor",
    "msdyn_projectvendorinvoice",
    "msdyn_projectvendorinvoiceline",
    "msdyn_subcontract",
    "msdyn_subcontractline",
)
_FINANCE = (
    "LegalEntities",
    "Currencies",
    "CustomersV3",
    "ProjectContractHeaders",
    "ProjectFundingSources",
    "ProjectFundingRules",
    "ProjectContractLines",
    "ProjectContractBillingRules",
    "ProjectsV2",
    "ProjectTasks",
    "Activities",
    "ProjectActivities",
    "ProjectContractLineMilestones",
    "ProjectOnAccountTransactions",
    "ProjectFixedPriceEstimateProjects",
    "ProjActualsImports",
    "ProjectActualsStates",
    "ProjExpenseCategoriesExport",
    "VendorsV2",
    "VendInvoiceExportsV2",
    "ProjVendInvoiceLinesExportEntity",
    "SubContractPurchaseOrderHeaders",
    "ProjSubContractPurchaseOrderLines",
    "PurchaseOrders",
    "PurchaseOrderLines",
)


def snapshot(world: World) -> Restore:
    """Remember a world as it is; what is given back puts it there again, as often as it is called."""
    parts = [
        _clock(world),
        _dataverse(world),
        _finance(world),
        *(_table(table) for table in world.storage._tables.values()),
        *(_queue(queue) for queue in world.storage._queues.values()),
    ]
    tables, queues = set(world.storage._tables), set(world.storage._queues)

    def restore() -> None:
        for part in parts:
            part()
        for name, table in world.storage._tables.items():
            if name not in tables:
                table._rows.clear()
        for name, queue in world.storage._queues.items():
            if name not in queues:
                queue._messages.clear()

    return restore


def contents_of_dataverse(world: World) -> Hashable:
    """All rows of the mapped tables, versions included."""
    tables = world.dataverse.database.tables
    return tuple(
        tuple((row_id, _frozen(row)) for row_id, row in sorted(tables[name].rows.items())) for name in _DATAVERSE
    )


def contents_of_finance(world: World) -> Hashable:
    """All rows of the mapped entities, versions included."""
    return tuple(
        tuple(
            (number, row.etag, _frozen(row.values))
            for number, row in sorted(world.finance.database.tables[name].rows.items())
        )
        for name in _FINANCE
    )


def values_of_twins(world: World) -> Hashable:
    """The same without versions."""
    dataverse, finance = world.dataverse.database.tables, world.finance.database.tables
    return (
        tuple(
            tuple(
                (row_id, _frozen(row, without="versionnumber")) for row_id, row in sorted(dataverse[name].rows.items())
            )
            for name in _DATAVERSE
        ),
        tuple(
            tuple((number, _frozen(row.values)) for number, row in sorted(finance[name].rows.items()))
            for name in _FINANCE
        ),
    )


def contents_of_table(table: MemoryTable) -> Hashable:
    """All rows of a table of the storage, ETags included."""
    return tuple((key, table._rows[key].etag, _frozen(table._rows[key].entity)) for key in sorted(table._rows))


def contents_of_storage(world: World) -> Hashable:
    """All tables, and all messages with the time they become visible. Links without their versions."""
    tables = world.storage._tables
    queues = world.storage._queues
    return (
        tuple((name, contents_of_table(tables[name])) for name in sorted(tables) if name != "links"),
        tuple((key, _frozen(stored.entity)) for key, stored in sorted(_links(world).items())),
        tuple((name, tuple((m.wire, m.visible_at) for m in queues[name]._messages)) for name in sorted(queues)),
    )


def present(world: World) -> Present:
    """The versions that all rows have now."""
    rows = {
        f'W/"{row["versionnumber"]}"'
        for name in _DATAVERSE
        for row in world.dataverse.database.tables[name].rows.values()
    }
    rows |= {row.etag for name in _FINANCE for row in world.finance.database.tables[name]}
    main = (stored for stored in _links(world).values() if "map" in stored.entity)
    return Present(rows, {(s.entity["map"], s.entity["dataverse_id"].lower()): s.etag for s in main})


def _links(world: World) -> Mapping[tuple[str, str], Stored]:
    return world.storage.table("links")._rows


def _frozen(row: Mapping[str, Any], *, without: str = "") -> Hashable:
    return tuple(sorted((name, value) for name, value in row.items() if value is not None and name != without))


def _clock(world: World) -> Restore:
    then: datetime | None = world.clock._virtual_now

    def restore() -> None:
        world.clock._virtual_now = then

    return restore


def _dataverse(world: World) -> Restore:
    database = world.dataverse.database
    version, commits, sequences = database.version, database.commits, dict(database.sequences)
    tables = [_dataverse_table(database.tables[name]) for name in _DATAVERSE]

    def restore() -> None:
        database.version, database.commits, database.sequences = version, commits, dict(sequences)
        for table in tables:
            table()

    return restore


def _dataverse_table(table: TableRows) -> Restore:
    rows, touched, tombstones = dict(table.rows), dict(table.touched), list(table.tombstones)
    indexes = {name: {value: dict(ids) for value, ids in index.items()} for name, index in table._indexes.items()}

    def restore() -> None:
        table.rows, table.touched, table.tombstones = dict(rows), dict(touched), list(tombstones)
        table._indexes = {name: {value: dict(ids) for value, ids in index.items()} for name, index in indexes.items()}

    return restore


def _finance(world: World) -> Restore:
    database = world.finance.database
    sequences = dict(database._sequences)
    tables = [_finance_table(database.tables[name]) for name in _FINANCE]

    def restore() -> None:
        database._sequences = dict(sequences)
        for table in tables:
            table()

    return restore


def _finance_table(table: Table) -> Restore:
    rows, by_key, number, chance = dict(table.rows), dict(table._by_key), table._next_rec_id, table._random.getstate()
    by_value = {name: {value: dict(ids) for value, ids in index.items()} for name, index in table._by_value.items()}

    def restore() -> None:
        table.rows, table._by_key, table._next_rec_id = dict(rows), dict(by_key), number
        table._by_value = {name: {value: dict(ids) for value, ids in index.items()} for name, index in by_value.items()}
        table._random.setstate(chance)

    return restore


def _table(table: MemoryTable) -> Restore:
    rows, next_etag = dict(table._rows), next(table._etags)

    def restore() -> None:
        table._rows, table._etags = dict(rows), count(next_etag)

    return restore


def _queue(queue: MemoryQueue) -> Restore:
    if queue._messages:
        raise ValueError("a snapshot is taken of a world at rest")
    next_id = next(queue._ids)

    def restore() -> None:
        queue._messages, queue._ids = [], count(next_id)

    return restore
