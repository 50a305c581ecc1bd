"""Documents whose rows are heard of in any order, some twice, by a process that dies again and again: none is taken up half.

After every request that is answered it is looked at what both sides hold.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress

import httpx
import pytest

from shared.sync.sweep import sweep
from tests.sync.documents import ORDERS, Told, invoice, press, subcontract, subcontract_lines, vendor_invoice
from tests.sync.mortal import Died, Life, Wire
from tests.sync.stage import Stage
from tests.sync.two_companies import two_companies, vendor_arrives
from tests.twin.dataverse import rules
from tests.twin.http import Twin, TwinTransport
from tests.world import World

SEEDS = (range(12), pytest.param(range(12, 400), marks=pytest.mark.long))
#: How often the process dies, and what it may ask of the world at most before it does.
LIVES, LONGEST = 6, 150
#: Seconds until a message shows again that a dead process had taken.
HIDDEN = 601

Watch = Callable[[World], None]


class _Watched(TwinTransport):
    """A transport that looks at both sides after each answer."""

    def __init__(self, twin: Twin, world: World, watch: Watch) -> None:
        super().__init__(twin)
        self._world = world
        self._watch = watch

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await super().handle_async_request(request)
        self._watch(self._world)
        return answer


async def lives_on(stage: Stage, told: Told, watch: Watch, seed: int) -> None:
    """Let one process after another live, until one lives to the end."""
    chance, world = random.Random(seed), stage.world
    told = told + chance.sample(told, k=len(told) // 2)
    chance.shuffle(told)
    immortal = world.compose(
        _Watched(world.dataverse, world, watch), _Watched(world.finance, world, watch), random.Random(seed).random
    )
    for number in range(LIVES):
        for direction, key in told[number::LIVES]:
            await world.tell(direction, key)
        life = Life(chance.randint(1, LONGEST))
        world.services = world.compose(
            Wire(_Watched(world.dataverse, world, watch), life),
            Wire(_Watched(world.finance, world, watch), life),
            chance.random,
        )
        world.storage.before_each_operation = life
        # The messages that it had taken show again after a while.
        with suppress(Died):
            await world.run(seconds=130)
        world.storage.before_each_operation = _go_on
        world.clock.advance(HIDDEN)
    world.services = stage.services = immortal
    await world.run(seconds=7_200)
    # What a dead process had parked, and another message of the same row brought over since, is for the sweep to clear.
    await sweep(immortal)
    await world.run(seconds=7_200)
    assert await stage.errors() == []
    assert await stage.services.parked.due(world.clock.now().replace(year=9999)) == []


async def _go_on(_: str) -> None:
    """Whoever lives."""


@pytest.fixture(autouse=True)
def data_import(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let actuals be entered as a data import may, and nobody else from outside."""
    monkeypatch.setitem(rules._GUARDS, "msdyn_actual", ())


async def new_stage() -> Stage:
    """Two companies and a project."""
    stage = await two_companies()
    await stage.heard("projects_to_finance", await stage.project("PRJ-1"))
    return stage


# -- project invoices --------------------------------------------------------------------------------------------------


def no_half_of_a_proposal(sales: int, milestones: int) -> Watch:
    """Watch that an import, whenever it runs, finds all that a proposal bills or takes nothing of it up."""

    def watch(world: World) -> None:
        tables = world.finance.database.tables
        billed = [row.values for row in tables["ProjActualsImports"] if row.values["TransactionType"] == "BilledSales"]
        tied = {row.values["TRANSACTION1ID"] for row in tables["ProjectTransactionRelationships"]}
        untied = [
            each for each in billed if each["TransactionClassification"] == 192350000 and each["ActualId"] not in tied
        ]
        is_taken_up = len(tables["ProjectInvoiceProposalsV2"]) > 0 and billed and not untied
        assert not is_taken_up or len(billed) == sales + milestones, f"{len(billed)} rows would be taken up"

    return watch


@pytest.mark.parametrize("seeds", SEEDS, ids=["some", "many"])
async def test_no_proposal_is_taken_up_half_however_often_the_process_dies(seeds: range) -> None:
    for seed in seeds:
        await _proposal(await new_stage(), seed)


async def _proposal(stage: Stage, seed: int) -> None:
    sales, milestones = seed % 2, 1 + seed % 3
    await stage.heard("contracts_to_finance", await stage.contract())
    told = await invoice(stage, sales, milestones=milestones)
    watch = no_half_of_a_proposal(sales, milestones)
    await lives_on(stage, told, watch, seed)
    tables = stage.world.finance.database.tables
    found = [
        len(tables[name])
        for name in ("ProjectInvoiceProposalsV2", "ProjActualsImports", "ProjectTransactionRelationships")
    ]
    assert found == [1, 2 * sales + milestones, sales]


# -- vendor invoices and subcontracts ----------------------------------------------------------------------------------


@pytest.mark.parametrize("seeds", SEEDS, ids=["some", "many"])
async def test_no_vendor_invoice_is_confirmed_half_however_often_the_process_dies(seeds: range) -> None:
    for seed in seeds:
        await _vendor_invoice(await new_stage(), seed)


async def _vendor_invoice(stage: Stage, seed: int) -> None:
    lines = 1 + seed % 4
    await vendor_arrives(stage)

    def watch(world: World) -> None:
        found = len(world.dataverse.rows("msdyn_projectvendorinvoiceline"))
        for header in world.dataverse.rows("msdyn_projectvendorinvoice"):
            assert not header["msdyn_enableautomaticconfirmation"] or found == lines, f"may be confirmed with {found}"

    await lives_on(stage, vendor_invoice(stage, lines), watch, seed)
    (header,) = stage.world.dataverse.rows("msdyn_projectvendorinvoice")
    assert header["msdyn_enableautomaticconfirmation"] is True


@pytest.mark.parametrize("seeds", SEEDS, ids=["some", "many"])
async def test_no_subcontract_is_ordered_half_however_often_the_process_dies(seeds: range) -> None:
    for seed in seeds:
        await _subcontract(await new_stage(), seed)


async def _subcontract(stage: Stage, seed: int) -> None:
    lines = 1 + seed % 4
    header = (ORDERS, await subcontract(stage))
    told = await subcontract_lines(stage, lines, quantity=10)
    await press(stage, "Confirm")
    for direction, key in (header, *told):
        await stage.heard(direction, key)
    await press(stage, "Reopen")
    await subcontract_lines(stage, lines, quantity=12)
    await press(stage, "Confirm")

    def watch(world: World) -> None:
        tables = world.finance.database.tables
        quantities = {row.values["PurchQty"] for row in tables["ProjSubContractPurchaseOrderLines"]}
        for order in tables["SubContractPurchaseOrderHeaders"]:
            is_confirmed = order.values["SubConStatus"] == "Confirmed"
            assert not is_confirmed or len(quantities) == 1, f"confirmed with {quantities}"

    await lives_on(stage, [header, *told], watch, seed)
    assert stage.values("SubContractPurchaseOrderHeaders", "SUB-1")["SubConStatus"] == "Confirmed"
    assert stage.values("ProjSubContractPurchaseOrderLines", "SUBL-0")["PurchQty"] == 12
