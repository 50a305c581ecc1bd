"""A visitor of the Finance twin with a project under contract, who stages estimates and actuals as the app does."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

from tests.twin.finance.entities import ENTITIES
from tests.twin.finance.processes.journal_lines import KINDS, RETAINER
from tests.twin.finance.visitor import Visitor

CLASSES = {kind: number for number, kind in KINDS.items() if number != RETAINER}
DAY = "2026-08-27T12:00:00Z"

#: A pound is 1.25 dollars.
GBP = {"from_currency": "GBP", "to_currency": "USD", "rate": "1.25"}


def guid(name: str) -> str:
    """Make a GUID that depends on a name alone."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, name))


class Bookkeeper(Visitor):
    """Knows companies uspm (USD) and gbpm (GBP), contract K1 and project P1."""

    async def contract(self, currency: str = "USD", *, method: str = "TimeMaterial") -> None:
        """Enter contract, funding source, project and contract line 1."""
        own = {"dataAreaId": "uspm"}
        await self.create(
            "ProjectContractHeaders",
            **own,
            ProjectContractId="K1",
            CustomerAccountNumber="C-1001",
            SalesCurrencyCode=currency,
        )
        await self.create(
            "ProjectFundingSources",
            **own,
            ProjectContractID="K1",
            FundingSourceId="F1",
            CustomerOrOrganization="C-1001",
        )
        await self.create("ProjectsV2", **own, ProjectId="P1", ProjectContractId="K1")
        await self.create(
            "ProjectContractLines",
            **own,
            ProjectContractId="K1",
            LineSequenceNumber=1,
            LineProjectId="P1",
            BillingMethod=method,
        )

    async def category(self, name: str, kind: int, **columns: Any) -> None:
        """Enter a transaction category, and make its project category in uspm."""
        if not await self.rows("ProjectTransactionCategories", filter=f"CategoryId eq '{name}'"):
            await self.create("ProjectTransactionCategories", CategoryId=name, Name=name)
        await self.create("ProjectCategories", **{"dataAreaId": "uspm", "CategoryId": f"{name}-{kind}", **columns})

    async def actual(self, name: str, **columns: Any) -> dict[str, Any]:
        """Stage an actual in uspm."""
        return await self.create("ProjActualsImports", **actual(name, **columns))

    async def set_up(self, **changes: Any) -> None:
        """Change what is set up in Finance: rates, taxes, and how uspm posts."""
        await self.control("setup", {"company": "uspm", **changes})

    async def sale(self, name: str, **columns: Any) -> None:
        """Stage an actual of unbilled sales at 250 in uspm."""
        await self.actual(name, **{"TransactionType": "Sales", "UnitPrice": 250, **columns})

    async def staging_refusal(self, **columns: Any) -> str:
        """Stage an actual that is refused, and give the text of that."""
        _, text = await self.refusal("POST", "ProjActualsImports", sent=actual("a", **columns))
        return text

    async def post_all(self) -> list[dict[str, Any]]:
        """Import what is staged, and post each journal of it."""
        imported = await self.run("import-from-staging")
        return [await self.run("post-journal", journal=journal) for journal in imported["journals"]]

    async def close_project(self) -> None:
        """Complete project P1."""
        await self.change("ProjectsV2(dataAreaId='uspm',ProjectId='P1')", ProjectStage="Completed")

    async def open_project(self) -> None:
        """Take project P1 up again."""
        await self.change("ProjectsV2(dataAreaId='uspm',ProjectId='P1')", ProjectStage="InProcess")

    async def connect(self, first: str, second: str, *, table: str = "msdyn_actual", roles: str = "/") -> None:
        """Stage a connection, as a data package does: the entity is not public in OData."""
        role1, _, role2 = roles.partition("/")
        columns = {
            "CONNECTIONID": guid(f"{first}+{second}"),
            "TRANSACTION1ID": guid(first),
            "TRANSACTION1ROLE": role1,
            "TRANSACTION1TYPE": table,
            "TRANSACTION2ID": guid(second),
            "TRANSACTION2ROLE": role2,
            "TRANSACTION2TYPE": table,
        }
        self.twin.run(lambda _, writer: writer.create(ENTITIES["ProjectTransactionRelationships"], columns))

    async def run(self, process: str, **asked: Any) -> dict[str, Any]:
        """Start a process that must run."""
        return dict(await self.control(f"run/{process}", {"company": "uspm", **asked}))

    async def refused(self, process: str, **asked: Any) -> str:
        """Start a process that must be refused; return its text."""
        sent = {"company": "uspm", **asked}
        status, text = await self.refusal("POST", f"/twin/run/{process}", sent=sent, across=False)
        assert status == 400
        return text

    async def staged(self, name: str, company: str = "uspm") -> dict[str, Any]:
        """Read an actual's staging row."""
        key = guid(f"import {name}")
        return await self.row(f"ProjActualsImports(dataAreaId='{company}',ActualsImportId={key})")

    async def state(self, name: str) -> dict[str, Any]:
        """Read how far an actual has come."""
        wanted = f"ActualsImportId eq {guid(f'import {name}')}"
        [row] = await self.rows("ProjectActualsStates", filter=wanted)
        return row

    async def line(self, name: str) -> dict[str, Any]:
        """Read an actual's one journal line."""
        wanted = f"ActualsImportId eq {guid(f'import {name}')}"
        [row] = await self.rows("ProjAdvancedJournalLines", filter=wanted)
        return row

    async def entries(self, voucher: str) -> list[tuple[str, Any, Any]]:
        """Read a voucher: account, debit, credit."""
        rows = await self.rows("LedgerVoucherEntries", filter=f"Voucher eq '{voucher}'")
        return [(row["Account"], row["Debit"], row["Credit"]) for row in rows]

    async def balances(self, company: str) -> dict[str, Any]:
        """Sum up the ledger of a company; accounts without a balance are left out."""
        sums: dict[str, Decimal] = {}
        for row in await self.rows("LedgerVoucherEntries", filter=f"dataAreaId eq '{company}'"):
            sums[row["Account"]] = sums.get(row["Account"], Decimal(0)) + row["Debit"] - row["Credit"]
        return {account: amount for account, amount in sums.items() if amount}

    async def errors(self) -> list[str]:
        """Read the errors of staging rows."""
        return [row["Message"].removeprefix("Error: ") for row in await self.rows("ProjectStagingErrors")]


def actual(name: str, **columns: Any) -> dict[str, Any]:
    """Return a staging row: 4 hours of cost at 120 USD unless told otherwise. `kind` is Finance's type."""
    kind = columns.pop("kind", "Hour")
    quantity, price = columns.setdefault("Quantity", 4), columns.setdefault("UnitPrice", 120)
    return {
        "dataAreaId": "uspm",
        "ActualsImportId": guid(f"import {name}"),
        "ActualId": guid(name),
        "TransactionType": "Cost",
        "TransactionClassification": CLASSES[kind],
        "ProjectId": "P1",
        "ProjectDataAreaId": "uspm",
        "ContractId": "K1",
        "ContractLine": 1,
        "BillingType": "Chargeable",
        "TransactionCurrencyId": "USD",
        "DocumentDate": DAY,
        "Amount": quantity * price,
        **columns,
    }


def sides(line: dict[str, Any]) -> tuple[Any, ...]:
    """The cost side of a journal line, then its sales side."""
    cost = ("UnitCost", "ExtendedCost", "CostCurrency", "CostExchangeRate")
    price = ("UnitPrice", "ExtendedPrice", "PriceCurrency", "PriceExchangeRate")
    return tuple(line[name] for name in (*cost, *price))
