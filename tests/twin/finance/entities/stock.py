"""Usage of stocked materials. The entity is newer than the public metadata: every name here is a guess.

Columns are borrowed from the public entity ProjectSalesItemRequirements. That a line is named by the project
transaction that its posting makes is an assumption.
"""

from __future__ import annotations

from tests.twin.finance.schema import Reference, dates, entity, reals, text

MATERIAL_USAGE = entity(
    "ProjectMaterialUsageCreates",
    "ProjectMaterialUsageCreate",
    "ProjMaterialUsageCreateEntity",
    text("ProjectTransactionId", 20, mandatory=True, sequence="PTR"),
    text("ProjectId", 20, "Project ID", mandatory=True),
    text("ActivityNumber", 20),
    text("ItemId", 20, "Item number"),
    text("ItemBatchNumber", 20),
    text("SalesUnit", 10, "Unit"),
    text("ShippingSiteId", 10, "Site"),
    text("ShippingWarehouseId", 10, "Warehouse"),
    text("CurrencyCode", 3, "Currency"),
    dates("ShipDate"),
    reals("CostPrice", "SalesQuantity"),
    label="Project material usage creates",
    number=3001,
    key=("dataAreaId", "ProjectTransactionId"),
    references=(Reference(("ProjectId",), "ProjectsV2"),),
)
