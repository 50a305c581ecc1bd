"""Estimates of a project in Dataverse become forecasts in Finance: A1 to A3."""

from __future__ import annotations

from typing import Any

import pytest

from tests.scenarios.consulting import CATEGORY, CHARGEABLE, COST, EXPENSE, MATERIAL, UNBILLED, Consulting, told
from tests.scenarios.enterprise import Enterprise, Row
from tests.scenarios.planning import assigned, planned

HOURS = ("ProjectId", "RoleId", "CategoryId", "Quantity", "CostPrice", "SalesPrice", "SalesCurrency")
PRICED = ("ProjectId", "CategoryId", "Quantity", "CostPrice", "SalesPrice", "SalesCurrency", "LineProperty")


@pytest.fixture
async def firm(office: Enterprise) -> Consulting:
    firm = await Consulting(office).begin()
    await firm.sold(developer=200)
    return firm


async def estimated(
    firm: Consulting, name: str, kind: int, price: float, currency: str = "USD", **columns: Any
) -> None:
    """Enter one line of an estimate."""
    await firm.enter(
        "msdyn_estimatelines",
        name,
        msdyn_description="Estimate",
        msdyn_Project__msdyn_projects="PRJ-1",
        msdyn_transactiontypecode=kind,
        msdyn_billingtype=CHARGEABLE,
        msdyn_price=price,
        transactioncurrencyid__transactioncurrencies=currency,
        **columns,
    )


async def paired(firm: Consulting) -> None:
    """Connect the sales line and the cost line of an estimate, and give the data package its minute."""
    await firm.enter(
        "msdyn_transactionconnections",
        "pair",
        msdyn_transaction1=firm["sales"],
        msdyn_transaction1role="Unbilled Sales",
        msdyn_transaction1type="msdyn_estimateline",
        msdyn_transaction2=firm["cost"],
        msdyn_transaction2role="Cost",
        msdyn_transaction2type="msdyn_estimateline",
    )
    await firm.office.travel(seconds=120)


async def test_a1_an_assignment_is_a_staging_row_and_one_hour_forecast(firm: Consulting) -> None:
    await assigned(firm, 10)
    staged = await firm.office.the_finance("ProjEstimateHoursImport")
    assert (staged["EstimateHoursImportId"], staged["dataAreaId"]) == (firm["assignment"], "uspm")
    assert (staged["Duration"], staged["PlannedCostAmount"], staged["PlannedSalesAmount"]) == (10, 1200, 2000)
    forecasts = await firm.office.kept("ProjectHourForecasts")
    assert told(forecasts, *HOURS) == [("PRJ-1", "DEV", "HOUR", 10, 120, 200, "USD")]
    assert forecasts[0]["ProjCDSResourceId"] == firm["Ann Hill"]
    assert await firm.office.is_at_rest()


async def test_a1_another_effort_changes_the_same_forecast(firm: Consulting) -> None:
    await assigned(firm, 10)
    before = await firm.office.the_finance("ProjectHourForecasts")
    await firm.edit("msdyn_resourceassignments", "assignment", **planned(16))
    await firm.office.travel()
    after = await firm.office.the_finance("ProjectHourForecasts")
    assert after["TransactionId"] == before["TransactionId"]
    assert told([after], *HOURS) == [("PRJ-1", "DEV", "HOUR", 16, 120, 200, "USD")]


async def test_a1_an_assignment_that_is_taken_back_leaves_no_forecast(firm: Consulting) -> None:
    await assigned(firm, 10)
    await firm.office.remove("msdyn_resourceassignments", firm["assignment"])
    await firm.office.travel()
    assert await firm.office.kept("ProjEstimateHoursImport") == []
    assert await firm.office.kept("ProjectHourForecasts") == []


async def test_a1_an_assignment_waits_for_a_profile_of_its_project_to_be_forecast(firm: Consulting) -> None:
    office = firm.office
    await office.set_up("uspm", profile_rules=[])
    await assigned(firm, 10)
    assert (await office.the_finance("ProjEstimateHoursImport"))["Duration"] == 10
    assert await office.kept("ProjectHourForecasts") == []
    error = await office.the_finance("ProjectStagingErrors")
    assert error["Message"].endswith("No project cost and revenue profile rule applies to project 'PRJ-1'.")
    await office.set_up("uspm", profile_rules=[{"level": "all", "profile": {"name": "TM"}}])
    await firm.edit("msdyn_resourceassignments", "assignment", **planned(11))
    await office.travel()
    assert told(await office.kept("ProjectHourForecasts"), *HOURS) == [("PRJ-1", "DEV", "HOUR", 11, 120, 200, "USD")]
    assert await office.kept("ProjectStagingErrors") == []


async def hotel(firm: Consulting) -> list[Row]:
    """Estimate two nights of 300 each, sold at 330; give the expense forecasts."""
    same: dict[str, Any] = {
        "msdyn_transactionclassification": EXPENSE,
        "msdyn_quantity": 2,
        "msdyn_TransactionCategory__msdyn_transactioncategories": CATEGORY,
    }
    await estimated(firm, "cost", COST, 300, **same)
    await estimated(firm, "sales", UNBILLED, 330, **same)
    await firm.office.travel()
    apart = await firm.office.kept("ProjectExpenseForecasts")
    assert told(apart, "CostPrice", "SalesPrice") == [(0, 330), (300, 0)]
    await paired(firm)
    return await firm.office.kept("ProjectExpenseForecasts")


