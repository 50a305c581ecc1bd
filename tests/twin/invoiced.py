"""Vendor invoices in a Dataverse twin: what the maps write of them, and what a project manager does with them."""

from __future__ import annotations

from typing import Any, Self

from tests.twin.dataverse.api import named_rows
from tests.twin.http import Response
from tests.twin.projects import MATERIAL, TIME, ProjectStage

DRAFT, IN_REVIEW, CONFIRMED = 192350000, 192350001, 192350002
NOT_STARTED, IN_PROGRESS, COMPLETE = 192350000, 192350001, 192350002
INVOICES, LINES = "msdyn_projectvendorinvoices", "msdyn_projectvendorinvoicelines"
INVOICE, LINE = "msdyn_projectvendorinvoice", "msdyn_projectvendorinvoiceline"
REFUSED, PLUGIN = 400, "0x80040265"

#: A line of the subcontract that `subcontracted` hours are matched to.
OF_SUBCONTRACT = {"msdyn_SubcontractLine__msdyn_subcontractlines": "SL-1", "msdyn_quantity": 10, "msdyn_price": 102}


class Invoiced(ProjectStage):
    """Knows vendor V-200, product and categories, and writes invoices as the maps do."""

    async def begin(self) -> Self:
        await super().begin()
        await self.enter("accounts", "vendor", accountnumber="V-200", msdyn_Company__cdm_companies="USPM")
        await self.enter("products", "licence", name="Licence", msdyn_productnumber="LIC", defaultuomid__uoms="hour")
        await self.enter("msdyn_transactioncategories", "dev", msdyn_name="Development")
        await self.line("line")
        for price_list, amount in (("cost USPM", 120), ("sales ORD-1", 150)):
            await self.role_price(price_list, "developer", amount, "USD")
        await self.enter(
            "productpricelevels",
            "licence in sales ORD-1",
            amount=250,
            pricelevelid__pricelevels="sales ORD-1",
            productid__products="licence",
            transactioncurrencyid__transactioncurrencies="USD",
        )
        return self

    async def arrives(self, name: str = "VI-77", *, automatic: bool = False, **columns: Any) -> None:
        """Write the header of an invoice."""
        told_by_finance = {
            "msdyn_name": name,
            "msdyn_vendorinvoicenumber": name,
            "msdyn_hasexternalorigin": True,
            "msdyn_enableautomaticconfirmation": automatic,
            "msdyn_invoicedate": "2026-09-10T00:00:00Z",
            "msdyn_Vendor__accounts": "vendor",
            "msdyn_OwningCompany__cdm_companies": "USPM",
            "transactioncurrencyid__transactioncurrencies": "USD",
        }
        self._ids[name] = await self.app.create(INVOICES, self.body({**told_by_finance, **columns}))

    def charge(self, **columns: Any) -> dict[str, Any]:
        """What a line of two hours at 90 says."""
        told_by_finance = {
            "msdyn_description": "Consulting",
            "msdyn_transactionclassification": TIME,
            "msdyn_quantity": 2,
            "msdyn_price": 90,
            "msdyn_transactiondate": "2026-09-10T00:00:00Z",
            "msdyn_VendorInvoice__msdyn_projectvendorinvoices": "VI-77",
            "msdyn_Project__msdyn_projects": "PRJ-1",
            "msdyn_ResourceCategory__bookableresourcecategories": "developer",
            "msdyn_Unit__uoms": "hour",
            "msdyn_OwningCompany__cdm_companies": "USPM",
            "transactioncurrencyid__transactioncurrencies": "USD",
        }
        return self.body({**told_by_finance, **columns})

    async def charged(self, name: str, **columns: Any) -> None:
        """Write a line."""
        body = {**self.charge(**columns), "msdyn_externalinvoiceline": name}
        self._ids[name] = await self.app.create(LINES, body)

    async def licences(self, name: str = "TX-1", **columns: Any) -> None:
        """Write a line of five licences at 200."""
        material = {"msdyn_transactionclassification": MATERIAL, "msdyn_quantity": 5, "msdyn_price": 200}
        await self.charged(name, **{**material, "msdyn_Product__products": "licence", **columns})

    async def tells_to_confirm(self, name: str = "VI-77") -> None:
        """Write the header's flag last."""
        flag = {"msdyn_enableautomaticconfirmation": True}
        assert (await self.app.patch(f"{INVOICES}({self[name]})", flag)).status == 204

    async def jobs(self) -> dict[str, int]:
        ended: dict[str, int] = (await self.api.post("/twin/jobs", {})).json()
        return ended

    async def status(self, name: str = "VI-77") -> int:
        return int((await self.api.get(f"{INVOICES}({self[name]})")).json()["statuscode"])

    async def verified(self, name: str) -> int:
        return int((await self.api.get(f"{LINES}({self[name]})")).json()["msdyn_verificationstatus"])

    async def verify(self, *names: str, status: int = COMPLETE) -> None:
        """Let the project manager verify lines."""
        for name in names:
            assert (await self.changed(LINES, name, msdyn_verificationstatus=status)).status == 204

    async def confirm(self, name: str = "VI-77") -> Response:
        return await self.act("msdyn_ConfirmVendorInvoices", INVOICE, name)

    async def match(self, line: str, *actuals: str, action: str = "msdyn_MatchActuals") -> Response:
        parameters = {"Targets": named_rows(LINE, self[line]), "Actuals": named_rows("msdyn_actual", *actuals)}
        return await self.api.post(action, parameters)

    async def subcontract(self) -> None:
        """Enter a subcontract with a line of a developer's hours."""
        await self.enter("msdyn_subcontracts", "SC-1", msdyn_Vendor__accounts="vendor", **self.of_uspm())
        await self.enter(
            "msdyn_subcontractlines",
            "SL-1",
            msdyn_Subcontract__msdyn_subcontracts="SC-1",
            msdyn_transactionclassification=TIME,
            msdyn_price=100,
            **self.of_uspm(),
        )

    def of_uspm(self) -> dict[str, str]:
        return {"msdyn_OwningCompany__cdm_companies": "USPM"}

    async def subcontracted(self, name: str, hours: int, **columns: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """Approve hours on the subcontract; give cost and sale."""
        before = len(await self.actuals())
        await self.time(name, hours, msdyn_SubcontractLine__msdyn_subcontractlines="SL-1", **columns)
        await self.approved(name)
        cost, sale = (await self.actuals())[before:]
        return cost, sale
