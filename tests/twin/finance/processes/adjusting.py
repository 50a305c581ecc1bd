"""Tax groups and dimensions of a transaction that is to be invoiced: the accountant's, until it is on a proposal.

Documented (Microsoft, "Correct project invoice proposals"): the dimensions of a proposal's line are changed by deleting the lines,
adjusting the transaction and importing again. That an adjustment changes the transaction in its place is a simplification:
the platform writes another one.
"""

from __future__ import annotations

from tests.twin.finance.books import Books
from tests.twin.finance.processes.invoiced import ON_ACCOUNT, TRANSACTIONS
from tests.twin.finance.processes.money import number
from tests.twin.finance.processes.tax import sales_tax
from tests.twin.finance.refusals import refused

_COLUMNS = {
    TRANSACTIONS: ("TaxGroup", "TaxItemGroup", "DefaultDimension"),
    ON_ACCOUNT: ("SalesTaxGroup", "ItemSalesTaxGroup", "DefaultDimensionDisplayValue"),
}


def adjust(
    books: Books, company: str, transaction: str, group: str | None, item_group: str | None, dimensions: str | None
) -> None:
    """Change what is given, of an unbilled or an on-account transaction; raises Refusal."""
    for collection, columns in _COLUMNS.items():
        row = books.find(collection, company, transaction)
        if row is None:
            continue
        if row.values["TransStatus"] != "Posted":
            raise refused(f"Transaction {transaction} has status {row.values['TransStatus']} and can't be adjusted.")
        given = zip(columns, (group, item_group, dimensions), strict=True)
        changed = books.put(collection, row, **{name: value for name, value in given if value is not None})
        if collection == TRANSACTIONS:
            taxed, amount = (changed.values["TaxGroup"], changed.values["TaxItemGroup"]), changed.values["Amount"]
            books.put(collection, changed, SalesTaxAmount=sales_tax(books, company, *taxed, number(amount)))
        return
    raise refused(f"There is no transaction {transaction}.")
