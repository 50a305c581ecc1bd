"""Rows to translate, as the Dataverse client gives them: realistic ones, and ones with all the holes that real rows have."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

Row = dict[str, Any]

_PROJECT: Row = {
    "msdyn_projectid": "9f3c2f6e-9c8e-4ff2-8f0c-3f1f3c9b6a11",
    "msdyn_projectnumber": "PRJ-004217",
    "msdyn_subject": "Harbour crane modernisation, phase two: drives, cabins and control room",
    "msdyn_description": "Replacement of the main drives of cranes 3 to 7, in the order of the port's summer plan.",
    "msdyn_scheduledstart": "2026-03-02T08:00:00Z",
    "msdyn_finish": "2026-11-27T17:00:00Z",
    "msdyn_actualstart": "2026-03-09T08:00:00Z",
    "msdyn_actualend": None,
    "statecode": 0,
    "msdyn_effort": Decimal("4160.5"),
    "msdyn_istemplate": False,
    "msdyn_owningcompany": {"cdm_companycode": "USMF", "cdm_companyid": "0c5f0f2a-2f0e-4c54-9a45-000000000001"},
    "msdyn_salesorderid": {"ordernumber": "ORD-01083-K7N2F4", "salesorderid": "0c5f0f2a-2f0e-4c54-9a45-000000000002"},
    "msdyn_customer": {"accountnumber": "C-1001", "accountid": "0c5f0f2a-2f0e-4c54-9a45-000000000003"},
}

_CONTRACT_LINE: Row = {
    "salesorderdetailid": "9f3c2f6e-9c8e-4ff2-8f0c-3f1f3c9b6a12",
    "sequencenumber": 2,
    "productdescription": "Engineering, time and material",
    "msdyn_billingmethod": 192350000,
    "msdyn_includetime": True,
    "msdyn_includeexpense": True,
    "msdyn_includefee": False,
    "msdyn_includematerial": False,
    "extendedamount": Decimal("184250.0000"),
    "priceperunit": Decimal("137.5000"),
    "quantity": Decimal("1340.0000000000"),
    "msdyn_billingstartdate": "2026-03-02",
    "producttypecode": 5,
    "salesorderid": {"ordernumber": "ORD-01083-K7N2F4", "msdyn_owningcompany": {"cdm_companycode": "USMF"}},
    "msdyn_project": {"msdyn_projectnumber": "PRJ-004217"},
    "uomid": {"msdyn_symbol": "hr"},
}

_CUSTOMER: Row = {
    "accountid": "9f3c2f6e-9c8e-4ff2-8f0c-3f1f3c9b6a13",
    "accountnumber": "C-1001",
    "address2_city": "Tacoma",
    "address2_country": "US",
    "address2_county": "Pierce",
    "address2_stateorprovince": "WA",
    "address2_line1": "1 Sitcum Plaza\nAccounts payable",
    "address2_postalcode": "98421",
    "creditlimit": Decimal("250000.0000"),
    "address1_city": "Tacoma",
    "address1_country": "US",
    "address1_county": "Pierce",
    "address1_postalcode": "98421",
    "address1_line1": "1 Sitcum Plaza, gate 4",
    "address1_stateorprovince": "WA",
    "name": "Harbour Authority of the North-West ",
    "numberofemployees": 640,
    "emailaddress1": "ap@harbour.example",
    "fax": "+1 253 555 0199",
    "telephone1": "+1 253 555 0100",
    "primarytwitterid": None,
    "websiteurl": "https://harbour.example",
    "description": "Invoices by the 25th; purchase order number on every page.",
    "msdyn_creditlimitismandatory": True,
    "msdyn_creditrating": "AA",
    "msdyn_identificationnumber": "91-1234567",
    "msdyn_onetimecustomer": False,
    "msdyn_onholdstatus": 806380001,
    "msdyn_partycountry": "US",
    "msdyn_partystateprovince": "WA",
    "msdyn_paymenttermsbasedays": 30,
    "msdyn_primaryfacebookid": None,
    "msdyn_faxextension": None,
    "msdyn_primarylinkedinid": "harbour-authority",
    "msdyn_taxexemptnumber": "",
    "msdyn_telephone1extension": "12",
    "msdyn_partynumber": "000002371",
    "customertypecode": 3,
    "msdyn_company": {"cdm_companycode": "USMF"},
    "transactioncurrencyid": {"isocurrencycode": "USD"},
    "msdyn_customergroupid": {"msdyn_groupid": "10"},
    "msdyn_billingaccount": {"accountnumber": "C-1000"},
    "msdyn_paymentday": None,
    "msdyn_customerpaymentmethod": {"msdyn_name": "CHECK"},
    "msdyn_paymentschedule": None,
    "msdyn_paymentterm": {"msdyn_name": "Net30"},
    "msdyn_vendor": None,
    "primarycontactid": {"msdyn_contactpersonid": "000000412"},
    "msdyn_salestaxgroup": {"msdyn_name": "WA-TAC"},
}

#: What every row has set, even a bare one.
_NEVER_EMPTY = {"statecode", "msdyn_billingmethod", "sequencenumber"}

#: A realistic row of each map, by the id of the map.
FULL: Mapping[str, Row] = {"projects": _PROJECT, "contract_lines": _CONTRACT_LINE, "customers": _CUSTOMER}


def bare(row: Row) -> Row:
    """Empty every column that may be empty."""
    return {name: value if name in _NEVER_EMPTY else None for name, value in row.items()}


def odd(row: Row) -> Row:
    """Fill the columns with what people and systems leave behind: blanks around, values that no map knows."""
    return {name: _odd(value) for name, value in row.items()}


def _odd(value: Any) -> Any:
    match value:
        case bool() | None:
            return value
        case str():
            return f"{value}  "
        case int():
            return value + 700
        case Decimal():
            return value + Decimal("0.0050")
        case dict():
            return odd(value)
    raise TypeError(f"no row holds a {type(value)}")
