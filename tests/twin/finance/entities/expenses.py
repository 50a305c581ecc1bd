"""Expense management: what Finance shows of expense categories and of the project lines of posted expense reports.

Both are views for export, so nothing is written through them (an assumption: the public metadata does not tell). Their
AOT names are unconfirmed but for ProjExpenseExportEntity, which error texts of Microsoft's name.
"""

from __future__ import annotations

from tests.twin.finance import enums
from tests.twin.finance.schema import choice, dates, entity, reals, text, wholes

EXPENSE_CATEGORIES = entity(
    "ProjExpenseCategoriesExport",
    "ProjExpenseCategoryExport",
    "ProjExpenseCategoryExportEntity",
    text("CostType", 30, "Expense category", mandatory=True),
    text("CostTxt", 60, "Name"),
    text("TransactionCategoryId", 30),
    choice("ExpType", enums.TRV_EXP_TYPE),
    choice("IsInactive", enums.NO_YES),
    label="Expense categories",
    number=2901,
    key=("dataAreaId", "CostType"),
    read_only=True,
)

EXPENSES = entity(
    "ProjExpensesExport",
    "ProjExpenseExport",
    "ProjExpenseExportEntity",
    text("ExpTransNumber", 20, "Expense", mandatory=True),
    text("ReferenceDataAreaId", 4, "Company", mandatory=True),
    text("ProjTransId", 20),
    text("ProjId", 20, "Project ID"),
    text("ProjActivityNumber", 20),
    text("CostType", 30, "Expense category"),
    text("TransactionCategoryId", 30),
    text("InterCompanyLE", 4),
    text("ExchangeCode", 3, "Currency"),
    text("AdditionalInformation", 255),
    choice("BillingType", enums.PROJ_BILLING_TYPE),
    reals("NetAmount", "TaxAmount", "Amount", "Quantity"),
    dates("TransDate"),
    wholes("ProjCostTransExists"),
    label="Project expenses",
    number=2902,
    key=("ExpTransNumber", "ReferenceDataAreaId"),
    read_only=True,
)
