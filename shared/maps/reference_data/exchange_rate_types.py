"""Exchange rate types (msdyn_exchangeratetypes): what ledgers and exchange rates name.

Rows: Microsoft's mapping reference for dual-write (mapping tables, 2021). It prints them as two-way; Project Operations
knows Finance as their only master, so they go one way.
"""

from shared.mapping.model import DataverseTable, FinanceEntity, Row, TableMap
from shared.mapping.transforms import text

EXCHANGE_RATE_TYPES = TableMap(
    "exchange_rate_types",
    label="Exchange rate type",
    version="",
    finance=FinanceEntity("ExchangeRateTypes", key=("Name",), entity="ExchangeRateTypeEntity"),
    # The integration key is not published; ledgers and rates resolve their lookups by this column.
    dataverse=DataverseTable("msdyn_exchangeratetype", "msdyn_exchangeratetypes", key=("msdyn_name",)),
    rows=(
        #   Finance        way  Dataverse            transform  provenance
        Row("Name",        ">", "msdyn_name",        text(),    "documented"),
        Row("Description", ">", "msdyn_description", text(),    "documented"),
    ),
)
