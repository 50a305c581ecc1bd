"""The worked example of time and material, record by record on both sides: four hours from approval to customer invoice.

They cost 120 USD each and are sold at 250 GBP under a contract with the fixed rate 1.25, with a sales tax of 20 %.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.scenarios.accounting import (
    JOURNAL_LINES,
    accounted,
    actual,
    balances,
    imported,
    journal_line,
    posted,
    related,
    sold_in_pounds,
)
from tests.scenarios.consulting import COST, UNBILLED, Consulting, told
from tests.scenarios.enterprise import Enterprise, Row
from tests.scenarios.invoicing import (
    BILLED,
    CREATED,
    DETAILS,
    DRAFT,
    INVOICED,
    INVOICES,
    ON_INVOICE,
    POSTED,
    READY,
    UNADJUSTABLE,
    confirm,
    drafted,
    lines,
    post_proposal,
    proposal,
    ready,
    voucher,
)
from tests.scenarios.rehearsal import enterprise

SHOWN = ("msdyn_transactiontypecode", "msdyn_quantity", "msdyn_amount", "msdyn_skipsync", "msdyn_adjustmentstatus")
STAGED = ("TransactionType", "Quantity", "Amount", "InvoiceId", "BillingStatusId")
STATES = ("IsProcessed", "IsDuplicate", "IntegrationCount")
TRANSACTION = ("Part", "TransStatus", "Qty", "Amount", "AccountingAmount")
ENDS = [f"msdyn_transaction{end}{what}" for end in (1, 2) for what in ("", "role", "type")]
JOURNALLED = {"COST": 480, "PAYROLL-ALLOC": -480, "WIP-SALES": 1250, "ACCRUED-REV": -1250}


@dataclass(frozen=True, slots=True)
class Example:
    """PRJ-1 is sold to C-1001 under ORD-1."""

    firm: Consulting

    @property
    def office(self) -> Enterprise:
        return self.firm.office

    async def connected(self) -> list[tuple[str, ...]]:
        """The connections of actuals and invoices in Dataverse; what was submitted has one of its journal lines."""
        rows = await self.office.held("msdyn_transactionconnections")
        return [row for row in told(rows, *ENDS) if row[2] != "msdyn_journalline"]

    async def status_of_sale(self) -> int:
        sale = await self.office.the(
            "msdyn_actuals", f"msdyn_transactiontypecode eq {UNBILLED} and msdyn_quantity gt 0"
        )
        status: int = sale["msdyn_billingstatus"]
        return status

    # -- the steps -----------------------------------------------------------------------------------------------------

    async def they_are_approved(self) -> None:
        office = self.office
        await self.firm.approved(4)
        await office.travel(seconds=120)
        assert told(await office.held("msdyn_actuals"), *SHOWN) == [
            (COST, 4, 480, False, None),
            (UNBILLED, 4, 1000, False, None),
        ]
        assert await self.status_of_sale() == CREATED
        cost, sale = [(await actual(office, kind))["msdyn_actualid"] for kind in (COST, UNBILLED)]
        assert await self.connected() == [(sale, "Unbilled Sales", "msdyn_actual", cost, "Cost", "msdyn_actual")]
        staged = await office.kept("ProjActualsImports")
        assert told(staged, *STAGED) == [("Cost", 4, 480, "", 0), ("Sales", 4, 1000, "", CREATED)]
        assert told(await office.kept("ProjectActualsStates"), *STATES) == [("No", "No", 0)] * 2
        assert await related(office) == [(sale, "Unbilled Sales", cost, "Cost")]

    async def they_are_journalled(self) -> None:
        office = self.office
        await posted(office)
        of_cost, of_sale = [(await journal_line(office, kind))["Voucher"] for kind in ("Cost", "Sales")]
        assert await voucher(office, of_cost) == {"COST": 480, "PAYROLL-ALLOC": -480}
        assert await voucher(office, of_sale) == {"WIP-SALES": 1250, "ACCRUED-REV": -1250}
        assert await accounted(office) == [(COST, 480, 1, of_cost, None), (UNBILLED, 1250, 1.25, of_sale, 200)]
        assert told(await office.kept("ProjectPostedTransactions"), *TRANSACTION) == [
            ("Cost", "Posted", 4, 480, 480),
            ("Sale", "Posted", 4, 1000, 1250),
        ]
        assert await balances(office) == JOURNALLED

    async def they_are_on_a_draft(self) -> Row:
        """Nothing of a draft leaves, but that the sale is on an invoice."""
        office, known = self.office, await self.connected()
        await ready(self.firm)
        assert await self.status_of_sale() == READY
        invoice = await drafted(self.firm)
        await office.travel(seconds=120)
        assert (invoice["msdyn_projectinvoicestatus"], invoice["totalamount"]) == (DRAFT, 1000)
        assert await self.status_of_sale() == ON_INVOICE
        detail, sale = await office.the(DETAILS, ""), await actual(office, UNBILLED)
        assert told([detail], *SHOWN[:3]) == [(BILLED, 4, 1000)]
        of_detail = (detail["msdyn_invoicelinetransactionid"], "Billed Sales", "msdyn_invoicelinetransaction")
        of_sale = (sale["msdyn_actualid"], "Unbilled Sales", "msdyn_actual")
        assert [each for each in await self.connected() if each not in known] == [(*of_detail, *of_sale)]
        assert await office.kept("ProjectProposals") == []
        staged = await office.kept("ProjActualsImports")
        assert told(staged, *STAGED) == [("Cost", 4, 480, "", 0), ("Sales", 4, 1000, "", ON_INVOICE)]
        return invoice

    async def the_proforma_is_confirmed(self, invoice: Row) -> None:
        """There are four actuals, of which the negative stays in Dataverse."""
        office, known, told_of = self.office, await self.connected(), await related(self.office)
        await confirm(self.firm, invoice)
        actuals = await office.held("msdyn_actuals")
        assert told(actuals, *SHOWN) == [
            (COST, 4, 480, False, None),
            (UNBILLED, -4, -1000, True, UNADJUSTABLE),
            (UNBILLED, 4, 1000, False, None),
            (BILLED, 4, 1000, False, None),
        ]
        assert await self.status_of_sale() == INVOICED
        by_kind = {(row["msdyn_transactiontypecode"], row["msdyn_quantity"]): row for row in actuals}
        assert by_kind[BILLED, 4]["_msdyn_invoice_value"] == invoice["invoiceid"]
        kinds = ((UNBILLED, -4), (UNBILLED, 4), (BILLED, 4))
        negative, sale, billed = (by_kind[kind]["msdyn_actualid"] for kind in kinds)
        made = {(negative, "Reversing", sale, "Original"), (billed, "Billed Sales", sale, "Unbilled Sales")}
        new = [each for each in await self.connected() if each not in known]
        assert {(first, role, second, other) for first, role, _, second, other, _ in new} == made
        assert {each[2::3] for each in new} == {("msdyn_actual", "msdyn_actual")}
        assert set(await related(office)) - set(told_of) == made

    async def it_has_arrived(self, invoice: Row) -> None:
        """The header is there without lines; the sale has come again, as an update."""
        office = self.office
        assert told(await office.kept("ProjActualsImports"), *STAGED) == [
            ("BilledSales", 4, 1000, invoice["invoicenumber"], INVOICED),
            ("Cost", 4, 480, "", 0),
            ("Sales", 4, 1000, "", INVOICED),
        ]
        states = [("No", "No", 0), ("Yes", "No", 0), ("Yes", "No", 0)]
        assert told(await office.kept("ProjectActualsStates"), *STATES) == states
        header = await proposal(office, invoice)
        shown = ("Status", "ProjInvoiceProjId", "FundingSource", "CurrencyId", "InvoiceAmount", "SumTax")
        assert told([header], *shown) == [("Open", "ORD-1", "C-1001", "GBP", 0, 0)]
        assert header["InvoiceDate"][:10] == invoice["msdyn_invoicedate"]
        assert await lines(office, invoice) == []

    async def its_line_is_that_of_the_posted_sale(self, invoice: Row) -> None:
        office = self.office
        assert (await imported(office))["journals"] == []
        assert len(await office.kept(JOURNAL_LINES)) == 2
        of_line = ("TransType", "Qty", "SalesPrice", "LineAmount", "CurrencyId")
        (line,) = await lines(office, invoice)
        assert told([line], *of_line) == [("Hour", 4, 250, 1000, "GBP")]
        assert told([line], "SalesTaxAmount", "TaxGroup", "TaxItemGroup") == [(200, "TX", "FULL")]
        assert told(await office.kept("ProjectPostedTransactions"), *TRANSACTION) == [
            ("Cost", "Posted", 4, 480, 480),
            ("Sale", "InvoiceProposal", 4, 1000, 1250),
        ]
        assert told([await proposal(office, invoice)], "Status", "InvoiceAmount", "SumTax") == [("Open", 1200, 200)]
        assert told(await office.kept("ProjectActualsStates"), *STATES) == [("Yes", "No", 0)] * 3
        assert await balances(office) == JOURNALLED

    async def it_is_posted(self, invoice: Row) -> Row:
        """The customer invoice, the ledger, and what comes back."""
        office, before = self.office, await accounted(self.office)
        done = await post_proposal(office, invoice)
        assert await voucher(office, done["voucher"]) == {
            "AR": 1500,
            "REVENUE": -1250,
            "TAX-PAY": -250,
            "ACCRUED-REV": 1250,
            "WIP-SALES": -1250,
        }
        assert await balances(office) == {
            "COST": 480,
            "PAYROLL-ALLOC": -480,
            "REVENUE": -1250,
            "AR": 1500,
            "TAX-PAY": -250,
        }
        assert told(await office.kept("ProjectPostedTransactions"), *TRANSACTION) == [
            ("Cost", "Posted", 4, 480, 480),
            ("Sale", "Invoiced", 4, 1000, 1250),
        ]
        assert (await proposal(office, invoice))["Status"] == "Posted"
        came = [row for row in await accounted(office) if row not in before]
        assert came == [(BILLED, 1250, 1.25, done["voucher"], 200)]
        gone = [row for row in before if row not in await accounted(office)]
        assert gone == [(BILLED, None, None, None, None)]
        return done

    async def the_proforma_shows_the_customer_invoice(self, invoice: Row, done: Row) -> None:
        office = self.office
        issued = await office.the_finance("ProjectCustomerInvoices")
        shown = ("ProjInvoiceId", "ProposalId", "CustomerAccount", "CurrencyId", "InvoiceAmount", "SumTax")
        assert told([issued], *shown) == [(done["invoice"], invoice["invoicenumber"], "C-1001", "GBP", 1200, 200)]
        names = ("customerinvoicenumber", "customerinvoicetax", "projectinvoicestatus", "customerinvoicedate")
        assert told([await office.the(INVOICES, "")], *(f"msdyn_{name}" for name in names)) == [
            (done["invoice"], 200, POSTED, issued["InvoiceDate"][:10])
        ]
        (copied,) = await office.held("msdyn_customerinvoices")
        assert copied["_msdyn_invoice_value"] == invoice["invoiceid"]


async def test_i1_i3_i9_four_hours_are_billed_in_full(monkeypatch: pytest.MonkeyPatch) -> None:
    async with enterprise(monkeypatch, RUNNING_MAPS="*,customer_invoices") as office:
        await office.open()
        example = Example(await sold_in_pounds(office))
        await example.they_are_approved()
        await example.they_are_journalled()
        invoice = await example.they_are_on_a_draft()
        await example.the_proforma_is_confirmed(invoice)
        await example.it_has_arrived(invoice)
        await example.its_line_is_that_of_the_posted_sale(invoice)
        done = await example.it_is_posted(invoice)
        await example.the_proforma_shows_the_customer_invoice(invoice, done)
        await office.travel(seconds=600)
        assert len(await office.kept("ProjectProposals")) == 1
        assert await office.is_at_rest()
