"""Project tasks (msdyn_projecttasks): reference data in Finance, which may not create, change or delete them.

Finance numbers tasks itself: TaskId is its activity number, by which documents that begin there (expenses, vendor
invoices) name a task. So the number returns to Dataverse; the name of its column is not published. A task is found by
its Dataverse id, which travels as TaskElementId: a create that is repeated finds the first one.
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
    # That a delete travels too is unconfirmed. Dataverse makes tasks and gets nothing back but their numbers.
    writes={Side.FINANCE: OPERATIONS, Side.DATAVERSE: ("update",)},
    # Finance has activities of its own, which no task stands behind.
    finance_filter="TaskElementId ne ''",
    rows=(
        #   Finance                way  Dataverse                               transform   provenance
        Row("ProjectId",           "<", "msdyn_project.msdyn_projectnumber",    text(),     "schema"),
        Row("TaskName",            "<", "msdyn_subject",                        text(),     "schema"),
        Row("TaskElementId",       "<", "msdyn_projecttaskid",                  text(),     "inferred"),
        Row("ParentTaskElementId", "<", "msdyn_parenttask.msdyn_projecttaskid", text(),     "inferred"),
        Row("TaskOutlineLevel",    "<", "msdyn_outlinelevel",                   integer(),  "schema"),
        # Finance keeps six decimals of any real.
        Row("TaskDisplaySequence", "<", "msdyn_displaysequence",                decimal(6), "schema"),
        # The name of the column is a guess.
        Row("TaskId",              ">", "msdyn_activitynumber",                 text(),     "inferred"),
        # Not published, so not mapped: TaskStatus, TaskTimeType.
    ),
)
