"""The Finance twin as a service: batches, metadata, faults, tokens, the control surface, a real port."""

from __future__ import annotations

import asyncio
import json
import random
from xml.etree import ElementTree as ET

import httpx
import pytest

from tests.twin.finance import FinanceTwin
from tests.twin.finance.visitor import Visitor, address
from tests.twin.http import ConnectionCut, TwinTransport

CUSTOMER = address("CustomersV3", dataAreaId="usmf", CustomerAccount="C-1001")
EDM = "{http://docs.oasis-open.org/odata/ns/edm}"


@pytest.fixture
def finance() -> Visitor:
    return Visitor()


def change_set(*requests: tuple[str, str, object]) -> bytes:
    parts = "".join(
        f"--cs\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\nContent-ID: {number}\r\n\r\n"
        f"{method} {url} HTTP/1.1\r\nContent-Type: application/json\r\n\r\n{json.dumps(body)}\r\n"
        for number, (method, url, body) in enumerate(requests, start=1)
    )
    return f"--b\r\nContent-Type: multipart/mixed; boundary=cs\r\n\r\n{parts}--cs--\r\n\r\n--b--\r\n".encode()


async def post_batch(finance: Visitor, body: bytes) -> httpx.Response:
    async with httpx.AsyncClient(transport=TwinTransport(finance.twin), base_url="https://f.dynamics.com") as client:
        headers = {"Content-Type": "multipart/mixed; boundary=b"}
        return await client.post("/data/$batch", content=body, headers=headers)


BASE = "https://f.dynamics.com/data"
GROUP = {"dataAreaId": "usmf", "CustomerGroupId": "77"}


async def test_a_change_set_is_done_as_one(finance: Visitor) -> None:
    url = f"{BASE}/CustomersV3(dataAreaId='usmf',CustomerAccount='C-1001')?cross-company=true"
    answer = await post_batch(
        finance,
        change_set(("POST", f"{BASE}/CustomerGroups", GROUP), ("PATCH", url, {"CustomerGroupId": "77"})),
    )
    assert (answer.status_code, answer.text.count("HTTP/1.1 201"), answer.text.count("HTTP/1.1 204")) == (200, 1, 1)
    assert (await finance.row(CUSTOMER))["CustomerGroupId"] == "77"


async def test_a_failed_change_set_leaves_nothing_and_is_still_answered_with_200(finance: Visitor) -> None:
    bad = {"dataAreaId": "usmf", "CustomerGroupId": "78", "PaymentTermId": "no"}
    answer = await post_batch(
        finance, change_set(("POST", f"{BASE}/CustomerGroups", GROUP), ("POST", f"{BASE}/CustomerGroups", bad))
    )
    assert answer.status_code == 200
    assert answer.text.count("HTTP/1.1") == 1
    assert "HTTP/1.1 400" in answer.text
    assert "Content-ID: 2" in answer.text
    assert "is not found in the related table" in answer.text
    assert len(await finance.rows("CustomerGroups", filter="CustomerGroupId eq '77'")) == 0


async def test_a_batch_reads_too_and_each_part_stands_for_itself(finance: Visitor) -> None:
    parts = "".join(
        f"--b\r\nContent-Type: application/http\r\n\r\nGET {url} HTTP/1.1\r\nAccept: application/json\r\n\r\n\r\n"
        for url in (f"{BASE}/Currencies('USD')", f"{BASE}/Currencies('XXX')", "Currencies('EUR')")
    )
    answer = await post_batch(finance, f"{parts}--b--\r\n".encode())
    statuses = [line for line in answer.text.splitlines() if line.startswith("HTTP/1.1")]
    assert statuses == ["HTTP/1.1 200 OK", "HTTP/1.1 404 Not Found", "HTTP/1.1 200 OK"]


@pytest.mark.parametrize("body", [b"", b"--b\r\n", b"nonsense"])
async def test_a_broken_batch_is_refused_whole(finance: Visitor, body: bytes) -> None:
    assert (await post_batch(finance, body)).status_code == 400


async def test_the_csdl_declares_keys_types_and_sets(finance: Visitor) -> None:
    schema = ET.fromstring((await finance.ask("GET", "$metadata")).body)[0][0]  # noqa: S314 - our own document
    sets = {each.get("Name"): each.get("EntityType") for each in schema.iter(f"{EDM}EntitySet")}
    assert sets["CustomersV3"] == "Microsoft.Dynamics.DataEntities.CustomerV3"
    types = {each.get("Name"): each for each in schema.findall(f"{EDM}EntityType")}
    key = [each.get("Name") for each in types["ProjectContractLine"].iter(f"{EDM}PropertyRef")]
    assert key == ["dataAreaId", "ProjectContractId", "LineSequenceNumber"]
    columns = {each.get("Name"): each.get("Type") for each in types["CustomerV3"].findall(f"{EDM}Property")}
    assert columns["OnHoldStatus"] == "Microsoft.Dynamics.DataEntities.CustVendorBlocked"
    enums = {each.get("Name"): [m.get("Name") for m in each] for each in schema.findall(f"{EDM}EnumType")}
    assert enums["ProjStatus"][3:5] == ["InProcess", "Completed"]


