"""Table definitions, CSDL, limits, control surface, saved state."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.twin.dataverse import DataverseTwin
from tests.twin.dataverse.api import Api
from tests.twin.dataverse.limits import Limits
from tests.twin.dataverse.state import load, save


@pytest.fixture
def twin() -> DataverseTwin:
    return DataverseTwin(seed=19)


@pytest.fixture
def api(twin: DataverseTwin) -> Api:
    return Api(twin)


async def test_a_definition_tells_set_key_and_navigation_properties(api: Api) -> None:
    names = "ReferencingAttribute,ReferencingEntityNavigationPropertyName,ReferencedEntity"
    query = "$select=EntitySetName,PrimaryIdAttribute,ChangeTrackingEnabled"
    answer = await api.get(
        f"EntityDefinitions(LogicalName='salesorder')?{query}&$expand=ManyToOneRelationships($select={names})"
    )
    told = answer.json()
    assert (told["EntitySetName"], told["PrimaryIdAttribute"]) == ("salesorders", "salesorderid")
    assert told["ChangeTrackingEnabled"] is True
    found = {
        (item["ReferencingAttribute"], item["ReferencedEntity"]): item["ReferencingEntityNavigationPropertyName"]
        for item in told["ManyToOneRelationships"]
    }
    assert found["customerid", "contact"] == "customerid_contact"
    assert found["msdyn_owningcompany", "cdm_company"] == "msdyn_OwningCompany"
    assert found["ownerid", "owner"] == "ownerid"


async def test_attributes_tell_type_and_limits_but_no_options(api: Api) -> None:
    told = (await api.get("EntityDefinitions(LogicalName='account')?$expand=Attributes,Keys")).json()
    attributes = {item["LogicalName"]: item for item in told["Attributes"]}
    assert attributes["name"]["MaxLength"] == 160
    assert attributes["creditlimit"]["Precision"] == 4
    assert "OptionSet" not in attributes["msdyn_onholdstatus"]
    assert told["Keys"][0]["KeyAttributes"] == ["accountnumber", "msdyn_company"]


PICKLIST = "Microsoft.Dynamics.CRM.PicklistAttributeMetadata"
OPTIONS = "$select=LogicalName&$expand=OptionSet($select=Options),GlobalOptionSet($select=Options)"


async def test_options_are_told_by_a_cast_that_expands_them_whether_they_are_shared_or_not(api: Api) -> None:
    accounts = f"EntityDefinitions(LogicalName='account')/Attributes/{PICKLIST}?{OPTIONS}"
    listed = {item["LogicalName"]: item for item in (await api.get(accounts)).json()["value"]}
    own = listed["msdyn_onholdstatus"]
    assert 806380001 in [option["Value"] for option in own["OptionSet"]["Options"]]
    assert own["GlobalOptionSet"] is None
    lines = (
        f"EntityDefinitions(LogicalName='salesorderdetail')/Attributes(LogicalName='msdyn_billingmethod')/{PICKLIST}"
    )
    shared = (await api.get(f"{lines}?{OPTIONS}")).json()
    assert shared["OptionSet"] is None
    assert [option["Value"] for option in shared["GlobalOptionSet"]["Options"]] == [192350000, 192350001]


async def test_a_yes_no_column_has_two_options_of_its_own_kind(api: Api) -> None:
    cast = "Microsoft.Dynamics.CRM.BooleanAttributeMetadata?$select=LogicalName&$expand=OptionSet"
    (item,) = [
        item
        for item in (await api.get(f"EntityDefinitions(LogicalName='account')/Attributes/{cast}")).json()["value"]
        if item["LogicalName"] == "msdyn_onetimecustomer"
    ]
    assert (item["OptionSet"]["TrueOption"]["Value"], item["OptionSet"]["FalseOption"]["Value"]) == (1, 0)


@pytest.mark.parametrize("query", ["$select=LogicalName,MaxLength", "$select=Targets", "$expand=OptionSet"])
async def test_what_only_some_types_of_attributes_have_is_not_known_without_a_cast(api: Api, query: str) -> None:
    assert (await api.get(f"EntityDefinitions(LogicalName='account')/Attributes?{query}")).status == 400


async def test_a_lookup_to_accounts_and_contacts_is_a_customer_and_a_lookup(api: Api) -> None:
    cast = "Microsoft.Dynamics.CRM.LookupAttributeMetadata?$select=LogicalName,AttributeType,Targets"
    listed = (await api.get(f"EntityDefinitions(LogicalName='salesorder')/Attributes/{cast}")).json()["value"]
    told = {item["LogicalName"]: (item["AttributeType"], item["Targets"]) for item in listed}
    assert told["customerid"] == ("Customer", ["account", "contact"])
    assert told["ownerid"] == ("Owner", ["systemuser", "team"])
    assert told["msdyn_owningcompany"] == ("Lookup", ["cdm_company"])


async def test_an_unknown_table_has_no_definition(api: Api) -> None:
    assert (await api.get("EntityDefinitions(LogicalName='nonsense')")).status == 404


async def test_the_csdl_declares_every_set(twin: DataverseTwin, api: Api) -> None:
    tree = ElementTree.fromstring((await api.get("$metadata")).body)  # noqa: S314 - our own twin wrote it
    edm = "{http://docs.oasis-open.org/odata/ns/edm}"
    assert {item.attrib["Name"] for item in tree.iter(f"{edm}EntitySet")} == set(twin.schema.by_set)


async def test_bulk_messages_are_listed_per_table(api: Api) -> None:
    condition = "sdkmessageid/name eq 'UpsertMultiple' and primaryobjecttypecode eq 'msdyn_project'"
    assert len(await api.rows(f"sdkmessagefilters?$select=sdkmessagefilterid&$filter={condition}")) == 1


async def test_limits_answer_429_with_their_codes_and_a_pause(twin: DataverseTwin, api: Api) -> None:
    twin.protection.limits = Limits(requests=2)
    assert [(await api.get("accounts")).status for _ in range(2)] == [200, 200]
    refused = await api.get("accounts")
    assert (refused.status, refused.json()["error"]["code"]) == (429, "0x80072322")
    twin.clock.advance(float(refused.headers["Retry-After"]))
    assert (await api.get("accounts")).status == 200


async def test_faults_fail_the_next_calls_and_are_counted(api: Api) -> None:
    await api.ask("POST", "/twin/faults", {"method": "PATCH", "path": "accounts", "times": 1, "status": 503})
    account = await api.create("accounts", {"name": "A"})
    assert (await api.patch(f"accounts({account})", {"name": "B"})).status == 503
    assert (await api.patch(f"accounts({account})", {"name": "B"})).status == 204
    assert (await api.ask("GET", "/twin/faults")).json()[0]["struck"] == 1


async def test_counters_tell_requests_by_method_and_table(api: Api) -> None:
    await api.create("accounts", {"name": "A"})
    await api.get("accounts")
    told = (await api.ask("GET", "/twin/counters")).json()
    assert told["requests"] == {"POST accounts": 1, "GET accounts": 1}
    assert told["writes"] == {"accounts": 1}


@pytest.mark.parametrize(("path", "body"), [("/twin/clock", {"advance": -1}), ("/twin/limits", {"nonsense": 1})])
async def test_bad_controls_are_refused(api: Api, path: str, body: dict[str, int]) -> None:
    assert (await api.ask("POST", path, body)).status == 400


async def test_a_reset_forgets_everything_and_repeats_itself(api: Api) -> None:
    first = await api.create("accounts", {"name": "A"})
    await api.ask("POST", "/twin/reset")
    assert await api.rows("accounts") == []
    assert await api.create("accounts", {"name": "A"}) == first


async def test_the_clock_is_told_and_moved(api: Api) -> None:
    assert (await api.ask("POST", "/twin/clock", {"advance": 90})).json()["now"] == "2026-09-14T08:01:30Z"
    assert (await api.get("accounts")).headers["Date"] == "Mon, 14 Sep 2026 08:01:30 GMT"


async def test_a_saved_state_goes_on_where_it_was(twin: DataverseTwin, api: Api, tmp_path: Path) -> None:
    account = await api.create("accounts", {"name": "A"})
    order = {"customerid_account@odata.bind": f"/accounts({account})", "msdyn_ordertype": 192350001, "totalamount": 5}
    await api.create("salesorders", order)
    link = (await api.get("accounts", prefer="odata.track-changes")).json()["@odata.deltaLink"]
    save(twin, tmp_path / "state.json")
    again = DataverseTwin(seed=99)
    load(again, tmp_path / "state.json")
    assert again.rows("salesorder") == twin.rows("salesorder")
    other = Api(again)
    assert await other.create("accounts", {"name": "B"}) == await api.create("accounts", {"name": "B"})
    assert [row["name"] for row in (await other.get(link)).json()["value"]] == ["B"]


async def test_something_else_is_no_saved_state(twin: DataverseTwin, tmp_path: Path) -> None:
    (tmp_path / "state.json").write_text("[]")
    with pytest.raises(ValueError, match="not a saved state"):
        load(twin, tmp_path / "state.json")
