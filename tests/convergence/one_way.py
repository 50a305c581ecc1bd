"""Scenarios of maps that change one way: projects, contracts and tasks go from Dataverse to Finance."""

from __future__ import annotations

from dataclasses import replace

from shared.store.message import Hint
from tests.convergence.acts import heard_twice, projects, tasks, unheard
from tests.convergence.scenarios import CONTRACT, OTHER, PROJECT, TASK, Scenario, contract, project, task, with_company
from tests.convergence.stepper import Act, Script, Told
from tests.world import World

_NAMED = project(msdyn_subject="crane")
#: What Finance tells of a task that it has.
_NUMBERED = Told("tasks_to_dataverse", f"usmf|P1|{TASK}")
_BORN_AGAIN = (unheard(projects.delete(PROJECT)), unheard(_NAMED))


def _taken_away() -> Act:
    """Somebody deletes the task in Finance, where nobody should."""

    async def does(world: World) -> None:
        (row,) = world.finance.database.tables["ProjectTasks"]
        address = f"ProjectTasks(dataAreaId='usmf',ProjectId='P1',TaskId='{row.values['TaskId']}')"
        await world.in_finance.does("DELETE", address)

    return Act("deletes the task in Finance", does, (replace(_NUMBERED, hint=Hint.DELETE),))


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
        with_company(_NAMED),
        Script(persons=((heard_twice(task(msdyn_subject="dig")),),), afterwards=(_NUMBERED,)),
        ("tasks",),
        (2, 5),
    ),
    "a task is numbered while it is renamed": Scenario(
        with_company(_NAMED, task(msdyn_subject="dig")),
        Script(persons=((tasks.edit(TASK, msdyn_subject="pave"),),), tells=(_NUMBERED,)),
        ("tasks",),
        (2, 2),
    ),
    "a task is numbered while it is made": Scenario(
        with_company(_NAMED),
        Script(persons=((task(msdyn_subject="dig"),),), tells=(_NUMBERED,), afterwards=(_NUMBERED,)),
        ("tasks",),
        (2, 2),
    ),
    "a task is numbered while it is deleted": Scenario(
        with_company(_NAMED, task(msdyn_subject="dig")),
        Script(persons=((tasks.delete(TASK),),), tells=(_NUMBERED,)),
        ("tasks",),
        (1, 2),
    ),
    "Finance takes a task away that Dataverse has": Scenario(
        with_company(_NAMED, task(msdyn_subject="dig")),
        Script(persons=((_taken_away(),),), afterwards=(_NUMBERED,)),
        ("tasks",),
        (2, 2),
    ),
    "a late message, and the row deleted and created again as it was": Scenario(
        with_company(_NAMED), Script(tells=(projects.told(PROJECT),), persons=(_BORN_AGAIN,)), ("projects",), (0, 0)
    ),
}
