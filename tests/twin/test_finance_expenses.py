"""Expense management in Finance: categories, reports from draft to posting, what is exported, and the way back."""

from __future__ import annotations

from typing import Any

import pytest

from tests.twin.bookkeeper import DAY, GBP, Bookkeeper
from tests.twin.events import Post
from tests.twin.finance.company_setup import ACCOUNTS
from tests.twin.finance.visitor import address

HOTEL, OFFICE = "TCN-1-4", "TCN-2-4"
REPORT = address("ExpenseReports", dataAreaId="uspm", ReportNumber="ER-9")


class Traveller(Bookkeeper):
    """Has two expense categories in uspm: hotels on projects, and office supplies with an account of their own."""

    async def begin(self) -> Traveller:
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


@pytest.fixture
async def finance() -> Traveller:
    return await Traveller().begin()


# -- categories --------------------------------------------------------------------------------------------------------


async def test_an_expense_category_is_exported_for_its_company_alone(finance: Traveller) -> None:
    await finance.category("TCN-1", 4, dataAreaId="gbpm")
    await finance.create("ExpenseCategories", dataAreaId="gbpm", CategoryId=HOTEL, Name="Inns", ExpenseType="Hotel")
    rows = await finance.rows("ProjExpenseCategoriesExport", filter=f"CostType eq '{HOTEL}'")
    columns = ("dataAreaId", "CostTxt", "TransactionCategoryId", "ExpType", "IsInactive")
    assert sorted(tuple(row[name] for name in columns) for row in rows) == [
        ("gbpm", "Inns", "TCN-1", "Hotel", "No"),
        ("uspm", "TCN-1", "TCN-1", "Hotel", "No"),
    ]


async def test_an_expense_category_needs_a_shared_category_for_expenses_and_a_project_category(
    finance: Traveller,
) -> None:
    sent = {"dataAreaId": "gbpm", "CategoryId": HOTEL}
    _, text = await finance.refusal("POST", "ExpenseCategories", sent=sent)
    assert text.endswith(f"Project category '{HOTEL}' doesn't exist.")
    await finance.category("TCN-3", 1)
    await finance.category("TCN-3", 4)
    for kind in (1, 4):
        sent = {"dataAreaId": "uspm", "CategoryId": f"TCN-3-{kind}"}
        _, text = await finance.refusal("POST", "ExpenseCategories", sent=sent)
        assert text.endswith(f"Shared category 'TCN-3-{kind}' can't be used in Expense.")
    assert len(await finance.rows("ProjExpenseCategoriesExport")) == 2


async def test_a_category_is_exported_again_whenever_it_is_saved() -> None:
    told: list[Post] = []

    async def hear(post: Post) -> int:
        told.append(post)
        return 200

    finance = await Traveller(send=hear).begin()
    await finance.control("endpoints", {"name": "app", "url": "http://app/"})
    await finance.control("activations", {"entity": "ProjExpenseCategoriesExport", "endpoint": "app"})
    path = address("ExpenseCategories", dataAreaId="uspm", CategoryId=HOTEL)
    await finance.change(path, Name="TCN-1")
    await finance.change(path, IsInactive="Yes")
    await finance.control("webhooks/flush", {})
    assert len([post for post in told if b"OnExternalUpdated" in post.body]) == 2
    [row] = await finance.rows("ProjExpenseCategoriesExport", filter=f"CostType eq '{HOTEL}'")
    assert row["IsInactive"] == "Yes"
    _, text = await finance.refusal("DELETE", path)
    assert "Make it inactive." in text


# -- reports -----------------------------------------------------------------------------------------------------------


