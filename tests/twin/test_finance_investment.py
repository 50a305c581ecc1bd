"""Investment projects in Finance, and what projects and funding sources take from their customer."""

from __future__ import annotations

from typing import Any

import pytest

from tests.twin.bookkeeper import Bookkeeper
from tests.twin.finance.visitor import address

FUNDING = address("ProjectFundingSources", dataAreaId="uspm", ProjectContractID="K1", FundingSourceId="F1")


def of(project: str) -> str:
    return address("ProjectsV2", dataAreaId="uspm", ProjectId=project)


@pytest.fixture
async def finance() -> Bookkeeper:
    bookkeeper = Bookkeeper()
    await bookkeeper.control("settings", {"investment_projects": True})
    await bookkeeper.create("ProjectsV2", dataAreaId="uspm", ProjectId="P2", ProjectName="New quay")
    return bookkeeper


async def customer(finance: Bookkeeper, **columns: Any) -> None:
    await finance.change(address("CustomersV3", dataAreaId="uspm", CustomerAccount="C-1001"), **columns)


# -- investment projects -----------------------------------------------------------------------------------------------


async def test_an_investment_project_has_a_revenue_recognition_project_of_the_same_id(finance: Bookkeeper) -> None:
    assert await finance.run("mark-investment-project", project="P2") == {"revenue_project": "P2"}
    await finance.run("mark-investment-project", project="P2")
    [marked] = await finance.rows("InvestmentProjects")
    assert (marked["ProjectId"], marked["RevenueProjectId"]) == ("P2", "P2")
    await finance.change(of("P2"), ProjectName="New quay, berth 7")
    assert (await finance.row(of("P2")))["EstimateProjectId"] == "P2"


async def test_costs_of_an_investment_project_are_profit_and_loss_and_lock_its_type(finance: Bookkeeper) -> None:
    await finance.run("mark-investment-project", project="P2")
    await finance.actual("cost", ProjectId="P2", ContractId="", ContractLine=0)
    [journal] = (await finance.run("import-from-staging"))["journals"]
    await finance.run("post-journal", journal=journal)
    assert await finance.balances("uspm") == {"COST": 480, "PAYROLL-ALLOC": -480}
    assert (await finance.staged("cost"))["AccountingAmount"] == 480
    text = await finance.refused("mark-investment-project", project="P2", investment=False)
    assert text == "Project 'P2' has transactions: its type can't be changed."
    assert len(await finance.rows("InvestmentProjects")) == 1


async def test_the_type_is_taken_back_as_long_as_there_are_no_actuals(finance: Bookkeeper) -> None:
    await finance.run("mark-investment-project", project="P2")
    await finance.run("mark-investment-project", project="P2", investment=False)
    await finance.run("mark-investment-project", project="P2", investment=False)
    assert await finance.rows("InvestmentProjects") == []
    assert (await finance.row(of("P2")))["EstimateProjectId"] == ""


async def test_a_project_of_a_contract_is_no_investment_project(finance: Bookkeeper) -> None:
    await finance.contract()
    assert "has a project contract" in await finance.refused("mark-investment-project", project="P1")
    assert "doesn't exist" in await finance.refused("mark-investment-project", project="P9")
    assert await finance.rows("InvestmentProjects") == []


async def test_without_the_feature_there_are_no_investment_projects(finance: Bookkeeper) -> None:
    await finance.control("settings", {"investment_projects": False})
    assert "is off" in await finance.refused("mark-investment-project", project="P2")


async def test_the_mark_goes_with_its_project(finance: Bookkeeper) -> None:
    await finance.run("mark-investment-project", project="P2")
    assert (await finance.ask("DELETE", of("P2"))).status == 204
    assert await finance.rows("InvestmentProjects") == []


# -- what the customer brings ------------------------------------------------------------------------------------------


async def test_tax_group_and_dimensions_come_from_the_customer_and_then_stay_the_accountants(
    finance: Bookkeeper,
) -> None:
    await customer(finance, SalesTaxGroup="WA", DefaultDimensionDisplayValue="-022-")
    await finance.contract()
    assert (await finance.row(FUNDING))["DimensionDisplayValue"] == "-022-"
    project = await finance.row(of("P1"))
    assert (project["SalesTaxGroupId"], project["DimensionDisplayValue"]) == ("WA", "-022-")
    await finance.change(FUNDING, DimensionDisplayValue="-033-")
    await finance.change(of("P1"), SalesTaxGroupId="CA", DimensionDisplayValue="-044-")
    await finance.change(FUNDING, TermsOfPayment="Net30")
    await finance.change(of("P1"), ProjectName="Crane", CustomerAccountNumber="C-1001", ProjectContractId="K1")
    assert (await finance.row(FUNDING))["DimensionDisplayValue"] == "-033-"
    project = await finance.row(of("P1"))
    assert (project["SalesTaxGroupId"], project["DimensionDisplayValue"]) == ("CA", "-044-")


async def test_a_project_that_gets_its_customer_later_gets_the_defaults_that_are_still_empty(
    finance: Bookkeeper,
) -> None:
    await customer(finance, SalesTaxGroup="WA", DefaultDimensionDisplayValue="-022-")
    await finance.change(of("P2"), SalesTaxGroupId="CA")
    await finance.change(of("P2"), CustomerAccountNumber="C-1001")
    project = await finance.row(of("P2"))
    assert (project["SalesTaxGroupId"], project["DimensionDisplayValue"]) == ("CA", "-022-")
    await customer(finance, DefaultDimensionDisplayValue="-055-")
    await finance.change(of("P2"), CustomerAccountNumber="C-1001")
    assert (await finance.row(of("P2")))["DimensionDisplayValue"] == "-022-"


async def test_journal_lines_have_the_dimensions_that_the_project_got(finance: Bookkeeper) -> None:
    await customer(finance, DefaultDimensionDisplayValue="-022-")
    await finance.contract()
    await finance.actual("cost")
    await finance.run("import-from-staging")
    assert (await finance.line("cost"))["DefaultDimension"] == "-022-"
