"""Import jobs: a package's rows are loaded into a staging table, then written one by one by the entity's business logic.

A job waits in the batch queue, loads, and writes its rows at a pace (settings); all that was due has happened whenever
anybody asks the twin for anything. Each row is a transaction of its own: it is created or updated by its key, or
refused with the Infolog, and the others go on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from tests.twin.clock import Clock
from tests.twin.finance.packages.contents import BadFile, Contents, read_rows
from tests.twin.finance.packages.conversion import NotConverted, converted
from tests.twin.finance.refusals import Refusal, WriteRefused
from tests.twin.finance.rows import Database, folded
from tests.twin.finance.settings import Settings
from tests.twin.finance.writing import Writer


class Status(StrEnum):
    """What a job can be asked for (DMFExecutionSummaryStatus)."""

    NOT_RUN = "NotRun"
    EXECUTING = "Executing"
    SUCCEEDED = "Succeeded"
    PARTIALLY_SUCCEEDED = "PartiallySucceeded"
    FAILED = "Failed"
    CANCELED = "Canceled"


OVER = frozenset({Status.SUCCEEDED, Status.PARTIALLY_SUCCEEDED, Status.FAILED, Status.CANCELED})


@dataclass(frozen=True, slots=True)
class Failure:
    """A row that failed on its way into the staging table, or from there into Finance."""

    row: Mapping[str, str]
    message: str
    at_staging: bool


@dataclass(slots=True)
class Job:
    """One execution."""

    execution_id: str
    company: str
    contents: Contents
    created: datetime
    status: Status = Status.NOT_RUN
    staged: list[dict[str, str]] = field(default_factory=list)
    written: int = 0
    failures: list[Failure] = field(default_factory=list)
    #: What went wrong with the whole.
    errors: list[str] = field(default_factory=list)


class Jobs:
    """All executions, by id. `committed` is told after each row."""

    def __init__(
        self, database: Database, writer: Writer, settings: Settings, clock: Clock, committed: Callable[[], None]
    ) -> None:
        self._database = database
        self._writer = writer
        self._settings = settings
        self._clock = clock
        self._committed = committed
        self.by_id: dict[str, Job] = {}

    def running(self) -> Job | None:
        """Return the job that is not over."""
        return next((job for job in self.by_id.values() if job.status not in OVER), None)

    def add(self, job: Job) -> None:
        """Put a job into the batch queue."""
        self.by_id[job.execution_id] = job

    def cancel(self, execution_id: str) -> None:
        """End a job as a person does; what is written stays."""
        job = self.by_id.get(execution_id)
        if job is not None and job.status not in OVER:
            job.status = Status.CANCELED

    def work(self) -> None:
        """Do what has come due."""
        job = self.running()
        if job is None:
            return
        begins = job.created + timedelta(seconds=self._settings.package_queue_seconds)
        if job.status is Status.NOT_RUN and self._clock.now() >= begins:
            self._load(job)
        if job.status is Status.EXECUTING:
            self._write_due(job, begins)

    def _load(self, job: Job) -> None:
        job.status = Status.EXECUTING
        try:
            job.staged = read_rows(job.contents)
        except BadFile as error:
            job.errors.append(str(error))
            job.status = Status.FAILED

    def _write_due(self, job: Job, begins: datetime) -> None:
        while job.written < len(job.staged):
            due = begins + timedelta(seconds=self._settings.package_row_seconds * (job.written + 1))
            if self._clock.now() < due:
                return
            self._write(job, job.staged[job.written])
            job.written += 1
        if not job.failures:
            job.status = Status.SUCCEEDED
        else:
            job.status = Status.FAILED if len(job.failures) == len(job.staged) else Status.PARTIALLY_SUCCEEDED

    def _write(self, job: Job, row: dict[str, str]) -> None:
        entity = job.contents.entity
        try:
            sent = {
                name: converted(entity.columns[name], value, self._settings.package_offset)
                for name, value in row.items()
            }
        except NotConverted as error:
            job.failures.append(Failure(row, str(error), at_staging=True))
            return
        try:
            self._upsert(job, sent)
        except Refusal as refusal:
            self._database.roll_back()
            message = "; ".join(refusal.lines) if isinstance(refusal, WriteRefused) else refusal.message
            job.failures.append(Failure(row, message, at_staging=False))
        else:
            self._committed()

    def _upsert(self, job: Job, sent: dict[str, Any]) -> None:
        entity = job.contents.entity
        if entity.per_company:
            sent["dataAreaId"] = job.company
        key = tuple(folded(sent.get(name, "")) for name in entity.key)
        row = self._database.tables[entity.collection].find(key)
        if row is None:
            self._writer.create(entity, sent)
        else:
            self._writer.update(entity, row, sent)
