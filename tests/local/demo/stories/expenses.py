"""Expense management: a report that names the wrong task, and what becomes of it once it names the right one."""

from __future__ import annotations

import asyncio

from tests.local.demo.dataverse_sheets import accounted, actuals, label, rows
from tests.local.demo.finance_sheets import COMPANY, posted, staging, vouchers
from tests.local.demo.scene import Scene, Story
from tests.local.demo.sheets import Sheet, money
from tests.local.demo.stories.consultancy import CONSULTANCY
from tests.local.demo.stories.estimates_actuals import staged, told_back
from tests.scenarios import accounting
from tests.scenarios.consulting import Consulting
from tests.scenarios.enterprise import Enterprise
from tests.scenarios.travelling import (
    hotel,
    jobs_ended,
    marked_up,
    planned,
    report_posted,
    reported,
    spend,
    supplies,
)

PROJECT, CONTRACT, REPORT = "PRJ-5", "ORD-5", "ER-9"
TO_DATAVERSE = "expenses_to_dataverse"


async def the_wrong_task(scene: Scene) -> None:
    """A hotel at 300 USD on a task that has parts, and office supplies at 40 for no project."""
    scene.board.act("An expense names the wrong task", "Dataverse refuses it, and the accountant reads why")
    firm, office = scene.firm, scene.office
    with scene.change("both", f"{PROJECT} sells expenses at cost and 10 %; task Refit has a part, Paint") as change:
        await asyncio.gather(firm.sold(PROJECT), spend(firm))
        await marked_up(firm, f"sales {CONTRACT}")
        numbers = await planned(firm, PROJECT)
        change.end("Finance's activity numbers of both tasks are in Dataverse")

    async def refused() -> bool:
        return [record.direction for record in await office.errors()] == [TO_DATAVERSE]

    async def filled_in() -> str:
        await reported(office, hotel(ProjId=PROJECT, ActivityNumber=numbers["Refit"]), supplies())
        return await report_posted(office)

    with scene.change("Finance", f"{REPORT} is posted: a hotel on Refit, 300, and supplies, 40") as change:
        voucher = await filled_in()
        await change.until(refused, "Dataverse refuses the hotel")
    scene.show([await expenses(firm)], [await reports(office), await vouchers(office, [voucher])])
    await scene.show_error(TO_DATAVERSE)


async def the_right_task(scene: Scene) -> None:
    """The report is recalled, names the part, and is posted again."""
    scene.board.act("The report is recalled and posted again", "one expense, two actuals, and a cleared account")
    firm, office = scene.firm, scene.office
    (paint,) = await office.kept("ProjectTasks", ProjectId=PROJECT, TaskName="Paint")

    async def arrived() -> bool:
        found = await office.held("msdyn_expenses", f"_msdyn_project_value eq {firm[PROJECT]}")
        return len(found) == 1 and not await office.errors()

    with scene.change("Finance", f"the accountant recalls {REPORT}, chooses Paint, posts again") as change:
        await office.run("recall-expense-report", company=COMPANY, report=REPORT)
        line = {"dataAreaId": COMPANY, "ExpTransNumber": "E-1"}
        await office.change("ExpenseReportLines", line, ActivityNumber=paint["TaskId"])
        voucher = await report_posted(office)
        await change.until(arrived, "the expense is in Dataverse, and the error is gone")
    await scene.step(
        "Dataverse", "a system job approves the expense",
        jobs_ended(office), lambda: staged(scene, PROJECT, 300, 330), "a cost and an unbilled sale, with 10 % on top",
    )  # fmt: skip
    scene.show(
        [await expenses(firm), await actuals(firm, PROJECT)], [await reports(office), await staging(office, PROJECT)]
    )
    await scene.step(
        "Finance", "the accountant imports them into a journal and posts it",
        accounting.posted(office), lambda: told_back(scene, PROJECT, (1, 300), (1, 330)),
        "the integration account of expenses is cleared",
    )  # fmt: skip
    report = await vouchers(office, [voucher], "voucher of the report")
    scene.show([await accounted(firm, PROJECT)], [report, await posted(office, PROJECT)])


# -- what is looked at -------------------------------------------------------------------------------------------------


async def expenses(firm: Consulting) -> Sheet:
    """The expenses of the project."""
    found = await rows(firm.office, "msdyn_expenses", f"_msdyn_project_value eq {firm[PROJECT]}")
    lines = [
        (
            row["msdyn_externalreferenceid"],
            firm.name_of(row["_msdyn_task_value"]),
            row["msdyn_amount"],
            label(row, "msdyn_expensestatus"),
        )
        for row in found
    ]
    return Sheet("expenses", ("expense", "task", "#amount", "status"), lines)


async def reports(office: Enterprise) -> Sheet:
    """The lines of the expense report."""
    found = await office.kept("ExpenseReportLines", dataAreaId=COMPANY, ReportNumber=REPORT)
    tasks = {row["TaskId"]: row["TaskName"] for row in await office.kept("ProjectTasks", ProjectId=PROJECT)}
    lines = [
        (
            row["ExpTransNumber"],
            row["ProjId"] or None,
            tasks.get(row["ActivityNumber"]),
            money(row["Amount"], row["CurrencyCode"]),
        )
        for row in found
    ]
    return Sheet(f"lines of {REPORT}", ("expense", "project", "task", "#amount"), sorted(lines))


STORY = Story((the_wrong_task, the_right_task), needs=(CONSULTANCY,))
