"""Expenses and their categories.

The lookups to task, transaction category, company, subcontract and its line, the billing type, and the two columns for
Finance's numbers of the expense and of its activity are guesses.
"""

from __future__ import annotations

from tests.twin.dataverse.schema import choice, decimal, lookup, money, table, text, when
from tests.twin.dataverse.tables.choices import BILLING_TYPES
from tests.twin.dataverse.tables.subcontracts import subcontracted

DRAFT, SUBMITTED, APPROVED, REJECTED, POSTED, PAID, RECALL_REQUESTED = range(192350000, 192350007)
EXPENSE_STATUSES = {
    DRAFT: "Draft",
    SUBMITTED: "Submitted",
    APPROVED: "Approved",
    REJECTED: "Rejected",
    POSTED: "Posted",
    PAID: "Paid",
    RECALL_REQUESTED: "Recall Requested",
}
_EXPENSE_TYPES = {
    192350000: "Hotel",
    192350001: "Car Rental",
    192350002: "Meal",
    192350003: "Airline",
    192350004: "Entertainment",
    192350005: "Gift",
    192350006: "Conference",
    192350007: "Miscellaneous",
    192350008: "Mileage",
    192350009: "Per diem",
}

EXPENSES = (
    table(
        "msdyn_expensecategory",
        text("msdyn_name", 100),
        # A lookup despite its name.
        lookup("msdyn_expensecategoryuid", "msdyn_transactioncategory", navigation="msdyn_ExpenseCategoryUid"),
        choice("msdyn_expensetype", _EXPENSE_TYPES),
        choice("msdyn_receiptrequired", {192350000: "Optional", 192350001: "Mandatory"}),
        lookup("msdyn_owningcompany", "cdm_company", navigation="msdyn_OwningCompany", on_delete="restrict"),
        plural="msdyn_expensecategories",
        keys=[("msdyn_expensecategoryuid", "msdyn_owningcompany")],
    ),
    table(
        "msdyn_expense",
        text("msdyn_name", 100),
        text("msdyn_externaldescription", 255),
        lookup("msdyn_project", "msdyn_project", navigation="msdyn_Project", on_delete="restrict"),
        lookup("msdyn_task", "msdyn_projecttask", navigation="msdyn_Task"),
        lookup("msdyn_expensecategory", "msdyn_expensecategory", navigation="msdyn_ExpenseCategory"),
        lookup("msdyn_transactioncategory", "msdyn_transactioncategory", navigation="msdyn_TransactionCategory"),
        lookup("msdyn_bookableresource", "bookableresource", navigation="msdyn_BookableResource"),
        lookup("msdyn_unit", "uom", navigation="msdyn_Unit"),
        text("msdyn_externalreferenceid", 100),
        text("msdyn_activitynumber", 100),
        when("msdyn_transactiondate"),
        decimal("msdyn_quantity", precision=5),
        money("msdyn_price"),
        money("msdyn_amount"),
        money("msdyn_salestaxamount"),
        money("msdyn_totalamount"),
        choice("msdyn_billingtype", BILLING_TYPES),
        choice("msdyn_expensestatus", EXPENSE_STATUSES, DRAFT),
        choice("msdyn_targetexpensestatus", EXPENSE_STATUSES),
        *subcontracted(),
        lookup("msdyn_owningcompany", "cdm_company", navigation="msdyn_OwningCompany", on_delete="restrict"),
    ),
)
