"""The guard of actuals: only the product makes and changes them, dual-write its own columns, people their notes.

Source: Microsoft Learn, "Create and update actuals", and the release notes of May 2025 ("dual-write fields in actuals
can only be updated via the dual-write process"). Whether the app's user counts as dual-write is unconfirmed: the
setting `actual_guard` plays each answer. The text that refuses the accounting columns is the release notes' sentence;
whether the product says the same, and how it refuses a delete, is unconfirmed.
"""

from __future__ import annotations

from tests.twin.dataverse import errors
from tests.twin.dataverse.act import Act
from tests.twin.dataverse.tables.actuals import ACCOUNTING_COLUMNS

ACTUAL_GUARD = (
    "The product doesn't support creating actuals either manually or through customizations. Use entry journals to "
    "create new actuals and Correct entries update existing actuals. "
    "More information is available at https://aka.ms/EntryJournals."
)
ACCOUNTING_GUARD = "Dual-write fields in actuals can only be updated via the dual-write process."
DELETE_GUARD = "Actuals can't be deleted."

_NOTES = ("msdyn_description", "msdyn_externaldescription")


def guard_actual(act: Act) -> None:
    """Refuse what the product does not do itself."""
    if not act.from_outside:
        return
    if act.operation.message == "Delete":
        raise errors.plugin(DELETE_GUARD)
    if act.operation.message == "Create" or not all(_may_be_changed(name) for name in act.operation.sent):
        raise errors.plugin(ACTUAL_GUARD)
    if not _writes_accounting(act) and not act.operation.sent.keys().isdisjoint(ACCOUNTING_COLUMNS):
        raise errors.plugin(ACCOUNTING_GUARD)


def _may_be_changed(name: str) -> bool:
    """Tell a note, an accounting value and a customer's own column from the product's columns."""
    is_custom = "_" in name and not name.startswith("msdyn_")
    return is_custom or name in _NOTES or name in ACCOUNTING_COLUMNS


def _writes_accounting(act: Act) -> bool:
    if act.settings.actual_guard == "dual_write_user":
        return act.run.caller.is_dual_write
    return act.settings.actual_guard == "open"
