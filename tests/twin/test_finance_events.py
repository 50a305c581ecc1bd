"""What Finance tells its endpoints: data events, business events, what is retried, lost or kept in the error list."""

from __future__ import annotations

import asyncio
import json
import struct
import uuid
from typing import Any

import pytest

from tests.twin.events import Post
from tests.twin.finance.visitor import Visitor, address

CUSTOMER = address("CustomersV3", dataAreaId="usmf", CustomerAccount="C-1001")
NEW = {"dataAreaId": "usmf", "CustomerAccount": "N-1", "CustomerGroupId": "10", "SalesCurrencyCode": "USD"}


class Endpoint:
    """Takes posts, and answers what it is told: the next of `answers`, else 202."""

    def __init__(self) -> None:
        self.posts: list[Post] = []
        self.answers: list[int | Exception] = []

    async def __call__(self, post: Post) -> int:
        self.posts.append(post)
        answer = self.answers.pop(0) if self.answers else 202
        if isinstance(answer, Exception):
            raise answer
        return answer

    @property
    def bodies(self) -> list[dict[str, Any]]:
        return [json.loads(post.body) for post in self.posts]


@pytest.fixture
def endpoint() -> Endpoint:
    return Endpoint()


@pytest.fixture
async def finance(endpoint: Endpoint) -> Visitor:
    visitor = Visitor(send=endpoint)
    await visitor.control("endpoints", {"name": "app", "url": "http://127.0.0.1:7071/api/x?code=k"})
    endpoint.posts.clear()
    return visitor


async def activate(finance: Visitor, entity: str, event: str = "data", companies: list[str] | None = None) -> None:
    asked = {"event": event, "entity": entity, "endpoint": "app", "companies": companies or []}
    await finance.control("activations", asked)


async def told(finance: Visitor, endpoint: Endpoint) -> dict[str, Any]:
    """Deliver what waits and return the last body."""
    await finance.control("webhooks/flush", {})
    return endpoint.bodies[-1]


def attributes(body: dict[str, Any]) -> dict[str, Any]:
    target = next(each["value"] for each in body["InputParameters"] if each["key"] == "Target")
    return {each["key"]: each["value"] for each in target["Attributes"]}


async def test_creating_an_endpoint_sends_the_test_event(endpoint: Endpoint) -> None:
    await Visitor(send=endpoint).control("endpoints", {"name": "app", "url": "http://127.0.0.1:1/"})
    assert endpoint.bodies[0]["BusinessEventId"] == "BusinessEventsTestEndpointContract"
    assert endpoint.bodies[0]["ControlNumber"] == -(2**63)
    assert endpoint.bodies[0]["EventTimeIso8601"] == "1900-01-01T00:00:00Z"


async def test_an_endpoint_that_refuses_the_test_event_is_not_created(endpoint: Endpoint) -> None:
    finance = Visitor(send=endpoint)
    endpoint.answers = [401]
    asked = {"name": "app", "url": "http://127.0.0.1:1/"}
    assert (await finance.ask("POST", "/twin/endpoints", sent=asked)).status == 400
    assert await finance.control("endpoints") == {}


async def test_nothing_is_told_without_an_activation(finance: Visitor, endpoint: Endpoint) -> None:
    await finance.change(CUSTOMER, SalesMemo="x")
    await finance.control("webhooks/flush", {})
    assert endpoint.posts == []


async def test_a_create_is_told_with_the_row_under_its_virtual_names(finance: Visitor, endpoint: Endpoint) -> None:
    await activate(finance, "CustomersV3")
    await finance.create("CustomersV3", **NEW, OnHoldStatus="All", CreditLimit=10.25)
    body = await told(finance, endpoint)
    assert (body["MessageName"], body["PrimaryEntityName"]) == ("OnExternalCreated", "mserp_custcustomerv3entity")
    assert body["PrimaryEntityId"] == "00000000-0000-0000-0000-000000000000"
    row = attributes(body)
    assert (row["mserp_customeraccount"], row["mserp_dataareaid"], row["mserp_creditlimit"]) == ("N-1", "usmf", 10.25)
    assert row["mserp_onholdstatus"]["Value"] == 200000002
    assert row["mserp_primaryfield"] == "usmf|N-1"
    headers = endpoint.posts[-1].headers
    assert headers["x-ms-dynamics-entity-name"] == "mserp_custcustomerv3entity"
    assert headers["x-ms-dynamics-request-name"] == "OnExternalCreated"


