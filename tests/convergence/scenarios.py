"""What a scenario is, and the worlds that they begin with.

A scenario is a world, a script, and what must hold at the end. Messages are duplicated by telling twice, and reordered
by themselves: each is a process of its own, and all orders are gone through.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from shared.store.work_queue import queue_name
from shared.sync.catch_up import catch_up
from shared.sync.pairing import dataverse_id_for
from tests.convergence.acts import contracts, customer, in_finance, projects, tasks
from tests.convergence.checks import at_rest
from tests.convergence.explorer import Explored, explore
from tests.convergence.stage import Stage
from tests.convergence.stepper import Act, Broken, Deliver, Play, Script, deliver

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


def untracked() -> Stage:
    """The same, in a table without change tracking; catch-up has run a minute ago. Without an overlap, to be strict."""
    stage = with_currency(overlap=0.0)
    stage.pass_time(60.0)
    known = stage.services.dataverse._schemas._known
    known["transactioncurrency"] = replace(known["transactioncurrency"], change_tracking=False)
    direction = stage.services.catalogue.direction("currencies_to_finance")
    stage.loop.at_once(catch_up(stage.services, direction))
    # The first run looks at everything; all of it agrees.
    stage.world.storage.queue(queue_name(direction.name))._messages.clear()
    stage.pass_time(60.0)
    return seeded(stage)


def with_customer() -> Stage:
    """A customer that agrees on both sides, and the company, group and currency that it needs."""
    stage = Stage(contested=("accounts(", "CustomersV3"))
    company(stage)

    async def master_data() -> None:
        world = stage.world
        group = {"dataAreaId": "usmf", "CustomerGroupId": "10"}
        await world.in_finance.does("POST", "CustomerGroups", group)
        owner = {"msdyn_Company@odata.bind": f"/cdm_companies({COMPANY})"}
        await world.in_dataverse.does("POST", "msdyn_customergroups", {"msdyn_groupid": "10", **owner})

    stage.loop.at_once(master_data())
    seeded(stage, in_finance.create("USD", Name="dollar", Symbol="$"))
    return seeded(stage, customer("C1", OrganizationName="Harbour", CustomerGroupId="10", SalesCurrencyCode="USD"))


def empty() -> Stage:
    """Nothing anywhere."""
    return seeded(Stage())


def company(stage: Stage) -> None:
    """Enter the company that rows belong to, on both sides."""

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
        company(stage)
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
    fewest, most = scenario.writes

    def check(play: Play) -> None:
        written = play.stage.written
        if not fewest <= written <= most:
            raise Broken(f"{written} writes, where {fewest} to {most} are needed")
        at_rest(play, maps=scenario.maps, errors=scenario.errors)

    return explore(lambda: Play(stage, scenario.script, deliver), check)
