"""Products as far as projects use them. A product belongs to a company (msdyn_companyid, not msdyn_company)."""

from __future__ import annotations

from tests.twin.dataverse.schema import lookup, memo, money, state, table, text, whole

_STATES = {0: "Active", 1: "Retired", 2: "Draft", 3: "Under Revision"}
_STATUSES = {1: (0, "Active"), 2: (1, "Retired"), 0: (2, "Draft"), 3: (3, "Under Revision")}

PRODUCTS = (
    table("uomschedule", text("name", 200), memo("description"), primary_name="name", owned=False),
    table(
        "product",
        text("name", 100),
        text("productnumber", 100),
        text("msdyn_productnumber", 70),
        memo("description"),
        lookup("msdyn_companyid", "cdm_company", navigation="msdyn_CompanyId", on_delete="restrict"),
        lookup("defaultuomid", "uom"),
        lookup("defaultuomscheduleid", "uomschedule"),
        money("price"),
        money("currentcost"),
        whole("quantitydecimal", 0, 5),
        *state(_STATES, _STATUSES),
        primary_name="name",
        keys=[("msdyn_productnumber", "msdyn_companyid")],
        owned=False,
    ),
)
