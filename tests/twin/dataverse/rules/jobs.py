"""System jobs that a save starts: they wait as rows until they are run."""

from __future__ import annotations

from tests.twin.dataverse.act import Act
from tests.twin.dataverse.tables.registration import JOB_WAITING
from tests.twin.dataverse.values import Reference

JOB = "asyncoperation"
APPROVE_AT_ONCE = "Approve what came from Finance"
CONFIRM_PROFORMA = "Confirm a proforma invoice"
CONFIRM_VENDOR_INVOICE = "Confirm a vendor invoice"


async def start_job(act: Act, name: str, regarding: Reference | None = None) -> None:
    """Let a job of this name wait for a row, or for the one that is being written."""
    waiting = {"statecode": 0, "statuscode": JOB_WAITING, "regardingobjectid": regarding or act.reference}
    await act.create(JOB, {"name": name, **waiting})


async def approve_what_dual_write_brings(act: Act) -> None:
    """An expense or a usage log that comes from Finance is approved by a job (Learn, "Expense management integration")."""
    if act.from_outside and act.run.caller.is_dual_write:
        await start_job(act, APPROVE_AT_ONCE)
