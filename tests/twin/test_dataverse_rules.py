"""What the product's plug-ins do: guards and reactions."""

from __future__ import annotations

from typing import Any

import pytest
import simplejson

from tests.twin.dataverse import DataverseTwin
from tests.twin.dataverse.api import Api
from tests.twin.dataverse.registration import register_endpoint, register_step
from tests.twin.dataverse.rules.companies import COMPANY_GUARD, CURRENCY_GUARD
from tests.twin.dataverse.rules.contracts import PRIMARY_CUSTOMER_GUARD
from tests.twin.events import Post
from tests.twin.http import Response

RULES = "msdyn_projectcontractsplitbillingrules"


@pytest.fixture
def posts() -> list[Post]:
    return []


@pytest.fixture
def api(posts: list[Post]) -> Api:
    async def send(post: Post) -> int:
        posts.append(post)
        return 202

    return Api(DataverseTwin(seed=13, send=send))


def words(answer: Response) -> tuple[int, str, str]:
    error = answer.json()["error"]
    return answer.status, error["code"], error["message"]


async def contract(api: Api, **columns: Any) -> tuple[str, str]:
    account = await api.create("accounts", {"accountnumber": "US-001", "name": "Contoso"})
    body = {"ordernumber": "K1", "msdyn_ordertype": 192350001, "customerid_account@odata.bind": f"/accounts({account})"}
    return await api.create("salesorders", {**body, **columns}), account


async def test_a_work_based_contract_gets_its_primary_customer(api: Api) -> None:
    order, account = await contract(api)
    rule = (await api.rows(RULES))[0]
    assert (rule["msdyn_name"], rule["_msdyn_customer_value"]) == ("US-001", account)
    assert rule["_msdyn_projectcontract_value"] == order


async def test_an_item_based_order_gets_none(api: Api) -> None:
    await contract(api, msdyn_ordertype=192350000)
    assert await api.rows(RULES) == []


async def test_a_new_customer_joins_and_the_old_one_stays(api: Api) -> None:
    order, _ = await contract(api)
    other = await api.create("accounts", {"accountnumber": "US-002"})
    await api.patch(f"salesorders({order})", {"customerid_account@odata.bind": f"/accounts({other})"})
    assert sorted(row["msdyn_name"] for row in await api.rows(RULES)) == ["US-001", "US-002"]


async def test_the_primary_customer_goes_only_with_the_contract(api: Api) -> None:
    order, _ = await contract(api)
    rule = (await api.rows(RULES))[0]["msdyn_projectcontractsplitbillingruleid"]
    assert words(await api.delete(f"{RULES}({rule})")) == (400, "0x80040265", PRIMARY_CUSTOMER_GUARD)
    assert (await api.delete(f"salesorders({order})")).status == 204
    assert await api.rows(RULES) == []


async def test_reactions_are_told_one_level_deeper_with_the_same_correlation(api: Api, posts: list[Post]) -> None:
    endpoint = await register_endpoint(api, "dw", "https://dw.example/hook", "k3y")
    await register_step(api, endpoint, "salesorder", "Create")
    await register_step(api, endpoint, "msdyn_projectcontractsplitbillingrule", "Create")
    await register_step(api, endpoint, "msdyn_projectcontractsplitbillingrule", "Delete")
    order, _ = await contract(api)
    await api.delete(f"salesorders({order})")
    twin = api.twin
    assert isinstance(twin, DataverseTwin)
    await twin.events.flush()
    contexts = [simplejson.loads(post.body) for post in posts]
    assert [(context["MessageName"], context["Depth"]) for context in contexts] == [
        ("Create", 1), ("Create", 2), ("Delete", 2),
    ]  # fmt: skip
    outer, inner, _ = contexts
    assert inner["CorrelationId"] == outer["CorrelationId"]
    assert inner["InitiatingUserId"] == outer["InitiatingUserId"] != inner["UserId"]
    assert inner["ParentContext"]["ParentContext"]["PrimaryEntityName"] == "salesorder"


async def test_a_company_brings_a_business_unit_and_the_team_that_owns_its_rows(api: Api) -> None:
    company = await api.create("cdm_companies", {"cdm_companycode": "usmf"})
    team = (await api.rows("teams?$filter=name eq 'usmf'"))[0]
    assert len(await api.rows("businessunits?$filter=name eq 'usmf'")) == 1
    await api.create("accounts", {"name": "x", "msdyn_Company@odata.bind": f"/cdm_companies({company})"})
    row = (await api.rows("accounts"))[0]
    assert (row["_ownerid_value"], row["_owningbusinessunit_value"]) == (team["teamid"], team["_businessunitid_value"])


