"""A bookkeeper of the Finance twin who enters and posts what vendors invoice."""

from __future__ import annotations

from typing import Any

from tests.twin.bookkeeper import Bookkeeper

EXPORT, EXPORT_LINES = "VendInvoiceExportsV2", "ProjVendInvoiceLinesExportEntity"
DAY = "2026-09-10"
NOON = f"{DAY}T12:00:00Z"
NAMED = {"vendor": "V-1001", "invoice": "VI-77"}

LICENCES = {"item": "LIC", "quantity": 5, "price": 200, "project": "P1", "text": "Licences"}
CONSULTING = {
    "procurement_category": "Consulting",
    "quantity": 2,
    "price": 90,
    "unit": "hr",
    "project": "P1",
    "category": "TCN-1-1",
    "role": "DEV",
}
FREIGHT = {"procurement_category": "Freight", "quantity": 1, "price": 25, "account": "FREIGHT"}


class Payables(Bookkeeper):
    """Enters and posts invoices of vendor V-1001 in uspm. `begin` before use."""

    async def begin(self) -> Payables:
        """Enter the project, its categories and two products, one of them for what is written in."""
        await self.contract()
        await self.create("ProjectTransactionCategories", CategoryId="TCN-1", Name="Consulting")
        for kind in (1, 2, 3, 4):
            await self.create("ProjectCategories", dataAreaId="uspm", CategoryId=f"TCN-1-{kind}")
        units = {"SalesUnitSymbol": "ea", "InventoryUnitSymbol": "ea"}
        for number, item in (("LICENCE", "LIC"), ("WRITTEN-IN", "WRITE-IN")):
            await self.create(
                "CDSReleasedDistinctProducts", dataAreaId="uspm", ProductNumber=number, ItemNumber=item, **units
            )
        return self

    async def enter(self, *lines: dict[str, Any], **columns: Any) -> None:
        await self.run("enter-vendor-invoice", **{**NAMED, "day": DAY, "lines": [*lines], **columns})

    async def posted(self, *lines: dict[str, Any], **columns: Any) -> str:
        """Enter an invoice and post it; return its voucher."""
        await self.enter(*lines, **columns)
        return str((await self.run("post-vendor-invoice", **NAMED))["voucher"])

    async def not_posted(self, *lines: dict[str, Any], **columns: Any) -> str:
        """Enter an invoice that cannot be posted; return why. Nothing of it is left but the pending invoice."""
        await self.enter(*lines, **columns)
        text = await self.refused("post-vendor-invoice", **NAMED)
        for collection in (EXPORT, EXPORT_LINES, "LedgerVoucherEntries", "VendorTransactions"):
            assert await self.rows(collection) == []
        [pending] = await self.rows("PendingVendorInvoices")
        assert (pending["Status"], pending["Voucher"]) == ("Pending", "")
        return text

    async def status(self, status: str, **columns: Any) -> None:
        """Write a status as Dataverse tells it."""
        key = "dataAreaId='uspm',InvoiceAccount='V-1001',VendorInvoiceNum='VI-77'"
        await self.change(f"{EXPORT}({key})", ProjVendInvoiceStatus=status, **columns)

    async def approved(self) -> str:
        [transaction] = await self.rows("VendorTransactions")
        return str(transaction["Approved"])

    async def exported(self, *columns: str) -> list[tuple[Any, ...]]:
        return [tuple(row[name] for name in columns) for row in await self.rows(EXPORT_LINES)]

    async def told_again(self) -> tuple[list[str], dict[str, int]]:
        """Reconcile; give the lines that were exported again, and how many rows of each export were written."""
        before = await self._versions()
        done = await self.run("reconcile")
        return done["exported"], {name: len(after - before[name]) for name, after in (await self._versions()).items()}

    async def _versions(self) -> dict[str, set[str]]:
        return {name: {row["@odata.etag"] for row in await self.rows(name)} for name in (EXPORT, EXPORT_LINES)}

    async def reconciliation(self) -> dict[str, str]:
        """Tell how far each line has come."""
        done = await self.run("reconciliation-view", view="All")
        return {row["number"]: row["status"] for row in done["documents"]}

    async def charged(self, name: str, trans_id: str, **columns: Any) -> None:
        """Stage the actual that Dataverse made of a line."""
        await self.actual(name, VendInvoiceLineProjTransId=trans_id, **columns)
