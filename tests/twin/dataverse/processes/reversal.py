"""Reversals: an actual is never changed back, it is answered by its negative, which can't be adjusted any more.

Source: Microsoft Learn, "Cancel approved entries", "Recall approved entries", "Create and confirm correction journals".
By analogy with invoices, a reversal is connected to its original; its Skip Sync is that of the original (inferred).
"""

from __future__ import annotations

from tests.twin.dataverse import errors
from tests.twin.dataverse.act import Act
from tests.twin.dataverse.processes.connections import ORIGINAL, REVERSING, connect
from tests.twin.dataverse.processes.posting import ACTUAL, COPIED
from tests.twin.dataverse.tables.choices import (
    ADJUSTED,
    BILLING_CANCELED,
    CUSTOMER_INVOICE_CREATED,
    CUSTOMER_INVOICE_POSTED,
    IN_PROCESS,
    UNADJUSTABLE,
)
from tests.twin.dataverse.values import Reference, Row

ALREADY_INVOICED = "The entry can't be canceled because it was already invoiced."
ALREADY_ADJUSTED = "The actual was already adjusted."
REPLACED = "The actual was replaced by a confirmed vendor invoice."

_KEPT = (
    *COPIED,
    "msdyn_owningcompany",
    "msdyn_contractcustomer",
    "msdyn_exchangeratedate",
    "msdyn_billingstatus",
    "msdyn_projectapproval",
    "msdyn_skipsync",
)


def require_adjustable(row: Row, *, in_process: bool = False) -> None:
    """Refuse an actual that is on an invoice, or was adjusted before; texts are ours."""
    if row.get("msdyn_billingstatus") in (CUSTOMER_INVOICE_CREATED, CUSTOMER_INVOICE_POSTED):
        raise errors.plugin(ALREADY_INVOICED)
    refuse_replaced(row)
    if row.get("msdyn_adjustmentstatus") != (IN_PROCESS if in_process else None):
        raise errors.plugin(ALREADY_ADJUSTED)


def refuse_replaced(row: Row) -> None:
    """Refuse a cost that a confirmed vendor invoice has replaced (Learn, "Confirm a vendor invoice"); the text is ours."""
    if row.get("msdyn_adjustmentstatus") == ADJUSTED and row.get("msdyn_matchedvendorinvoiceline") is not None:
        raise errors.plugin(REPLACED)


async def reverse(act: Act, original: Reference, *, canceled: bool = True) -> Reference:
    """Make the negative of an actual; `canceled` says that nothing takes its place."""
    status = {"msdyn_billingstatus": BILLING_CANCELED} if canceled else {}
    reversal = await negate(act, original, status)
    await act.update(original, {"msdyn_adjustmentstatus": ADJUSTED, **status})
    return reversal


async def negate(act: Act, original: Reference, more: Row) -> Reference:
    """Make the negative of an actual, which can't be adjusted any more, and connect the two; the original stays."""
    row = act.read(original)
    columns = {
        "msdyn_quantity": _negative(row, "msdyn_quantity"),
        "msdyn_amount": _negative(row, "msdyn_amount"),
        "msdyn_adjustmentstatus": UNADJUSTABLE,
    }
    reversal = await copy(act, row, {**columns, **more})
    await connect(act, reversal, REVERSING, original, ORIGINAL)
    return reversal


async def copy(act: Act, row: Row, more: Row) -> Reference:
    """Make an actual that says what another one says, but for `more`."""
    columns = {name: row.get(name) for name in _KEPT}
    return await act.create(ACTUAL, {**columns, "msdyn_actualimportid": act.run.transaction.new_id(), **more})


def _negative(row: Row, column: str) -> object:
    return None if row.get(column) is None else -row[column]