async def test_the_target_id_is_the_entity_and_the_rec_id(finance: Visitor, endpoint: Endpoint) -> None:
    await activate(finance, "CustomersV3")
    await finance.change(CUSTOMER, SalesMemo="x")
    body = await told(finance, endpoint)
    target = uuid.UUID(body["InputParameters"][0]["value"]["Id"])
    key = ("usmf", "c-1001")
    row = finance.twin.database.tables["CustomersV3"].find(key)
    assert row is not None
    assert struct.unpack("<q", target.bytes[8:])[0] == row.rec_id
    assert target.bytes[4:8] == bytes(4)


async def test_an_update_tells_what_changed_and_how_it_was(finance: Visitor, endpoint: Endpoint) -> None:
    await activate(finance, "CustomersV3")
    await finance.change(CUSTOMER, OrganizationName="Harbour Board", PaymentTerms="Net30")
    parameters = {each["key"]: each["value"] for each in (await told(finance, endpoint))["InputParameters"]}
    assert parameters["ChangedFields"] == ["mserp_organizationname"]
    assert parameters["PreImage"]["Attributes"] == [{"key": "mserp_organizationname", "value": "Harbour Authority"}]


async def test_the_target_of_an_update_may_hold_the_changed_columns_only(finance: Visitor, endpoint: Endpoint) -> None:
    await activate(finance, "CustomersV3")
    finance.twin.settings.event_target = "changed"
    await finance.change(CUSTOMER, OrganizationName="Harbour Board")
    shown = attributes(await told(finance, endpoint))
    assert set(shown) == {"mserp_dataareaid", "mserp_customeraccount", "mserp_organizationname", "mserp_primaryfield"}


async def test_unset_dates_are_left_out_and_set_ones_are_milliseconds(finance: Visitor, endpoint: Endpoint) -> None:
    await activate(finance, "ProjectsV2")
    await finance.create(
        "ProjectsV2",
        dataAreaId="usmf",
        ProjectId="P1",
        ActualStartDate="2026-09-15T12:00:00Z",
        ProjectStage="InProcess",
    )
    row = attributes(await told(finance, endpoint))
    assert row["mserp_actualstartdate"] == "/Date(1789473600000)/"
    assert "mserp_actualenddate" not in row
    assert row["mserp_projectstage"]["Value"] == 200000003


async def test_a_delete_tells_the_id_and_nothing_else(finance: Visitor, endpoint: Endpoint) -> None:
    await activate(finance, "CustomersV3")
    await finance.create("CustomersV3", **NEW)
    created = await told(finance, endpoint)
    await finance.ask("DELETE", address("CustomersV3", dataAreaId="usmf", CustomerAccount="N-1"))
    deleted = await told(finance, endpoint)
    assert deleted["MessageName"] == "OnExternalDeleted"
    [target] = [each["value"] for each in deleted["InputParameters"]]
    assert target["Id"] == created["InputParameters"][0]["value"]["Id"]
    assert "Attributes" not in target
    assert "N-1" not in json.dumps(deleted)


async def test_refused_writes_and_set_based_ones_are_not_told(finance: Visitor, endpoint: Endpoint) -> None:
    await activate(finance, "CustomersV3")
    await finance.refusal("PATCH", CUSTOMER, sent={"CustomerGroupId": "no"})
    changed = {"collection": "CustomersV3", "where": "CustomerAccount eq 'C-1001'", "set": {"SalesMemo": "all"}}
    assert (await finance.control("set-based", changed))["changed"] == 3
    await finance.control("webhooks/flush", {})
    assert endpoint.posts == []
    assert (await finance.row(CUSTOMER))["SalesMemo"] == "all"


async def test_what_business_logic_writes_is_told_too(finance: Visitor, endpoint: Endpoint) -> None:
    await finance.create("ProjectContractHeaders", dataAreaId="usmf", ProjectContractId="K1")
    await finance.create("ProjectsV2", dataAreaId="usmf", ProjectId="P1")
    await activate(finance, "ProjectsV2")
    await finance.create(
        "ProjectContractLines", dataAreaId="usmf", ProjectContractId="K1", LineSequenceNumber=1, LineProjectId="P1"
    )
    assert attributes(await told(finance, endpoint))["mserp_projectcontractid"] == "K1"


