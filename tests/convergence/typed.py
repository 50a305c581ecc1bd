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
    ("contract_lines", "ProjectContractLines", "salesorderdetail"): {
        "LineSequenceNumber": "sequencenumber",
        "Description": "productdescription",
    },
    ("milestones", "ProjectContractLineMilestones", "msdyn_contractlinescheduleofvalue"): {
        "Description": "msdyn_name",
        "ContractLineMilestoneGuid": "msdyn_contractlinescheduleofvalueid",
    },
    ("actuals", "ProjActualsImports", "msdyn_actual"): {
        "ActualsImportId": "msdyn_actualimportid",
        "Description": "msdyn_description",
        "VoucherNumber": "msdyn_vouchernumber",
    },
    ("expense_categories", "ProjExpenseCategoriesExport", "msdyn_expensecategory"): {"CostTxt": "msdyn_name"},
    ("vendors", "VendorsV2", "msdyn_vendor"): {
        "VendorAccountNumber": "msdyn_vendoraccountnumber",
        "VendorOrganizationName": "msdyn_name",
    },
    ("vendor_invoices", "VendInvoiceExportsV2", "msdyn_projectvendorinvoice"): {
        "VendorInvoiceNum": "msdyn_vendorinvoicenumber",
        "Description": "msdyn_description",
    },
    ("vendor_invoice_lines", "ProjVendInvoiceLinesExportEntity", "msdyn_projectvendorinvoiceline"): {
        "ProjTransId": "msdyn_externalinvoiceline",
    },
    ("subcontracts", "SubContractPurchaseOrderHeaders", "msdyn_subcontract"): {
        "ProjSubContractNumber": "msdyn_subcontractnumber",
        "SubConName": "msdyn_name",
    },
    ("subcontract_lines", "ProjSubContractPurchaseOrderLines", "msdyn_subcontractline"): {
        "ProjSubContractLineNumber": "msdyn_subcontractlinenumber",
        "Name": "msdyn_name",
    },
}

#: Dataverse column → side table that may hold it under the id of the row, and the column there.
ASIDE: Mapping[str, tuple[str, str]] = {"msdyn_vouchernumber": ("contoso_actualaccounting", "contoso_vouchernumber")}

Value = tuple[str, str, object]


def standing(world: World, side: Side) -> frozenset[Value]:
    """Everything that stands on a side, as (map, column, value)."""
    found: set[Value] = set()
    for (map_id, collection, table), columns in COLUMNS.items():
        if side is Side.FINANCE:
            for row in world.finance.database.tables[collection]:
                found.update((map_id, name, row.values[name]) for name in columns if row.values[name])
        else:
            for values in rows_of_dataverse(world, table):
                found.update((map_id, name, values[c]) for name, c in columns.items() if values.get(c))
    return frozenset(found)


def rows_of_dataverse(world: World, table: str) -> Iterator[Mapping[str, object]]:
    """Give the rows of a table, and with each what stands beside it."""
    tables = world.dataverse.database.tables
    for row_id, row in tables[table].rows.items():
        beside = ((column, tables[aside].rows.get(row_id, {}).get(there)) for column, (aside, there) in ASIDE.items())
        yield {**row, **{column: value for column, value in beside if value is not None}}


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
