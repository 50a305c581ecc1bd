"""Staged estimates become forecasts."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.twin.bookkeeper import Bookkeeper, guid

EXPENSES, MATERIALS = "ProjEstimateExpensesImports", "ProjForecastSalesImport"
ID = {"ProjEstimateHoursImport": "EstimateHoursImportId", EXPENSES: "EstimateExpensesImportId", MATERIALS: "ImportId"}


class Planner(Bookkeeper):
    async def hours(self, name: str = "h1", **columns: Any) -> None:
        own = {"Duration": 8, "PlannedCostAmount": 800, "PlannedSalesAmount": 1200, "StartDate": "2026-09-01T12:00:00Z"}
        await self.stage("ProjEstimateHoursImport", name, **{**own, "ProjectId": "P1", **columns})

    async def expense(self, name: str, kind: str, **columns: Any) -> None:
        own = {"ProjectId": "P1", "EstimateLineId": guid(name), "TransType": kind, "Quantity": 2, "Price": 100}
        await self.stage(EXPENSES, name, **{**own, "StartDate": "2026-09-01T12:00:00Z", "CurrencyId": "USD", **columns})

    async def material(self, name: str, kind: str, **columns: Any) -> None:
        own = {"ProjId": "P1", "ForecastLineId": guid(name), "TransType": kind, "SalesQty": 5, "Price": 20}
        await self.stage(MATERIALS, name, **{**own, "StartDate": "2026-09-01T12:00:00Z", "Currency": "USD", **columns})

    async def stage(self, collection: str, name: str, **columns: Any) -> None:
        await self.create(collection, dataAreaId="uspm", **{ID[collection]: guid(name)}, **columns)

    async def drop(self, collection: str, name: str) -> None:
        assert (await self.ask("DELETE", where(collection, name))).status == 204

    async def forecast(self, kind: str) -> dict[str, Any]:
        [row] = await self.rows(f"Project{kind}Forecasts")
        return row


def where(collection: str, name: str) -> str:
    return f"{collection}(dataAreaId='uspm',{ID[collection]}={guid(name)})"


@pytest.fixture
async def finance() -> Planner:
    planner = Planner()
    await planner.contract()
    return planner


async def test_an_assignment_is_one_hour_forecast(finance: Planner) -> None:
    await finance.category("TCN-1", 1)
    await finance.create("ResourceCategoriesShared", RoleId="DEV", Description="Developer")
    await finance.create("ProjectTasks", dataAreaId="uspm", ProjectId="P1", TaskId="A1")
    await finance.hours(TransactionCategoryId="TCN-1", ResourceCategoryId="DEV", ActivityNumber="A1")
    row = await finance.forecast("Hour")
    wanted = {
        "Quantity": 8,
        "CostPrice": 100,
        "SalesPrice": 150,
        "SalesCurrency": "USD",
        "CategoryId": "TCN-1-1",
        "RoleId": "DEV",
        "ActivityNumber": "A1",
        "ForecastModel": "F-CURRENT",
        "StartDate": "2026-09-01T12:00:00Z",
    }
    assert {name: row[name] for name in wanted} == wanted


async def test_changed_effort_changes_the_same_forecast_and_its_delete_deletes_it(finance: Planner) -> None:
    await finance.hours()
    first = await finance.forecast("Hour")
    assert first["CategoryId"] == "HOUR"
    await finance.change(where("ProjEstimateHoursImport", "h1"), Duration=12, PlannedCostAmount=1000)
    second = await finance.forecast("Hour")
    assert (second["TransactionId"], second["Quantity"]) == (first["TransactionId"], 12)
    assert second["CostPrice"] == Decimal("83.333333")
    await finance.drop("ProjEstimateHoursImport", "h1")
    assert await finance.rows("ProjectHourForecasts") == []


async def test_an_assignment_of_no_hours_has_no_price(finance: Planner) -> None:
    await finance.hours(Duration=0)
    row = await finance.forecast("Hour")
    assert (row["Quantity"], row["CostPrice"], row["SalesPrice"]) == (0, 0, 0)


@pytest.mark.parametrize("cost_first", [True, False])
@pytest.mark.parametrize("origin_of", ["cost", "sales"])
async def test_cost_and_sales_line_are_one_expense_forecast(finance: Planner, cost_first: bool, origin_of: str) -> None:
    other = "sales" if origin_of == "cost" else "cost"
    columns: dict[str, dict[str, Any]] = {
        "cost": {"Price": 100, "Quantity": 2, "Description": "Flight", "BillingType": "NonChargeable"},
        "sales": {
            "Price": 110,
            "Quantity": 3,
            "CurrencyId": "EUR",
            "BillingType": "Chargeable",
            "ContractLineId": "L1",
        },
    }
    columns[origin_of]["OriginEstimateLineId"] = guid(other)
    for name in ("cost", "sales") if cost_first else ("sales", "cost"):
        await finance.expense(name, name.title(), **columns[name])
    row = await finance.forecast("Expense")
    assert (row["CostPrice"], row["SalesPrice"], row["SalesCurrency"], row["Quantity"]) == (100, 110, "EUR", 2)
    assert (row["LineProperty"], row["ContractLineId"], row["Description"]) == ("CHARGE", "L1", "Flight")
    assert row["CategoryId"] == "EXPENSE"
    assert len(await finance.rows(EXPENSES)) == 2


@pytest.mark.parametrize("connection_first", [True, False])
async def test_a_connection_between_estimate_lines_pairs_them_too(finance: Planner, connection_first: bool) -> None:
    if connection_first:
        await finance.connect("sales", "cost", table="msdyn_estimateline")
    await finance.expense("cost", "Cost")
    await finance.expense("sales", "Sales", Price=110)
    if not connection_first:
        assert len(await finance.rows("ProjectExpenseForecasts")) == 2
        await finance.connect("sales", "cost", table="msdyn_estimateline")
    row = await finance.forecast("Expense")
    assert (row["CostPrice"], row["SalesPrice"]) == (100, 110)


async def test_a_line_that_goes_takes_its_price_and_the_last_one_the_forecast(finance: Planner) -> None:
    await finance.expense("cost", "Cost")
    await finance.expense("sales", "Sales", Price=110, Quantity=7, OriginEstimateLineId=guid("cost"))
    first = await finance.forecast("Expense")
    await finance.drop(EXPENSES, "cost")
    second = await finance.forecast("Expense")
    assert (second["CostPrice"], second["SalesPrice"], second["Quantity"]) == (0, 110, 7)
    assert second["TransactionId"] == first["TransactionId"]
    await finance.drop(EXPENSES, "sales")
    assert await finance.rows("ProjectExpenseForecasts") == []


async def test_a_changed_line_changes_the_same_forecast(finance: Planner) -> None:
    await finance.expense("cost", "Cost")
    await finance.expense("sales", "Sales", Price=110, OriginEstimateLineId=guid("cost"))
    first = await finance.forecast("Expense")
    await finance.change(where(EXPENSES, "sales"), Price=125)
    await finance.change(where(EXPENSES, "cost"), Quantity=4)
    second = await finance.forecast("Expense")
    assert (second["TransactionId"], second["SalesPrice"], second["Quantity"]) == (first["TransactionId"], 125, 4)


async def test_a_line_that_changes_its_pair_leaves_the_old_one(finance: Planner) -> None:
    await finance.expense("cost", "Cost")
    await finance.expense("sales", "Sales", Price=110, OriginEstimateLineId=guid("cost"))
    await finance.change(where(EXPENSES, "sales"), OriginEstimateLineId=guid("another"))
    prices = sorted((row["CostPrice"], row["SalesPrice"]) for row in await finance.rows("ProjectExpenseForecasts"))
    assert prices == [(0, 110), (100, 0)]


async def test_a_second_line_of_a_type_is_an_update(finance: Planner) -> None:
    await finance.expense("cost", "Cost")
    await finance.expense("again", "Cost", Price=130, OriginEstimateLineId=guid("cost"))
    assert (await finance.forecast("Expense"))["CostPrice"] == 130


async def test_cost_in_another_currency_is_converted(finance: Planner) -> None:
    await finance.expense("cost", "Cost", CurrencyId="GBP")
    assert await finance.rows("ProjectExpenseForecasts") == []
    assert await finance.errors() == ["Exchange rate for GBP to USD on 9/1/2026 is missing."]
    rate = {"from_currency": "GBP", "to_currency": "USD", "rate": "1.25"}
    await finance.control("setup", {"company": "uspm", "exchange_rates": [rate]})
    await finance.change(where(EXPENSES, "cost"), Quantity=2)
    assert (await finance.forecast("Expense"))["CostPrice"] == 125
    assert await finance.errors() == []


async def test_a_material_is_an_item_forecast_and_names_it(finance: Planner) -> None:
    await finance.category("TCN-1", 3)
    await finance.material("cost", "Cost", ItemId="LIC", TransactionCategoryId="TCN-1")
    await finance.material("sales", "Sales", ItemId="LIC", Price=25, ForecastLineIdOrigin=guid("cost"))
    row = await finance.forecast("Item")
    assert (row["ItemId"], row["Quantity"], row["CostPrice"], row["SalesPrice"]) == ("LIC", 5, 20, 25)
    assert row["CategoryId"] == "TCN-1-3"
    assert {staged["TransId"] for staged in await finance.rows(MATERIALS)} == {row["TransactionId"]}


async def test_a_write_in_product_is_the_item_that_the_company_has_for_it(finance: Planner) -> None:
    await finance.control("setup", {"company": "uspm", "write_in_product": "ANY"})
    await finance.material("cost", "Cost", ItemDescription="Scaffolding")
    row = await finance.forecast("Item")
    assert (row["ItemId"], row["ItemDescription"]) == ("ANY", "Scaffolding")


async def test_a_project_under_contract_needs_a_profile(finance: Planner) -> None:
    rule = {"level": "project", "of": "P2", "profile": {"name": "TM"}}
    await finance.control("setup", {"company": "uspm", "profile_rules": [rule]})
    await finance.hours()
    await finance.expense("cost", "Cost")
    assert len(await finance.rows("ProjEstimateHoursImport")) == len(await finance.rows(EXPENSES)) == 1
    assert await finance.rows("ProjectHourForecasts") == await finance.rows("ProjectExpenseForecasts") == []
    assert await finance.errors() == ["No project cost and revenue profile rule applies to project 'P1'."] * 2
    await finance.control("setup", {"company": "uspm", "profile_rules": [rule | {"of": "P1"}]})
    await finance.change(where("ProjEstimateHoursImport", "h1"), Duration=8)
    assert (await finance.forecast("Hour"))["Quantity"] == 8
    assert len(await finance.errors()) == 1


async def test_an_internal_project_needs_no_profile(finance: Planner) -> None:
    await finance.control("setup", {"company": "uspm", "profile_rules": []})
    await finance.create("ProjectsV2", dataAreaId="uspm", ProjectId="P2")
    await finance.hours(ProjectId="P2")
    assert (await finance.forecast("Hour"))["ProjectId"] == "P2"


@pytest.mark.parametrize(
    ("columns", "text"),
    [
        ({"ResourceCategoryId": "DEV"}, "Resource role 'DEV' doesn't exist."),
        ({"ActivityNumber": "A1"}, "Activity 'A1' doesn't exist."),
    ],
)
async def test_a_missing_role_or_task_is_waited_for(finance: Planner, columns: dict[str, str], text: str) -> None:
    await finance.hours(**columns)
    assert await finance.errors() == [text]
    await finance.create("ResourceCategoriesShared", RoleId="DEV")
    await finance.create("ProjectTasks", dataAreaId="uspm", ProjectId="P1", TaskId="A1")
    await finance.change(where("ProjEstimateHoursImport", "h1"), Duration=8)
    assert (await finance.forecast("Hour"))["Quantity"] == 8
    assert await finance.errors() == []


async def test_an_estimate_of_an_unknown_project_is_refused(finance: Planner) -> None:
    sent = {"dataAreaId": "uspm", "EstimateHoursImportId": guid("h1"), "ProjectId": "P9"}
    _, text = await finance.refusal("POST", "ProjEstimateHoursImport", sent=sent)
    assert "The value 'P9' in field 'Project ID' is not found" in text
