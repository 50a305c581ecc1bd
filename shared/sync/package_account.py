"""The account of an import that is over: what becomes of each row that was in it.

| the import                          | a row that Finance names         | any other row                                      |
|-------------------------------------|----------------------------------|----------------------------------------------------|
| succeeded                           |                                  | went over                                          |
| succeeded in part                   | failed                           | went over; in doubt if not all failures have names |
| failed                              | failed                           | looked at again; in doubt if no row has a name     |
| was cancelled                       |                                  | tried later                                        |

Rows in doubt go again in two halves, until one of them is alone with its failure. A row that went over becomes the base
of its link, wakes those that wait for it, and is looked at again: if it has moved since it was read it stays gathered.

Accounting twice does no harm: each step is conditional on what the first one left, and a row leaves the import last.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from shared.clients.error_file import Failure
from shared.clients.package_file import staging_name
from shared.clients.packages import Report, Status
from shared.clients.refusals import by_words
from shared.clients.rows import Duplicate, Found
from shared.errors import Conflict, MissingReference, Rejected, SyncError, Transient
from shared.mapping import keys
from shared.mapping.direction import Direction
from shared.mapping.model import COMPANY
from shared.mapping.shape import Shape
from shared.store.compare_and_set import until_written
from shared.store.error_records import OF_A_PACKAGE, ErrorStatus
from shared.store.gathered import GatheredRow
from shared.store.links import Link
from shared.sync.package_rows import each, end, later, record, sent_with, withdrawn
from shared.sync.parking import release
from shared.sync.recording import error_class, remember
from shared.sync.services import Services

log = logging.getLogger(__name__)

#: Seconds between questions for an error file that Finance is still writing.
FILE_PAUSE = 5.0

_CHECK_THE_ENTITY = "Check the entity in Finance's data management, and the identity's roles there."
_WHERE_THE_COMPANY_COMES_FROM = "Of rows without a company, the setting PACKAGE_COMPANY names the one they are sent to."


async def give_back(services: Services, direction: Direction, execution: str, failure: SyncError) -> None:
    """Take the rows of an import back that was certainly not begun, and try them later."""

    async def one(row: GatheredRow) -> None:
        await _withdraw(services, row)
        await later(services, row, failure)

    await each(await services.gathered.of_import(direction.name, execution), one)


async def try_later(services: Services, direction: Direction, execution: str) -> None:
    """Try the rows of an import later that Finance has not heard of. Their announcements stay, to be on the safe side."""
    never = Transient(f"{direction.name}: Finance has not heard of import {execution}.")
    await each(await services.gathered.of_import(direction.name, execution), lambda row: later(services, row, never))


async def refuse(services: Services, direction: Direction, execution: str, company: str, refusal: SyncError) -> None:
    """Take the rows of an import back that Finance will not begin: one error record for all of them.

    They are tried again by the ladder, and at its end now and then. In which words Finance refuses an import while
    another application runs one is unconfirmed, so a refusal may pass by itself; the record is resolved then.
    """
    now = services.now()
    failure = SyncError(
        f"{direction.name}: Finance does not take the package for {company}. {refusal.message}",
        reason=refusal.reason,
        remedy=f"{refusal.remedy or _CHECK_THE_ENTITY} {_WHERE_THE_COMPANY_COMES_FROM}",
    )
    await remember(
        services,
        direction.name,
        _package_key(company),
        failure,
        kind=error_class(refusal),
        correlation=execution,
        attempts=1,
        status=ErrorStatus.RETRYING,
    )
    log.error("%s: import %s was refused: %s", direction.name, execution, refusal.message)
    delays = (*services.policy.retry_delays, services.policy.sweep_after)

    async def one(row: GatheredRow) -> None:
        await _withdraw(services, row)
        tried = min(row.attempts, len(delays) - 1)
        await services.gathered.keep(row, due=now + timedelta(seconds=delays[tried]), attempts=tried + 1)

    await each(await services.gathered.of_import(direction.name, execution), one)


async def resolve_refusal(services: Services, direction: Direction, company: str) -> None:
    """A package for the company was taken."""
    await services.errors.resolve(direction.name, _package_key(company), services.now())


def _package_key(company: str) -> str:
    return f"{OF_A_PACKAGE}{company}"


async def _withdraw(services: Services, row: GatheredRow) -> None:
    """Take back what was announced for a row: it is known that it was not written."""

    async def attempt() -> None:
        link = await _link(services, row)
        if sent_with(row, link) is not None:
            await services.links.save(withdrawn(row, link))

    await until_written(attempt)


async def _link(services: Services, row: GatheredRow) -> Link:
    map_id = services.catalogue.direction(row.direction).map.id
    return await services.links.by_dataverse(map_id, row.key) or Link(map_id, row.key)


class Account:
    """One import, and what Finance says of it."""

    def __init__(self, services: Services, direction: Direction, execution: str, ends: datetime) -> None:
        self._services = services
        self._direction = direction
        self._execution = execution
        self._ends = ends

    async def settle(self, status: Status) -> None:
        """Bring every row of the import to its end, or to its next try."""
        rows = await self._services.gathered.of_import(self._direction.name, self._execution)
        if status is Status.CANCELED:
            cancelled = Transient(f"{self._direction.name}: import {self._execution} was cancelled in Finance.")
            # What was announced stays: some of it may have been written.
            await each(rows, lambda row: later(self._services, row, cancelled))
            return
        report = Report((), "") if status is Status.SUCCEEDED else await self._report()
        failed, all_named = await self._named(rows, report.failures)
        others = [row for row in rows if row.key not in failed]
        if status is Status.FAILED and failed:
            await each(others, self._look_again)
        elif status is Status.FAILED or not all_named or (status is Status.PARTIALLY_SUCCEEDED and not failed):
            await self._in_doubt(others, report.words)
        else:
            await self._went_over(others)
        await each((row for row in rows if row.key in failed), lambda row: self._failed(row, failed[row.key]))
        log.info("%s: import %s %s: %d rows failed", self._direction.name, self._execution, status, len(failed))

    async def _report(self) -> Report:
        """Read what went wrong; Transient if Finance is not ready to tell by the end of this run."""
        while True:
            try:
                return await self._services.packages.report(self._execution, self._direction.map.finance.package)
            except Transient:
                if self._services.now() >= self._ends:
                    raise
            await self._services.pause(FILE_PAUSE)

    async def _named(self, rows: Sequence[GatheredRow], failures: Iterable[Failure]) -> tuple[dict[str, str], bool]:
        """Find the rows that failed, by row key, with Finance's words; and whether every failure found its row."""
        by_key: dict[tuple[str, ...], str] = {}
        for failure in failures:
            by_key.setdefault(self._key_in_file(failure), failure.message)
        links = await each(rows if by_key else (), lambda row: _link(self._services, row))
        named: dict[str, str] = {}
        for row, link in zip(rows, links, strict=False):
            message = by_key.pop(self._key_of(link), None)
            if message is not None:
                named[row.key] = message
        return named, not by_key

    def _key_in_file(self, failure: Failure) -> tuple[str, ...]:
        return tuple(_folded(failure.row.get(staging_name(column), "")) for column in self._own_key)

    def _key_of(self, link: Link) -> tuple[str, ...]:
        identity = self._direction.map.finance.identity
        parts = zip(identity, keys.split(link.finance_key), strict=False)
        return tuple(_folded(part) for column, part in parts if column != COMPANY)

    @property
    def _own_key(self) -> tuple[str, ...]:
        return tuple(column for column in self._direction.map.finance.identity if column != COMPANY)

    # -- rows that went over -------------------------------------------------------------------------------------------

    async def _went_over(self, rows: Sequence[GatheredRow]) -> None:
        """Believe the base of these rows, and look again at their versions, all in a few requests."""
        await each(rows, self._remember)
        table = self._direction.map.dataverse.table
        now_there = await self._services.dataverse.read_many(table, (row.key for row in rows), Shape(()))
        await each(rows, lambda row: self._end_or_again(row, now_there.get(row.key.lower())))

    async def _remember(self, row: GatheredRow) -> None:
        async def attempt() -> Link:
            link = await _link(self._services, row)
            values = sent_with(row, link)
            if values is None:
                return link
            return await self._services.links.save(replace(link, base=values, announced=()))

        link = await until_written(attempt)
        # Whether it is there for the first time cannot be known after a crash, and to ask costs no more.
        await release(self._services, self._direction.map, link.finance_key)

    async def _end_or_again(self, row: GatheredRow, found: Found | None) -> None:
        if found is not None and found.version == row.version:
            await end(self._services, row)
        else:
            await self._look_again(row)

    async def _look_again(self, row: GatheredRow) -> None:
        await self._services.gathered.keep(row, due=self._services.now())

    # -- rows that did not ---------------------------------------------------------------------------------------------

    async def _failed(self, row: GatheredRow, words: str) -> None:
        """Finance names the row: it wrote nothing of it, each row being a transaction of its own."""
        kind = by_words(words) or Rejected
        await _withdraw(self._services, row)
        if _may_pass(kind):
            await later(self._services, row, self._failure(Transient, row, words))
            return
        if kind is MissingReference and row.attempts == 0:
            # The next look finds which row is missing and waits for it by name. If it finds none, or what was missing
            # has come, the row goes once more; after that its value is wrong.
            await self._services.gathered.keep(row, due=self._services.now(), attempts=1)
            return
        await record(self._services, row, self._failure(Rejected, row, words))

    def _failure(self, kind: type[SyncError], row: GatheredRow, words: str) -> SyncError:
        return kind(
            f"{self._direction.name}, row {row.key}: Finance did not take it in import {self._execution}.",
            reason=words,
        )

    async def _in_doubt(self, rows: Sequence[GatheredRow], words: str) -> None:
        """Rows of which one must be at fault: in two halves, unless it is the one, or the fault may pass."""
        if _may_pass(by_words(words) or Rejected):
            await each(rows, lambda row: later(self._services, row, self._failure(Transient, row, words)))
            return
        if len(rows) == 1:
            await record(self._services, rows[0], self._failure(Rejected, rows[0], words))
            return
        ordered = sorted(rows, key=lambda row: row.key)
        halves = {row.key: f"{row.part}{int(place >= len(rows) // 2)}" for place, row in enumerate(ordered)}
        now = self._services.now()
        await each(rows, lambda row: self._services.gathered.keep(row, due=now, part=halves[row.key]))


def _may_pass(kind: type[SyncError]) -> bool:
    """Whether the same row may be taken at another time: after a deadlock, but not while another holds its key."""
    return issubclass(kind, Transient | Conflict) and not issubclass(kind, Duplicate)


def _folded(text: str) -> str:
    return text.strip().strip("{}").casefold()
