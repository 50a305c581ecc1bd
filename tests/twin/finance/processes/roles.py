"""Resource roles (F1): one record per company that takes part, made and kept by Finance.

Documented: the copies, and that a rename changes them all. Assumed: a company that joins later gets all roles at once;
the delete of a role takes its unused copies along and disables the others.
"""

from __future__ import annotations

from tests.twin.finance.books import Books
from tests.twin.finance.processes.process import Process
from tests.twin.finance.rows import Row


class SharedRoles(Process):
    """A role is copied to every company that takes part."""

    def written(self, before: Row | None, after: Row) -> None:
        """Write the copies."""
        _ = before
        for company in self.books.opted_in():
            _copy(self.books, company, after)

    def deleted(self, row: Row) -> None:
        """Delete the copies, or disable those that are in use."""
        for copy in self.database.tables["ProjectResourceRoles"].matching("RoleId", row.values["RoleId"]):
            if self._is_used(copy):
                self.books.put("ProjectResourceRoles", copy, IsDisabled="Yes")
            else:
                self.database.delete("ProjectResourceRoles", copy)

    def _is_used(self, copy: Row) -> bool:
        company, role = copy.values["dataAreaId"], copy.values["RoleId"]
        return any(
            self.books.of_company(collection, company, column, role)
            for collection, column in (
                ("ProjEstimateHoursImport", "ResourceCategoryId"),
                ("ProjEstimateExpensesImports", "ResourceCategoryId"),
                ("ProjectHourForecasts", "RoleId"),
            )
        )


class LegalEntities(Process):
    """A new company that takes part gets all roles."""

    def written(self, before: Row | None, after: Row) -> None:
        """Copy the roles."""
        company = str(after.values["LegalEntityId"]).lower()
        if before is None and self.books.setup(company).opted_in:
            give_roles(self.books, company)


def give_roles(books: Books, company: str) -> None:
    """Copy all roles to a company."""
    for role in books.database.tables["ResourceCategoriesShared"]:
        _copy(books, company, role)


def _copy(books: Books, company: str, role: Row) -> None:
    disabled = "Yes" if role.values["IsCategoryDisabled"] == "True" else "No"
    books.put(
        "ProjectResourceRoles",
        books.find("ProjectResourceRoles", company, role.values["RoleId"]),
        dataAreaId=company,
        RoleId=role.values["RoleId"],
        Description=role.values["Description"],
        IsDisabled=disabled,
    )
