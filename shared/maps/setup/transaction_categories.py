"""Project transaction categories (msdyn_transactioncategories): each becomes shared categories in Finance, one per transaction type.

Finance adds -1 to -5 to the number: hour, fee, item, expense and, with its feature, on-account. Project categories are
made of them by hand in each legal entity. The entity has exactly these two columns, so the map is complete.
"""

from shared.mapping.model import DataverseTable, FinanceEntity, Row, Side, TableMap
from shared.mapping.transforms import text

TRANSACTION_CATEGORIES = TableMap(
    "transaction_categories",
    label="Project transaction categories",
    version="1.0.0.0",
    finance=FinanceEntity("ProjectTransactionCategories", key=("CategoryId",)),
    dataverse=DataverseTable(
        "msdyn_transactioncategory", "msdyn_transactioncategories", key=("msdyn_transactioncategorynumber",)
    ),
    # A delete is not documented, and would take shared categories along that Finance alone knows the use of.
    writes={Side.FINANCE: ("create", "update")},
    after=("legal_entities",),
    rows=(
        #   Finance       way  Dataverse                          transform provenance
        Row("CategoryId", "<", "msdyn_transactioncategorynumber", text(),   "documented"),
        Row("Name",       "<", "msdyn_name",                      text(60), "schema"),
    ),
)