async def test_the_json_metadata_names_entities_both_ways(finance: Visitor) -> None:
    public = (await finance.ask("GET", "/metadata/PublicEntities('CustomerV3')")).json()
    assert public["EntitySetName"] == "CustomersV3"
    listed = (await finance.ask("GET", "/metadata/DataEntities")).json()["value"]
    assert {each["Name"]: each["PublicCollectionName"] for each in listed}["OMLegalEntity"] == "LegalEntities"
    assert (await finance.ask("GET", "/metadata/PublicEntities('Nope')")).status == 404


async def test_a_throttled_call_says_how_long_to_wait(finance: Visitor) -> None:
    await finance.control("faults", {"path": "CustomersV3", "times": 1, "retry_after": 7})
    answer = await finance.ask("GET", CUSTOMER)
    assert (answer.status, answer.headers["Retry-After"]) == (429, "7")
    assert "high resource utilization" in answer.json()["error"]["message"]
    assert (await finance.ask("GET", CUSTOMER)).status == 200


async def test_a_lost_answer_hides_work_that_was_done(finance: Visitor) -> None:
    await finance.control("faults", {"method": "POST", "reset": True, "after": True, "times": 1})
    with pytest.raises(ConnectionCut):
        await finance.ask("POST", "CustomerGroups", sent=GROUP)
    _, text = await finance.refusal("POST", "CustomerGroups", sent=GROUP)
    assert "already exists" in text


async def test_the_date_header_tells_the_twins_time(finance: Visitor) -> None:
    await finance.control("clock", {"advance": 90})
    assert (await finance.ask("GET", CUSTOMER)).headers["Date"] == "Mon, 14 Sep 2026 08:01:30 GMT"


async def test_a_token_is_asked_for_if_one_is_set(finance: Visitor) -> None:
    await finance.control("settings", {"bearer": "secret"})
    assert (await finance.ask("GET", CUSTOMER)).status == 401
    assert (await finance.ask("GET", CUSTOMER, headers={"Authorization": "Bearer secret"})).status == 200


async def test_the_control_surface_counts_and_resets(finance: Visitor) -> None:
    await finance.row(CUSTOMER)
    counted = await finance.control("counters")
    assert counted["requests"] == {"GET /data/CustomersV3": 1}
    assert counted["rows"]["CustomersV3"] == 15
    await finance.control("settings", {"page_size": 5})
    await finance.control("reset", {})
    assert (await finance.control("counters"))["rows"]["CustomersV3"] == 0
    assert (await finance.control("settings"))["page_size"] == 10_000


@pytest.mark.parametrize(
    ("path", "sent", "status"),
    [
        ("nothing", {}, 404),
        ("settings", {"page_size": 0}, 400),
        ("settings", {"no_such": 1}, 400),
        ("clock", {"advance": -1}, 400),
        ("set-based", {"collection": "Nope", "set": {}}, 404),
        ("rename", {"collection": "CustomersV3", "key": {}, "new_key": {"CustomerAccount": "x"}}, 404),
        ("faults", {"odd": 1}, 400),
        ("set-based", ["not an object"], 400),
    ],
)
async def test_the_control_surface_says_what_it_cannot_do(
    finance: Visitor, path: str, sent: object, status: int
) -> None:
    assert (await finance.ask("POST", f"/twin/{path}", sent=sent)).status == status


async def test_the_same_seed_and_requests_give_the_same_answers() -> None:
    async def played(seed: int) -> list[bytes]:
        finance, rng, answers = Visitor(seed=seed), random.Random(5), []
        for number in range(40):
            where = address("CustomersV3", dataAreaId="usmf", CustomerAccount=f"C-100{rng.randint(1, 9)}")
            await finance.ask("PATCH", where, sent={"SalesMemo": str(number)})
            answers.append((await finance.ask("GET", where)).body)
        return answers

    assert await played(3) == await played(3)
    assert await played(3) != await played(4)


async def test_other_methods_are_refused(finance: Visitor) -> None:
    assert (await finance.ask("POST", CUSTOMER, sent={})).status == 405
    assert (await finance.ask("DELETE", "CustomersV3")).status == 405


async def test_the_first_call_after_a_start_can_be_slow() -> None:
    twin = FinanceTwin()
    twin.settings.first_call_delay = 20
    async with httpx.AsyncClient(transport=TwinTransport(twin), base_url="https://f.dynamics.com") as client:
        first = asyncio.create_task(client.get("/data/Currencies"))
        for _ in range(20):
            await asyncio.sleep(0)
        assert not first.done()
        twin.clock.advance(20)
        assert (await first).status_code == 200
