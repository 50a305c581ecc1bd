"""Three maps as an engineer would write them who has no mapping core: one function each, from a Dataverse row to agreed values.

They are what the compiled maps are measured against, so nothing of `shared.mapping` helps them but the type of a value
without a counterpart, which both must give. That both say the same of the same row is a test.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from shared.mapping.values import Unmatched

Row = Mapping[str, Any]
Values = dict[str, Any]

_NO_ROW: Row = {}
_CENT, _FOUR_PLACES, _FIVE_PLACES = Decimal("0.01"), Decimal("0.0001"), Decimal("0.00001")
_ZERO = Decimal(0)
_STAGES = {0: "InProcess", 1: "Completed"}
_METHODS = {192350000: "TimeMaterial", 192350001: "FixedPrice"}
_ON_HOLD = {806380000, 806380001, 806380002, 806380003, 806380004, 806380005}
_NOT_ON_HOLD = 806380000


def project(row: Row) -> Values:
    """Read a row of msdyn_project for ProjectsV2."""
    company = row["msdyn_owningcompany"] or _NO_ROW
    contract = row["msdyn_salesorderid"] or _NO_ROW
    customer = row["msdyn_customer"] or _NO_ROW
    begin = _day(row["msdyn_scheduledstart"])
    end = _day(row["msdyn_finish"])
    return {
        "dataAreaId": _company(company.get("cdm_companycode")),
        "ProjectId": _text(row["msdyn_projectnumber"]),
        "ProjectName": _first_60(row["msdyn_subject"]),
        "Description": _text(row["msdyn_description"]),
        "ProjectedStartDate": begin,
        "ProjectedEndDate": end,
        "ActualStartDate": _day(row["msdyn_actualstart"]),
        "ActualEndDate": _day(row["msdyn_actualend"]),
        "ProjectContractId": _text(contract.get("ordernumber")),
        "CustomerAccountNumber": _text(customer.get("accountnumber")),
        "ProjectStage": _choice(row["statecode"], _STAGES),
        "ScheduleStartDate": begin,
        "ScheduleEndDate": end,
        "TotalPlannedEffortInHours": _rounded(row["msdyn_effort"], _CENT),
    }


def contract_line(row: Row) -> Values:
    """Read a row of salesorderdetail for ProjectContractLines."""
    order = row["salesorderid"] or _NO_ROW
    company = order.get("msdyn_owningcompany") or _NO_ROW
    project = row["msdyn_project"] or _NO_ROW
    unit = row["uomid"] or _NO_ROW
    method = _choice(row["msdyn_billingmethod"], _METHODS)
    return {
        "dataAreaId": _company(company.get("cdm_companycode")),
        "ProjectContractId": _text(order.get("ordernumber")),
        "LineSequenceNumber": int(row["sequencenumber"] or 0),
        "Description": _text(row["productdescription"]),
        "LineProjectId": _text(project.get("msdyn_projectnumber")),
        "BillingMethod": method,
        "LineType": method,
        "AreHourTransactionsIncluded": bool(row["msdyn_includetime"]),
        "AreExpenseTransactionsIncluded": bool(row["msdyn_includeexpense"]),
        "AreFeeTransactionsIncluded": bool(row["msdyn_includefee"]),
        "AreItemTransactionsIncluded": bool(row["msdyn_includematerial"]),
        "LineAmount": _rounded(row["extendedamount"], _CENT),
        "UnitPrice": _rounded(row["priceperunit"], _FOUR_PLACES),
        "Quantity": _rounded(row["quantity"], _FIVE_PLACES),
        "UnitSymbol": _text(unit.get("msdyn_symbol")),
        "StartDate": _day(row["msdyn_billingstartdate"]),
    }


def customer(row: Row) -> Values:
    """Read a row of account for CustomersV3."""
    return {
        "dataAreaId": _company((row["msdyn_company"] or _NO_ROW).get("cdm_companycode")),
        "CustomerAccount": _text(row["accountnumber"]),
        "InvoiceAddressCity": _text(row["address2_city"]),
        "InvoiceAddressCountryRegionISOCode": _text(row["address2_country"]),
        "InvoiceAddressCounty": _text(row["address2_county"]),
        "InvoiceAddressState": _text(row["address2_stateorprovince"]),
        "InvoiceAddressStreet": _text(row["address2_line1"]),
        "InvoiceAddressZipCode": _text(row["address2_postalcode"]),
        "CreditLimit": _rounded(row["creditlimit"], _CENT),
        "DeliveryAddressCity": _text(row["address1_city"]),
        "DeliveryAddressCountryRegionISOCode": _text(row["address1_country"]),
        "DeliveryAddressCounty": _text(row["address1_county"]),
        "DeliveryAddressZipCode": _text(row["address1_postalcode"]),
        "DeliveryAddressStreet": _text(row["address1_line1"]),
        "DeliveryAddressState": _text(row["address1_stateorprovince"]),
        "OrganizationName": _text(row["name"]),
        "OrganizationNumberOfEmployees": int(row["numberofemployees"] or 0),
        "PrimaryContactEmail": _text(row["emailaddress1"]),
        "PrimaryContactFax": _text(row["fax"]),
        "PrimaryContactPhone": _text(row["telephone1"]),
        "PrimaryContactTwitter": _text(row["primarytwitterid"]),
        "PrimaryContactURL": _text(row["websiteurl"]),
        "SalesCurrencyCode": _text((row["transactioncurrencyid"] or _NO_ROW).get("isocurrencycode")),
        "SalesMemo": _text(row["description"]),
        "CreditLimitIsMandatory": bool(row["msdyn_creditlimitismandatory"]),
        "CreditRating": _text(row["msdyn_creditrating"]),
        "CustomerGroupId": _text((row["msdyn_customergroupid"] or _NO_ROW).get("msdyn_groupid")),
        "IdentificationNumber": _text(row["msdyn_identificationnumber"]),
        "InvoiceAccount": _text((row["msdyn_billingaccount"] or _NO_ROW).get("accountnumber")),
        "IsOneTimeCustomer": bool(row["msdyn_onetimecustomer"]),
        "OnHoldStatus": _hold(row["msdyn_onholdstatus"]),
        "PartyCountry": _text(row["msdyn_partycountry"]),
        "PartyState": _text(row["msdyn_partystateprovince"]),
        "PaymentDay": _text((row["msdyn_paymentday"] or _NO_ROW).get("msdyn_name")),
        "PaymentMethod": _text((row["msdyn_customerpaymentmethod"] or _NO_ROW).get("msdyn_name")),
        "PaymentSchedule": _text((row["msdyn_paymentschedule"] or _NO_ROW).get("msdyn_name")),
        "PaymentTerms": _text((row["msdyn_paymentterm"] or _NO_ROW).get("msdyn_name")),
        "PaymentTermsBaseDays": int(row["msdyn_paymenttermsbasedays"] or 0),
        "PrimaryContactFacebook": _text(row["msdyn_primaryfacebookid"]),
        "PrimaryContactFaxExtension": _text(row["msdyn_faxextension"]),
        "PrimaryContactLinkedIn": _text(row["msdyn_primarylinkedinid"]),
        "TaxExemptNumber": _text(row["msdyn_taxexemptnumber"]),
        "VendorAccount": _text((row["msdyn_vendor"] or _NO_ROW).get("msdyn_vendoraccountnumber")),
        "PrimaryContactPhoneExtension": _text(row["msdyn_telephone1extension"]),
        "PartyNumber": _text(row["msdyn_partynumber"]),
        "ContactPersonId": _text((row["primarycontactid"] or _NO_ROW).get("msdyn_contactpersonid")),
        "SalesTaxGroup": _text((row["msdyn_salestaxgroup"] or _NO_ROW).get("msdyn_name")),
    }


#: By the id of the map.
BY_HAND: Mapping[str, Callable[[Row], Values]] = {
    "projects": project,
    "contract_lines": contract_line,
    "customers": customer,
}


def _text(raw: str | None) -> str | None:
    return (raw.rstrip() or None) if raw else None


def _first_60(raw: str | None) -> str | None:
    if not raw:
        return None
    text = raw.rstrip()
    if not text.isascii():  # Finance counts UTF-16
        text = text.encode("utf-16-le")[:120].decode("utf-16-le", "ignore")
    return text[:60].rstrip() or None


def _company(raw: str | None) -> str | None:
    return (raw.strip().lower() or None) if raw else None


def _day(raw: str | None) -> str | None:
    return raw[:10] if raw and not raw.startswith("1900-01-01") else None


def _rounded(raw: Any, step: Decimal) -> Decimal:
    return Decimal(raw).quantize(step, ROUND_HALF_UP) if raw else _ZERO


def _choice(raw: int | None, symbols: Mapping[int, str]) -> int | Unmatched:
    return raw if raw in symbols else Unmatched(raw, "no symbol")  # type: ignore[return-value] # None is no key


def _hold(raw: int | None) -> int | Unmatched:
    if raw is None:
        return _NOT_ON_HOLD
    return raw if raw in _ON_HOLD else Unmatched(raw, "no symbol")
