"""Expense reports as people fill them in (F19): while a report is a draft, and by the rules of its lines.

That a line must name an active category of its company and an activity of its project is assumed, and texts are ours.
What the workflow does with a report is in `expense_posting`.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from decimal import Decimal

from tests.twin.finance.processes.money import accounting_currency, dated
from tests.twin.finance.processes.process import Process
from tests.twin.finance.processes.projects import FINISHED
from tests.twin.finance.rows import Row
from tests.twin.finance.schema import NO_DATE, Value

REPORTS, LINES = "ExpenseReports", "ExpenseReportLines"
_OF_WORKFLOW = ("Status", "Voucher", "PostedDateTime")


class ExpenseReports(Process):
    """A report begins as a draft; only its workflow moves it on."""

    def problems(self, before: Row | None, draft: Mapping[str, Value]) -> Iterator[str]:
        """Refuse to write what the workflow writes."""
        held = before.values if before is not None else self.database.tables[REPORTS].entity.initial
        for name in _OF_WORKFLOW:
            if draft[name] != held[name]:
                yield f"Error: Field '{name}' of an expense report cannot be changed."

    def delete_problems(self, row: Row) -> Iterator[str]:
        """Refuse to delete a report that was submitted."""
        if row.values["Status"] != "Draft":
            yield f"Error: An expense report with status {row.values['Status']} cannot be deleted."


class ExpenseLines(Process):
    """The lines of a report are entered and changed while it is a draft."""

    def default_row(self, draft: dict[str, Value], named: Container[str]) -> None:
        """Default quantity, day, currency and billing type; the project is of the line's own company unless another is named."""
        if "Quantity" not in named:
            draft["Quantity"] = Decimal(1)
        if draft["TransDate"] == NO_DATE:
            draft["TransDate"] = dated(self.books.clock.now().date())
        draft["CurrencyCode"] = draft["CurrencyCode"] or accounting_currency(self.books, draft["dataAreaId"])
        if draft["ProjId"]:
            draft["ProjDataAreaId"] = str(draft["ProjDataAreaId"]).lower() or draft["dataAreaId"]
            if "BillingType" not in named:
                draft["BillingType"] = "Chargeable"

    def problems(self, before: Row | None, draft: Mapping[str, Value]) -> Iterator[str]:
        """Refuse changes of what was submitted, an inactive category, and an activity that is not the project's."""
        _ = before
        yield from self._not_a_draft(draft)
        category = self.parent("ExpenseCategories", draft, "CategoryId")
        if category is not None and category.values["IsInactive"] == "Yes":
            yield f"Error: Expense category '{draft['CategoryId']}' is inactive."
        yield from self._project_problems(draft)

    def delete_problems(self, row: Row) -> Iterator[str]:
        """Refuse to delete the line of a report that was submitted."""
        yield from self._not_a_draft(row.values)

    def _not_a_draft(self, line: Mapping[str, Value]) -> Iterator[str]:
        report = self.parent(REPORTS, line, "ReportNumber")
        if report is not None and report.values["Status"] != "Draft":
            yield f"Error: Lines of an expense report with status {report.values['Status']} cannot be changed."

    def _project_problems(self, line: Mapping[str, Value]) -> Iterator[str]:
        company, project, activity = line["ProjDataAreaId"], line["ProjId"], line["ActivityNumber"]
        if not project:
            return
        found = self.books.find("ProjectsV2", company, project)
        if found is None:
            yield f"Error: Project '{project}' doesn't exist."
        elif found.values["ProjectStage"] == "Completed":
            yield f"Error: {FINISHED}"
        # A task that has tasks below it is an activity like any other here: only Dataverse refuses it.
        elif activity and self.books.find("ProjectActivities", company, project, activity) is None:
            yield f"Error: Activity '{activity}' isn't one of project '{project}'."
