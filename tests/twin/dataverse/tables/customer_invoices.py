"""Customer invoices of Finance beside their proformas. Apart from the table itself, whose set is documented, all is a guess."""

from __future__ import annotations

from tests.twin.dataverse.schema import lookup, money, table, text, when

CUSTOMER_INVOICES = (
    table(
        "msdyn_customerinvoice",
        text("msdyn_invoicenumber", 100),
        when("msdyn_invoicedate"),
        money("msdyn_taxamount"),
        lookup("msdyn_invoice", "invoice", navigation="msdyn_Invoice"),
        lookup("msdyn_owningcompany", "cdm_company", navigation="msdyn_OwningCompany", on_delete="restrict"),
        primary_name="msdyn_invoicenumber",
        keys=[("msdyn_invoicenumber", "msdyn_owningcompany")],
    ),
)
