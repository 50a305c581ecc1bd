"""The timer functions: the sweep, and a catch-up for each direction."""

from __future__ import annotations

import pytest

from shared.errors import Misconfigured
from tests.functions.running_app import App, acting_in
from tests.sync.stage import Stage, id_of

PROJECTS = "projects_to_finance"


async def test_a_catch_up_timer_enqueues_what_events_lost(app: App, stage: Stage) -> None:
    await stage.project()
    await app.tick(f"{PROJECTS}_catch_up")
    assert [message.key for message, _ in stage.waiting(PROJECTS)] == [id_of("PRJ-1")]
    assert await stage.services.watermarks.get(PROJECTS) is not None


async def test_a_catch_up_timer_of_finance_compares(app: App, stage: Stage) -> None:
    await app.tick("legal_entities_to_dataverse_catch_up")
    waiting = stage.waiting("legal_entities_to_dataverse")
    assert sorted(message.key for message, _ in waiting) == ["gbpm", "usmf", "uspm"]


async def test_the_sweep_timer_frees_what_is_due(app: App, stage: Stage) -> None:
    contract = await stage.contract()
    project = await stage.project(**{"msdyn_SalesOrderId@odata.bind": f"/salesorders({contract})"})
    await stage.heard(PROJECTS, project)
    stage.world.clock.advance(901)
    await app.tick("sweep")
    assert [message.key for message, _ in stage.waiting(PROJECTS)] == [project]


async def test_the_app_without_settings_fails_loudly_in_its_timers(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    with acting_in(stage, monkeypatch) as app:
        monkeypatch.delenv("DATAVERSE_URL")
        for name in ("sweep", f"{PROJECTS}_catch_up"):
            with pytest.raises(Misconfigured):
                await app.tick(name)


async def test_a_package_timer_imports_what_its_queue_function_gathered(app: App, stage: Stage) -> None:
    direction = "transaction_connections_to_finance"
    row_id = await stage.enter("msdyn_transactionconnections", "T-1", msdyn_transaction1=id_of("actual"))
    await stage.world.tell(direction, row_id)
    ((message, _),) = stage.waiting(direction)
    await app.work(direction, message.to_text())
    made = stage.world.finance.database.tables["ProjectTransactionRelationships"]
    assert len(made) == 0
    await app.tick(f"{direction}_package")
    assert [row.values["CONNECTIONID"] for row in made] == [row_id]
    assert await stage.services.gathered.count(direction) == 0


async def test_a_package_timer_imports_into_the_company_of_a_setting(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    direction = "transaction_connections_to_finance"
    row_id = await stage.enter("msdyn_transactionconnections", "T-1")
    await stage.world.tell(direction, row_id)
    ((message, _),) = stage.waiting(direction)
    with acting_in(stage, monkeypatch, PACKAGE_COMPANY="usmf") as app:
        await app.work(direction, message.to_text())
        await app.tick(f"{direction}_package")
    assert [job.company for job in stage.world.finance.jobs.by_id.values()] == ["usmf"]
