"""Usage of stocked materials: a map that is off until somebody switches it on, and creates only."""

from __future__ import annotations

from decimal import Decimal

import pytest

from shared.store.map_states import State
from tests.sync.office import COMPANY, Office

USAGE = "material_usage_to_dataverse"
KEY = f"{COMPANY}|PTR-1"


@pytest.fixture
async def office() -> Office:
    """An office with a product in store, of which Finance posted a packing slip line for the project."""
    office = await Office().open()
    bound = {"msdyn_CompanyId__cdm_companies": "USPM"}
    pallet = {"name": "Pallet", "msdyn_symbol": "pal", "msdyn_externalunitclassname": "Quantity"}
    await office.people.enter("uoms", "pallet", **pallet)
    brick = {"name": "Brick", "msdyn_productnumber": "M0042", "defaultuomid__uoms": "pallet"}
    await office.people.enter("products", "brick", **brick, **bound)
    await office.people.enter("msdyn_operationalsites", "site", msdyn_siteid="1", **bound)
    line = {
        "dataAreaId": COMPANY,
        "ProjectTransactionId": "PTR-1",
        "ProjectId": "PRJ-1",
        "ItemId": "M0042",
        "SalesQuantity": 2,
        "SalesUnit": "pal",
        "ShippingSiteId": "1",
        "ShipDate": "2026-08-27T12:00:00Z",
        "CostPrice": 1899.5,
    }
    await office.world.in_finance.does("POST", "ProjectMaterialUsageCreates", line)
    return office


async def switch_on(office: Office) -> None:
    """Let the map run, as somebody does who has the tenant's own."""
    maps = office.world.services.maps
    await maps.set(await maps.get("material_usage", fresh=True), state=State.RUNNING)


async def test_a_map_that_waits_for_a_tenants_own_does_not_run_by_itself(office: Office) -> None:
    await office.heard(USAGE, KEY)
    assert office.world.dataverse.rows("msdyn_materialusagelog") == []
    assert await office.errors() == []


async def test_a_packing_slip_line_becomes_one_usage_entry_that_dataverse_approves(office: Office) -> None:
    await switch_on(office)
    for _ in range(2):
        await office.heard(USAGE, KEY)
    (entry,) = office.world.dataverse.rows("msdyn_materialusagelog")
    assert (entry["msdyn_quantity"], entry["msdyn_unitcost"]) == (Decimal(2), Decimal("1899.5"))
    assert entry["_msdyn_project_value"] == office.people["PRJ-1"]
    assert entry["_msdyn_product_value"] == office.people["brick"]
    assert (entry["_msdyn_site_value"], entry["_msdyn_warehouse_value"]) == (office.people["site"], None)
    assert await office.world.dataverse.run_system_jobs() == {"succeeded": 1, "failed": 0}
    (cost,) = await office.people.actuals()
    assert (cost["msdyn_quantity"], cost["msdyn_amount"]) == (Decimal(2), Decimal(3799))


async def test_a_line_that_finance_changes_afterwards_is_an_error_and_no_other_usage(office: Office) -> None:
    await switch_on(office)
    await office.heard(USAGE, KEY)
    address = f"ProjectMaterialUsageCreates(dataAreaId='{COMPANY}',ProjectTransactionId='PTR-1')"
    await office.world.in_finance.does("PATCH", address, {"SalesQuantity": 3})
    await office.heard(USAGE, KEY)
    (record,) = await office.errors()
    assert "rows of msdyn_materialusagelog are not changed in Dataverse" in record.message
    (entry,) = office.world.dataverse.rows("msdyn_materialusagelog")
    assert entry["msdyn_quantity"] == Decimal(2)
