"""Progress billing milestone headers: what of a fixed-price line is invoiced by progress. Waits for a tenant's own map.

The Finance side is real. Microsoft has published neither the table in Dataverse nor one column of it: names below are
guesses made from the labels in the billing hub article, and all rows are inferred. Headers are made in Dataverse;
Finance shows them under Progress billing details.
"""

from shared.mapping.model import DataverseTable, FinanceEntity, Row, Side, TableMap, lookup
from shared.mapping.transforms import decimal, guid, money, text, values
from shared.maps.choices import PAIRS_UNPUBLISHED

#: Numbers as those of msdyn_invoicestatus on the milestone.
NEXT_INVOICE_STATUS = values(
    {
        192350000: "NotReadyForInvoicing",
        192350001: "ReadyForInvoicing",
        192350002: "CustomerInvoiceCreated",
        192350003: "CustomerInvoicePosted",
    },
    unpaired=("None",),
)

PROGRESS_HEADERS = TableMap(
    "progress_headers",
    label="Progress billing milestone header",
    version="1.0.0.0",
    waits_for="Microsoft has published neither the Dataverse table of this map nor any of its columns",
    finance=FinanceEntity(
        "ProjectContractLineMilestoneHeaders",
        key=("dataAreaId", "ProjectContractLineMilestoneHeaderId"),
        # Which column of Dataverse holds Finance's id of a header is not published. So a header is found by its
        # Dataverse id, which presumably travels as the GUID.
        match=("dataAreaId", "ProjectContractLineMilestoneHeaderGuid"),
    ),
    dataverse=DataverseTable(
        "msdyn_contractlinemilestoneheader",
        "msdyn_contractlinemilestoneheaders",
        key=("msdyn_contractlinemilestoneheaderid",),
        company="msdyn_project.msdyn_owningcompany.cdm_companycode",
        lookups={
            "msdyn_project": lookup("msdyn_project"),
            "msdyn_contract": lookup("salesorder"),
        },
    ),
    # A delete is not documented.
    writes={Side.FINANCE: ("create", "update")},
    after=("contract_lines",),
    rows=(
        #   Finance                                   way  Dataverse                              transform            provenance
        Row("ProjectContractLineMilestoneHeaderGuid", "<", "msdyn_contractlinemilestoneheaderid", guid(),              "inferred"),
        Row("Description",                            "<", "msdyn_name",                          text(60),            "inferred"),
        Row("Amount",                                 "<", "msdyn_amount",                        money(),             "inferred"),
        Row("NextInvoicePercent",                     "<", "msdyn_nextinvoicepercentage",         decimal(2),          "inferred"),
        Row("NextInvoiceAmount",                      "<", "msdyn_nextinvoiceamount",             money(),             "inferred"),
        Row("NextInvoiceStatus",                      "<", "msdyn_nextinvoicestatus",             NEXT_INVOICE_STATUS, "inferred"),
        Row("BillingStatus",                          "<", "msdyn_billingstatus",                 text(),              "inferred", off=PAIRS_UNPUBLISHED),
        # Which of the computed amounts the shipped map sends is not known; Finance has all three.
        Row("InvoicedToDate",                         "<", "msdyn_invoicedtodate",                money(),             "inferred"),
        Row("PercentInvoicedToDate",                  "<", "msdyn_percentinvoicedtodate",         decimal(2),          "inferred"),
        Row("RemainingAmount",                        "<", "msdyn_remainingamount",               money(),             "inferred"),
        Row("Project",                                "<", "msdyn_project.msdyn_projectnumber",   text(),              "inferred"),
        Row("ProjectContractId",                      "<", "msdyn_contract.ordernumber",          text(),              "inferred"),
        # Not published, so not mapped: ProjectContractLineMilestoneHeaderId (Finance's text key), ProjectContractLine
        # (its text key of the contract line, perhaps behind msdyn_contractlineid), Task (an activity number, perhaps
        # behind msdyn_projecttask), LineSequenceNumber.
    ),
)
