"""The consulting business of the worked examples: USPM keeps its books in USD, GBPM in GBP, each with a contracting unit.

Everything is entered where people enter it: master data in Dataverse, project categories in Finance, by hand and for
each company. Rows are known by name: `firm["PRJ-1"]` is the id of that project.
"""

from __future__ import annotations

from typing import Any

from tests.scenarios.enterprise import Enterprise, Row

COST, UNBILLED, RESOURCING_COST, INTER_ORG = 192350000, 192350005, 192350007, 192350008
TIME, EXPENSE, MATERIAL = 192350000, 192350001, 192350002
TIME_AND_MATERIAL, FIXED_PRICE = 192350000, 192350001
CHARGEABLE = 192350001
WORK_BASED, PROJECT_SERVICE = 192350001, 5

#: The day on which everybody works.
DAY = "2026-08-27"
#: The customer, an account of USPM that has come from Finance.
CUSTOMER = "C-1001"
#: What the one transaction category is called, and what its project categories in Finance end in.
CATEGORY = "TCN-1"
HOUR, ITEM, COSTS = 1, 3, 4

_BOOKS = {"uspm": "USD", "gbpm": "GBP"}


class Consulting:
    """Two companies of consultants and one customer. `begin` before use."""

    def __init__(self, office: Enterprise) -> None:
        self.office = office
        self._ids: dict[str, str] = {}

    def __getitem__(self, name: str) -> str:
        return self._ids[name]

    def name_of(self, row_id: str) -> str:
        """The name of a row that is known by one."""
        return next(name for name, known in self._ids.items() if known == row_id)

    async def begin(self) -> Consulting:
        """Enter what both companies have before there is work: units with cost prices, a role, a category, people."""
        await self._learn()
        await self.enter(
            "bookableresourcecategories", "developer", name="Developer", msdyn_resourcecategorynumber="DEV"
        )
        names = {"msdyn_name": "Consulting", "msdyn_transactioncategorynumber": CATEGORY}
        await self.enter("msdyn_transactioncategories", CATEGORY, **names)
        for company, hour in (("uspm", 120), ("gbpm", 88)):
            await self.price_list(f"cost {company}", _BOOKS[company], developer=hour)
            await self.enter(
                "msdyn_organizationalunits",
                f"unit {company}",
                msdyn_name=company.upper(),
                msdyn_CostPriceList__pricelevels=f"cost {company}",
                msdyn_Currency__transactioncurrencies=_BOOKS[company],
            )
        await self.resource("Ann Hill", "uspm")
        await self.resource("Molly Clark", "gbpm")
        await self.office.travel()
        for company in _BOOKS:
            for kind in (HOUR, ITEM, COSTS):
                await self.office.book("ProjectCategories", dataAreaId=company, CategoryId=f"{CATEGORY}-{kind}")
        return self

    async def _learn(self) -> None:
        """Note the rows that have come from Finance."""
        for table_set, primary_id, name in (
            ("cdm_companies", "cdm_companyid", "cdm_companycode"),
            ("transactioncurrencies", "transactioncurrencyid", "isocurrencycode"),
            ("uoms", "uomid", "msdyn_symbol"),
        ):
            for row in await self.office.held(table_set):
                self._ids[row[name]] = row[primary_id]
        in_company = f"_msdyn_company_value eq {self['uspm']}"
        await self.knows(CUSTOMER, "accounts", "accountid", f"accountnumber eq '{CUSTOMER}' and {in_company}")

    # -- rows by name --------------------------------------------------------------------------------------------------

    async def enter(self, table_set: str, name: str, /, **columns: Any) -> str:
        """Create a row and remember it by name; `lookup__set="other"` binds a lookup to a row by its name."""
        self._ids[name] = await self.office.enter(table_set, **self._body(columns))
        return self._ids[name]

    async def knows(self, name: str, table_set: str, primary_id: str, condition: str) -> None:
        """Remember by name the one row that a condition finds."""
        self._ids[name] = await self.office.id_of(table_set, primary_id, condition)

    async def edit(self, table_set: str, name: str, /, **columns: Any) -> None:
        """Change columns of a row known by name."""
        await self.office.edit(table_set, self[name], **self._body(columns))

    def _body(self, columns: dict[str, Any]) -> dict[str, Any]:
        bound = {}
        for name, value in columns.items():
            navigation, is_lookup, target_set = name.partition("__")
            if is_lookup:
                bound[f"{navigation}@odata.bind"] = f"/{target_set}({self[value]})"
            else:
                bound[name] = value
        return bound

    # -- master data ---------------------------------------------------------------------------------------------------

    async def price_list(self, name: str, currency: str, **hours: float) -> None:
        """Enter a price list, with what an hour of a role costs."""
        await self.enter("pricelevels", name, name=name, transactioncurrencyid__transactioncurrencies=currency)
        for role, price in hours.items():
            await self.priced(name, role, price, currency)

    async def priced(self, price_list: str, role: str, price: float, currency: str) -> None:
        """Enter what an hour of a role costs in a price list."""
        await self.enter(
            "msdyn_resourcecategorypricelevels",
            f"{role} in {price_list}",
            msdyn_price=price,
            msdyn_PriceList__pricelevels=price_list,
            msdyn_ResourceCategory__bookableresourcecategories=role,
            msdyn_Unit__uoms="hr",
            transactioncurrencyid__transactioncurrencies=currency,
        )

    async def resource(self, name: str, company: str) -> None:
        """Enter a person whom a company lets work."""
        await self.enter(
            "bookableresources",
            name,
            name=name,
            msdyn_OwningCompany__cdm_companies=company,
            msdyn_organizationalunit__msdyn_organizationalunits=f"unit {company}",
        )

    async def contract(self, name: str, currency: str = "USD", **hours: float) -> None:
        """Enter a contract of USPM with sales prices of its own."""
        await self.price_list(f"sales {name}", currency, **hours)
        await self.enter(
            "salesorders",
            name,
            ordernumber=name,
            name=name,
            msdyn_ordertype=WORK_BASED,
            customerid_account__accounts=CUSTOMER,
            msdyn_ProjectPriceList__pricelevels=f"sales {name}",
            transactioncurrencyid__transactioncurrencies=currency,
            **self._of_uspm(),
        )

    async def project(self, name: str) -> None:
        """Enter a project of USPM."""
        await self.enter("msdyn_projects", name, msdyn_projectnumber=name, msdyn_subject=name, **self._of_uspm())

    def _of_uspm(self) -> dict[str, str]:
        return {
            "msdyn_OwningCompany__cdm_companies": "uspm",
            "msdyn_contractorganizationalunitId__msdyn_organizationalunits": "unit uspm",
        }

    async def line(self, contract: str, project: str, method: int = TIME_AND_MATERIAL, **columns: Any) -> None:
        """Enter the line of a contract that covers everything done on a project."""
        covered = {f"msdyn_include{each}": True for each in ("time", "expense", "material", "fee")}
        await self.enter(
            "salesorderdetails",
            f"{contract} {project}",
            producttypecode=PROJECT_SERVICE,
            productdescription=project,
            msdyn_billingmethod=method,
            salesorderid__salesorders=contract,
            msdyn_Project__msdyn_projects=project,
            **covered,
            **columns,
        )

    async def sold(self, project: str = "PRJ-1", currency: str = "USD", **hours: float) -> None:
        """Sell a project of time and material, under a contract whose number is that of the project with another head."""
        contract = project.replace("PRJ", "ORD")
        await self.contract(contract, currency, **hours)
        await self.project(project)
        await self.line(contract, project)
        await self.office.travel()

    # -- work ----------------------------------------------------------------------------------------------------------

    async def worked(self, hours: float, who: str = "Ann Hill", project: str = "PRJ-1", **columns: Any) -> Row:
        """Enter hours of a developer, and submit them; give the time entry as an action's target."""
        entry = {
            "msdyn_description": f"{hours} hours of {who}",
            "msdyn_date": DAY,
            "msdyn_duration": int(hours * 60),
            "msdyn_project__msdyn_projects": project,
            "msdyn_bookableresource__bookableresources": who,
            "msdyn_resourceCategory__bookableresourcecategories": "developer",
            "msdyn_transactioncategory__msdyn_transactioncategories": CATEGORY,
        }
        return await self.submitted("msdyn_timeentry", "msdyn_timeentries", **{**entry, **columns})

    async def submitted(self, table: str, table_set: str, **columns: Any) -> Row:
        """Enter what somebody did, and submit it; give it as an action's target."""
        target = self.target(table, await self.office.enter(table_set, **self._body(columns)))
        await self.office.act("msdyn_SubmitEntries", Targets=[target])
        return target

    async def approve(self, target: Row) -> None:
        """Approve what was submitted, and let what comes of it arrive."""
        await self.office.act("msdyn_ApproveEntries", Targets=[target])
        await self.office.travel()

    async def approved(self, hours: float, who: str = "Ann Hill", project: str = "PRJ-1", **columns: Any) -> Row:
        """Enter hours, submit and approve them, and let what comes of it arrive."""
        target = await self.worked(hours, who, project, **columns)
        await self.approve(target)
        return target

    def target(self, table: str, row_id: str) -> Row:
        """Name a row as an action wants it."""
        return {"@odata.type": f"Microsoft.Dynamics.CRM.{table}", f"{table}id": row_id}


def told(rows: list[Row], *columns: str) -> list[tuple[Any, ...]]:
    """Say what rows have in some columns, sorted: nothing orders rows."""
    return sorted((tuple(row[column] for column in columns) for row in rows), key=str)
