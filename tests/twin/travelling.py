"""A bookkeeper who fills in expense reports, and has them approved and posted."""

from __future__ import annotations

from typing import Any, Self

from tests.twin.bookkeeper import DAY, Bookkeeper
from tests.twin.finance.company_setup import ACCOUNTS
from tests.twin.finance.visitor import address

HOTEL, OFFICE = "TCN-1-4", "TCN-2-4"
REPORT = address("ExpenseReports", dataAreaId="uspm", ReportNumber="ER-9")


class Traveller(Bookkeeper):
    """Has two expense categories in uspm: hotels on projects, and office supplies with an account of their own."""

    async def begin(self) -> Self:
        await self.contract()
        accounts = {**{name: name for name in ACCOUNTS}, "OFFICE": "OFFICE"}
        await self.set_up(accounts=accounts)
        await self.expense_category("TCN-1", ExpenseType="Hotel")
        await self.expense_category("TCN-2", MainAccount="OFFICE")
        return self

    async def marked(self, name: str, company: str = "uspm") -> None:
        """Have a category that can be used in expenses, with its project category in a company."""
        await self.category(name, 4, dataAreaId=company)
        await self.change(address("SharedCategories", CategoryId=f"{name}-4"), CanBeUsedInExpense="Yes")

    async def expense_category(self, name: str, company: str = "uspm", **columns: Any) -> None:
        await self.marked(name, company)
        await self.create("ExpenseCategories", dataAreaId=company, CategoryId=f"{name}-4", **columns)

    async def report(self, *lines: dict[str, Any]) -> None:
        """Enter report ER-9 with the expenses E-1, E-2 and so on."""
        await self.create("ExpenseReports", dataAreaId="uspm", ReportNumber="ER-9", Purpose="Trip")
        for number, line in enumerate(lines, start=1):
            own = {"dataAreaId": "uspm", "ReportNumber": "ER-9", "ExpTransNumber": f"E-{number}", "TransDate": DAY}
            await self.create("ExpenseReportLines", **{**own, **line})

    async def moved(self, *steps: str) -> dict[str, Any]:
        """Move ER-9 on; give what the last step tells."""
        told: dict[str, Any] = {}
        for step in steps:
            told = await self.run(f"{step}-expense-report", report="ER-9")
        return told

    async def posted(self, *lines: dict[str, Any]) -> dict[str, Any]:
        await self.report(*lines)
        return await self.moved("submit", "approve", "post")

    async def view(self, name: str = "All", company: str = "uspm") -> list[tuple[Any, ...]]:
        told = await self.run("reconciliation-view", company=company, view=name)
        return [tuple(each.values()) for each in told["documents"]]

    async def cost_arrives(self, number: str, name: str = "a", **columns: Any) -> None:
        """Let Dataverse send the cost that it made of an expense."""
        await self.actual(name, kind="Cost", Quantity=1, UnitPrice=300, ExternalReference=number, **columns)


def hotel(**columns: Any) -> dict[str, Any]:
    return {"CategoryId": HOTEL, "ProjId": "P1", "Amount": 300, **columns}


def supplies(**columns: Any) -> dict[str, Any]:
    return {"CategoryId": OFFICE, "Amount": 40, **columns}
