"""What Dataverse demands of units, products and vendors, and what its own logic makes of them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.twin.dataverse import DataverseTwin
from tests.twin.dataverse.api import Api
from tests.twin.dataverse.rules.products import UNIT_GUARD

HOUR = {"msdyn_symbol": "hr", "name": "hr", "msdyn_externalunitclassname": "Time"}
ACTIVE, DRAFT = (0, 1), (2, 0)


@pytest.fixture
def twin() -> DataverseTwin:
    return DataverseTwin(seed=3)


@pytest.fixture
def api(twin: DataverseTwin) -> Api:
    return Api(twin)


async def product(api: Api, **columns: Any) -> dict[str, Any]:
    company = await api.create("cdm_companies", {"cdm_companycode": "USMF"})
    bound = {"msdyn_CompanyId@odata.bind": f"/cdm_companies({company})"}
    await api.create("products", {"msdyn_productnumber": "S0017", "name": "Inspection", **bound, **columns})
    (row,) = await api.rows("products")
    return row


async def test_units_of_one_class_share_a_group_with_a_base_unit_of_its_own(api: Api) -> None:
    await api.create("uoms", HOUR)
    await api.create("uoms", {**HOUR, "msdyn_symbol": "day", "name": "day"})
    (group,) = await api.rows("uomschedules")
    units = {row["name"]: row for row in await api.rows("uoms")}
    base = units["Time base unit"]
    assert (group["name"], base["isschedulebaseuom"], base["msdyn_symbol"]) == ("Time", True, None)
    assert {row["_uomscheduleid_value"] for row in units.values()} == {group["uomscheduleid"]}
    assert units["hr"]["_baseuom_value"] == units["day"]["_baseuom_value"] == base["uomid"]


async def test_a_unit_without_group_and_class_is_refused(api: Api) -> None:
    answer = await api.post("uoms", {"msdyn_symbol": "hr", "name": "hr"})
    error = answer.json()["error"]
    assert (answer.status, error["code"]) == (400, "0x80043b0a")
    assert await api.rows("uoms") == []


async def test_a_product_gets_its_units_group_and_a_number_of_company_and_product(api: Api) -> None:
    unit = await api.create("uoms", HOUR)
    row = await product(api, **{"defaultuomid@odata.bind": f"/uoms({unit})"})
    (group,) = await api.rows("uomschedules")
    assert (row["productnumber"], row["_defaultuomscheduleid_value"]) == ("USMFS0017", group["uomscheduleid"])
    assert (row["statecode"], row["statuscode"]) == ACTIVE


async def test_a_product_is_a_draft_where_the_system_setting_says_so(twin: DataverseTwin, api: Api) -> None:
    twin.settings.active_products = False
    unit = await api.create("uoms", HOUR)
    row = await product(api, **{"defaultuomid@odata.bind": f"/uoms({unit})"})
    assert (row["statecode"], row["statuscode"]) == DRAFT


async def test_a_product_without_a_unit_is_refused(api: Api) -> None:
    answer = await api.post("products", {"msdyn_productnumber": "S0017", "name": "Inspection"})
    assert (answer.status, answer.json()["error"]["message"]) == (400, UNIT_GUARD)


async def test_no_account_is_made_of_a_vendor_while_the_workflow_is_not_activated(
    twin: DataverseTwin, api: Api
) -> None:
    company = await api.create("cdm_companies", {"cdm_companycode": "USMF"})
    bound = {"msdyn_Company@odata.bind": f"/cdm_companies({company})"}
    twin.settings.accounts_from_vendors = False
    await api.create("msdyn_vendors", {"msdyn_vendoraccountnumber": "V1", **bound})
    assert await api.rows("accounts") == []
    twin.settings.accounts_from_vendors = True
    await api.create("msdyn_vendors", {"msdyn_vendoraccountnumber": "V2", **bound})
    assert [row["accountnumber"] for row in await api.rows("accounts")] == ["V2"]
