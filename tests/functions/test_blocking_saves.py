"""Blocking saves end to end: a person saves in Dataverse, a synchronous step asks the app, Finance has the last word."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from shared.store.map_states import State
from tests.functions.running_app import App, acting_in
from tests.sync.stage import Stage, id_of
from tests.twin.dataverse.api import Api
from tests.twin.dataverse.registration import register_endpoint, register_step
from tests.twin.dataverse.tables.registration import SYNC
from tests.twin.events import Post

PROJECTS = "projects_to_finance"
COLUMNS = [
    "msdyn_projectnumber",
    "msdyn_subject",
    "msdyn_description",
    "msdyn_istemplate",
    "statecode",
    "msdyn_owningcompany",
    "msdyn_salesorderid",
    "msdyn_customer",
    "msdyn_scheduledstart",
    "msdyn_finish",
    "msdyn_actualstart",
    "msdyn_actualend",
    "msdyn_effort",
]


@pytest.fixture
async def app(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[App]:
    """An app whose projects block, and the steps that ask it."""
    with acting_in(stage, monkeypatch, BLOCKING_MAPS="projects") as app:
        stage.world.dataverse.events.send = app.deliver
        api = Api(stage.world.dataverse)
        endpoint = await register_endpoint(api, "app", "http://127.0.0.1:7071/api/webhooks/projects-to-finance", "k3y")
        for message in ("Create", "Update", "Delete"):
            await register_step(api, endpoint, "msdyn_project", message, mode=SYNC, images=COLUMNS)
        yield app


@pytest.mark.usefixtures("app")
async def test_a_save_is_in_finance_when_the_person_sees_it_succeed(stage: Stage) -> None:
    await stage.project(msdyn_effort=12.5, msdyn_scheduledstart="2026-10-01T00:00:00Z")
    there = stage.values("ProjectsV2", "PRJ-1")
    assert (there["ProjectName"], str(there["TotalPlannedEffortInHours"])) == ("Harbour crane refit", "12.5")
    assert there["ProjectedStartDate"].startswith("2026-10-01")
    await stage.project(msdyn_subject="Harbour crane overhaul")
    assert stage.values("ProjectsV2", "PRJ-1")["ProjectName"] == "Harbour crane overhaul"
    await stage.remove("msdyn_projects", "PRJ-1")
    assert stage.kept("ProjectsV2", "PRJ-1") is None


@pytest.mark.usefixtures("app")
async def test_a_save_that_finance_refuses_fails_and_leaves_both_sides_as_they_were(stage: Stage) -> None:
    await stage.project()
    before = stage.values("ProjectsV2", "PRJ-1")
    refused = await stage.world.in_dataverse.ask(
        "PATCH", f"msdyn_projects({id_of('PRJ-1')})", {"msdyn_description": "x" * 1001}
    )
    assert refused.status_code == 400
    assert refused.json()["error"]["code"] == "0x80040265"
    held = stage.held("msdyn_project", "PRJ-1")
    assert held is not None
    assert held["msdyn_description"] is None
    assert stage.values("ProjectsV2", "PRJ-1") == before


@pytest.mark.usefixtures("app")
async def test_a_save_while_finance_is_away_fails_and_succeeds_when_it_is_back(stage: Stage) -> None:
    stage.world.finance.faults.add(path="ProjectsV2", status=503)
    body = {
        "msdyn_projectnumber": "PRJ-1",
        "msdyn_subject": "Harbour crane refit",
        "msdyn_OwningCompany@odata.bind": f"/cdm_companies({id_of('company')})",
    }
    assert (await stage.world.in_dataverse.ask("POST", "msdyn_projects", body)).status_code == 400
    assert stage.world.dataverse.rows("msdyn_project") == []
    stage.world.finance.faults.clear()
    assert (await stage.world.in_dataverse.ask("POST", "msdyn_projects", body)).is_success
    await stage.world.run(seconds=300)
    assert len(stage.world.finance.database.tables["ProjectsV2"]) == 1


@pytest.mark.usefixtures("app")
async def test_a_save_that_fails_after_ours_leaves_no_orphan(stage: Stage) -> None:
    """A later step of the same transaction refuses: Dataverse rolls back what Finance has written already."""
    api = Api(stage.world.dataverse)
    app_delivers = stage.world.dataverse.events.send
    assert app_delivers is not None
    endpoint = await register_endpoint(api, "later", "http://127.0.0.1:7071/refuses", "k3y")
    step = await register_step(api, endpoint, "msdyn_project", "Create", mode=SYNC)
    await api.patch(f"sdkmessageprocessingsteps({step})", {"rank": 9})

    async def deliver(post: Post) -> int:
        return 400 if "refuses" in post.url else await app_delivers(post)

    stage.world.dataverse.events.send = deliver
    refused = await stage.world.in_dataverse.ask(
        "PATCH",
        f"msdyn_projects({id_of('PRJ-1')})",
        {
            "msdyn_projectnumber": "PRJ-1",
            "msdyn_subject": "Harbour crane refit",
            "msdyn_OwningCompany@odata.bind": f"/cdm_companies({id_of('company')})",
        },
    )
    assert refused.status_code == 400
    assert stage.kept("ProjectsV2", "PRJ-1") is not None
    await stage.world.run(seconds=180)
    assert stage.kept("ProjectsV2", "PRJ-1") is None


async def test_a_child_saved_before_its_parent_went_over_is_told_to_save_again(app: App, stage: Stage) -> None:
    contract = await stage.contract()
    body = {
        "msdyn_projectnumber": "PRJ-1",
        "msdyn_subject": "Harbour crane refit",
        "msdyn_OwningCompany@odata.bind": f"/cdm_companies({id_of('company')})",
        "msdyn_SalesOrderId@odata.bind": f"/salesorders({contract})",
    }
    assert (await stage.world.in_dataverse.ask("POST", "msdyn_projects", body)).status_code == 400
    await stage.heard("contracts_to_finance", contract)
    assert (await stage.world.in_dataverse.ask("POST", "msdyn_projects", body)).is_success
    assert stage.values("ProjectsV2", "PRJ-1")["ProjectContractId"] == "ORD-1"
    del app


@pytest.mark.parametrize("state", [State.PAUSED, State.NOT_RUNNING])
@pytest.mark.usefixtures("app")
async def test_a_map_that_does_not_run_holds_up_no_save(stage: Stage, state: State) -> None:
    read = await stage.services.maps.get("projects", fresh=True)
    await stage.services.maps.set(read, state=state)
    stage.world.finance.faults.add(path="ProjectsV2", status=503)
    await stage.project()
    assert stage.to_finance.requests == []
    await stage.world.run(seconds=120)
    assert len(stage.waiting(PROJECTS)) == (1 if state is State.PAUSED else 0)
