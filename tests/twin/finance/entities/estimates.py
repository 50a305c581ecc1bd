"""Estimates: the staging rows that Dataverse writes, and the forecasts that Finance makes of them.

The AOT names of the staging entities are unconfirmed; their tables are ProjCDSEstimateHoursImport,
ProjCDSEstimateExpensesImport and ProjForecastSalesImport. The forecasts are collections of the twin only; their tables
are ProjForecastEmpl, ProjForecastCost and ForecastSales (Common Data Model).
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.twin.finance import enums
from tests.twin.finance.schema import (
    Column,
    Reference,
    choice,
    dates,
    entity,
    guid,
    guids,
    reals,
    text,
    texts,
    wholes,
)

HOUR_ESTIMATES = entity(
    "ProjEstimateHoursImport",
    "ProjEstimateHourImport",
    "ProjEstimateHoursImportEntity",
    guid("EstimateHoursImportId", mandatory=True),
    text("ProjectId", 20, "Project ID", mandatory=True),
    text("ActivityNumber", 20),
    text("ResourceCategoryId", 20, "Role"),
    text("TransactionCategoryId", 30),
    text("ContractLineId", 40),
    text("Description", 255),
    guid("ProjCDSResourceId"),
    wholes("SequenceNumber"),
    dates("StartDate"),
    reals("Duration", "PlannedCostAmount", "PlannedSalesAmount"),
    label="Project Operations integration entity for hour estimates",
    number=2301,
    key=("dataAreaId", "EstimateHoursImportId"),
    references=(Reference(("ProjectId",), "ProjectsV2"),),
    found_by=("ResourceCategoryId",),
)

EXPENSE_ESTIMATES = entity(
    "ProjEstimateExpensesImports",
    "ProjEstimateExpensesImport",
    "ProjEstimateExpensesImportEntity",
    guid("EstimateExpensesImportId", mandatory=True),
    guids("EstimateLineId", "OriginEstimateLineId", "ProjCDSResourceId"),
    choice("TransType", enums.PROJ_CDS_TRANS_TYPE),
    choice("BillingType", enums.PROJ_BILLING_TYPE),
    text("ProjectId", 20, "Project ID", mandatory=True),
    text("ActivityNumber", 20),
    text("ResourceCategoryId", 20, "Role"),
    text("TransactionCategoryId", 30),
    text("ContractLineId", 40),
    text("CurrencyId", 3, "Currency"),
    text("Description", 255),
    wholes("SequenceNumber"),
    dates("StartDate", "EndDate"),
    reals("Price", "Quantity"),
    label="Project Operations integration entity for expense estimates",
    number=2302,
    key=("dataAreaId", "EstimateExpensesImportId"),
    references=(Reference(("ProjectId",), "ProjectsV2"),),
    found_by=("EstimateLineId", "OriginEstimateLineId", "ResourceCategoryId"),
)

MATERIAL_ESTIMATES = entity(
    "ProjForecastSalesImport",
    "ProjForecastSaleImport",
    "ProjForecastSalesImportEntity",
    guid("ImportId", mandatory=True),
    guids("ForecastLineId", "ForecastLineIdOrigin"),
    choice("TransType", enums.PROJ_CDS_TRANS_TYPE),
    choice("BillingType", enums.PROJ_BILLING_TYPE),
    text("ProjId", 20, "Project ID", mandatory=True),
    text("ActivityNumber", 20),
    text("TransactionCategoryId", 30),
    text("ContractLineId", 40),
    text("ItemId", 20, "Item number"),
    text("ItemDescription", 1000),
    text("Currency", 3),
    text("Comment", 255),
    text("TransId", 20),
    wholes("SequenceNumber"),
    dates("StartDate", "EndDate", "ForecastCostPaymDate", "ForecastInvoiceDate"),
    reals("Price", "SalesQty", "InventQty"),
    label="Project integration table for material estimates",
    number=2303,
    key=("dataAreaId", "ImportId"),
    references=(Reference(("ProjId",), "ProjectsV2"),),
    found_by=("ForecastLineId", "ForecastLineIdOrigin"),
)


def _forecast() -> Iterator[Column]:
    """Declare what the three kinds of forecast have in common; Source tells which estimate or pair it comes from."""
    yield text("TransactionId", 20, mandatory=True)
    yield guid("Source")
    yield text("ForecastModel", 10)
    yield from texts(20, "ProjectId", "ActivityNumber")
    yield text("CategoryId", 30)
    yield from texts(40, "ContractLineId")
    yield from texts(10, "LineProperty")
    yield text("Description", 255)
    yield text("SalesCurrency", 3)
    yield from dates("StartDate")
    yield from reals("Quantity", "CostPrice", "SalesPrice")


HOUR_FORECASTS = entity(
    "ProjectHourForecasts",
    "ProjectHourForecast",
    "TwinProjForecastEmpl",
    _forecast(),
    text("RoleId", 20),
    guid("ProjCDSResourceId"),
    label="Hour forecasts",
    number=2304,
    key=("dataAreaId", "TransactionId"),
    read_only=True,
    found_by=("Source", "RoleId"),
)

EXPENSE_FORECASTS = entity(
    "ProjectExpenseForecasts",
    "ProjectExpenseForecast",
    "TwinProjForecastCost",
    _forecast(),
    label="Expense forecasts",
    number=2305,
    key=("dataAreaId", "TransactionId"),
    read_only=True,
    found_by=("Source",),
)

ITEM_FORECASTS = entity(
    "ProjectItemForecasts",
    "ProjectItemForecast",
    "TwinForecastSales",
    _forecast(),
    text("ItemId", 20),
    text("ItemDescription", 1000),
    label="Item forecasts",
    number=2306,
    key=("dataAreaId", "TransactionId"),
    read_only=True,
    found_by=("Source",),
)

#: Why a staging row went no further: one text per row, the latest. A collection of the twin only.
STAGING_ERRORS = entity(
    "ProjectStagingErrors",
    "ProjectStagingError",
    "TwinProjStagingError",
    text("Staging", 60, mandatory=True),
    guid("RowId", mandatory=True),
    text("Message", 1000),
    label="Errors of staging rows",
    number=2307,
    key=("dataAreaId", "Staging", "RowId"),
    read_only=True,
    found_by=("RowId",),
)
