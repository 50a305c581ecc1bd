"""Roles, categories and resources: what Dataverse masters for all companies, and what each company makes of it.

No document gives the AOT names of these entities, so those here are unconfirmed. `SharedCategories` and
`ProjectCategories` are plausible names of collections whose real ones are unconfirmed; `ProjectResourceRoles` is the
twin's own.
"""

from __future__ import annotations

from tests.twin.finance import enums
from tests.twin.finance.schema import OnDelete, Reference, choice, entity, guid, text

SHARED_ROLES = entity(
    "ResourceCategoriesShared",
    "ResourceCategoryShared",
    "ProjResourceCategorySharedEntity",
    text("RoleId", 20, "Role", mandatory=True),
    text("Description", 60),
    choice("IsCategoryDisabled", enums.FALSE_TRUE),
    label="Project resource roles for all companies",
    number=2101,
    key=("RoleId",),
)

ROLES = entity(
    "ProjectResourceRoles",
    "ProjectResourceRole",
    "TwinProjResourceRole",
    text("RoleId", 20, "Role", mandatory=True),
    text("Description", 60),
    choice("IsDisabled", enums.NO_YES),
    label="Resource roles",
    number=2102,
    key=("dataAreaId", "RoleId"),
    read_only=True,
)

TRANSACTION_CATEGORIES = entity(
    "ProjectTransactionCategories",
    "ProjectTransactionCategory",
    "ProjTransactionCategoryEntity",
    text("CategoryId", 30, "Category", mandatory=True),
    text("Name", 60),
    label="Project transaction categories",
    number=2103,
    key=("CategoryId",),
)

SHARED_CATEGORIES = entity(
    "SharedCategories",
    "SharedCategory",
    "SharedCategoryEntity",
    text("CategoryId", 30, "Category", mandatory=True),
    text("Name", 60),
    choice("CategoryType", enums.PROJ_CATEGORY_TYPE),
    text("TransactionCategoryId", 30),
    # Finance's own.
    choice("CanBeUsedInExpense", enums.NO_YES),
    text("ExpenseType", 20),
    label="Shared categories",
    number=2104,
    key=("CategoryId",),
    references=(Reference(("TransactionCategoryId",), "ProjectTransactionCategories", OnDelete.CASCADE),),
)

#: Made by people, per company, under the id of a shared category.
PROJECT_CATEGORIES = entity(
    "ProjectCategories",
    "ProjectCategory",
    "ProjCategoryEntity",
    text("CategoryId", 30, "Category", mandatory=True),
    text("Name", 60),
    choice("CategoryType", enums.PROJ_CATEGORY_TYPE),
    text("ItemSalesTaxGroup", 10),
    label="Project categories",
    number=2105,
    key=("dataAreaId", "CategoryId"),
    references=(Reference(("CategoryId",), "SharedCategories"),),
)

WORKER_RESOURCES = entity(
    "WorkerResourceImports",
    "WorkerResourceImport",
    "ProjCDSWorkerResourceImportEntity",
    guid("ProjCDSResourceId", mandatory=True),
    text("PersonnelNumber", 25),
    label="Project worker resource import",
    number=2106,
    key=("ProjCDSResourceId",),
)
