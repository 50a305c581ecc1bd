"""A bookkeeper of the Finance twin who has subcontract SC-1 of a vendor, ordered and received as Dataverse and Finance do."""

from __future__ import annotations

from typing import Any

from tests.twin.bookkeeper import Bookkeeper
from tests.twin.finance.visitor import address

HEADERS, LINES = "SubContractPurchaseOrderHeaders", "ProjSubContractPurchaseOrderLines"
ORDERS, ORDER_LINES = "PurchaseOrders", "PurchaseOrderLines"
RECEIPTS, RECEIPT_LINES = "SubcontractProductReceipts", "SubcontractProductReceiptLines"
DEVELOPER = {
    "transaction_type": "Hour",
    "of": "DEV",
    "procurement_category": "Dev services",
    "project_category": "TCN-1",
}


class Buyer(Bookkeeper):
    """Knows vendor V-100 (USD), role DEV, category HOTEL, and orders hours of a developer under *Dev services*."""

    async def begin(self, *further: str) -> None:
        """Set up what subcontracts need, and enter SC-1 in Draft with SL-1, 40 hours of a developer at 100, and further lines."""
        await self.contract()
        await self.vendor("V-100")
        await self.create("ResourceCategoriesShared", RoleId="DEV", Description="Developer")
        await self.create("ProjectTransactionCategories", CategoryId="HOTEL", Name="Hotel")
        await self.set_up(subcontract_categories=[DEVELOPER])
        await self.subcontract()
        for line in ("SL-1", *further):
            await self.buys(line)

    async def vendor(self, number: str, **columns: Any) -> None:
        """Enter a vendor in uspm."""
        names = {"VendorAccountNumber": number, "VendorOrganizationName": number, "VendorGroupId": "60"}
        await self.create("VendorsV2", **{"dataAreaId": "uspm", **names, "CurrencyCode": "USD", **columns})

    async def subcontract(self, name: str = "SC-1", **columns: Any) -> None:
        """Write a subcontract as Dataverse does."""
        await self.create(HEADERS, **subcontract(name, **columns))

    async def buys(self, name: str = "SL-1", **columns: Any) -> None:
        """Write a line of SC-1 as Dataverse does."""
        await self.create(LINES, **subcontract_line(name, **columns))

    async def becomes(self, status: str, name: str = "SC-1", **columns: Any) -> None:
        """Write a status of a subcontract as Dataverse does."""
        await self.change(key(HEADERS, name), SubConStatus=status, **columns)

    async def header_refusal(self, name: str, **columns: Any) -> str:
        """Write a subcontract that is refused, and give the text of that."""
        _, text = await self.refusal("POST", HEADERS, sent=subcontract(name, **columns))
        return text

    async def line_refusal(self, name: str, **columns: Any) -> str:
        """Write a subcontract line that is refused, and give the text of that."""
        _, text = await self.refusal("POST", LINES, sent=subcontract_line(name, **columns))
        return text

    async def order(self, subcontract: str = "SC-1") -> dict[str, Any]:
        """Read the one order of a subcontract."""
        [row] = await self.rows(ORDERS, filter=f"ProjSubContractNumber eq '{subcontract}'")
        return row

    async def ordered(self, line: str = "SL-1") -> dict[str, Any]:
        """Read the one order line of a subcontract line."""
        [row] = await self.rows(ORDER_LINES, filter=f"ProjSubContractLineNumber eq '{line}'")
        return row

    async def delivered(self, name: str, hours: int = 10, line: str = "SL-1", **columns: Any) -> None:
        """Stage and post the cost of hours on a subcontract line."""
        await self.actual(name, Quantity=hours, UnitPrice=100, SubcontractLine=line, **columns)
        await self.post_all()

    async def generated(self) -> list[str]:
        """Generate receipts; give their numbers."""
        return list((await self.run("generate-product-receipts"))["receipts"])

    async def received(self) -> list[tuple[Any, ...]]:
        """Read the receipts with their lines: number, accounting date, status, line and quantity."""
        headers = {row["ProductReceiptNumber"]: row for row in await self.rows(RECEIPTS)}
        return [
            (
                number,
                headers[number]["AccountingDate"][:10],
                headers[number]["Status"],
                row["LineNumber"],
                row["Quantity"],
            )
            for row in await self.rows(RECEIPT_LINES)
            for number in [row["ProductReceiptNumber"]]
        ]


def key(collection: str, name: str) -> str:
    """Write the address of a subcontract or one of its lines in uspm."""
    column = "ProjSubContractNumber" if collection == HEADERS else "ProjSubContractLineNumber"
    return address(collection, dataAreaId="uspm", **{column: name})


def subcontract(name: str, **columns: Any) -> dict[str, Any]:
    """Return the columns of a subcontract."""
    named = {"ProjSubContractNumber": name, "SubConName": "Developers", "OrderAccount": "V-100"}
    return {"dataAreaId": "uspm", **named, "SubConDate": "2026-08-01T12:00:00Z", **columns}


def subcontract_line(name: str, **columns: Any) -> dict[str, Any]:
    """Return the columns of a subcontract line."""
    amounts = {"PurchQty": 40, "PurchPrice": 100, "PurchUnit": "hr"}
    what = {"SubConTransClass": "Time", "SubConRoleID": "DEV", "ProjId": "P1", "Name": "Development"}
    named = {"ProjSubContractLineNumber": name, "SubcontractNumber": "SC-1"}
    return {"dataAreaId": "uspm", **named, **amounts, **what, **columns}
