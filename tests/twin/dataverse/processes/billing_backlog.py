"""What is to be invoiced next: people mark unbilled sales, milestones and retainers as ready.

Source: Microsoft Learn, "Manage billing backlog". Which states may be marked, and the texts, are ours.
"""

from __future__ import annotations

from tests.twin.dataverse import errors
from tests.twin.dataverse.act import Act
from tests.twin.dataverse.tables.choices import (
    NOT_READY_FOR_INVOICING,
    READY_FOR_INVOICING,
    READY_TO_INVOICE,
    UNBILLED_SALES,
    UNBILLED_SALES_CREATED,
)
from tests.twin.dataverse.values import Reference

NOT_UNBILLED = "Only unbilled sales that aren't adjusted and not yet invoiced can be marked as ready to invoice."
NOT_OPEN = "The milestone was already invoiced."

MILESTONE_TABLE, RETAINER_TABLE = "msdyn_contractlinescheduleofvalue", "msdyn_contractlineretainer"
BACKLOG = ("msdyn_actual", MILESTONE_TABLE, RETAINER_TABLE)


async def mark_ready(act: Act, target: Reference) -> None:
    """Mark an unbilled sale, a milestone or a retainer as ready to be invoiced; one that is ready stays so."""
    row = act.read(target)
    if target.table == "msdyn_actual":
        open_states = (UNBILLED_SALES_CREATED, READY_TO_INVOICE)
        is_open = row.get("msdyn_billingstatus") in open_states and row.get("msdyn_adjustmentstatus") is None
        if row["msdyn_transactiontypecode"] != UNBILLED_SALES or not is_open:
            raise errors.plugin(NOT_UNBILLED)
        await act.update(target, {"msdyn_billingstatus": READY_TO_INVOICE})
        return
    if row["msdyn_invoicestatus"] not in (NOT_READY_FOR_INVOICING, READY_FOR_INVOICING):
        raise errors.plugin(NOT_OPEN)
    await act.update(target, {"msdyn_invoicestatus": READY_FOR_INVOICING})
