"""What leaves Finance of an expense (F19): a row of ProjExpensesExport for each project line of a posted report.

The columns are those of the public metadata. Assumed: that the amount is what is booked on the expense integration
account, that the net amount is the line's amount without sales tax and the tax all of it, that the company of the
project is named only where it is another one.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from tests.twin.finance.books import Books
from tests.twin.finance.processes.exports import export
from tests.twin.finance.processes.money import number, plain
from tests.twin.finance.processes.tax import non_deductible_tax, sales_tax
from tests.twin.finance.rows import Row
from tests.twin.finance.schema import Value

EXPORT = "ProjExpensesExport"


@dataclass(frozen=True, slots=True)
class Cost:
    """What an expense costs, in its own currency: its amount without sales tax, the tax, and how much of that stays."""

    net: Decimal
    tax: Decimal
    non_deductible: Decimal

    @property
    def booked(self) -> Decimal:
        """What is debited as a cost."""
        return plain(self.net + self.non_deductible)

    @property
    def deductible(self) -> Decimal:
        """The tax that is given back."""
        return plain(self.tax - self.non_deductible)


def cost_of(books: Books, line: Row) -> Cost:
    """Work out what a line costs."""
    values = line.values
    net, groups = number(values["Amount"]), (values["TaxGroup"], values["TaxItemGroup"])
    company = values["dataAreaId"]
    return Cost(net, sales_tax(books, company, *groups, net), non_deductible_tax(books, company, *groups, net))


def send(books: Books, line: Row) -> str:
    """Export a project line; return its number."""
    values, cost = line.values, cost_of(books, line)
    company, category = values["dataAreaId"], values["CategoryId"]
    export(
        books,
        EXPORT,
        ExpTransNumber=values["ExpTransNumber"],
        ReferenceDataAreaId=company,
        ProjId=values["ProjId"],
        ProjActivityNumber=values["ActivityNumber"],
        InterCompanyLE=values["ProjDataAreaId"] if values["ProjDataAreaId"] != company else "",
        CostType=category,
        TransactionCategoryId=_transaction_category(books, category),
        BillingType=values["BillingType"],
        AdditionalInformation=values["AdditionalInformation"],
        ExchangeCode=values["CurrencyCode"],
        TransDate=values["TransDate"],
        Quantity=values["Quantity"],
        NetAmount=cost.net,
        TaxAmount=cost.tax,
        Amount=cost.booked,
    )
    return str(values["ExpTransNumber"])


def exported(books: Books, line: Row) -> Row | None:
    """Return the export of a line, if there is one."""
    return books.find(EXPORT, line.values["ExpTransNumber"], line.values["dataAreaId"])


def _transaction_category(books: Books, category: Value) -> Value:
    shared = books.find("SharedCategories", category)
    return "" if shared is None else shared.values["TransactionCategoryId"]
