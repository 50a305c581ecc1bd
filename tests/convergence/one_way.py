"""Scenarios of maps that change one way: projects, contracts and tasks go from Dataverse to Finance."""

from __future__ import annotations

from tests.convergence.acts import heard_twice, projects, unheard
from tests.convergence.scenarios import CONTRACT, OTHER, PROJECT, Scenario, contract, project, task, with_company
from tests.convergence.stepper import Script

_NAMED = project(msdyn_subject="crane")
_BORN_AGAIN = (unheard(projects.delete(PROJECT)), unheard(_NAMED))

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
    "a late message, and the row deleted and created again as it was": Scenario(
        with_company(_NAMED), Script(tells=(projects.told(PROJECT),), persons=(_BORN_AGAIN,)), ("projects",), (0, 0)
    ),
}
