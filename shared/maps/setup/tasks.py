"""Project tasks (msdyn_projecttasks): reference data in Finance, which may not create, change or delete them.

Finance numbers tasks itself (TaskId, its activity number), and the Dataverse column that holds the number is not
published. So a task is found by its Dataverse id, which travels as TaskElementId: a create that is repeated finds the
first one.
"""

from shared.mapping.model import OPERATIONS, DataverseTable, FinanceEntity, Row, Side, TableMap, lookup
from shared.mapping.transforms import decimal, integer, text

TASKS = TableMap(
    "tasks",
    label="Project tasks",
    version="1.0.0.4",
    finance=FinanceEntity(
        "ProjectTasks",
        key=("dataAreaId", "ProjectId", "TaskId"),
        match=("dataAreaId", "ProjectId", "TaskElementId"),
        entity="ProjProjectTaskEntity",
    ),
    dataverse=DataverseTable(
        "msdyn_projecttask",
        "msdyn_projecttasks",
        key=("msdyn_projecttaskid",),
        company="msdyn_project.msdyn_owningcompany.cdm_companycode",
        lookups={
            "msdyn_project": lookup("msdyn_project"),
            "msdyn_parenttask": lookup("msdyn_projecttask"),
        },
    ),
    # That a delete travels too is unconfirmed.
    writes={Side.FINANCE: OPERATIONS},
    rows=(
        #   Finance                way  Dataverse                               transform   provenance
        Row("ProjectId",           "<", "msdyn_project.msdyn_projectnumber",    text(),     "schema"),
        Row("TaskName",            "<", "msdyn_subject",                        text(),     "schema"),
        Row("TaskElementId",       "<", "msdyn_projecttaskid",                  text(),     "inferred"),
        Row("ParentTaskElementId", "<", "msdyn_parenttask.msdyn_projecttaskid", text(),     "inferred"),
        Row("TaskOutlineLevel",    "<", "msdyn_outlinelevel",                   integer(),  "schema"),
        # Finance keeps six decimals of any real.
        Row("TaskDisplaySequence", "<", "msdyn_displaysequence",                decimal(6), "schema"),
        # Not published, so not mapped: TaskId, TaskStatus, TaskTimeType.
    ),
)
