"""Charts of accounts (msdyn_chartofaccountses), without their main accounts, which are a map of its own that projects do not need.

Rows: Microsoft's mapping reference for dual-write (mapping tables, 2021). It prints them as two-way; Project Operations
knows Finance as their only master, so they go one way.
"""

from shared.mapping.model import DataverseTable, FinanceEntity, Row, Side, TableMap
from shared.mapping.transforms import text

CHART_OF_ACCOUNTS = TableMap(
    "chart_of_accounts",
    label="Chart of accounts",
    version="",
    finance=FinanceEntity("ChartOfAccounts", key=("ChartOfAccounts",), entity="LedgerChartOfAccountsEntity"),
    # The integration key is not published; ledgers resolve their lookup by this column.
    dataverse=DataverseTable("msdyn_chartofaccounts", "msdyn_chartofaccountses", key=("msdyn_name",)),
    # A ledger keeps its chart for good: one that Finance lost is a person's to remove.
    writes={Side.DATAVERSE: ("create", "update")},
    rows=(
        #   Finance            way  Dataverse                transform  provenance
        Row("Description",     ">", "msdyn_description",     text(),    "documented"),
        Row("MainAccountMask", ">", "msdyn_mainaccountmask", text(),    "documented"),
        Row("ChartOfAccounts", ">", "msdyn_name",            text(),    "documented"),
    ),
)
