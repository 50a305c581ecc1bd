"""Projects V2 (msdyn_projects): created, changed and deleted in Dataverse; Finance adds tax groups, dimensions and the project group.

The stage pairs are Microsoft's (article and picture on synchronising project status, map version 1.0.0.3).
"""

from shared.mapping.model import OPERATIONS, DataverseTable, FinanceEntity, Row, Side, TableMap, lookup
from shared.mapping.transforms import date_only, decimal, default, text, values

PROJECTS = TableMap(
    "projects",
    label="Projects V2",
    version="1.0.0.3",
    finance=FinanceEntity("ProjectsV2", key=("dataAreaId", "ProjectId"), entity="ProjProjectV2Entity"),
    dataverse=DataverseTable(
        "msdyn_project",
        "msdyn_projects",
        key=("msdyn_projectnumber", "msdyn_owningcompany.cdm_companycode"),
        company="msdyn_owningcompany.cdm_companycode",
        company_provenance="documented",
        lookups={
            "msdyn_owningcompany": lookup("cdm_company"),
            "msdyn_salesorderid": lookup("salesorder"),
            "msdyn_customer": lookup("account"),
        },
    ),
    writes={Side.FINANCE: OPERATIONS},
    dataverse_filter="msdyn_istemplate eq false",
    # Ledgers for the same check as contracts; contracts because a project of one is billed by it.
    after=("ledgers", "contracts"),
    rows=(
        #   Finance                      way  Dataverse                         transform                                 provenance
        Row("ProjectId",                 "<", "msdyn_projectnumber",            text(),                                   "schema"),
        Row("ProjectName",               "<", "msdyn_subject",                  text(60),                                 "schema"),
        Row("Description",               "<", "msdyn_description",              text(),                                   "schema"),
        Row("ProjectedStartDate",        "<", "msdyn_scheduledstart",           date_only(),                              "schema"),
        Row("ProjectedEndDate",          "<", "msdyn_finish",                   date_only(),                              "schema"),
        Row("ActualStartDate",           "<", "msdyn_actualstart",              date_only(),                              "schema"),
        Row("ActualEndDate",             "<", "msdyn_actualend",                date_only(),                              "schema"),
        Row("ProjectContractId",         "<", "msdyn_salesorderid.ordernumber", text(),                                   "schema"),
        Row("CustomerAccountNumber",     "<", "msdyn_customer.accountnumber",   text(),                                   "schema"),
        Row("ProjectStage",              "<", "statecode",                      values({0: "InProcess", 1: "Completed"}), "documented"),
        Row("ScheduleStartDate",         "<", "msdyn_scheduledstart",           date_only(),                              "inferred"),
        Row("ScheduleEndDate",           "<", "msdyn_finish",                   date_only(),                              "inferred"),
        Row("TotalPlannedEffortInHours", "<", "msdyn_effort",                   decimal(2),                               "inferred"),
        Row("IntegrationSourceDataId",   "<", None,                             default("Project Operations"),            "inferred"),
        # Not published, so not mapped: ProjectManagerPersonnelNumber (would need a worker behind msdyn_projectmanager).
        # Kept in Finance: ProjectGroupID, DimensionDisplayValue.
    ),
)
