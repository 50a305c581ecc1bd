"""Blocking mode: what is written before the user's save commits, and what mends it when the save does not."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from shared.errors import Misconfigured, Missing, Parked, Rejected, Transient
from shared.mapping.direction import Direction
from shared.mapping.model import Side
from shared.store.message import Hint
from shared.sync import dataverse_events, times
from shared.sync.blocking import apply_blocking
from shared.sync.lookups import by_id
from shared.sync.outcome import Kind, Outcome
from tests.sync.bodies import context, created_project, encoded, option, reference
from tests.sync.stage import Stage, id_of
from tests.sync.test_permission import let
from tests.twin.dataverse.twin import ORGANIZATION_ID

PROJECTS = "projects_to_finance"
ROW = id_of("PRJ-1")


def image(**columns: Any) -> dict[str, Any]:
    """The post image of a project inside the transaction that makes it."""
    return {
        "msdyn_projectid": ROW,
        "msdyn_projectnumber": "PRJ-1",
        "msdyn_subject": "Quay wall renewal",
        "msdyn_istemplate": False,
        "statecode": option(0),
        "msdyn_owningcompany": reference("cdm_company", id_of("company")),
        **columns,
    }


def direction_of(stage: Stage, name: str = PROJECTS) -> Direction:
    return stage.services.catalogue.direction(name)


async def saving(
    stage: Stage, post: dict[str, Any] | None, message: str = "Create", *, body: dict[str, Any] | None = None
) -> Outcome:
    """Apply what a save of a project is about to commit."""
    direction = direction_of(stage)
    body = body or context(message, "msdyn_project", ROW, ORGANIZATION_ID, post=post, Mode=0, IsInTransaction=True)
    return await apply_blocking(
        stage.services, direction, dataverse_events.parse(encoded(body), direction.map, ORGANIZATION_ID)
    )


async def test_a_row_is_written_from_its_post_image_before_it_is_committed(stage: Stage) -> None:
    outcome = await saving(stage, image(msdyn_effort=12.5, msdyn_scheduledstart="/Date(1790812800000+0200)/"))
    assert (outcome.kind, outcome.finance_key) == (Kind.CREATED, "usmf|PRJ-1")
    there = stage.values("ProjectsV2", "PRJ-1")
    assert (there["ProjectName"], str(there["TotalPlannedEffortInHours"])) == ("Quay wall renewal", "12.5")
    assert there["ScheduleStartDate"].startswith("2026-10-01")
    assert stage.held("msdyn_project", "PRJ-1") is None


async def test_what_the_row_points_at_is_read_for_its_number(stage: Stage) -> None:
    contract = await stage.contract()
    await stage.heard("contracts_to_finance", contract)
    await saving(stage, image(msdyn_salesorderid=reference("salesorder", contract)))
    assert stage.values("ProjectsV2", "PRJ-1")["ProjectContractId"] == "ORD-1"


async def test_an_update_writes_only_what_differs(stage: Stage) -> None:
    await stage.heard(PROJECTS, await stage.project())
    stage.forget()
    outcome = await saving(stage, image(msdyn_subject="Renamed"), "Update")
    (write,) = stage.to_finance.writes
    assert (write.method, write.body) == ("PATCH", {"ProjectName": "Renamed"})
    assert (outcome.kind, outcome.columns) == (Kind.UPDATED, ("ProjectName",))


async def test_a_column_that_an_image_leaves_out_is_empty(stage: Stage) -> None:
    await stage.heard(PROJECTS, await stage.project(msdyn_description="Phase one"))
    await saving(stage, image(), "Update")
    assert stage.values("ProjectsV2", "PRJ-1")["Description"] == ""


async def test_a_save_that_changes_nothing_that_is_mapped_writes_nothing(stage: Stage) -> None:
    await stage.heard(PROJECTS, await stage.project())
    stage.forget()
    outcome = await saving(stage, image(msdyn_subject="Harbour crane refit"), "Update")
    assert outcome.kind is Kind.UNCHANGED
    assert stage.to_finance.writes == []


async def test_a_delete_is_done_before_it_is_committed(stage: Stage) -> None:
    await stage.heard(PROJECTS, await stage.project())
    outcome = await saving(stage, None, "Delete")
    assert outcome.kind is Kind.DELETED
    assert stage.kept("ProjectsV2", "PRJ-1") is None


async def test_a_delete_of_a_row_that_never_went_over_passes(stage: Stage) -> None:
    assert (await saving(stage, None, "Delete")).kind is Kind.UNCHANGED


async def test_a_row_outside_the_filter_passes_without_a_request(stage: Stage) -> None:
    outcome = await saving(stage, image(msdyn_istemplate=True))
    assert outcome.kind is Kind.FILTERED
    assert stage.to_finance.requests == []
    assert stage.waiting(PROJECTS) == []


# -- no orphan ---------------------------------------------------------------------------------------------------------


async def test_a_look_at_what_really_committed_is_on_the_queue_before_the_write(stage: Stage) -> None:
    stage.world.finance.faults.add(method="POST", path="ProjectsV2", reset=True, after=True)
    with pytest.raises(Transient):
        await saving(stage, image())
    ((message, delay),) = stage.waiting(PROJECTS)
    assert (message.key, message.hint, delay) == (ROW, Hint.VERIFY, 120.0)
    assert stage.kept("ProjectsV2", "PRJ-1") is not None


async def test_a_save_rolled_back_after_our_write_leaves_no_orphan(stage: Stage) -> None:
    await saving(stage, image())
    await stage.world.run(seconds=180)
    assert stage.kept("ProjectsV2", "PRJ-1") is None


async def test_an_edit_rolled_back_after_our_write_is_taken_back(stage: Stage) -> None:
    await stage.heard(PROJECTS, await stage.project())
    await saving(stage, image(msdyn_subject="Never committed"), "Update")
    assert stage.values("ProjectsV2", "PRJ-1")["ProjectName"] == "Never committed"
    await stage.world.run(seconds=180)
    assert stage.values("ProjectsV2", "PRJ-1")["ProjectName"] == "Harbour crane refit"


async def test_a_delete_rolled_back_after_ours_is_made_good(stage: Stage) -> None:
    await stage.heard(PROJECTS, await stage.project())
    await saving(stage, None, "Delete")
    await stage.world.run(seconds=180)
    assert stage.values("ProjectsV2", "PRJ-1")["ProjectName"] == "Harbour crane refit"


async def test_a_committed_save_needs_no_further_write(stage: Stage) -> None:
    await saving(stage, image(msdyn_subject="Harbour crane refit"))
    await stage.project()
    stage.forget()
    await stage.world.run(seconds=180)
    assert stage.to_finance.writes == []
    assert stage.kept("ProjectsV2", "PRJ-1") is not None


async def test_if_the_later_look_cannot_be_enqueued_nothing_is_written(stage: Stage) -> None:
    async def fail(operation: str) -> None:
        if operation.endswith(".send"):
            raise Transient("the storage account does not answer")

    stage.world.storage.before_each_operation = fail
    with pytest.raises(Transient, match="storage account"):
        await saving(stage, image())
    assert stage.to_finance.writes == []


# -- saves that fail ---------------------------------------------------------------------------------------------------


async def test_what_finance_refuses_fails_the_save_in_finances_words(stage: Stage) -> None:
    with pytest.raises(Rejected) as refused:
        await saving(stage, image(msdyn_description="x" * 1001))
    assert "'Description' is too long" in refused.value.reason


async def test_a_save_that_points_at_what_finance_does_not_hold_yet_says_what_is_missing(stage: Stage) -> None:
    contract = await stage.contract()
    with pytest.raises(Parked) as parked:
        await saving(stage, image(msdyn_salesorderid=reference("salesorder", contract)))
    assert (parked.value.missing.map, parked.value.missing.key) == ("contracts", "usmf|ord-1")
    assert await stage.services.parked.find(PROJECTS, ROW) is None


async def test_a_number_that_another_row_holds_fails_the_save(stage: Stage) -> None:
    await stage.heard(PROJECTS, await stage.project("other", msdyn_projectnumber="PRJ-1"))
    with pytest.raises(Rejected, match="belongs to Dataverse row"):
        await saving(stage, image())
    assert stage.values("ProjectsV2", "PRJ-1")["ProjectName"] == "Harbour crane refit"


async def test_an_event_without_a_post_image_fails_the_save_and_says_how_to_register(stage: Stage) -> None:
    with pytest.raises(Rejected, match="carries no post image") as rejected:
        await saving(stage, None, "Update")
    assert "post image" in rejected.value.remedy
    assert stage.waiting(PROJECTS) == []


async def test_the_image_that_the_platform_adds_by_itself_is_not_taken_for_ours(stage: Stage) -> None:
    body = created_project(ROW, ORGANIZATION_ID)
    body["PostEntityImages"] = body["PostEntityImages"][1:]
    with pytest.raises(Rejected, match="carries no post image"):
        await saving(stage, None, body=body)


async def test_a_finance_that_takes_too_long_fails_the_save_within_the_budget() -> None:
    stage = await Stage(policy={"blocking_budget": 0.05}).begin()

    async def hang(operation: str) -> None:
        if operation == "links.get":
            await asyncio.Event().wait()

    stage.world.storage.before_each_operation = hang
    with pytest.raises(Transient, match="within the time that a save may take"):
        await saving(stage, image())
    assert [message.hint for message, _ in stage.waiting(PROJECTS)] == [Hint.VERIFY]


async def test_a_row_that_changes_in_finance_at_the_same_moment_fails_the_save_for_now(stage: Stage) -> None:
    await stage.heard(PROJECTS, await stage.project())
    stage.world.finance.faults.add(path="ProjectsV2", method="PATCH", status=412)
    stage.world.finance.faults.add(path="ProjectsV2", method="DELETE", status=412)
    for message, post in (("Update", image(msdyn_subject="Renamed")), ("Delete", None)):
        with pytest.raises(Transient, match="changed at the same moment"):
            await saving(stage, post, message)


@pytest.mark.parametrize("name", ["customers_to_finance", "legal_entities_to_dataverse"])
async def test_a_map_that_cannot_block_says_so(stage: Stage, name: str) -> None:
    direction = direction_of(stage, name)
    body = context("Update", direction.map.dataverse.table, ROW, ORGANIZATION_ID, post={})
    parsed = dataverse_events.parse(encoded(body), direction.map, ORGANIZATION_ID)
    with pytest.raises(Misconfigured, match="cannot block a save") as misconfigured:
        await apply_blocking(stage.services, direction, parsed)
    assert "BLOCKING_MAPS" in misconfigured.value.remedy


@pytest.mark.parametrize(
    "columns",
    [
        {"msdyn_salesorderid": "not a reference"},
        {"msdyn_salesorderid": {"Id": id_of("ORD-1")}},
        {"msdyn_salesorderid": reference("salesorder", "not an id")},
        {"msdyn_scheduledstart": "/Date(soon)/"},
        {"msdyn_effort": "many"},
        {"msdyn_subject": 12},
    ],
    ids=lambda columns: str(columns)[:50],
)
async def test_an_image_that_is_not_as_documented_fails_the_save_with_a_reason(
    stage: Stage, columns: dict[str, Any]
) -> None:
    with pytest.raises(Rejected):
        await saving(stage, image(**columns))
    assert stage.kept("ProjectsV2", "PRJ-1") is None


# -- times -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/Date(1789374665000)/", "2026-09-14T08:31:05Z"),
        ("/Date(1789374665412+0000)/", "2026-09-14T08:31:05Z"),
        ("/Date(1789374665000-0700)/", "2026-09-14T08:31:05Z"),
        ("/Date(-2208988800000)/", "1900-01-01T00:00:00Z"),
        ("/Date(-2208988800000+0100)/", "1900-01-01T00:00:00Z"),
        ("/Date(0)/", "1970-01-01T00:00:00Z"),
    ],
)
def test_the_number_of_a_date_is_utc_whatever_offset_it_shows(text: str, expected: str) -> None:
    assert times.moment(text) == expected


@pytest.mark.parametrize("text", ["/Date(soon)/", "/Date()/", "/Date(1", "/Date(999999999999999)/", "/Date(1)/ or so"])
async def test_a_text_that_only_looks_like_a_date_stays_what_it_is(stage: Stage, text: str) -> None:
    assert times.moment(text) is None
    await saving(stage, image(msdyn_description=text))
    assert stage.values("ProjectsV2", "PRJ-1")["Description"] == text


# -- what the map says -------------------------------------------------------------------------------------------------


async def test_what_the_map_forbids_fails_the_save_and_writes_nothing(stage: Stage) -> None:
    await stage.heard(PROJECTS, await stage.project())
    let(stage, "projects", Side.FINANCE, "create")
    for body in (None, image(msdyn_subject="Renamed")):
        with pytest.raises(Rejected, match=r"rows of ProjectsV2 are not (deleted|changed) in Finance"):
            await saving(stage, body, "Update" if body else "Delete")
    assert stage.values("ProjectsV2", "PRJ-1")["ProjectName"] == "Harbour crane refit"


async def test_a_row_is_not_made_before_the_one_that_it_needs(stage: Stage) -> None:
    row_id, line = id_of("milestone"), id_of("line")
    post = {
        "msdyn_contractlinescheduleofvalueid": row_id,
        "msdyn_name": "Hoist dismantled",
        "msdyn_contractlineid": reference("salesorderdetail", line),
        "msdyn_project": reference("msdyn_project", await stage.project()),
    }
    table = "msdyn_contractlinescheduleofvalue"
    body = context("Create", table, row_id, ORGANIZATION_ID, post=post, Mode=0, IsInTransaction=True)
    direction = direction_of(stage, "milestones_to_finance")
    event = dataverse_events.parse(encoded(body), direction.map, ORGANIZATION_ID)
    with pytest.raises(Parked) as parked:
        await apply_blocking(stage.services, direction, event)
    assert parked.value.missing == Missing("contract_lines", by_id(line))
