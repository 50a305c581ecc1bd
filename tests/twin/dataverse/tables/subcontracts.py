"""Subcontracts and their lines.

Microsoft shows the forms, not the columns: names are those of other project tables, or guesses. The labels of statuses
and line types are documented, their numbers are not, nor which state a status belongs to. As with contracts, a
subcontract has one price list here, of purchase prices, in a lookup that is ours.
"""

from __future__ import annotations

from tests.twin.dataverse.schema import (
    ACTIVE_INACTIVE,
    Column,
    choice,
    decimal,
    lookup,
    money,
    state,
    table,
    text,
    when,
)
from tests.twin.dataverse.tables.choices import BILLING_METHODS, TIME_AND_MATERIAL, TRANSACTION_CLASSES

DRAFT, CONFIRMED, CLOSED, CANCELED = range(192350000, 192350004)
_STATUSES = {DRAFT: (0, "Draft"), CONFIRMED: (0, "Confirmed"), CLOSED: (1, "Closed"), CANCELED: (1, "Canceled")}
LABELS = {status: label for status, (_, label) in _STATUSES.items()}
_LINE_TYPES = {192350000: "Quantity-based", 192350001: "Work-based"}


def subcontracted() -> tuple[Column, ...]:
    """Declare the columns that say on which subcontract something was done."""
    return (
        lookup("msdyn_subcontract", "msdyn_subcontract", navigation="msdyn_Subcontract", on_delete="restrict"),
        lookup(
            "msdyn_subcontractline", "msdyn_subcontractline", navigation="msdyn_SubcontractLine", on_delete="restrict"
        ),
    )


SUBCONTRACTS = (
    table(
        "msdyn_subcontract",
        text("msdyn_subcontractnumber", 100),
        text("msdyn_name", 100),
        lookup("msdyn_vendor", "account", navigation="msdyn_Vendor", on_delete="restrict"),
        when("msdyn_subcontractdate"),
        lookup("transactioncurrencyid", "transactioncurrency", on_delete="restrict"),
        lookup("msdyn_purchasepricelist", "pricelevel", navigation="msdyn_PurchasePriceList"),
        lookup("msdyn_owningcompany", "cdm_company", navigation="msdyn_OwningCompany", on_delete="restrict"),
        *state(ACTIVE_INACTIVE, _STATUSES),
        keys=[("msdyn_subcontractnumber", "msdyn_owningcompany")],
    ),
    table(
        "msdyn_subcontractline",
        text("msdyn_subcontractlinenumber", 100),
        text("msdyn_name", 100),
        lookup("msdyn_subcontract", "msdyn_subcontract", navigation="msdyn_Subcontract", on_delete="cascade"),
        choice("msdyn_transactionclassification", TRANSACTION_CLASSES),
        choice("msdyn_linetype", _LINE_TYPES, 192350000),
        choice("msdyn_billingmethod", BILLING_METHODS, TIME_AND_MATERIAL),
        decimal("msdyn_quantity", precision=5),
        lookup("msdyn_unit", "uom", navigation="msdyn_Unit"),
        money("msdyn_price"),
        lookup("msdyn_resourcecategory", "bookableresourcecategory", navigation="msdyn_ResourceCategory"),
        lookup("msdyn_transactioncategory", "msdyn_transactioncategory", navigation="msdyn_TransactionCategory"),
        lookup("msdyn_product", "product", navigation="msdyn_Product"),
        text("msdyn_writeinproductdescription", 100),
        lookup("msdyn_project", "msdyn_project", navigation="msdyn_Project"),
        lookup("msdyn_task", "msdyn_projecttask", navigation="msdyn_Task"),
        lookup("msdyn_owningcompany", "cdm_company", navigation="msdyn_OwningCompany", on_delete="restrict"),
        keys=[("msdyn_subcontractlinenumber", "msdyn_owningcompany")],
    ),
)
