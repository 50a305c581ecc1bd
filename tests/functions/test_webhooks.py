"""The webhook functions: what is taken, what is sent away and why, and that nothing taken is lost."""

from __future__ import annotations

import pytest

from functions.answers import LARGEST_BODY
from functions.process import process
from shared.errors import Conflict, Refused, Rejected, SyncError, Throttled, Transient
from shared.store.message import Hint
from tests.functions.running_app import App, acting_in
from tests.sync.bodies import (
    business_event,
    created_project,
    cut,
    data_event,
    deleted_project,
    encoded,
    endpoint_check,
    updated_project,
)
from tests.sync.stage import Stage, id_of
from tests.twin.dataverse.twin import ORGANIZATION_ID

PROJECTS, CUSTOMERS = "projects_to_finance", "customers_to_dataverse"
ROW = id_of("PRJ-1")
FOREIGN = "11111111-2222-5333-8444-555555555555"


async def test_an_event_is_answered_202_and_its_key_is_on_the_queue(app: App, stage: Stage) -> None:
    body = updated_project(ROW, ORGANIZATION_ID)
    status, answer = await app.webhook(PROJECTS, encoded(body, escaped=True))
    assert (status, answer) == (202, {"status": "accepted", "correlation": body["CorrelationId"]})
    ((message, delay),) = stage.waiting(PROJECTS)
    assert (message.key, message.hint, message.attempts, delay) == (ROW, Hint.UPSERT, 0, 0.0)
    assert message.correlation == body["CorrelationId"]
    assert message.first_seen == stage.world.clock.now()


async def test_a_delete_cut_down_to_its_id_is_taken(app: App, stage: Stage) -> None:
    status, _ = await app.webhook(PROJECTS, encoded(cut(deleted_project(ROW, ORGANIZATION_ID))))
    assert status == 202
    assert [message.hint for message, _ in stage.waiting(PROJECTS)] == [Hint.DELETE]


async def test_only_the_key_travels_and_never_the_row(app: App, stage: Stage) -> None:
    await app.webhook(PROJECTS, encoded(updated_project(ROW, ORGANIZATION_ID)))
    ((message, _),) = stage.waiting(PROJECTS)
    assert "Quay wall" not in message.to_text()


async def test_the_event_of_a_real_row_ends_in_finance(app: App, stage: Stage) -> None:
    await stage.project()
    await app.webhook(PROJECTS, encoded(created_project(ROW, ORGANIZATION_ID)))
    ((message, _),) = stage.waiting(PROJECTS)
    await app.work(PROJECTS, message.to_text())
    assert stage.values("ProjectsV2", "PRJ-1")["ProjectName"] == "Harbour crane refit"


async def test_a_data_event_of_finance_is_taken(app: App, stage: Stage) -> None:
    key = {"dataareaid": "usmf", "customeraccount": "C-1001"}
    status, _ = await app.webhook(CUSTOMERS, encoded(data_event("OnExternalUpdated", 42, ORGANIZATION_ID, key)))
    assert status == 202
    assert [message.key for message, _ in stage.waiting(CUSTOMERS)] == ["usmf|C-1001"]


async def test_a_business_event_of_finance_is_taken(app: App, stage: Stage) -> None:
    status, answer = await app.webhook(CUSTOMERS, encoded(business_event(CustomerAccount="C-1001")))
    assert (status, answer["correlation"]) == (202, "6F1E2D3C-4B5A-5968-8777-A6B5C4D3E2F1")
    assert [message.key for message, _ in stage.waiting(CUSTOMERS)] == ["usmf|C-1001"]


async def test_the_test_event_of_an_endpoint_is_answered_200_and_enqueues_nothing(app: App, stage: Stage) -> None:
    assert await app.webhook(CUSTOMERS, encoded(endpoint_check())) == (200, {"status": "test event received"})
    assert stage.waiting(CUSTOMERS) == []


@pytest.mark.parametrize("direction", [PROJECTS, CUSTOMERS])
@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[1]", b'{"MessageName": "Create"}'])
async def test_a_malformed_body_is_answered_400_with_the_reason(app: App, direction: str, body: bytes) -> None:
    status, answer = await app.webhook(direction, body)
    assert status == 400
    assert answer["error"].startswith("This is no ")


async def test_a_foreign_organisation_is_answered_403(app: App, stage: Stage) -> None:
    for direction, body in (
        (PROJECTS, created_project(ROW, FOREIGN)),
        (CUSTOMERS, data_event("OnExternalUpdated", 42, FOREIGN, None)),
    ):
        status, answer = await app.webhook(direction, encoded(body))
        assert (status, answer["error"]) == (403, "This event comes from another organisation.")
        assert stage.waiting(direction) == []


async def test_another_table_is_answered_400_with_the_table_wanted(app: App, stage: Stage) -> None:
    status, answer = await app.webhook("contracts_to_finance", encoded(created_project(ROW, ORGANIZATION_ID)))
    assert status == 400
    assert "salesorder" in answer["error"]
    assert stage.waiting("contracts_to_finance") == []


async def test_a_body_larger_than_any_event_is_answered_413_unread(app: App) -> None:
    assert (await app.webhook(PROJECTS, b" " * LARGEST_BODY))[0] == 400
    status, answer = await app.webhook(PROJECTS, b" " * (LARGEST_BODY + 1))
    assert status == 413
    assert str(LARGEST_BODY) in answer["error"]


@pytest.mark.parametrize(
    "error",
    [
        Transient("the storage account does not answer"),
        Throttled("busy", retry_after=3.0),
        Refused("the storage account refuses us"),
        Rejected("cannot take this"),
        Conflict("being deleted"),
    ],
    ids=lambda error: type(error).__name__,
)
@pytest.mark.parametrize("direction", [PROJECTS, CUSTOMERS])
async def test_whatever_storage_says_what_could_not_be_kept_is_answered_503(
    app: App, stage: Stage, direction: str, error: SyncError
) -> None:
    """503 is the one answer that Dataverse and Finance repeat."""

    async def fail(_operation: str) -> None:
        raise error

    body = {
        PROJECTS: created_project(ROW, ORGANIZATION_ID),
        CUSTOMERS: business_event(CustomerAccount="C-1001"),
    }[direction]
    stage.world.storage.before_each_operation = fail
    status, answer = await app.webhook(direction, encoded(body))
    assert status == 503
    assert answer["error"]


async def test_an_event_repeated_after_a_503_is_taken(app: App, stage: Stage) -> None:
    broken = True

    async def fail(_operation: str) -> None:
        if broken:
            raise Transient("the storage account does not answer")

    stage.world.storage.before_each_operation = fail
    body = encoded(created_project(ROW, ORGANIZATION_ID))
    assert (await app.webhook(PROJECTS, body))[0] == 503
    broken = False
    assert (await app.webhook(PROJECTS, body))[0] == 202
    assert len(stage.waiting(PROJECTS)) == 1


async def test_a_missing_setting_is_answered_503_by_its_name_until_it_is_there(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = encoded(created_project(ROW, ORGANIZATION_ID))
    with acting_in(stage, monkeypatch) as app:
        monkeypatch.delenv("FINANCE_URL")
        status, answer = await app.webhook(PROJECTS, body)
        assert status == 503
        assert "FINANCE_URL is missing" in answer["error"]
        monkeypatch.setenv("FINANCE_URL", "https://contoso.operations.dynamics.com")
        assert (await app.webhook(PROJECTS, body))[0] == 202


async def test_the_process_is_put_together_once(app: App) -> None:
    del app
    assert process() is process()
