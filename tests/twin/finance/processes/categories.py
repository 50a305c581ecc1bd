"""Transaction categories (F2): each becomes four shared categories, five with on-account categories switched on.

Project categories are never made here: people make them, per company, under the id of the shared one. That a rename
reaches all of them, and that a category in use is not deleted, is assumed.
"""

from __future__ import annotations

from collections.abc import Container

from tests.twin.finance.books import Books
from tests.twin.finance.processes.process import Process, inherit
from tests.twin.finance.rows import Row
from tests.twin.finance.schema import Value

#: Type of transaction → what its shared category's id ends in (documented).
SUFFIXES = {"Hour": 1, "Revenue": 2, "Item": 3, "Cost": 4, "OnAccount": 5}


class TransactionCategories(Process):
    """A transaction category keeps its shared categories. They go with it, unless a company uses one."""

    def written(self, before: Row | None, after: Row) -> None:
        """Write the shared categories."""
        _ = before
        category, name = after.values["CategoryId"], after.values["Name"]
        for kind in SUFFIXES:
            if kind == "OnAccount" and not self.books.settings.on_account_categories:
                continue
            shared = shared_category(category, kind)
            self.books.put(
                "SharedCategories",
                self.books.find("SharedCategories", shared),
                CategoryId=shared,
                Name=name,
                CategoryType=kind,
                TransactionCategoryId=category,
            )


class ProjectCategories(Process):
    """A project category takes name and type from its shared category."""

    def default_row(self, draft: dict[str, Value], named: Container[str]) -> None:
        """Default name and type."""
        shared = self.books.find("SharedCategories", draft["CategoryId"])
        if shared is not None:
            inherit(draft, named, shared, Name="Name", CategoryType="CategoryType")


def shared_category(category: Value, kind: str) -> str:
    """Return the id of a transaction category's shared category for a type of transaction."""
    return f"{category}-{SUFFIXES[kind]}"


def project_category(books: Books, company: Value, category: Value, kind: str) -> Row | None:
    """Return a company's project category for a transaction category, if people have made it."""
    return books.find("ProjectCategories", company, shared_category(category, kind))
