"""The row of Dataverse that contracts need and no map brings: the unit that makes them, which is Dataverse's own."""

from __future__ import annotations

from tests.local.demo.people import COMPANY, People, bind

CONTRACTING_UNIT = "Contoso Consulting"
_CURRENCY = "USD"


async def enter_contracting_unit(people: People) -> bool:
    """Enter it, unless files of the user's brought it; whether it was entered."""
    condition = f"msdyn_name eq '{CONTRACTING_UNIT}'"
    if await people.row("msdyn_organizationalunits", condition, "createdon") is not None:
        return False
    currency = await people.id_of("transactioncurrencies", "transactioncurrencyid", f"isocurrencycode eq '{_CURRENCY}'")
    company = await people.id_of("cdm_companies", "cdm_companyid", f"cdm_companycode eq '{COMPANY}'")
    columns = {
        "msdyn_name": CONTRACTING_UNIT,
        "msdyn_Currency@odata.bind": bind("transactioncurrencies", currency),
        "msdyn_Company@odata.bind": bind("cdm_companies", company),
    }
    await people.create("msdyn_organizationalunits", condition, columns)
    return True


async def contracting_unit(people: People) -> str:
    """The id of the unit that contracts of the demo's company are made by."""
    return await people.id_of(
        "msdyn_organizationalunits", "msdyn_organizationalunitid", f"msdyn_name eq '{CONTRACTING_UNIT}'"
    )
