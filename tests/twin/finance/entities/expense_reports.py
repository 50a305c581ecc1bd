"""Expense management as people have it on their screens: expense categories of a company, and expense reports.

All three are the twin's own collections: the forms are documented, their entities are not. What of them leaves Finance
is in `expenses`.
"""

from __future__ import annotations

from tests.twin.finance import enums
from tests.twin.finance.schema import (
    EnumType,
    OnDelete,
    Reference,
    choice,
    dates,
    entity,
    reals,
    text,
    texts,
    times,
)

REPORT_STATUS = EnumType("TwinTrvExpenseReportStatus", {"Draft": 0, "Submitted": 1, "Approved": 2, "Posted": 3})

#: Made by people, per company, of a shared category that can be used in expenses.
EXPENSE_CATEGORIES = entity(
    "ExpenseCategories",
    "ExpenseCategory",
    "TwinTrvCostType",
    text("CategoryId", 30, "Expense category", mandatory=True),
    text("Name", 60),
    choice("ExpenseType", enums.TRV_EXP_TYPE, default="Expense"),
    choice("IsInactive", enums.NO_YES),
    # Where an expense goes that has no project.
    text("MainAccount", 20),
    label="Expense categories",
    number=2903,
    key=("dataAreaId", "CategoryId"),
    references=(Reference(("CategoryId",), "SharedCategories"),),
)

EXPENSE_REPORTS = entity(
    "ExpenseReports",
    "ExpenseReport",
    "TwinTrvExpTable",
    text("ReportNumber", 20, "Expense report", mandatory=True, sequence="ER"),
    text("Purpose", 60),
    choice("Status", REPORT_STATUS),
    text("Voucher", 20),
    times("PostedDateTime"),
    label="Expense reports",
    number=2904,
    key=("dataAreaId", "ReportNumber"),
)

EXPENSE_LINES = entity(
    "ExpenseReportLines",
    "ExpenseReportLine",
    "TwinTrvExpTrans",
    text("ExpTransNumber", 20, "Expense", mandatory=True, sequence="EXP"),
    text("ReportNumber", 20, "Expense report", mandatory=True),
    text("CategoryId", 30, "Expense category", mandatory=True),
    text("AdditionalInformation", 255),
    text("ProjId", 20, "Project ID"),
    texts(4, "ProjDataAreaId"),
    text("ActivityNumber", 20),
    choice("BillingType", enums.PROJ_BILLING_TYPE),
    text("CurrencyCode", 3, "Currency"),
    texts(10, "TaxGroup", "TaxItemGroup"),
    dates("TransDate"),
    # The amount is without sales tax.
    reals("Amount", "Quantity"),
    label="Expense report lines",
    number=2905,
    key=("dataAreaId", "ExpTransNumber"),
    references=(
        Reference(("ReportNumber",), "ExpenseReports", OnDelete.CASCADE),
        Reference(("CategoryId",), "ExpenseCategories"),
    ),
)
