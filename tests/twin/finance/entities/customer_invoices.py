"""What Finance would show of the customer invoices of posted proposals.

The entity is newer than any public metadata: only its label is documented. Collection, key and columns are guesses.
"""

from __future__ import annotations

from tests.twin.finance.schema import dates, entity, reals, text

CUSTOMER_INVOICES = entity(
    "ProjInvoiceProposalsExport",
    "ProjInvoiceProposalExport",
    "ProjInvoiceProposalExportEntity",
    text("InvoiceProposalId", 20, "Invoice proposal", mandatory=True),
    text("InvoiceNumber", 20, "Invoice"),
    dates("InvoiceDate"),
    reals("TaxAmount"),
    label="Project Operations integration invoice proposal export entity",
    number=2801,
    key=("dataAreaId", "InvoiceProposalId"),
    read_only=True,
)
