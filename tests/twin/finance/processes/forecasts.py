"""Estimates become forecasts (F11) as soon as their staging rows are written.

Hours: one forecast per row. Expenses and materials: the cost line and the sales line of Dataverse are two staging rows
and one forecast. How the two find each other is unconfirmed: by the origin's id, in whatever direction it points, or
else by a connection between the two estimate lines. What stands against a forecast leaves the row in staging, with an
error, until it is written again; the texts are assumptions.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from tests.twin.finance.books import Books
from tests.twin.finance.processes import staging_errors
from tests.twin.finance.processes.categories import project_category
from tests.twin.finance.processes.connections import connected
from tests.twin.finance.processes.money import NoRate, accounting_currency, day, number, plain, rate
from tests.twin.finance.processes.process import Process
from tests.twin.finance.processes.profiles import has_contract, profile_of
from tests.twin.finance.rows import Row
from tests.twin.finance.schema import NO_GUID, Value

_SIX_DIGITS = Decimal("0.000001")
_ESTIMATE_LINE = "msdyn_estimateline"


class HourEstimates(Process):
    """A resource assignment is one hour forecast."""

    def written(self, before: Row | None, after: Row) -> None:
        """Write the forecast."""
        _ = before
        values = after.values
        company, row_id, hours = values["dataAreaId"], values["EstimateHoursImportId"], number(values["Duration"])
        try:
            _check(self.books, company, values["ProjectId"], values["ActivityNumber"], values["ResourceCategoryId"])
        except _Unready as unready:
            staging_errors.note(self.books, "ProjEstimateHoursImport", company, row_id, str(unready))
            return
        staging_errors.clear(self.books, "ProjEstimateHoursImport", company, row_id)
        _put_forecast(
            self.books,
            "ProjectHourForecasts",
            company,
            row_id,
            ProjectId=values["ProjectId"],
            ActivityNumber=values["ActivityNumber"],
            CategoryId=_category(self.books, company, values["TransactionCategoryId"], "Hour"),
            ContractLineId=values["ContractLineId"],
            Description=values["Description"],
            SalesCurrency=_sales_currency(self.books, company, values["ProjectId"]),
            StartDate=values["StartDate"],
            Quantity=hours,
            CostPrice=_per_hour(number(values["PlannedCostAmount"]), hours),
            SalesPrice=_per_hour(number(values["PlannedSalesAmount"]), hours),
            RoleId=values["ResourceCategoryId"],
            ProjCDSResourceId=values["ProjCDSResourceId"],
        )

    def deleted(self, row: Row) -> None:
        """Delete the forecast."""
        company, row_id = row.values["dataAreaId"], row.values["EstimateHoursImportId"]
        staging_errors.clear(self.books, "ProjEstimateHoursImport", company, row_id)
        _drop_forecast(self.books, "ProjectHourForecasts", company, row_id)


@dataclass(frozen=True, slots=True)
class _Names:
    """What the columns of a staging entity are called, and what it becomes."""

    staging: str
    forecasts: str
    kind: str
    row_id: str
    line: str
    origin: str
    project: str
    currency: str
    quantity: str
    description: str
    role: str = ""


_EXPENSES = _Names(
    staging="ProjEstimateExpensesImports",
    forecasts="ProjectExpenseForecasts",
    kind="Cost",
    row_id="EstimateExpensesImportId",
    line="EstimateLineId",
    origin="OriginEstimateLineId",
    project="ProjectId",
    currency="CurrencyId",
    quantity="Quantity",
    description="Description",
    role="ResourceCategoryId",
)
_MATERIALS = _Names(
    staging="ProjForecastSalesImport",
    forecasts="ProjectItemForecasts",
    kind="Item",
    row_id="ImportId",
    line="ForecastLineId",
    origin="ForecastLineIdOrigin",
    project="ProjId",
    currency="Currency",
    quantity="SalesQty",
    description="Comment",
)


class _PairedEstimates(Process):
    """Up to two staging rows, one of type Cost and one of type Sales, make one forecast."""

    names: ClassVar[_Names]

    def written(self, before: Row | None, after: Row) -> None:
        """Write the forecast of the row's pair, and that of the pair it has left."""
        pair = self._pair(after)
        if before is not None and (left := self._pair(before)) != pair:
            self._refresh(after.values["dataAreaId"], left)
        self._refresh(after.values["dataAreaId"], pair, after)

    def deleted(self, row: Row) -> None:
        """Write the forecast of the row that is left, or delete it."""
        company = row.values["dataAreaId"]
        staging_errors.clear(self.books, self.names.staging, company, row.values[self.names.row_id])
        self._refresh(company, self._pair(row))

    def reconnect(self, *lines: Value) -> None:
        """Look again at the rows of estimate lines whose connection has come, changed or gone."""
        table = self.database.tables[self.names.staging]
        companies = {row.values["dataAreaId"] for line in lines for row in table.matching(self.names.line, line)}
        for company in sorted(companies, key=str):
            for pair in lines:
                self._refresh(company, pair)

    def further(self, main: Row) -> dict[str, Value]:
        """Return what a forecast of this kind has besides."""
        _ = main
        return {}

    def made(self, rows: list[Row], forecast: Row) -> None:
        """Note the forecast in its rows, where they have a column for it."""

    def _pair(self, row: Row) -> Value:
        """Return the id that both rows of a pair have in common."""
        line, origin = row.values[self.names.line], row.values[self.names.origin]
        if origin != NO_GUID:
            return origin
        for _, second in connected(self.books, line, _ESTIMATE_LINE) if line != NO_GUID else ():
            return second
        return line if line != NO_GUID else row.values[self.names.row_id]

    def _rows(self, company: Value, pair: Value) -> list[Row]:
        ends = {end for ends in connected(self.books, pair, _ESTIMATE_LINE) for end in ends} | {pair}
        found = [
            *(row for end in ends for row in self.books.of_company(self.names.staging, company, self.names.line, end)),
            *self.books.of_company(self.names.staging, company, self.names.origin, pair),
            *self.books.of_company(self.names.staging, company, self.names.row_id, pair),
        ]
        return [*{row.rec_id: row for row in found if self._pair(row) == pair}.values()]

    def _refresh(self, company: Value, pair: Value, latest: Row | None = None) -> None:
        rows = self._rows(company, pair)
        if not rows:
            _drop_forecast(self.books, self.names.forecasts, company, pair)
            return
        cost, sales = _latest(rows, "Cost", latest), _latest(rows, "Sales", latest)
        main = cost or sales
        if main is None:
            return
        try:
            values = self._from_main(main) | self._from_cost(cost) | _from_sales(self.books, self.names, sales)
        except (_Unready, NoRate) as unready:
            at_fault = latest or main
            row_id = at_fault.values[self.names.row_id]
            staging_errors.note(self.books, self.names.staging, company, row_id, str(unready))
            return
        for row in rows:
            staging_errors.clear(self.books, self.names.staging, company, row.values[self.names.row_id])
        self.made(rows, _put_forecast(self.books, self.names.forecasts, company, pair, **values))

    def _from_main(self, main: Row) -> dict[str, Value]:
        """Return what the cost row says of project, activity, category, quantity and date; the sales row without one."""
        names, values = self.names, main.values
        company, role = values["dataAreaId"], values[names.role] if names.role else ""
        _check(self.books, company, values[names.project], values["ActivityNumber"], role)
        return {
            "ProjectId": values[names.project],
            "ActivityNumber": values["ActivityNumber"],
            "CategoryId": _category(self.books, company, values["TransactionCategoryId"], names.kind),
            "Quantity": values[names.quantity],
            "StartDate": values["StartDate"],
            "Description": values[names.description],
            **self.further(main),
        }

    def _from_cost(self, cost: Row | None) -> dict[str, Value]:
        """Return the cost price, in the company's currency: a forecast has no other for cost."""
        if cost is None:
            return {"CostPrice": Decimal(0)}
        values = cost.values
        factor = rate(self.books, values["dataAreaId"], values[self.names.currency], day(values["StartDate"]))
        return {"CostPrice": plain((number(values["Price"]) * factor).quantize(_SIX_DIGITS))}


