"""Companies, price lists, people and a project to work on, entered through the Web API of a Dataverse twin.

Two companies: USPM keeps its books in USD, GBPM in GBP, each with one contracting unit. What is entered is known by
name: `stage["PRJ-1"]` is the id of that row.
"""

from __future__ import annotations

from typing import Any, Self

import simplejson

from tests.twin.dataverse import DataverseTwin
from tests.twin.dataverse.api import Api
from tests.twin.http import Response

ACTUALS, CONNECTIONS = "msdyn_actuals", "msdyn_transactionconnections"
COST, UNBILLED, BILLED, RESOURCING_COST, INTER_ORG = 192350000, 192350005, 192350006, 192350007, 192350008
TIME, EXPENSE, MATERIAL = 192350000, 192350001, 192350002
TIME_AND_MATERIAL, FIXED_PRICE = 192350000, 192350001
WORK_BASED = 192350001
APP = "# Dual writer"


class ProjectStage:
    """What a test of projects begins with; `begin` before use."""

    def __init__(self, twin: DataverseTwin) -> None:
        self.twin = twin
        self.api, self.app = Api(twin), Api(twin, APP)
        self._ids: dict[str, str] = {}

    def __getitem__(self, name: str) -> str:
        return self._ids[name]

    def knows(self, name: str, row_id: str) -> None:
        """Remember by name a row that the twin made itself."""
        self._ids[name] = row_id

    async def enter(self, table_set: str, name: str, /, **columns: Any) -> str:
        """Create a row and remember it by name; `lookup__set="other"` binds a lookup to a row by its name."""
        self._ids[name] = await self.api.create(table_set, self.body(columns))
        return self._ids[name]

    def body(self, columns: dict[str, Any]) -> dict[str, Any]:
        """Write columns as the Web API wants them."""
        bound = {}
        for name, value in columns.items():
            navigation, is_lookup, target_set = name.partition("__")
            if is_lookup:
                bound[f"{navigation}@odata.bind"] = f"/{target_set}({self[value]})"
            else:
                bound[name] = value
        return bound

    async def begin(self) -> Self:
        """Enter companies, currencies, units, prices, people, a customer, a contract and its project."""
        for code, rate in (("USD", 1), ("GBP", 0.75)):
            await self.enter("transactioncurrencies", code, isocurrencycode=code, currencyname=code, exchangerate=rate)
        await self.enter("uoms", "hour", name="Hour", msdyn_symbol="hr", msdyn_externalunitclassname="Time")
        await self.enter("bookableresourcecategories", "developer", name="Developer")
        for company, currency in (("USPM", "USD"), ("GBPM", "GBP")):
            await self._company(company, currency)
        await self.enter("accounts", "customer", accountnumber="C-1", msdyn_Company__cdm_companies="USPM")
        await self.contract("ORD-1")
        await self.project("PRJ-1")
        await self.resource("Ann", "USPM")
        return self

    async def _company(self, company: str, currency: str) -> None:
        books = {"msdyn_AccountingCurrency__transactioncurrencies": currency}
        await self.enter("cdm_companies", company, cdm_companycode=company)
        await self.enter("msdyn_ledgers", f"ledger {company}", msdyn_Company__cdm_companies=company, **books)
        await self.price_list(f"cost {company}", currency)
        await self.unit(f"unit {company}", f"cost {company}", currency)

    async def unit(self, name: str, price_list: str, currency: str) -> str:
        """Enter an organizational unit with its cost price list."""
        bound = {"msdyn_CostPriceList__pricelevels": price_list, "msdyn_Currency__transactioncurrencies": currency}
        return await self.enter("msdyn_organizationalunits", name, msdyn_name=name, **bound)

    async def price_list(self, name: str, currency: str, **role_prices: Any) -> str:
        """Enter a price list, with prices by role."""
        await self.enter("pricelevels", name, name=name, transactioncurrencyid__transactioncurrencies=currency)
        for role, price in role_prices.items():
            await self.role_price(name, role, price, currency)
        return self[name]

    async def role_price(self, price_list: str, role: str, price: Any, currency: str) -> None:
        """Enter what an hour of a role costs in a list."""
        await self.enter(
            "msdyn_resourcecategorypricelevels",
            f"{role} in {price_list}",
            msdyn_price=price,
            msdyn_PriceList__pricelevels=price_list,
            msdyn_ResourceCategory__bookableresourcecategories=role,
            msdyn_Unit__uoms="hour",
            transactioncurrencyid__transactioncurrencies=currency,
        )

    async def contract(self, name: str, currency: str = "USD", **columns: Any) -> str:
        """Enter a project contract of USPM with a sales price list of its own."""
        await self.price_list(f"sales {name}", currency)
        return await self.enter(
            "salesorders",
            name,
            ordernumber=name,
            msdyn_ordertype=WORK_BASED,
            customerid_account__accounts="customer",
            msdyn_OwningCompany__cdm_companies="USPM",
            msdyn_contractorganizationalunitId__msdyn_organizationalunits="unit USPM",
            msdyn_ProjectPriceList__pricelevels=f"sales {name}",
            transactioncurrencyid__transactioncurrencies=currency,
            **columns,
        )

    async def project(self, name: str, **columns: Any) -> str:
        """Enter a project of USPM."""
        return await self.enter(
            "msdyn_projects",
            name,
            msdyn_projectnumber=name,
            msdyn_subject=name,
            msdyn_OwningCompany__cdm_companies="USPM",
            msdyn_contractorganizationalunitId__msdyn_organizationalunits="unit USPM",
            **columns,
        )

    async def line(self, name: str, method: int = TIME_AND_MATERIAL, contract: str = "ORD-1", **columns: Any) -> str:
        """Enter a contract line that covers everything done on PRJ-1."""
        covered = ("time", "expense", "material", "fee")
        return await self.enter(
            "salesorderdetails",
            name,
            producttypecode=5,
            productdescription=name,
            msdyn_billingmethod=method,
            salesorderid__salesorders=contract,
            **{
                "msdyn_Project__msdyn_projects": "PRJ-1",
                **{f"msdyn_include{each}": True for each in covered},
                **columns,
            },
        )

    async def resource(self, name: str, company: str, unit: str = "") -> str:
        """Enter a bookable resource of a company."""
        bound = {"msdyn_organizationalunit__msdyn_organizationalunits": unit or f"unit {company}"}
        return await self.enter(
            "bookableresources", name, name=name, msdyn_OwningCompany__cdm_companies=company, **bound
        )

    async def time(self, name: str, hours: int, resource: str = "Ann", **columns: Any) -> str:
        """Enter hours of a developer on PRJ-1."""
        return await self.enter(
            "msdyn_timeentries",
            name,
            **{
                "msdyn_description": name,
                "msdyn_date": "2026-08-27",
                "msdyn_duration": hours * 60,
                "msdyn_project__msdyn_projects": "PRJ-1",
                "msdyn_bookableresource__bookableresources": resource,
                "msdyn_resourceCategory__bookableresourcecategories": "developer",
                **columns,
            },
        )

    async def changed(self, table_set: str, name: str, **columns: Any) -> Response:
        """Ask for a change of a row known by name."""
        return await self.api.patch(f"{table_set}({self[name]})", self.body(columns))

    async def act(self, action: str, table: str, *names: str) -> Response:
        """Ask for an action on rows known by name."""
        return await self.api.act(action, table, *(self[name] for name in names))

    async def approved(self, name: str, table: str = "msdyn_timeentry") -> None:
        """Submit and approve an entry, both of which must succeed."""
        for action in ("msdyn_SubmitEntries", "msdyn_ApproveEntries"):
            answer = await self.act(action, table, name)
            assert answer.status == 204, answer.body

    async def actuals(self, *types: int) -> list[dict[str, Any]]:
        """Return all actuals, or those of some types, in the order in which they were made."""
        made = sorted(await self.api.rows(ACTUALS), key=lambda row: self._made(row["msdyn_actualid"]))
        return [row for row in made if not types or row["msdyn_transactiontypecode"] in types]

    async def connected(self) -> set[tuple[str, str, str, str]]:
        """Return the connections between actuals: role and row, role and row."""
        rows = await self.api.rows(CONNECTIONS)
        return {
            (
                row["msdyn_transaction1role"],
                row["msdyn_transaction1"],
                row["msdyn_transaction2role"],
                row["msdyn_transaction2"],
            )
            for row in rows
            if row["msdyn_transaction1type"] == row["msdyn_transaction2type"] == "msdyn_actual"
        }

    def _made(self, row_id: str) -> int:
        """The place of a row among all that were made: rows are kept in the order of their creation."""
        return list(self.twin.database.tables["msdyn_actual"].rows).index(row_id)


def told(row: dict[str, Any], *columns: str) -> tuple[Any, ...]:
    """Return columns of a row without their prefix written out."""
    return tuple(row[f"msdyn_{column}"] for column in columns)


def words(answer: Response) -> tuple[int, str, str]:
    """Return status, code and text of a refusal."""
    error = simplejson.loads(answer.body)["error"]
    return answer.status, error["code"], error["message"]
