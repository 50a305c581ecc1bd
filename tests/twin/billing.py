"""A bookkeeper who stages what is billed: sales with their billed sales, milestones, and proposals as a package brings them."""

from __future__ import annotations

from typing import Any

from tests.twin.bookkeeper import Bookkeeper, guid
from tests.twin.finance.entities import ENTITIES
from tests.twin.finance.processes.proposals import SENT
from tests.twin.finance.rows import folded
from tests.twin.finance.visitor import address

MILESTONE = "OnAccount"


class Billing(Bookkeeper):
    """Knows a billed sale by the name of its sale: `billed a` is that of `a`."""

    def propose(self, proposal: str, **columns: Any) -> None:
        """Send the header of a proposal, or send it again, as a data package does: the entity is not public in OData."""
        sent = {"dataAreaId": "uspm", "INVOICEPROPOSALID": proposal, **columns}
        entity = ENTITIES[SENT]
        row = self.twin.database.tables[SENT].find(tuple(folded(part) for part in ("uspm", proposal)))
        if row is not None:
            self.twin.run(lambda _, writer: writer.update(entity, row, sent))
            return
        new = {"PROJECTCONTRACTID": "K1", "SALESCURRENCY": "USD", "INVOICEDATE": "2026-08-31T12:00:00Z", **sent}
        self.twin.run(lambda _, writer: writer.create(entity, new))

    def billed_columns(self, **columns: Any) -> dict[str, Any]:
        """Say what a billed sale of four hours says."""
        return {"TransactionType": "BilledSales", "UnitPrice": 250, "InvoiceId": "INV-7", **columns}

    async def billed(self, name: str, **columns: Any) -> None:
        """Stage the billed sale of a sale, and their connection."""
        await self.actual(f"billed {name}", **self.billed_columns(**columns))
        await self.connect(f"billed {name}", name, roles="Billed Sales/Unbilled Sales")

    async def billed_hours(self, *names: str, header: bool = True, **columns: Any) -> None:
        """Stage and post sales of four hours, then stage what bills them, with the proposal unless that is there."""
        for name in names:
            await self.sale(name, **columns)
        await self.post_journals()
        if header and not await self.rows("ProjectProposals", filter="ProposalId eq 'INV-7'"):
            self.propose("INV-7")
        for name in names:
            await self.billed(name, **columns)

    async def taxed(self) -> None:
        """Let hours on P1 be taxed at 20 %, and give the project dimensions."""
        await self.category("TCN-1", 1, ItemSalesTaxGroup="FULL")
        project = address("ProjectsV2", dataAreaId="uspm", ProjectId="P1")
        await self.change(project, SalesTaxGroupId="TX", DimensionDisplayValue="002-023")
        await self.set_up(taxes=[{"group": "TX", "item_group": "FULL", "percent": 20}])

    async def post_journals(self) -> None:
        """Import what is staged and post every journal that waits."""
        await self.imported()
        for journal in await self.rows("ProjAdvancedJournals"):
            if journal["Status"] == "Draft":
                await self.run("post-journal", journal=journal["ProjAdvancedJournalId"])

    async def imported(self) -> list[str]:
        """Import what is staged; give the errors."""
        errors: list[str] = (await self.run("import-from-staging"))["errors"]
        return errors

    async def fixed_price(self) -> None:
        """Enter a fixed-price contract K2 on project P2."""
        own = {"dataAreaId": "uspm"}
        contract = {"CustomerAccountNumber": "C-1001", "SalesCurrencyCode": "USD"}
        await self.create("ProjectContractHeaders", **own, ProjectContractId="K2", **contract)
        source = {"FundingSourceId": "F1", "CustomerOrOrganization": "C-1001"}
        await self.create("ProjectFundingSources", **own, ProjectContractID="K2", **source)
        await self.create("ProjectsV2", **own, ProjectId="P2", ProjectContractId="K2")
        line = {"LineSequenceNumber": 1, "LineProjectId": "P2", "BillingMethod": "FixedPrice"}
        await self.create("ProjectContractLines", **own, ProjectContractId="K2", **line)

    async def milestone(self, name: str, amount: int) -> None:
        """Enter a milestone of K2."""
        named = {"ContractLineMilestoneGuid": guid(name), "Description": name, "ProjectContractId": "K2"}
        money = {"Amount": amount, "CurrencyCode": "USD", "ProjectNumber": "P2"}
        await self.create("ProjectContractLineMilestones", dataAreaId="uspm", **named, **money)

    async def billed_milestone(self, name: str, amount: int, staged: str = "", **columns: Any) -> None:
        """Stage the billed sale of a milestone on proposal INV-8."""
        told = {"Quantity": 1 if amount > 0 else -1, "UnitPrice": abs(amount), "Amount": amount}
        of_milestone = {"ExternalReference": guid(name), "kind": MILESTONE, "ProjectId": "P2", "ContractId": "K2"}
        await self.actual(
            staged or f"billed {name}",
            **self.billed_columns(**{"InvoiceId": "INV-8", **told, **of_milestone, **columns}),
        )

    async def proposal(self, proposal: str) -> dict[str, Any]:
        """Read a proposal."""
        [row] = await self.rows("ProjectProposals", filter=f"ProposalId eq '{proposal}'")
        return row

    async def lines(self, proposal: str) -> list[dict[str, Any]]:
        """Read the lines of a proposal."""
        return await self.rows("ProjectProposalLines", filter=f"ProposalId eq '{proposal}'")

    async def transaction(self, name: str) -> dict[str, Any]:
        """Read the project transaction of a sale."""
        wanted = f"ActualsImportId eq {guid(f'import {name}')}"
        [row] = await self.rows("ProjectPostedTransactions", filter=wanted)
        return row

    async def on_account(self, name: str) -> dict[str, Any]:
        """Read the on-account transaction of a milestone."""
        wanted = f"ContractLineMilestoneGuid eq {guid(name)}"
        [row] = await self.rows("ProjectOnAccountTransactions", filter=wanted)
        return row
