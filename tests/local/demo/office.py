"""The enterprise of the demo: the same people and forms as in the scenarios, between servers and in real time."""

from __future__ import annotations

from shared.store.error_records import ErrorRecord
from shared.store.parked import ParkedRow
from tests.local.demo.stage import Stage
from tests.scenarios.enterprise import Enterprise


class Office(Enterprise):
    """What stories happen in. Events and queues travel by themselves; the operator only sends packages ahead of time."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage.in_dataverse, stage.in_finance, stage.dataverse_forms, stage.finance_forms)
        self.operator = stage.operator

    async def travel(self, *, seconds: float = 0.0) -> None:
        """Wait until nothing is under way. What would take so many seconds is not waited for: timers are started by hand."""
        del seconds
        await self.operator.until_settled()

    async def catch_up(self, direction: str) -> None:
        """Start the catch-up timer of a direction, and wait for what it found."""
        await self.operator.catch_up(direction)
        await self.travel()

    async def errors(self) -> list[ErrorRecord]:
        """The error records that are not closed."""
        return await self.operator.errors()

    async def parked(self) -> list[ParkedRow]:
        """The rows that wait for another."""
        return await self.operator.parked()

    async def retry(self, record: ErrorRecord) -> None:
        """Have the row of an error record tried again; what comes of it has yet to travel."""
        await self.operator.retry(record)

    async def is_at_rest(self) -> bool:
        """Whether nothing waits any more: no message, no parked row, no open error."""
        return (await self.operator.status()).is_quiet and not await self.errors()
