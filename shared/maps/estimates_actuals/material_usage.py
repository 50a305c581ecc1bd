"""Material usage (msdyn_materialusagelogs): each posted packing slip line of a project. Waits for a tenant's own map.

For stocked products only. Documented are the label, the set, the version, and that Dataverse approves each entry by
itself. Neither side's names are published: those of Finance are borrowed from the public entity
ProjectSalesItemRequirements, those of Dataverse made from the labels of its form, and all rows are inferred.
"""

from shared.mapping.model import DataverseTable, FinanceEntity, Row, Side, TableMap, lookup
from shared.mapping.transforms import date_only, decimal, money, text

IN_COMPANY = "msdyn_companyid.cdm_companycode"

MATERIAL_USAGE = TableMap(
    "material_usage",
    label="Project material usage creates",
    version="1.0.0.0",
    waits_for="Microsoft has published neither the Finance entity of this map nor the columns of its Dataverse table",
    finance=FinanceEntity(
        "ProjectMaterialUsageCreates",
        # The key must name a packing slip line: guessed to be the project transaction that its posting makes. Which
        # column of Dataverse holds it is not published, so entries have the ids that we give them.
        key=("dataAreaId", "ProjectTransactionId"),
        entity="ProjMaterialUsageCreateEntity",
    ),
    dataverse=DataverseTable(
        "msdyn_materialusagelog",
        "msdyn_materialusagelogs",
        key=(),
        company="msdyn_project.msdyn_owningcompany.cdm_companycode",
        lookups={
            "msdyn_project": lookup("msdyn_project"),
            "msdyn_product": lookup("product", company=IN_COMPANY),
            "msdyn_unit": lookup("uom"),
            "msdyn_site": lookup("msdyn_operationalsite", company=IN_COMPANY),
            "msdyn_warehouse": lookup("msdyn_warehouse", company=IN_COMPANY),
        },
    ),
    # The label says "creates": no path for a change or a delete is described.
    writes={Side.DATAVERSE: ("create",)},
    # The task is not mapped.
    after=("tasks",),
    rows=(
        #   Finance                way  Dataverse                                    transform    provenance
        Row("ProjectId",           ">", "msdyn_project.msdyn_projectnumber",         text(),      "inferred"),
        # The key of products is their number: variants need more than the item.
        Row("ItemId",              ">", "msdyn_product.msdyn_productnumber",         text(),      "inferred"),
        # Of the packing slip line, not of the order.
        Row("SalesQuantity",       ">", "msdyn_quantity",                            decimal(5),  "inferred"),
        Row("SalesUnit",           ">", "msdyn_unit.msdyn_symbol",                   text(),      "inferred"),
        Row("ShipDate",            ">", "msdyn_transactiondate",                     date_only(), "inferred"),
        Row("ShippingSiteId",      ">", "msdyn_site.msdyn_siteid",                   text(),      "inferred"),
        Row("ShippingWarehouseId", ">", "msdyn_warehouse.msdyn_warehouseidentifier", text(),      "inferred"),
        Row("CostPrice",           ">", "msdyn_unitcost",                            money(4),    "inferred"),
        # Not published, so not mapped: ProjectTransactionId, ActivityNumber (perhaps behind msdyn_task), ItemBatchNumber
        # (perhaps behind msdyn_batch), CurrencyCode (the log shows cost in the cost currency of the project).
    ),
)
