"""Purchase orders of subcontracts and their product receipts, as Finance's forms show them: collections of the twin's own.

Finance has public entities of purchase orders too. They are not played: nobody creates or edits these orders in Finance.
"""

from __future__ import annotations

from tests.twin.finance import enums
from tests.twin.finance.schema import (
    EnumType,
    OnDelete,
    Reference,
    choice,
    dates,
    entity,
    guid,
    reals,
    text,
    texts,
    wholes,
)

DOCUMENT_STATE = EnumType("TwinVersioningDocumentState", {"Draft": 0, "Confirmed": 1})
RECEIPT_STATUS = EnumType("TwinSubcontractReceiptStatus", {"NotPosted": 0, "Posted": 1})

PURCHASE_ORDERS = entity(
    "PurchaseOrders",
    "PurchaseOrder",
    "TwinPurchTable",
    text("PurchaseOrderNumber", 20, "Purchase order", mandatory=True),
    # Of the subcontract.
    text("ProjSubContractNumber", 20, "Subcontract"),
    text("SubConName", 60, "Name"),
    choice("SubConStatus", enums.PROJ_SUBCON_STATUS),
    dates("SubConDate", "AccountingDate"),
    # Of the vendor.
    text("OrderAccount", 20, "Vendor account"),
    text("Language", 7),
    text("CurrencyCode", 3, "Currency"),
    choice("PurchStatus", enums.PURCH_STATUS, default="Backorder"),
    choice("DocumentState", DOCUMENT_STATE),
    wholes("Confirmations"),
    label="Purchase orders",
    number=2603,
    key=("dataAreaId", "PurchaseOrderNumber"),
    found_by=("ProjSubContractNumber",),
)

PURCHASE_ORDER_LINES = entity(
    "PurchaseOrderLines",
    "PurchaseOrderLine",
    "TwinPurchLine",
    text("PurchaseOrderNumber", 20, "Purchase order", mandatory=True),
    wholes("LineNumber"),
    # Of the subcontract line.
    text("ProjSubContractLineNumber", 20, "Subcontract line"),
    choice("SubConTransClass", enums.PROJ_SUBCON_TRANS_CLASS),
    text("SubConRoleID", 20, "Role"),
    text("Name", 1000),
    texts(20, "ProjId", "ActivityNumber", "ItemId"),
    text("PurchUnit", 10, "Unit"),
    reals("PurchQty", "PurchPrice", "LineAmount"),
    dates("DeliveryDate"),
    # Found by Finance.
    text("ProcurementCategory", 20),
    text("ProjCategoryId", 30),
    texts(10, "ItemSalesTaxGroup", "SiteId", "WarehouseId"),
    # What has come of it.
    reals("ReceivedQuantity", "InvoicedQuantity", "OpenQuantity"),
    choice("PurchStatus", enums.PURCH_STATUS, default="Backorder"),
    label="Purchase order lines",
    number=2604,
    key=("dataAreaId", "PurchaseOrderNumber", "LineNumber"),
    references=(Reference(("PurchaseOrderNumber",), "PurchaseOrders", OnDelete.CASCADE),),
    found_by=("ProjSubContractLineNumber",),
)

PRODUCT_RECEIPTS = entity(
    "SubcontractProductReceipts",
    "SubcontractProductReceipt",
    "TwinSubcontractProductReceipt",
    text("ProductReceiptNumber", 20, "Product receipt", mandatory=True),
    text("PurchaseOrderNumber", 20, "Purchase order"),
    dates("AccountingDate"),
    choice("Status", RECEIPT_STATUS),
    text("Voucher", 20),
    label="Project subcontracts product receipts",
    number=2605,
    key=("dataAreaId", "ProductReceiptNumber"),
    references=(Reference(("PurchaseOrderNumber",), "PurchaseOrders"),),
)

PRODUCT_RECEIPT_LINES = entity(
    "SubcontractProductReceiptLines",
    "SubcontractProductReceiptLine",
    "TwinSubcontractProductReceiptLine",
    text("ProductReceiptNumber", 20, "Product receipt", mandatory=True),
    text("PurchaseOrderNumber", 20, "Purchase order"),
    wholes("LineNumber"),  # of the order
    reals("Quantity", "InvoicedQuantity", "AccruedAmount", "AccruedAccountingAmount"),
    label="Project subcontracts product receipt lines",
    number=2606,
    key=("dataAreaId", "ProductReceiptNumber", "LineNumber"),
    references=(Reference(("ProductReceiptNumber",), "SubcontractProductReceipts", OnDelete.CASCADE),),
    found_by=("PurchaseOrderNumber",),
)

#: Which actuals a receipt is made of: each is used once.
RECEIPTED_ACTUALS = entity(
    "SubcontractReceiptedActuals",
    "SubcontractReceiptedActual",
    "TwinSubcontractReceiptedActual",
    guid("ActualsImportId", mandatory=True),
    guid("ActualId"),
    text("ProductReceiptNumber", 20, "Product receipt"),
    wholes("LineNumber"),
    reals("Quantity"),
    text("MatchedVendorInvoice", 20),
    label="Actuals of project subcontracts product receipts",
    number=2607,
    key=("dataAreaId", "ActualsImportId"),
    references=(Reference(("ProductReceiptNumber",), "SubcontractProductReceipts"),),
    read_only=True,
    found_by=("ActualId",),
)

#: The default order settings of an item, as far as purchase orders read them.
ORDER_SETTINGS = entity(
    "DefaultOrderSettings",
    "DefaultOrderSetting",
    "TwinInventItemPurchSetup",
    text("ItemNumber", 20, "Item number", mandatory=True),
    texts(10, "PurchaseSiteId", "PurchaseWarehouseId"),
    label="Default order settings",
    number=2608,
    key=("dataAreaId", "ItemNumber"),
)
