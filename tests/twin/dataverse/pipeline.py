"""Create, Update and Delete as the platform runs them: guards, the write, reactions, synchronous steps, then commit.

One request from outside is one transaction: whatever refuses, a synchronous webhook included, rolls all of it back.
Asynchronous events are queued after the commit. While a synchronous webhook is under way only the rows written are
locked, and only for writers: its receiver can read everything, in its committed state.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.twin.clock import Clock
from tests.twin.dataverse import errors, rules
from tests.twin.dataverse.completion import complete
from tests.twin.dataverse.context import Organization, webhook
from tests.twin.dataverse.database import Database
from tests.twin.dataverse.operation import NO_ID, NO_TABLE, Caller, Message, Operation, Run
from tests.twin.dataverse.settings import Settings
from tests.twin.dataverse.steps import TABLES, Step, Steps, check_registration
from tests.twin.dataverse.tables.registration import ASYNC, JOB_FAILED, JOB_SUCCEEDED, SYNC
from tests.twin.dataverse.values import Reference, Row, kept_time
from tests.twin.events import Deliveries, Post


class Pipeline:
    """Writes rows on behalf of callers."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        deliveries: Deliveries,
        organization: Organization,
        settings: Settings,
    ) -> None:
        self.steps = Steps(database)
        self.settings = settings
        self.base_currency: str | None = None
        self._database = database
        self._clock = clock
        self._deliveries = deliveries
        self._organization = organization

    @asynccontextmanager
    async def run(
        self,
        caller: Caller,
        *,
        tag: str | None = None,
        bypassed: frozenset[str] = frozenset(),
        silent_modes: frozenset[int] = frozenset(),
    ) -> AsyncIterator[Run]:
        """Open a transaction for one request; leaving without an exception commits and queues the events."""
        database = self._database
        transaction, now = database.begin(), self._clock.now()
        run = Run(caller, transaction, now, database.new_id(), tag, bypassed, silent_modes)
        try:
            yield run
            run.transaction.commit()
        except BaseException:
            run.transaction.rollback()
            raise
        if any(operation.table.name in TABLES for operation in run.operations):
            self.steps.changed()
        for operation in run.operations:
            for step in self._firing(run, operation, ASYNC):
                self._queue(run, operation, step)

    async def create(
        self, run: Run, table: str, columns: Row, *, row_id: str | None = None, parent: Operation | None = None
    ) -> str:
        """Create a row and return its id; raises Refusal, 412 if the id is taken."""
        row_id = row_id or columns.get(self._database.schema.tables[table].primary_id) or self._database.new_id()
        operation = self._operation("Create", table, row_id, columns, parent)
        await run.transaction.lock(table, row_id)
        if run.transaction.get(table, row_id) is not None:
            raise errors.duplicate_id()
        await self._write(run, operation)
        return row_id

    async def update(self, run: Run, table: str, row_id: str, columns: Row, *, parent: Operation | None = None) -> None:
        """Change columns of a row that is there; raises Refusal."""
        operation = self._operation("Update", table, row_id, columns, parent)
        await run.transaction.lock(table, row_id)
        operation.before = run.transaction.get(table, row_id)
        if operation.before is None:
            raise errors.no_such_row(table, row_id)
        await self._write(run, operation)

    async def delete(self, run: Run, table: str, row_id: str, *, parent: Operation | None = None) -> None:
        """Delete a row that is there, and what goes with it; raises Refusal."""
        operation = self._operation("Delete", table, row_id, {}, parent)
        await run.transaction.lock(table, row_id)
        operation.before = run.transaction.get(table, row_id)
        if operation.before is None:
            raise errors.no_such_row(table, row_id)
        rules.guard(self._act(run, operation))
        run.operations.append(operation)
        await self._release_referrers(run, operation)
        run.transaction.remove(table, row_id)
        await rules.react(self._act(run, operation))
        await self._tell_synchronous(run, operation)

    def action(self, run: Run, name: str, parameters: Row) -> rules.Act:
        """Return an action as an operation of its own: what it writes is one level deeper."""
        return self._act(run, Operation(name, NO_TABLE, NO_ID, parameters))

    def _operation(
        self, message: Message, table: str, row_id: str, columns: Row, parent: Operation | None
    ) -> Operation:
        depth = parent.depth + 1 if parent else 1
        found = self._database.schema.tables[table]
        return Operation(message, found, row_id, dict(columns), depth=depth, parent=parent)

    def _act(self, run: Run, operation: Operation) -> rules.Act:
        return rules.Act(run, operation, self, self.settings)

    async def _write(self, run: Run, operation: Operation) -> None:
        table = operation.table
        if table.name in TABLES:
            check_registration(operation)
        self._check_references(run, operation)
        act = self._act(run, operation)
        rules.guard(act)
        complete(run, operation, self.base_currency)
        row = {**(operation.before or {}), **operation.target}
        run.transaction.check_keys(table, operation.row_id, row)
        operation.after = run.transaction.put(table.name, operation.row_id, row)
        run.operations.append(operation)
        await rules.react(act)
        await self._tell_synchronous(run, operation)

    def _check_references(self, run: Run, operation: Operation) -> None:
        own = Reference(operation.table.name, operation.row_id)
        for value in operation.sent.values():
            if isinstance(value, Reference) and value != own and run.transaction.referred(value) is None:
                raise errors.no_such_row(value.table, value.id)

    async def _release_referrers(self, run: Run, operation: Operation) -> None:
        """Delete, let go or be held back by the rows that point at the one to be deleted."""
        gone = Reference(operation.table.name, operation.row_id)
        for table, column in self._database.schema.referrers(operation.table.name):
            if column.read_only or column.type == "owner":
                continue
            for row_id, row in list(run.transaction.having(table.name, column.name, gone)):
                if row.get(column.name) != gone or (table.name == gone.table and row_id == gone.id):
                    continue
                if column.on_delete == "restrict":
                    raise errors.restricted(operation.table.name)
                if column.on_delete == "cascade":
                    await self.delete(run, table.name, row_id, parent=operation)
                else:
                    await self._unlink(run, table.name, row_id, column.name)

    async def _unlink(self, run: Run, table: str, row_id: str, column: str) -> None:
        """Clear a lookup without an event: "remove link" tells nobody, only change tracking sees it."""
        await run.transaction.lock(table, row_id)
        row = run.transaction.get(table, row_id)
        if row is not None:
            run.transaction.put(table, row_id, {**row, column: None})

    def _firing(self, run: Run, operation: Operation, mode: int) -> list[Step]:
        # A bypass covers the request's own operations, not those the product's plug-ins make in reaction.
        outer = operation.depth == 1
        if outer and mode in run.silent_modes:
            return []
        firing = (step for step in self.steps.firing(operation) if step.mode == mode)
        return [step for step in firing if not (outer and step.id in run.bypassed)]

    async def _tell_synchronous(self, run: Run, operation: Operation) -> None:
        for step in self._firing(run, operation, SYNC):
            post = webhook(self._organization, run, operation, step, self._database.new_id())
            status = await self._deliveries.send_now(post)
            if status is None or not 200 <= status < 300:
                answer = "no answer" if status is None else f"status {status}"
                raise errors.plugin(f"The webhook call of step '{step.name}' failed: {answer}.")

    def _queue(self, run: Run, operation: Operation, step: Step) -> None:
        job = self._database.new_id()
        post = webhook(self._organization, run, operation, step, job)

        def ended(_: Post, status: int | None) -> None:
            self._record_job(run, operation, step, job, status)

        self._deliveries.put(post, ended=ended)

    def _record_job(self, run: Run, operation: Operation, step: Step, job: str, status: int | None) -> None:
        """Keep the system job of a delivery; a successful one only if the step wants it kept."""
        delivered = status is not None and 200 <= status < 300
        if delivered and not step.keep_job:
            return
        self._database.version += 1
        row = {
            "asyncoperationid": job,
            "name": step.name,
            "statecode": 3,
            "statuscode": JOB_SUCCEEDED if delivered else JOB_FAILED,
            "message": None if delivered else f"The webhook answered {status or 'nothing'}.",
            "friendlymessage": None
            if delivered
            else f"{operation.message} of {operation.table.name} was not delivered.",
            "owningextensionid": Reference("sdkmessageprocessingstep", step.id),
            "correlationid": run.correlation_id,
            "createdon": kept_time(run.now),
            "completedon": kept_time(self._clock.now()),
            "versionnumber": self._database.version,
        }
        self._database.tables["asyncoperation"].put(job, row)
