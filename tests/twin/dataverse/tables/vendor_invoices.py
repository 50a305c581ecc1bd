"""Project vendor invoices and their lines.

Columns are pictured by Microsoft, most of them; the labels of the statuses are documented, their numbers are not, nor
which state a status belongs to. Guesses: the header's company; the line's subcontract line, contract and contract line,
resource and transaction date.
"""

from __future__ import annotations

from tests.twin.dataverse.schema import (
    ACTIVE_INACTIVE,
    choice,
    decimal,
    lookup,
    money,
    state,
    table,
    text,
    when,
    yes_no,
)
from tests.twin.dataverse.tables.choices import BILLING_TYPES, TRANSACTION_CLASSES

DRAFT, IN_REVIEW, CONFIRMED, ON_HOLD, CANCELED = range(192350000, 192350005)
_STATUSES = {
    DRAFT: (0, "Draft"),
    IN_REVIEW: (0, "In review"),
    CONFIRMED: (0, "Confirmed"),
    ON_HOLD: (0, "On hold"),
    CANCELED: (1, "Canceled"),
}
NOT_STARTED, IN_PROGRESS, COMPLETE = range(192350000, 192350003)
VERIFICATION_STATUSES = {NOT_STARTED: "Not started", IN_PROGRESS: "In progress", COMPLETE: "Complete"}

VENDOR_INVOICES = (
    table(
        "msdyn_projectvendorinvoice",
        text("msdyn_name", 100),
        text("msdyn_description", 255),
        text("msdyn_vendorinvoicenumber", 100),
        lookup("msdyn_vendor", "account", navigation="msdyn_Vendor", on_delete="restrict"),
        when("msdyn_invoicedate"),
        lookup("transactioncurrencyid", "transactioncurrency", on_delete="restrict"),
        yes_no("msdyn_enableautomaticconfirmation"),
        yes_no("msdyn_hasexternalorigin"),
        lookup("msdyn_owningcompany", "cdm_company", navigation="msdyn_OwningCompany", on_delete="restrict"),
        *state(ACTIVE_INACTIVE, _STATUSES),
        keys=[("msdyn_vendorinvoicenumber", "msdyn_vendor", "msdyn_owningcompany")],
    ),
    table(
        "msdyn_projectvendorinvoiceline",
        text("msdyn_externalinvoiceline", 100),
        text("msdyn_description", 1000),
        lookup(
            "msdyn_vendorinvoice",
            "msdyn_projectvendorinvoice",
            navigation="msdyn_VendorInvoice",
            on_delete="cascade",
        ),
        choice("msdyn_transactionclassification", TRANSACTION_CLASSES),
        choice("msdyn_billingtype", BILLING_TYPES),
        choice("msdyn_verificationstatus", VERIFICATION_STATUSES, NOT_STARTED),
        decimal("msdyn_quantity", precision=5),
        decimal("msdyn_duration", precision=2),
        lookup("msdyn_unit", "uom", navigation="msdyn_Unit"),
        money("msdyn_price"),
        when("msdyn_transactiondate"),
        lookup("msdyn_project", "msdyn_project", navigation="msdyn_Project", on_delete="restrict"),
        lookup("msdyn_task", "msdyn_projecttask", navigation="msdyn_Task"),
        lookup("msdyn_resourcecategory", "bookableresourcecategory", navigation="msdyn_ResourceCategory"),
        lookup("msdyn_transactioncategory", "msdyn_transactioncategory", navigation="msdyn_TransactionCategory"),
        lookup("msdyn_product", "product", navigation="msdyn_Product"),
        lookup("msdyn_subcontractline", "msdyn_subcontractline", navigation="msdyn_SubcontractLine"),
        lookup("msdyn_salescontract", "salesorder", navigation="msdyn_SalesContract"),
        lookup("msdyn_salescontractlineid", "salesorderdetail", navigation="msdyn_SalesContractLineId"),
        lookup("msdyn_bookableresource", "bookableresource", navigation="msdyn_bookableresource"),
        lookup("msdyn_owningcompany", "cdm_company", navigation="msdyn_OwningCompany", on_delete="restrict"),
        primary_name="msdyn_description",
        keys=[("msdyn_externalinvoiceline",)],
    ),
)
