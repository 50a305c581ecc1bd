"""Vendors and vendor groups, per company."""

from __future__ import annotations

from collections.abc import Iterator

from tests.twin.finance import enums
from tests.twin.finance.schema import Column, Reference, choice, dates, entity, reals, text, texts, wholes

VENDOR_GROUPS = entity(
    "VendorGroups",
    "VendorGroup",
    "VendVendorGroupEntity",
    text("VendorGroupId", 10, "Vendor group", mandatory=True),
    text("Description", 60),
    text("DefaultPaymentTermName", 10, "Terms of payment"),
    text("ClearingPeriodPaymentTermName", 10, "Clearing period"),
    text("DefaultDimensionDisplayValue", 500),
    texts(10, "DefaultTaxGroupCode", "VendorAccountNumberSequence"),
    texts(20, "AccountingCurrencyExchangeRateType", "ReportingCurrencyExchangeRateType"),
    choice("IsExcludedFromSearchResults", enums.NO_YES),
    choice("IsPublicSector_IT", enums.NO_YES),
    label="Vendor groups",
    number=1411,
    key=("dataAreaId", "VendorGroupId"),
    references=(
        Reference(("DefaultPaymentTermName",), "PaymentTerms"),
        Reference(("ClearingPeriodPaymentTermName",), "PaymentTerms"),
    ),
)


def _yes_or_no(*names: str) -> Iterator[Column]:
    return (choice(name, enums.NO_YES) for name in names)


VENDORS = entity(
    "VendorsV2",
    "VendorV2",
    "VendVendorV2Entity",
    text("VendorAccountNumber", 20, "Vendor account", mandatory=True),
    text("VendorGroupId", 10, "Vendor group", mandatory=True),
    text("CurrencyCode", 3, "Currency", mandatory=True),
    text("VendorOrganizationName", 100, "Name"),
    texts(25, "PersonFirstName", "PersonLastName"),
    text("VendorKnownAsName", 100),
    text("VendorPartyType", 20, default="Organization"),
    text("VendorPartyNumber", 40, sequence="DIR"),
    text("LanguageId", 7, "Language", default="en-us"),
    text("InvoiceVendorAccountNumber", 20, "Invoice account"),
    texts(10, "DefaultPaymentTermsName", "DefaultPaymentScheduleName", "DefaultPaymentDayName"),
    texts(10, "DefaultVendorPaymentMethodName", "SalesTaxGroupCode", "CreditRating"),
    texts(20, "PrimaryContactPersonId", "OurAccountNumber", "PaymentId", "DUNSNumber", "OrganizationNumber"),
    text("PrimaryEmailAddress", 80),
    texts(20, "PrimaryPhoneNumber", "PrimaryFaxNumber"),
    text("PrimaryURL", 255),
    text("AddressDescription", 60),
    text("AddressStreet", 250),
    text("AddressCity", 60),
    texts(10, "AddressCountryRegionId", "AddressCountyId", "AddressStateId", "AddressZipCode", "AddressStreetNumber"),
    text("AddressCountryRegionISOCode", 2),
    choice("OnHoldStatus", enums.CUST_VENDOR_BLOCKED),
    dates("VendorHoldReleaseDate"),
    _yes_or_no("ArePricesIncludingSalesTax", "HasOnlyTakenBids", "IsForeignEntity", "IsMinorityOwned"),
    _yes_or_no("IsOneTimeVendor", "IsOwnerDisabled", "IsServiceVeteranOwned", "IsVendorLocallyOwned"),
    _yes_or_no("IsVendorLocatedInHUBZone", "IsWomanOwner"),
    reals("CreditLimit"),
    wholes("OrganizationEmployeeAmount"),
    label="Vendors",
    number=1412,
    key=("dataAreaId", "VendorAccountNumber"),
    references=(
        Reference(("VendorGroupId",), "VendorGroups"),
        Reference(("CurrencyCode",), "Currencies"),
        Reference(("DefaultPaymentTermsName",), "PaymentTerms"),
        Reference(("DefaultPaymentScheduleName",), "PaymentSchedules"),
        Reference(("DefaultPaymentDayName",), "PaymentDaysCds"),
        Reference(("InvoiceVendorAccountNumber",), "VendorsV2"),
    ),
    data_sources=3,
)
