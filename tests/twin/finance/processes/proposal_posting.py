"""Posting of invoice proposals (F16): a customer invoice, one voucher, and the values that go back to Dataverse.

Documented (Microsoft, "Manage project invoice proposals", "Configure accounting for billable projects", "Estimates and
actuals"): which accounts by the kind of line and the project's profile, that accrued revenue is taken back at the amounts
at which it was accrued, that the unbilled transaction turns invoiced and is not reversed, and which four columns of the
billed sale are filled. Assumed: the rate of the invoice's day where the contract has none, that a credit mirrors the
rates of what it credits, what a credited transaction becomes, that a retainer is posted like a milestone, and the texts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from tests.twin.finance.books import Books
from tests.twin.finance.processes import ledger
from tests.twin.finance.processes.invoiced import Invoiced
from tests.twin.finance.processes.ledger import NotPosted, Pair, closed
from tests.twin.finance.processes.money import NoRate, dated, day, number, plain, rounded, sales_rate
from tests.twin.finance.processes.profiles import profile_of
from tests.twin.finance.processes.proposals import LINES, PROPOSALS, lines_of, open_proposal
from tests.twin.finance.processes.staged import STAGING, STATES
from tests.twin.finance.refusals import refused
from tests.twin.finance.rows import Row
from tests.twin.finance.schema import NO_DATE, Value

INVOICES, EXPORT = "ProjectCustomerInvoices", "ProjInvoiceProposalsExport"
GHOST = "Unable to write data to entity msdyn_actuals"
NO_LINES = "Invoice proposal {} has no lines."


@dataclass(frozen=True, slots=True)
class PostedProposal:
    """What a posting did."""

    invoice: str
    voucher: str


class ProposalPosting:
    """Posts one proposal; raises Refusal and leaves it open if something stands against it."""

    def __init__(self, books: Books, company: str, proposal: str) -> None:
        self._books = books
        self._company = company
        self._proposal = open_proposal(books, company, proposal)
        self._contract = self._proposal.values["ProjInvoiceProjId"]

    def post(self) -> PostedProposal:
        """Post it; posted is final."""
        lines = lines_of(self._books, self._proposal)
        moment = self._checked(lines)
        try:
            lines = [self._valued(line, moment) for line in lines]
            pairs = _summed(pair for line in lines for pair in self._checked_pairs(line))
            voucher = self._books.number(self._company, "V")
            ledger.post(self._books, self._company, voucher, dated(moment), *pairs)
        except (NoRate, NotPosted) as failed:
            raise refused(str(failed)) from failed
        for line in lines:
            Invoiced.of_line(line).mark(self._books, _status(line))
            self._write_back(line, voucher)
        return self._invoice(lines, moment, voucher)

    def _checked(self, lines: list[Row]) -> date:
        """Refuse a proposal without lines, in a closed period, or of actuals that Dataverse does not have."""
        values = self._proposal.values
        if not lines:
            raise refused(NO_LINES.format(values["ProposalId"]))
        invoiced = values["InvoiceDate"]
        moment = self._books.clock.now().date() if invoiced == NO_DATE else day(invoiced)
        if not self._books.setup(self._company).is_open(moment):
            raise refused(closed(moment))
        for line in lines:
            state = self._books.find(STATES, self._company, line.values["ActualsImportId"])
            if state is not None and state.values["IsGhost"] == "Yes":
                raise refused(GHOST)
        return moment

    def _valued(self, line: Row, moment: date) -> Row:
        """Note rate and amount in the company's currency."""
        credited = self._credited(line)
        factor = (
            sales_rate(self._books, self._company, self._contract, line.values["CurrencyId"], moment)
            if credited is None
            else number(credited.values["ExchangeRate"])
        )
        amount = rounded(number(line.values["LineAmount"]) * factor)
        return self._books.put(LINES, line, ExchangeRate=plain(factor), AccountingAmount=amount)

    def _credited(self, line: Row) -> Row | None:
        credited = line.values["CreditedLineTransId"]
        rows = self._books.of_company(LINES, self._company, "LineTransId", credited) if credited else []
        return next(iter(rows), None)

    def _checked_pairs(self, line: Row) -> Iterator[Pair]:
        for pair in self._pairs(line):
            for dimensions in (line.values["DefaultDimension"], self._proposal.values["DefaultDimension"]):
                ledger.check(self._books, self._company, pair, dimensions)
            yield pair

    def _pairs(self, line: Row) -> Iterator[Pair]:
        """Return what a line means to the ledger."""
        values = line.values
        currency, tax = values["CurrencyId"], number(values["SalesTaxAmount"])
        yield Pair(
            "AR", self._revenue(line), number(values["AccountingAmount"]), number(values["LineAmount"]), currency
        )
        yield Pair("AR", "TAX-PAY", rounded(tax * number(values["ExchangeRate"])), tax, currency)
        if values["IsOnAccount"] == "No":
            yield from self._accrual(line)

    def _revenue(self, line: Row) -> str:
        if line.values["IsOnAccount"] == "No":
            return "REVENUE"
        profile = profile_of(self._books, self._company, line.values["ProjId"])
        return "WIP-INV-ONACC" if profile is not None and profile.on_account == "Balance" else "REV-ONACC"

    def _accrual(self, line: Row) -> Iterator[Pair]:
        """Take back what was accrued when the sale was posted.

        A credit would accrue it again, if it mirrored all of the voucher; but the sale that takes the place of the
        credited one accrues of its own, so the mirror leaves that out unless the setting says otherwise (unconfirmed).
        """
        is_credit = bool(line.values["CreditedLineTransId"])
        transaction = Invoiced.of_line(line).found(self._books)
        if transaction is None or (is_credit and not self._books.settings.credits_accrue_again):
            return
        sign = -1 if is_credit else 1
        voucher = transaction.values["VoucherJournal"]
        for entry in self._books.of_company("LedgerVoucherEntries", self._company, "Voucher", voucher):
            values = entry.values
            if values["PostingType"] == "WIP-SALES":
                names = ("AccountingCurrencyAmount", "TransactionCurrencyAmount")
                accounting, amount = (sign * number(values[name]) for name in names)
                yield Pair("ACCRUED-REV", "WIP-SALES", accounting, amount, values["CurrencyCode"])

    def _write_back(self, line: Row, voucher: str) -> None:
        """Fill the result columns of the billed sale's staging row, which the map takes to Dataverse."""
        values = line.values
        actual = self._books.find(STAGING, self._company, values["ActualsImportId"])
        assert actual is not None, "a processed staging row is not deleted"
        self._books.put(
            STAGING,
            actual,
            AccountingAmount=values["AccountingAmount"],
            ExchangeRate=values["ExchangeRate"],
            VoucherNumber=voucher,
            SalesTaxAmount=values["SalesTaxAmount"],
        )

    def _invoice(self, lines: list[Row], moment: date, voucher: str) -> PostedProposal:
        values = self._proposal.values
        source = self._books.find("ProjectFundingSources", self._company, self._contract, values["FundingSource"])
        invoice = self._books.number(self._company, "CI")
        copied: dict[str, Value] = {
            name: values[name]
            for name in (
                "dataAreaId",
                "ProposalId",
                "ProjInvoiceProjId",
                "CurrencyId",
                "DueDate",
                "InvoiceAmount",
                "SumTax",
            )
        }
        self._books.add(
            INVOICES,
            **copied,
            ProjInvoiceId=invoice,
            CustomerAccount="" if source is None else source.values["CustomerOrOrganization"],
            LedgerVoucher=voucher,
            InvoiceDate=dated(moment),
            AccountingAmount=plain(sum((number(line.values["AccountingAmount"]) for line in lines), Decimal(0))),
        )
        self._books.put(
            PROPOSALS,
            self._proposal,
            Status="Posted",
            InvoiceDate=dated(moment),
            LedgerVoucher=voucher,
            ProjInvoiceId=invoice,
        )
        self._books.add(
            EXPORT,
            dataAreaId=self._company,
            InvoiceProposalId=values["ProposalId"],
            InvoiceNumber=invoice,
            InvoiceDate=dated(moment),
            TaxAmount=values["SumTax"],
        )
        return PostedProposal(invoice, voucher)


def _status(line: Row) -> str:
    """Return what a line's transaction becomes: a credited milestone may be invoiced again, other work by its replacement."""
    if not line.values["CreditedLineTransId"]:
        return "Invoiced"
    return "Posted" if line.values["IsOnAccount"] == "Yes" else "Adjusted"


def _summed(pairs: Iterator[Pair]) -> list[Pair]:
    """Add up the pairs of the same accounts and currency: a voucher has one entry for each."""
    sums: dict[tuple[str, str, Value], Pair] = {}
    for pair in pairs:
        key = (pair.debit, pair.credit, pair.currency)
        held = sums.get(key)
        sums[key] = (
            pair
            if held is None
            else replace(
                held,
                accounting_amount=held.accounting_amount + pair.accounting_amount,
                amount=held.amount + pair.amount,
            )
        )
    return list(sums.values())
