"""Beginning balances: actuals up to the cut-off date are in the general ledger already, and go to a journal of their own.

Source: Microsoft, "Manage beginning balances for Project Operations integrated with ERP". Documented: the run of its own,
that posting writes the project subledger alone, that billed sales of time and material are invoiced in full and
everything else is posted, that billed milestones and retainers are not supported, and that the cut-off date stays once
something was posted. Assumed: a journal per run, no vouchers, nothing written back to Dataverse, the checks and the
texts. Whether a cost is profit and loss or balance is not kept: nothing here would read it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.twin.finance.books import Books
from tests.twin.finance.processes.journal_lines import KINDS, LineDraft, NotImported
from tests.twin.finance.processes.money import day, moment
from tests.twin.finance.processes.staged import import_each, is_of_general_journal, waiting
from tests.twin.finance.processes.transactions import add_transaction
from tests.twin.finance.refusals import refused
from tests.twin.finance.rows import Row

JOURNALS, LINES = "BeginningBalanceJournals", "BeginningBalanceJournalLines"
_CUTOFF = "beginning_balance_cutoff"
#: The types that the article lists, and the status that each gets.
_STATUS = {"Cost": "Posted", "Sales": "Posted", "BilledSales": "Invoiced"}


@dataclass(slots=True)
class Balances:
    """What an import of beginning balances did."""

    journal: str = ""
    lines: int = 0
    errors: list[str] = field(default_factory=list)


class BeginningBalances:
    """The beginning balances of one company."""

    def __init__(self, books: Books, company: str) -> None:
        self._books = books
        self._company = company

    def run(self) -> Balances:
        """Import the actuals up to the cut-off date; raises Refusal without one."""
        cutoff = self._books.setup(self._company).beginning_balance_cutoff
        if cutoff is None:
            raise refused("Beginning balances are not switched on.")
        done = Balances()
        rows = [
            row
            for row in waiting(self._books, self._company)
            if day(row.values["DocumentDate"]) <= cutoff and row.values["TransactionType"] != "Tax"
        ]
        done.errors += import_each(self._books, self._company, rows, lambda row: self._add_line(row, done))
        return done

    def post(self, journal_id: str) -> list[str]:
        """Post a journal; return the numbers of its project transactions. Raises Refusal."""
        journal = self._books.find(JOURNALS, self._company, journal_id)
        if journal is None or journal.values["Status"] != "Draft":
            raise refused(f"There is no beginning balance journal {journal_id} to post.")
        lines = self._books.of_company(LINES, self._company, "JournalId", journal_id)
        numbers = [add_transaction(self._books, line, status=str(line.values["TransStatus"])) for line in lines]
        now = moment(self._books.clock.now())
        self._books.put(JOURNALS, journal, Status="Posted", PostedDateTime=now)
        return numbers

    def _add_line(self, row: Row, done: Balances) -> None:
        if is_of_general_journal(self._books, row):
            return
        status = _STATUS.get(str(row.values["TransactionType"]))
        if status is None or KINDS.get(int(str(row.values["TransactionClassification"]))) == "OnAccount":
            raise NotImported("Milestones, retainers and intercompany actuals aren't supported as beginning balances.")
        values = LineDraft(self._books, row).values()
        if not done.journal:
            done.journal = self._books.number(self._company, "BB")
            self._books.add(JOURNALS, dataAreaId=self._company, JournalId=done.journal)
        done.lines += 1
        self._books.add(LINES, JournalId=done.journal, LineNumber=done.lines, TransStatus=status, **values)


def refuse_cutoff(books: Books, company: str, changes: Mapping[str, object]) -> None:
    """Refuse another cut-off date after the first posting; raises ValueError, as forms do here."""
    held = books.setup(company).beginning_balance_cutoff
    journals = books.database.tables[JOURNALS].matching("dataAreaId", company)
    is_other = str(changes.get(_CUTOFF, held)) != str(held)
    if is_other and any(row.values["Status"] == "Posted" for row in journals):
        raise ValueError("The cut-off date can't be changed: beginning balances were posted.")
