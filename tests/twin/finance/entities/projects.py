"""Projects and their tasks, with the activities that Finance makes of these (collections of the twin only)."""

from __future__ import annotations

from tests.twin.finance import enums
from tests.twin.finance.schema import OnDelete, Reference, choice, dates, entity, reals, text, texts, wholes

PROJECTS = entity(
    "ProjectsV2",
    "ProjectV2",
    "ProjProjectV2Entity",
    text("ProjectId", 20, "Project ID", mandatory=True),
    text("ProjectName", 60),
    text("Description", 1000),
    text("ProjectContractId", 20, "Project contract ID"),
    text("CustomerAccountNumber", 20, "Customer account"),
    choice("ProjectStage", enums.PROJ_STATUS),
    text("IntegrationSourceDataId", 60),
    dates("ProjectedStartDate", "ProjectedEndDate", "ActualStartDate", "ActualEndDate"),
    dates("ScheduleStartDate", "ScheduleEndDate"),
    reals("TotalPlannedEffortInHours"),
    # Finance's own.
    text("ProjectGroupId", 10, default="TM"),
    text("DimensionDisplayValue", 500),
    text("SalesTaxGroupId", 10),
    text("EstimateProjectId", 20),  # the revenue recognition project, by its older name
    label="Projects",
    number=1601,
    key=("dataAreaId", "ProjectId"),
    references=(
        Reference(("ProjectContractId",), "ProjectContractHeaders"),
        Reference(("CustomerAccountNumber",), "CustomersV3"),
    ),
    data_sources=2,
)

TASKS = entity(
    "ProjectTasks",
    "ProjectTask",
    "ProjProjectTaskEntity",
    text("ProjectId", 20, "Project ID", mandatory=True),
    text("TaskId", 20, mandatory=True, sequence="ACT"),
    text("TaskName", 255),
    texts(60, "TaskElementId", "ParentTaskElementId"),
    choice("TaskStatus", enums.SMM_SHOW_TIME_AS),
    choice("TaskTimeType", enums.SMM_ACTIVITY_TASK_TIME_TYPE),
    wholes("TaskOutlineLevel"),
    reals("TaskDisplaySequence"),
    label="Activities",
    number=1602,
    key=("dataAreaId", "ProjectId", "TaskId"),
    # Tasks go with their project: an assumption, the platform's behaviour is unconfirmed.
    references=(Reference(("ProjectId",), "ProjectsV2", OnDelete.CASCADE),),
    data_sources=2,
)

ACTIVITIES = entity(
    "Activities",
    "Activity",
    "TwinSmmActivities",
    text("ActivityNumber", 20, mandatory=True),
    text("Purpose", 255),
    choice("IsClosed", enums.NO_YES),
    label="Activities",
    number=1603,
    key=("dataAreaId", "ActivityNumber"),
    read_only=True,
)

PROJECT_ACTIVITIES = entity(
    "ProjectActivities",
    "ProjectActivity",
    "TwinProjActivity",
    texts(20, "ProjectId", "ActivityNumber"),
    texts(60, "TaskElementId", "ParentTaskElementId"),
    label="Project activities",
    number=1604,
    key=("dataAreaId", "ProjectId", "ActivityNumber"),
    references=(Reference(("ActivityNumber",), "Activities", OnDelete.CASCADE),),
    read_only=True,
)

#: A row says that a project is an investment project, and which revenue recognition project goes with it.
INVESTMENT_PROJECTS = entity(
    "InvestmentProjects",
    "InvestmentProject",
    "TwinProjInvestmentProject",
    texts(20, "ProjectId", "RevenueProjectId"),
    label="Investment projects",
    number=1605,
    key=("dataAreaId", "ProjectId"),
    references=(Reference(("ProjectId",), "ProjectsV2", OnDelete.CASCADE),),
    read_only=True,
)
