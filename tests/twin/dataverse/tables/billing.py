"""What a contract is billed by: milestones, their progress headers, the customers of a line, proforma invoices.

Microsoft has published neither the table of progress billing headers nor that of a line's own customers: both names,
and all columns of the two, are guesses. So are the milestone's lookup to its header and its text number.
"""

from __future__ import annotations

from tests.twin.dataverse.schema import Column, choice, day, decimal, lookup, memo, money, state, table, text, when
from tests.twin.dataverse.tables.choices import (
    INVOICE_STATUSES,
    NOT_READY_FOR_INVOICING,
    ORDER_TYPES,
    TRANSACTION_CLASSES,
    TRANSACTION_TYPES,
)

DRAFT_INVOICE = 192350000
_PROJECT_INVOICE_STATUSES = {
    DRAFT_INVOICE: "Draft",
    192350001: "In Review",
    192350002: "Confirmed",
    192350003: "Invoice Paid",
}
_INVOICE_STATES = {0: "Active", 1: "Closed (deprecated)", 2: "Paid", 3: "Canceled"}
_INVOICE_STATUSES = {
    1: (0, "New"),
    2: (0, "Partially Shipped"),
    4: (0, "Billed"),
    7: (1, "Billed"),
    100001: (2, "Complete"),
    100003: (3, "Canceled"),
}
#: The labels are documented (Not started, In progress, Completed), their numbers are not.
_BILLING_PROGRESS = {192350000: "Not started", 192350001: "In progress", 192350002: "Completed"}


def _contract_line() -> tuple[Column, ...]:
    return (
        lookup("msdyn_contract", "salesorder", navigation="msdyn_Contract", on_delete="cascade"),
        lookup("msdyn_contractlineid", "salesorderdetail", navigation="msdyn_ContractLineId", on_delete="cascade"),
        lookup("msdyn_project", "msdyn_project", navigation="msdyn_Project"),
        lookup("msdyn_projecttask", "msdyn_projecttask", navigation="msdyn_projecttask"),
    )


BILLING = (
    table(
        "msdyn_contractlinemilestoneheader",
        text("msdyn_name", 100),
        *_contract_line(),
        money("msdyn_amount"),
        decimal("msdyn_nextinvoicepercentage"),
        money("msdyn_nextinvoiceamount"),
        choice("msdyn_nextinvoicestatus", INVOICE_STATUSES, NOT_READY_FOR_INVOICING),
        choice("msdyn_billingstatus", _BILLING_PROGRESS, 192350000),
        money("msdyn_invoicedtodate"),
        decimal("msdyn_percentinvoicedtodate"),
        money("msdyn_remainingamount"),
    ),
    table(
        "msdyn_contractlinescheduleofvalue",
        text("msdyn_name", 100),
        memo("msdyn_description"),
        *_contract_line(),
        lookup(
            "msdyn_milestoneheader",
            "msdyn_contractlinemilestoneheader",
            navigation="msdyn_MilestoneHeader",
            on_delete="cascade",
        ),
        lookup("msdyn_contractcustomer", "msdyn_projectcontractsplitbillingrule", navigation="msdyn_ContractCustomer"),
        money("msdyn_amount"),
        money("msdyn_tax"),
        money("msdyn_amount_after_tax"),
        when("msdyn_invoicedate"),
        when("msdyn_startdatetime"),
        choice("msdyn_invoicestatus", INVOICE_STATUSES, NOT_READY_FOR_INVOICING),
        choice("msdyn_transactionclassification", TRANSACTION_CLASSES),
        choice("msdyn_transactiontypecode", TRANSACTION_TYPES),
    ),
    table(
        "msdyn_contractlinesplitbillingrule",
        text("msdyn_name", 100),
        lookup("msdyn_contractlineid", "salesorderdetail", navigation="msdyn_ContractLineId", on_delete="cascade"),
        lookup(
            "msdyn_contractcustomer",
            "msdyn_projectcontractsplitbillingrule",
            navigation="msdyn_ContractCustomer",
            on_delete="cascade",
        ),
        decimal("msdyn_percentage", precision=2),
    ),
    table(
        "invoice",
        text("invoicenumber", 100),
        text("name", 300),
        memo("description"),
        lookup("salesorderid", "salesorder"),
        lookup("customerid", "account", "contact"),
        money("totalamount"),
        day("duedate"),
        day("msdyn_invoicedate"),
        choice("msdyn_ordertype", ORDER_TYPES, 192350000),
        choice("msdyn_projectinvoicestatus", _PROJECT_INVOICE_STATUSES, DRAFT_INVOICE),
        *state(_INVOICE_STATES, _INVOICE_STATUSES),
        primary_name="name",
        keys=[("invoicenumber",)],
    ),
)
