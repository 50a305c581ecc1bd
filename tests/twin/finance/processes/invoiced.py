"""What a billed sale invoices in Finance, and what stands against it (F15).

Time, expense, material and fee: the posted transaction of the unbilled sale that is connected. A milestone: its on-account
transaction. A reversal: what the connected original invoiced, once that is posted, and once the unbilled sales that take
its place are posted too. A retainer: nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tests.twin.finance.books import Books
from tests.twin.finance.processes.connections import beside
from tests.twin.finance.processes.journal_lines import KINDS, RETAINER, NotImported
from tests.twin.finance.processes.milestones import milestone_guid
from tests.twin.finance.processes.money import number
from tests.twin.finance.processes.staged import STAGING
from tests.twin.finance.processes.tax import sales_tax_group
from tests.twin.finance.rows import Row
from tests.twin.finance.schema import Value

MISMATCHED = (
    "Invoice proposal wasn't processed because of mismatched billed sales actuals with Dataverse. "
    "Try again later. Contact your administrator if issue still exists."
)
NOT_POSTED = (
    "Project transaction hasn't been posted yet. "
    "Verify that you have posted all of the related integration journals and try again."
)

TRANSACTIONS, ON_ACCOUNT = "ProjectPostedTransactions", "ProjectOnAccountTransactions"
_CREDITABLE = ("Invoiced", "MarkedCreditNote")


@dataclass(frozen=True, slots=True)
class Invoiced:
    """A transaction on its way to an invoice, and what a line takes from it; `credited_line` is the line it takes back."""

    company: Value
    kind: Value
    transaction: Value
    on_account: bool
    category: Value
    tax_group: Value
    tax_item_group: Value
    dimensions: Value
    credited_line: Value = ""

    @classmethod
    def of_line(cls, line: Row, credited_line: Value = "") -> Invoiced:
        """Read it back from a line that was made of it."""
        values = line.values
        return cls(
            values["dataAreaId"],
            values["TransType"],
            values["TransId"],
            values["IsOnAccount"] == "Yes",
            values["CategoryId"],
            values["TaxGroup"],
            values["TaxItemGroup"],
            values["DefaultDimension"],
            credited_line,
        )

    def columns(self) -> dict[str, Value]:
        """Return the columns of its line."""
        return {
            "TransId": self.transaction,
            "IsOnAccount": "Yes" if self.on_account else "No",
            "CategoryId": self.category,
            "TaxGroup": self.tax_group,
            "TaxItemGroup": self.tax_item_group,
            "DefaultDimension": self.dimensions,
            "CreditedLineTransId": self.credited_line,
        }

    def mark(self, books: Books, status: str) -> None:
        """Say how far the transaction has come; a retainer has none."""
        row = self.found(books)
        if row is not None:
            books.put(ON_ACCOUNT if self.on_account else TRANSACTIONS, row, TransStatus=status)

    def found(self, books: Books) -> Row | None:
        """Return the transaction as it is."""
        if not self.transaction:
            return None
        return books.find(ON_ACCOUNT if self.on_account else TRANSACTIONS, self.company, self.transaction)


def invoiced_by(books: Books, row: Row) -> Invoiced:
    """Return what a billed sale invoices; raises NotImported."""
    transaction_class = int(str(row.values["TransactionClassification"]))
    kind = KINDS.get(transaction_class, "")
    if transaction_class == RETAINER:
        return _retainer(books, row)
    if number(row.values["Amount"]) < 0:
        return _credit(books, row)
    return _milestone(books, row) if kind == "OnAccount" else _sale(books, row, kind)


def _sale(books: Books, row: Row, kind: str) -> Invoiced:
    company = row.values["dataAreaId"]
    for unbilled in beside(books, row.values["ActualId"], "Billed Sales", "Unbilled Sales"):
        for transaction in _transactions(books, company, unbilled):
            values = transaction.values
            if values["TransStatus"] != "Posted":
                continue
            return Invoiced(
                company,
                kind,
                values["TransId"],
                on_account=False,
                category=values["CategoryId"],
                tax_group=values["TaxGroup"],
                tax_item_group=values["TaxItemGroup"],
                dimensions=values["DefaultDimension"],
            )
    raise NotImported(NOT_POSTED)


def _milestone(books: Books, row: Row) -> Invoiced:
    company = row.values["dataAreaId"]
    for transaction in books.of_company(ON_ACCOUNT, company, "ContractLineMilestoneGuid", milestone_guid(row)):
        values = transaction.values
        if values["TransStatus"] != "Posted":
            continue
        return Invoiced(
            company,
            "OnAccount",
            values["TransactionId"],
            on_account=True,
            category=values["CategoryId"],
            tax_group=values["SalesTaxGroup"],
            tax_item_group=values["ItemSalesTaxGroup"],
            dimensions=values["DefaultDimensionDisplayValue"],
        )
    raise NotImported(NOT_POSTED)


def _credit(books: Books, row: Row) -> Invoiced:
    company = row.values["dataAreaId"]
    for original in beside(books, row.values["ActualId"], "Reversing", "Original"):
        for line in _lines(books, company, original):
            credit = Invoiced.of_line(line, line.values["LineTransId"])
            transaction = credit.found(books)
            is_open = transaction is not None and transaction.values["TransStatus"] in _CREDITABLE
            if is_open and _is_replaced(books, company, original):
                return credit
    raise NotImported(NOT_POSTED)


def _is_replaced(books: Books, company: Value, original: Value) -> bool:
    """Tell whether all that takes the place of a billed sale is posted; a milestone has nothing that does."""
    return all(any(_transactions(books, company, each)) for each in beside(books, original, "Original", "Replacing"))


def _transactions(books: Books, company: Value, actual: Value) -> Iterator[Row]:
    """Return the project transaction of an unbilled sale, if it is posted."""
    for staged in books.of_company(STAGING, company, "ActualId", actual):
        yield from books.of_company(TRANSACTIONS, company, "ActualsImportId", staged.values["ActualsImportId"])


def _lines(books: Books, company: Value, actual: Value) -> Iterator[Row]:
    """Return the proposal's line of a billed sale; what it invoices turns Invoiced when the proposal is posted."""
    for staged in books.of_company(STAGING, company, "ActualId", actual):
        yield from books.of_company(
            "ProjectProposalLines", company, "ActualsImportId", staged.values["ActualsImportId"]
        )


def _retainer(books: Books, row: Row) -> Invoiced:
    company = row.values["dataAreaId"]
    setup = books.setup(company)
    return Invoiced(
        company,
        "OnAccount",
        "",
        on_account=True,
        category=setup.default_category("OnAccount"),
        tax_group=sales_tax_group(books, company, row.values["ProjectId"], row.values["ContractId"]),
        tax_item_group=setup.milestone_item_sales_tax_group,
        dimensions="",
    )
