"""Projects (F5) and tasks (F9)."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping

from tests.twin.finance.processes.process import Process, inherit
from tests.twin.finance.rows import Row
from tests.twin.finance.schema import Value

#: Documented as "a message like" this.
FINISHED = "Project stage finished doesn't allow recording in the project."
_OF_CUSTOMER = {"SalesTaxGroupId": "SalesTaxGroup", "DimensionDisplayValue": "DefaultDimensionDisplayValue"}


class Projects(Process):
    """A project takes its customer from its contract, and tax group and dimensions from its customer.

    Documented for dimensions (Microsoft, "Financial dimension defaults"): the primary customer's. They are filled in
    once and then the accountant's. That a project which gets its customer later is treated like a new one is assumed.
    Stages change freely.
    """

    def default_row(self, draft: dict[str, Value], named: Container[str]) -> None:
        """Default customer, tax group and dimensions."""
        contract = self.parent("ProjectContractHeaders", draft, "ProjectContractId")
        if contract is not None:
            inherit(draft, named, contract, CustomerAccountNumber="CustomerAccountNumber")
        customer = self.parent("CustomersV3", draft, "CustomerAccountNumber")
        if customer is not None:
            inherit(draft, named, customer, **_OF_CUSTOMER)

    def accepted(self, before: Row, changes: Mapping[str, Value]) -> Mapping[str, Value]:
        """Take over all; a project that gets its first customer gets the defaults that are still empty with it."""
        customer = self.parent("CustomersV3", {**before.values, **changes}, "CustomerAccountNumber")
        if customer is None or before.values["CustomerAccountNumber"]:
            return changes
        taken = dict(changes)
        filled = changes.keys() | {name for name in _OF_CUSTOMER if before.values[name]}
        inherit(taken, filled, customer, **_OF_CUSTOMER)
        return taken


class Tasks(Process):
    """A task is one activity and one project activity, for reference only.

    What its delete does is unconfirmed: they go with it, and an activity that transactions name stays, closed.
    """

    def problems(self, before: Row | None, draft: Mapping[str, Value]) -> Iterator[str]:
        """Refuse a number that another project's activity has: activities are numbered per company."""
        if before is not None or not draft["TaskId"]:
            return
        for row in self.books.of_company("ProjectActivities", draft["dataAreaId"], "ActivityNumber", draft["TaskId"]):
            if row.values["ProjectId"] != draft["ProjectId"]:
                yield (
                    "Error: Cannot create a record in Activities. "
                    f"Activity number: {draft['TaskId']}. The record already exists."
                )

    def written(self, before: Row | None, after: Row) -> None:
        """Write the activities."""
        _ = before
        task = after.values
        company, project, number = task["dataAreaId"], task["ProjectId"], task["TaskId"]
        activity = self.books.find("Activities", company, number)
        self.books.put(
            "Activities",
            activity,
            dataAreaId=company,
            ActivityNumber=number,
            Purpose=task["TaskName"],
            IsClosed="No",
        )
        self.books.put(
            "ProjectActivities",
            self.books.find("ProjectActivities", company, project, number),
            dataAreaId=company,
            ProjectId=project,
            ActivityNumber=number,
            TaskElementId=task["TaskElementId"],
            ParentTaskElementId=task["ParentTaskElementId"],
        )

    def deleted(self, row: Row) -> None:
        """Delete the activities, or close what transactions name."""
        company, project, number = (row.values[name] for name in ("dataAreaId", "ProjectId", "TaskId"))
        activity = self.books.find("Activities", company, number)
        link = self.books.find("ProjectActivities", company, project, number)
        if activity is None or link is None:
            return
        if self.books.of_company("ProjectPostedTransactions", company, "ActivityNumber", number):
            self.books.put("Activities", activity, IsClosed="Yes")
            return
        self.database.delete("ProjectActivities", link)
        self.database.delete("Activities", activity)
