"""What travellers and their accountant do about expenses: categories, reports, and what the workspace tells of them."""

from __future__ import annotations

from typing import Any

from tests.scenarios.consulting import CATEGORY, COSTS, DAY, Consulting, told
from tests.scenarios.enterprise import Enterprise, Row
from tests.twin.finance.company_setup import ACCOUNTS

HOTEL, SUPPLIES = f"{CATEGORY}-{COSTS}", f"TCN-2-{COSTS}"
MARK_UP = 192350002


async def travelling(office: Enterprise) -> Consulting:
    """Sell PRJ-1 with a mark-up of 10 % on expenses; USPM has expense categories for hotels and for office supplies."""
    firm = await Consulting(office).begin()
    await firm.sold()
    await marked_up(firm, "sales ORD-1")
    await firm.enter(
        "msdyn_transactioncategories", "TCN-2", msdyn_name="Supplies", msdyn_transactioncategorynumber="TCN-2"
    )
    await office.travel()
    await office.book("ProjectCategories", dataAreaId="uspm", CategoryId=SUPPLIES)
    await office.set_up("uspm", accounts={**{name: name for name in ACCOUNTS}, "OFFICE": "OFFICE"})
    for category, columns in ((HOTEL, {"ExpenseType": "Hotel"}), (SUPPLIES, {"MainAccount": "OFFICE"})):
        await usable_in_expense(office, category)
        await office.book("ExpenseCategories", dataAreaId="uspm", CategoryId=category, **columns)
    await office.travel()
    return firm


async def marked_up(firm: Consulting, price_list: str) -> None:
    """Sell expenses at their cost and ten percent."""
    await firm.enter(
        "msdyn_transactioncategorypricelevels",
        f"expenses in {price_list}",
        msdyn_pricingmethod=MARK_UP,
        msdyn_percent=10,
        msdyn_PriceList__pricelevels=price_list,
        msdyn_TransactionCategory__msdyn_transactioncategories=CATEGORY,
    )


async def usable_in_expense(office: Enterprise, category: str) -> None:
    """Mark a shared category as one that can be used in expenses."""
    await office.change("SharedCategories", {"CategoryId": category}, CanBeUsedInExpense="Yes")


def hotel(**columns: Any) -> Row:
    """A hotel for PRJ-1: 300 USD, the first expense of its report."""
    return {"ExpTransNumber": "E-1", "CategoryId": HOTEL, "ProjId": "PRJ-1", "Amount": 300, **columns}


def supplies() -> Row:
    """Office supplies for no project: 40 USD."""
    return {"ExpTransNumber": "E-2", "CategoryId": SUPPLIES, "Amount": 40}


async def reported(office: Enterprise, *lines: Row, company: str = "uspm") -> None:
    """Fill in report ER-9."""
    await office.book("ExpenseReports", dataAreaId=company, ReportNumber="ER-9", Purpose="Trip to the harbour")
    for line in lines:
        own = {"dataAreaId": company, "ReportNumber": "ER-9", "TransDate": f"{DAY}T12:00:00Z"}
        await office.book("ExpenseReportLines", **own, **line)


async def report_posted(office: Enterprise, company: str = "uspm") -> str:
    """Submit ER-9, approve and post it; give its voucher."""
    for step in ("submit", "approve"):
        await office.run(f"{step}-expense-report", company=company, report="ER-9")
    done = await office.run("post-expense-report", company=company, report="ER-9")
    return str(done["voucher"])


async def spent(office: Enterprise, *lines: Row) -> None:
    """Post ER-9 with these lines, and let what comes of it arrive."""
    await reported(office, *lines)
    await report_posted(office)
    await office.travel()


async def jobs_ended(office: Enterprise) -> Row:
    """Let Dataverse run the system jobs that wait, and let what comes of them arrive; tell how they ended."""
    ended: Row = await office.dataverse_forms.does("POST", "jobs", {})
    await office.travel(seconds=120)
    return ended


async def reconciled(office: Enterprise) -> list[str]:
    """Run the reconciliation batch; give what it exported again, when that has arrived."""
    done = await office.run("reconcile", company="uspm")
    await office.travel(seconds=60)
    exported: list[str] = done["exported"]
    return exported


async def view(office: Enterprise, name: str = "All") -> list[tuple[str, str]]:
    """Number and status of the documents in a view of the workspace."""
    documents = (await office.run("reconciliation-view", company="uspm", view=name))["documents"]
    return [(each["number"], each["status"]) for each in documents]


async def vouchers(office: Enterprise, company: str = "uspm") -> list[tuple[Any, ...]]:
    """Voucher, account, debit and credit of all that a company has in its ledger."""
    entries = await office.kept("LedgerVoucherEntries", dataAreaId=company)
    return told(entries, "Voucher", "Account", "Debit", "Credit")
