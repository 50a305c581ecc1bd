"""Invoice proposals (F15): the header, under the number of its proforma, and what people change of a draft.

Documented (Microsoft, "Manage project invoice proposals", "Correct project invoice proposals"): the header comes without lines and
amount; the number sequence must allow changes to lower and higher numbers, since proformas are confirmed in any order; the
due date follows from the terms, or is today; of a draft people change tax groups, and the header's dimensions and due
date. Assumed: that the customer of what is billed decides the funding source, as no row of the header names it, that a
posted proposal refuses a header that says something else, and the texts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from tests.twin.finance.books import Books
from tests.twin.finance.processes.funding import funding_source, funding_source_id
from tests.twin.finance.processes.money import dated, day, number, plain
from tests.twin.finance.processes.payment_terms import due_date
from tests.twin.finance.processes.process import Process
from tests.twin.finance.processes.tax import sales_tax
from tests.twin.finance.refusals import refused
from tests.twin.finance.rows import Row
from tests.twin.finance.schema import NO_DATE, Value

SENT, PROPOSALS, LINES = "ProjectInvoiceProposalsV2", "ProjectProposals", "ProjectProposalLines"


class Proposals(Process):
    """The header as Dataverse sends it. A proposal of Finance's own is made with it, and goes with it."""

    def problems(self, before: Row | None, draft: Mapping[str, Value]) -> Iterator[str]:
        """Refuse a number that the sequence does not let users give, and any change of what is posted."""
        company, proposal = draft["dataAreaId"], draft["INVOICEPROPOSALID"]
        if before is None and not self.books.setup(company).proposal_numbers_by_user:
            yield f"Error: The number sequence of invoice proposals doesn't allow the number {proposal} to be entered."
        held = self.books.find(PROPOSALS, company, proposal)
        is_posted = held is not None and held.values["Status"] == "Posted"
        if before is not None and is_posted and dict(draft) != dict(before.values):
            yield f"Error: Invoice proposal {proposal} is posted and can't be changed."

    def written(self, before: Row | None, after: Row) -> None:
        """Make the proposal, or change what the header says of it."""
        values = after.values
        company, proposal = values["dataAreaId"], values["INVOICEPROPOSALID"]
        named = {
            "ProjInvoiceProjId": values["PROJECTCONTRACTID"],
            "CurrencyId": values["SALESCURRENCY"],
            "InvoiceDate": values["INVOICEDATE"],
        }
        held = self.books.find(PROPOSALS, company, proposal)
        if held is None:
            add_proposal(self.books, company, proposal, named, values["FUNDINGSOURCEID"])
            return
        if before is not None and before.values["INVOICEDATE"] != values["INVOICEDATE"]:
            named["DueDate"] = _due(self.books, company, held.values["FundingSource"], named)
        self.books.put(PROPOSALS, held, **named)


def add_proposal(books: Books, company: Value, proposal: Value, named: Mapping[str, Value], source: Value = "") -> Row:
    """Begin a proposal: open, without lines and amount."""
    source = source or funding_source_id(books, company, named["ProjInvoiceProjId"])
    row = books.find("ProjectFundingSources", company, named["ProjInvoiceProjId"], source)
    return books.add(
        PROPOSALS,
        dataAreaId=company,
        ProposalId=proposal,
        FundingSource=source,
        DueDate=_due(books, company, source, named),
        DefaultDimension="" if row is None else row.values["DimensionDisplayValue"],
        **named,
    )


def charge(books: Books, proposal: Row, customer: Value) -> Row:
    """Let the customer of what is billed pay, if the contract knows that customer."""
    company, contract = proposal.values["dataAreaId"], proposal.values["ProjInvoiceProjId"]
    source = funding_source(books, company, contract, customer)
    if source is None or source.values["FundingSourceId"] == proposal.values["FundingSource"]:
        return proposal
    changed = {
        "FundingSource": source.values["FundingSourceId"],
        "DueDate": _due(books, company, source.values["FundingSourceId"], proposal.values),
        "DefaultDimension": source.values["DimensionDisplayValue"],
    }
    return books.put(PROPOSALS, proposal, **changed)


def lines_of(books: Books, proposal: Row) -> list[Row]:
    """Return the lines of a proposal."""
    return books.of_company(LINES, proposal.values["dataAreaId"], "ProposalId", proposal.values["ProposalId"])


def add_up(books: Books, proposal: Row) -> None:
    """Write the sums of a proposal: tax, and the amount that contains it."""
    lines = lines_of(books, proposal)
    tax = sum((number(line.values["SalesTaxAmount"]) for line in lines), Decimal(0))
    amount = sum((number(line.values["LineAmount"]) for line in lines), Decimal(0))
    current = books.database.tables[PROPOSALS].rows[proposal.rec_id]
    books.put(PROPOSALS, current, SumTax=plain(tax), InvoiceAmount=plain(amount + tax))


def open_proposal(books: Books, company: str, proposal: str) -> Row:
    """Return a proposal that is not posted; raises Refusal."""
    row = books.find(PROPOSALS, company, proposal)
    if row is None:
        raise refused(f"There is no invoice proposal {proposal}.")
    if row.values["Status"] == "Posted":
        raise refused(f"Invoice proposal {proposal} is already posted.")
    return row


def change_header(books: Books, proposal: Row, due: date | None, dimensions: str | None) -> None:
    """Change due date and dimensions of a draft."""
    changes: dict[str, Value] = {} if due is None else {"DueDate": dated(due)}
    if dimensions is not None:
        changes["DefaultDimension"] = dimensions
    books.put(PROPOSALS, proposal, **changes)


def change_tax_groups(books: Books, proposal: Row, line_number: int, group: str, item_group: str) -> None:
    """Change the tax groups of a draft's line; raises Refusal."""
    company = proposal.values["dataAreaId"]
    line = books.find(LINES, company, proposal.values["ProposalId"], line_number)
    if line is None:
        raise refused(f"Invoice proposal {proposal.values['ProposalId']} has no line {line_number}.")
    tax = sales_tax(books, company, group, item_group, number(line.values["LineAmount"]))
    books.put(LINES, line, TaxGroup=group, TaxItemGroup=item_group, SalesTaxAmount=tax)
    add_up(books, proposal)


def _due(books: Books, company: Value, source: Value, named: Mapping[str, Value]) -> str:
    today, contract = books.clock.now().date(), named["ProjInvoiceProjId"]
    row = books.find("ProjectFundingSources", company, contract, source)
    terms = "" if row is None else row.values["TermsOfPayment"]
    if not terms and (header := books.find("ProjectContractHeaders", company, contract)) is not None:
        terms = header.values["TermsOfPayment"]
    invoiced = today if named["InvoiceDate"] == NO_DATE else day(named["InvoiceDate"])
    return dated(due_date(books, company, terms, invoiced, today))
