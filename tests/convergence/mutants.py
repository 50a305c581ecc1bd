"""Rules broken on purpose, one at a time: each by replacing the one real piece that keeps it.

They show that the explorer would notice. What is replaced is a method of the real class, or the host's part of a delivery;
the rest is the code that runs in production.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from shared.clients.rows import Found, Gone
from shared.errors import Conflict, Parked
from shared.mapping.direction import Direction, Values
from shared.mapping.merge import TwoWay
from shared.mapping.model import Side
from shared.mapping.shape import Shape
from shared.store.links import Link, Links
from shared.store.message import Hint, WorkMessage
from shared.sync import live, lookups, parking
from shared.sync import settle as settling
from shared.sync.apply import _Attempt
from shared.sync.catch_up import _Run
from shared.sync.live import handle
from shared.sync.outcome import Kind, Outcome
from shared.sync.parking import _write
from shared.sync.services import Services
from shared.sync.settle import _Settling
from shared.sync.side_table import WithSideTable
from tests.twin.dataverse.genesis import APPLICATION

Mutation = Callable[[pytest.MonkeyPatch], None]


@contextmanager
def mutated(mutation: Mutation) -> Iterator[None]:
    """Break a rule while inside."""
    with pytest.MonkeyPatch.context() as patch:
        mutation(patch)
        yield


# -- one-way -----------------------------------------------------------------------------------------------------------


def no_second_look(patch: pytest.MonkeyPatch) -> None:
    """Write the difference, and be done."""
    _rounds_end_with_the_write(patch)


def second_look_before_the_write(patch: pytest.MonkeyPatch) -> None:
    """Look at the source again, then write."""
    write = _Attempt._write

    async def looks_first(self: _Attempt, *given: Any) -> None:
        await self._source.version(self._key)
        await write(self, *given)

    _rounds_end_with_the_write(patch)
    patch.setattr(_Attempt, "_write", looks_first)


def _rounds_end_with_the_write(patch: pytest.MonkeyPatch) -> None:
    real = _Attempt.round

    async def believes(self: _Attempt) -> Outcome | None:
        self._source = _Unmoved(self._source)
        return await real(self)

    patch.setattr(_Attempt, "round", believes)


class _Unmoved:
    """The source, of which a second look always says that it stands as it was read."""

    def __init__(self, rows: Any) -> None:
        self._rows = rows
        self._read: Found | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._rows, name)

    async def read(self, key: str) -> Found | None:
        self._read = await self._rows.read(key)
        return self._read

    async def version(self, key: str) -> str | None:
        del key
        return self._read.version if self._read is not None else None


def deletes_unconfirmed(patch: pytest.MonkeyPatch) -> None:
    """Take a row that is not there for deleted."""
    from shared.sync import apply

    patch.setattr(apply, "CERTAIN", frozenset(Hint))


def parks_without_looking_again(patch: pytest.MonkeyPatch) -> None:
    """Park, and trust that the wake-up is still to come."""

    async def park(
        services: Services, direction: Direction, message: WorkMessage, parked: Parked, look: object
    ) -> Outcome | None:
        del direction, look
        await _write(services, message, parked)
        return None

    patch.setattr(live, "park", park)


def a_renamed_key_is_forgotten(patch: pytest.MonkeyPatch) -> None:
    """Let the link know only the key that the row has now."""
    save = Links.save

    async def forgets(self: Links, link: Link) -> Link:
        return await save(self, replace(link, former={}))

    patch.setattr(Links, "save", forgets)


# -- two-way -----------------------------------------------------------------------------------------------------------


def settles_without_a_lease(patch: pytest.MonkeyPatch) -> None:
    """Settle whether somebody else does or not, with nothing that makes up for it.

    Saving the link by compare-and-set, and announcing writes on it, would do for a lease as far as values go: together
    they leave no counterexample. The lease then only spares settles that end half-way.
    """

    async def lease(self: _Settling) -> bool:
        fresh = await self._services.links.by_dataverse(self._map.id, self._link.dataverse_id)
        self._link = fresh or self._link
        return True

    async def release(self: _Settling) -> None:
        del self

    patch.setattr(_Settling, "lease", lease)
    _base_without_compare_and_set(patch)
    patch.setattr(_Settling, "release", release)


def settles_one_round(patch: pytest.MonkeyPatch) -> None:
    """Stop after the first round, whatever it did."""

    async def go_round(self: _Settling) -> Outcome:
        try:
            outcome = await self._round()
        except Conflict:
            outcome = None
        return outcome or self._outcome()

    patch.setattr(_Settling, "go_round", go_round)


def saves_the_base_blindly(patch: pytest.MonkeyPatch) -> None:
    """Save base and lease over whatever is there by now."""
    _base_without_compare_and_set(patch)


def _base_without_compare_and_set(patch: pytest.MonkeyPatch) -> None:
    async def save(self: _Settling, fresh: Link) -> None:
        now = await self._services.links.by_dataverse(fresh.map, fresh.dataverse_id)
        self._link = await self._services.links.save(replace(fresh, etag=now.etag if now is not None else None))

    async def release(self: _Settling) -> None:
        await save(self, replace(self._link, lease_owner="", lease_until=None))

    patch.setattr(_Settling, "_save", save)
    patch.setattr(_Settling, "release", release)


def writes_unannounced(patch: pytest.MonkeyPatch) -> None:
    """Write first and let the base say so after."""

    async def announce(self: _Settling, side: object, values: Values) -> None:
        del self, side, values

    patch.setattr(_Settling, "_announce", announce)


def echoes_by_user(patch: pytest.MonkeyPatch) -> None:
    """Drop a change when our own user was the last to write the row: it must be an echo."""

    async def settle(services: Services, pair: TwoWay, source: Side, message: WorkMessage) -> Outcome:
        if source is Side.DATAVERSE and await _we_wrote_last(services, message.key):
            return Outcome(Kind.UNCHANGED)
        return await settling.settle(services, pair, source, message)

    patch.setattr(live, "settle", settle)


async def _we_wrote_last(services: Services, row_id: str) -> bool:
    found = await services.dataverse.find(
        "transactioncurrency", {"transactioncurrencyid": row_id, "modifiedby.fullname": APPLICATION}, Shape(()), top=1
    )
    return bool(found)


# -- delivery ----------------------------------------------------------------------------------------------------------


async def acknowledges_first(
    services: Services, message: WorkMessage, acknowledge: Callable[[], Awaitable[None]]
) -> None:
    """Take the message off the queue, then do the work."""
    await acknowledge()
    await handle(services, message)


# -- catch-up ----------------------------------------------------------------------------------------------------------


def watermark_after_the_read(patch: pytest.MonkeyPatch) -> None:
    """Take the watermark when the read is over, without going back over an overlap."""

    async def by_modified_time(self: _Run) -> None:
        mark = await self._mark()
        async for page in self._services.dataverse.pages(self._table, Shape(()), filter=_since(mark)):
            for found in page.rows:
                await self._enqueue(str(found.row[self._direction.map.dataverse.row_id]), Hint.CATCH_UP)
        await self._look_for_absent()
        now = self._services.now()
        await self._move(mark, now.isoformat(), now)

    patch.setattr(_Run, "by_modified_time", by_modified_time)


def _since(mark: Any) -> str:
    if mark is None:
        return ""
    return f"modifiedon ge {datetime.fromisoformat(mark.value).strftime('%Y-%m-%dT%H:%M:%SZ')}"


def watermark_before_the_work(patch: pytest.MonkeyPatch) -> None:
    """Move the watermark as soon as it is known, then enqueue."""

    async def by_delta(self: _Run) -> None:
        mark = await self._mark()
        since = mark.value if mark is not None else None
        pages = [page async for page in self._services.dataverse.changes(self._table, since, ("currencyname",))]
        await self._move(mark, str(pages[-1].next_link), self._services.now())
        for row_id in (row_id for page in pages for row_id in page.changed):
            await self._enqueue(row_id, Hint.CATCH_UP)

    patch.setattr(_Run, "by_delta", by_delta)


# -- what returns ------------------------------------------------------------------------------------------------------


def makes_and_deletes_what_it_only_returns_to(patch: pytest.MonkeyPatch) -> None:
    """Treat a direction that only returns something like any other."""
    patch.setattr(Direction, "returns", property(lambda _: False))


# -- what waits, what is kept beside, what is set back -----------------------------------------------------------------


def wakes_after_it_is_remembered(patch: pytest.MonkeyPatch) -> None:
    """Save in the link that a row is there, then wake those who wait for it."""
    done, arrived = _Attempt._done, parking.arrived

    async def wakes_last(self: _Attempt, pair: Link, target_key: str, there: Found | None) -> Outcome:
        outcome = await done(self, pair, target_key, there)
        if self._kind is Kind.CREATED:
            await arrived(self._services, self._direction.map, target_key, pair.dataverse_id)
        return outcome

    patch.setattr(parking, "arrived", _nothing)
    patch.setattr(_Attempt, "_done", wakes_last)


async def _nothing(*_: object) -> None:
    pass


def needs_nothing(patch: pytest.MonkeyPatch) -> None:
    """Make a row without the one that it needs."""
    patch.setattr(lookups, "require_needed", _nothing)


def writes_beside_without_looking(patch: pytest.MonkeyPatch) -> None:
    """Change the row beside without asking whether it is there."""

    async def put_aside(self: WithSideTable, key: str, columns: Any) -> None:
        values = {there: columns[column] for column, there in self._aside.items() if column in columns}
        with suppress(Gone):
            await self._client.update(self._side_table, key, values, None)

    patch.setattr(WithSideTable, "_put_aside", put_aside)


def one_round_for_columns_of_one_way(patch: pytest.MonkeyPatch) -> None:
    """Stop after a round that wrote only columns mapped one way: nobody else changes them."""
    real = _Settling._round

    async def trusting(self: _Settling) -> Outcome | None:
        outcome = await real(self)
        return outcome or self._outcome()

    patch.setattr(_Settling, "_round", trusting)
