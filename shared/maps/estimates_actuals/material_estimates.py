"""Material estimates (msdyn_estimatelines): cost and sales lines again, merged into one item forecast.

Rows with `schema` exist by the same meaning on both sides; the pairs of the two choices are those of expense
estimates. A write-in product has a description instead of an item: Finance takes the one product set in its parameters.
"""

from shared.mapping.model import OPERATIONS, DataverseTable, FinanceEntity, Row, Side, TableMap, lookup
from shared.mapping.transforms import date_only, decimal, guid, money, text
from shared.maps.choices import BILLING_TYPES, TRANS_TYPE

MATERIAL_ESTIMATES = TableMap(
    "material_estimates",
    label="Project integration table for material estimates",
    version="1.0.0.4",
    finance=FinanceEntity("ProjForecastSalesImport", key=("dataAreaId", "ImportId")),
    dataverse=DataverseTable(
        "msdyn_estimateline",
        "msdyn_estimatelines",
        key=("msdyn_estimatelineid",),
        company="msdyn_project.msdyn_owningcompany.cdm_companycode",
        lookups={
            "msdyn_project": lookup("msdyn_project"),
            "msdyn_product": lookup("product"),
            "msdyn_transactioncategory": lookup("msdyn_transactioncategory"),
            "transactioncurrencyid": lookup("transactioncurrency"),
        },
    ),
    # Transaction class Material; that this is the filter is documented, its expression is ours.
    dataverse_filter="msdyn_transactionclassification eq 192350002",
    # Estimates are made, changed and deleted in Dataverse only; a forecast follows its staging rows in all three.
    writes={Side.FINANCE: OPERATIONS},
    # Task and contract line are not mapped.
    after=("tasks", "contract_lines"),
    rows=(
        #   Finance                  way  Dataverse                                                    transform      provenance
        Row("ImportId",              "<", "msdyn_estimatelineid",                                      guid(),        "inferred"),
        Row("ForecastLineId",        "<", "msdyn_estimatelineid",                                      guid(),        "inferred"),
        Row("ProjId",                "<", "msdyn_project.msdyn_projectnumber",                         text(),        "schema"),
        Row("Comment",               "<", "msdyn_description",                                         text(),        "inferred"),
        Row("ItemId",                "<", "msdyn_product.msdyn_productnumber",                         text(),        "inferred"),
        # Documented as a dimension of material lines; whether estimate lines have it is unconfirmed.
        Row("ItemDescription",       "<", "msdyn_writeinproductdescription",                           text(),        "inferred"),
        Row("TransType",             "<", "msdyn_transactiontypecode",                                 TRANS_TYPE,    "schema"),
        Row("BillingType",           "<", "msdyn_billingtype",                                         BILLING_TYPES, "schema"),
        Row("Currency",              "<", "transactioncurrencyid.isocurrencycode",                     text(),        "schema"),
        Row("SalesQty",              "<", "msdyn_quantity",                                            decimal(5),    "schema"),
        # Prices may be finer than the currency: four decimals is what Dataverse keeps of them.
        Row("Price",                 "<", "msdyn_price",                                               money(4),      "schema"),
        Row("StartDate",             "<", "msdyn_startdatetime",                                       date_only(),   "schema"),
        Row("EndDate",               "<", "msdyn_enddatetime",                                         date_only(),   "schema"),
        Row("TransactionCategoryId", "<", "msdyn_transactioncategory.msdyn_transactioncategorynumber", text(),        "schema"),
        # Not published, so not mapped: ForecastLineIdOrigin (pairs the two lines), ActivityNumber (perhaps behind
        # msdyn_task), InventQty, TransId (the forecast), ForecastInvoiceDate, ForecastCostPaymDate, ContractLineId.
    ),
)
