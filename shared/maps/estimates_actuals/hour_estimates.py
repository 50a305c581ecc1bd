"""Hour estimates (msdyn_resourceassignments): each assignment of a resource to a task becomes one hour forecast.

Rows with `schema` are paired in the older Data Integrator template for estimates. That the assignment's own id is the
import id is inferred: it may be an id of its own, as on actuals.
"""

from shared.mapping.model import OPERATIONS, DataverseTable, FinanceEntity, Row, Side, TableMap, lookup
from shared.mapping.transforms import date_only, decimal, guid, money, text

HOUR_ESTIMATES = TableMap(
    "hour_estimates",
    label="Project Operations integration entity for hour estimates",
    version="1.0.0.6",
    finance=FinanceEntity("ProjEstimateHoursImport", key=("dataAreaId", "EstimateHoursImportId")),
    dataverse=DataverseTable(
        "msdyn_resourceassignment",
        "msdyn_resourceassignments",
        key=("msdyn_resourceassignmentid",),
        company="msdyn_projectid.msdyn_owningcompany.cdm_companycode",
        lookups={
            "msdyn_projectid": lookup("msdyn_project"),
            "msdyn_taskid": lookup("msdyn_projecttask"),
            "msdyn_bookableresourceid": lookup("bookableresource"),
            "msdyn_projectteamid": lookup("msdyn_projectteam"),
        },
    ),
    # Estimates are made, changed and deleted in Dataverse only; a forecast follows its staging row in all three.
    writes={Side.FINANCE: OPERATIONS},
    # The contract line is not mapped; category and role lie two lookups deep.
    after=("contract_lines", "resource_roles", "transaction_categories"),
    rows=(
        #   Finance                  way  Dataverse                                                                  transform    provenance
        Row("EstimateHoursImportId", "<", "msdyn_resourceassignmentid",                                              guid(),      "inferred"),
        Row("ProjectId",             "<", "msdyn_projectid.msdyn_projectnumber",                                     text(),      "schema"),
        Row("Description",           "<", "msdyn_name",                                                              text(),      "inferred"),
        Row("Duration",              "<", "msdyn_effort",                                                            decimal(2),  "schema"),
        Row("StartDate",             "<", "msdyn_start",                                                             date_only(), "schema"),
        Row("PlannedCostAmount",     "<", "msdyn_plannedcost",                                                       money(),     "schema"),
        Row("PlannedSalesAmount",    "<", "msdyn_plannedsales",                                                      money(),     "schema"),
        # The map needs the integration key of the resource since 1.0.0.6; the column's name is that of the metadata.
        Row("ProjCDSResourceId",     "<", "msdyn_bookableresourceid.bookableresourceid",                             guid(),      "documented"),
        Row("TransactionCategoryId", "<", "msdyn_taskid.msdyn_transactioncategory.msdyn_transactioncategorynumber",  text(),      "inferred"),
        Row("ResourceCategoryId",    "<", "msdyn_projectteamid.msdyn_resourcecategory.msdyn_resourcecategorynumber", text(),      "inferred"),
        # Not published, so not mapped: ActivityNumber (perhaps behind msdyn_taskid), ContractLineId, SequenceNumber.
    ),
)
