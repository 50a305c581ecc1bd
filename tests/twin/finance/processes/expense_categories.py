"""Expense categories (F10): a company makes them of shared categories, and each leaves Finance for that company alone.

Documented (Microsoft, "Expense management integration"): that an accountant marks the shared category for expenses as
one that can be used in expenses, makes the category and saves it, which exports it. Pictured: that the project category
comes first. Texts are ours.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping

from tests.twin.finance.enums import TRV_EXP_TYPE
from tests.twin.finance.processes.exports import export
from tests.twin.finance.processes.process import Process, inherit
from tests.twin.finance.rows import Row
from tests.twin.finance.schema import Value

EXPORT = "ProjExpenseCategoriesExport"


class ExpenseCategories(Process):
    """An expense category takes name and expense type from its shared category, and is exported whenever it is saved."""

    def default_row(self, draft: dict[str, Value], named: Container[str]) -> None:
        """Default name and expense type."""
        shared = self.books.find("SharedCategories", draft["CategoryId"])
        if shared is None:
            return
        inherit(draft, named, shared, Name="Name")
        if shared.values["ExpenseType"] in TRV_EXP_TYPE.members:
            inherit(draft, named, shared, ExpenseType="ExpenseType")

    def problems(self, before: Row | None, draft: Mapping[str, Value]) -> Iterator[str]:
        """Refuse what is no category for expenses, and one that the company can't record on projects."""
        _ = before
        category = draft["CategoryId"]
        shared = self.books.find("SharedCategories", category)
        if shared is None:
            return
        if (shared.values["CategoryType"], shared.values["CanBeUsedInExpense"]) != ("Cost", "Yes"):
            yield f"Error: Shared category '{category}' can't be used in Expense."
        if self.books.find("ProjectCategories", draft["dataAreaId"], category) is None:
            yield f"Error: Project category '{category}' doesn't exist."

    def written(self, before: Row | None, after: Row) -> None:
        """Export the category."""
        _ = before
        values = after.values
        shared = self.books.find("SharedCategories", values["CategoryId"])
        assert shared is not None, "a category refers to its shared category"
        export(
            self.books,
            EXPORT,
            dataAreaId=values["dataAreaId"],
            CostType=values["CategoryId"],
            CostTxt=values["Name"],
            TransactionCategoryId=shared.values["TransactionCategoryId"],
            ExpType=values["ExpenseType"],
            IsInactive=values["IsInactive"],
        )

    def delete_problems(self, row: Row) -> Iterator[str]:
        """Refuse to delete what was exported: it is made inactive (an assumption)."""
        yield f"Error: Expense category '{row.values['CategoryId']}' is exported. Make it inactive."
