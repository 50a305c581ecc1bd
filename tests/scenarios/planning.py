"""What a project manager plans: tasks, and who is to work on them for how long."""

from __future__ import annotations

from tests.scenarios.consulting import Consulting


async def assigned(firm: Consulting, effort: float, project: str = "PRJ-1", sales_price: float = 200) -> None:
    """Assign Ann to the task Design for so many hours, each at 120 of cost."""
    await firm.enter("msdyn_projecttasks", "Design", msdyn_subject="Design", msdyn_project__msdyn_projects=project)
    member = {"msdyn_name": "Ann Hill", "msdyn_project__msdyn_projects": project}
    role = {"msdyn_resourcecategory__bookableresourcecategories": "developer"}
    await firm.enter("msdyn_projectteams", "member", **member, **role)
    await firm.enter(
        "msdyn_resourceassignments",
        "assignment",
        msdyn_name="Ann Hill",
        msdyn_projectid__msdyn_projects=project,
        msdyn_taskid__msdyn_projecttasks="Design",
        msdyn_projectteamid__msdyn_projectteams="member",
        msdyn_bookableresourceid__bookableresources="Ann Hill",
        **planned(effort, sales_price),
    )
    await firm.office.travel()


def planned(effort: float, sales_price: float = 200) -> dict[str, float]:
    """Say what an effort comes to, as the planning of Dataverse does."""
    return {"msdyn_effort": effort, "msdyn_plannedcost": effort * 120, "msdyn_plannedsales": effort * sales_price}
