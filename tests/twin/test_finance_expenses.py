"""Expense management in Finance: categories, reports from draft to posting, and what is exported."""

from __future__ import annotations

import pytest

from tests.twin.bookkeeper import DAY, GBP
from tests.twin.events import Post
from tests.twin.finance.visitor import address
from tests.twin.travelling import HOTEL, OFFICE, REPORT, Traveller, hotel, supplies


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


async def test_an_expense_category_has_name_and_type_of_its_shared_category_unless_it_says_otherwise(
    finance: Traveller,
) -> None:
    await finance.marked("TCN-3")
    await finance.change(address("SharedCategories", CategoryId="TCN-3-4"), Name="Meals", ExpenseType="Meals")
    await finance.create("ExpenseCategories", dataAreaId="uspm", CategoryId="TCN-3-4")
    await finance.category("TCN-3", 4, dataAreaId="gbpm")
    own = {"dataAreaId": "gbpm", "CategoryId": "TCN-3-4", "Name": "Inns"}
    await finance.create("ExpenseCategories", **own, ExpenseType="Hotel")
    rows = await finance.rows("ProjExpenseCategoriesExport", filter="CostType eq 'TCN-3-4'")
    assert {(row["dataAreaId"], row["CostTxt"], row["ExpType"]) for row in rows} == {
        ("uspm", "Meals", "Meals"),
        ("gbpm", "Inns", "Hotel"),
    }


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


async def test_a_report_on_a_project_that_was_completed_meanwhile_is_not_posted(finance: Traveller) -> None:
    await finance.report(hotel())
    await finance.moved("submit", "approve")
    await finance.close_project()
    text = await finance.refused("post-expense-report", report="ER-9")
    assert text == "Project stage finished doesn't allow recording in the project."
    assert await finance.balances("uspm") == {}
    await finance.open_project()
    await finance.moved("post")


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
