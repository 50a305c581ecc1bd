"""Retry: a person, or the sweep, has a row tried again that has an error record."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shared.store.error_records import ErrorStatus
from shared.store.message import Hint
from shared.sync.retry import retry, retry_row
from shared.sync.sweep import sweep
from tests.sync.packed import pack
from tests.sync.stage import Stage

CONTRACTS, PROJECTS = "contracts_to_finance", "projects_to_finance"


@pytest.fixture
async def refused(stage: Stage) -> str:
    """A contract with terms of payment that Finance does not hold."""
    await stage.remove_finance("PaymentTerms", Name="Net 60")
    row_id = await stage.contract("ORD-2", paymenttermscode=4)
    await stage.heard(CONTRACTS, row_id)
    return row_id


async def restore(stage: Stage) -> None:
    """Create the terms of payment in Finance: nothing tells the app."""
    await stage.world.in_finance.does("POST", "PaymentTerms", {"dataAreaId": "usmf", "Name": "Net 60"})


async def test_a_retried_row_goes_over_once_what_was_missing_is_there(stage: Stage, refused: str) -> None:
    await restore(stage)
    await stage.world.run(seconds=3600)
    assert stage.kept("ProjectContractHeaders", "ORD-2") is None, "nobody knows that it could go over by now"
    assert await retry_row(stage.services, CONTRACTS, refused)
    ((message, _),) = stage.waiting(CONTRACTS)
    assert (message.key, message.hint, message.correlation) == (refused, Hint.UPSERT, "test")
    record = await stage.error(CONTRACTS, refused)
    assert record.status is ErrorStatus.RETRYING
    assert record.due == stage.world.clock.now() + timedelta(seconds=900)
    await stage.world.run()
    assert stage.values("ProjectContractHeaders", "ORD-2")["TermsOfPayment"] == "Net 60"
    assert (await stage.error(CONTRACTS, refused)).status is ErrorStatus.RESOLVED


async def test_a_row_that_is_refused_again_is_open_again(stage: Stage, refused: str) -> None:
    before = await stage.error(CONTRACTS, refused)
    stage.world.clock.advance(60)
    assert await retry(stage.services, before)
    await stage.world.run()
    after = await stage.error(CONTRACTS, refused)
    assert (after.status, after.due, after.first_seen) == (ErrorStatus.OPEN, None, before.first_seen)
    assert after.last_seen > before.last_seen


async def test_a_dismissed_record_that_is_retried_speaks_again(stage: Stage, refused: str) -> None:
    await stage.services.errors.dismiss(CONTRACTS, refused, stage.world.clock.now())
    assert await retry_row(stage.services, CONTRACTS, refused)
    await stage.world.run()
    assert (await stage.error(CONTRACTS, refused)).status is ErrorStatus.OPEN


async def test_there_is_nothing_to_retry_where_there_is_no_record_or_the_row_went_over(
    stage: Stage, refused: str
) -> None:
    assert not await retry_row(stage.services, CONTRACTS, "no such row")
    await restore(stage)
    await stage.heard(CONTRACTS, refused)
    assert (await stage.error(CONTRACTS, refused)).status is ErrorStatus.RESOLVED
    assert not await retry_row(stage.services, CONTRACTS, refused)
    assert stage.waiting(CONTRACTS) == []


async def test_the_record_of_a_whole_package_is_no_row_to_retry(stage: Stage) -> None:
    pack(stage, "contracts", "projects", package="An entity that is not there")
    await stage.heard(CONTRACTS, await stage.contract(), seconds=90)
    assert not await retry_row(stage.services, CONTRACTS, "package:usmf")
    assert stage.waiting(CONTRACTS) == []


async def test_a_row_that_failed_in_a_package_is_gathered_again(stage: Stage) -> None:
    pack(stage, "contracts", "projects")
    await stage.remove_finance("PaymentTerms", Name="Net 60")
    row_id = await stage.contract("ORD-2", paymenttermscode=4)
    await stage.heard(CONTRACTS, row_id, seconds=240)
    await restore(stage)
    assert await retry_row(stage.services, CONTRACTS, row_id)
    await stage.world.run(seconds=120)
    assert stage.values("ProjectContractHeaders", "ORD-2")["TermsOfPayment"] == "Net 60"
    assert await stage.errors() == []


async def test_a_crash_before_the_record_is_marked_leaves_the_try_and_no_false_mark(stage: Stage, refused: str) -> None:
    record = await stage.error(CONTRACTS, refused)

    async def crash(name: str) -> None:
        if name.startswith("errors."):
            raise RuntimeError("ended")

    stage.world.storage.before_each_operation = crash
    with pytest.raises(RuntimeError):
        await retry(stage.services, record)
    stage.world.storage.before_each_operation = _go_on
    await restore(stage)
    await stage.world.run()
    assert (await stage.error(CONTRACTS, refused)).status is ErrorStatus.RESOLVED


async def test_a_try_that_ends_before_the_record_is_marked_keeps_its_end(stage: Stage, refused: str) -> None:
    record = await stage.error(CONTRACTS, refused)
    await restore(stage)
    ended = False

    async def end_first(name: str) -> None:
        nonlocal ended
        if name == "errors.get" and not ended:
            ended = True
            await stage.world.run()

    stage.world.storage.before_each_operation = end_first
    await retry(stage.services, record)
    assert (await stage.error(CONTRACTS, refused)).status is ErrorStatus.RESOLVED


async def test_a_row_that_waits_is_retried_like_any_other_and_waits_on(stage: Stage) -> None:
    contract = await stage.contract()
    project = await stage.project(**{"msdyn_SalesOrderId@odata.bind": f"/salesorders({contract})"})
    await stage.heard(PROJECTS, project)
    stage.world.clock.advance(901)
    await sweep(stage.services)
    await stage.world.run()
    assert await retry_row(stage.services, PROJECTS, project)
    await stage.world.run()
    assert (await stage.error(PROJECTS, project)).status is ErrorStatus.PARKED
    await stage.heard(CONTRACTS, contract)
    assert (await stage.error(PROJECTS, project)).status is ErrorStatus.RESOLVED


async def _go_on(_operation: str) -> None: ...
