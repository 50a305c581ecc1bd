"""Data packages at random: people edit, undo, delete, rename and make rows again while two timers run on several hosts.

What a run asks of the world passes a gate each time, its pauses too; a seed chooses whose gate opens next, who crashes,
and what the network loses. Each seed is one order, and the same one every time. Everything that is not allowed to stay
(a deleted row, another key, terms that Finance does not know) is put right by the last act on the row, so in the end
Finance must hold what Dataverse holds, and nothing may be left gathered, announced or under way.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from shared.mapping.catalogue import Catalogue
from shared.mapping.values import as_text
from shared.store.gathered import GatheredRow, GatheredRows
from shared.store.imports import Import, Imports
from shared.store.keys import encode
from shared.store.links import Link
from shared.sync import package_rows, packages
from shared.sync.services import Services
from tests.convergence.acts import contracts, heard_twice
from tests.convergence.checks import agrees_in_raw_columns, nothing_is_left
from tests.convergence.mutants import Mutation, mutated
from tests.convergence.scenarios import CONTRACT, OTHER, PROJECT, company, contract, project, seeded
from tests.convergence.stage import Stage
from tests.convergence.stepper import Act, Broken, Play, Script, Step
from tests.sync.packed import CONTRACTS, PROJECTS, by_package
from tests.twin.finance.packages.service import PATH
from tests.world import World

_SHORT, _LONG = 150, 2000
_NET_60 = 4
_MOST_MINUTES = 150


def _changes(number: int, row_id: str, key: str, *, is_there: bool) -> Sequence[Sequence[Act]]:
    """Give what may be done to a contract, each ending with a row that can go over."""
    name = f"name {number}"
    again = contract(row_id, key, name=name)
    changes: list[Sequence[Act]] = [
        [contracts.edit(row_id, name=name)],
        [contracts.edit(row_id, name="a mistake"), contracts.edit(row_id, name="as agreed")],
        [contracts.delete(row_id), again],
        [contracts.edit(row_id, paymenttermscode=_NET_60), contracts.edit(row_id, paymenttermscode=None)],
    ]
    if is_there:
        # One that is not in Finance may go over by either key, and then has it for good.
        changes.append([contracts.edit(row_id, ordernumber=f"{key}b"), contracts.edit(row_id, ordernumber=key)])
    return changes


def _seller(chance: random.Random) -> Sequence[Act]:
    """Changes a contract that is in Finance."""
    return [act for number in range(3) for act in chance.choice(_changes(number, CONTRACT, "K1", is_there=True))]


def _manager(chance: random.Random) -> Sequence[Act]:
    """Makes another contract and a project of it, which waits for that."""
    first = [contract(OTHER, "K2", name="as agreed"), _project()]
    return first + [
        act for number in range(2) for act in chance.choice(_changes(number, OTHER, "K2", is_there=False)[:2])
    ]


def _project() -> Act:
    return project(PROJECT, "P1", **{"msdyn_SalesOrderId@odata.bind": f"/salesorders({OTHER})"})


def _timer(chance: random.Random) -> Sequence[Act]:
    """Fires each minute, now and then on two hosts."""
    hosts = {1: (CONTRACTS,), 2: (PROJECTS,), 3: (CONTRACTS, PROJECTS), 4: (CONTRACTS, CONTRACTS)}
    return [
        Act(f"a minute passes {number}", _a_minute, fires=chance.choice(list(hosts.values()))) for number in range(5)
    ]


async def _a_minute(world: World) -> None:
    world.clock.advance(60)


def _script(chance: random.Random) -> Script:
    persons = (_seller(chance), _manager(chance))
    return Script(
        persons=(
            *(tuple(heard_twice(act) if chance.random() < 0.1 else act for act in acts) for acts in persons),
            tuple(_timer(chance)),
        ),
        crashes=chance.randrange(3),
        lost_answers=chance.randrange(2),
        failures=chance.randrange(2),
    )


def _stage(chance: random.Random) -> Stage:
    stage = Stage()
    company(stage)
    seeded(stage, contract(name="as agreed"))
    maps = stage.services.catalogue.maps.values()
    packed = Catalogue(by_package(each) if each.id in ("contracts", "projects") else each for each in maps)
    stage.services = replace(stage.services, catalogue=packed)
    stage.loop.at_once(_went_over_by_package(stage.services))
    stage.remember()
    stage.world.finance.settings.package_row_seconds = chance.choice([0.5, 0.5, 400.0])
    return stage


async def _went_over_by_package(services: Services) -> None:
    """Let the link of the contract that is in Finance say what a package would have left there."""
    direction = services.catalogue.direction(CONTRACTS)
    link = await services.links.by_dataverse("contracts", CONTRACT)
    found = await services.dataverse.read("salesorder", CONTRACT, direction.shape)
    assert link is not None
    assert found is not None
    values = {name: as_text(value) for name, value in direction.translate(found.row).items()}
    await services.links.save(replace(link, base=values))


def _choose(steps: Sequence[Step], chance: random.Random) -> Step:
    """Mostly go on; a person or trouble now and then."""
    weights = [_weight(step) for step in steps]
    return chance.choices(steps, weights)[0]


def _weight(step: Step) -> float:
    if step.label.endswith(("crashes", "answer lost", "refused")):
        return 0.03
    return 0.3 if step.label.startswith("a person") or step.label.endswith("pause") else 1.0


def _play(seed: int) -> None:
    chance = random.Random(f"packages {seed}")
    stage = _stage(chance)
    play = Play(stage, _script(chance))
    try:
        while steps := play.steps():
            play.take(_choose(steps, chance))
        play.work_off()
        _until_quiet(play)
        stage.loop.at_once(_check(play))
    except AssertionError as broken:
        raise AssertionError("\n".join([f"seed {seed}: {broken}", *play.trace])) from broken


def _until_quiet(play: Play) -> None:
    for _ in range(_MOST_MINUTES):
        play.stage.pass_time(60.0)
        for direction in (CONTRACTS, PROJECTS):
            play.send_packages(direction)
        if play.stage.loop.at_once(_is_quiet(play.stage.services)):
            return
    raise Broken(f"not quiet after {_MOST_MINUTES} minutes")


async def _is_quiet(services: Services) -> bool:
    waiting = [await services.gathered.count(direction) for direction in (CONTRACTS, PROJECTS)]
    return not any(waiting) and not (await services.imports.current()).is_under_way


async def _check(play: Play) -> None:
    services = play.stage.services
    for map_id in ("contracts", "projects"):
        agrees_in_raw_columns(play, map_id)
        async for link in services.links.of_map(map_id):
            if link.announced:
                raise Broken(f"{map_id} {link.finance_key}: still announced: {link.announced}")
    await nothing_is_left(services, errors=0)
    _one_import_at_a_time(play)


def _one_import_at_a_time(play: Play) -> None:
    finance = play.stage.world.finance
    asked, begun = finance.counters[f"POST {PATH}ImportFromPackage"], len(finance.jobs.by_id)
    if asked != begun:
        raise Broken(f"{asked} imports were asked for and {begun} begun: one while another ran")


@pytest.mark.parametrize("seeds", [range(_SHORT), pytest.param(range(_SHORT, _LONG), marks=pytest.mark.long)], ids=str)
def test_whatever_happens_finance_holds_in_the_end_what_dataverse_holds(seeds: range) -> None:
    _play_all(seeds)


def _play_all(seeds: range) -> None:
    for seed in seeds:
        _play(seed)


# -- broken on purpose -------------------------------------------------------------------------------------------------


def _believes_the_base(patch: pytest.MonkeyPatch) -> None:
    """Believe what was last imported, although something is announced."""
    look = package_rows.Looks._paired

    async def paired(self: package_rows.Looks, *row: Any) -> Link:
        return replace(await look(self, *row), announced=())

    patch.setattr(package_rows.Looks, "_paired", paired)


def _holds_for_everybody(patch: pytest.MonkeyPatch) -> None:
    """Let two runs work at a time."""

    async def hold(self: Imports, owner: str, now: object, seconds: float) -> Import:
        del now, seconds
        return replace(await self.current(), owner=owner)

    patch.setattr(Imports, "hold", hold)


def _ends_whatever_it_is_by_now(patch: pytest.MonkeyPatch) -> None:
    """End a row although it was gathered again meanwhile."""

    async def end(self: GatheredRows, row: GatheredRow) -> bool:
        return await self._table.remove(row.direction, encode(row.key), None)

    patch.setattr(GatheredRows, "end", end)


def _begins_before_the_last_is_over(patch: pytest.MonkeyPatch) -> None:
    """Begin an import although an earlier run left one under way."""

    async def goes_on(self: object) -> bool:
        del self
        return True

    patch.setattr(packages._Run, "goes_on", goes_on)


@pytest.mark.parametrize(
    "mutation", [_believes_the_base, _holds_for_everybody, _ends_whatever_it_is_by_now, _begins_before_the_last_is_over]
)
def test_a_broken_rule_of_packages_is_noticed(mutation: Mutation) -> None:
    with mutated(mutation), pytest.raises(AssertionError, match="seed"):
        _play_all(range(_SHORT))