async def test_linking_a_project_to_a_line_fills_its_contract_and_customer(api: Api) -> None:
    order, account = await contract(api)
    project = await api.create("msdyn_projects", {"msdyn_subject": "P"})
    bind = {
        "salesorderid@odata.bind": f"/salesorders({order})",
        "msdyn_Project@odata.bind": f"/msdyn_projects({project})",
    }
    await api.create("salesorderdetails", {"productdescription": "Work", "priceperunit": 10, "quantity": 3, **bind})
    row = (await api.rows("msdyn_projects"))[0]
    assert (row["_msdyn_salesorderid_value"], row["_msdyn_customer_value"]) == (order, account)
    line = (await api.rows("salesorderdetails"))[0]
    assert (line["sequencenumber"], line["extendedamount"]) == (1, 30)


async def test_the_company_cannot_be_changed(api: Api) -> None:
    first, second = [await api.create("cdm_companies", {"cdm_companycode": code}) for code in ("usmf", "gbpm")]
    project = await api.create("msdyn_projects", {"msdyn_OwningCompany@odata.bind": f"/cdm_companies({first})"})
    change = {"msdyn_OwningCompany@odata.bind": f"/cdm_companies({second})"}
    same = {"msdyn_OwningCompany@odata.bind": f"/cdm_companies({first})"}
    assert words(await api.patch(f"msdyn_projects({project})", change)) == (400, "0x80040265", COMPANY_GUARD)
    assert (await api.patch(f"msdyn_projects({project})", same)).status == 204


async def test_the_unit_s_currency_must_be_the_ledger_s(api: Api) -> None:
    company = await api.create("cdm_companies", {"cdm_companycode": "usmf"})
    usd, eur = [
        await api.create("transactioncurrencies", {"isocurrencycode": code, "currencyname": code})
        for code in ("USD", "EUR")
    ]
    unit = await api.create(
        "msdyn_organizationalunits", {"msdyn_Currency@odata.bind": f"/transactioncurrencies({eur})"}
    )
    body = {
        "msdyn_OwningCompany@odata.bind": f"/cdm_companies({company})",
        "msdyn_contractorganizationalunitId@odata.bind": f"/msdyn_organizationalunits({unit})",
    }
    refused = (400, "0x80040265", CURRENCY_GUARD)
    assert words(await api.post("msdyn_projects", body)) == refused  # no ledger at all
    ledger = {
        "msdyn_Company@odata.bind": f"/cdm_companies({company})",
        "msdyn_AccountingCurrency@odata.bind": f"/transactioncurrencies({usd})",
    }
    ledger_id = await api.create("msdyn_ledgers", ledger)
    assert words(await api.post("msdyn_projects", body)) == refused
    await api.patch(
        f"msdyn_ledgers({ledger_id})", {"msdyn_AccountingCurrency@odata.bind": f"/transactioncurrencies({eur})"}
    )
    assert (await api.post("msdyn_projects", body)).status == 204


async def test_deleting_a_project_takes_its_tasks_and_lets_go_of_lines(api: Api) -> None:
    order, _ = await contract(api)
    project = await api.create("msdyn_projects", {"msdyn_subject": "P"})
    bind = {"msdyn_Project@odata.bind": f"/msdyn_projects({project})"}
    await api.create("salesorderdetails", {"salesorderid@odata.bind": f"/salesorders({order})", **bind})
    await api.create("msdyn_projecttasks", {"msdyn_project@odata.bind": f"/msdyn_projects({project})"})
    assert (await api.delete(f"msdyn_projects({project})")).status == 204
    assert await api.rows("msdyn_projecttasks") == []
    assert (await api.rows("salesorderdetails"))[0]["_msdyn_project_value"] is None


async def test_a_company_in_use_cannot_be_deleted(api: Api) -> None:
    company = await api.create("cdm_companies", {"cdm_companycode": "usmf"})
    await api.create("accounts", {"msdyn_Company@odata.bind": f"/cdm_companies({company})"})
    assert (await api.delete(f"cdm_companies({company})")).status == 405


async def test_a_vendor_becomes_an_account(api: Api) -> None:
    company = await api.create("cdm_companies", {"cdm_companycode": "usmf"})
    bind = {"msdyn_Company@odata.bind": f"/cdm_companies({company})"}
    await api.create("msdyn_vendors", {"msdyn_vendoraccountnumber": "V1", "msdyn_name": "Fabrikam", **bind})
    account = (await api.rows("accounts"))[0]
    assert (account["accountnumber"], account["customertypecode"]) == ("V1", 11)
