"""Apply: bring one target row into line with its source row. Rules 1 to 3 of convergence, for maps that change one way.

A round reads both rows, writes the columns that differ, and looks at the source's version again. If that moved, a
stale value may have been written by us, and the next round mends it. A crash before the second look leaves the
message, and the message repeats the whole. A round that wrote nothing needs no second look: it left nothing behind,
and whatever happened meanwhile has a message of its own.

A direction that only returns something to rows of the other side (`Direction.returns`) writes columns and nothing else:
where one of the two rows is missing, the direction that makes and deletes them is asked to look.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

from shared.clients.finance import rec_id
from shared.clients.rows import Found
from shared.errors import Conflict, MissingReference, Rejected, Transient
from shared.mapping.direction import Direction, Values
from shared.mapping.model import Operation, Side
from shared.store.links import Link
from shared.store.message import Hint
from shared.sync import assembly, lookups, pairing, parking, permission, release, stubborn
from shared.sync.dependants import touch, touch_dependants
from shared.sync.outcome import Kind, Outcome, again
from shared.sync.services import Services
from shared.sync.side_table import dataverse_rows
from shared.sync.sides import FinanceRows, Rows

#: What a message may say that makes an absence certain: an event of deletion, or that this is the second look.
CERTAIN: frozenset[Hint] = frozenset({Hint.DELETE, Hint.ABSENT, Hint.VERIFY})


async def apply(services: Services, direction: Direction, key: str, hint: Hint) -> Outcome:
    """Bring the target of one source row into line and say what it took.

    Raises Parked, Rejected, Refused, Throttled or Transient; Transient too when the row kept changing for all rounds.
    """
    attempt = _Attempt(services, direction, key, hint)
    for _ in range(services.policy.rounds):
        try:
            outcome = await attempt.round()
        except Conflict:
            continue
        if outcome is not None:
            return outcome
    raise Transient(
        f"{direction.name}, row {key}: it changed under our hands in each of {services.policy.rounds} rounds."
    )


class _Attempt:
    """One look at one row: the rounds, and what they have done so far."""

    def __init__(self, services: Services, direction: Direction, key: str, hint: Hint) -> None:
        self._services = services
        self._direction = direction
        self._key = key
        self._hint: Hint = hint
        in_dataverse = dataverse_rows(services, direction.map, direction.shape)
        in_finance = FinanceRows(services.finance, direction.map, direction.finance_columns)
        to_finance = direction.target is Side.FINANCE
        self._source: Rows = in_dataverse if to_finance else in_finance
        self._target: Rows = in_finance if to_finance else in_dataverse
        self._pairing = pairing.pairing_of(services, direction)
        self._explained = lookups.Explanation(services, direction)
        self._kind = Kind.UNCHANGED
        self._written: Values = {}
        self._made: Found | None = None

    async def round(self) -> Outcome | None:
        """Go round once; None asks for another round."""
        link = await self._pairing.remembered(self._key)
        if link is not None and self._key.startswith(pairing.BY_REC_ID):
            self._key = link.finance_key
        seen, there = await self._read_both(link)
        if seen is None:
            return await self._absent(link, there)
        if not self._direction.applies(seen.row):
            return Outcome(Kind.FILTERED, finance_key=link.finance_key if link is not None else "")
        wanted = self._direction.translate(seen.row)
        pair, target_key = await self._pairing.pair(self._key, link, seen, wanted)
        if link is None or target_key != self._pairing.target_of(link):
            there = await self._target.read(target_key)
        if there is None and self._direction.returns:
            return await self._leave_to_the_other(target_key)
        waits = await release.hold(self._services, self._direction, pair, wanted, self._current(there))
        changed = self._differences(wanted, there)
        if changed:
            stubborn.refuse_to_fight(self._direction, self._key, changed, pair.base)
            await self._require_first(seen, wanted, there)
            await self._write(pair, target_key, changed, wanted, there)
            if await self._source.version(self._key) != seen.version or self._was_made_otherwise(wanted, there):
                return None
        outcome = await self._done(pair, target_key, there)
        if waits is not None:
            # Lines that wait for the header to be opened again can go now.
            await parking.release(self._services, self._direction.map, outcome.finance_key)
            raise waits
        return outcome

    async def _read_both(self, link: Link | None) -> tuple[Found | None, Found | None]:
        if link is None:
            if self._key.startswith(pairing.BY_REC_ID):
                return None, None
            return await self._source.read(self._key), None
        seen, there = await asyncio.gather(
            self._source.read(self._key), self._target.read(self._pairing.target_of(link))
        )
        return seen, there

    def _current(self, there: Found | None) -> Values | None:
        return None if there is None else self._direction.current(there.row)

    async def _require_first(self, seen: Found, wanted: Values, there: Found | None) -> None:
        """Parked while something must come before this write."""
        if there is None and self._direction.target is Side.FINANCE:
            await assembly.require_predecessors(self._services, self._direction, seen.row, wanted)
        await release.require_held(self._services, self._direction, wanted)

    def _differences(self, wanted: Values, there: Found | None) -> Values:
        changed = self._direction.differences(wanted, self._current(there))
        if there is not None and self._direction.target is Side.FINANCE:
            # Finance does not change keys, and spelling one in another case is no difference to it.
            return {name: value for name, value in changed.items() if name not in self._direction.map.finance.identity}
        return changed

    def _was_made_otherwise(self, wanted: Values, there: Found | None) -> bool:
        """Whether the side filled in, on create, what the source leaves empty."""
        return there is None and self._made is not None and bool(self._differences(wanted, self._made))

    async def _write(self, pair: Link, target_key: str, changed: Values, wanted: Values, there: Found | None) -> None:
        columns = self._direction.encode(changed, self._key)
        plain = await lookups.resolve(self._services, self._direction, columns, wanted)
        try:
            if there is None:
                self._require("create")
                self._made = await self._target.create(target_key, {**self._direction.constants, **plain})
                self._kind = Kind.CREATED
            else:
                self._require("update")
                await self._target.update(target_key, there, plain)
                self._kind = self._kind if self._kind is Kind.CREATED else Kind.UPDATED
        except Conflict:
            if there is None and self._direction.target is Side.DATAVERSE:
                await pairing.doubt(self._services, pair)
            raise
        except MissingReference as refusal:
            raise await self._explained.by(wanted, refusal) from refusal
        self._written |= changed

    def _require(self, operation: Operation) -> None:
        direction = self._direction
        permission.require(direction.map, operation, direction.target, where=f"{direction.name}, row {self._key}")

    async def _done(self, pair: Link, target_key: str, there: Found | None) -> Outcome:
        """Wake those who wait for the row, take its former self away if it was renamed, remember all that, and report."""
        to_finance = self._direction.target is Side.FINANCE
        finance_key = target_key if to_finance else pair.finance_key
        known = there or self._made
        number = rec_id(known.version) if to_finance and known is not None else pair.rec_id
        if self._kind is Kind.CREATED or pair.base is None or number is None or number != pair.rec_id:
            await parking.arrived(self._services, self._direction.map, finance_key, pair.dataverse_id)
        else:
            await release.line_settled(self._services, self._direction.map, finance_key)
        former = await self._retire(pair)
        fresh = replace(
            pair,
            finance_key=finance_key,
            rec_id=number if number is not None else pair.rec_id,
            base=stubborn.remember(self._written, pair.base),
            former=former,
        )
        if fresh != pair:
            await self._services.links.save(fresh)
        return Outcome(self._kind, finance_key=finance_key, columns=tuple(self._written))

    async def _retire(self, pair: Link) -> dict[str, datetime]:
        """Delete what is left of the row under the keys it had before; give those that are to be remembered still."""
        if self._direction.returns:
            return pair.former
        kept: dict[str, datetime] = {}
        for key, since in pair.former.items():
            found = await self._target.read(key)
            if found is not None:
                # Whoever points at the row must be told to follow it before it is gone.
                await touch_dependants(self._services, self._direction.map, pair.dataverse_id)
            await self._remove(replace(pair, finance_key=key), found)
            if self._services.now() < since + timedelta(seconds=self._services.policy.verify_delay):
                kept[key] = since
            else:
                await self._services.links.disown(pair.map, key, pair.dataverse_id)
        return kept

    async def _absent(self, link: Link | None, there: Found | None) -> Outcome | None:
        if link is None or (there is None and self._direction.returns):
            return Outcome(self._kind)
        if self._direction.returns:
            return await self._leave_to_the_other(link.dataverse_id)
        if self._hint not in CERTAIN:
            return again(self._services.policy.absence_delay, "the row is gone, but nobody said so", hint=Hint.ABSENT)
        if there is not None:
            await release.require_held(self._services, self._direction, self._direction.current(there.row))
        removed = await self._remove(link, there)
        await release.line_settled(self._services, self._direction.map, link.finance_key)
        if removed:
            self._kind = Kind.DELETED
            if await self._source.version(self._key) is not None:
                return None
        former = await self._retire(link)
        if former != link.former:
            await self._services.links.save(replace(link, former=former))
        return Outcome(self._kind, finance_key=link.finance_key)

    async def _leave_to_the_other(self, row_id: str) -> Outcome:
        """Let the direction that makes and deletes the rows look: one of the pair is not there."""
        makes = self._services.catalogue.direction(f"{self._direction.map.id}_to_{self._direction.source}")
        await touch(self._services, makes, row_id)
        return Outcome(self._kind)

    async def _remove(self, link: Link, there: Found | None) -> bool:
        """Delete the target row of a link, unless it has another owner by now; say whether it was done."""
        owner = await self._pairing.other_owner(self._key, link)
        removed = False
        if owner is None and there is not None:
            await self._delete(self._pairing.target_of(link), there)
            removed = True
            owner = await self._pairing.other_owner(self._key, link)
        if owner is not None:
            # The key went to another row, perhaps while we deleted, perhaps before a crash of ours: let that row look.
            await touch(self._services, self._direction, owner)
        return removed

    async def _delete(self, target_key: str, found: Found) -> None:
        self._require("delete")
        try:
            await self._target.delete(target_key, found)
        except Rejected as refusal:
            # Mostly rows that still point at it and are on their way out themselves; if not, the last try becomes an
            # error record.
            raise Transient(
                f"{self._direction.name}, row {self._key}: {self._direction.target} does not delete {target_key} yet.",
                reason=refusal.reason or refusal.message,
                remedy="Remove what still refers to it there.",
            ) from refusal
