"""What the Dataverse client sends, to the letter, and what it makes of documented answers."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

import httpx
import pytest

from shared.clients.literals import Scalar
from shared.clients.rows import DeltaExpired, Duplicate, Found, Gone, Unversioned
from shared.errors import Conflict, Misconfigured, Rejected
from shared.mapping.shape import ANY_TABLE, Bind, Shape
from tests.clients.organization import CONTRACT, OTHER, ROOT, ROW, Organization, client, contract_row
from tests.clients.server import Reply, dataverse_error, json_reply


async def test_one_request_reads_a_row_and_what_it_points_at() -> None:
    server = Organization(json_reply(contract_row()))

    found = await client(server).read("salesorder", ROW, CONTRACT)

    assert server.addresses == [
        (
            f"GET {ROOT}salesorders({ROW})"
            "?$select=salesorderid,ordernumber,totalamount,_customerid_value,_msdyn_owningcompany_value"
            "&$expand=customerid_account($select=accountid,accountnumber,_msdyn_company_value;"
            "$expand=msdyn_Company($select=cdm_companyid,cdm_companycode)),"
            "customerid_contact($select=contactid,fullname),"
            "msdyn_OwningCompany($select=cdm_companyid)"
        )
    ]
    assert server.requests[0].headers["If-None-Match"] == "null"
    assert server.requests[0].headers["OData-MaxVersion"] == "4.0"
    assert found == Found(
        {
            "salesorderid": ROW,
            "ordernumber": "C-1",
            "totalamount": Decimal("20000.0000"),
            "_customerid_value": OTHER,
            "_msdyn_owningcompany_value": None,
            "customerid": {
                "@table": "account",
                "accountid": OTHER,
                "accountnumber": "US-001",
                "_msdyn_company_value": OTHER,
                "msdyn_company": {"cdm_companyid": OTHER, "cdm_companycode": "usmf"},
            },
            "msdyn_owningcompany": None,
        },
        'W/"4711"',
    )


async def test_the_only_table_that_a_lookup_points_at_need_not_be_named() -> None:
    server = Organization(json_reply(contract_row()))
    shape = Shape((), {"msdyn_owningcompany": {ANY_TABLE: Shape(("cdm_companycode",))}})
    side = client(server)
    await side.read("salesorder", ROW, shape)
    assert server.addresses[0].endswith("$expand=msdyn_OwningCompany($select=cdm_companyid,cdm_companycode)")
    with pytest.raises(Misconfigured, match="points at 2 tables instead of one"):
        await side.read("salesorder", ROW, Shape((), {"customerid": {ANY_TABLE: Shape(())}}))


async def test_a_lookup_of_which_nothing_but_the_id_is_wanted_is_not_followed() -> None:
    server = Organization(
        json_reply({"salesorderid": ROW, "_msdyn_owningcompany_value": OTHER}),
        json_reply({"salesorderid": ROW, "_msdyn_owningcompany_value": None}),
    )
    shape = Shape((), {"msdyn_owningcompany": {"cdm_company": Shape(("cdm_companyid",))}})
    side = client(server)
    found = [await side.read("salesorder", ROW, shape) for _ in range(2)]
    assert server.addresses[0] == f"GET {ROOT}salesorders({ROW})?$select=salesorderid,_msdyn_owningcompany_value"
    assert [each and each.row["msdyn_owningcompany"] for each in found] == [{"cdm_companyid": OTHER}, None]


async def test_a_decimal_keeps_its_digits_and_a_whole_number_is_an_int() -> None:
    server = Organization(
        httpx.Response(200, content=b'{"@odata.etag":"W/\\"1\\"","totalamount":20000.0000,"statecode":0}')
    )
    found = await client(server).read("salesorder", ROW, Shape(("totalamount", "statecode")))
    assert found is not None
    assert str(found.row["totalamount"]) == "20000.0000"
    assert type(found.row["statecode"]) is int


async def test_a_row_that_is_not_there_is_none() -> None:
    server = Organization(dataverse_error(404, "0x80040217", f"salesorder With Id = {ROW} Does Not Exist"))
    assert await client(server).read("salesorder", ROW, CONTRACT) is None
    assert await client(server).version("salesorder", ROW) is None


async def test_a_version_costs_no_more_than_the_id() -> None:
    server = Organization(json_reply({"@odata.etag": 'W/"4711"', "salesorderid": ROW}))
    assert await client(server).version("salesorder", ROW) == 'W/"4711"'
    assert server.addresses == [f"GET {ROOT}salesorders({ROW})?$select=salesorderid"]


@pytest.mark.parametrize("row_id", ["", "1", f"{ROW})/evil(", "accountnumber='C1'", f"{{{ROW}}}"])
async def test_what_is_no_row_id_never_reaches_an_address(row_id: str) -> None:
    server = Organization()
    with pytest.raises(Rejected, match="is not the id of a row"):
        await client(server).read("salesorder", row_id, CONTRACT)
    with pytest.raises(Rejected, match="is not the id of a row"):
        await client(server).update("salesorder", ROW, {"customerid": Bind("account", row_id)}, None)
    assert server.requests == []


@pytest.mark.parametrize(
    ("values", "condition"),
    [
        ({"ordernumber": "C-1"}, "ordernumber%20eq%20'C-1'"),
        ({"ordernumber": "O'Neil & 50% +#?/\\:é"}, "ordernumber%20eq%20'O''Neil%20%26%2050%25%20%2B%23%3F/%5C:%C3%A9'"),
        ({"ordernumber": None, "statecode": 0}, "ordernumber%20eq%20null%20and%20statecode%20eq%200"),
        ({"customerid": OTHER}, f"_customerid_value%20eq%20{OTHER}"),
        ({"salesorderid": ROW}, f"salesorderid%20eq%20{ROW}"),
        ({"msdyn_importid": UUID(OTHER)}, f"msdyn_importid%20eq%20{OTHER}"),
        ({"msdyn_owningcompany": None}, "_msdyn_owningcompany_value%20eq%20null"),
        ({"msdyn_owningcompany.cdm_companycode": "usmf"}, "msdyn_OwningCompany/cdm_companycode%20eq%20'usmf'"),
        ({"msdyn_owningcompany.cdm_companyid": OTHER}, f"msdyn_OwningCompany/cdm_companyid%20eq%20{OTHER}"),
    ],
)
async def test_values_are_found_through_a_filter(values: Mapping[str, Scalar], condition: str) -> None:
    server = Organization(json_reply({"value": [contract_row()]}))
    rows = await client(server).find("salesorder", values, Shape(("ordernumber",)))
    assert server.addresses == [f"GET {ROOT}salesorders?$select=salesorderid,ordernumber&$filter={condition}&$top=2"]
    assert [row.version for row in rows] == ['W/"4711"']


async def test_a_lookup_to_several_tables_cannot_be_looked_through_by_find() -> None:
    with pytest.raises(Misconfigured, match="points at 2 tables instead of one"):
        await client(Organization()).find("salesorder", {"customerid.accountnumber": "C1"}, Shape(()))
    with pytest.raises(Misconfigured, match="points at 0 tables instead of one"):
        await client(Organization()).find("salesorder", {"ordernumber.x": "C1"}, Shape(()))


async def test_creating_is_a_patch_that_only_succeeds_where_nothing_is() -> None:
    server = Organization()
    columns = {
        "ordernumber": "C-1",
        "totalamount": Decimal("12.50"),
        "statecode": 0,
        "name": None,
        "customerid": Bind("contact", OTHER),
        "msdyn_owningcompany": None,
        "ownerid": Bind("systemuser", OTHER),
    }

    await client(server).create("salesorder", ROW, columns)

    assert server.addresses == [f"PATCH {ROOT}salesorders({ROW})?tag=sync%20of%20ours"]
    assert server.requests[0].headers["If-None-Match"] == "*"
    assert server.requests[0].headers["Content-Type"] == "application/json; charset=utf-8"
    assert server.body() == {
        "ordernumber": "C-1",
        "totalamount": Decimal("12.50"),
        "statecode": 0,
        "name": None,
        "customerid_contact@odata.bind": f"/contacts({OTHER})",
        "msdyn_OwningCompany@odata.bind": None,
        "ownerid@odata.bind": f"/systemusers({OTHER})",
    }


@pytest.mark.parametrize(("version", "condition"), [('W/"4711"', 'W/"4711"'), (None, "*")])
async def test_an_update_never_brings_a_row_back(version: str | None, condition: str) -> None:
    server = Organization()
    await client(server).update("salesorder", ROW, {"name": "x"}, version)
    assert server.requests[0].headers["If-Match"] == condition


async def test_what_stands_in_the_way_of_a_write_is_told_apart() -> None:
    exists = dataverse_error(412, "", "A record with matching key values already exists.")
    with pytest.raises(Duplicate):
        await client(Organization(exists)).create("salesorder", ROW, {})
    with pytest.raises(Conflict):
        await client(Organization(dataverse_error(412, "0x80060882"))).update("salesorder", ROW, {}, 'W/"1"')
    gone = dataverse_error(404, "0x80040217", f"account With Id = {OTHER} Does Not Exist")
    with pytest.raises(Gone):
        await client(Organization(gone)).update("salesorder", ROW, {"customerid": Bind("account", OTHER)}, None)


async def test_a_delete_says_whether_there_was_anything_to_delete() -> None:
    server = Organization(httpx.Response(204), dataverse_error(404, "0x80040217"))
    side = client(server)
    assert await side.delete("salesorder", ROW, 'W/"1"') is True
    assert await side.delete("salesorder", ROW, None) is False
    assert [request.headers.get("If-Match") for request in server.requests] == ['W/"1"', None]
    assert server.addresses[0] == f"DELETE {ROOT}salesorders({ROW})?tag=sync%20of%20ours"


async def test_a_table_without_versions_is_written_without_from_then_on() -> None:
    refusal = dataverse_error(400, "0x8006088D", "Optimistic concurrency isn't enabled for entity type salesorder.")
    server = Organization(refusal, httpx.Response(204))
    side = client(server)
    await side.update("salesorder", ROW, {"name": "x"}, 'W/"1"')
    await side.update("salesorder", ROW, {"name": "y"}, 'W/"2"')
    assert await side.delete("salesorder", ROW, 'W/"3"') is True
    conditions = [request.headers.get("If-Match") for request in server.requests]
    assert conditions == ['W/"1"', "*", "*", None]


async def test_a_table_that_refuses_even_the_plain_condition_is_misconfigured() -> None:
    with pytest.raises(Unversioned):
        await client(Organization(dataverse_error(400, "0x8006088D"))).update("salesorder", ROW, {}, 'W/"1"')


async def test_all_pages_are_read_with_the_same_preference_and_their_server_time() -> None:
    following = f"{ROOT}uoms?$select=uomid,name&$skiptoken=%3Ccookie%20pagenumber=%222%22%20x=%22%253c%22%20/%3E"
    server = Organization(
        json_reply({"value": [{"@odata.etag": 'W/"1"', "uomid": ROW, "name": "ea"}], "@odata.nextLink": following}),
        json_reply({"value": []}),
    )

    pages = [page async for page in client(server).pages("uom", Shape(("name",)), filter="name ne 'x y'", size=9999)]

    assert server.addresses == [
        f"GET {ROOT}uoms?$select=uomid,name&$filter=name%20ne%20'x%20y'&$orderby=uomid",
        f"GET {following}",
    ]
    assert {request.headers["Prefer"] for request in server.requests} == {"odata.maxpagesize=5000"}
    assert [[row.row["name"] for row in page.rows] for page in pages] == [["ea"], []]
    assert pages[0].server_time.isoformat() == "2026-09-14T08:00:00+00:00"


async def test_a_next_page_elsewhere_is_not_asked_for() -> None:
    server = Organization(json_reply({"value": [], "@odata.nextLink": "https://evil.example.com/api/data/v9.2/uoms"}))
    with pytest.raises(Misconfigured, match=r"evil\.example\.com"):
        _ = [page async for page in client(server).pages("uom", Shape(()))]
    assert len(server.requests) == 1


DELTA = f"{ROOT}accounts?$select=accountid,name&$deltatoken=919042%2108%2f22%2f2026%2008%3a10%3a44"


async def test_changes_come_with_deletions_and_a_link_on_the_last_page_only() -> None:
    deleted = {"@odata.context": f"{ROOT}$metadata#accounts/$deletedEntity", "id": OTHER, "reason": "deleted"}
    server = Organization(
        json_reply({"value": [{"accountid": ROW, "name": "A"}], "@odata.nextLink": f"{ROOT}accounts?$skiptoken=2"}),
        json_reply({"value": [deleted], "@odata.deltaLink": DELTA}),
    )

    pages = [page async for page in client(server).changes("account", None, ("name", "msdyn_company"))]

    assert server.addresses == [
        f"GET {ROOT}accounts?$select=accountid,name,_msdyn_company_value",
        f"GET {ROOT}accounts?$skiptoken=2",
    ]
    assert {request.headers["Prefer"] for request in server.requests} == {"odata.track-changes"}
    assert [(page.changed, page.deleted, page.next_link) for page in pages] == [
        ([ROW], [], None),
        ([], [OTHER], DELTA),
    ]


async def test_the_next_read_of_changes_follows_the_link_as_it_was_given() -> None:
    server = Organization(json_reply({"value": [], "@odata.deltaLink": DELTA}))
    pages = [page async for page in client(server).changes("account", DELTA, ("name",))]
    assert server.addresses == [f"GET {DELTA}"]
    assert "Prefer" not in server.requests[0].headers
    assert [page.next_link for page in pages] == [DELTA]


@pytest.mark.parametrize(
    ("table", "since", "reply", "kind"),
    [
        ("account", DELTA, dataverse_error(400, "0x80044352", "Version stamp associated … has expired."), DeltaExpired),
        ("account", DELTA.replace("org.", "old."), json_reply({"value": []}), Misconfigured),
        ("account", None, json_reply({"value": []}), Misconfigured),
        ("uom", None, json_reply({"value": []}), Misconfigured),
    ],
)
async def test_changes_that_cannot_be_told_are_not_taken_for_none(
    table: str, since: str | None, reply: Reply, kind: type[Exception]
) -> None:
    with pytest.raises(kind):
        _ = [page async for page in client(Organization(reply)).changes(table, since, ())]
