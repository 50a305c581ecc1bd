"""What the Web API answers to writes: statuses, headers, codes."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.twin.dataverse import DataverseTwin
from tests.twin.dataverse.api import Api
from tests.twin.http import Response

A = "11111111-1111-4111-8111-111111111111"
NOWHERE = "99999999-9999-4999-8999-999999999999"


@pytest.fixture
def twin() -> DataverseTwin:
    return DataverseTwin(seed=7)


@pytest.fixture
def api(twin: DataverseTwin) -> Api:
    return Api(twin)


def code(answer: Response) -> tuple[int, str]:
    return answer.status, answer.json()["error"]["code"]


async def test_a_post_answers_204_and_names_the_row(api: Api) -> None:
    answer = await api.post("accounts", {"name": "Adatum"})
    assert (answer.status, answer.body) == (204, b"")
    assert answer.headers["OData-EntityId"].startswith("https://contoso.crm4.dynamics.com/api/data/v9.2/accounts(")


async def test_a_post_answers_201_with_the_row_when_asked_to(api: Api) -> None:
    answer = await api.post("accounts?$select=name", {"name": "Adatum"}, prefer="return=representation")
    assert answer.status == 201
    assert answer.headers["Preference-Applied"] == "return=representation"
    assert answer.json()["name"] == "Adatum"
    assert answer.json()["@odata.etag"].startswith('W/"')


async def test_a_patch_creates_what_is_not_there(api: Api) -> None:
    assert (await api.patch(f"accounts({A})", {"name": "Adatum"})).status == 204
    created = await api.patch(f"contacts({A})", {"firstname": "Ann"}, prefer="return=representation")
    updated = await api.patch(f"contacts({A})", {"firstname": "Anne"}, prefer="return=representation")
    assert (created.status, updated.status) == (201, 200)


async def test_a_patch_with_if_match_star_never_creates(api: Api) -> None:
    assert code(await api.patch(f"accounts({A})", {"name": "x"}, if_match="*")) == (404, "0x80040217")


async def test_a_patch_with_if_none_match_star_never_updates(api: Api) -> None:
    assert (await api.patch(f"accounts({A})", {"name": "x"}, if_none_match="*")).status == 204
    assert code(await api.patch(f"accounts({A})", {"name": "y"}, if_none_match="*")) == (412, "")


async def test_a_stale_etag_is_refused_with_412(api: Api) -> None:
    await api.patch(f"accounts({A})", {"name": "x"})
    etag = (await api.get(f"accounts({A})?$select=name")).json()["@odata.etag"]
    assert (await api.patch(f"accounts({A})", {"name": "y"}, if_match=etag)).status == 204
    assert code(await api.patch(f"accounts({A})", {"name": "z"}, if_match=etag)) == (412, "0x80060882")
    assert code(await api.delete(f"accounts({A})", if_match=etag)) == (412, "0x80060882")


async def test_a_row_is_deleted_once(api: Api) -> None:
    await api.patch(f"accounts({A})", {"name": "x"})
    assert (await api.delete(f"accounts({A})")).status == 204
    assert code(await api.delete(f"accounts({A})")) == (404, "0x80040217")
    assert code(await api.get(f"accounts({A})")) == (404, "0x80040217")


async def test_versions_rise_and_modifiedon_has_whole_seconds(twin: DataverseTwin, api: Api) -> None:
    twin.clock.advance(0.75)
    await api.patch(f"accounts({A})", {"name": "x"})
    first = (await api.get(f"accounts({A})?$select=versionnumber,modifiedon")).json()
    await api.patch(f"accounts({A})", {"name": "x"})
    second = (await api.get(f"accounts({A})?$select=versionnumber,modifiedon")).json()
    assert first["modifiedon"] == "2026-09-14T08:00:00Z"
    assert second["versionnumber"] > first["versionnumber"]
    assert second["@odata.etag"] == f'W/"{second["versionnumber"]}"'


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        ({"nonsense": 1}, (400, "0x80048D19")),
        ({"name": "x" * 161}, (400, "0x80044331")),
        ({"name": 5}, (400, "0x80044354")),
        ({"numberofemployees": "five"}, (400, "0x80044354")),
        ({"numberofemployees": -1}, (400, "0x80044330")),
        ({"msdyn_onholdstatus": 99}, (400, "0x8004431A")),
        ({"msdyn_onetimecustomer": 1}, (400, "0x80044354")),
        ({"_msdyn_company_value": A}, (400, "0x80060888")),
        ({"msdyn_company": A}, (400, "0x80048D19")),
        ({"msdyn_company@odata.bind": f"/cdm_companies({A})"}, (400, "0x80048D19")),
        ({"msdyn_Company@odata.bind": f"/cdm_companies({NOWHERE})"}, (404, "0x80040217")),
        ({"msdyn_Company@odata.bind": "/cdm_companies(cdm_companycode='none')"}, (404, "0x80060891")),
        ({"msdyn_Company@odata.bind": f"/accounts({A})"}, (400, "0x80048D19")),
        ({"statecode": 1, "statuscode": 1}, (400, "0x80048408")),
    ],
)
async def test_bad_columns_are_refused(api: Api, body: dict[str, object], refusal: tuple[int, str]) -> None:
    assert code(await api.post("accounts", body)) == refusal


async def test_a_time_before_1753_is_refused(api: Api) -> None:
    answer = await api.post("msdyn_projects", {"msdyn_scheduledstart": "1752-12-31T00:00:00Z"})
    assert code(answer) == (400, "0x80040203")


async def test_lookups_are_bound_and_cleared_by_navigation_property(api: Api) -> None:
    company = await api.create("cdm_companies", {"cdm_companycode": "usmf"})
    account = await api.create("accounts", {"name": "x", "msdyn_Company@odata.bind": f"/cdm_companies({company})"})
    contract = await api.create("salesorders", {"customerid_account@odata.bind": f"accounts({account})"})
    row = (await api.get(f"salesorders({contract})", prefer='odata.include-annotations="*"')).json()
    assert row["_customerid_value"] == account
    assert row["_customerid_value@Microsoft.Dynamics.CRM.lookuplogicalname"] == "account"
    assert row["_customerid_value@Microsoft.Dynamics.CRM.associatednavigationproperty"] == "customerid_account"
    await api.patch(f"salesorders({contract})", {"customerid_account@odata.bind": None})
    assert (await api.get(f"salesorders({contract})?$select=_customerid_value")).json()["_customerid_value"] is None


async def test_money_has_four_decimals_rounded_to_its_currency(api: Api) -> None:
    yen = await api.create(
        "transactioncurrencies",
        {"isocurrencycode": "JPY", "currencyname": "Yen", "currencyprecision": 0, "exchangerate": Decimal(100)},
    )
    body = {"creditlimit": Decimal("20000.51"), "transactioncurrencyid@odata.bind": f"/transactioncurrencies({yen})"}
    account = await api.create("accounts", body)
    answer = await api.get(f"accounts({account})?$select=creditlimit,creditlimit_base,exchangerate")
    assert b'"creditlimit":20001.0000' in answer.body
    assert b'"creditlimit_base":200.0100' in answer.body
    assert b'"exchangerate":100.0000000000' in answer.body
    assert answer.json()["_transactioncurrencyid_value"] == yen


async def test_single_properties_can_be_set_read_and_cleared(api: Api) -> None:
    await api.patch(f"accounts({A})", {"name": "x"})
    assert (await api.ask("PUT", f"accounts({A})/fax", {"value": "123"})).status == 204
    assert (await api.get(f"accounts({A})/fax")).json()["value"] == "123"
    assert (await api.delete(f"accounts({A})/fax")).status == 204
    assert (await api.get(f"accounts({A})/fax")).status == 204


async def test_an_empty_text_is_kept_as_null(api: Api) -> None:
    await api.patch(f"accounts({A})", {"name": "x", "fax": ""})
    assert (await api.get(f"accounts({A})?$select=fax")).json()["fax"] is None


async def test_an_unknown_set_is_not_found(api: Api) -> None:
    assert (await api.get("nonsenses")).status == 404


async def test_the_caller_is_told_by_header_or_token(twin: DataverseTwin, api: Api) -> None:
    person = (await api.get("WhoAmI")).json()["UserId"]
    application = (await api.get("WhoAmI", authorization="Bearer t")).json()["UserId"]
    without_a_token = (await api.get("WhoAmI", user_agent="project-operations-sync")).json()["UserId"]
    assert without_a_token == application
    assert (person, application) == (twin.user("Avery Howard"), twin.user("# Dual writer"))


async def test_a_wrong_token_gets_401() -> None:
    api = Api(DataverseTwin(bearer="right"))
    assert (await api.get("accounts", authorization="Bearer wrong")).status == 401
    assert (await api.get("accounts", authorization="Bearer right")).status == 200
