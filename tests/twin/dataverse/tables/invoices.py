"""Proforma invoices: the invoice, a line for each contract line, and a detail for each thing that is billed.

Columns of the two lower tables follow what their forms show. Guesses, because Microsoft has published no name: the
invoice's contract customer, accounting date and what it corrects, a detail's milestone and retainer, the four columns that show
the customer invoice, and the number of the status Posted (the label is documented).
"""

from __future__ import annotations

from tests.twin.dataverse.schema import choice, day, lookup, memo, money, state, table, text
from tests.twin.dataverse.tables.actuals import transaction_columns
from tests.twin.dataverse.tables.choices import BILLING_METHODS, ORDER_TYPES

DRAFT, IN_REVIEW, CONFIRMED, PAID, POSTED = 192350000, 192350001, 192350002, 192350003, 192350004
_PROJECT_INVOICE_STATUSES = {
    DRAFT: "Draft",
    IN_REVIEW: "In Review",
    CONFIRMED: "Confirmed",
    PAID: "Invoice Paid",
    POSTED: "Posted",
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

INVOICES = (
    table(
        "invoice",
        text("invoicenumber", 100),
        text("name", 300),
        memo("description"),
        lookup("salesorderid", "salesorder"),
        lookup("customerid", "account", "contact"),
        lookup("msdyn_contractcustomer", "msdyn_projectcontractsplitbillingrule", navigation="msdyn_ContractCustomer"),
        lookup("msdyn_correctsinvoice", "invoice", navigation="msdyn_CorrectsInvoice"),
        money("totalamount"),
        day("duedate"),
        day("msdyn_invoicedate"),
        day("msdyn_accountingdate"),
        choice("msdyn_ordertype", ORDER_TYPES, 192350000),
        choice("msdyn_projectinvoicestatus", _PROJECT_INVOICE_STATUSES, DRAFT),
        # What the proforma shows of the customer invoice that comes of it.
        text("msdyn_customerinvoicenumber", 100),
        day("msdyn_customerinvoicedate"),
        money("msdyn_customerinvoicetax"),
        *state(_INVOICE_STATES, _INVOICE_STATUSES),
        primary_name="name",
        keys=[("invoicenumber",)],
    ),
    table(
        "invoicedetail",
        text("invoicedetailname", 100),
        lookup("invoiceid", "invoice", on_delete="cascade"),
        lookup("salesorderdetailid", "salesorderdetail"),
        text("productdescription", 500),
        choice("msdyn_billingmethod", BILLING_METHODS, global_set="msdyn_billingmethod"),
        lookup("msdyn_project", "msdyn_project", navigation="msdyn_Project"),
        money("extendedamount"),
        primary_name="invoicedetailname",
    ),
    table(
        "msdyn_invoicelinetransaction",
        lookup("msdyn_invoice", "invoice", navigation="msdyn_Invoice", on_delete="cascade"),
        lookup("msdyn_invoicelineid", "invoicedetail", navigation="msdyn_InvoiceLineId", on_delete="cascade"),
        *transaction_columns(),
        lookup("msdyn_milestone", "msdyn_contractlinescheduleofvalue", navigation="msdyn_Milestone"),
        lookup("msdyn_retainer", "msdyn_contractlineretainer", navigation="msdyn_Retainer"),
        primary_name="msdyn_description",
    ),
)
