"""Expense estimates (msdyn_estimatelines): the cost line and the sales line of an estimate, which Finance merges into one forecast.

Rows with `schema` are paired in the older Data Integrator template for estimates, or exist by the same meaning on both
sides. The column that pairs the two lines, OriginEstimateLineId, has no published counterpart in Dataverse. The same
template pairs the lines by transaction connections, which travel by a map of their own; until one has come, Finance
sees two estimates of one side each.
"""

from shared.mapping.model import OPERATIONS, DataverseTable, FinanceEntity, Row, Side, TableMap, lookup
from shared.mapping.transforms import date_only, decimal, guid, money, text
from shared.maps.choices import BILLING_TYPES, TRANS_TYPE

EXPENSE_ESTIMATES = TableMap(
    "expense_estimates",
    label="Project Operations integration entity for expense estimates",
    version="1.0.0.3",
    finance=FinanceEntity("ProjEstimateExpensesImports", key=("dataAreaId", "EstimateExpensesImportId")),
    dataverse=DataverseTable(
        "msdyn_estimateline",
        "msdyn_estimatelines",
        key=("msdyn_estimatelineid",),
        company="msdyn_project.msdyn_owningcompany.cdm_companycode",
        lookups={
            "msdyn_project": lookup("msdyn_project"),
            "msdyn_transactioncategory": lookup("msdyn_transactioncategory"),
            "msdyn_resourcecategory": lookup("bookableresourcecategory"),
            "msdyn_bookableresource": lookup("bookableresource"),
            "transactioncurrencyid": lookup("transactioncurrency"),
        },
    ),
    # Transaction class Expense; that this is the filter is documented, its expression is ours.
    dataverse_filter="msdyn_transactionclassification eq 192350001",
    # Estimates are made, changed and deleted in Dataverse only; a forecast follows its staging rows in all three.
    writes={Side.FINANCE: OPERATIONS},
    # Task and contract line are not mapped; the category must be one that Finance uses for expenses.
    after=("tasks", "contract_lines", "expense_categories"),
    rows=(
        #   Finance                     way  Dataverse                                                    transform      provenance
        Row("EstimateExpensesImportId", "<", "msdyn_estimatelineid",                                      guid(),        "inferred"),
        Row("EstimateLineId",           "<", "msdyn_estimatelineid",                                      guid(),        "schema"),
        Row("ProjectId",                "<", "msdyn_project.msdyn_projectnumber",                         text(),        "schema"),
        Row("Description",              "<", "msdyn_description",                                         text(),        "schema"),
        Row("TransType",                "<", "msdyn_transactiontypecode",                                 TRANS_TYPE,    "schema"),
        Row("BillingType",              "<", "msdyn_billingtype",                                         BILLING_TYPES, "schema"),
        Row("CurrencyId",               "<", "transactioncurrencyid.isocurrencycode",                     text(),        "schema"),
        Row("Quantity",                 "<", "msdyn_quantity",                                            decimal(5),    "schema"),
        # Prices may be finer than the currency: four decimals is what Dataverse keeps of them.
        Row("Price",                    "<", "msdyn_price",                                               money(4),      "schema"),
        Row("StartDate",                "<", "msdyn_startdatetime",                                       date_only(),   "schema"),
        Row("EndDate",                  "<", "msdyn_enddatetime",                                         date_only(),   "schema"),
        # The older template sent the category's GUID.
        Row("TransactionCategoryId",    "<", "msdyn_transactioncategory.msdyn_transactioncategorynumber", text(),        "schema"),
        Row("ResourceCategoryId",       "<", "msdyn_resourcecategory.msdyn_resourcecategorynumber",       text(),        "schema"),
        Row("ProjCDSResourceId",        "<", "msdyn_bookableresource.bookableresourceid",                 guid(),        "schema"),
        # Not published, so not mapped: OriginEstimateLineId (may travel through transaction connections),
        # ActivityNumber (perhaps behind msdyn_task), ContractLineId, SequenceNumber.
    ),
)
