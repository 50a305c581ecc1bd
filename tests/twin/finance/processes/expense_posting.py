"""The workflow of expense reports (F19): Draft → Submitted → Approved → Posted, and back to Draft by a recall.

Documented (Microsoft, "Expense management integration"): the states, and that posting debits the expense integration
account with what a project's expense costs, sales tax that nobody gives back included, and other expenses' own accounts.
Documented too (Microsoft, "Frequent issues"): that a report whose lines Dataverse refuses is not posted but recalled.
That is played the other way round: here posting has succeeded before Dataverse is asked, so a posted report may be
recalled as long as no actual of it has come back, and its voucher is reversed. Assumed: one voucher per report, on the
last day that somebody spent something; that it is owed to AP; that deductible tax is debited to TAX-PAY. Texts are ours.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.twin.finance.books import Books
from tests.twin.finance.processes import expense_exports, ledger
from tests.twin.finance.processes.expense_reports import LINES, REPORTS
from tests.twin.finance.processes.ledger import NotPosted, Pair, closed
from tests.twin.finance.processes.money import NoRate, day, moment, number, plain, rate, rounded
from tests.twin.finance.processes.projects import FINISHED
from tests.twin.finance.processes.reconciliation import has_arrived
from tests.twin.finance.refusals import refused
from tests.twin.finance.rows import Row
from tests.twin.finance.schema import NO_TIME

_ENTRIES = "LedgerVoucherEntries"
_SIGNED = ("TransactionCurrencyAmount", "AccountingCurrencyAmount")


@dataclass(slots=True)
class Posted:
    """What a posting did: its voucher, and the numbers of the expenses that it exported."""

    voucher: str
    exported: list[str] = field(default_factory=list)


class ExpenseWorkflow:
    """The expense reports of one company."""

    def __init__(self, books: Books, company: str) -> None:
        self._books = books
        self._company = company
        self._setup = books.setup(company)

    def submit(self, report: str) -> None:
        """Ask for approval; raises Refusal."""
        self._move(report, "Draft", to="Submitted")
        if not self._lines(report):
            raise refused(f"Expense report {report} has no lines.")

    def approve(self, report: str) -> None:
        """Approve a report; raises Refusal."""
        self._move(report, "Submitted", to="Approved")

    def recall(self, report: str) -> None:
        """Make a report a draft again; raises Refusal."""
        row = self._move(report, "Submitted", "Approved", "Posted", to="Draft")
        voucher = str(row.values["Voucher"])
        if voucher:
            self._withdraw(report)
            self._reverse(voucher)
            self._books.put(REPORTS, row, Voucher="", PostedDateTime=NO_TIME)

    def post(self, report: str) -> Posted:
        """Post an approved report and export its project lines; raises Refusal."""
        row, lines = self._move(report, "Approved", to="Posted"), self._lines(report)
        accounted = max(str(line.values["TransDate"]) for line in lines)
        if not self._setup.is_open(day(accounted)):
            raise refused(closed(day(accounted)))
        done = Posted(self._books.number(self._company, "V"))
        try:
            pairs = [pair for line in lines for pair in self._pairs(line)]
            ledger.post(self._books, self._company, done.voucher, accounted, *pairs)
        except (NoRate, NotPosted) as failed:
            raise refused(str(failed)) from failed
        done.exported += [expense_exports.send(self._books, line) for line in lines if line.values["ProjId"]]
        now = moment(self._books.clock.now())
        self._books.put(REPORTS, row, Voucher=done.voucher, PostedDateTime=now)
        return done

    def _pairs(self, line: Row) -> Iterator[Pair]:
        """Return what a line means to the ledger; raises Refusal, NoRate."""
        cost, currency = expense_exports.cost_of(self._books, line), line.values["CurrencyCode"]
        factor = rate(self._books, self._company, currency, day(line.values["TransDate"]))
        for account, amount in ((self._debit(line), cost.booked), ("TAX-PAY", cost.deductible)):
            yield Pair(account, "AP", rounded(amount * factor), amount, currency)

    def _debit(self, line: Row) -> str:
        values = line.values
        if values["ProjId"]:
            project = self._books.find("ProjectsV2", values["ProjDataAreaId"], values["ProjId"])
            if project is not None and project.values["ProjectStage"] == "Completed":
                raise refused(FINISHED)
            return "EXP-INTEG"
        category = self._books.find("ExpenseCategories", self._company, values["CategoryId"])
        account = "" if category is None else str(category.values["MainAccount"])
        if not account:
            raise refused(f"Expense category '{values['CategoryId']}' has no main account.")
        return account

    def _withdraw(self, report: str) -> None:
        """Take back what was exported of a report, unless an actual of it has come back."""
        for line in self._lines(report):
            export = expense_exports.exported(self._books, line)
            if export is None:
                continue
            if has_arrived(self._books, self._company, "ExternalReference", export.values["ExpTransNumber"]):
                raise refused(f"Expense {export.values['ExpTransNumber']} is in Dataverse already.")
            self._books.database.delete(expense_exports.EXPORT, export)

    def _reverse(self, voucher: str) -> None:
        reversal = self._books.number(self._company, "V")
        for entry in self._books.of_company(_ENTRIES, self._company, "Voucher", voucher):
            mirrored = {name: plain(-number(entry.values[name])) for name in _SIGNED}
            sides = {"Debit": entry.values["Credit"], "Credit": entry.values["Debit"]}
            self._books.add(_ENTRIES, **{**entry.values, **mirrored, **sides, "Voucher": reversal})

    def _move(self, report: str, *states: str, to: str) -> Row:
        row = self._books.find(REPORTS, self._company, report)
        if row is None:
            raise refused(f"Expense report {report} doesn't exist.")
        status = row.values["Status"]
        if status not in states:
            raise refused(f"An expense report with status {status} can't become {to}.")
        return self._books.put(REPORTS, row, Status=to)

    def _lines(self, report: str) -> list[Row]:
        return self._books.of_company(LINES, self._company, "ReportNumber", report)
