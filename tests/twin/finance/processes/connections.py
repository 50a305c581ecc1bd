"""Transaction connections: which transactions belong together, by their ids in Dataverse.

Roles and types are text; that a role's text is its label, and a type's the logical name of the table, is an assumption.
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.twin.finance.books import Books
from tests.twin.finance.rows import Row
from tests.twin.finance.schema import Value

_COLLECTION = "ProjectTransactionRelationships"


def connected(books: Books, transaction: Value, table: str) -> Iterator[tuple[Value, Value]]:
    """Return the ends (first, second) of each connection that a transaction has within a table."""
    rows = books.database.tables[_COLLECTION]
    for column in ("TRANSACTION1ID", "TRANSACTION2ID"):
        for row in rows.matching(column, transaction):
            if row.values["TRANSACTION1TYPE"] == row.values["TRANSACTION2TYPE"] == table:
                yield row.values["TRANSACTION1ID"], row.values["TRANSACTION2ID"]


def beside(books: Books, actual: Value, role: str, other_role: str) -> list[Value]:
    """Return the actuals that play a role beside one that plays another in the same connection."""
    rows = books.database.tables[_COLLECTION]
    return [
        row.values[f"TRANSACTION{other}ID"]
        for own, other in ((1, 2), (2, 1))
        for row in rows.matching(f"TRANSACTION{own}ID", actual)
        if row.values["TRANSACTION1TYPE"] == row.values["TRANSACTION2TYPE"] == "msdyn_actual"
        and (row.values[f"TRANSACTION{own}ROLE"], row.values[f"TRANSACTION{other}ROLE"]) == (role, other_role)
    ]


def related(books: Books, *actuals: Value) -> None:
    """Set the related vouchers of actuals that have journal lines: of a cost and a sale in one company."""
    for actual in actuals:
        for first, second in connected(books, actual, "msdyn_actual"):
            one, other = journal_line(books, first), journal_line(books, second)
            if one is not None and other is not None and _are_a_pair(one, other):
                _relate(books, one, other)
                _relate(books, other, one)


def journal_line(books: Books, actual: Value) -> Row | None:
    """Return the journal line of an actual, by its id in Dataverse."""
    lines = books.database.tables["ProjAdvancedJournalLines"]
    for row in books.database.tables["ProjActualsImports"].matching("ActualId", actual):
        for line in lines.matching("ActualsImportId", row.values["ActualsImportId"]):
            return line
    return None


def _are_a_pair(one: Row, other: Row) -> bool:
    sides = {is_cost(one), is_cost(other)}
    return one.values["dataAreaId"] == other.values["dataAreaId"] and len(sides) == 2


def is_cost(line: Row) -> bool:
    """Tell whether a journal line is of the cost side: the project's cost, or the resourcing unit's."""
    return line.values["ActualType"] in ("Cost", "ResourcingUnitCost")


def _relate(books: Books, line: Row, other: Row) -> None:
    voucher, company = other.values["Voucher"], line.values["dataAreaId"]
    books.put("ProjAdvancedJournalLines", line, RelatedVoucher=voucher)
    for transaction in books.of_company("ProjectPostedTransactions", company, "VoucherJournal", line.values["Voucher"]):
        books.put("ProjectPostedTransactions", transaction, RelatedVoucher=voucher)
