"""Subcontract lines (msdyn_subcontractlines): made and changed in Dataverse only; a line becomes a line of the purchase order.

Microsoft has not published the map. The numbers of subcontracts and their lines are automatic numbers whose columns are
not published: both are guesses, as is the AOT name of the entity. Fixed-price lines are not supported together with
Finance, which refuses them. It finds the procurement category itself, by role or transaction category.
"""

from shared.mapping.model import OPERATIONS, DataverseTable, FinanceEntity, Row, Side, TableMap, lookup
from shared.mapping.transforms import decimal, money, text, values

#: Paired by equal names. Nobody buys a milestone, a fee, tax, a commission or an additional.
TRANSACTION_CLASSES = values(
    {192350000: "Time", 192350001: "Expense", 192350002: "Material"},
    unpaired=(192350003, 192350004, 690970002, 690970000, 690970001),
)

SUBCONTRACT_LINES = TableMap(
    "subcontract_lines",
    label="Project subcontract purchase order line",
    version="1.0.0.1",
    finance=FinanceEntity(
        "ProjSubContractPurchaseOrderLines",
        key=("dataAreaId", "ProjSubContractLineNumber"),
        entity="ProjSubContractPurchaseOrderLineEntity",
    ),
    dataverse=DataverseTable(
        "msdyn_subcontractline",
        "msdyn_subcontractlines",
        key=("msdyn_subcontractlinenumber", "msdyn_owningcompany.cdm_companycode"),
        company="msdyn_owningcompany.cdm_companycode",
        lookups={
            "msdyn_owningcompany": lookup("cdm_company"),
            "msdyn_subcontract": lookup("msdyn_subcontract"),
            "msdyn_unit": lookup("uom"),
            "msdyn_project": lookup("msdyn_project"),
            "msdyn_resourcecategory": lookup("bookableresourcecategory"),
            "msdyn_transactioncategory": lookup("msdyn_transactioncategory"),
            "msdyn_product": lookup("product"),
        },
    ),
    # Made, changed and deleted in Dataverse only.
    writes={Side.FINANCE: OPERATIONS},
    # Although no row names the task.
    after=("tasks",),
    rows=(
        #   Finance                      way  Dataverse                                                    transform                             provenance
        Row("ProjSubContractLineNumber", "<", "msdyn_subcontractlinenumber",                               text(),                               "inferred"),
        Row("SubcontractNumber",         "<", "msdyn_subcontract.msdyn_subcontractnumber",                 text(),                               "inferred"),
        Row("Name",                      "<", "msdyn_name",                                                text(),                               "inferred"),
        Row("PurchQty",                  "<", "msdyn_quantity",                                            decimal(5),                           "inferred"),
        Row("PurchUnit",                 "<", "msdyn_unit.msdyn_symbol",                                   text(),                               "inferred"),
        # Prices may be finer than the currency: four decimals is what Dataverse keeps of them.
        Row("PurchPrice",                "<", "msdyn_price",                                               money(4),                             "inferred"),
        Row("ProjId",                    "<", "msdyn_project.msdyn_projectnumber",                         text(),                               "inferred"),
        Row("SubConRoleID",              "<", "msdyn_resourcecategory.msdyn_resourcecategorynumber",       text(),                               "inferred"),
        Row("SubConTransCategory",       "<", "msdyn_transactioncategory.msdyn_transactioncategorynumber", text(),                               "inferred"),
        Row("ItemId",                    "<", "msdyn_product.msdyn_productnumber",                         text(),                               "inferred"),
        # The name of the column is a guess.
        Row("SubConWriteInName",         "<", "msdyn_writeinproductdescription",                           text(),                               "inferred"),
        Row("SubConTransClass",          "<", "msdyn_transactionclassification",                           TRANSACTION_CLASSES,                  "inferred"),
        Row("SubConLineStatus",          "<", "statecode",                                                 values({0: "Active", 1: "Inactive"}), "schema"),
        Row("SubConLineType",            "<", "msdyn_linetype",                                            text(),                               "inferred", off="the numbers of Dataverse's choice are not published, and QuantityBased, its default, is Finance's too"),
        # Not published, so not mapped: ActivityNumber (perhaps through msdyn_task), DeliveryDate (of the form's requested
        # start and end). Finance's own: PurchId, PurchStatus, ProcurementCategory.
    ),
)
