"""Prevalidation of actuals (Microsoft, "Enable actuals validation"): a batch job compares staging with Dataverse.

Documented: it runs every five minutes, five minutes after an actual arrived at the earliest, and only what it found
valid is imported. One whose actual is not in Dataverse, because that was rolled back, is invalid for good. The platform
asks Dataverse; this twin knows nothing of another, so a test says which actuals are ghosts.
"""

from __future__ import annotations

from datetime import timedelta

from tests.twin.finance.books import Books
from tests.twin.finance.processes.money import moment
from tests.twin.finance.processes.staged import STATES
from tests.twin.finance.refusals import refused
from tests.twin.finance.schema import Value

_WAIT = timedelta(minutes=5)


def mark_ghost(books: Books, company: str, import_id: Value) -> None:
    """Say that an actual was rolled back in Dataverse; raises Refusal."""
    state = books.find(STATES, company, import_id)
    if state is None:
        raise refused(f"There is no actual {import_id}.")
    books.put(STATES, state, IsGhost="Yes")


def validate(books: Books, company: str) -> dict[str, int]:
    """Judge the actuals that have waited long enough; tell how many are valid, and how many are not."""
    if not books.settings.actuals_prevalidation:
        raise refused("The feature 'Project actuals prevalidation' is off.")
    latest = moment(books.clock.now() - _WAIT)
    judged = {"Valid": 0, "Invalid": 0}
    for state in books.database.tables[STATES].matching("dataAreaId", company):
        if state.values["ValidationStatus"] == "None" and str(state.values["ArrivedDateTime"]) <= latest:
            status = "Invalid" if state.values["IsGhost"] == "Yes" else "Valid"
            books.put(STATES, state, ValidationStatus=status)
            judged[status] += 1
    return {"valid": judged["Valid"], "invalid": judged["Invalid"]}
