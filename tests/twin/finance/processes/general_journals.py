"""General journals with projects (F30): posted at once in Finance, then sent to Dataverse by a service call.

Documented: the limit of 200 lines, the texts, that cost reaches ledger and subledger at once, that a time-and-material
line is a cost and a sale in Dataverse even at a price of nothing while others are a cost only, five attempts and then by
hand. Assumed: that a missing contract matters where the line has a sales price. The call itself is no part of the twin:
`JournalTransfers` tells what must be sent, and is told what became of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, ConfigDict

from tests.twin.finance.books import Books
from tests.twin.finance.processes import ledger
from tests.twin.finance.processes.ledger import NotPosted, Pair, closed
from tests.twin.finance.processes.money import accounting_currency, dated, plain, rounded
from tests.twin.finance.processes.projects import FINISHED
from tests.twin.finance.refusals import refused
from tests.twin.finance.rows import Row
from tests.twin.finance.schema import Value

_MOST_LINES = 200
_MOST_ATTEMPTS = 5
_TRANSFERS, _TRANSFER_LINES = "ProjectJournalTransfers", "ProjectJournalTransferLines"


class JournalLine(BaseModel):
    """One line of a general journal: a project against a ledger account."""

    model_config = ConfigDict(extra="forbid")
    project: str
    quantity: Decimal
    unit_cost: Decimal
    unit_price: Decimal = Decimal(0)
    category: str = ""
    activity: str = ""
    contract_line: int = 0
    day: date
    offset: str = "AP"
    text: str = ""


@dataclass(slots=True)
class Posted:
    """What a posting did."""

    journal: str
    vouchers: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


class GeneralJournal:
    """General journals of one company."""

    def __init__(self, books: Books, company: str) -> None:
        self._books = books
        self._company = company
        self._setup = books.setup(company)

    def post(self, lines: list[JournalLine], batch: str = "") -> Posted:
        """Post a journal and put it in line for Dataverse; raises Refusal."""
        if not 0 < len(lines) <= _MOST_LINES:
            raise refused(f"A maximum of {_MOST_LINES} project-based lines are supported")
        done = Posted(batch or self._books.number(self._company, "GJ"))
        if self._books.find(_TRANSFERS, self._company, done.journal) is not None:
            raise refused(f"Journal {done.journal} is already posted.")
        self._books.add(_TRANSFERS, dataAreaId=self._company, JournalBatchNumber=done.journal, Description=done.journal)
        for line in lines:
            self._post_line(line, done)
        return done

    def _post_line(self, line: JournalLine, done: Posted) -> None:
        project = self._checked_project(line)
        contract_line = self._contract_line(line, project)
        is_time_and_material = contract_line is not None and contract_line.values["BillingMethod"] == "TimeMaterial"
        if is_time_and_material and not line.unit_price:
            done.warnings.append("Sales price not specified for time and material projects.")
        voucher = self._books.number(self._company, "V")
        currency, amount = accounting_currency(self._books, self._company), rounded(line.quantity * line.unit_cost)
        try:
            pair = Pair("COST", line.offset, amount, amount, currency)
            ledger.post(self._books, self._company, voucher, dated(line.day), pair)
        except NotPosted as failed:
            raise refused(str(failed)) from failed
        done.vouchers.append(voucher)
        self._add_transaction(line, project, voucher, amount, currency)
        self._queue(done.journal, line, project, contract_line, "Cost", line.unit_cost, currency)
        if is_time_and_material:
            sales_currency = self._sales_currency(project) or currency
            self._queue(done.journal, line, project, contract_line, "Sales", line.unit_price, sales_currency)

    def _checked_project(self, line: JournalLine) -> Row:
        project = self._books.find("ProjectsV2", self._company, line.project)
        if project is None:
            raise refused(f"Project '{line.project}' doesn't exist.")
        if project.values["ProjectStage"] == "Completed":
            raise refused(FINISHED)
        if not project.values["ProjectContractId"] and (line.unit_price or line.contract_line):
            raise refused("There's no contract that exists for this project")
        if not self._setup.is_open(line.day):
            raise refused(closed(line.day))
        return project

    def _contract_line(self, line: JournalLine, project: Row) -> Row | None:
        rows = self._books.of_company("ProjectContractLines", self._company, "LineProjectId", line.project)
        fitting = [
            row
            for row in rows
            if row.values["ProjectContractId"] == project.values["ProjectContractId"]
            and line.contract_line in (0, row.values["LineSequenceNumber"])
        ]
        return fitting[0] if fitting else None

    def _sales_currency(self, project: Row) -> Value:
        contract = self._books.find("ProjectContractHeaders", self._company, project.values["ProjectContractId"])
        return "" if contract is None else contract.values["SalesCurrencyCode"]

    def _add_transaction(self, line: JournalLine, project: Row, voucher: str, amount: Decimal, currency: str) -> None:
        self._books.add(
            "ProjectPostedTransactions",
            dataAreaId=self._company,
            TransId=self._books.number(self._company, "T"),
            TransType="Cost",
            Part="Cost",
            TransStatus="Posted",
            ProjId=line.project,
            ProjectContractId=project.values["ProjectContractId"],
            ActivityNumber=line.activity,
            CategoryId=line.category or self._setup.default_category("Cost"),
            VoucherJournal=voucher,
            TransDate=dated(line.day),
            Qty=plain(line.quantity),
            CurrencyId=currency,
            Amount=amount,
            AccountingAmount=amount,
        )

    def _queue(
        self,
        journal: str,
        line: JournalLine,
        project: Row,
        contract_line: Row | None,
        kind: str,
        price: Decimal,
        currency: Value,
    ) -> None:
        position = len(self._books.of_company(_TRANSFER_LINES, self._company, "JournalBatchNumber", journal)) + 1
        shared = self._books.find("SharedCategories", line.category)
        self._books.add(
            _TRANSFER_LINES,
            dataAreaId=self._company,
            JournalBatchNumber=journal,
            LineNumber=position,
            ActualType=kind,
            TransType="Cost",
            ProjectId=line.project,
            ProjectContractId=project.values["ProjectContractId"],
            ContractLine=0 if contract_line is None else contract_line.values["LineSequenceNumber"],
            ActivityNumber=line.activity,
            TransactionCategoryId="" if shared is None else shared.values["TransactionCategoryId"],
            # By this number the cost is recognised when it comes back as an actual (an assumption).
            Description=f"{journal} {line.text}".rstrip(),
            CurrencyCode=currency,
            TransactionDate=dated(line.day),
            Quantity=plain(line.quantity),
            UnitPrice=plain(price),
            Amount=rounded(line.quantity * price),
        )


class JournalTransfers:
    """The general journals of a company, on their way to Dataverse."""

    def __init__(self, books: Books, company: str) -> None:
        self._books = books
        self._company = company

    def pending(self) -> list[dict[str, Any]]:
        """Return what must be sent, journal by journal: header, and a line per actual."""
        waiting = (row for row in self._transfers() if row.values["Status"] == "Pending")
        return [self._told(row) for row in waiting]

    def sent(self, journal: str, problem: str = "") -> str:
        """Note that a journal is confirmed in Dataverse, or why it is not; return its status. Raises Refusal.

        After five attempts it waits for a person, who may send it all the same.
        """
        row = self._books.find(_TRANSFERS, self._company, journal)
        if row is None or row.values["Status"] == "Confirmed":
            raise refused(f"Journal {journal} isn't waiting to be sent to Dataverse.")
        if not problem:
            self._books.put(_TRANSFERS, row, Status="Confirmed", Message="")
            return "Confirmed"
        attempts = int(str(row.values["Attempts"])) + 1
        status = "ManualSync" if attempts >= _MOST_ATTEMPTS else "Pending"
        message = (
            f"Failed to sync journal header {journal} to Dataverse. "
            f"Manual synchs required at count {_MOST_ATTEMPTS}. Count {attempts}. {problem}"
        )
        self._books.put(_TRANSFERS, row, Status=status, Attempts=attempts, Message=message)
        return status

    def _transfers(self) -> Iterator[Row]:
        yield from self._books.database.tables[_TRANSFERS].matching("dataAreaId", self._company)

    def _told(self, row: Row) -> dict[str, Any]:
        journal = row.values["JournalBatchNumber"]
        lines = self._books.of_company(_TRANSFER_LINES, self._company, "JournalBatchNumber", journal)
        return {
            "company": self._company,
            "journal": journal,
            "description": row.values["Description"],
            "attempts": row.values["Attempts"],
            "lines": [dict(line.values) for line in lines],
        }