class ExpenseEstimates(_PairedEstimates):
    """Expense estimate lines become expense forecasts."""

    names = _EXPENSES


class MaterialEstimates(_PairedEstimates):
    """Material estimate lines become item forecasts; a write-in product is the item that the company has set for it."""

    names = _MATERIALS

    def default_row(self, draft: dict[str, Value], named: Container[str]) -> None:
        """Leave the forecast's number to Finance."""
        _ = named
        draft["TransId"] = ""

    def accepted(self, before: Row, changes: Mapping[str, Value]) -> Mapping[str, Value]:
        """Pass over the forecast's number."""
        _ = before
        return {name: value for name, value in changes.items() if name != "TransId"}

    def further(self, main: Row) -> dict[str, Value]:
        """Return the item."""
        write_in = self.books.setup(main.values["dataAreaId"]).write_in_product
        return {"ItemId": main.values["ItemId"] or write_in, "ItemDescription": main.values["ItemDescription"]}

    def made(self, rows: list[Row], forecast: Row) -> None:
        """Note the forecast's number."""
        for row in rows:
            self.books.put(self.names.staging, row, TransId=forecast.values["TransactionId"])


class _Unready(Exception):
    """Something that a forecast needs is not there."""


def _check(books: Books, company: Value, project: Value, activity: Value, role: Value) -> None:
    if has_contract(books, company, project) and profile_of(books, company, project) is None:
        raise _Unready(f"No project cost and revenue profile rule applies to project '{project}'.")
    if activity and books.find("Activities", company, activity) is None:
        raise _Unready(f"Activity '{activity}' doesn't exist.")
    if role and books.find("ProjectResourceRoles", company, role) is None:
        raise _Unready(f"Resource role '{role}' doesn't exist.")