async def test_a2_the_two_lines_of_an_expense_estimate_are_two_staging_rows_and_one_forecast(firm: Consulting) -> None:
    forecasts = await hotel(firm)
    staged = await firm.office.kept("ProjEstimateExpensesImports")
    assert told(staged, "TransType", "EstimateLineId", "Quantity", "Price", "CurrencyId") == [
        ("Cost", firm["cost"], 2, 300, "USD"),
        ("Sales", firm["sales"], 2, 330, "USD"),
    ]
    assert told(forecasts, *PRICED) == [("PRJ-1", f"{CATEGORY}-4", 2, 300, 330, "USD", "CHARGE")]
    assert await firm.office.is_at_rest()


async def test_a2_a_new_price_of_one_line_changes_its_side_of_the_same_forecast(firm: Consulting) -> None:
    (before,) = await hotel(firm)
    await firm.edit("msdyn_estimatelines", "sales", msdyn_price=345)
    await firm.office.travel()
    after = await firm.office.the_finance("ProjectExpenseForecasts")
    assert after["TransactionId"] == before["TransactionId"]
    assert (after["CostPrice"], after["SalesPrice"]) == (300, 345)
    await firm.edit("msdyn_estimatelines", "cost", msdyn_price=310, msdyn_quantity=3)
    await firm.office.travel()
    after = await firm.office.the_finance("ProjectExpenseForecasts")
    assert after["TransactionId"] == before["TransactionId"]
    assert (after["Quantity"], after["CostPrice"], after["SalesPrice"]) == (3, 310, 345)


async def test_a2_a_line_that_is_deleted_takes_its_price_along_and_the_last_one_the_forecast(firm: Consulting) -> None:
    await hotel(firm)
    await firm.office.remove("msdyn_estimatelines", firm["sales"])
    await firm.office.travel()
    forecast = await firm.office.the_finance("ProjectExpenseForecasts")
    assert (forecast["CostPrice"], forecast["SalesPrice"]) == (300, 0)
    await firm.office.remove("msdyn_estimatelines", firm["cost"])
    await firm.office.travel()
    assert await firm.office.kept("ProjectExpenseForecasts") == []


async def test_a2_a_cost_in_another_currency_is_forecast_in_the_company_s_own(firm: Consulting) -> None:
    office = firm.office
    rate = {"from_currency": "GBP", "to_currency": "USD", "rate": 1.25}
    await office.set_up("uspm", exchange_rates=[rate])
    await estimated(firm, "cost", COST, 240, "GBP", msdyn_transactionclassification=EXPENSE, msdyn_quantity=2)
    await estimated(firm, "sales", UNBILLED, 264, "GBP", msdyn_transactionclassification=EXPENSE, msdyn_quantity=2)
    await paired(firm)
    forecasts = await office.kept("ProjectExpenseForecasts")
    assert told(forecasts, *PRICED) == [("PRJ-1", "EXPENSE", 2, 300, 264, "GBP", "CHARGE")]


async def material(firm: Consulting, **columns: Any) -> list[Row]:
    """Estimate five pieces of 200 each, sold at 250; give the item forecasts."""
    same: dict[str, Any] = {"msdyn_transactionclassification": MATERIAL, "msdyn_quantity": 5, **columns}
    await estimated(firm, "cost", COST, 200, **same)
    await estimated(firm, "sales", UNBILLED, 250, **same)
    await paired(firm)
    staged = await firm.office.kept("ProjForecastSalesImport")
    assert told(staged, "TransType", "ForecastLineId", "SalesQty", "Price", "Currency") == [
        ("Cost", firm["cost"], 5, 200, "USD"),
        ("Sales", firm["sales"], 5, 250, "USD"),
    ]
    return await firm.office.kept("ProjectItemForecasts")


async def test_a3_the_two_lines_of_a_material_estimate_are_one_item_forecast(firm: Consulting) -> None:
    await firm.office.book(
        "CDSReleasedDistinctProducts",
        dataAreaId="uspm",
        ProductNumber="LICENCE",
        ItemNumber="LICENCE",
        ProductName="Licence",
        SalesUnitSymbol="ea",
        InventoryUnitSymbol="ea",
    )
    await firm.office.travel()
    await firm.knows("LICENCE", "products", "productid", "msdyn_productnumber eq 'LICENCE'")
    of_product = {"msdyn_Product__products": "LICENCE"}
    in_category = {"msdyn_TransactionCategory__msdyn_transactioncategories": CATEGORY}
    forecasts = await material(firm, **of_product, **in_category)
    assert told(forecasts, *PRICED) == [("PRJ-1", f"{CATEGORY}-3", 5, 200, 250, "USD", "CHARGE")]
    assert told(forecasts, "ItemId") == [("LICENCE",)]
    assert await firm.office.is_at_rest()


async def test_a3_a_product_that_is_written_in_is_forecast_as_the_company_item_for_such(firm: Consulting) -> None:
    await firm.office.set_up("uspm", write_in_product="SUNDRY")
    forecasts = await material(firm, msdyn_writeinproductdescription="Cable ties")
    assert told(forecasts, *PRICED) == [("PRJ-1", "ITEM", 5, 200, 250, "USD", "CHARGE")]
    assert told(forecasts, "ItemId", "ItemDescription") == [("SUNDRY", "Cable ties")]
    assert await firm.office.is_at_rest()
