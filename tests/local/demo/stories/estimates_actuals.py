"""Estimates and actuals: planned hours are a forecast, worked hours become money, and an error is cured where it says."""

from __future__ import annotations

from tests.local.demo.dataverse_sheets import accounted, actuals, assignments
from tests.local.demo.finance_sheets import COMPANY, forecasts, posted, staging
from tests.local.demo.scene import Scene, Story
from tests.local.demo.stories.consultancy import CONSULTANCY, sold_in_pounds
from tests.scenarios import accounting
from tests.scenarios.planning import assigned

PROJECT, OTHER_PROJECT = "PRJ-1", "PRJ-4"
TO_FINANCE = "actuals_to_finance"


async def hours_are_planned(scene: Scene) -> None:
    """An assignment of ten hours, and its one forecast."""
    scene.board.act("Hours are planned", "what Dataverse plans is a forecast in Finance")
    firm, office = scene.firm, scene.office
    with scene.change("Dataverse", f"project {PROJECT} is sold in GBP, an hour at 250") as change:
        await sold_in_pounds(scene, PROJECT)
        change.end("time and material in Finance, at the agreed rate of 1.25, with 20 % sales tax")

    async def forecast() -> bool:
        found = await office.kept("ProjectHourForecasts", ProjectId=PROJECT)
        return [(row["Quantity"], row["CostPrice"], row["SalesPrice"]) for row in found] == [(10, 120, 250)]

    await scene.step(
        "Dataverse", "Ann Hill is to design for 10 hours",
        assigned(firm, 10, PROJECT, 250), forecast, "one forecast in Finance",
    )  # fmt: skip
    scene.show([await assignments(firm, PROJECT)], [await forecasts(office, PROJECT)])


async def hours_are_money(scene: Scene) -> None:
    """Four hours at 120 USD and 250 GBP: approved, journalled, posted, and told back."""
    scene.board.act("Hours of work become money", "approved in Dataverse, posted in Finance, and told back")
    firm, office = scene.firm, scene.office
    await scene.step(
        "Dataverse", "4 hours of Ann Hill are submitted and approved",
        firm.approved(4, project=PROJECT), lambda: staged(scene, PROJECT, 480, 1000),
        "a cost and an unbilled sale, both in Finance's staging table",
    )  # fmt: skip
    scene.show([await actuals(firm, PROJECT)], [await staging(office, PROJECT)])
    await scene.step(
        "Finance", "the accountant imports them into a journal and posts it",
        accounting.posted(office), lambda: told_back(scene, PROJECT, (1, 480), (1.25, 1250)),
        "both actuals have their vouchers in Dataverse",
    )  # fmt: skip
    scene.show([await accounted(firm, PROJECT)], [await posted(office, PROJECT)])


async def a_line_property_is_missing(scene: Scene) -> None:
    """Actuals that Finance refuses: whose matter it is, and what follows when that person has seen to it."""
    scene.board.act("Finance lacks a line property", "a refused row is an error record that says who cures it, and how")
    firm, office = scene.firm, scene.office
    with scene.change("Finance", "the line property for chargeable work is taken out by mistake") as change:
        await firm.sold(OTHER_PROJECT, developer=250)
        before = (await office.finance_forms.does("GET", f"setup?company={COMPANY}"))["line_properties"]
        await office.set_up(COMPANY, line_properties={"NotAvailable": "NA"})
        change.end("nobody notices")

    async def refused() -> bool:
        return len([each for each in await office.errors() if each.direction == TO_FINANCE]) == len(("cost", "sale"))

    await scene.step(
        "Dataverse", f"2 hours on {OTHER_PROJECT} are approved",
        firm.approved(2, project=OTHER_PROJECT), refused, "Finance refuses both actuals",
    )  # fmt: skip
    await scene.show_error(TO_FINANCE)

    async def cured() -> None:
        await office.set_up(COMPANY, line_properties=before)
        for record in await office.errors():
            await office.retry(record)
        await office.travel()

    await scene.step(
        "Finance", "the consultant maps the billing type again and retries",
        cured(), lambda: staged(scene, OTHER_PROJECT, 240, 500), "both are in the staging table, no error is left",
    )  # fmt: skip
    scene.show([await actuals(firm, OTHER_PROJECT)], [await staging(office, OTHER_PROJECT)])


async def staged(scene: Scene, project: str, *amounts: float) -> bool:
    """Whether the staging rows of a project have these amounts, and no error is open."""
    found = await scene.office.kept("ProjActualsImports", ProjectId=project)
    return sorted(row["Amount"] for row in found) == sorted(amounts) and not await scene.office.errors()


async def told_back(scene: Scene, project: str, *booked: tuple[float, float]) -> bool:
    """Whether the actuals of a project have vouchers, and these rates and amounts in the books."""
    found = await scene.office.held("msdyn_actuals", f"_msdyn_project_value eq {scene.firm[project]}")
    told = [row for row in found if row["msdyn_vouchernumber"]]
    return sorted((row["msdyn_accountingexchangerate"], row["msdyn_accountingamount"]) for row in told) == sorted(
        booked
    )


STORY = Story((hours_are_planned, hours_are_money, a_line_property_is_missing), needs=(CONSULTANCY,))
