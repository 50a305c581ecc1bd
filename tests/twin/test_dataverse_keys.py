"""Alternate keys and upsert by key, traps included."""

from __future__ import annotations

import pytest

from tests.twin.dataverse import DataverseTwin
from tests.twin.dataverse.api import Api
from tests.twin.http import Request


@pytest.fixture
def api() -> Api:
    return Api(DataverseTwin(seed=3))


async def usmf(api: Api) -> str:
    return await api.create("cdm_companies", {"cdm_companycode": "usmf", "cdm_name": "Contoso"})


async def test_a_row_is_read_by_key_whatever_the_case(api: Api) -> None:
    company = await usmf(api)
    assert (await api.get("cdm_companies(cdm_companycode='USMF')")).json()["cdm_companyid"] == company


async def test_a_key_with_a_lookup_takes_its_guid(api: Api) -> None:
    company = await usmf(api)
    bind = {"msdyn_Company@odata.bind": f"/cdm_companies({company})"}
    account = await api.create("accounts", {"accountnumber": "C'1", **bind})
    found = await api.get(f"accounts(accountnumber='C''1',_msdyn_company_value={company})?$select=name")
    assert found.json()["accountid"] == account


async def test_an_upsert_by_key_creates_from_the_address_and_answers_in_key_form(api: Api) -> None:
    answer = await api.patch("cdm_companies(cdm_companycode='gbpm')", {"cdm_name": "Contoso UK"})
    assert answer.status == 204
    assert answer.headers["OData-EntityId"].endswith("/cdm_companies(cdm_companycode='gbpm')")
    assert (await api.rows("cdm_companies?$select=cdm_companycode,cdm_name"))[0]["cdm_companycode"] == "gbpm"


async def test_an_upsert_by_key_silently_drops_key_columns_of_a_row_that_is_there(api: Api) -> None:
    await usmf(api)
    await api.patch("cdm_companies(cdm_companycode='usmf')", {"cdm_companycode": "xxxx", "cdm_name": "New"})
    row = (await api.rows("cdm_companies?$select=cdm_companycode,cdm_name"))[0]
    assert (row["cdm_companycode"], row["cdm_name"]) == ("usmf", "New")


async def test_an_upsert_by_key_creates_under_the_body_s_key_if_they_differ(api: Api) -> None:
    await api.patch("cdm_companies(cdm_companycode='usmf')", {"cdm_companycode": "uspm"})
    assert [row["cdm_companycode"] for row in await api.rows("cdm_companies")] == ["uspm"]


@pytest.mark.parametrize("character", list("<>*%&:\\?+"))
async def test_bad_characters_break_addresses_by_key_even_encoded(api: Api, character: str) -> None:
    request = Request("GET", f"/api/data/v9.2/uoms(msdyn_symbol='A{character}B')")
    answer = await api.twin.respond(request)
    assert (answer.status, answer.headers["Content-Type"]) == (400, "text/html; charset=utf-8")


async def test_a_slash_in_a_key_is_another_segment(api: Api) -> None:
    assert (await api.get("uoms(msdyn_symbol='m/s')")).status == 404


async def test_columns_that_are_no_key_are_refused(api: Api) -> None:
    assert (await api.get("accounts(name='x')")).status == 400
    assert (await api.get("accounts(accountnumber='x')")).status == 400


async def test_a_user_is_addressed_by_its_bare_id_only(api: Api) -> None:
    user = (await api.get("WhoAmI")).json()["UserId"]
    assert (await api.get(f"systemusers({user})")).status == 200
    assert (await api.get(f"systemusers(systemuserid={user})")).status == 400
    assert (await api.get(f"accounts(accountid={user})")).status == 404


async def test_a_second_row_with_the_same_key_is_refused(api: Api) -> None:
    await usmf(api)
    answer = await api.post("cdm_companies", {"cdm_companycode": "USMF"})
    assert (answer.status, answer.json()["error"]["code"]) == (412, "0x80060892")


async def test_a_key_with_a_null_in_it_is_not_unique(api: Api) -> None:
    await api.create("accounts", {"accountnumber": "1"})
    await api.create("accounts", {"accountnumber": "1"})
    assert len(await api.rows("accounts")) == 2


async def test_the_same_id_twice_is_refused(api: Api) -> None:
    account = await api.create("accounts", {"name": "x"})
    answer = await api.post("accounts", {"accountid": account, "name": "y"})
    assert (answer.status, answer.json()["error"]["code"]) == (412, "0x80040237")
