"""Rows of Dataverse that lookups need and no map of this deployment brings: entered by people, as set-up.

Customer groups, terms of payment, units and ledgers exist in Finance with the same keys; the contracting unit is
Dataverse's own. A row that is there already, from files of the user's, is left as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tests.local.demo.people import COMPANY, People, bind

CONTRACTING_UNIT = "Contoso Consulting"
_COMPANIES = {"usmf": "USD", "uspm": "USD", "gbpm": "GBP"}
_GROUPS = {"10": "Wholesale customers", "20": "Major customers", "30": "Retail customers"}
_TERMS = {"Net10": 10, "Net30": 30, "Net45": 45, "N60": 60, "Net 30": 30, "Net 45": 45, "Net 60": 60}
_UNITS = {"ea": ("Each", 0), "hr": ("Hour", 2)}


async def enter_setup_rows(people: People) -> int:
    """Enter what is not there yet; give how many rows were entered."""
    entered = 0
    companies = {code: await _company(people, code) for code in _COMPANIES}
    currencies = {code: await _currency(people, code) for code in set(_COMPANIES.values())}
    for collection, condition, columns in _rows(companies, currencies):
        if await people.row(collection, condition, "createdon") is None:
            await people.create(collection, condition, columns)
            entered += 1
    return entered


async def contracting_unit(people: People) -> str:
    """The id of the unit that contracts of the demo's company are made by."""
    return await people.id_of(
        "msdyn_organizationalunits", "msdyn_organizationalunitid", f"msdyn_name eq '{CONTRACTING_UNIT}'"
    )


def _rows(companies: Mapping[str, str], currencies: Mapping[str, str]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Collection, the condition that finds the row, and its columns."""
    for symbol, (name, digits) in _UNITS.items():
        columns = {"name": name, "msdyn_symbol": symbol, "msdyn_decimalprecision": digits}
        yield "uoms", f"msdyn_symbol eq '{symbol}'", columns
    for code, company in companies.items():
        of_company = {"msdyn_Company@odata.bind": bind("cdm_companies", company)}
        there = f"_msdyn_company_value eq {company}"
        currency = {"msdyn_AccountingCurrency@odata.bind": bind("transactioncurrencies", currencies[_COMPANIES[code]])}
        yield "msdyn_ledgers", there, {"msdyn_name": code, **of_company, **currency}
        for group, text in _GROUPS.items():
            columns = {"msdyn_groupid": group, "msdyn_description": text, **of_company}
            yield "msdyn_customergroups", f"msdyn_groupid eq '{group}' and {there}", columns
        for terms, days in _TERMS.items():
            columns = {"msdyn_name": terms, "msdyn_description": f"{days} days", "msdyn_days": days, **of_company}
            yield "msdyn_paymentterms", f"msdyn_name eq '{terms}' and {there}", columns
    own = {
        "msdyn_name": CONTRACTING_UNIT,
        "msdyn_Currency@odata.bind": bind("transactioncurrencies", currencies[_COMPANIES[COMPANY]]),
        "msdyn_Company@odata.bind": bind("cdm_companies", companies[COMPANY]),
    }
    yield "msdyn_organizationalunits", f"msdyn_name eq '{CONTRACTING_UNIT}'", own


async def _company(people: People, code: str) -> str:
    return await people.id_of("cdm_companies", "cdm_companyid", f"cdm_companycode eq '{code}'")


async def _currency(people: People, code: str) -> str:
    return await people.id_of("transactioncurrencies", "transactioncurrencyid", f"isocurrencycode eq '{code}'")
