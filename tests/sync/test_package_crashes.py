"""A process that dies at any await of a run: nothing is lost, nothing is doubled, and both sides agree in the end.

The life of the process is counted in what it asks of the world: operations on tables and queues, requests, and their
answers. It dies at the n-th, for every n until a run lives to its end; after that nothing it asks is done any more.
Meanwhile a person undoes an edit, which is the hardest case: what was imported, or may have been, is not what the base
says.
"""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from shared.sync.packages import send_packages
from tests.sync.mortal import Died, Life, Wire
from tests.sync.packed import CONTRACTS, PROJECTS, pack
from tests.sync.stage import Stage, id_of
from tests.twin.finance.packages.service import PATH
from tests.twin.http import TwinTransport

#: Minutes after which everything has come to its end, whatever happened.
MOST = 150


async def prepare() -> Stage:
    """A contract that is in Finance and was edited, a new one for which a project waits, and one that Finance refuses."""
    stage = pack(await Stage().begin(), "contracts", "projects")
    edited = await stage.contract("ORD-1", name="As agreed")
    await stage.heard(CONTRACTS, edited)
    await until_quiet(stage)
    await stage.contract("ORD-1", name="A mistake")
    new = await stage.contract("ORD-2")
    await stage.project("PRJ-1", **{"msdyn_SalesOrderId@odata.bind": f"/salesorders({new})"})
    await stage.heard(PROJECTS, id_of("PRJ-1"))
    await until_quiet(stage)
    assert await stage.services.parked.find(PROJECTS, id_of("PRJ-1")) is not None
    await stage.remove_finance("PaymentTerms", Name="Net 60")
    await stage.contract("ORD-3", paymenttermscode=4)
    for number in (1, 2, 3):
        await stage.world.tell(CONTRACTS, id_of(f"ORD-{number}"))
    await stage.world.run()
    return stage


async def live(stage: Stage, ends_at: int) -> bool:
    """Let one run of the timer live up to there; say whether it lived to its end."""
    life = Life(ends_at)
    mortal = stage.world.compose(
        Wire(TwinTransport(stage.world.dataverse), life), Wire(TwinTransport(stage.world.finance), life), _chance()
    )
    immortal, stage.services = stage.services, mortal
    pack(stage, "contracts", "projects")
    stage.world.storage.before_each_operation = life
    try:
        await send_packages(stage.services, stage.services.catalogue.direction(CONTRACTS))
    except Died:
        return False
    else:
        return True
    finally:
        stage.world.storage.before_each_operation = _go_on
        stage.services = stage.world.services = immortal


async def until_quiet(stage: Stage) -> None:
    """Let time pass in steps of a minute until nothing is left to do."""
    for _ in range(MOST):
        stage.world.clock.advance(60)
        await stage.world.run()
        if await is_quiet(stage):
            return
    raise AssertionError(f"not quiet after {MOST} minutes")


async def is_quiet(stage: Stage) -> bool:
    waits = [await stage.services.gathered.count(name) + len(stage.waiting(name)) for name in (CONTRACTS, PROJECTS)]
    return not any(waits) and not (await stage.services.imports.current()).is_under_way


async def _go_on(_: str) -> None:
    """Whoever lives."""


def _chance() -> Callable[[], float]:
    return random.Random(7).random


def _rows(stage: Stage) -> dict[str, str]:
    table = stage.world.finance.database.tables["ProjectContractHeaders"]
    return {str(row.values["ProjectContractId"]): str(row.values["Name"]) for row in table}


@pytest.mark.parametrize(
    "row_seconds",
    [pytest.param(0.5, id="quick"), pytest.param(300.0, id="slower than the place is held", marks=pytest.mark.long)],
)
@pytest.mark.parametrize("undo", [True, False], ids=["undone", "kept"])
async def test_a_run_may_die_at_every_await(undo: bool, row_seconds: float) -> None:
    ends_at, alive = 1, False
    while not alive:
        stage = await prepare()
        stage.world.finance.settings.package_row_seconds = row_seconds
        alive = await live(stage, ends_at)
        if undo:
            await stage.contract("ORD-1", name="As agreed")
            await stage.world.tell(CONTRACTS, id_of("ORD-1"))
        await until_quiet(stage)
        await check(stage, "As agreed" if undo else "A mistake", f"died at {ends_at}")
        ends_at += 1
    assert ends_at > 60


async def check(stage: Stage, agreed: str, died: str) -> None:
    """Both sides agree, nothing is doubled, and the app knows it."""
    assert _rows(stage) == {"ORD-1": agreed, "ORD-2": "Harbour works"}, died
    assert stage.kept("ProjectsV2", "PRJ-1") is not None, died
    assert [record.key for record in await stage.errors()] == [id_of("ORD-3")], died
    for number in (1, 2):
        link = await stage.services.links.by_dataverse("contracts", id_of(f"ORD-{number}"))
        assert link is not None, died
        assert link.announced == (), died
        assert (link.base or {})["Name"] == _rows(stage)[f"ORD-{number}"], died
    imported = [
        tuple(str(sorted(row.items())) for row in job.staged) for job in stage.world.finance.jobs.by_id.values()
    ]
    assert len(set(imported)) == len(imported), f"{died}: the same was imported twice"
    asked = stage.world.finance.counters[f"POST {PATH}ImportFromPackage"]
    assert asked == len(imported), f"{died}: an import was begun while another ran"
