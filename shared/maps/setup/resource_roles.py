"""Project resource roles (bookableresourcecategories): one role of Dataverse becomes a role in every legal entity that takes part.

That the label belongs to ResourceCategoriesShared is inferred from its shape: a role id without a company. Integration
key: pictured in Microsoft's set-up article.
"""

from shared.mapping.model import DataverseTable, FinanceEntity, Row, Side, TableMap
from shared.mapping.transforms import text, values

RESOURCE_ROLES = TableMap(
    "resource_roles",
    label="Project resource roles for all companies",
    version="1.0.0.1",
    finance=FinanceEntity("ResourceCategoriesShared", key=("RoleId",)),
    dataverse=DataverseTable(
        "bookableresourcecategory", "bookableresourcecategories", key=("msdyn_resourcecategorynumber",)
    ),
    # What a delete does to the copies in the legal entities is not documented, and transactions may refer to them:
    # a role that nobody is to use any more is deactivated, which travels.
    writes={Side.FINANCE: ("create", "update")},
    after=("legal_entities",),
    rows=(
        #   Finance               way  Dataverse                       transform                        provenance
        Row("RoleId",             "<", "msdyn_resourcecategorynumber", text(),                          "documented"),
        Row("Description",        "<", "name",                         text(60),                        "inferred"),
        Row("IsCategoryDisabled", "<", "statecode",                    values({0: "False", 1: "True"}), "inferred"),
    ),
)
