"""What the client learns of a table, when, and what it says of a map that does not fit it."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from shared.errors import Misconfigured, Transient
from shared.mapping.shape import Bind, Shape
from tests.clients.organization import CONTRACT, DEFINITIONS, OTHER, ROOT, ROW, Organization, client, contract_row
from tests.clients.server import Server, definition, json_reply


async def test_a_definition_is_asked_for_once_however_many_ask_at_the_same_time() -> None:
    server = Organization(json_reply(contract_row()))
    side = client(server)
    await asyncio.gather(*(side.read("salesorder", ROW, CONTRACT) for _ in range(8)))
    assert sorted(server.definitions_asked) == ["account", "cdm_company", "contact", "salesorder"]


async def test_one_who_gives_up_asking_for_a_definition_does_not_spoil_it_for_the_others() -> None:
    server = Organization()
    side = client(server)
    first, second = (asyncio.create_task(side.schema("salesorder")) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    assert (await second).set == "salesorders"


async def test_a_failure_to_learn_a_definition_is_not_remembered() -> None:
    server = Server(httpx.Response(503), json_reply(DEFINITIONS["uom"]))
    side = client(server)
    with pytest.raises(Transient):
        await side.schema("uom")
    assert (await side.schema("uom")).primary_id == "uomid"


async def test_the_definition_is_asked_for_by_its_documented_address() -> None:
    server = Server(json_reply(DEFINITIONS["salesorder"]))
    schema = await client(server).schema("salesorder")
    assert server.addresses == [
        (
            f"GET {ROOT}EntityDefinitions(LogicalName='salesorder')"
            "?$select=LogicalName,EntitySetName,PrimaryIdAttribute,ChangeTrackingEnabled"
            "&$expand=ManyToOneRelationships"
            "($select=ReferencingAttribute,ReferencingEntityNavigationPropertyName,ReferencedEntity)"
        )
    ]
    assert schema.lookups["customerid"] == {"account": "customerid_account", "contact": "customerid_contact"}
    assert schema.change_tracking


@pytest.mark.parametrize("missing", ["LogicalName", "EntitySetName", "PrimaryIdAttribute", "ManyToOneRelationships"])
async def test_a_definition_that_lacks_a_part_is_named(missing: str) -> None:
    told = {name: value for name, value in DEFINITIONS["uom"].items() if name != missing}
    with pytest.raises(Misconfigured, match=missing):
        await client(Server(json_reply(told))).schema("uom")


async def test_a_map_that_names_what_is_not_there_is_told_so() -> None:
    side = client(Organization())
    with pytest.raises(Misconfigured, match="has no table msdyn_nothing"):
        await side.read("msdyn_nothing", ROW, Shape(()))
    with pytest.raises(Misconfigured, match=r"salesorder\.msdyn_project is no lookup to msdyn_project"):
        await side.update("salesorder", ROW, {"msdyn_project": Bind("msdyn_project", OTHER)}, None)
    with pytest.raises(Misconfigured, match=r"salesorder\.customerid is no lookup to uom"):
        await side.read("salesorder", ROW, Shape((), {"customerid": {"uom": Shape(())}}))
    with pytest.raises(Misconfigured, match=r"customerid is a lookup and cannot hold 'US-001'"):
        await side.update("salesorder", ROW, {"customerid": "US-001"}, None)


async def test_more_lookups_than_dataverse_reads_at_once_are_refused_before_it_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wide = definition("wide", "wides", [(f"l{n}", "uom", f"L{n}") for n in range(16)])
    monkeypatch.setitem(DEFINITIONS, "wide", wide)
    shape = Shape((), {f"l{n}": {"uom": Shape(())} for n in range(16)})
    with pytest.raises(Misconfigured, match="through 16 lookups"):
        await client(Organization()).read("wide", ROW, shape)
