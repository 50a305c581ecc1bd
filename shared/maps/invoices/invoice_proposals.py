"""Project invoice proposals V2 (invoices): the header of a proposal, made in Finance when a proforma is confirmed.

Its lines never travel: Finance builds them from billed sales actuals. The entity has no public collection, so changes go
there as data packages, and what Finance holds is not read. Microsoft has not published the map: columns are those of the
first version of the entity (Common Data Model), all pairs are inferred, the AOT name is unconfirmed.
"""

from shared.mapping.documents import Assembly
from shared.mapping.model import DataverseTable, FinanceEntity, Row, Side, TableMap, lookup
from shared.mapping.transforms import date_only, text

CHARGEABLE = 192350001
#: Time, expense, material, fee.
WORK_OR_FEE = " or ".join(
    f"msdyn_transactionclassification eq {each}" for each in (192350000, 192350001, 192350002, 192350004)
)

INVOICE_PROPOSALS = TableMap(
    "invoice_proposals",
    label="Project invoice proposals V2",
    version="1.0.0.4",
    finance=FinanceEntity(
        "",
        key=("dataAreaId", "INVOICEPROPOSALID"),
        entity="ProjInvoiceProposalV2Entity",
        package="Project invoice proposals V2",
    ),
    dataverse=DataverseTable(
        "invoice",
        "invoices",
        key=("invoicenumber",),
        company="salesorderid.msdyn_owningcompany.cdm_companycode",
        lookups={
            "salesorderid": lookup("salesorder"),
            "transactioncurrencyid": lookup("transactioncurrency"),
        },
    ),
    # Documented: the header goes when the proforma is confirmed. Item based invoices are the Supply Chain map's, on the
    # same table. The expression is ours.
    dataverse_filter="msdyn_projectinvoicestatus eq 192350002 and msdyn_ordertype eq 192350001",
    # Finance makes the lines of a proposal in one go, of the billed actuals that it finds then. Documented: a sale of work
    # gets none, and then nothing of the proposal does, without the connection to its unbilled sale. Milestones and
    # retainers have no such connection, and what is not charged gets no line (both read from the list of connections).
    # Headers, actuals, connections is the order of Microsoft's own jobs.
    assembly=Assembly(
        members="actuals",
        column="msdyn_invoice",
        which="msdyn_transactiontypecode eq 192350006",
        untied=f"not (msdyn_billingtype eq {CHARGEABLE} and ({WORK_OR_FEE}))",
        ties="transaction_connections",
        ends=(
            ("msdyn_transaction1", "msdyn_transaction1type"),
            ("msdyn_transaction2", "msdyn_transaction2type"),
        ),
    ),
    # A confirmed proforma is final, and a package deletes nothing.
    writes={Side.FINANCE: ("create", "update")},
    # One proposal for each customer of the contract, though no row names the funding source; it is sent to one of that
    # customer's addresses, and paid by terms of the company.
    after=("funding_sources", "payment_terms", "address_locations"),
    rows=(
        #   Finance              way  Dataverse                                transform    provenance
        # Documented: a proposal has the number of its proforma.
        Row("INVOICEPROPOSALID", "<", "invoicenumber",                         text(),      "inferred"),
        Row("PROJECTCONTRACTID", "<", "salesorderid.ordernumber",              text(),      "inferred"),
        Row("SALESCURRENCY",     "<", "transactioncurrencyid.isocurrencycode", text(),      "inferred"),
        Row("INVOICEDATE",       "<", "msdyn_invoicedate",                     date_only(), "inferred"),
        Row("INVOICEHEADERTEXT", "<", "description",                           text(),      "inferred"),
        # Not published, so not mapped: FUNDINGSOURCEID (perhaps customerid).
    ),
)
