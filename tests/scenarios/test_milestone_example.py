"""The worked example of a fixed price, record by record on both sides: a milestone of 5,000 USD is billed and credited.

The sales tax is 10 %. It is played under two profiles, which differ in the account of what is on account.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.scenarios.accounting import accounted, actual, balances, imported, posted, related
from tests.scenarios.consulting import COST, TIME, Consulting, told
from tests.scenarios.enterprise import Enterprise, Row
from tests.scenarios.invoicing import (
    ADJUSTED,
    BILLED,
    CONFIRMED,
    DETAILS,
    INVOICED,
    INVOICES,
    MILESTONE_CLASS,
    MILESTONES,
    UNADJUSTABLE,
    confirm,
    drafted,
    fixed_price,
    lines,
    milestone,
    milestone_ready,
    post_proposal,
    proposal,
    revised,
    voucher,
)

NOT_READY, MILESTONE_READY, INVOICE_CREATED, INVOICE_POSTED = 192350000, 192350001, 192350002, 192350003
ON_ACCOUNT = "ProjectOnAccountTransactions"
DIMENSIONS = "002-023"
WORKED = {"COST": 800, "PAYROLL-ALLOC": -800}
#: What every actual and every line that came of it must say.
MADE = ("msdyn_transactiontypecode", "msdyn_transactionclassification", "msdyn_quantity", "msdyn_amount")
STAGED = ("TransactionType", "TransactionClassification", "Amount", "InvoiceId", "ExternalReference")
LINE = ("TransType", "TransId", "Qty", "LineAmount", "TaxGroup", "TaxItemGroup", "SalesTaxAmount", "DefaultDimension")


@dataclass(frozen=True, slots=True)
class Example:
    """PRJ-2 is sold at 10,000, with the milestones M1 and M2 of 5,000 each."""

    firm: Consulting
    #: The account of what is on account.
    account: str

    @property
    def office(self) -> Enterprise:
        return self.firm.office

    async def standing(self) -> list[tuple[str, int]]:
        """How far the milestones have come in Dataverse."""
        return told(await self.office.held(MILESTONES), "msdyn_name", "msdyn_invoicestatus")

    async def on_account(self) -> list[tuple[str, str]]:
        """How far the on-account transactions have come in Finance."""
        return told(await self.office.kept(ON_ACCOUNT), "Description", "TransStatus")

    async def first(self) -> Row:
        """The on-account transaction of M1."""
        return await self.office.the_finance(ON_ACCOUNT, Description="M1")

    # -- the steps -----------------------------------------------------------------------------------------------------

    async def milestones_are_entered(self) -> None:
        office = self.office
        await milestone(self.firm, "M1", 5000)
        estimate = await office.kept("ProjectFixedPriceEstimateProjects")
        await milestone(self.firm, "M2", 5000)
        assert await self.standing() == [("M1", NOT_READY), ("M2", NOT_READY)]
        columns = ("Description", "Amount", "TransStatus", "SalesTaxGroup", "ItemSalesTaxGroup")
        assert told(await office.kept(ON_ACCOUNT), *columns, "DefaultDimensionDisplayValue") == [
            ("M1", 5000, "Posted", "TX", "MS", DIMENSIONS),
            ("M2", 5000, "Posted", "TX", "MS", DIMENSIONS),
        ]
        rules = await office.kept("ProjectContractBillingRules", ProjectContractId="ORD-2")
        assert told(rules, "BillingRuleType") == [("Milestone",)]
        assert told(estimate, "EstimateProjectId") == [("PRJ-2",)]
        assert await office.kept("ProjectFixedPriceEstimateProjects") == estimate, "the first milestone made it"

    async def eight_hours_are_a_cost_alone(self) -> None:
        firm, office = self.firm, self.office
        names = {"name": "Architect", "msdyn_resourcecategorynumber": "ARC"}
        await firm.enter("bookableresourcecategories", "architect", **names)
        await firm.priced("cost uspm", "architect", 100, "USD")
        await firm.approved(8, project="PRJ-2", msdyn_resourceCategory__bookableresourcecategories="architect")
        await posted(office)
        assert told(await office.held("msdyn_actuals"), *MADE, "msdyn_skipsync") == [(COST, TIME, 8, 800, False)]
        assert told(await office.kept("ProjAdvancedJournalLines"), "ActualType", "ExtendedCost") == [("Cost", 800)]
        assert await balances(office) == WORKED

    async def the_first_is_on_a_draft(self) -> Row:
        office = self.office
        await milestone_ready(self.firm, "M1")
        assert await self.standing() == [("M1", MILESTONE_READY), ("M2", NOT_READY)]
        invoice = await drafted(self.firm, "ORD-2")
        await office.travel(seconds=120)
        assert await self.standing() == [("M1", INVOICE_CREATED), ("M2", NOT_READY)]
        assert invoice["totalamount"] == 5000
        assert told(await office.held(DETAILS), *MADE) == [(BILLED, MILESTONE_CLASS, 1, 5000)]
        assert await office.held("msdyn_transactionconnections") == []
        assert await office.kept("ProjectProposals") == []
        assert await self.on_account() == [("M1", "Posted"), ("M2", "Posted")]
        return invoice

    async def it_is_confirmed(self, invoice: Row) -> None:
        office, first = self.office, self.firm["M1"]
        await confirm(self.firm, invoice)
        assert told(await office.held("msdyn_actuals"), *MADE, "msdyn_skipsync", "msdyn_externalreferenceid") == [
            (COST, TIME, 8, 800, False, None),
            (BILLED, MILESTONE_CLASS, 1, 5000, False, first),
        ]
        assert await office.held("msdyn_transactionconnections") == []
        assert await self.standing() == [("M1", INVOICE_POSTED), ("M2", NOT_READY)]
        assert told(await office.kept("ProjActualsImports"), *STAGED) == [
            ("BilledSales", MILESTONE_CLASS, 5000, invoice["invoicenumber"], first),
            ("Cost", TIME, 800, "", ""),
        ]
        header = await proposal(office, invoice)
        assert told([header], "Status", "ProjInvoiceProjId", "InvoiceAmount", "SumTax") == [("Open", "ORD-2", 0, 0)]
        assert await lines(office, invoice) == []

    async def its_line_is_that_of_the_on_account_transaction(self, invoice: Row) -> None:
        office = self.office
        done = await imported(office)
        assert done["journals"] == []
        transaction = (await self.first())["TransactionId"]
        assert told(await lines(office, invoice), *LINE) == [
            ("OnAccount", transaction, 1, 5000, "TX", "MS", 500, DIMENSIONS)
        ]
        assert await self.on_account() == [("M1", "InvoiceProposal"), ("M2", "Posted")]
        assert told([await proposal(office, invoice)], "InvoiceAmount", "SumTax") == [(5500, 500)]

    async def it_is_posted(self, invoice: Row) -> None:
        office, before = self.office, await accounted(self.office)
        done = await post_proposal(office, invoice)
        assert await voucher(office, done["voucher"]) == {"AR": 5500, self.account: -5000, "TAX-PAY": -500}
        assert await self.on_account() == [("M1", "Invoiced"), ("M2", "Posted")]
        came = [row for row in await accounted(office) if row not in before]
        assert came == [(BILLED, 5000, 1, done["voucher"], 500)]
        assert await office.is_at_rest()

    async def it_is_credited(self, invoice: Row) -> None:
        office, billed = self.office, await actual(self.office, BILLED)
        corrective = await revised(self.firm, invoice)
        assert corrective["totalamount"] == -5000
        await confirm(self.firm, corrective)
        shown = ("msdyn_billingstatus", "msdyn_adjustmentstatus", "msdyn_skipsync")
        rows = [row for row in await office.held("msdyn_actuals") if row["msdyn_transactiontypecode"] == BILLED]
        assert told(rows, *MADE, *shown) == [
            (BILLED, MILESTONE_CLASS, -1, -5000, INVOICED, UNADJUSTABLE, False),
            (BILLED, MILESTONE_CLASS, 1, 5000, INVOICED, ADJUSTED, False),
        ]
        (credit,) = [row["msdyn_actualid"] for row in rows if row["msdyn_quantity"] < 0]
        assert await related(office) == [(credit, "Reversing", billed["msdyn_actualid"], "Original")]
        assert await self.standing() == [("M1", MILESTONE_READY), ("M2", NOT_READY)]
        staged = await office.kept("ProjActualsImports", InvoiceId=corrective["invoicenumber"])
        assert told(staged, *STAGED[:3]) == [("BilledSales", MILESTONE_CLASS, -5000)]
        await self.the_voucher_is_mirrored(corrective)

    async def the_voucher_is_mirrored(self, corrective: Row) -> None:
        office = self.office
        done = await imported(office)
        assert done["journals"] == []
        transaction = (await self.first())["TransactionId"]
        assert told(await lines(office, corrective), *LINE) == [
            ("OnAccount", transaction, -1, -5000, "TX", "MS", -500, DIMENSIONS)
        ]
        assert await self.on_account() == [("M1", "CreditnoteProposal"), ("M2", "Posted")]
        credit = await post_proposal(office, corrective)
        assert await voucher(office, credit["voucher"]) == {"AR": -5500, self.account: 5000, "TAX-PAY": 500}
        assert (BILLED, -5000, 1, credit["voucher"], -500) in await accounted(office)
        assert await self.on_account() == [("M1", "Posted"), ("M2", "Posted")]
        assert await balances(office) == WORKED


@pytest.mark.parametrize(("profile", "account"), [("NoWip", "REV-ONACC"), ("Balance", "WIP-INV-ONACC")])
async def test_i4_a_milestone_is_billed_and_credited(office: Enterprise, profile: str, account: str) -> None:
    example = await sold(office, profile, account)
    await example.milestones_are_entered()
    await example.eight_hours_are_a_cost_alone()
    invoice = await example.the_first_is_on_a_draft()
    await example.it_is_confirmed(invoice)
    await example.its_line_is_that_of_the_on_account_transaction(invoice)
    await example.it_is_posted(invoice)
    await example.it_is_credited(invoice)
    statuses = await office.held(INVOICES)
    assert told(statuses, "msdyn_projectinvoicestatus") == [(CONFIRMED,)] * 2, "no map of customer invoices runs"
    assert await office.is_at_rest()


async def sold(office: Enterprise, profile: str, account: str) -> Example:
    """Sell PRJ-2, with a sales tax and with dimensions of its contract line."""
    firm = await Consulting(office).begin()
    await office.set_up(
        "uspm",
        taxes=[{"group": "TX", "item_group": "MS", "percent": 10}],
        milestone_item_sales_tax_group="MS",
        profile_rules=[{"level": "all", "profile": {"name": "FP", "on_account": profile}}],
    )
    await fixed_price(firm)
    contract: dict[str, str | int] = {"dataAreaId": "uspm", "ProjectContractId": "ORD-2"}
    await office.change("ProjectContractHeaders", contract, SalesTaxGroupCode="TX")
    line = contract | {"LineSequenceNumber": 1}
    await office.change("ProjectContractLines", line, DefaultLedgerDimensionDisplayValue=DIMENSIONS)
    return Example(firm, account)