def _from_sales(books: Books, names: _Names, sales: Row | None) -> dict[str, Value]:
    if sales is None:
        return {"SalesPrice": Decimal(0)}
    values = sales.values
    return {
        "SalesPrice": values["Price"],
        "SalesCurrency": values[names.currency],
        "LineProperty": books.setup(values["dataAreaId"]).line_property(values["BillingType"]),
        "ContractLineId": values["ContractLineId"],
    }


def _latest(rows: list[Row], kind: str, latest: Row | None) -> Row | None:
    """Return the row of a type: of several the one just written, else the newest."""
    fitting = [row for row in rows if row.values["TransType"] == kind]
    if latest is not None and latest.values["TransType"] == kind:
        return next((row for row in fitting if row.rec_id == latest.rec_id), None)
    return max(fitting, key=lambda row: row.rec_id, default=None)


def _category(books: Books, company: Value, category: Value, kind: str) -> Value:
    """Return the project category, else the company's default (documented for rows that name none, assumed for others)."""
    found = project_category(books, company, category, kind) if category else None
    return books.setup(company).default_category(kind) if found is None else found.values["CategoryId"]


def _sales_currency(books: Books, company: Value, project: Value) -> Value:
    """Return the contract's currency (inferred), the company's without a contract."""
    row = books.find("ProjectsV2", company, project)
    contract = row and books.find("ProjectContractHeaders", company, row.values["ProjectContractId"])
    return contract.values["SalesCurrencyCode"] if contract else accounting_currency(books, company)


def _per_hour(amount: Decimal, hours: Decimal) -> Decimal:
    return plain((amount / hours).quantize(_SIX_DIGITS)) if hours else Decimal(0)


def _forecast(books: Books, collection: str, company: Value, source: Value) -> Row | None:
    return next(iter(books.of_company(collection, company, "Source", source)), None)


def _put_forecast(books: Books, collection: str, company: Value, source: Value, **values: Value) -> Row:
    held = _forecast(books, collection, company, source)
    if held is None:
        values |= {
            "dataAreaId": company,
            "TransactionId": books.number(company, "FC"),
            "Source": source,
            "ForecastModel": books.setup(company).forecast_model,
        }
    return books.put(collection, held, **values)


def _drop_forecast(books: Books, collection: str, company: Value, source: Value) -> None:
    held = _forecast(books, collection, company, source)
    if held is not None:
        books.database.delete(collection, held)


def reconnect(books: Books, *lines: Value) -> None:
    """Look again at the forecasts of estimate lines whose connection has come, changed or gone."""
    for process in (ExpenseEstimates(books), MaterialEstimates(books)):
        process.reconnect(*lines)
