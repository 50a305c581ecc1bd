"""Project vendor invoice lines (msdyn_projectvendorinvoicelines): the lines of posted vendor invoices that have a project.

A line has two companies: DAreaId, which has posted the invoice, and ProjDataAreaId, which owns the project. Its parents
are looked for in either. Rows with `documented` are pictured in Microsoft's article on intercompany vendor invoices,
which shows the lower part of the list; the rest are guesses.
"""

from shared.mapping.model import DataverseTable, FinanceEntity, Row, Side, TableMap, lookup
from shared.mapping.transforms import company, date_only, decimal, default, money, text, values
from shared.maps.choices import BILLING_TYPES

#: The row is pictured, its pairs are not: paired by meaning. Finance calls an expense Cost and a fee Revenue.
CATEGORY_TYPES = values(
    {192350000: "Hour", 192350001: "Cost", 192350002: "Item", 192350003: "OnAccount", 192350004: "Revenue"},
    unpaired=(690970002, 690970000, 690970001, "None"),
)

VALUE_NOT_SHOWN = "a constant, whose value the picture does not show"

VENDOR_INVOICE_LINES = TableMap(
    "vendor_invoice_lines",
    label="Project Operations integration project vendor invoice line export entity",
    version="1.0.0.9",
    finance=FinanceEntity(
        "ProjVendInvoiceLinesExportEntity",
        key=("ProjTransId", "ProjDataAreaId"),
        entity="ProjVendInvoiceLineExportEntity",
    ),
    dataverse=DataverseTable(
        "msdyn_projectvendorinvoiceline",
        "msdyn_projectvendorinvoicelines",
        # Documented: since version 1.0.0.6 this column alone, without the company.
        key=("msdyn_externalinvoiceline",),
        lookups={
            "msdyn_owningcompany": lookup("cdm_company"),
            "msdyn_vendorinvoice": lookup(
                "msdyn_projectvendorinvoice", company="msdyn_owningcompany.cdm_companycode", company_from="DAreaId"
            ),
            "msdyn_project": lookup("msdyn_project"),
            "msdyn_product": lookup("product", company="msdyn_companyid.cdm_companycode", company_from="DAreaId"),
            "msdyn_unit": lookup("uom"),
            "msdyn_transactioncategory": lookup("msdyn_transactioncategory"),
            "msdyn_resourcecategory": lookup("bookableresourcecategory"),
            # Who is invoiced has ordered: the subcontract is the invoicing company's, whosever the project is.
            "msdyn_subcontractline": lookup(
                "msdyn_subcontractline", company="msdyn_owningcompany.cdm_companycode", company_from="DAreaId"
            ),
            "transactioncurrencyid": lookup("transactioncurrency"),
        },
    ),
    # Documented: only lines with a project leave Finance. The expression is ours.
    finance_filter="ProjId ne ''",
    # Finance creates them on posting; Dataverse takes no edits, and a posted line is never taken away.
    writes={Side.DATAVERSE: ("create", "update")},
    # Although its column is not published, and so not mapped.
    after=("tasks",),
    rows=(
        #   Finance                      way  Dataverse                                                    transform           provenance
        Row("ProjTransId",               ">", "msdyn_externalinvoiceline",                                 text(),             "documented"),
        # Prices may be finer than the currency: four decimals is what Dataverse keeps of them.
        Row("PurchPrice",                ">", "msdyn_price",                                               money(4),           "documented"),
        Row("PurchUnit",                 ">", "msdyn_unit.msdyn_symbol",                                   text(),             "documented"),
        Row("QtyReceiveNow",             ">", "msdyn_quantity",                                            decimal(5),         "documented"),
        Row(None,                        ">", "msdyn_duration",                                            default(0),         "documented", off=VALUE_NOT_SHOWN),
        # Presumably Not started, with which Dataverse begins by itself.
        Row(None,                        ">", "msdyn_verificationstatus",                                  default(192350000), "documented", off=VALUE_NOT_SHOWN),
        Row("TransactionCategoryId",     ">", "msdyn_transactioncategory.msdyn_transactioncategorynumber", text(),             "documented"),
        Row("VendorInvoiceNum",          ">", "msdyn_vendorinvoice.msdyn_vendorinvoicenumber",             text(),             "documented"),
        Row("currencyCode",              ">", "transactioncurrencyid.isocurrencycode",                     text(),             "documented"),
        Row("BillingType",               ">", "msdyn_billingtype",                                         BILLING_TYPES,      "documented"),
        Row("InvoiceAccount",            ">", "msdyn_vendorinvoice.msdyn_vendor.accountnumber",            text(),             "documented"),
        Row("CategoryType",              ">", "msdyn_transactionclassification",                           CATEGORY_TYPES,     "documented"),
        Row("RoleId",                    ">", "msdyn_resourcecategory.msdyn_resourcecategorynumber",       text(),             "documented"),
        Row("ProjDataAreaId",            ">", "msdyn_project.msdyn_owningcompany.cdm_companycode",         company(),          "documented"),
        Row("DAreaId",                   ">", "msdyn_owningcompany.cdm_companycode",                       company(),          "documented"),
        Row("ProjId",                    ">", "msdyn_project.msdyn_projectnumber",                         text(),             "inferred"),
        Row("Description",               ">", "msdyn_description",                                         text(),             "inferred"),
        Row("TransDate",                 ">", "msdyn_transactiondate",                                     date_only(),        "inferred"),
        Row("DisplayProductNumber",      ">", "msdyn_product.msdyn_productnumber",                         text(),             "inferred"),
        # The form has the field; the name of the column is a guess.
        Row("ProjSubcontractLineNumber", ">", "msdyn_subcontractline.msdyn_subcontractlinenumber",         text(),             "inferred"),
        # Not published, so not mapped: ProjTaskNumber (perhaps msdyn_task), LineAmount (perhaps msdyn_amount),
        # OrderAccount, ItemId, ProjItemTransExists.
    ),
)
