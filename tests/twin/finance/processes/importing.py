"""Import from staging (F13): actuals that are not processed become lines of the integration journal.

Documented: one line and one voucher per actual, journals by period and size, rows that fail stay and others go on, and
that the errors of the last run go. Billed sales belong to invoice proposals: they wait here, without an error.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.twin.finance.books import Books
from tests.twin.finance.processes import staging_errors
from tests.twin.finance.processes.connections import related
from tests.twin.finance.processes.journal_lines import KINDS, LineDraft, NotImported, period_start
from tests.twin.finance.processes.money import NoRate, day
from tests.twin.finance.rows import Row
from tests.twin.finance.schema import Value

_STAGING = "ProjActualsImports"


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

    def run(self) -> Imported:
        """Import what can be imported."""
        done = Imported()
        rows = [*self._waiting()]
        for row in self._of_company(_STAGING):
            staging_errors.clear(self._books, _STAGING, self._company, row.values["ActualsImportId"])
        for row in rows:
            try:
                self._import(row, done)
            except (NotImported, NoRate) as failed:
                staging_errors.note(self._books, _STAGING, self._company, row.values["ActualsImportId"], str(failed))
                done.errors.append(str(failed))
        return done

    def _waiting(self) -> Iterator[Row]:
        """Return the rows to be taken, by document date and then as they arrived."""
        rows = sorted(self._of_company(_STAGING), key=lambda row: (str(row.values["DocumentDate"]), row.rec_id))
        cutoff = self._setup.beginning_balance_cutoff
        for row in rows:
            state = self._state(row)
            if (
                (state["IsProcessed"], state["IsDuplicate"]) == ("No", "No")
                and state["ValidationStatus"] != "Invalid"
                and row.values["TransactionType"] not in ("BilledSales", "Tax")
                and (cutoff is None or day(row.values["DocumentDate"]) > cutoff)
            ):
                yield row

    def _import(self, row: Row, done: Imported) -> None:
        if not self._needs_no_line(row):
            values = LineDraft(self._books, row).values()
            line = self._add_line(values)
            done.vouchers.append(str(line.values["Voucher"]))
            journal = str(line.values["ProjAdvancedJournal"])
            if journal not in done.journals:
                done.journals.append(journal)
        state = self._books.find("ProjectActualsStates", self._company, row.values["ActualsImportId"])
        self._books.put("ProjectActualsStates", state, IsProcessed="Yes")
        related(self._books, row.values["ActualId"])

    def _needs_no_line(self, row: Row) -> bool:
        """Tell whether an actual is done without a line: a general journal's cost, already posted, and a retainer's sale.

        A general journal's cost is recognised by the batch number in its description, which is an assumption.
        """
        values = row.values
        kind = KINDS.get(int(str(values["TransactionClassification"])))
        if values["TransactionType"] == "Sales" and kind == "OnAccount":
            return True
        return values["TransactionType"] == "Cost" and any(
            str(transfer.values["JournalBatchNumber"]) in str(values["Description"])
            for transfer in self._of_company("ProjectJournalTransfers")
        )

    def _add_line(self, values: dict[str, Value]) -> Row:
        journal = self._journal(period_start(self._setup.period_unit, values["ProjTransDate"]))
        lines = self._books.of_company("ProjAdvancedJournalLines", self._company, "ProjAdvancedJournal", journal)
        last = max((int(str(line.values["LineNumber"])) for line in lines), default=0)
        return self._books.add(
            "ProjAdvancedJournalLines",
            ProjAdvancedJournal=journal,
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

    def _state(self, row: Row) -> dict[str, Value]:
        state = self._books.find("ProjectActualsStates", self._company, row.values["ActualsImportId"])
        assert state is not None, "every staging row has its state"
        return dict(state.values)


def add_journal(books: Books, company: str, period: Value, *, of: Value = "", status: str = "Draft") -> str:
    """Begin a journal; `of` is the one that its lines come from."""
    number = books.number(company, "J")
    books.add(
        "ProjAdvancedJournals",
        dataAreaId=company,
        ProjAdvancedJournalId=number,
        Description="Project Operations integration journal",
        PeriodStartDate=period,
        OriginalProjAdancedJournalId=of,
        Status=status,
    )
    return number
