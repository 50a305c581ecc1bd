"""Import from staging (F13): actuals that are not processed become lines of the integration journal.

Documented: one line and one voucher per actual, journals by period and size, and that one may import for one invoice
proposal (10.0.47): the actuals that name it. Billed sales become lines of proposals, after the others had their turn.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.twin.finance.books import Books
from tests.twin.finance.processes.connections import related
from tests.twin.finance.processes.journal_lines import KINDS, LineDraft, period_start
from tests.twin.finance.processes.proposal_import import ProposalImport
from tests.twin.finance.processes.staged import (
    import_each,
    is_beginning_balance,
    is_of_general_journal,
    is_of_stocked_line,
    waiting,
)
from tests.twin.finance.rows import Row
from tests.twin.finance.schema import Value


@dataclass(slots=True)
class Imported:
    """What an import did."""

    vouchers: list[str] = field(default_factory=list)
    journals: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


class Importing:
    """The periodic process, in one company."""

    def __init__(self, books: Books, company: str) -> None:
        self._books = books
        self._company = company
        self._setup = books.setup(company)

    def run(self, proposal: str = "") -> Imported:
        """Import what can be imported, all of it or what names an invoice proposal."""
        done = Imported()
        rows = [row for row in self._due() if proposal in ("", row.values["InvoiceProposalId"])]
        done.errors += import_each(self._books, self._company, rows, lambda row: self._import(row, done))
        done.errors += ProposalImport(self._books, self._company).run(proposal)
        return done

    def _due(self) -> Iterator[Row]:
        """Return the rows that a journal takes: others are of proposals, or were before the cut-off."""
        for row in waiting(self._books, self._company):
            is_balance = is_beginning_balance(self._books, row)
            if row.values["TransactionType"] not in ("BilledSales", "Tax") and not is_balance:
                yield row

    def _import(self, row: Row, done: Imported) -> None:
        if not self._needs_no_line(row):
            values = LineDraft(self._books, row).values()
            line = self._add_line(values)
            done.vouchers.append(str(line.values["Voucher"]))
            journal = str(line.values["ProjAdvancedJournal"])
            if journal not in done.journals:
                done.journals.append(journal)
        related(self._books, row.values["ActualId"])

    def _needs_no_line(self, row: Row) -> bool:
        """Tell whether an actual is done without a line: a cost that is posted already, and a retainer's sale."""
        kind = KINDS.get(int(str(row.values["TransactionClassification"])))
        if row.values["TransactionType"] == "Sales" and kind == "OnAccount":
            return True
        return is_of_general_journal(self._books, row) or is_of_stocked_line(self._books, row)

    def _add_line(self, values: dict[str, Value]) -> Row:
        journal = self._journal(period_start(self._setup.period_unit, values["ProjTransDate"]))
        lines = self._books.of_company("ProjAdvancedJournalLines", self._company, "ProjAdvancedJournal", journal)
        last = max((int(str(line.values["LineNumber"])) for line in lines), default=0)
        return self._books.add(
            "ProjAdvancedJournalLines",
            **of_journal(self._books, self._company, journal),
            LineNumber=last + 1,
            Voucher=self._books.number(self._company, "V"),
            **values,
        )

    def _journal(self, period: str) -> str:
        """Return a draft journal of the period that has room, else a new one."""
        for journal in self._of_company("ProjAdvancedJournals"):
            number = journal.values["ProjAdvancedJournalId"]
            if (journal.values["Status"], journal.values["PeriodStartDate"]) != ("Draft", period):
                continue
            lines = self._books.of_company("ProjAdvancedJournalLines", self._company, "ProjAdvancedJournal", number)
            if len(lines) < self._setup.lines_per_header:
                return str(number)
        return add_journal(self._books, self._company, period)

    def _of_company(self, collection: str) -> list[Row]:
        return self._books.database.tables[collection].matching("dataAreaId", self._company)


def add_journal(books: Books, company: str, period: Value, *, of: Value = "", status: str = "Draft") -> str:
    """Begin a journal; `of` is the one that its lines come from."""
    number = books.number(company, "J")
    journal = books.add(
        "ProjAdvancedJournals",
        dataAreaId=company,
        ProjAdvancedJournalId=number,
        Description="Project Operations integration journal",
        PeriodStartDate=period,
        OriginalProjAdancedJournalId=of,
        Status=status,
    )
    books.put("ProjAdvancedJournals", journal, JournalRecId=journal.rec_id)
    return number


def of_journal(books: Books, company: str, number: str) -> dict[str, Value]:
    """Return the columns by which a line names its journal."""
    journal = books.find("ProjAdvancedJournals", company, number)
    assert journal is not None, "a line is added to a journal that is there"
    return {"ProjAdvancedJournal": number, "JournalRecId": journal.rec_id}
