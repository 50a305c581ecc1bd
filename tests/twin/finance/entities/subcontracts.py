"""Subcontract purchase orders: orders and lines that Dataverse writes. Their AOT names are unconfirmed."""

from __future__ import annotations

from tests.twin.finance import enums
from tests.twin.finance.schema import OnDelete, Reference, choice, dates, entity, reals, text, texts, whole64

SUBCONTRACTS = entity(
    "SubContractPurchaseOrderHeaders",
    "SubContractPurchaseOrderHeader",
    "ProjSubContractPurchaseOrderHeaderEntity",
    text("ProjSubContractNumber", 20, "Subcontract", mandatory=True),
    text("SubConName", 60, "Name"),
    text("OrderAccount", 20, "Vendor account"),
    text("ProjId", 20, "Project ID"),
    choice("SubConState", enums.PROJ_SUBCON_STATE),
    choice("SubConStatus", enums.PROJ_SUBCON_STATUS),
    dates("SubConDate", "AccountingDate"),
    # Finance's own.
    text("PurchaseOrderNumber", 20),
    choice("PurchStatus", enums.PURCH_STATUS),
    label="Subcontract purchase orders",
    number=2601,
    key=("dataAreaId", "ProjSubContractNumber"),
    references=(Reference(("OrderAccount",), "VendorsV2"), Reference(("ProjId",), "ProjectsV2")),
    data_sources=2,
)

SUBCONTRACT_LINES = entity(
    "ProjSubContractPurchaseOrderLines",
    "ProjSubContractPurchaseOrderLine",
    "ProjSubContractPurchaseOrderLineEntity",
    text("ProjSubContractLineNumber", 20, "Subcontract line", mandatory=True),
    text("SubcontractNumber", 20, "Subcontract", mandatory=True),
    text("Name", 1000),
    text("ItemId", 20, "Item number"),
    text("SubConWriteInName", 255),
    text("SubConRoleID", 20, "Role"),
    text("SubConTransCategory", 30, "Transaction category"),
    texts(20, "ProjId", "ActivityNumber"),
    text("PurchUnit", 10, "Unit"),
    choice("SubConTransClass", enums.PROJ_SUBCON_TRANS_CLASS),
    choice("SubConLineStatus", enums.PROJ_SUBCON_LINE_STATUS),
    choice("SubConLineType", enums.PROJ_SUBCON_LINE_TYPE),
    reals("PurchQty", "PurchPrice"),
    dates("DeliveryDate"),
    # Finance's own.
    text("PurchId", 20),
    choice("PurchStatus", enums.PURCH_STATUS),
    whole64("ProcurementCategory"),
    label="Subcontract purchase order lines",
    number=2602,
    key=("dataAreaId", "ProjSubContractLineNumber"),
    references=(
        Reference(("SubcontractNumber",), "SubContractPurchaseOrderHeaders", OnDelete.CASCADE),
        Reference(("ProjId",), "ProjectsV2"),
        Reference(("ItemId",), "CDSReleasedDistinctProducts"),
        Reference(("PurchUnit",), "UnitsOfMeasure"),
        Reference(("SubConRoleID",), "ResourceCategoriesShared"),
        Reference(("SubConTransCategory",), "ProjectTransactionCategories"),
    ),
    data_sources=2,
)
