"""A project stage where work is invoiced: what is recorded is marked ready, drafted and confirmed."""

from __future__ import annotations

from typing import Any, Self

from tests.twin.http import Response
from tests.twin.projects import ACTUALS, FIXED_PRICE, UNBILLED, ProjectStage

INVOICES, LINES, DETAILS = "invoices", "invoicedetails", "msdyn_invoicelinetransactions"
MILESTONES, RETAINERS = "msdyn_contractlinescheduleofvalues", "msdyn_contractlineretainers"
MILESTONE, FEE, RETAINER = 192350003, 192350004, 192350005
NON_CHARGEABLE, CHARGEABLE = 192350000, 192350001
CREATED, ON_INVOICE, INVOICED, CANCELED, READY = 192350000, 192350001, 192350002, 192350003, 192350004
ADJUSTED, UNADJUSTABLE = 192350001, 192350002
DRAFT, IN_REVIEW, CONFIRMED, PAID, POSTED = 192350000, 192350001, 192350002, 192350003, 192350004


class InvoiceStage(ProjectStage):
    """An hour of a developer costs 120 and is sold at 250. Knows sales by the description of what was done."""

    async def begin(self) -> Self:
        await super().begin()
        await self.role_price("cost USPM", "developer", 120, "USD")
        await self.line("line")
        await self.role_price("sales ORD-1", "developer", 250, "USD")
        return self

    async def fixed_price(self) -> None:
        """Sell PRJ-2 at a fixed price of 10,000 under ORD-2."""
        await self.contract("ORD-2")
        await self.project("PRJ-2")
        project = {"msdyn_Project__msdyn_projects": "PRJ-2"}
        await self.line("fixed", FIXED_PRICE, "ORD-2", extendedamount=10000, **project)

    async def worked(self, name: str, hours: int, **columns: Any) -> None:
        """Enter hours under a name, and have them approved."""
        await self.time(name, hours, **columns)
        await self.approved(name)

    async def fee(self, name: str, amount: int) -> None:
        """Enter a fee by an entry journal."""
        await self.enter("msdyn_journals", "journal", msdyn_description=name)
        await self.enter(
            "msdyn_journallines",
            f"line of {name}",
            msdyn_description=name,
            msdyn_transactiontypecode=UNBILLED,
            msdyn_transactionclassification=FEE,
            msdyn_documentdate="2026-08-27",
            msdyn_quantity=1,
            msdyn_price=amount,
            msdyn_Journal__msdyn_journals="journal",
            msdyn_Project__msdyn_projects="PRJ-1",
            transactioncurrencyid__transactioncurrencies="USD",
        )
        answer = await self.act("msdyn_ConfirmJournal", "msdyn_journal", "journal")
        assert answer.status == 204, answer.body

    async def milestone(self, name: str, amount: int, **columns: Any) -> None:
        """Enter a milestone of the fixed-price line, and mark it ready."""
        columns |= {"msdyn_name": name, "msdyn_amount": amount, "msdyn_invoicedate": "2026-08-31"}
        await self.enter(MILESTONES, name, **columns, msdyn_ContractLineId__salesorderdetails="fixed")
        answer = await self.act("msdyn_MarkReadyToInvoice", MILESTONES.removesuffix("s"), name)
        assert answer.status == 204, answer.body

    async def sale(self, name: str) -> dict[str, Any]:
        """Read the first unbilled sale of this description."""
        return next(row for row in await self.actuals(UNBILLED) if row["msdyn_description"] == name)

    async def ready(self, name: str) -> None:
        """Mark every open unbilled sale of this description as ready."""
        for row in await self.actuals(UNBILLED):
            if row["msdyn_description"] == name and row["msdyn_billingstatus"] == CREATED:
                await self.mark(row)

    async def mark(self, sale: dict[str, Any]) -> None:
        """Mark an unbilled sale as ready."""
        answer = await self.api.act("msdyn_MarkReadyToInvoice", ACTUALS.removesuffix("s"), sale["msdyn_actualid"])
        assert answer.status == 204, answer.body

    async def drafted(self, contract: str = "ORD-1") -> dict[str, Any]:
        """Draft the one proforma of a contract; give it."""
        known = {row["invoiceid"] for row in await self.api.rows(INVOICES)}
        answer = await self.act("msdyn_CreateInvoices", "salesorder", contract)
        assert answer.status == 204, answer.body
        [made] = [row for row in await self.api.rows(INVOICES) if row["invoiceid"] not in known]
        return made

    async def details(self, invoice: dict[str, Any] | None = None) -> list[dict[str, Any]]:
        """Read the details of an invoice, or all there are."""
        rows = await self.api.rows(DETAILS)
        return [row for row in rows if invoice is None or row["_msdyn_invoice_value"] == invoice["invoiceid"]]

    async def edit_detail(self, **columns: Any) -> Response:
        """Change the one detail of the latest draft."""
        drafts = [row["invoiceid"] for row in await self.api.rows(INVOICES) if await self.status_of(row) == DRAFT]
        [detail] = [row for row in await self.details() if row["_msdyn_invoice_value"] in drafts]
        return await self.api.patch(f"{DETAILS}({detail['msdyn_invoicelinetransactionid']})", columns)

    async def confirm(self, invoice: dict[str, Any]) -> Response:
        """Ask for the confirmation of a proforma."""
        return await self.api.act("msdyn_ConfirmInvoice", "invoice", invoice["invoiceid"])

    async def status_of(self, invoice: dict[str, Any]) -> int:
        """Read the status of a proforma."""
        row = (await self.api.get(f"{INVOICES}({invoice['invoiceid']})")).json()
        status: int = row["msdyn_projectinvoicestatus"]
        return status

    async def all_connected(self) -> set[tuple[str, ...]]:
        """Read all connections: role, table and row of each end."""
        names = [f"msdyn_transaction{end}{what}" for end in (1, 2) for what in ("role", "type", "")]
        return {tuple(row[name] for name in names) for row in await self.api.rows("msdyn_transactionconnections")}
