"""Transaction connections (msdyn_transactionconnections): which actual reverses, bills or costs which other, which estimate lines are a pair.

All rows are documented: the older Data Integrator template pairs the same entity and table. The entity is not public in
OData, so connections travel as data packages, under the column names of data management, and what Finance holds of
them cannot be read. Journal lines and invoice line details have connections too: a tenant may filter on the two type
columns.
"""

from shared.mapping.model import DataverseTable, FinanceEntity, Row, Side, TableMap
from shared.mapping.transforms import guid, text

TRANSACTION_CONNECTIONS = TableMap(
    "transaction_connections",
    label="Integration entity for project transaction relationships",
    version="1.0.0.1",
    finance=FinanceEntity(
        "",
        key=("CONNECTIONID",),
        entity="ProjCDSTransactionRelationshipImportEntity",
        package="Integration entity for project transaction relationships",
    ),
    dataverse=DataverseTable(
        "msdyn_transactionconnection", "msdyn_transactionconnections", key=("msdyn_transactionconnectionid",)
    ),
    # Data packages cannot delete.
    writes={Side.FINANCE: ("create", "update")},
    after=("actuals",),
    rows=(
        #   Finance             way  Dataverse                        transform  provenance
        Row("CONNECTIONID",     "<", "msdyn_transactionconnectionid", guid(),    "documented"),
        # The id of an actual, which Dataverse keeps as a text.
        Row("TRANSACTION1ID",   "<", "msdyn_transaction1",            guid(),    "documented"),
        Row("TRANSACTION1ROLE", "<", "msdyn_transaction1role",        text(),    "documented"),
        Row("TRANSACTION1TYPE", "<", "msdyn_transaction1type",        text(),    "documented"),
        Row("TRANSACTION2ID",   "<", "msdyn_transaction2",            guid(),    "documented"),
        Row("TRANSACTION2ROLE", "<", "msdyn_transaction2role",        text(),    "documented"),
        Row("TRANSACTION2TYPE", "<", "msdyn_transaction2type",        text(),    "documented"),
    ),
)
