"""Webhooks: who is told of what, in which shape, and what becomes of failures."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
import simplejson

from tests.twin.dataverse import DataverseTwin
from tests.twin.dataverse.api import Api
from tests.twin.dataverse.registration import register_endpoint, register_step
from tests.twin.dataverse.tables.registration import HTTP_HEADER, SYNC
from tests.twin.events import Post

URL = "http://127.0.0.1:7071/api/projects_to_finance"


class Receiver:
    """Captures posts; answers with `statuses` one by one, then 202."""

    def __init__(self) -> None:
        self.posts: list[Post] = []
        self.statuses: list[int] = []

    async def __call__(self, post: Post) -> int:
        self.posts.append(post)
        status = self.statuses.pop(0) if self.statuses else 202
        if status == 0:
            raise httpx.ConnectError("refused")
        return status

    def contexts(self) -> list[dict[str, Any]]:
        return [simplejson.loads(post.body, use_decimal=True) for post in self.posts]


@pytest.fixture
def receiver() -> Receiver:
    return Receiver()


@pytest.fixture
def twin(receiver: Receiver) -> DataverseTwin:
    return DataverseTwin(seed=11, send=receiver)


@pytest.fixture
def api(twin: DataverseTwin) -> Api:
    return Api(twin)


def target(context: dict[str, Any]) -> dict[str, Any]:
    entity = context["InputParameters"][0]["value"]
    return {pair["key"]: pair["value"] for pair in entity["Attributes"]}


def image(context: dict[str, Any], which: str, alias: str) -> dict[str, Any]:
    found = next(pair["value"] for pair in context[which] if pair["key"] == alias)
    return {pair["key"]: pair["value"] for pair in found["Attributes"]}


async def project(api: Api, **columns: Any) -> str:
    return await api.create("msdyn_projects", {"msdyn_subject": "Crane refit", **columns})


async def test_nothing_is_sent_without_a_registered_step(twin: DataverseTwin, receiver: Receiver, api: Api) -> None:
    await project(api)
    await twin.events.flush()
    assert receiver.posts == []


async def test_a_create_is_told_after_the_commit(twin: DataverseTwin, receiver: Receiver, api: Api) -> None:
    await register_step(
        api, await register_endpoint(api, "dw", URL, "k3y"), "msdyn_project", "Create", images=["msdyn_subject"]
    )
    row_id = await project(api, msdyn_effort=8, msdyn_scheduledstart="2026-09-15T00:00:00Z")
    assert receiver.posts == []
    await twin.events.flush()
    context, post = receiver.contexts()[0], receiver.posts[0]
    assert post.url == f"{URL}?code=k3y"
    assert post.headers["x-ms-dynamics-entity-name"] == "msdyn_project"
    assert post.headers["x-ms-dynamics-request-name"] == "Create"
    assert "x-ms-dynamics-msg-size-exceeded" not in post.headers
    assert (context["MessageName"], context["PrimaryEntityId"], context["Stage"]) == ("Create", row_id, 40)
    assert (context["Mode"], context["Depth"], context["IsInTransaction"]) == (1, 1, False)
    assert context["OutputParameters"] == [{"key": "id", "value": row_id}]
    assert context["InitiatingUserId"] == twin.user("Avery Howard")
    sent = target(context)
    assert sent["msdyn_effort"] == 8
    assert sent["msdyn_scheduledstart"] == "/Date(1789430400000)/"
    assert sent["statecode"]["Value"] == 0
    assert sent["createdon"] == sent["modifiedon"] == "/Date(1789372800000)/"
    assert image(context, "PostEntityImages", "post") == {"msdyn_projectid": row_id, "msdyn_subject": "Crane refit"}
    assert image(context, "PostEntityImages", "AsynchronousStepPrimaryName")["msdyn_subject"] == "Crane refit"
    assert b"\\/Date(" in post.body


async def test_an_update_carries_what_was_sent_and_both_images(
    twin: DataverseTwin, receiver: Receiver, api: Api
) -> None:
    row_id = await project(api, msdyn_description="old")
    endpoint = await register_endpoint(api, "dw", URL, "k3y")
    columns = ["msdyn_subject", "msdyn_description"]
    await register_step(api, endpoint, "msdyn_project", "Update", attributes=columns, images=columns)
    await api.patch(f"msdyn_projects({row_id})?tag=dw:1", {"msdyn_description": None}, authorization="Bearer app")
    await twin.events.flush()
    context = receiver.contexts()[0]
    sent = target(context)
    assert sent["msdyn_description"] is None
    assert sent["modifiedby"]["Id"] == context["InitiatingUserId"] == twin.user("# Dual writer")
    assert "msdyn_subject" not in sent
    assert image(context, "PreEntityImages", "pre")["msdyn_description"] == "old"
    assert "msdyn_description" not in image(context, "PostEntityImages", "post")
    assert context["SharedVariables"] == [{"key": "tag", "value": "dw:1"}]
    assert {"key": "tag", "value": "dw:1"} in context["ParentContext"]["SharedVariables"]


async def test_filtering_attributes_test_presence_not_change(twin: DataverseTwin, receiver: Receiver, api: Api) -> None:
    row_id = await project(api)
    endpoint = await register_endpoint(api, "dw", URL, "k3y")
    await register_step(api, endpoint, "msdyn_project", "Update", attributes=["msdyn_subject"])
    await api.patch(f"msdyn_projects({row_id})", {"msdyn_effort": 1})
    await twin.events.flush()
    assert receiver.posts == []
    await api.patch(f"msdyn_projects({row_id})", {"msdyn_subject": "Crane refit"})
    await twin.events.flush()
    assert len(receiver.posts) == 1


async def test_a_delete_carries_a_reference_and_the_pre_image(
    twin: DataverseTwin, receiver: Receiver, api: Api
) -> None:
    row_id = await project(api, msdyn_projectnumber="P1")
    endpoint = await register_endpoint(api, "dw", URL, "k3y")
    await register_step(api, endpoint, "msdyn_project", "Delete", images=["msdyn_projectnumber"])
    await api.delete(f"msdyn_projects({row_id})")
    await twin.events.flush()
    context = receiver.contexts()[0]
    reference = context["InputParameters"][0]["value"]
    assert (reference["__type"].split(":")[0], reference["Id"]) == ("EntityReference", row_id)
    assert image(context, "PreEntityImages", "pre")["msdyn_projectnumber"] == "P1"
    assert context["PostEntityImages"] == []


async def test_a_body_over_256_kb_is_cut(twin: DataverseTwin, receiver: Receiver, api: Api) -> None:
    endpoint = await register_endpoint(api, "dw", URL, "k3y")
    await register_step(api, endpoint, "msdyn_project", "Create", images=["msdyn_description"])
    row_id = await project(api, msdyn_description="ü" * 50_000)
    await twin.events.flush()
    context = receiver.contexts()[0]
    assert len(receiver.posts[0].body) < 256 * 1024
    assert "x-ms-dynamics-msg-size-exceeded" in receiver.posts[0].headers
    assert (context["MessageName"], context["PrimaryEntityId"]) == ("Create", row_id)
    assert not {"ParentContext", "InputParameters", "PreEntityImages", "PostEntityImages"}.intersection(context)


async def test_bodies_are_raw_utf_8(twin: DataverseTwin, receiver: Receiver, api: Api) -> None:
    await register_step(api, await register_endpoint(api, "dw", URL, "k3y"), "msdyn_project", "Create")
    await project(api, msdyn_description="Überholung")
    await twin.events.flush()
    assert "Überholung".encode() in receiver.posts[0].body


async def test_headers_can_carry_the_secret(twin: DataverseTwin, receiver: Receiver, api: Api) -> None:
    secret = '<settings><setting name="x-functions-key" value="k3y"/></settings>'
    endpoint = await register_endpoint(api, "dw", URL, secret, HTTP_HEADER)
    await register_step(api, endpoint, "msdyn_project", "Create")
    await project(api)
    await twin.events.flush()
    assert (receiver.posts[0].url, receiver.posts[0].headers["x-functions-key"]) == (URL, "k3y")
    assert "authvalue" not in (await api.rows("serviceendpoints"))[0]


@pytest.mark.parametrize(("status", "posts"), [(503, 2), (502, 2), (504, 2), (500, 1), (429, 1), (401, 1), (0, 1)])
async def test_only_gateway_errors_are_repeated_and_once(
    twin: DataverseTwin, receiver: Receiver, api: Api, status: int, posts: int
) -> None:
    await register_step(api, await register_endpoint(api, "dw", URL, "k3y"), "msdyn_project", "Create")
    receiver.statuses = [status, status, status]
    await project(api)
    await twin.events.flush()
    assert len(receiver.posts) == posts
    failed = await api.rows("asyncoperations?$filter=statuscode eq 31&$select=name,message,_owningextensionid_value")
    assert [row["name"] for row in failed] == ["Create of msdyn_project"]


async def test_steps_can_be_bypassed_by_id(twin: DataverseTwin, receiver: Receiver, api: Api) -> None:
    step = await register_step(api, await register_endpoint(api, "dw", URL, "k3y"), "msdyn_project", "Create")
    header = {"mscrm.bypassbusinesslogicexecutionstepids": step}
    await api.ask("POST", "msdyn_projects", {"msdyn_subject": "quiet"}, header)
    await twin.events.flush()
    assert receiver.posts == []


@pytest.mark.parametrize(("header", "posts"), [("CustomSync", 1), ("CustomAsync", 0), ("CustomSync,CustomAsync", 0)])
async def test_custom_logic_can_be_bypassed_by_mode(
    twin: DataverseTwin, receiver: Receiver, api: Api, header: str, posts: int
) -> None:
    await register_step(api, await register_endpoint(api, "dw", URL, "k3y"), "msdyn_project", "Create")
    headers = {"mscrm.bypassbusinesslogicexecution": header}
    await api.ask("POST", "msdyn_projects", {"msdyn_subject": "quiet"}, headers)
    await twin.events.flush()
    assert len(receiver.posts) == posts


async def test_a_disabled_step_says_nothing(twin: DataverseTwin, receiver: Receiver, api: Api) -> None:
    step = await register_step(api, await register_endpoint(api, "dw", URL, "k3y"), "msdyn_project", "Create")
    await api.patch(f"sdkmessageprocessingsteps({step})", {"statecode": 1})
    await project(api)
    await twin.events.flush()
    assert receiver.posts == []


async def test_a_synchronous_step_can_refuse_the_save(receiver: Receiver, api: Api) -> None:
    endpoint = await register_endpoint(api, "dw", URL, "k3y")
    await register_step(api, endpoint, "msdyn_project", "Create", mode=SYNC)
    receiver.statuses = [400]
    answer = await api.post("msdyn_projects", {"msdyn_subject": "refused"})
    assert (answer.status, answer.json()["error"]["code"]) == (400, "0x80040265")
    assert await api.rows("msdyn_projects") == []
    context = receiver.contexts()[0]
    assert (context["Mode"], context["IsInTransaction"]) == (0, True)
    assert context["RequestId"] == context["OperationId"]


async def test_a_synchronous_receiver_reads_the_committed_state_meanwhile(
    twin: DataverseTwin, receiver: Receiver, api: Api
) -> None:
    row_id = await project(api)
    await register_step(api, await register_endpoint(api, "dw", URL, "k3y"), "msdyn_project", "Update", mode=SYNC)
    seen: list[str] = []

    async def look(post: Post) -> int:
        seen.append((await api.get(f"msdyn_projects({row_id})?$select=msdyn_subject")).json()["msdyn_subject"])
        assert (await api.post("accounts", {"name": "written meanwhile"})).status == 204
        return await receiver(post)

    twin.events.send = look
    assert (await api.patch(f"msdyn_projects({row_id})", {"msdyn_subject": "new"})).status == 204
    assert seen == ["Crane refit"]


async def test_a_second_writer_of_the_row_waits_for_the_synchronous_step(
    twin: DataverseTwin, receiver: Receiver, api: Api
) -> None:
    row_id = await project(api)
    await register_step(api, await register_endpoint(api, "dw", URL, "k3y"), "msdyn_project", "Update", mode=SYNC)
    asked, answer = asyncio.Event(), asyncio.Event()

    async def hold(post: Post) -> int:
        asked.set()
        await answer.wait()
        return await receiver(post)

    twin.events.send = hold
    first = asyncio.create_task(api.patch(f"msdyn_projects({row_id})", {"msdyn_subject": "first"}))
    await asked.wait()
    second = asyncio.create_task(api.patch(f"msdyn_projects({row_id})", {"msdyn_subject": "second"}))
    link = (await api.get("msdyn_projects", prefer="odata.track-changes")).json()["@odata.deltaLink"]
    await asyncio.sleep(0)
    assert not second.done()
    answer.set()
    assert [(await task).status for task in (first, second)] == [204, 204]
    # The delta link given while the first write was uncommitted does not skip it.
    assert [row["msdyn_subject"] for row in (await api.get(link)).json()["value"]] == ["second"]


async def test_no_answer_from_a_synchronous_receiver_refuses_the_save(receiver: Receiver, api: Api) -> None:
    await register_step(api, await register_endpoint(api, "dw", URL, "k3y"), "msdyn_project", "Create", mode=SYNC)
    receiver.statuses = [0]
    assert (await api.post("msdyn_projects", {"msdyn_subject": "x"})).status == 400


@pytest.mark.parametrize(
    "change",
    [{"url": "http://example.com:8080/x"}, {"url": "relative"}, {"authtype": 1}, {"authvalue": None}, {"contract": 2}],
)
async def test_endpoints_the_platform_would_refuse_are_refused(api: Api, change: dict[str, object]) -> None:
    columns = {"name": "dw", "contract": 8, "authtype": 4, "url": URL, "authvalue": "k", **change}
    assert (await api.post("serviceendpoints", columns)).status >= 400


async def test_delivery_faults_are_seeded_and_counted(receiver: Receiver, api: Api) -> None:
    await register_step(api, await register_endpoint(api, "dw", URL, "k3y"), "msdyn_project", "Create")
    await api.ask("POST", "/twin/webhooks", {"drop": 0.3, "double": 0.3, "reorder": 0.5})
    ids = [await project(api, msdyn_subject=str(number)) for number in range(40)]
    state = (await api.ask("POST", "/twin/webhooks/flush")).json()
    counted = state["counters"]
    assert state["idle"]
    assert counted["delivered"] == 40 - counted["dropped"] + counted["doubled"] == len(receiver.posts)
    assert min(counted["dropped"], counted["doubled"]) > 0
    told = [context["PrimaryEntityId"] for context in receiver.contexts()]
    assert told != sorted(told, key=ids.index)
