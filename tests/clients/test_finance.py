"""What the Finance client sends, to the letter, and what it makes of answers seen from live environments."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

import httpx
import pytest

from shared.clients.finance import FinanceClient, rec_id
from shared.clients.literals import Scalar
from shared.clients.rows import Duplicate, Found, Gone
from shared.clients.throttle import Throttle
from shared.errors import Conflict, Misconfigured, MissingReference, Rejected, Transient
from tests.clients.server import Server, finance_error, json_reply

ROOT = "https://name.operations.dynamics.com/data/"
KEY = {"dataAreaId": "usmf", "ProjectId": "P 1"}
ETAG = 'W/"JzEsNjg3MTk0ODI4MzMn"'


def client(server: Server) -> FinanceClient:
    http = httpx.AsyncClient(transport=server)
    return FinanceClient(http, "https://name.operations.dynamics.com", Throttle("Finance"))


def without_rows(request: httpx.Request) -> httpx.Response:
    """Finance where every collection is there and empty; the bare 404 is one of the bodies it may have."""
    return httpx.Response(404) if "(" in request.url.path else json_reply({"value": []})


def row(**columns: object) -> dict[str, object]:
    return {"@odata.context": f"{ROOT}$metadata#ProjectsV2/$entity", "@odata.etag": ETAG, **columns}


async def test_a_row_is_read_by_its_whole_key_across_companies() -> None:
    server = Server(json_reply(row(ProjectId="P 1", Amount=Decimal("12.50"))))
    found = await client(server).read("ProjectsV2", KEY, ("ProjectId", "Amount"))
    assert server.addresses == [
        f"GET {ROOT}ProjectsV2(dataAreaId='usmf',ProjectId='P%201')?cross-company=true&$select=ProjectId,Amount"
    ]
    assert found == Found({"ProjectId": "P 1", "Amount": Decimal("12.50")}, ETAG)


@pytest.mark.parametrize(
    ("key", "address"),
    [
        ({"LegalEntityId": "usmf"}, "(LegalEntityId='usmf')"),
        ({"dataAreaId": "usmf", "LineSequenceNumber": 7}, "(dataAreaId='usmf',LineSequenceNumber=7)"),
        ({"ImportId": UUID(int=5)}, "(ImportId=00000000-0000-0000-0000-000000000005)"),
        ({"Id": "O'Neil/50%&+#?é"}, "(Id='O''Neil%2F50%25%26%2B%23%3F%C3%A9')"),
    ],
)
async def test_a_key_is_written_by_type_in_the_order_given(key: Mapping[str, Scalar], address: str) -> None:
    server = Server(without_rows)
    assert await client(server).read("Things", key, ()) is None
    assert server.addresses[0] == f"GET {ROOT}Things{address}?cross-company=true"


async def test_a_version_costs_no_more_than_one_column() -> None:
    server = Server(json_reply(row(ProjectId="P 1")), httpx.Response(404))
    side = client(server)
    assert await side.version("ProjectsV2", KEY) == ETAG
    assert await side.version("ProjectsV2", KEY) is None
    assert server.addresses[0].endswith("?cross-company=true&$select=ProjectId")


async def test_a_404_is_only_believed_of_a_row_once_the_collection_is_known_to_be_there() -> None:
    server = Server(without_rows)
    side = client(server)
    for _ in range(2):
        assert await side.read("ProjectsV2", KEY, ()) is None
    assert [address.partition("data/")[2] for address in server.addresses] == [
        "ProjectsV2(dataAreaId='usmf',ProjectId='P%201')?cross-company=true",
        "ProjectsV2?cross-company=true&$top=1&$select=dataAreaId",
        "ProjectsV2(dataAreaId='usmf',ProjectId='P%201')?cross-company=true",
    ]


async def test_a_collection_that_is_not_there_is_never_taken_for_an_absent_row() -> None:
    side = client(Server(httpx.Response(404)))
    for attempt in (
        side.read("projectsv2", KEY, ()),
        side.version("projectsv2", KEY),
        side.find("projectsv2", KEY, ()),
        side.create("projectsv2", KEY),
        side.update("projectsv2", KEY, {}, None),
        side.delete("projectsv2", KEY, None),
        anext(side.pages("projectsv2", ())),
    ):
        with pytest.raises(Misconfigured, match="no collection projectsv2"):
            await attempt


async def test_values_are_found_through_a_filter_across_companies() -> None:
    server = Server(json_reply({"value": [row(ProjectId="P 1")]}))
    rows = await client(server).find("ProjectsV2", {"dataAreaId": "usmf", "ProjectName": "A & B's"}, ("ProjectId",))
    assert server.addresses == [
        (
            f"GET {ROOT}ProjectsV2?cross-company=true"
            "&$filter=dataAreaId%20eq%20'usmf'%20and%20ProjectName%20eq%20'A%20%26%20B''s'&$top=10&$select=ProjectId"
        )
    ]
    assert [found.row for found in rows] == [{"ProjectId": "P 1"}]


async def test_a_star_in_a_value_is_no_wildcard() -> None:
    first = {"value": [row(Name="a1b"), row(Name="A*B "), row(Name="axb")], "@odata.nextLink": f"{ROOT}T?$skip=3"}
    server = Server(json_reply(first), json_reply({"value": [row(Name="a*b")]}))
    rows = await client(server).find("T", {"Name": "a*b"}, (), top=2)
    assert [found.row["Name"] for found in rows] == ["A*B ", "a*b"]
    assert "$top" not in server.addresses[0]


async def test_creating_gives_the_whole_row_back() -> None:
    server = Server(json_reply(row(ProjectId="P 1", Number="000001"), 201))
    found = await client(server).create("ProjectsV2", {**KEY, "Amount": Decimal("1E-7"), "Note": ""})
    assert server.addresses == [f"POST {ROOT}ProjectsV2"]
    assert server.requests[0].content.endswith(b'"Amount":0.0000001,"Note":""}')
    assert found == Found({"ProjectId": "P 1", "Number": "000001"}, ETAG)


@pytest.mark.parametrize(("version", "condition"), [(ETAG, ETAG), (None, None)])
async def test_a_write_is_conditional_where_a_version_is_given(version: str | None, condition: str | None) -> None:
    server = Server(httpx.Response(204))
    side = client(server)
    await side.update("ProjectsV2", KEY, {"ProjectName": "B"}, version)
    assert await side.delete("ProjectsV2", KEY, version)
    address = f"{ROOT}ProjectsV2(dataAreaId='usmf',ProjectId='P%201')?cross-company=true"
    assert server.addresses == [f"PATCH {address}", f"DELETE {address}"]
    assert [request.headers.get("If-Match") for request in server.requests] == [condition] * 2


async def test_what_stands_in_the_way_of_a_write_is_told_apart() -> None:
    with pytest.raises(Gone):
        await client(Server(without_rows)).update("ProjectsV2", KEY, {}, None)
    for status in (409, 412):
        with pytest.raises(Conflict):
            await client(Server(httpx.Response(status))).update("ProjectsV2", KEY, {}, ETAG)
    with pytest.raises(Duplicate):
        await client(Server(finance_error(400, "The record already exists."))).create("ProjectsV2", {})
    unknown = "The value 'X' in field 'Customer account' is not found in the related table 'Customers'."
    with pytest.raises(MissingReference, match="Customer account"):
        await client(Server(finance_error(500, unknown))).create("ProjectsV2", {})
    with pytest.raises(Rejected):
        await client(Server(finance_error(500, "Field 'Name' must be filled in."))).create("ProjectsV2", {})


async def test_a_delete_says_whether_there_was_anything_to_delete() -> None:
    assert await client(Server(without_rows)).delete("ProjectsV2", KEY, None) is False
    page = httpx.Response(404, text="<html>Not here</html>")
    with pytest.raises(Transient):
        await client(Server(page)).delete("ProjectsV2", KEY, None)


async def test_all_pages_are_read_across_companies() -> None:
    following = f"{ROOT}ProjectsV2?cross-company=true&$skip=1"
    server = Server(
        json_reply({"value": [row(ProjectId="1")], "@odata.nextLink": following}),
        json_reply({"value": [row(ProjectId="2")]}),
    )
    pages = [
        page async for page in client(server).pages("ProjectsV2", ("ProjectId",), filter="A ge 2026-09-14T08:00:00Z")
    ]
    assert server.addresses == [
        f"GET {ROOT}ProjectsV2?cross-company=true&$filter=A%20ge%202026-09-14T08:00:00Z&$select=ProjectId",
        f"GET {following}",
    ]
    assert {request.headers["Prefer"] for request in server.requests} == {"odata.maxpagesize=1000"}
    assert [found.row["ProjectId"] for page in pages for found in page.rows] == ["1", "2"]
    assert pages[0].server_time.isoformat() == "2026-09-14T08:00:00+00:00"


def etag_of(text: str) -> str:
    return f'W/"{base64.b64encode(text.encode()).decode()}"'


@pytest.mark.parametrize(
    ("version", "number"),
    [
        (ETAG, 68719482833),
        (etag_of("'346565290,68719482833'"), 68719482833),
        (etag_of("'-5,22565421234;1,5637144576'"), 22565421234),
        (etag_of("0,5"), 5),
        (etag_of("'1'"), None),
        (etag_of("'1,abc'"), None),
        (etag_of("'1,2x'"), None),
        ('W/"4711"', None),
        ('W/"!!!"', None),
        ('W/"/w=="', None),
        ("", None),
    ],
)
def test_a_rec_id_is_read_from_a_version_that_looks_as_seen(version: str, number: int | None) -> None:
    assert rec_id(version) == number
