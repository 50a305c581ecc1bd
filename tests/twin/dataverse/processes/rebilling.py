"""Work that was recorded before anybody paid for it: once a contract line covers the project, it is made billable.

Source: Microsoft Learn, "Configure accounting for internal projects" and "Actuals for time and material projects": the
cost is reversed, and recorded anew with its sale. That a resource's lending is recorded anew with it is an assumption.
"""

from __future__ import annotations

from tests.twin.dataverse.act import Act
from tests.twin.dataverse.processes.drafts import draft
from tests.twin.dataverse.processes.posting import ACTUAL, post_work
from tests.twin.dataverse.processes.reversal import reverse
from tests.twin.dataverse.processes.terms import terms_of
from tests.twin.dataverse.processes.work import work_of_actual
from tests.twin.dataverse.tables.choices import COST
from tests.twin.dataverse.values import Reference, Row


async def project_linked(act: Act) -> None:
    """Make the costs of a project that is linked to a time-and-material line billable."""
    project = act.row.get("msdyn_project")
    if project is None or not act.operation.changes("msdyn_project"):
        return
    for cost, row in [each for each in act.having(ACTUAL, "msdyn_project", project) if _is_unpaid_cost(each[1])]:
        terms = terms_of(act, project, row["msdyn_transactionclassification"])
        if terms.method != "time and material":
            continue
        for actual in _with_lending(act, cost, row):
            await reverse(act, actual, canceled=False)
        approval = row.get("msdyn_projectapproval")
        await post_work(act, draft(act, work_of_actual(row), terms), {"msdyn_projectapproval": approval})


def _is_unpaid_cost(row: Row) -> bool:
    is_cost = row["msdyn_transactiontypecode"] == COST and row.get("msdyn_adjustmentstatus") is None
    return is_cost and row.get("msdyn_salescontractlineid") is None


def _with_lending(act: Act, cost: Reference, row: Row) -> list[Reference]:
    approval = row.get("msdyn_projectapproval")
    if approval is None:
        return [cost]
    rows = act.having(ACTUAL, "msdyn_projectapproval", approval)
    return [actual for actual, each in rows if each.get("msdyn_adjustmentstatus") is None]
