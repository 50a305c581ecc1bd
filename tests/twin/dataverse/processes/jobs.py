"""System jobs: work that the platform does after a save, on its own account. A waiting job is a row of asyncoperation.

Nothing runs by itself here: `POST /twin/jobs` runs what waits, so that a test says when, or the setting `jobs_at_once`
has every save followed by its jobs. A job that is refused leaves
the row it was to work on as it is, and says why in its own.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from tests.twin.dataverse.act import Act
from tests.twin.dataverse.errors import Refusal
from tests.twin.dataverse.operation import Caller
from tests.twin.dataverse.pipeline import Pipeline
from tests.twin.dataverse.processes.approval import approve_at_once
from tests.twin.dataverse.processes.confirmation import confirm
from tests.twin.dataverse.processes.vendor_invoices import confirm_automatically
from tests.twin.dataverse.rules.jobs import APPROVE_AT_ONCE, CONFIRM_PROFORMA, CONFIRM_VENDOR_INVOICE, JOB
from tests.twin.dataverse.tables.registration import JOB_FAILED, JOB_SUCCEEDED, JOB_WAITING
from tests.twin.dataverse.values import Reference, Row, kept_time

_JOBS: dict[str, Callable[[Act, Reference], Awaitable[None]]] = {
    APPROVE_AT_ONCE: approve_at_once,
    CONFIRM_PROFORMA: confirm,
    CONFIRM_VENDOR_INVOICE: confirm_automatically,
}


async def run_system_jobs(pipeline: Pipeline, waiting: dict[str, Row], system: Caller) -> dict[str, int]:
    """Run the jobs that wait, oldest first, each in a transaction of its own; tell how many ended how."""
    ended = {"succeeded": 0, "failed": 0}
    due = [(job_id, row) for job_id, row in waiting.items() if row["statuscode"] == JOB_WAITING]
    for job_id, row in sorted(due, key=lambda each: each[1]["versionnumber"]):
        succeeded = await _run(pipeline, Reference(JOB, job_id), row, system)
        ended["succeeded" if succeeded else "failed"] += 1
    return ended


async def _run(pipeline: Pipeline, job: Reference, row: Row, system: Caller) -> bool:
    regarding: Reference = row["regardingobjectid"]
    try:
        async with pipeline.run(system) as run:
            act = pipeline.action(run, row["name"], {})
            await act.lock(regarding)
            await _JOBS[row["name"]](act, regarding)
            await act.update(job, _end(act, JOB_SUCCEEDED, None))
    except Refusal as refusal:
        async with pipeline.run(system) as run:
            act = pipeline.action(run, row["name"], {})
            await act.update(job, _end(act, JOB_FAILED, refusal.message))
        return False
    return True


def _end(act: Act, status: int, message: str | None) -> Row:
    return {"statecode": 3, "statuscode": status, "message": message, "completedon": kept_time(act.run.now)}
