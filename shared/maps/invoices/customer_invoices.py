"""Customer invoices (msdyn_customerinvoices): number, date and tax of the invoice that comes of a posted proposal. Waits for a tenant's own map.

Microsoft documents the labels of both sides, the set, and that these values show up on the proforma; it has published
no other name of either side. So every name here is a guess, keys included: compare them with a tenant's own
map before you name this one in RUNNING_MAPS. It needs Dataverse's feature Enhanced proforma invoice.
"""

from shared.mapping.model import DataverseTable, FinanceEntity, Row, Side, TableMap, lookup
from shared.mapping.transforms import date_only, money, text

CUSTOMER_INVOICES = TableMap(
    "customer_invoices",
    label="Project Operations integration invoice proposal export entity",
    version="1.0.0.0",
    finance=FinanceEntity(
        "ProjInvoiceProposalsExport", key=("dataAreaId", "InvoiceProposalId"), entity="ProjInvoiceProposalExportEntity"
    ),
    dataverse=DataverseTable(
        "msdyn_customerinvoice",
        "msdyn_customerinvoices",
        key=("msdyn_invoicenumber", "msdyn_owningcompany.cdm_companycode"),
        company="msdyn_owningcompany.cdm_companycode",
        lookups={
            "msdyn_owningcompany": lookup("cdm_company"),
            "msdyn_invoice": lookup("invoice"),
        },
    ),
    # Finance creates them on posting, and a posted invoice stays.
    writes={Side.DATAVERSE: ("create", "update")},
    waits_for="Microsoft has published neither the columns of this map nor the keys of its tables",
    rows=(
        #   Finance              way  Dataverse                      transform    provenance
        Row("InvoiceNumber",     ">", "msdyn_invoicenumber",         text(),      "inferred"),
        Row("InvoiceDate",       ">", "msdyn_invoicedate",           date_only(), "inferred"),
        Row("TaxAmount",         ">", "msdyn_taxamount",             money(),     "inferred"),
        # That a proposal has the number of its proforma is documented.
        Row("InvoiceProposalId", ">", "msdyn_invoice.invoicenumber", text(),      "inferred"),
        # Not published, so not mapped: INVOICESTATUS (documented as status Posted of the proforma; perhaps
        # msdyn_projectinvoicestatus, perhaps set by Dataverse itself).
    ),
)
