"""Choices that the tables of several maps share."""

from shared.mapping.transforms import values

#: The global choice of Dataverse (Common Data Model) and ProjBillingType, paired by equal names. That NotSpecified is
#: an empty choice is inferred.
BILLING_TYPES = values(
    {192350000: "NonChargeable", 192350001: "Chargeable", 192350002: "Complimentary", 192350003: "NotAvailable"},
    empty="NotSpecified",
)
