"""Project worker resources (bookableresources): which worker a resource is, so that employment dimensions default on journals.

Optional. The Finance entity has exactly these two columns. Integration key: pictured in Microsoft's set-up article. The
column Worker comes with the app Dynamics 365 HR Integration to Universal Resource Scheduling; its name is unconfirmed.
"""

from shared.mapping.model import DataverseTable, FinanceEntity, Row, Side, TableMap, lookup
from shared.mapping.transforms import guid, text

WORKER_RESOURCES = TableMap(
    "worker_resources",
    label="Project worker resource import",
    version="1.0.0.0",
    finance=FinanceEntity("WorkerResourceImports", key=("ProjCDSResourceId",)),
    dataverse=DataverseTable(
        "bookableresource",
        "bookableresources",
        key=("bookableresourceid",),
        lookups={"cdm_workerid": lookup("cdm_worker")},
    ),
    # Only resources that are workers: the filter is inferred.
    dataverse_filter="cdm_workerid ne null",
    # A delete is not documented, and hours that were posted keep their resource.
    writes={Side.FINANCE: ("create", "update")},
    rows=(
        #   Finance              way  Dataverse                        transform  provenance
        Row("ProjCDSResourceId", "<", "bookableresourceid",            guid(),    "schema"),
        Row("PersonnelNumber",   "<", "cdm_workerid.cdm_workernumber", text(),    "inferred"),
    ),
)
