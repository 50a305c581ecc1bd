"""Rows of the user's own: read from files, checked, and loaded with their ids and lookups."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.local.demo.counterparts import enter_counterparts
from tests.local.demo.definitions import Definitions
from tests.local.demo.own_files import BadFiles, OwnRow, read_folder
from tests.local.demo.own_rows import Loader
from tests.world import World

COMPANY, HARBOUR, DOCKS, CONTRACT, PROJECT = (f"00000000-0000-0000-0000-00000000000{n}" for n in range(1, 6))

COMPANIES = {"cdm_companyid": COMPANY, "cdm_companycode": "FRRT", "cdm_name": "Contoso France"}


def account(row_id: str, number: str, **columns: Any) -> dict[str, Any]:
    return {"accountid": row_id, "accountnumber": number, "name": number, "_msdyn_company_value": COMPANY, **columns}


@pytest.fixture
def world() -> World:
    return World()


def write(folder: Path, **files: list[dict[str, Any]]) -> None:
    for name, rows in files.items():
        page = {"@odata.context": f"https://contoso.crm4.dynamics.com/$metadata#{name}", "value": rows}
        (folder / f"{name}.json").write_text(json.dumps(page), "utf-8")


async def read(world: World, folder: Path) -> list[OwnRow]:
    return read_folder(folder, await Definitions(world.in_dataverse).by_set())


async def load(world: World, folder: Path) -> Loader:
    loader = Loader(world.in_dataverse, Definitions(world.in_dataverse), await read(world, folder))
    await loader.load()
    return loader


async def test_rows_keep_their_ids_and_come_after_what_they_point_at(world: World, tmp_path: Path) -> None:
    project: dict[str, Any] = {
        "msdyn_projectid": PROJECT,
        "msdyn_projectnumber": "P-1",
        "_msdyn_customer_value": HARBOUR,
    }
    project["msdyn_effort"] = 12.34
    write(tmp_path, msdyn_projects=[project], accounts=[account(HARBOUR, "C-1")], cdm_companies=[COMPANIES])
    assert (await load(world, tmp_path)).loaded == 3
    row = world.dataverse.rows("msdyn_project")[0]
    assert (row["msdyn_projectid"], row["_msdyn_customer_value"]) == (PROJECT, HARBOUR)
    assert row["msdyn_effort"] == Decimal("12.34")
    assert world.dataverse.rows("account")[0]["_msdyn_company_value"] == COMPANY


async def test_annotations_computed_columns_and_unknown_columns_are_left_out(world: World, tmp_path: Path) -> None:
    row = account(HARBOUR, "C-1", createdon="2020-01-01T00:00:00Z", contoso_loyalty=7, ownerid=None)
    row |= {"@odata.etag": 'W/"1"', "name@OData.Community.Display.V1.FormattedValue": "C-1", "_ownerid_value": DOCKS}
    write(tmp_path, accounts=[row], cdm_companies=[COMPANIES])
    assert dict((await load(world, tmp_path)).left_out) == {"account.contoso_loyalty": 1}


async def test_rows_that_point_at_each_other_are_loaded_too(world: World, tmp_path: Path) -> None:
    ring = [
        account(HARBOUR, "C-1", _msdyn_billingaccount_value=DOCKS),
        account(DOCKS, "C-2", _msdyn_billingaccount_value=HARBOUR),
    ]
    write(tmp_path, accounts=ring, cdm_companies=[COMPANIES])
    await load(world, tmp_path)
    assert [row["_msdyn_billingaccount_value"] for row in world.dataverse.rows("account")] == [DOCKS, HARBOUR]


async def test_a_contract_customer_of_the_files_is_not_made_a_second_time(world: World, tmp_path: Path) -> None:
    contract = {
        "salesorderid": CONTRACT,
        "ordernumber": "PC-1",
        "msdyn_ordertype": 192350001,
        "_customerid_value": HARBOUR,
        "_customerid_value@Microsoft.Dynamics.CRM.lookuplogicalname": "account",
        "_msdyn_owningcompany_value": COMPANY,
    }
    source = {
        "msdyn_projectcontractsplitbillingruleid": PROJECT,
        "msdyn_name": "C-1",
        "_msdyn_projectcontract_value": CONTRACT,
        "_msdyn_customer_value": HARBOUR,
    }
    write(
        tmp_path,
        salesorders=[contract],
        msdyn_projectcontractsplitbillingrules=[source],
        accounts=[account(HARBOUR, "C-1")],
        cdm_companies=[COMPANIES],
    )
    await load(world, tmp_path)
    sources = world.dataverse.rows("msdyn_projectcontractsplitbillingrule")
    assert [row["msdyn_projectcontractsplitbillingruleid"] for row in sources] == [PROJECT]
    assert world.dataverse.rows("salesorder")[0]["_customerid_value"] == HARBOUR


async def test_more_pages_of_a_set_have_a_number_in_their_names(world: World, tmp_path: Path) -> None:
    write(tmp_path, cdm_companies=[COMPANIES], accounts=[account(HARBOUR, "C-1")])
    write(tmp_path, **{"accounts.2": [account(DOCKS, "C-2")]})
    assert (await load(world, tmp_path)).loaded == 3


async def test_finance_is_given_what_no_map_brings_once(world: World, tmp_path: Path) -> None:
    group = {"msdyn_customergroupid": DOCKS, "msdyn_groupid": "Q'1", "_msdyn_company_value": COMPANY}
    write(tmp_path, cdm_companies=[COMPANIES], msdyn_customergroups=[group])
    rows = await read(world, tmp_path)
    assert [await enter_counterparts(world.in_finance, rows) for _ in range(2)] == [2, 0]
    found = (await world.in_finance.does("GET", "CustomerGroups"))["value"]
    assert [(row["dataAreaId"], row["CustomerGroupId"]) for row in found] == [("frrt", "Q'1")]


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("accounts", "{", "accounts.json is no JSON"),
        ("accounts", "[]", "accounts.json is no page of the Web API"),
        ("accounts", '{"value": [1]}', "accounts.json is no page of the Web API"),
        ("account", '{"value": []}', "account.json: the twin has no entity set of that name"),
        ("accounts", '{"value": [{"name": "A"}]}', "accounts.json, row 1: it has no accountid"),
        (
            "accounts",
            json.dumps({"value": [account(HARBOUR, "A"), account(HARBOUR, "B")]}),
            f"accounts.json, row 2: accountid {HARBOUR} is at accounts.json, row 1 already",
        ),
        (
            "accounts",
            json.dumps({"value": [account(HARBOUR, "A")]}),
            f"accounts.json, row 1: msdyn_company leads to cdm_company {COMPANY}, which no file holds",
        ),
        (
            "cdm_companies",
            json.dumps({"value": [{**COMPANIES, "cdm_companycode": "FAR TOO LONG"}]}),
            "cdm_companies.json, row 1: Dataverse does not take it",
        ),
    ],
)
async def test_what_is_wrong_with_a_file_is_said_in_one_sentence(
    world: World, tmp_path: Path, name: str, text: str, sentence: str
) -> None:
    (tmp_path / f"{name}.json").write_text(text, "utf-8")
    with pytest.raises(BadFiles) as bad:
        await load(world, tmp_path)
    assert sentence in str(bad.value)


async def test_a_folder_without_files_is_none(world: World, tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(BadFiles, match="is not a folder with files"):
            await read(world, folder)
