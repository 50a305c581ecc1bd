"""The clients that read what both environments say of themselves, over the twins and over answers no twin gives."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from shared.clients.dataverse_metadata import DataverseMetadata
from shared.clients.finance_metadata import FinanceMetadata, read_csdl
from shared.clients.metadata import ACTIVE, DataEntity, Property
from shared.clients.throttle import Throttle
from shared.errors import Misconfigured, Refused, Transient
from tests.clients.server import Server, json_reply
from tests.twin.dataverse.twin import DataverseTwin
from tests.twin.finance.twin import FinanceTwin
from tests.twin.http import TwinTransport

ORGANIZATION, ENVIRONMENT = "https://org.example.com", "https://env.example.com"

CSDL = b"""<edmx:Edmx xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx"><edmx:DataServices>
<Schema Namespace="Microsoft.Dynamics.DataEntities" xmlns="http://docs.oasis-open.org/odata/ns/edm">
<EnumType Name="NoYes"><Member Name="No" Value="0"/><Member Name="Yes" Value="1"/></EnumType>
<EntityType Name="Thing"><Key><PropertyRef Name="dataAreaId"/><PropertyRef Name="Id"/></Key>
<Property Name="dataAreaId" Type="Edm.String"/><Property Name="Id" Type="Edm.Int64" Nullable="false">
<Annotation Term="Label" String="Id"/></Property>
<Property Name="IsOpen" Type="Microsoft.Dynamics.DataEntities.NoYes"/>
<NavigationProperty Name="Owner" Type="Microsoft.Dynamics.DataEntities.Thing"/></EntityType>
<EntityContainer Name="Resources"><EntitySet Name="Things" EntityType="Microsoft.Dynamics.DataEntities.Thing"/></EntityContainer>
</Schema></edmx:DataServices></edmx:Edmx>"""


def dataverse(transport: httpx.AsyncBaseTransport) -> DataverseMetadata:
    return DataverseMetadata(httpx.AsyncClient(transport=transport), ORGANIZATION, Throttle("Dataverse"))


def finance(transport: httpx.AsyncBaseTransport) -> FinanceMetadata:
    return FinanceMetadata(httpx.AsyncClient(transport=transport), ENVIRONMENT, Throttle("Finance"))


async def test_a_table_is_told_with_types_limits_options_keys_and_relationships() -> None:
    table = await dataverse(TwinTransport(DataverseTwin())).table("account")
    assert table is not None
    assert (table.schema.set, table.schema.primary_id, table.schema.change_tracking) == ("accounts", "accountid", True)
    assert table.keys == {frozenset({"accountnumber", "msdyn_company"}): ACTIVE}
    assert table.schema.lookups["msdyn_company"] == {"cdm_company": "msdyn_Company"}
    there = table.attributes
    assert (there["name"].type, there["name"].length) == ("String", 160)
    assert (there["creditlimit"].type, there["creditlimit"].precision) == ("Money", 4)
    assert (there["numberofemployees"].least, there["createdon"].updatable) == (0, False)
    assert there["msdyn_onholdstatus"].options[806380001] == "invoice"
    assert there["statecode"].options == {0: "Active", 1: "Inactive"}
    assert there["msdyn_company"].targets == ("cdm_company",)


async def test_options_are_found_whether_they_are_shared_or_not_and_days_are_told_from_moments() -> None:
    side = dataverse(TwinTransport(DataverseTwin()))
    line = await side.table("salesorderdetail")
    assert line is not None
    assert line.attributes["msdyn_billingmethod"].options[192350001] == "Fixed Price"
    assert line.attributes["msdyn_billingstartdate"].type == "DateTime"
    worker = await side.table("cdm_worker")
    assert worker is not None
    assert worker.attributes["cdm_birthdate"].type == "DateOnly"


async def test_a_table_that_is_not_there_is_none_and_an_address_that_is_wrong_is_not_taken_for_it() -> None:
    assert await dataverse(TwinTransport(DataverseTwin())).table("msdyn_nothing") is None
    nowhere = json_reply({"error": {"code": "0x80060888", "message": "Resource not found for the segment"}}, 404)
    with pytest.raises(Misconfigured):
        await dataverse(Server(nowhere)).table("account")
    with pytest.raises(Refused):
        await dataverse(Server(httpx.Response(401))).table("account")


@pytest.mark.parametrize("missing", ["Keys", "EntitySetName"])
async def test_a_definition_that_lacks_a_part_is_named(missing: str) -> None:
    told: dict[str, Any] = {"LogicalName": "uom", "EntitySetName": "uoms", "PrimaryIdAttribute": "uomid"}
    told |= {"Keys": [], "ManyToOneRelationships": []}
    whole = {name: value for name, value in told.items() if name != missing}
    with pytest.raises(Misconfigured, match=missing):
        await dataverse(Server(json_reply({"value": [whole]}), json_reply({"value": []}))).table("uom")


def test_a_csdl_is_read_into_sets_keys_types_and_members() -> None:
    read = read_csdl(CSDL)
    assert read.sets == {"Things": "Thing"}
    assert read.enums == {"NoYes": ("No", "Yes")}
    assert read.types["Thing"].key == ("dataAreaId", "Id")
    assert read.types["Thing"].columns == {"dataAreaId": "Edm.String", "Id": "Edm.Int64", "IsOpen": "NoYes"}


async def test_a_collection_is_told_with_what_may_be_changed() -> None:
    side = finance(TwinTransport(FinanceTwin()))
    found = await side.collections(await side.csdl(), ("ProjectsV2", "ProjectsV2", "Nothing"))
    assert found.keys() == {"ProjectsV2"}
    projects = found["ProjectsV2"]
    assert (projects.key, projects.read_only) == (("dataAreaId", "ProjectId"), False)
    assert projects.properties["ProjectName"] == Property("ProjectName", "Edm.String", editable=True)
    assert projects.properties["ProjectStage"].type == "ProjStatus"
    assert not projects.properties["ProjectId"].editable


async def test_an_entity_of_which_the_json_tells_nothing_is_taken_to_be_writable() -> None:
    replies = httpx.Response(200, content=CSDL), json_reply({"error": {"message": "Not found."}}, 404)
    side = finance(Server(*replies))
    things = (await side.collections(await side.csdl(), ("Things",)))["Things"]
    assert all(each.editable for each in things.properties.values())
    assert not things.read_only


async def test_data_entities_are_found_by_their_own_names() -> None:
    side = finance(TwinTransport(FinanceTwin()))
    found = await side.entities(("ProjProjectV2Entity", "NoSuchEntity"))
    assert found == {"ProjProjectV2Entity": DataEntity("ProjProjectV2Entity", "ProjectsV2", in_packages=True)}


@pytest.mark.parametrize("content", [b"", b"<html><br>Sign in</html>", b'{"value": []}'])
async def test_what_is_no_csdl_is_taken_for_passing_trouble(content: bytes) -> None:
    with pytest.raises(Transient, match="without a metadata document"):
        await finance(Server(httpx.Response(200, content=content))).csdl()


async def test_a_document_that_blows_up_is_refused() -> None:
    entities = b"".join(b'<!ENTITY e%d "%s">' % (n, b"&e%d;" % (n - 1) * 10) for n in range(1, 12))
    bomb = b'<!DOCTYPE b [<!ENTITY e0 "' + b"x" * 100 + b'">' + entities + b"]><b>&e11;</b>"
    with pytest.raises(Transient):
        await finance(Server(httpx.Response(200, content=bomb))).csdl()
