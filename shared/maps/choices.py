"""Choices that the tables of several maps share."""

from shared.mapping.transforms import values

#: The global choice of Dataverse (Common Data Model) and ProjBillingType, paired by equal names. That NotSpecified is
#: an empty choice is inferred.
BILLING_TYPES = values(
    {192350000: "NonChargeable", 192350001: "Chargeable", 192350002: "Complimentary", 192350003: "NotAvailable"},
    empty="NotSpecified",
)

#: CustVendorBlocked, of customers and vendors. Its PurchOrder, for vendors only, has no counterpart.
ON_HOLD = values(
    {
        806380000: "No",
        806380001: "Invoice",
        806380002: "All",
        806380003: "Payment",
        806380004: "Requisition",
        806380005: "Never",
    },
    unset="No",
    unpaired=("PurchOrder",),
)

#: Cost and unbilled sales; the other transaction types are never estimated.
TRANS_TYPE = values(
    {192350000: "Cost", 192350005: "Sales"},
    unpaired=(
        192350004,
        192350006,
        192350007,
        192350008,
        "Tax",
        "BilledSales",
        "InterOrgSales",
        "ResourcingUnitCost",
    ),
)

PAIRS_UNPUBLISHED = "Microsoft has not published the pairs of this choice: take them from a tenant's own map"
