"""Project contract lines (salesorderdetails): a line becomes a billing rule and links a project to its contract.

Time-and-material lines become time-and-material rules, fixed-price lines milestone rules. Rows with `schema` are
paired in the older Data Integrator template. Which of BillingMethod and LineType the dual-write map fills is not
published; both are filled here.
"""

from shared.mapping.model import OPERATIONS, DataverseTable, FinanceEntity, Row, Side, TableMap, lookup
from shared.mapping.transforms import date_only, decimal, integer, money, text, values, yes_no

CONTRACT_LINES = TableMap(
    "contract_lines",
    label="Project contract lines",
    version="1.0.0.2",
    finance=FinanceEntity(
        "ProjectContractLines",
        key=("dataAreaId", "ProjectContractId", "LineSequenceNumber"),
        entity="ProjProjectContractLineEntity",
    ),
    dataverse=DataverseTable(
        "salesorderdetail",
        "salesorderdetails",
        key=("sequencenumber", "salesorderid.ordernumber"),
        company="salesorderid.msdyn_owningcompany.cdm_companycode",
        lookups={
            "salesorderid": lookup("salesorder"),
            "msdyn_project": lookup("msdyn_project"),
            "uomid": lookup("uom"),
        },
    ),
    # Made, changed and deleted in Dataverse only.
    writes={Side.FINANCE: OPERATIONS},
    # Project-based service. Product-based lines of the same order must not travel.
    dataverse_filter="producttypecode eq 5",
    rows=(
        #   Finance                           way  Dataverse                            transform                                                     provenance
        Row("ProjectContractId",              "<", "salesorderid.ordernumber",          text(),                                                       "schema"),
        Row("LineSequenceNumber",             "<", "sequencenumber",                    integer(),                                                    "schema"),
        Row("Description",                    "<", "productdescription",                text(),                                                       "schema"),
        Row("LineProjectId",                  "<", "msdyn_project.msdyn_projectnumber", text(),                                                       "schema"),
        Row("BillingMethod",                  "<", "msdyn_billingmethod",               values({192350000: "TimeMaterial", 192350001: "FixedPrice"}), "schema"),
        Row("LineType",                       "<", "msdyn_billingmethod",               values({192350000: "TAndM", 192350001: "LumpSum"}),           "inferred"),
        Row("AreHourTransactionsIncluded",    "<", "msdyn_includetime",                 yes_no(),                                                     "schema"),
        Row("AreExpenseTransactionsIncluded", "<", "msdyn_includeexpense",              yes_no(),                                                     "schema"),
        Row("AreFeeTransactionsIncluded",     "<", "msdyn_includefee",                  yes_no(),                                                     "schema"),
        Row("AreItemTransactionsIncluded",    "<", "msdyn_includematerial",             yes_no(),                                                     "schema"),
        Row("LineAmount",                     "<", "extendedamount",                    money(),                                                      "inferred"),
        # Prices may be finer than the currency: four decimals is what Dataverse keeps of them.
        Row("UnitPrice",                      "<", "priceperunit",                      money(4),                                                     "inferred"),
        Row("Quantity",                       "<", "quantity",                          decimal(5),                                                   "inferred"),
        Row("UnitSymbol",                     "<", "uomid.msdyn_symbol",                text(),                                                       "inferred"),
        Row("StartDate",                      "<", "msdyn_billingstartdate",            date_only(),                                                  "inferred"),
        # Not published, so not mapped: ContractLineId (Finance's own, which estimates, actuals and milestones refer
        # to), EndDate (perhaps msdyn_billingenddate), InvoiceScheduleType, RetainagePercentage.
    ),
)
