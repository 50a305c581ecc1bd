"""Setup: a contract is made with all it needs, people on both sides change things, and a project comes to its end."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx

from tests.local.demo.dataverse_sheets import label, rows
from tests.local.demo.forms import (
    FIXED_PRICE,
    TIME_AND_MATERIAL,
    customer_columns,
    make_contract,
    make_line,
    make_project,
    make_task,
)
from tests.local.demo.people import COMPANY, People, bind, row_id_of
from tests.local.demo.scene import Scene, Story
from tests.local.demo.sheets import Sheet

CONTRACT, PROJECT, ENDING = "PC-1001", "PRJ-1001", "PRJ-1009"
LINES = (("Engineering", TIME_AND_MATERIAL), ("Commissioning", FIXED_PRICE), ("Training", TIME_AND_MATERIAL))
TASKS = ("Concept", "Wiring plan", "Cabinet", "Site acceptance")
MILESTONE, DUE = "Crane accepted", 5000
TAX_GROUP = "AVATAX"
INACTIVE, ALL_DONE = 1, 2


async def a_contract(scene: Scene) -> None:
    """A customer, a contract with its funding sources, a project, lines, a milestone and tasks, all made in Dataverse."""
    people = scene.people
    people.board.act(
        "A contract is won", "made in Dataverse; each save travels by itself, parents before children or not"
    )
    customer = row_id_of("accounts", "C-2001")
    await people.do(
        "Dataverse", "customer C-2001, Lakeside Robotics",
        people.create("accounts", "C-2001", await customer_columns(people, "C-2001", "Lakeside Robotics")),
        lambda: people.in_finance_is("CustomersV3", {"CustomerAccount": "C-2001"}, OrganizationName="Lakeside Robotics"),
        "customer in Finance",
    )  # fmt: skip
    contract = await make_contract(people, CONTRACT, customer, "Harbour cranes, phase 1")
    await people.do(
        "Dataverse", "a second customer of the contract: C-1002 pays a share",
        people.create("msdyn_projectcontractsplitbillingrules", "C-1002", {
            "msdyn_name": "C-1002",
            "msdyn_paymentterms": 3,
            "msdyn_ProjectContract@odata.bind": bind("salesorders", contract),
            "msdyn_Customer_account@odata.bind": bind("accounts", await people.customer("C-1002")),
        }),
        lambda: people.in_finance_is("ProjectFundingSources", {"ProjectContractID": CONTRACT, "FundingSourceId": "C-1002"}),
        "funding source in Finance",
    )  # fmt: skip
    project = await make_project(people, PROJECT, "Crane control")
    lines = [await make_line(people, CONTRACT, project, number, *line) for number, line in enumerate(LINES, 1)]
    await people.do(
        "Dataverse", f"milestone of line 2, {MILESTONE}: {DUE:,} are due then",
        people.create("msdyn_contractlinescheduleofvalues", MILESTONE, {
            "msdyn_name": MILESTONE,
            "msdyn_amount": DUE,
            "msdyn_invoicedate": "2026-11-30",
            "msdyn_ContractLineId@odata.bind": bind("salesorderdetails", lines[1]),
        }),
        lambda: _due_on_account(people), "on-account transaction in Finance",
    )  # fmt: skip
    for number, subject in enumerate(TASKS, 1):
        await make_task(people, project, f"{PROJECT}-{number}", subject, number)
    await people.all_seen()
    scene.show(await _contract_here(scene), await _contract_there(scene))


async def both_sides(scene: Scene) -> None:
    """Edits on either side, a customer on both sides at once, a line that goes away."""
    people = scene.people
    people.board.act(
        "People on both sides change things", "a two-way map merges by column; the owner wins what both changed"
    )
    project, line = row_id_of("msdyn_projects", PROJECT), row_id_of("salesorderdetails", "3")
    await people.edit_in_finance("ProjectsV2", {"ProjectId": PROJECT}, {"SalesTaxGroupId": TAX_GROUP})
    await people.do(
        "both", f"project {PROJECT} has sales tax group {TAX_GROUP} in Finance, then is renamed in Dataverse",
        people.edit("msdyn_projects", project, {"msdyn_subject": "Crane control, berth 7", "msdyn_finish": "2027-06-30T22:00:00Z"}),
        lambda: people.in_finance_is(
            "ProjectsV2", {"ProjectId": PROJECT}, ProjectName="Crane control, berth 7", SalesTaxGroupId=TAX_GROUP
        ),
        "renamed in Finance, which keeps its sales tax group",
    )  # fmt: skip
    await people.do(
        "Finance", "customer C-1002 gets a phone number",
        people.edit_in_finance("CustomersV3", {"CustomerAccount": "C-1002"}, {"PrimaryContactPhone": "+1 425 555 0100"}),
        lambda: _account_is(people, "C-1002", telephone1="+1 425 555 0100"),
        "the same in Dataverse",
    )  # fmt: skip
    await people.do(
        "Dataverse", "customer C-1003 gets an e-mail address",
        people.edit("accounts", await people.customer("C-1003"), {"emailaddress1": "chateaux@fabrikam.example"}),
        lambda: people.in_finance_is("CustomersV3", {"CustomerAccount": "C-1003"}, PrimaryContactEmail="chateaux@fabrikam.example"),
        "the same in Finance",
    )  # fmt: skip
    await people.do(
        "Dataverse", f"line 3 of contract {CONTRACT} is deleted",
        people.delete("salesorderdetails", line),
        lambda: _line_is_gone(people, 3), "gone in Finance",
    )  # fmt: skip
    await _at_once(people)
    await people.all_seen()


async def a_project_ends(scene: Scene) -> None:
    """A project that is closed in Dataverse, and an accountant who would still record something on it."""
    people = scene.people
    people.board.act("A project comes to its end", "closed in Dataverse, it takes no more records in Finance")
    project = await make_project(people, ENDING, "Crane survey")
    await people.all_seen()
    await people.do(
        "Dataverse", f"project {ENDING} is closed",
        people.edit("msdyn_projects", project, {"statecode": INACTIVE, "statuscode": ALL_DONE}),
        lambda: people.in_finance_is("ProjectsV2", {"ProjectId": ENDING}, ProjectStage="Completed"),
        "completed in Finance",
    )  # fmt: skip
    await people.all_seen()
    with people.board.change("Finance", f"the accountant journals a cost on {ENDING}") as change:
        line = {"project": ENDING, "quantity": 1, "unit_cost": 10, "day": "2026-09-14"}
        asked = {"company": COMPANY, "lines": [line]}
        answer = await scene.office.finance_forms.ask("POST", "run/post-general-journal", asked)
        words = answer.json()["error"]["innererror"]["message"] if answer.is_error else "posted"
        change.end(f"refused: {words}", failed=answer.status_code != httpx.codes.BAD_REQUEST)
    scene.show(await _projects_here(scene), await _projects_there(scene))


async def _at_once(people: People) -> None:
    """The same column of the same customer on both sides, at the same moment."""
    account = await people.customer("C-1001")
    there, here = "Harbour Board", "Harbour Authority North"
    with people.board.change(
        "both", f"C-1001 is renamed '{there}' in Finance and '{here}' in Dataverse at once"
    ) as change:
        await asyncio.gather(
            people.edit_in_finance("CustomersV3", {"CustomerAccount": "C-1001"}, {"OrganizationName": there}),
            people.edit("accounts", account, {"name": here}),
        )

        async def settled() -> bool:
            records = await people.stage.operator.conflicts("customers")
            kept = any(record.columns.get("OrganizationName") for record in records if record.pair == account)
            return kept and await _account_is(people, "C-1001", name=there)

        await change.until(
            settled, f"both say '{there}', for Finance owns names; '{here}' is kept in a conflict record"
        )


# -- what is looked at -------------------------------------------------------------------------------------------------


async def _account_is(people: People, number: str, **values: Any) -> bool:
    condition = f"accountnumber eq '{number}' and msdyn_Company/cdm_companycode eq '{COMPANY}'"
    found = await people.row("accounts", condition, ",".join(values))
    return found is not None and all(found[name] == value for name, value in values.items())


async def _line_is_gone(people: People, number: int) -> bool:
    key: dict[str, str | int] = {"ProjectContractId": CONTRACT, "LineSequenceNumber": number}
    return await people.finance_row("ProjectContractLines", key) is None


async def _due_on_account(people: People) -> bool:
    return await people.count_in_finance("ProjectOnAccountTransactions", Description=MILESTONE) == 1


async def _contract_here(scene: Scene) -> list[Sheet]:
    of_contract = f"_salesorderid_value eq {row_id_of('salesorders', CONTRACT)}"
    lines = await rows(scene.office, "salesorderdetails", of_contract)
    of_line = f"_msdyn_contractlineid_value eq {row_id_of('salesorderdetails', '2')}"
    due = await rows(scene.office, "msdyn_contractlinescheduleofvalues", of_line)
    return [
        Sheet(
            f"lines of {CONTRACT}",
            ("", "line", "billing"),
            sorted(
                (str(row["sequencenumber"]), row["productdescription"], label(row, "msdyn_billingmethod"))
                for row in lines
            ),
        ),
        Sheet("milestones", ("milestone", "#amount"), [(row["msdyn_name"], row["msdyn_amount"]) for row in due]),
    ]


async def _contract_there(scene: Scene) -> list[Sheet]:
    lines = await scene.office.kept("ProjectContractLines", ProjectContractId=CONTRACT)
    rules = await scene.office.kept("ProjectContractBillingRules", ProjectContractId=CONTRACT)
    named = {row["LineSequenceNumber"]: row["Description"] for row in lines}
    due = await scene.office.kept("ProjectOnAccountTransactions", ProjectId=PROJECT)
    return [
        Sheet(
            f"billing rules of {CONTRACT}",
            ("", "line", "rule"),
            sorted(
                (str(row["LineSequenceNumber"]), named[row["LineSequenceNumber"]], row["BillingRuleType"])
                for row in rules
            ),
        ),
        Sheet(
            "on-account transactions",
            ("of", "#amount", "status"),
            [(row["Description"], row["Amount"], row["TransStatus"]) for row in due],
        ),
    ]


async def _projects_here(scene: Scene) -> list[Sheet]:
    found = await rows(scene.office, "msdyn_projects", f"msdyn_projectnumber in ('{PROJECT}','{ENDING}')")
    return [
        Sheet(
            "projects",
            ("project", "state"),
            sorted((row["msdyn_projectnumber"], label(row, "statecode")) for row in found),
        )
    ]


async def _projects_there(scene: Scene) -> list[Sheet]:
    found = [row for number in (PROJECT, ENDING) for row in await scene.office.kept("ProjectsV2", ProjectId=number)]
    return [
        Sheet(
            "projects",
            ("project", "stage", "sales tax"),
            [(row["ProjectId"], row["ProjectStage"], row["SalesTaxGroupId"]) for row in found],
        )
    ]


STORY = Story((a_contract, both_sides, a_project_ends))
