"""The rows of staging that wait for an import, and how an import goes through them.

Documented: that a row which fails stays, with its error, and others go on, that the errors of the last run go, and that
with prevalidation only what was found valid is imported. Assumed: the order, and that an invalid row stays out even
when prevalidation is switched off again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from tests.twin.finance.books import Books
from tests.twin.finance.processes import staging_errors
from tests.twin.finance.processes.journal_lines import NotImported
from tests.twin.finance.processes.money import NoRate, day
from tests.twin.finance.processes.vendor_invoice_entry import LINES
from tests.twin.finance.rows import Row

STAGING = "ProjActualsImports"
STATES = "ProjectActualsStates"


def waiting(books: Books, company: str) -> list[Row]:
    """Return the rows to be imported, by document date and then as they arrived."""
    may_pass = ("Valid",) if books.settings.actuals_prevalidation else ("Valid", "None")
    rows = books.database.tables[STAGING].matching("dataAreaId", company)
    return sorted(
        (
            row
            for row in rows
            if (state := state_of(books, row).values)["IsProcessed"] == state["IsDuplicate"] == "No"
            and state["ValidationStatus"] in may_pass
        ),
        key=lambda row: (str(row.values["DocumentDate"]), row.rec_id),
    )


def import_each(books: Books, company: str, rows: Iterable[Row], act: Callable[[Row], None]) -> list[str]:
    """Import rows one by one; return the errors of those that stay."""
    for row in books.database.tables[STAGING].matching("dataAreaId", company):
        staging_errors.clear(books, STAGING, company, row.values["ActualsImportId"])
    errors = []
    for row in rows:
        try:
            act(row)
        except (NotImported, NoRate) as failed:
            staging_errors.note(books, STAGING, company, row.values["ActualsImportId"], str(failed))
            errors.append(str(failed))
        else:
            books.put(STATES, state_of(books, row), IsProcessed="Yes")
    return errors


def is_of_general_journal(books: Books, row: Row) -> bool:
    """Tell whether a general journal posted an actual's cost already: by the batch number in its description (assumed)."""
    return row.values["TransactionType"] == "Cost" and any(
        str(transfer.values["JournalBatchNumber"]) in str(row.values["Description"])
        for transfer in books.database.tables["ProjectJournalTransfers"].matching(
            "dataAreaId", row.values["dataAreaId"]
        )
    )


def is_of_stocked_line(books: Books, row: Row) -> bool:
    """Tell whether a vendor's invoice posted an actual's cost already, or that of what the actual reverses (assumed)."""
    values = row.values
    if values["TransactionType"] != "Cost" or not values["VendInvoiceLineProjTransId"]:
        return False
    lines = books.of_company(LINES, values["dataAreaId"], "ProjTransId", values["VendInvoiceLineProjTransId"])
    return any(line.values["IsStocked"] == "Yes" for line in lines)


def is_beginning_balance(books: Books, row: Row) -> bool:
    """Tell whether an actual is of a day up to the cut-off date, and goes to a journal of its own."""
    cutoff = books.setup(row.values["dataAreaId"]).beginning_balance_cutoff
    return cutoff is not None and day(row.values["DocumentDate"]) <= cutoff


def state_of(books: Books, row: Row) -> Row:
    """Return how far a row has come."""
    state = books.find(STATES, row.values["dataAreaId"], row.values["ActualsImportId"])
    assert state is not None, "every staging row has its state"
    return state