async def test_a_report_goes_from_draft_to_posted_one_state_at_a_time(finance: Traveller) -> None:
    await finance.create("ExpenseReports", dataAreaId="uspm", ReportNumber="ER-9")
    assert await finance.refused("submit-expense-report", report="ER-9") == "Expense report ER-9 has no lines."
    await finance.create("ExpenseReportLines", dataAreaId="uspm", ReportNumber="ER-9", **hotel())
    for early in ("approve", "post"):
        text = await finance.refused(f"{early}-expense-report", report="ER-9")
        assert text.startswith("An expense report with status Draft can't become ")
    states = []
    for step in ("submit", "approve", "recall", "submit", "approve", "post"):
        await finance.moved(step)
        states.append((await finance.row(REPORT))["Status"])
    assert states == ["Submitted", "Approved", "Draft", "Submitted", "Approved", "Posted"]
    assert await finance.refused("post-expense-report", report="ER-8") == "Expense report ER-8 doesn't exist."


async def test_people_write_the_lines_of_a_draft_and_never_its_state(finance: Traveller) -> None:
    await finance.report(hotel())
    _, text = await finance.refusal("PATCH", REPORT, sent={"Status": "Posted"})
    assert text.endswith("Field 'Status' of an expense report cannot be changed.")
    line = address("ExpenseReportLines", dataAreaId="uspm", ExpTransNumber="E-1")
    await finance.change(line, Amount=310)
    await finance.moved("submit")
    another = {"dataAreaId": "uspm", "ReportNumber": "ER-9", **supplies()}
    for method, path, sent in (
        ("PATCH", line, {"Amount": 320}),
        ("DELETE", line, None),
        ("POST", "ExpenseReportLines", another),
    ):
        _, text = await finance.refusal(method, path, sent=sent)
        assert text.endswith("Lines of an expense report with status Submitted cannot be changed.")
    _, text = await finance.refusal("DELETE", REPORT)
    assert text.endswith("An expense report with status Submitted cannot be deleted.")


async def test_a_line_has_an_active_category_and_an_activity_of_its_own_project(finance: Traveller) -> None:
    await finance.create("ProjectTasks", dataAreaId="uspm", ProjectId="P1", TaskId="A1")
    await finance.create("ProjectsV2", dataAreaId="uspm", ProjectId="P2")
    await finance.change(address("ExpenseCategories", dataAreaId="uspm", CategoryId=OFFICE), IsInactive="Yes")
    await finance.report(hotel(ActivityNumber="A1"))
    own = {"dataAreaId": "uspm", "ReportNumber": "ER-9"}
    refused = {
        f"Expense category '{OFFICE}' is inactive.": supplies(),
        "Activity 'A1' isn't one of project 'P2'.": hotel(ProjId="P2", ActivityNumber="A1"),
        "Project 'P9' doesn't exist.": hotel(ProjId="P9"),
    }
    for words, line in refused.items():
        _, text = await finance.refusal("POST", "ExpenseReportLines", sent={**own, **line})
        assert text.endswith(words)
    await finance.close_project()
    _, text = await finance.refusal("POST", "ExpenseReportLines", sent={**own, **hotel()})
    assert "stage finished" in text


async def test_posting_debits_the_integration_account_for_projects_and_other_expenses_own_accounts(
    finance: Traveller,
) -> None:
    posted = await finance.posted(hotel(), supplies())
    assert posted == {"voucher": "USPM-V-0000001", "exported": ["E-1"]}
    assert await finance.entries(posted["voucher"]) == [
        ("EXP-INTEG", 300, 0),
        ("AP", 0, 300),
        ("OFFICE", 40, 0),
        ("AP", 0, 40),
    ]
    assert await finance.balances("uspm") == {"EXP-INTEG": 300, "OFFICE": 40, "AP": -340}
    assert (await finance.row(REPORT))["Voucher"] == posted["voucher"]
    assert await finance.rows("ProjectPostedTransactions") == []


