"""Lines of invoice proposals (F15): billed sales become lines during the import, all of a proposal's or none.

Documented (Microsoft, "Manage project invoice proposals", "Project integration workspace"): all or nothing, both
texts, that the sale's posted transaction or the milestone's on-account transaction gives tax groups and dimensions and
becomes InvoiceProposal, and that deleted lines come back with the next import. Inferred: what becomes of a credit. Assumed:
how the checksum is made; that rows whose header has not arrived wait without an error; that rows which come after the
lines were made don't fit any more; that what is not charged has no line; that a retainer, for which Finance has no
transaction, is taxed like a sale of its project.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from tests.twin.finance.books import Books
from tests.twin.finance.processes import staging_errors
from tests.twin.finance.processes.invoiced import MISMATCHED, Invoiced, invoiced_by
from tests.twin.finance.processes.journal_lines import NotImported
from tests.twin.finance.processes.money import number
from tests.twin.finance.processes.proposals import LINES, PROPOSALS, SENT, add_up, charge, lines_of
from tests.twin.finance.processes.staged import STAGING, STATES, is_beginning_balance, state_of, waiting
from tests.twin.finance.processes.tax import sales_tax
from tests.twin.finance.rows import Row
from tests.twin.finance.schema import Value

_NOT_CHARGED = ("NonChargeable", "Complimentary")


@dataclass(frozen=True, slots=True)
class _Set:
    """The billed sales of a proposal that were not imported yet."""

    rows: list[Row]

    @property
    def charged(self) -> list[Row]:
        return [row for row in self.rows if row.values["BillingType"] not in _NOT_CHARGED]


class ProposalImport:
    """The part of an import that makes the lines of proposals, in one company."""

    def __init__(self, books: Books, company: str) -> None:
        self._books = books
        self._company = company

    def run(self, only: str = "") -> list[str]:
        """Make the lines of every proposal, or of one; return the errors of those that stay as they are."""
        may_pass = {row.rec_id for row in waiting(self._books, self._company)}
        errors = []
        for proposal in self._books.database.tables[PROPOSALS].matching("dataAreaId", self._company):
            if only not in ("", proposal.values["ProposalId"]):
                continue
            due = _Set([row for row in billed_rows(self._books, proposal) if not self._is_done(row)])
            try:
                if due.rows:
                    self._make_lines(proposal, due, may_pass)
            except NotImported as failed:
                errors.append(str(failed))
                for row in due.rows:
                    import_id = row.values["ActualsImportId"]
                    staging_errors.note(self._books, STAGING, self._company, import_id, str(failed))
        return errors

    def _is_done(self, row: Row) -> bool:
        return state_of(self._books, row).values["IsProcessed"] == "Yes"

    def _make_lines(self, proposal: Row, due: _Set, may_pass: set[int]) -> None:
        is_begun = bool(lines_of(self._books, proposal))  # whether it is posted by now or not
        if is_begun or any(row.rec_id not in may_pass for row in due.rows) or not self._is_complete(proposal, due):
            raise NotImported(MISMATCHED)
        # Nothing is written before all is found.
        found = [(row, invoiced_by(self._books, row)) for row in due.charged]
        for position, (row, invoiced) in enumerate(found, start=1):
            self._add_line(proposal, position, row, invoiced)
        for row in due.rows:
            self._books.put(STATES, state_of(self._books, row), IsProcessed="Yes")
        if due.charged:
            charge(self._books, proposal, due.charged[0].values["CustomerAccountNumber"])
        add_up(self._books, proposal)

    def _is_complete(self, proposal: Row, due: _Set) -> bool:
        """Compare with the checksum, if it has come with the header."""
        sent = self._books.find(SENT, self._company, proposal.values["ProposalId"])
        count = 0 if sent is None else sent.values["NUMBEROFBILLABLESALESACTUALS"]
        wanted = "" if sent is None else sent.values["HASHEDLISTOFBILLABLESALESACTUALIDS"]
        ids = [row.values["ActualId"] for row in due.charged]
        return count in (0, len(ids)) and wanted in ("", checksum(ids))

    def _add_line(self, proposal: Row, position: int, row: Row, invoiced: Invoiced) -> None:
        actual, amount = row.values, number(row.values["Amount"])
        line_id = self._books.number(self._company, "PL")
        self._books.add(
            LINES,
            dataAreaId=self._company,
            ProposalId=proposal.values["ProposalId"],
            LineNumber=position,
            LineTransId=line_id,
            ActualsImportId=actual["ActualsImportId"],
            TransType=invoiced.kind,
            ProjId=actual["ProjectId"],
            ActivityNumber=actual["TaskNumber"],
            Text=actual["Description"],
            Qty=actual["Quantity"],
            SalesPrice=actual["UnitPrice"],
            LineAmount=amount,
            CurrencyId=actual["TransactionCurrencyId"],
            SalesTaxAmount=sales_tax(self._books, self._company, invoiced.tax_group, invoiced.tax_item_group, amount),
            **invoiced.columns(),
        )
        invoiced.mark(self._books, "CreditnoteProposal" if invoiced.credited_line else "InvoiceProposal")
        self._books.put(STATES, state_of(self._books, row), InvoiceProposalLineTransId=line_id)


def billed_rows(books: Books, proposal: Row) -> list[Row]:
    """Return the billed sales that name a proposal, as the proposal itself or as their invoice."""
    company, number_of = proposal.values["dataAreaId"], proposal.values["ProposalId"]
    named = {
        row.rec_id: row
        for column in ("InvoiceProposalId", "InvoiceId")
        for row in books.of_company(STAGING, company, column, number_of)
        if row.values["TransactionType"] == "BilledSales"
    }
    return [
        row
        for row in named.values()
        if state_of(books, row).values["IsDuplicate"] == "No" and not is_beginning_balance(books, row)
    ]


def checksum(actuals: Iterable[Value]) -> str:
    """Return the checksum of the billed sales that are charged, by their ids; how it is made is an assumption."""
    return hashlib.sha256(";".join(sorted(str(each).lower() for each in actuals)).encode()).hexdigest()


def delete_lines(books: Books, proposal: Row) -> None:
    """Delete all lines of a proposal: its billed sales may be imported again, and what they invoice is open again."""
    for line in lines_of(books, proposal):
        credited = bool(line.values["CreditedLineTransId"])
        Invoiced.of_line(line).mark(books, "MarkedCreditNote" if credited else "Posted")
        books.database.delete(LINES, line)
    for row in billed_rows(books, proposal):
        state = state_of(books, row)
        if state.values["IsProcessed"] == "Yes":
            count = int(str(state.values["IntegrationCount"])) + 1
            books.put(STATES, state, IsProcessed="No", InvoiceProposalLineTransId="", IntegrationCount=count)
    add_up(books, proposal)
