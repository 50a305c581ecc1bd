"""What a contract is billed by: milestones, their progress headers, retainers, the customers of a line.

Microsoft has published neither the table of progress billing headers, nor that of retainers, nor that of a line's own
customers: these names, and all columns of the three, are guesses. So are the milestone's lookup to its header and its
text number.
"""

from __future__ import annotations

from tests.twin.dataverse.schema import Column, choice, decimal, lookup, memo, money, table, text, when
from tests.twin.dataverse.tables.choices import (
    INVOICE_STATUSES,
    NOT_READY_FOR_INVOICING,
    TRANSACTION_CLASSES,
    TRANSACTION_TYPES,
)

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
        "msdyn_contractlineretainer",
        text("msdyn_name", 100),
        *_contract_line(),
        lookup("msdyn_contractcustomer", "msdyn_projectcontractsplitbillingrule", navigation="msdyn_ContractCustomer"),
        money("msdyn_amount"),
        when("msdyn_invoicedate"),
        choice("msdyn_invoicestatus", INVOICE_STATUSES, NOT_READY_FOR_INVOICING),
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
)
