"""Scenarios of rows that wait: a milestone for its contract line, which no column names in Finance."""

from __future__ import annotations

from collections.abc import Callable

from tests.convergence.acts import DataverseTable, unheard
from tests.convergence.scenarios import CONTRACT, PROJECT, Scenario, company, contract, project, seeded
from tests.convergence.stage import Stage
from tests.convergence.stepper import Act, Script

LINE = "00000000-0000-4000-8000-0000000000e2"
MILESTONE = "00000000-0000-4000-8000-0000000000e3"
_SERVICE, _FIXED_PRICE = 5, 192350001
_CONTESTED = ("salesorderdetails(", "msdyn_contractlinescheduleofvalues(", "ProjectContractLine")

lines = DataverseTable("contract_lines_to_finance", "salesorderdetails", "salesorderdetailid")
milestones = DataverseTable(
    "milestones_to_finance", "msdyn_contractlinescheduleofvalues", "msdyn_contractlinescheduleofvalueid"
)


def line() -> Act:
    """Enter a line of the contract that is billed at a fixed price."""
    return lines.create(
        LINE,
        productdescription="crane",
        producttypecode=_SERVICE,
        sequencenumber=1,
        msdyn_billingmethod=_FIXED_PRICE,
        **{
            "salesorderid@odata.bind": f"/salesorders({CONTRACT})",
            "msdyn_Project@odata.bind": f"/msdyn_projects({PROJECT})",
        },
    )


def milestone() -> Act:
    """Enter a milestone of that line."""
    bound = {"msdyn_ContractLineId@odata.bind": f"/salesorderdetails({LINE})"}
    return milestones.create(MILESTONE, msdyn_name="hoisted", msdyn_amount=5000, **bound)


def with_contract(*acts: Act) -> Callable[[], Stage]:
    """A contract and its project on both sides, and what these acts make."""

    def build() -> Stage:
        stage = Stage(contested=_CONTESTED)
        company(stage)
        seeded(stage, contract())
        seeded(stage, project(**{"msdyn_SalesOrderId@odata.bind": f"/salesorders({CONTRACT})"}))
        return seeded(stage, *acts)

    return build


_BOTH = ("contract_lines", "milestones")

WAITING: dict[str, Scenario] = {
    "a contract line arrives while its milestone parks": Scenario(
        with_contract(), Script(persons=((line(), milestone()),)), _BOTH, (2, 2)
    ),
    "a milestone, renamed while its line arrives": Scenario(
        with_contract(unheard(line()), unheard(milestone())),
        Script(persons=((milestones.edit(MILESTONE, msdyn_name="set down"),),), tells=(lines.told(LINE),)),
        _BOTH,
        (2, 3),
    ),
    "a milestone deleted while its line arrives": Scenario(
        with_contract(unheard(line())),
        Script(persons=((milestone(), milestones.delete(MILESTONE)),), tells=(lines.told(LINE),)),
        _BOTH,
        (1, 3),
    ),
}