async def test_only_project_lines_are_exported_with_what_was_booked(finance: Traveller) -> None:
    await finance.create("ProjectTasks", dataAreaId="uspm", ProjectId="P1", TaskId="A1")
    await finance.posted(hotel(ActivityNumber="A1", Quantity=2, AdditionalInformation="Harbour inn"), supplies())
    [row] = await finance.rows("ProjExpensesExport")
    where = ("ExpTransNumber", "ReferenceDataAreaId", "ProjId", "ProjActivityNumber", "CostType", "ExchangeCode")
    assert tuple(row[name] for name in where) == ("E-1", "uspm", "P1", "A1", HOTEL, "USD")
    what = ("TransactionCategoryId", "BillingType", "AdditionalInformation", "TransDate", "InterCompanyLE")
    assert tuple(row[name] for name in what) == ("TCN-1", "Chargeable", "Harbour inn", DAY, "")
    assert tuple(row[name] for name in ("Amount", "NetAmount", "TaxAmount", "Quantity")) == (300, 300, 0, 2)
    status, _ = await finance.refusal("PATCH", "ProjExpensesExport(ExpTransNumber='E-1',ReferenceDataAreaId='uspm')",
                                      sent={"Amount": 1})  # fmt: skip
    assert status == 400


async def test_tax_that_nobody_gives_back_is_part_of_the_cost(finance: Traveller) -> None:
    tax = {"group": "TX", "item_group": "FULL", "percent": 20, "non_deductible": 25}
    await finance.set_up(taxes=[tax])
    await finance.posted(hotel(TaxGroup="TX", TaxItemGroup="FULL"))
    assert await finance.balances("uspm") == {"EXP-INTEG": 315, "TAX-PAY": 45, "AP": -360}
    [row] = await finance.rows("ProjExpensesExport")
    assert (row["Amount"], row["NetAmount"], row["TaxAmount"]) == (315, 300, 60)


async def test_an_expense_in_pounds_is_booked_at_the_rate_of_its_day(finance: Traveller) -> None:
    await finance.report(hotel(CurrencyCode="GBP"))
    await finance.moved("submit", "approve")
    text = await finance.refused("post-expense-report", report="ER-9")
    assert text == "Exchange rate for GBP to USD on 8/27/2026 is missing."
    await finance.set_up(exchange_rates=[GBP])
    await finance.moved("post")
    assert await finance.balances("uspm") == {"EXP-INTEG": 375, "AP": -375}
    [row] = await finance.rows("ProjExpensesExport")
    assert (row["Amount"], row["ExchangeCode"]) == (300, "GBP")


async def test_a_line_for_another_companys_project_names_that_company(finance: Traveller) -> None:
    await finance.create("ProjectsV2", dataAreaId="gbpm", ProjectId="P7")
    await finance.posted(hotel(ProjId="P7", ProjDataAreaId="GBPM"))
    [row] = await finance.rows("ProjExpensesExport")
    assert (row["ReferenceDataAreaId"], row["ProjId"], row["InterCompanyLE"]) == ("uspm", "P7", "gbpm")
    assert (await finance.balances("uspm"), await finance.balances("gbpm")) == ({"EXP-INTEG": 300, "AP": -300}, {})


async def test_what_cannot_be_posted_is_refused_as_a_whole(finance: Traveller) -> None:
    await finance.change(address("ExpenseCategories", dataAreaId="uspm", CategoryId=OFFICE), MainAccount="")
    await finance.report(hotel(), supplies())
    await finance.moved("submit", "approve")
    text = await finance.refused("post-expense-report", report="ER-9")
    assert text == f"Expense category '{OFFICE}' has no main account."
    await finance.set_up(open_periods=[{"start": "2026-09-01", "end": "2026-12-31"}])
    text = await finance.refused("post-expense-report", report="ER-9")
    assert text == "No open fiscal period was found for the specified accounting date 8/27/2026."
    assert (await finance.row(REPORT))["Status"] == "Approved"
    assert await finance.balances("uspm") == {}
    assert await finance.rows("ProjExpensesExport") == []


async def test_a_posted_report_is_recalled_until_dataverse_has_made_actuals_of_it(finance: Traveller) -> None:
    await finance.posted(hotel(), supplies())
    await finance.moved("recall")
    assert (await finance.row(REPORT))["Status"] == "Draft"
    assert await finance.balances("uspm") == {}
    assert await finance.rows("ProjExpensesExport") == []
    await finance.moved("submit", "approve", "post")
    assert await finance.balances("uspm") == {"EXP-INTEG": 300, "OFFICE": 40, "AP": -340}
    await finance.cost_arrives("E-1")
    assert await finance.refused("recall-expense-report", report="ER-9") == "Expense E-1 is in Dataverse already."
    assert (await finance.row(REPORT))["Status"] == "Posted"
    assert len(await finance.rows("ProjExpensesExport")) == 1


