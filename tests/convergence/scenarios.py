"""The scenarios: small enough that every order of their steps can be gone through.

A scenario is a world to begin with, a script, and what must hold at the end. Messages are duplicated by telling twice, and
reordered by themselves: each is a process of its own, and all orders are gone through.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from shared.sync.pairing import dataverse_id_for
from tests.convergence.acts import (
    contracts,
    currencies,
    heard_twice,
    in_finance,
    projects,
    tasks,
)
from tests.convergence.checks import at_rest
from tests.convergence.explorer import Explored, explore
from tests.convergence.stage import Stage
from tests.convergence.stepper import Act, Deliver, Play, Script, Told, deliver

PROJECT = "00000000-0000-4000-8000-0000000000a1"
OTHER = "00000000-0000-4000-8000-0000000000a2"
CONTRACT = "00000000-0000-4000-8000-0000000000c1"
TASK = "00000000-0000-4000-8000-0000000000f1"
ACCOUNT = dataverse_id_for("customers", "usmf|C1")
SEK = dataverse_id_for("currencies", "SEK")
MADE_THERE = "00000000-0000-4000-8000-0000000000e1"


def seeded(stage: Stage, *acts: Act) -> Stage:
    """Let persons do this and the sync carry it over, then remember the world as it is."""
    stage.warm_up()
    stage.remember()
    play = Play(stage, Script(persons=(acts,)))
    while steps := play.steps():
        play.take(steps[0])
    play.work_off()
    stage.remember()
    return stage


def with_currency(**policy: Any) -> Stage:
    """A two-way row that agrees on both sides."""
    return seeded(Stage(policy=policy), in_finance.create("SEK", Name="krona", Symbol="kr"))


def empty() -> Stage:
    """Nothing anywhere."""
    return seeded(Stage())


def _company(stage: Stage) -> None:
    async def does() -> None:
        world = stage.world
        await world.in_finance.does("POST", "LegalEntities", {"LegalEntityId": "usmf", "Name": "USMF"})
        await world.in_dataverse.does("POST", "cdm_companies", {"cdm_companyid": COMPANY, "cdm_companycode": "usmf"})

    stage.loop.at_once(does())


COMPANY = "00000000-0000-4000-8000-0000000000b1"


def project(row_id: str = PROJECT, number: str = "P1", **columns: Any) -> Act:
    """Create a project."""
    owner = {"msdyn_OwningCompany@odata.bind": f"/cdm_companies({COMPANY})"}
    return projects.create(row_id, msdyn_projectnumber=number, **owner, **columns)


def contract(row_id: str = CONTRACT, number: str = "K1", **columns: Any) -> Act:
    """Create a project contract."""
    owner = {"msdyn_OwningCompany@odata.bind": f"/cdm_companies({COMPANY})", "msdyn_ordertype": 192350001}
    return contracts.create(row_id, ordernumber=number, **owner, **columns)


def task(row_id: str = TASK, project_id: str = PROJECT, **columns: Any) -> Act:
    """Create a task of a project."""
    return tasks.create(row_id, **{"msdyn_project@odata.bind": f"/msdyn_projects({project_id})"}, **columns)


#: Rows that somebody writes in the scenarios of one-way maps; the company that they belong to stays as it is.
_CONTESTED = (
    "msdyn_projects(",
    "msdyn_projecttasks(",
    "salesorders(",
    "ProjectsV2",
    "ProjectContractHeaders",
    "ProjectTasks",
)


def with_company(*acts: Act) -> Callable[[], Stage]:
    """A company on both sides, and what these acts make."""

    def build() -> Stage:
        stage = Stage(contested=_CONTESTED)
        _company(stage)
        return seeded(stage, *acts)

    return build


@dataclass(frozen=True, slots=True)
class Scenario:
    """Where it begins, who does what, which maps must agree, and how many writes it may take at least and at most."""

    begins: Callable[[], Stage]
    script: Script
    maps: tuple[str, ...]
    writes: tuple[int, int]
    errors: int = 0
    #: Switches of the Finance twin.
    finance: Mapping[str, Any] = field(default_factory=dict)

    def but(self, *, writes: tuple[int, int], finance: Mapping[str, Any] | None = None, **script: Any) -> Scenario:
        """The same, with more going wrong."""
        return replace(
            self, script=replace(self.script, **script), writes=writes, finance={**self.finance, **(finance or {})}
        )


def explored(scenario: Scenario, deliver: Deliver = deliver) -> Explored:
    """Go through all orders of a scenario."""
    stage = scenario.begins()
    for name, value in scenario.finance.items():
        setattr(stage.world.finance.settings, name, value)
    return explore(
        lambda: Play(stage, scenario.script, deliver),
        lambda play: at_rest(play, maps=scenario.maps, errors=scenario.errors),
    )


def _echo(code: str = "SEK", row_id: str = SEK) -> tuple[Told, ...]:
    return (in_finance.told(code), currencies.told(row_id))


_NAMED = project(msdyn_subject="crane")

ONE_WAY: dict[str, Scenario] = {
    "an edit": Scenario(
        with_company(_NAMED), Script(persons=((projects.edit(PROJECT, msdyn_subject="quay"),),)), ("projects",), (1, 1)
    ),
    "an edit and its undo": Scenario(
        with_company(_NAMED),
        Script(
            persons=((projects.edit(PROJECT, msdyn_subject="quay"), projects.edit(PROJECT, msdyn_subject="crane")),)
        ),
        ("projects",),
        (0, 3),
    ),
    "a message told twice": Scenario(
        with_company(_NAMED),
        Script(persons=((heard_twice(projects.edit(PROJECT, msdyn_subject="quay")),),)),
        ("projects",),
        (1, 1),
    ),
    "two applies that both create": Scenario(
        with_company(), Script(persons=((heard_twice(_NAMED),),)), ("projects",), (1, 1)
    ),
    "created, then deleted": Scenario(
        with_company(), Script(persons=((_NAMED, projects.delete(PROJECT)),)), ("projects",), (0, 2)
    ),
    "deleted, then created again": Scenario(
        with_company(_NAMED), Script(persons=((projects.delete(PROJECT), _NAMED),)), ("projects",), (0, 3)
    ),
    "deleted, then another row with its key": Scenario(
        with_company(_NAMED),
        Script(persons=((projects.delete(PROJECT), project(OTHER, msdyn_subject="quay")),)),
        ("projects",),
        (1, 4),
    ),
    "a key renamed and back": Scenario(
        with_company(_NAMED),
        Script(
            persons=(
                (projects.edit(PROJECT, msdyn_projectnumber="P2"), projects.edit(PROJECT, msdyn_projectnumber="P1")),
            )
        ),
        ("projects",),
        (0, 4),
    ),
    "a parent arrives while its child parks": Scenario(
        with_company(),
        Script(
            persons=((contract(), project(**{"msdyn_SalesOrderId@odata.bind": f"/salesorders({CONTRACT})"})),),
        ),
        ("projects", "contracts"),
        (2, 2),
    ),
    "a task created twice at once": Scenario(
        with_company(_NAMED), Script(persons=((heard_twice(task(msdyn_subject="dig")),),)), ("tasks",), (1, 4)
    ),
}


TWO_WAY: dict[str, Scenario] = {
    "an edit in Finance": Scenario(
        with_currency, Script(persons=((in_finance.edit("SEK", Name="k1"),),)), ("currencies",), (1, 1)
    ),
    "an edit and its undo": Scenario(
        with_currency,
        Script(persons=((in_finance.edit("SEK", Name="k1"), in_finance.edit("SEK", Name="krona")),)),
        ("currencies",),
        (0, 2),
    ),
    "edits of two columns": Scenario(
        with_currency,
        Script(persons=((in_finance.edit("SEK", Name="k1"),), (currencies.edit(SEK, currencysymbol="S"),))),
        ("currencies",),
        (2, 2),
    ),
    "edits of one column": Scenario(
        with_currency,
        Script(persons=((in_finance.edit("SEK", Name="k1"),), (currencies.edit(SEK, currencyname="d1"),))),
        ("currencies",),
        (1, 2),
    ),
    "created on both sides": Scenario(
        empty,
        Script(
            persons=(
                (in_finance.create("SEK", Name="k1", Symbol="kr"),),
                (currencies.create(MADE_THERE, isocurrencycode="SEK", currencyname="d1", currencysymbol="kr"),),
            )
        ),
        ("currencies",),
        (1, 3),
    ),
    "deleted in Finance, edited in Dataverse": Scenario(
        with_currency,
        Script(persons=((in_finance.delete("SEK"),), (currencies.edit(SEK, currencyname="d1"),))),
        ("currencies",),
        (0, 2),
    ),
    "edited in Finance, deleted in Dataverse": Scenario(
        with_currency,
        Script(persons=((in_finance.edit("SEK", Name="k1"),), (currencies.delete(SEK),))),
        ("currencies",),
        (0, 2),
    ),
    "an edit among echoes": Scenario(
        with_currency,
        Script(tells=(currencies.told(SEK),), persons=((in_finance.edit("SEK", Name="k1"),),)),
        ("currencies",),
        (1, 1),
    ),
    "created, then deleted": Scenario(
        empty,
        Script(persons=((in_finance.create("SEK", Name="k1", Symbol="kr"), in_finance.delete("SEK")),)),
        ("currencies",),
        (0, 2),
    ),
    "deleted, then created again": Scenario(
        with_currency,
        Script(persons=((in_finance.delete("SEK"), in_finance.create("SEK", Name="k2", Symbol="kr")),)),
        ("currencies",),
        (0, 3),
    ),
    "renamed in Finance, edited in Dataverse": Scenario(
        with_currency,
        Script(persons=((in_finance.rename("SEK", "SKR"),), (currencies.edit(SEK, currencyname="d1"),))),
        ("currencies",),
        (2, 2),
    ),
}
