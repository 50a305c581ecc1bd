"""Expense categories (msdyn_expensecategories): created and maintained in Finance, a record for each company in Dataverse.

Microsoft has not published the map; its picture says that only project categories that can be used in expenses leave
Finance, which the entity itself sees to. Nor has it published the Dataverse column for Finance's own key, CostType: so a
category is found by its transaction category, which has one expense category in a company. The AOT name is unconfirmed.
"""

from shared.mapping.model import DataverseTable, FinanceEntity, Row, Side, TableMap, lookup
from shared.mapping.transforms import text, values

EXPENSE_TYPES = values(
    {
        192350000: "Hotel",
        192350001: "CarRental",
        192350002: "Meals",
        192350003: "Airline",
        192350004: "Entertainment",
        192350005: "Gift",
        192350006: "Conference",
        192350007: "Expense",
        192350008: "Transport",
        192350009: "Allowance",
    },
    unpaired=("Empty", "Advance", "Personal"),
)

EXPENSE_CATEGORIES = TableMap(
    "expense_categories",
    label="Project Operations integration project expense categories export entity",
    version="1.0.0.1",
    finance=FinanceEntity(
        "ProjExpenseCategoriesExport", key=("dataAreaId", "CostType"), entity="ProjExpenseCategoryExportEntity"
    ),
    dataverse=DataverseTable(
        "msdyn_expensecategory",
        "msdyn_expensecategories",
        key=("msdyn_expensecategoryuid.msdyn_transactioncategorynumber", "msdyn_owningcompany.cdm_companycode"),
        # One record per company is documented; the name of the column is not.
        company="msdyn_owningcompany.cdm_companycode",
        lookups={
            # A lookup despite its name (Common Data Model).
            "msdyn_expensecategoryuid": lookup("msdyn_transactioncategory"),
            "msdyn_owningcompany": lookup("cdm_company"),
        },
    ),
    # Finance masters them, and documents say nothing of deletes: expenses in Dataverse may point at the category.
    writes={Side.DATAVERSE: ("create", "update")},
    rows=(
        #   Finance                  way  Dataverse                                                   transform                    provenance
        Row("CostTxt",               ">", "msdyn_name",                                               text(),                      "inferred"),
        Row("TransactionCategoryId", ">", "msdyn_expensecategoryuid.msdyn_transactioncategorynumber", text(),                      "schema"),
        # Seven pairs by equal names, three by meaning: Miscellaneous, Mileage, Per diem.
        Row("ExpType",               ">", "msdyn_expensetype",                                        EXPENSE_TYPES,               "schema"),
        Row("IsInactive",            ">", "statecode",                                                values({0: "No", 1: "Yes"}), "schema"),
        # Not published, so not mapped: CostType.
    ),
)
