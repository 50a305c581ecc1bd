"""Integration actuals (msdyn_actuals): made in Dataverse, journalled and posted by Finance, which writes four values back.

Rows with `schema` are paired in the older Data Integrator template for actuals, or exist by the same meaning on both
sides. Integration key: pictured in Microsoft's set-up article; the import id is an id of its own, not the row's.

The write-back is documented in prose only (Microsoft's article on estimates and actuals): the names of its Dataverse
columns are guesses, and `check --schema` finds out. Since 2025 Dataverse guards the table; whether it lets this app
write is unconfirmed.
"""

from shared.mapping.model import DataverseTable, FinanceEntity, Row, Side, TableMap, lookup
from shared.mapping.transforms import company, date_only, decimal, guid, integer, money, text, values, yes_no
from shared.maps.choices import BILLING_TYPES

#: The first two pairs are printed in the article on the older template, the others follow by name. Finance's Tax and
#: Dataverse's Project Contract have no counterpart.
TRANSACTION_TYPE = values(
    {
        192350000: "Cost",
        192350005: "Sales",
        192350006: "BilledSales",
        192350007: "ResourcingUnitCost",
        192350008: "InterOrgSales",
    },
    unpaired=(192350004, "Tax"),
)

ACTUALS = TableMap(
    "actuals",
    label="Project Operations integration actuals",
    version="1.0.0.22",
    finance=FinanceEntity(
        # The entity's name is read off the article on archiving the staging data of actuals.
        "ProjActualsImports",
        key=("dataAreaId", "ActualsImportId"),
        entity="ProjActualsImportEntity",
    ),
    dataverse=DataverseTable(
        "msdyn_actual",
        "msdyn_actuals",
        key=("msdyn_actualimportid", "msdyn_owningcompany.cdm_companycode"),
        company="msdyn_owningcompany.cdm_companycode",
        company_provenance="documented",
        guard=(
            "Dataverse lets only its own programs write these columns. Name a table of your own in the setting "
            "SIDE_TABLES (actuals:<table>): the values are kept there, under the actual's id."
        ),
        lookups={
            "msdyn_owningcompany": lookup("cdm_company"),
            "msdyn_unit": lookup("uom"),
            "transactioncurrencyid": lookup("transactioncurrency"),
            "msdyn_project": lookup("msdyn_project"),
            "msdyn_salescontract": lookup("salesorder"),
            "msdyn_salescontractlineid": lookup(
                "salesorderdetail", named_by=("dataAreaId", "ContractId", "ContractLine")
            ),
            "msdyn_transactioncategory": lookup("msdyn_transactioncategory"),
            "msdyn_contractorganizationalunitid": lookup("msdyn_organizationalunit"),
            "msdyn_resourceorganizationalunitid": lookup("msdyn_organizationalunit"),
            "msdyn_bookableresource": lookup("bookableresource"),
            "msdyn_resourcingcompany": lookup("cdm_company"),
            "msdyn_accountcustomer": lookup("account"),
            "msdyn_product": lookup("product"),
            "msdyn_invoice": lookup("invoice"),
            "msdyn_subcontractline": lookup("msdyn_subcontractline"),
            "msdyn_vendorinvoiceline": lookup(
                "msdyn_projectvendorinvoiceline", named_by=("VendInvoiceLineProjTransId", "ProjectDataAreaId")
            ),
            "owninguser": lookup("systemuser"),
            "owningbusinessunit": lookup("businessunit"),
        },
    ),
    # Documented as "Skip Sync"; the column's name is a guess. Set for what Finance makes itself: the cost of
    # intercompany projects, and unbilled sales turned negative by an invoice.
    dataverse_filter="msdyn_skipsync eq false",
    # Actuals are made in Dataverse, corrected there by new ones, and never deleted. Finance adds what it posted.
    writes={Side.FINANCE: ("create", "update"), Side.DATAVERSE: ("update",)},
    # Neither task, funding source, milestone nor role is mapped. Dataverse makes actuals when it approves expenses and
    # material usage.
    after=(
        "funding_sources",
        "tasks",
        "milestones",
        "resource_roles",
        "expenses",
        "material_usage",
    ),
    rows=(
        #   Finance                      way  Dataverse                                                        transform         provenance
        Row("ActualsImportId",           "=", "msdyn_actualimportid",                                          guid(),           "documented"),
        Row("ActualId",                  "<", "msdyn_actualid",                                                guid(),           "schema"),
        Row("AccountingDate",            "<", "msdyn_accountingdate",                                          date_only(),      "schema"),
        Row("DocumentDate",              "<", "msdyn_documentdate",                                            date_only(),      "schema"),
        Row("StartDate",                 "<", "msdyn_startdatetime",                                           date_only(),      "schema"),
        Row("EndDate",                   "<", "msdyn_enddatetime",                                             date_only(),      "schema"),
        Row("Amount",                    "<", "msdyn_amount",                                                  money(),          "schema"),
        # Prices may be finer than the currency: four decimals is what Dataverse keeps of them.
        Row("UnitPrice",                 "<", "msdyn_price",                                                   money(4),         "schema"),
        Row("UnitPriceMST",              "<", "msdyn_price_base",                                              money(4),         "schema"),
        Row("Quantity",                  "<", "msdyn_quantity",                                                decimal(5),       "schema"),
        Row("UnitOfMeasure",             "<", "msdyn_unit.msdyn_symbol",                                       text(),           "schema"),
        Row("TransactionCurrencyId",     "<", "transactioncurrencyid.isocurrencycode",                         text(),           "schema"),
        Row("ExchangeRateDate",          "<", "msdyn_exchangeratedate",                                        date_only(),      "schema"),
        Row("Description",               "<", "msdyn_description",                                             text(),           "schema"),
        Row("ExternalDescription",       "<", "msdyn_externaldescription",                                     text(),           "schema"),
        Row("ExternalReference",         "<", "msdyn_externalreferenceid",                                     text(),           "schema"),
        Row("BillingType",               "<", "msdyn_billingtype",                                             BILLING_TYPES,    "schema"),
        # 64-bit integers in Finance: the number of the option itself travels.
        Row("BillingStatusId",           "<", "msdyn_billingstatus",                                           integer(),        "schema"),
        Row("AdjustmentStatus",          "<", "msdyn_adjustmentstatus",                                        integer(),        "schema"),
        Row("TransactionType",           "<", "msdyn_transactiontypecode",                                     TRANSACTION_TYPE, "schema"),
        Row("TransactionClassification", "<", "msdyn_transactionclassification",                               integer(),        "schema"),
        Row("ProjectId",                 "<", "msdyn_project.msdyn_projectnumber",                             text(),           "schema"),
        # Another company than the actual's own where units of two companies work together.
        Row("ProjectDataAreaId",         "<", "msdyn_project.msdyn_owningcompany.cdm_companycode",             company(),        "inferred"),
        Row("ContractId",                "<", "msdyn_salescontract.ordernumber",                               text(),           "schema"),
        Row("ContractLine",              "<", "msdyn_salescontractlineid.sequencenumber",                      integer(),        "inferred"),
        Row("TransactionCategoryId",     "<", "msdyn_transactioncategory.msdyn_transactioncategorynumber",     text(),           "schema"),
        Row("ContractingUnit",           "<", "msdyn_contractorganizationalunitid.msdyn_organizationalunitid", guid(),           "schema"),
        Row("ResourceOperationUnitId",   "<", "msdyn_resourceorganizationalunitid.msdyn_organizationalunitid", guid(),           "schema"),
        # References to resources need the resource's integration key, pictured; the column's name is that of the metadata.
        Row("ResourceId",                "<", "msdyn_bookableresource.bookableresourceid",                     guid(),           "documented"),
        Row("BookableResourceName",      "<", "msdyn_bookableresource.name",                                   text(),           "schema"),
        Row("ResourcingCompany",         "<", "msdyn_resourcingcompany.cdm_companycode",                       company(),        "inferred"),
        Row("CustomerAccountNumber",     "<", "msdyn_accountcustomer.accountnumber",                           text(),           "schema"),
        Row("ProductNumber",             "<", "msdyn_product.msdyn_productnumber",                             text(),           "schema"),
        Row("ProductDescription",        "<", "msdyn_writeinproductdescription",                               text(),           "inferred"),
        Row("InvoiceId",                 "<", "msdyn_invoice.invoicenumber",                                   text(),           "inferred"),
        # Since version 1.0.0.15. The name of the column is a guess.
        Row("SubcontractLine",           "<", "msdyn_subcontractline.msdyn_subcontractlinenumber",             text(),           "inferred"),
        # Names the vendor invoice's line that an actual was made from: Finance posts its cost against the procurement
        # integration account. The name of the lookup is a guess.
        Row("VendInvoiceLineProjTransId", "<", "msdyn_vendorinvoiceline.msdyn_externalinvoiceline",            text(),           "inferred"),
        Row("IsJournalized",             "<", "msdyn_isjournalized",                                           yes_no(),         "schema"),
        Row("Status",                    "<", "statecode",                                                     integer(),        "schema"),
        Row("StatusReason",              "<", "statuscode",                                                    integer(),        "schema"),
        Row("OwningUser",                "<", "owninguser.systemuserid",                                       guid(),           "schema"),
        Row("OwningBusinessId",          "<", "owningbusinessunit.businessunitid",                             guid(),           "schema"),
        # What Finance knows after posting. The Dataverse names are unconfirmed.
        Row("VoucherNumber",             ">", "msdyn_vouchernumber",                                           text(),           "inferred"),
        Row("AccountingAmount",          ">", "msdyn_accountingamount",                                        money(),          "inferred"),
        Row("ExchangeRate",              ">", "msdyn_accountingexchangerate",                                  decimal(6),       "inferred"),
        Row("SalesTaxAmount",            ">", "msdyn_accountingsalestax",                                      money(),          "inferred"),
        # Not published, so not mapped: TaskNumber (an activity number, perhaps behind msdyn_task), ContractLineId
        # (perhaps behind msdyn_salescontractlineid), FundingSource, InvoiceProposalId (the proforma's number, perhaps
        # behind msdyn_invoice), SubConInvoiceId, MatchedVendorInvoice, ExternalOriginReference, ProjActualsImportSync
        # (towards Dataverse, probably an acknowledgement).
    ),
)
