"""What Finance shows of posted vendor invoices with project lines. The lines are for export only.

Names and keys follow the public metadata; the AOT name of the header is pictured by Microsoft, that of the line is in
its error texts. Pending invoices and vendor transactions are collections of the twin's own: what forms show.
"""

from __future__ import annotations

from tests.twin.finance import enums
from tests.twin.finance.schema import EnumType, OnDelete, Reference, choice, dates, entity, reals, text, texts, wholes

PENDING_STATUS = EnumType("TwinPendingVendorInvoiceStatus", {"Pending": 0, "Posted": 1})

VENDOR_INVOICES = entity(
    "VendInvoiceExportsV2",
    "VendInvoiceExportV2",
    "ProjVendInvoiceExportEntityV2",
    text("InvoiceAccount", 20, mandatory=True),
    text("VendorInvoiceNum", 20, "Invoice", mandatory=True),
    text("OrderAccount", 20),
    text("Description", 255),
    text("CurrencyCode", 3, "Currency"),
    text("PurchId", 20),
    text("TableRefId", 60),
    choice("ProjVendInvoiceStatus", enums.PROJ_VEND_INVOICE_STATUS),
    choice("SubcontractInvoice", enums.NO_YES),
    dates("TransDate", "DocumentDate"),
    label="Project vendor invoices",
    number=2701,
    key=("dataAreaId", "InvoiceAccount", "VendorInvoiceNum"),
    data_sources=2,
)

VENDOR_INVOICE_LINES = entity(
    "ProjVendInvoiceLinesExportEntity",
    "ProjVendInvoiceLineExport",
    "ProjVendInvoiceLineExportEntity",
    text("ProjTransId", 20, mandatory=True),
    text("ProjDataAreaId", 4, mandatory=True),
    text("DAreaId", 4),
    texts(20, "VendorInvoiceNum", "InvoiceAccount", "OrderAccount"),
    text("Description", 1000),
    texts(20, "ProjId", "ProjTaskNumber", "ProjSubcontractLineNumber", "RoleId", "ItemId"),
    text("TransactionCategoryId", 30),
    text("DisplayProductNumber", 70),
    text("PurchUnit", 10),
    text("currencyCode", 3),
    choice("CategoryType", enums.PROJ_CATEGORY_TYPE),
    choice("BillingType", enums.PROJ_BILLING_TYPE),
    reals("QtyReceiveNow", "PurchPrice", "LineAmount"),
    dates("TransDate"),
    wholes("ProjItemTransExists"),
    label="Project vendor invoice lines",
    number=2702,
    key=("ProjTransId", "ProjDataAreaId"),
    read_only=True,
    found_by=("DAreaId",),
)

PENDING_VENDOR_INVOICES = entity(
    "PendingVendorInvoices",
    "PendingVendorInvoice",
    "TwinVendInvoiceInfoTable",
    text("VendorAccount", 20, mandatory=True),
    text("InvoiceNumber", 20, mandatory=True),
    texts(20, "PurchaseOrder", "Voucher"),
    text("Description", 255),
    text("CurrencyCode", 3),
    choice("Status", PENDING_STATUS),
    dates("InvoiceDate"),
    label="Pending vendor invoices",
    number=2711,
    key=("dataAreaId", "VendorAccount", "InvoiceNumber"),
    references=(Reference(("VendorAccount",), "VendorsV2"),),
    read_only=True,
)

PENDING_VENDOR_INVOICE_LINES = entity(
    "PendingVendorInvoiceLines",
    "PendingVendorInvoiceLine",
    "TwinVendInvoiceInfoLine",
    text("VendorAccount", 20, mandatory=True),
    text("InvoiceNumber", 20, mandatory=True),
    wholes("LineNumber"),
    texts(20, "ItemId", "ProcurementCategory", "MainAccount", "ProjId", "RoleId", "ActivityNumber", "ProjTransId"),
    text("ProjDataAreaId", 4),
    text("ProjCategoryId", 30),
    text("LinePropertyId", 10),
    text("SubcontractLine", 40),
    text("Description", 1000),
    text("PurchUnit", 10),
    reals("Quantity", "PurchPrice", "NonRecoverableTax"),
    choice("IsStocked", enums.NO_YES),
    label="Pending vendor invoice lines",
    number=2712,
    key=("dataAreaId", "VendorAccount", "InvoiceNumber", "LineNumber"),
    references=(Reference(("VendorAccount", "InvoiceNumber"), "PendingVendorInvoices", OnDelete.CASCADE),),
    read_only=True,
    found_by=("ProjTransId",),
)

VENDOR_TRANSACTIONS = entity(
    "VendorTransactions",
    "VendorTransaction",
    "TwinVendTrans",
    text("Voucher", 20, mandatory=True),
    texts(20, "AccountNum", "InvoiceNumber"),
    text("CurrencyCode", 3),
    choice("Approved", enums.NO_YES),
    dates("TransDate"),
    reals("Amount", "AccountingAmount"),
    label="Vendor transactions",
    number=2713,
    key=("dataAreaId", "Voucher"),
    read_only=True,
    found_by=("InvoiceNumber",),
)
