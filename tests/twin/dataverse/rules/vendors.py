"""Vendors: the template workflow makes the account that project tables look up."""

from __future__ import annotations

from tests.twin.dataverse.act import Act

_VENDOR = 11  # account.customertypecode


async def vendor_arrives(act: Act) -> None:
    """Make the account of a vendor, unless the company has one of that number, or nobody activated the workflow."""
    if not act.settings.accounts_from_vendors:
        return
    number, company = act.row.get("msdyn_vendoraccountnumber"), act.row.get("msdyn_company")
    accounts = act.run.transaction.having("account", "accountnumber", number) if number and company else ()
    if number is None or company is None or any(row.get("msdyn_company") == company for _, row in accounts):
        return
    columns = {"accountnumber": number, "name": act.row.get("msdyn_name"), "msdyn_company": company}
    await act.create("account", {**columns, "customertypecode": _VENDOR, "msdyn_vendor": act.reference})