# -- back through the integration journal ------------------------------------------------------------------------------


async def test_the_cost_of_a_report_clears_the_integration_account(finance: Traveller) -> None:
    await finance.posted(hotel())
    await finance.cost_arrives("E-1")
    await finance.cost_arrives("E-7", name="another")
    await finance.post_all()
    assert [(await finance.line(name))["OffsetLedgerDimension"] for name in ("a", "another")] == [
        "EXP-INTEG",
        "EXP-OFFSET",
    ]
    assert await finance.balances("uspm") == {"AP": -300, "COST": 600, "EXP-OFFSET": -300}


# -- reconciliation ----------------------------------------------------------------------------------------------------


async def test_the_views_tell_how_far_an_expense_has_come(finance: Traveller) -> None:
    await finance.posted(hotel(), hotel(Amount=50), hotel(Amount=7), supplies())
    await finance.cost_arrives("E-1")
    await finance.post_all()
    await finance.cost_arrives("E-2", name="b")
    one, two, three = [("Expense", f"E-{n}", DAY, amount) for n, amount in ((1, 300), (2, 50), (3, 7))]
    assert await finance.view() == [
        (*one, "Reconciled"),
        (*two, "Missing journal lines"),
        (*three, "Missing actuals"),
    ]
    for view, row in (("Missing actuals", three), ("Missing journal lines", two), ("Reconciled", one)):
        assert await finance.view(view) == [(*row, view)]
    await finance.run("import-from-staging")
    assert await finance.view("Missing journal lines") == [(*two, "Missing journal lines")]
    assert await finance.view(company="gbpm") == []
    text = await finance.refused("reconciliation-view", view="Whatever")
    assert text == "The views are Missing actuals, Missing journal lines, All, Reconciled."


async def test_the_sale_of_an_expense_is_no_actual_of_its_cost(finance: Traveller) -> None:
    await finance.posted(hotel())
    await finance.sale("sale", kind="Cost", ExternalReference="E-1")
    assert [row[-1] for row in await finance.view()] == ["Missing actuals"]


async def test_the_batch_exports_again_what_has_no_actual_and_nothing_else() -> None:
    told: list[bytes] = []

    async def hear(post: Post) -> int:
        told.append(post.body)
        return 200

    finance = await Traveller(send=hear).begin()
    await finance.posted(hotel(), hotel(Amount=50))
    await finance.cost_arrives("E-1")
    await finance.control("endpoints", {"name": "app", "url": "http://app/"})
    await finance.control("activations", {"entity": "ProjExpensesExport", "endpoint": "app"})
    before = await finance.rows("ProjExpensesExport")
    assert await finance.run("reconcile") == {"exported": ["E-2"]}
    await finance.control("webhooks/flush", {})
    [event] = [body for body in told if b"OnExternal" in body]
    assert b"OnExternalUpdated" in event
    assert b"E-2" in event
    after = await finance.rows("ProjExpensesExport")
    assert [{**row, "@odata.etag": ""} for row in after] == [{**row, "@odata.etag": ""} for row in before]


@pytest.mark.parametrize(
    ("start", "exported"),
    [("2024-01-01", ["E-1", "E-2"]), ("2026-01-01", ["E-1"]), ("2026-09-01", []), ("2027-01-01", [])],
)
async def test_the_batch_begins_with_the_first_open_period_of_this_or_the_last_year(
    finance: Traveller, start: str, exported: list[str]
) -> None:
    days = ("2026-08-27", "2025-01-01", "2024-12-31")
    await finance.posted(*(hotel(TransDate=f"{day}T12:00:00Z") for day in days))
    await finance.set_up(open_periods=[{"start": start, "end": "2027-12-31"}])
    assert await finance.run("reconcile") == {"exported": exported}
