"""Catch-up: what events lost. A timer reads what changed since the watermark and enqueues a look at each row.

Rule 4: the watermark is taken before the read and moves after the work. Here the work is putting every row on its
durable queue, so the watermark moves when the last page is enqueued; a run that ends half-way is repeated whole, and
repeats are harmless.

| source                              | what changed is found by                                                                     |
|-------------------------------------|----------------------------------------------------------------------------------------------|
| Dataverse, change tracking on       | the delta link of the last run, deletions included; without one: all rows, and all links     |
| Dataverse, change tracking off      | `modifiedon`, going back over an overlap; all links, for deletions                           |
| Finance                             | comparing all rows with their targets: none of the mapped entities exposes a modified time   |
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.clients.rows import DeltaExpired
from shared.errors import Conflict, Throttled, Transient
from shared.mapping.direction import Direction, Values
from shared.mapping.keys import of_row
from shared.mapping.model import Side
from shared.mapping.shape import Shape
from shared.mapping.values import as_text
from shared.store.map_states import State
from shared.store.message import Hint, WorkMessage
from shared.store.watermarks import Watermark
from shared.sync.dependants import correlation
from shared.sync.pairing import row_id_for
from shared.sync.services import Services
from shared.sync.side_table import dataverse_rows

log = logging.getLogger(__name__)


@dataclass(slots=True)
class CaughtUp:
    """What one run found: rows enqueued for a look, of which deletions, and rows that were compared and agreed."""

    run: str
    enqueued: int = 0
    deletions: int = 0
    agreed: int = 0


async def catch_up(services: Services, direction: Direction) -> CaughtUp | None:
    """Enqueue a look at every row that changed since the watermark; None if the map is not running."""
    if (await services.maps.get(direction.map.id)).state is not State.RUNNING:
        return None
    run = _Run(services, direction)
    if direction.source is Side.FINANCE:
        await run.by_comparison()
    elif (await services.dataverse.schema(direction.map.dataverse.table)).change_tracking:
        await run.by_delta()
    else:
        await run.by_modified_time()
    log.info("%s: caught up: %s", direction.name, run.done)
    return run.done


class _Run:
    """One run of one direction."""

    def __init__(self, services: Services, direction: Direction) -> None:
        self._services = services
        self._direction = direction
        self._table = direction.map.dataverse.table
        self.done = CaughtUp(run=correlation(services))

    async def by_delta(self) -> None:
        mark = await self._mark()
        began = self._services.now()
        following = await self._changes_since(mark)
        if following is not None:
            await self._move(mark, following, began)

    async def _changes_since(self, mark: Watermark | None) -> str | None:
        """Enqueue what changed since the mark and give the next delta link."""
        try:
            if mark is not None:
                return await self._read_delta(mark.value)
        except DeltaExpired:
            log.warning("%s: the delta link has expired, reading everything", self._direction.name)
        # Without a link the server tells of no deletions: ask about every row that we know of. Afterwards, so that
        # whatever is deleted meanwhile is told by the next link.
        following = await self._read_delta(None)
        await self._look_for_absent()
        return following

    async def _read_delta(self, since: str | None) -> str | None:
        following: str | None = None
        async for page in self._services.dataverse.changes(self._table, since, (self._direction.map.dataverse.row_id,)):
            for row_id in page.changed:
                await self._enqueue(row_id, Hint.CATCH_UP)
            for row_id in page.deleted:
                await self._enqueue(row_id, Hint.DELETE)
                self.done.deletions += 1
            following = page.next_link or following
        return following

    async def by_modified_time(self) -> None:
        mark = await self._mark()
        taken: datetime | None = None
        async for page in self._services.dataverse.pages(self._table, Shape(()), filter=self._since(mark)):
            # The server's clock at the first page, never ours, and never a later page's: rows committed meanwhile
            # come again.
            taken = taken or page.server_time
            for found in page.rows:
                await self._enqueue(str(found.row[self._direction.map.dataverse.row_id]), Hint.CATCH_UP)
        await self._look_for_absent()
        if taken is not None:
            await self._move(mark, taken.isoformat(), taken)

    def _since(self, mark: Watermark | None) -> str:
        if mark is None:
            return ""
        start = datetime.fromisoformat(mark.value) - timedelta(seconds=self._services.policy.overlap)
        return f"modifiedon ge {start.strftime('%Y-%m-%dT%H:%M:%SZ')}"

    async def _look_for_absent(self) -> None:
        async for link in self._services.links.of_map(self._direction.map.id):
            if await self._may_be_gone(link.dataverse_id):
                await self._enqueue(link.dataverse_id, Hint.UPSERT)
                self.done.deletions += 1

    async def _may_be_gone(self, row_id: str) -> bool:
        try:
            return await self._services.dataverse.version(self._table, row_id) is None
        except Throttled:
            raise
        except Transient:
            # Not worth beginning again with thousands of rows: whoever looks at this one will find out.
            return True

    async def by_comparison(self) -> None:
        mark = await self._mark()
        taken: datetime | None = None
        targets = await self._targets()
        direction = self._direction
        columns = direction.finance_columns
        async for page in self._services.finance.pages(direction.map.finance.collection, columns):
            taken = taken or page.server_time
            for found in page.rows:
                wanted = direction.translate(found.row)
                key = of_row(direction.map, found.row)
                paired_by = self._paired_by(wanted) or (row_id_for(direction, key, found.row),)
                _, target = targets.pop(paired_by, ("", None))
                if not direction.applies(found.row):
                    continue
                if direction.differences(wanted, target):
                    await self._enqueue(key, Hint.CATCH_UP)
                else:
                    self.done.agreed += 1
        await self._ask_about(targets)
        if taken is not None:
            await self._move(mark, taken.isoformat(), taken)

    async def _targets(self) -> dict[tuple[str, ...], tuple[str, Values]]:
        """Read id and agreed values of all target rows, by their integration key, or without one by the id alone.

        Read before Finance: what is missing then is looked at again.
        """
        targets: dict[tuple[str, ...], tuple[str, Values]] = {}
        rows = dataverse_rows(self._services, self._direction.map, self._direction.shape)
        async for page in rows.pages():
            for found in page.rows:
                values = self._direction.current(found.row)
                row_id = str(found.row[self._direction.map.dataverse.row_id])
                key = self._paired_by(values) or (row_id,)
                if all(key):
                    targets[key] = (row_id, values)
        return targets

    def _paired_by(self, values: Values) -> tuple[str, ...]:
        """Give the integration key of a row as both sides compare it; nothing if the table has none."""
        return tuple((as_text(values[name]) or "").casefold() for name in self._direction.integration_key)

    async def _ask_about(self, targets: dict[tuple[str, ...], tuple[str, Values]]) -> None:
        """Rows that Finance does not show: those once paired are looked at twice before anything is deleted."""
        for row_id, _ in targets.values():
            link = await self._services.links.by_dataverse(self._direction.map.id, row_id)
            if link is not None and link.finance_key:
                await self._enqueue(link.finance_key, Hint.UPSERT)
                self.done.deletions += 1

    # -- the two things a run does -------------------------------------------------------------------------------------

    async def _enqueue(self, key: str, hint: Hint) -> None:
        message = WorkMessage(
            direction=self._direction.name,
            key=key,
            hint=hint,
            correlation=self.done.run,
            first_seen=self._services.now(),
        )
        await self._services.queue.send(message)
        self.done.enqueued += 1

    async def _mark(self) -> Watermark | None:
        return await self._services.watermarks.get(self._direction.name)

    async def _move(self, mark: Watermark | None, value: str, taken: datetime) -> None:
        try:
            await self._services.watermarks.save(
                self._direction.name,
                value=value,
                taken_at=taken,
                run=self.done.run,
                etag=mark.etag if mark is not None else None,
            )
        except Conflict:
            # Another run of this direction got there first. What it read is a lower bound for what we read.
            log.info("%s: another run has moved the watermark", self._direction.name)
