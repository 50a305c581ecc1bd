"""Two companies, and a vendor of either: where expenses, subcontracts and invoices of all kinds begin."""

from __future__ import annotations

from typing import Any

from shared.errors import Missing
from tests.sync.stage import Stage, id_of

VENDORS = "vendors_to_dataverse"


async def two_companies() -> Stage:
    """The stage, with a second company, a category and units."""
    stage = await Stage().begin()
    await stage.enter("cdm_companies", "GBPM", cdm_companycode="GBPM", cdm_name="Contoso UK")
    await stage.enter("transactioncurrencies", "GBP", isocurrencycode="GBP", currencyname="GBP", currencysymbol="£")
    await stage.enter("msdyn_transactioncategories", "TCN-7", msdyn_transactioncategorynumber="TCN-7")
    await stage.enter("uoms", "hr", msdyn_symbol="hr", name="Hour", msdyn_externalunitclassname="Time")
    return stage


def in_company(name: str) -> dict[str, str]:
    """Put a row of a project table into a company, by the test's name of that."""
    return {"msdyn_OwningCompany@odata.bind": f"/cdm_companies({id_of(name)})"}


def only(stage: Stage, table: str) -> dict[str, Any]:
    """The one row of a Dataverse table."""
    (row,) = stage.world.dataverse.rows(table)
    return row


async def missing(stage: Stage, direction: str, key: str) -> Missing | None:
    """What a row is parked for, if it is."""
    row = await stage.services.parked.find(direction, key)
    return None if row is None else Missing(row.missing_map, row.missing_key)


async def vendor(stage: Stage, company: str = "usmf") -> str:
    """Enter a vendor in Finance; give its key text."""
    group = {"dataAreaId": company, "VendorGroupId": "10", "Description": "Services"}
    await stage.world.in_finance.does("POST", "VendorGroups", group)
    number = {"VendorAccountNumber": "V-1", "VendorOrganizationName": "Quay Scaffolding"}
    body = {"dataAreaId": company, **number, "VendorGroupId": "10", "CurrencyCode": "USD"}
    await stage.world.in_finance.does("POST", "VendorsV2", body)
    return f"{company}|V-1"


async def vendor_arrives(stage: Stage, company: str = "usmf") -> str:
    """Enter a vendor in Finance and let it go to Dataverse, which makes an account of it; give that one's id."""
    code = {"usmf": "company", "gbpm": "GBPM"}[company]
    bound = {"msdyn_Company@odata.bind": f"/cdm_companies({id_of(code)})"}
    await stage.enter("msdyn_vendorgroups", f"group 10 of {company}", msdyn_vendorgroup="10", **bound)
    await stage.heard(VENDORS, await vendor(stage, company))
    accounts = (row for row in stage.world.dataverse.rows("account") if row["accountnumber"] == "V-1")
    return next(str(row["accountid"]) for row in accounts if row["_msdyn_company_value"] == id_of(code))
