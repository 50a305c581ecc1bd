"""Where stocked materials lie. The Supply Chain maps bring both tables; that their company is msdyn_companyid is unconfirmed."""

from __future__ import annotations

from tests.twin.dataverse.schema import lookup, table, text

STOCK = (
    table(
        "msdyn_operationalsite",
        text("msdyn_name", 100),
        text("msdyn_siteid", 20),
        lookup("msdyn_companyid", "cdm_company", navigation="msdyn_CompanyId", on_delete="restrict"),
        keys=[("msdyn_siteid", "msdyn_companyid")],
    ),
    table(
        "msdyn_warehouse",
        text("msdyn_name", 100),
        text("msdyn_warehouseidentifier", 20),
        lookup("msdyn_companyid", "cdm_company", navigation="msdyn_CompanyId", on_delete="restrict"),
        keys=[("msdyn_warehouseidentifier", "msdyn_companyid")],
    ),
)
