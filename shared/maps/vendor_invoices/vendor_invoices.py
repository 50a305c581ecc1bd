"""Project vendor invoices V2 (msdyn_projectvendorinvoices): posted in Finance with a project line; the status comes back.

Microsoft's article on blocking vendor payments pictures the complete map of version 1.0.0.0, these nine rows. Only
posted invoices with a project line leave Finance, which the entity itself sees to. The vendor is an account in
Dataverse, found by number and company.
"""

from shared.mapping.documents import Release
from shared.mapping.model import DataverseTable, FinanceEntity, Row, Side, TableMap, lookup
from shared.mapping.transforms import date_only, default, text, values, yes_no

#: The row is pictured, its pairs are not. The labels are documented; the numbers are inferred, counted in the order of
#: the labels. The schema check compares labels, and a tenant's own map settles it.
STATUSES = values(
    {192350000: "Draft", 192350001: "InReview", 192350002: "Confirmed"},
    # On hold and Canceled, of the edition without Finance; and an invoice that no review has met yet.
    unpaired=(192350003, 192350004, "None"),
)

VENDOR_INVOICES = TableMap(
    "vendor_invoices",
    label="Project Operations integration project vendor invoice export entity V2",
    version="1.0.0.1",
    finance=FinanceEntity(
        "VendInvoiceExportsV2",
        key=("dataAreaId", "InvoiceAccount", "VendorInvoiceNum"),
        entity="ProjVendInvoiceExportEntityV2",
    ),
    dataverse=DataverseTable(
        "msdyn_projectvendorinvoice",
        "msdyn_projectvendorinvoices",
        key=("msdyn_vendorinvoicenumber", "msdyn_vendor.accountnumber", "msdyn_owningcompany.cdm_companycode"),
        # Documented of the lines; of the header by analogy.
        company="msdyn_owningcompany.cdm_companycode",
        lookups={
            "msdyn_owningcompany": lookup("cdm_company"),
            "msdyn_vendor": lookup("account", company="msdyn_company.cdm_companycode", brought_by="vendors"),
            "transactioncurrencyid": lookup("transactioncurrency"),
        },
    ),
    # Dataverse confirms an invoice of which this says so, and takes no line any more then. Whether it looks when the
    # header is written or at any write is not published: so the header says no until all lines are there.
    release=Release(
        "SubcontractInvoice",
        held=False,
        lines="vendor_invoice_lines",
        column="msdyn_vendorinvoice",
        by={"DAreaId": "dataAreaId", "InvoiceAccount": "InvoiceAccount", "VendorInvoiceNum": "VendorInvoiceNum"},
        never_empty=True,
    ),
    # Finance posts them, and what it has posted is changed by nobody but its status. Dataverse takes no edits but the
    # project manager's confirmation, and a posted invoice is never taken away.
    writes={Side.FINANCE: ("update",), Side.DATAVERSE: ("create", "update")},
    rows=(
        #   Finance                  way  Dataverse                                transform              provenance
        Row("VendorInvoiceNum",      ">", "msdyn_name",                            text(),                "documented"),
        Row("Description",           ">", "msdyn_description",                     text(),                "documented"),
        Row("InvoiceAccount",        "=", "msdyn_vendor.accountnumber",            text(),                "documented"),
        Row("TransDate",             ">", "msdyn_invoicedate",                     date_only(),           "documented"),
        Row("CurrencyCode",          ">", "transactioncurrencyid.isocurrencycode", text(),                "documented"),
        Row("ProjVendInvoiceStatus", "<", "statuscode",                            STATUSES,              "documented"),
        # Pairs not shown. Inferred: the column tells whether a project manager has to verify the invoice, and only one
        # that nobody has to verify is confirmed automatically.
        Row("SubcontractInvoice",    ">", "msdyn_enableautomaticconfirmation",     yes_no(opposite=True), "documented"),
        # The constant is not shown: inferred from the name.
        Row(None,                    ">", "msdyn_hasexternalorigin",               default(value=True),   "documented"),
        Row("VendorInvoiceNum",      "=", "msdyn_vendorinvoicenumber",             text(),                "documented"),
        # In the entity and not in the picture, so not mapped: OrderAccount, PurchId, TableRefId (key of the first
        # version of the entity), DocumentDate.
    ),
)
