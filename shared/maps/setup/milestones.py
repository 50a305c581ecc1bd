"""Contract line milestones (msdyn_contractlinescheduleofvalues): each becomes an on-account transaction of a fixed-price line.

Finance numbers milestones itself, and the Dataverse column that holds the number is not published. So a milestone is
found by its Dataverse id, which travels as ContractLineMilestoneGuid: a create that is repeated finds the first one.
Rows with `schema` are paired in the older Data Integrator template, or exist by the same meaning on both sides.
"""

from shared.mapping.model import OPERATIONS, DataverseTable, FinanceEntity, Row, Side, TableMap, lookup
from shared.mapping.transforms import date_only, guid, money, text, values

CUT_OVER_ONLY = (
    "only the cut-over version of the map has this row, to bring over milestones that were invoiced elsewhere "
    "(Microsoft's article on migrating invoiced milestones); it is taken out again afterwards"
)

MILESTONES = TableMap(
    "milestones",
    label="Project Operations integration contract line milestones",
    version="1.0.0.7",
    finance=FinanceEntity(
        "ProjectContractLineMilestones",
        key=("dataAreaId", "ContractLineMilestoneIdentifier"),
        match=("dataAreaId", "ContractLineMilestoneGuid"),
    ),
    dataverse=DataverseTable(
        "msdyn_contractlinescheduleofvalue",
        "msdyn_contractlinescheduleofvalues",
        key=("msdyn_contractlinescheduleofvalueid",),
        company="msdyn_project.msdyn_owningcompany.cdm_companycode",
        lookups={
            "msdyn_project": lookup("msdyn_project"),
            "msdyn_contract": lookup("salesorder"),
            "msdyn_contractlineid": lookup("salesorderdetail"),
            "transactioncurrencyid": lookup("transactioncurrency"),
        },
    ),
    # That a milestone's delete travels follows from a release note on deleted milestones (February 2025).
    writes={Side.FINANCE: OPERATIONS},
    needs=("msdyn_contractlineid",),
    after=("progress_headers",),
    rows=(
        #   Finance                      way  Dataverse                                transform                        provenance
        Row("ContractLineMilestoneGuid", "<", "msdyn_contractlinescheduleofvalueid",   guid(),                          "schema"),
        Row("Description",               "<", "msdyn_name",                            text(60),                        "schema"),
        # Independent of time zones since 1.0.0.7, then perhaps from msdyn_milestonedate, which is set alike.
        Row("TransactionDate",           "<", "msdyn_invoicedate",                     date_only(),                     "schema"),
        Row("Amount",                    "<", "msdyn_amount",                          money(),                         "schema"),
        Row("CurrencyCode",              "<", "transactioncurrencyid.isocurrencycode", text(),                          "schema"),
        Row("ProjectNumber",             "<", "msdyn_project.msdyn_projectnumber",     text(),                          "schema"),
        Row("ProjectContractId",         "<", "msdyn_contract.ordernumber",            text(),                          "schema"),
        Row("TransStatus",               "<", "msdyn_invoicestatus",                   values({192350001: "Invoiced"}), "documented", off=CUT_OVER_ONLY),
        # Not published, so not mapped: ContractLineMilestoneIdentifier (Finance's text key), ContractLineId (perhaps
        # behind msdyn_contractlineid; the older template sent the line's GUID), ActivityNumber (perhaps behind
        # msdyn_projecttask), ProjectContractLineMilestoneHeader (progress billing), CustomerAccountNumber (the
        # customer of a split).
    ),
)