async def test_a_rename_is_told_as_an_update_of_the_same_row(finance: Visitor, endpoint: Endpoint) -> None:
    await activate(finance, "CustomersV3")
    key = {"dataAreaId": "usmf", "CustomerAccount": "C-1001"}
    await finance.control("rename", {"collection": "CustomersV3", "key": key, "new_key": {"CustomerAccount": "C-9"}})
    body = await told(finance, endpoint)
    assert (body["MessageName"], attributes(body)["mserp_customeraccount"]) == ("OnExternalUpdated", "C-9")
    parameters = {each["key"]: each["value"] for each in body["InputParameters"]}
    assert parameters["PreImage"]["Attributes"] == [{"key": "mserp_customeraccount", "value": "C-1001"}]


async def test_an_activation_for_companies_is_silent_in_others(finance: Visitor, endpoint: Endpoint) -> None:
    await activate(finance, "CustomersV3", companies=["GBPM"])
    await finance.change(CUSTOMER, SalesMemo="x")
    await finance.change(CUSTOMER.replace("usmf", "gbpm"), SalesMemo="x")
    assert attributes(await told(finance, endpoint))["mserp_dataareaid"] == "gbpm"
    assert len(endpoint.posts) == 1


@pytest.mark.parametrize(("status", "posts"), [(503, 2), (502, 2), (504, 2), (500, 1), (429, 1), (401, 1)])
async def test_a_data_event_is_repeated_once_and_only_after_a_gateway_error(
    finance: Visitor, endpoint: Endpoint, status: int, posts: int
) -> None:
    await activate(finance, "CustomersV3")
    endpoint.answers = [status, status, status]
    await finance.change(CUSTOMER, SalesMemo="x")
    await finance.control("webhooks/flush", {})
    assert len(endpoint.posts) == posts
    assert await finance.control("event-errors") == []


async def test_a_business_event_has_its_contract_and_rising_numbers(finance: Visitor, endpoint: Endpoint) -> None:
    await activate(finance, "ProjProjectChangedBusinessEvent", event="business")
    await finance.create("ProjectsV2", dataAreaId="usmf", ProjectId="P1")
    for stage in ("InProcess", "Completed", "InProcess"):
        where = address("ProjectsV2", dataAreaId="usmf", ProjectId="P1")
        await finance.change(where, ProjectStage=stage)
    await finance.control("webhooks/flush", {})
    first, *_, last = endpoint.bodies
    assert (last["BusinessEventLegalEntity"], last["ProjectId"], last["ProjectStage"]) == ("USMF", "P1", "InProcess")
    assert first["EventTimeIso8601"].startswith("2026-09-14T08:00:00")
    numbers = [body["ControlNumber"] for body in endpoint.bodies]
    assert numbers == sorted(set(numbers))
    assert numbers[-1] - numbers[0] > len(numbers) - 1
    assert len({body["EventId"] for body in endpoint.bodies}) == 4


async def test_a_business_event_is_tried_four_times_then_waits_to_be_resent(
    finance: Visitor, endpoint: Endpoint
) -> None:
    await activate(finance, "CustCustomerChangedBusinessEvent", event="business")
    endpoint.answers = [500, 401, TimeoutError(), 503]
    await finance.change(CUSTOMER, SalesMemo="x")
    flushing = asyncio.create_task(finance.twin.deliveries.flush())
    for tries in (1, 2, 3, 4):
        await _until_posted(endpoint, tries)
        finance.twin.clock.advance(1)
    await flushing
    [error] = await finance.control("event-errors")
    assert (error["event"], error["status"]) == ("CustCustomerChangedBusinessEvent", 503)
    assert (await finance.control("event-errors/resend", {}))["resent"] == 1
    resent = await told(finance, endpoint)
    assert resent["EventId"] == endpoint.bodies[0]["EventId"]
    assert await finance.control("event-errors") == []


@pytest.mark.parametrize("wrong", [{"entity": "Nope"}, {"endpoint": "nope"}, {"event": "business"}, {"event": "odd"}])
async def test_activations_of_what_is_not_there_are_refused(finance: Visitor, wrong: dict[str, str]) -> None:
    asked = {"event": "data", "entity": "CustomersV3", "endpoint": "app"} | wrong
    assert (await finance.ask("POST", "/twin/activations", sent=asked)).status == 400


async def _until_posted(endpoint: Endpoint, count: int) -> None:
    for _ in range(50):
        if len(endpoint.posts) >= count:
            await asyncio.sleep(0)
            return
        await asyncio.sleep(0)
    raise AssertionError(f"There were only {len(endpoint.posts)} posts.")
