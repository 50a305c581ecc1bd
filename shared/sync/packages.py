"""Packages: what was gathered of a direction goes to Finance together, one import at a time over all hosts.

A run takes what is due, looks at each row as it is now (`package_rows`), and for each company in turn

1. announces the values in the links and marks the rows as part of an import that it names;
2. uploads the package, writes the import's name where every run looks first (`store.imports`), and begins it;
3. asks how it stands, less and less often, until it is over or the run's time is;
4. accounts for it (`package_account`), which includes the second look at what moved meanwhile.

A run that ends anywhere, by a crash or by its time, leaves the name of the import that may be under way, and the next
run, of whatever direction, goes on with that one before it begins another. No two runs work at a time: the place is
held for longer than the host lets a function live. So a package is begun only when nobody can begin an older one any
more, and what is imported last was read last.

An import that Finance has not heard of after a while was never begun: its rows were only marked, and a mark of an import
that is over means nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from shared.clients.package_file import PackageFile
from shared.clients.packages import Status, Unsure
from shared.errors import Conflict, SyncError, Throttled, Transient
from shared.mapping.direction import Direction
from shared.mapping.model import Side
from shared.store.imports import Import
from shared.store.links import Announced
from shared.store.map_states import State
from shared.sync.dependants import correlation
from shared.sync.package_account import Account, give_back, refuse, resolve_refusal, try_later
from shared.sync.package_rows import Looks, Ready, each
from shared.sync.services import Services

log = logging.getLogger(__name__)

#: Seconds between questions how an import stands; the last one for ever after.
QUESTIONS = (2.0, 3.0, 5.0, 10.0, 15.0, 30.0)

#: Transforms whose values a package holds as moments.
_MOMENTS = frozenset({"date_only", "date_time"})


async def send_packages(services: Services, direction: Direction) -> None:
    """Do what can be done now: go on with the import under way, then import what was gathered of this direction."""
    state = (await services.maps.get(direction.map.id, fresh=True)).state
    if state not in (State.RUNNING, State.PAUSED):
        await _drop(services, direction, state)
    current = await services.imports.current()
    sends = state is State.RUNNING and await services.gathered.due(direction.name, services.now(), limit=1)
    if not sends and not current.is_under_way:
        return
    held = await services.imports.hold(correlation(services), services.now(), services.policy.import_hold)
    if held is None:
        return
    run = _Run(services, held)
    try:
        if await run.goes_on() and sends:
            await run.send(direction)
    except (Transient, Conflict) as failure:
        # Rows stay gathered, an import stays named: the next run goes on from there.
        log.warning("%s: packages: %s", direction.name, failure.message)
    finally:
        await services.imports.release(run.held)


async def _drop(services: Services, direction: Direction, state: State) -> None:
    """As with every map that does not run: starting it begins with a full look."""
    dropped = await each(await services.gathered.due(direction.name, services.now()), services.gathered.end)
    if dropped:
        log.info("%s: %d gathered rows dropped, the map is %s", direction.name, len(dropped), state)


class _Run:
    """One run, holding the place from which imports are begun."""

    def __init__(self, services: Services, held: Import) -> None:
        self._services = services
        self._ends = services.now() + timedelta(seconds=services.policy.package_budget)
        self.held = held

    async def goes_on(self) -> bool:
        """See the import under way through, if there is one; False if it outlasts this run."""
        return not self.held.is_under_way or await self._see_through()

    async def send(self, direction: Direction) -> None:
        """Import what is due of a direction, company by company, as far as time allows."""
        services = self._services
        rows = await services.gathered.due(direction.name, services.now(), limit=services.policy.package_rows)
        ready = await Looks(services, direction).at(rows)
        for company, group in _packages(ready, apart=bool(direction.constants)):
            if services.now() >= self._ends or not await self._import(direction, company, group):
                return

    # -- one import ----------------------------------------------------------------------------------------------------

    async def _import(self, direction: Direction, company: str, group: Sequence[Ready]) -> bool:
        """Import one package; False if it outlasts this run."""
        services = self._services
        company = company or services.package_company or await services.packages.first_company()
        execution = f"{direction.map.id}-{services.now():%Y%m%d%H%M%S}-{correlation(services)}"
        marked = await each(group, lambda ready: self._mark(ready, execution))
        sent = [ready for ready in marked if ready is not None]
        if not sent:
            return True
        try:
            await self._begin(direction, company, execution, _file(direction, sent))
        except Throttled:
            raise
        except (Transient, Conflict) as failure:
            await give_back(services, direction, execution, failure)
        except SyncError as refusal:
            await refuse(services, direction, execution, company, refusal)
        else:
            await resolve_refusal(services, direction, company)
            return await self._see_through()
        return True

    async def _mark(self, ready: Ready, execution: str) -> Ready | None:
        """Announce what is about to be written and make the row part of the import; None if it moved meanwhile."""
        services, now = self._services, self._services.now()
        announced = Announced(str(Side.FINANCE), now, ready.values)
        try:
            # What an earlier run announced and could not account for keeps the base from being believed, too.
            link = await services.links.save(replace(ready.link, announced=(*ready.link.announced[:1], announced)))
        except Conflict:
            return None
        row = await services.gathered.send(ready.row, execution=execution, version=ready.version, now=now)
        return None if row is None else replace(ready, row=row, link=link)

    async def _begin(self, direction: Direction, company: str, execution: str, file: PackageFile) -> None:
        """Begin an import; an error says that it was not begun."""
        services = self._services
        url = await services.packages.upload(f"{execution}.zip", file.to_bytes())
        named = replace(self.held, execution=execution, direction=direction.name, company=company, begun=services.now())
        self.held = await services.imports.save(named)
        try:
            await services.packages.start(url, project=file.project, execution=execution, company=company)
        except Unsure as unsure:
            log.warning("%s: import %s: %s", direction.name, execution, unsure.message)
        except SyncError:
            await self._forget()
            raise
        log.info("%s: import %s into %s begun with %d rows", direction.name, execution, company, len(file.rows))

    async def _see_through(self) -> bool:
        """Wait until the import under way is over and account for it; False if it outlasts this run."""
        status = await self._outcome()
        if status is None:
            log.info("%s: import %s is still under way", self.held.direction, self.held.execution)
            return False
        services = self._services
        direction = services.catalogue.directions.get(self.held.direction)
        if direction is None:
            # Its map was taken out of the deployment meanwhile: nobody is left to account to.
            log.warning("import %s was of %s, which is no more", self.held.execution, self.held.direction)
        elif status is Status.UNKNOWN:
            await try_later(services, direction, self.held.execution)
        else:
            await Account(services, direction, self.held.execution, self._ends).settle(status)
        await self._forget()
        return True

    async def _outcome(self) -> Status | None:
        """Ask until the import is over, or certainly was never begun (UNKNOWN); None when this run's time is over."""
        for delay in _delays():
            status = await self._services.packages.status(self.held.execution)
            if status.is_over or (status is Status.UNKNOWN and self._is_late()):
                return status
            if self._services.now() >= self._ends:
                return None
            await self._services.pause(delay)
        return None

    def _is_late(self) -> bool:
        begun = self.held.begun or datetime.min.replace(tzinfo=self._ends.tzinfo)
        return self._services.now() >= begun + timedelta(seconds=self._services.policy.import_unknown)

    async def _forget(self) -> None:
        free = replace(self.held, execution="", direction="", company="", begun=None)
        self.held = await self._services.imports.save(free)


def _delays() -> Iterator[float]:
    yield from QUESTIONS
    while True:
        yield QUESTIONS[-1]


def _packages(ready: Sequence[Ready], *, apart: bool) -> Iterator[tuple[str, list[Ready]]]:
    """Sort rows into packages: by company, by part, and new ones `apart` if they begin with constants."""

    def place(each_ready: Ready) -> tuple[str, str, bool]:
        return each_ready.company, each_ready.row.part, apart and not each_ready.is_new

    for (company, _, _), group in groupby(sorted(ready, key=lambda one: (*place(one), one.row.key)), place):
        yield company, list(group)


def _file(direction: Direction, sent: Sequence[Ready]) -> PackageFile:
    constants: dict[str, Any] = dict(direction.constants) if sent[0].is_new else {}
    rows = [{**constants, **ready.columns} for ready in sent]
    moments = frozenset(str(row.finance) for row in direction.rows if row.transform.kind in _MOMENTS)
    return PackageFile(
        project=f"Project Operations sync {direction.map.id}",
        entity=direction.map.finance.package,
        columns=tuple(rows[0]),
        rows=rows,
        moments=moments,
    )
