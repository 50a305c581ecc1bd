"""Settle: bring two rows into line that people change on both sides.

One settle at a time per pair, by a lease on the link: two at once can swap the sides or leave them apart. A round
reads base and both rows, merges, writes conditionally, and saves what was agreed on as the new base by
compare-and-set. It goes round until a round finds nothing to do, because the holder of an expired lease may still
write: a single round would leave that.

A write is announced on the link before it is made. A crash, or a lease that ran out meanwhile, may leave it made and the
base not saved; without the announcement our own value would then look like a person's change, and win over an undo.

A value that loses against the other side's is kept in a conflict record before anything overwrites it.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

from shared.clients.finance import rec_id
from shared.clients.rows import Found
from shared.errors import Conflict, MissingReference, Parked, Refused, Rejected, SyncError, Transient
from shared.mapping import keys
from shared.mapping.direction import Direction, Values
from shared.mapping.merge import Base, Merge, TwoWay, merge
from shared.mapping.merge import Conflict as Lost
from shared.mapping.model import Operation, Side
from shared.mapping.values import as_text
from shared.store.compare_and_set import until_written
from shared.store.conflicts import LostValue
from shared.store.links import Announced, Link
from shared.store.message import Hint, WorkMessage
from shared.sync import assembly, lookups, pairing, parking, permission, release, stubborn
from shared.sync.outcome import Kind, Outcome, again
from shared.sync.services import Services
from shared.sync.side_table import dataverse_rows
from shared.sync.sides import FinanceRows, Rows


class _LeaseLost(Exception):
    """Somebody else holds the pair by now: stop without touching anything."""


async def settle(services: Services, pair: TwoWay, source: Side, message: WorkMessage) -> Outcome:
    """Settle the pair that the message's row of `source` belongs to. Raises Parked, Rejected, Refused, Throttled or Transient."""
    link = await until_written(lambda: _find(services, pair.towards(source.other), message.key))
    if link is None:
        return Outcome(Kind.UNCHANGED)
    settling = _Settling(services, pair, source, message, link)
    if await settling.agrees_already():
        return Outcome(Kind.UNCHANGED, finance_key=link.finance_key)
    if not await settling.lease():
        return again(services.policy.lease_wait, "the pair is being settled by somebody else", hint=message.hint)
    try:
        return await settling.go_round()
    except _LeaseLost:
        return again(services.policy.lease_wait, "the lease on the pair ran out", hint=message.hint)
    finally:
        await settling.release()


async def _find(services: Services, direction: Direction, key: str) -> Link | None:
    """Give the link that a source row belongs to, made if need be; None if the row is not there or not ours."""
    if direction.source is Side.DATAVERSE:
        link = await services.links.by_dataverse(direction.map.id, key)
        if link is not None and link.finance_key:
            return link
        rows: Rows = dataverse_rows(services, direction.map, direction.shape)
    else:
        link = await pairing.by_finance_key(services, direction.map, key)
        if link is not None or key.startswith(pairing.BY_REC_ID):
            return link
        rows = FinanceRows(services.finance, direction.map, direction.finance_columns)
    found = await rows.read(key)
    if found is None or not direction.applies(found.row):
        return None
    values = direction.translate(found.row)
    if direction.source is Side.FINANCE:
        return await pairing.pair_of_finance_row(services, direction, key, found, values)
    return await pairing.claim_finance_key(services, direction, key, link, direction.finance_key(values))


class _Settling:
    """One settle of one pair: the lease, the rounds, and what they have done so far."""

    def __init__(self, services: Services, pair: TwoWay, source: Side, message: WorkMessage, link: Link) -> None:
        self._services = services
        self._pair = pair
        self._source = source
        self._hint = message.hint
        self._correlation = message.correlation
        self._link = link
        self._map = pair.to_finance.map
        self._rows: dict[Side, Rows] = {
            Side.FINANCE: FinanceRows(services.finance, self._map, pair.finance_columns),
            Side.DATAVERSE: dataverse_rows(services, self._map, pair.shape),
        }
        self._explained = lookups.Explanation(services, pair.to_finance)
        self._kind = Kind.UNCHANGED
        self._columns: set[str] = set()
        self._announced: Announced | None = None

    async def agrees_already(self) -> bool:
        """Whether both rows agree with each other and with the base: an echo needs no lease, for there is nothing to do."""
        if self._link.base is None:
            return False
        found = await self._read_both()
        if any(row is None for row in found.values()):
            return False
        result = self._merge(found)
        return not result.to_finance and not result.to_dataverse and self._agreed(result) == self._link.base

    async def lease(self) -> bool:
        """Take the lease on the pair; False if somebody else holds it."""
        services = self._services
        owner = f"{int(services.chance() * 16**12):012x}"
        held = await services.links.lease(
            self._map.id, self._link.dataverse_id, owner, services.now(), services.policy.lease
        )
        if held is None:
            return False
        self._link = held
        return True

    async def release(self) -> None:
        """Give the lease back; quiet if it was lost."""
        await self._services.links.release(self._link)

    async def go_round(self) -> Outcome:
        """Go round until there is nothing to do; Transient if that takes too many rounds."""
        for _ in range(self._services.policy.rounds):
            try:
                outcome = await self._round()
            except Conflict:
                continue
            if outcome is not None:
                return outcome
        columns = ", ".join(sorted(self._columns)) or "its rows"
        raise Transient(
            f"{self._map.id}, {self._link.finance_key}: {columns} kept changing in each of {self._services.policy.rounds} rounds.",
            remedy="If it stays so, something on one side sets these columns after each write.",
        )

    async def _round(self) -> Outcome | None:
        if self._link.lease_until is not None and self._services.now() >= self._link.lease_until:
            raise _LeaseLost
        found = await self._read_both()
        there = [side for side in Side if found[side] is not None]
        if not there:
            await self._remember(base=None)
            return self._outcome()
        for side in there:
            row = found[side]
            if row is not None and not self._pair.towards(side.other).applies(row.row):
                return Outcome(Kind.FILTERED, finance_key=self._link.finance_key)
        if len(there) == 1:
            return await self._one_is_missing(there[0], found)
        return await self._both_are_there(found)

    async def _read_both(self) -> dict[Side, Found | None]:
        finance, dataverse = await asyncio.gather(
            self._rows[Side.FINANCE].read(self._link.finance_key),
            self._rows[Side.DATAVERSE].read(self._link.dataverse_id),
        )
        return {Side.FINANCE: finance, Side.DATAVERSE: dataverse}

    def _name(self, side: Side) -> str:
        return self._link.finance_key if side is Side.FINANCE else self._link.dataverse_id

    def _merge(self, found: dict[Side, Found | None]) -> Merge:
        finance, dataverse = found[Side.FINANCE], found[Side.DATAVERSE]
        if finance is None or dataverse is None:
            raise ValueError("a merge needs both rows")
        values = {Side.FINANCE: self._finance_values(finance), Side.DATAVERSE: self._dataverse_values(dataverse)}
        landed = self._landed(values)
        base = {**(self._link.base or {}), **{name: text for _, name, text in landed}}
        result = merge(self._pair, values[Side.FINANCE], values[Side.DATAVERSE], base or None)
        for side, name, text in landed:
            if name in result.towards(side):
                # Very likely our own value, but a person may have typed the same: it is kept.
                kept = as_text(result.towards(side)[name])
                result.conflicts.append(Lost(name, side.other, kept, text, (self._link.base or {}).get(name)))
        return result

    def _landed(self, values: dict[Side, Values]) -> list[tuple[Side, str, str | None]]:
        """Name the announced values that stand where they were to be written: both sides had agreed on them."""
        shared = {row.name for row in self._pair.shared}
        return [
            (Side(write.side), name, text)
            for write in self._link.announced
            for name, text in write.values.items()
            if name in shared and as_text(values[Side(write.side)][name]) == text
        ]

    def _finance_values(self, found: Found) -> Values:
        return self._pair.to_dataverse.translate(found.row) | self._pair.to_finance.current(found.row)

    def _dataverse_values(self, found: Found) -> Values:
        return self._pair.to_finance.translate(found.row) | self._pair.to_dataverse.current(found.row)

    def _require(self, operation: Operation, side: Side) -> None:
        where = f"{self._pair.towards(side).name}, row {self._name(side.other)}"
        permission.require(self._map, operation, side, where=where)

    # -- both rows are there -------------------------------------------------------------------------------------------

    async def _both_are_there(self, found: dict[Side, Found | None]) -> Outcome | None:
        result = self._merge(found)
        self._drop_key_spelling(result, found)
        waits = await self._hold_back(result, found)
        has_written, refusals = False, list[SyncError]()
        for side in Side:
            if not result.towards(side):
                continue
            try:
                await self._bring(side, result, found)
                has_written = True
            except (Rejected, Refused, Parked) as refusal:
                # What one side does not take keeps nothing from the other.
                refusals.append(refusal)
        if has_written:
            return None
        finance = found[Side.FINANCE]
        await self._remember(base=self._agreed(result), number=rec_id(finance.version) if finance is not None else None)
        if waits is not None:
            refusals.append(waits)
        if refusals:
            raise refusals[0]
        return self._outcome()

    async def _hold_back(self, result: Merge, found: dict[Side, Found | None]) -> Parked | None:
        """Keep a header from being taken up before its lines are there; give what it waits for."""
        declared = self._map.release
        side = next((s for s in Side if declared and declared.row in result.towards(s)), None)
        if declared is None or side is None:
            return None
        there, other = found[side], found[side.other]
        if there is None or other is None:
            raise ValueError("both rows are there")
        wanted, current = self._values(side.other, other), self._values(side, there)
        waits = await release.hold(self._services, self._pair.towards(side), self._link, wanted, current)
        if wanted[declared.row] == current[declared.row]:
            del result.towards(side)[declared.row]
        else:
            result.towards(side)[declared.row] = wanted[declared.row]
        return waits

    async def _bring(self, side: Side, result: Merge, found: dict[Side, Found | None]) -> None:
        """Write what a side must take to agree, and remember that it did."""
        row, changed = found[side], result.towards(side)
        if row is None:
            raise ValueError("both rows are there")
        self._refuse_to_fight(side, changed)
        self._require("update", side)
        columns = await self._encoded(side, result, found)
        await self._keep([lost for lost in result.conflicts if lost.winner is side.other])
        await self._announce(side, changed)
        await self._rows[side].update(self._name(side), row, columns)
        self._did(Kind.UPDATED, changed)
        # At once, column by column: until the base says so, our own write looks like a person's change.
        agreed = {name: result.base[name] for name in changed if name in result.base}
        base = {**(self._link.base or {}), **agreed}
        await self._remember(base=stubborn.remember(self._one_way(changed), base))

    def _agreed(self, result: Merge) -> Base:
        """What both sides hold by now, besides what was agreed on before of columns that one of them does not take."""
        still_open = result.to_finance.keys() | result.to_dataverse.keys()
        fresh = {name: text for name, text in result.base.items() if name not in still_open}
        return {**(self._link.base or {}), **fresh}

    def _refuse_to_fight(self, side: Side, changed: Values) -> None:
        """Rejected if the side sets back all that we would write.

        Only columns mapped one way can be fought over: of the others the base says who changed them.
        """
        if len(self._one_way(changed)) == len(changed):
            stubborn.refuse_to_fight(self._pair.towards(side), self._name(side.other), changed, self._link.base)

    def _one_way(self, values: Values) -> Values:
        shared = {row.name for row in self._pair.shared}
        return {name: value for name, value in values.items() if name not in shared}

    def _drop_key_spelling(self, result: Merge, found: dict[Side, Found | None]) -> None:
        """Finance changes no keys: another spelling of one is left alone, another key is refused."""
        for name in self._map.finance.identity:
            if name not in result.to_finance:
                continue
            wanted = as_text(result.to_finance.pop(name)) or ""
            finance = found[Side.FINANCE]
            now = as_text(self._finance_values(finance)[name]) or "" if finance is not None else ""
            if not keys.same(wanted, now):
                raise Rejected(
                    f"{self._map.id}, {self._link.finance_key}: {name} was changed to {wanted} in Dataverse, "
                    "but Finance does not change keys.",
                    remedy=f"Set it back to {now} in Dataverse, or rename the record in Finance: that travels.",
                    column=name,
                )
            result.base[name] = now

    async def _encoded(self, side: Side, result: Merge, found: dict[Side, Found | None]) -> dict[str, Any]:
        other = found[side.other]
        if other is None:
            raise ValueError("both rows are there")
        values = self._values(side.other, other) | result.towards(side)
        return await self._columns_for(side, result.towards(side), values)

    def _values(self, side: Side, found: Found) -> Values:
        return self._finance_values(found) if side is Side.FINANCE else self._dataverse_values(found)

    async def _columns_for(self, side: Side, changed: Values, wanted: Values) -> dict[str, Any]:
        direction = self._pair.towards(side)
        return await lookups.resolve(
            self._services, direction, direction.encode(changed, self._link.finance_key), wanted
        )

    async def _keep(self, lost: list[Lost]) -> None:
        if not lost:
            return
        columns = {value.column: LostValue(value.kept, value.lost, value.base) for value in lost}
        await self._services.conflicts.keep(
            self._map.id,
            self._link.dataverse_id,
            columns,
            winner=str(lost[0].winner),
            now=self._services.now(),
            correlation=self._correlation,
        )

    # -- one row is missing --------------------------------------------------------------------------------------------

    async def _one_is_missing(self, present: Side, found: dict[Side, Found | None]) -> Outcome | None:
        row = found[present]
        if row is None:
            raise ValueError("the row is there")
        values = self._values(present, row)
        if self._link.base is None:
            self._require("create", present.other)
            if present is Side.DATAVERSE:
                await assembly.require_predecessors(self._services, self._pair.to_finance, row.row, values)
            await self._create(present.other, values)
            return None
        if not self._is_certain(present.other):
            return again(
                self._services.policy.absence_delay, "one of the rows is gone, but nobody said so", hint=Hint.ABSENT
            )
        self._require("delete", present)
        await self._keep(self._edited_since(present, values))
        await self._rows[present].delete(self._name(present), row)
        self._did(Kind.DELETED, {})
        await self._remember(base=None)
        return None

    def _is_certain(self, absent: Side) -> bool:
        return self._hint in (Hint.ABSENT, Hint.VERIFY) or (self._hint is Hint.DELETE and absent is self._source)

    def _edited_since(self, side: Side, values: Values) -> list[Lost]:
        """Give what a delete takes with it: the whole row if anything of it was edited since, for one value alone restores little."""
        base = self._link.base or {}
        texts = {row.name: as_text(values[row.name]) for row in self._pair.shared}
        if all(base.get(name) == text for name, text in texts.items()):
            return []
        return [Lost(name, side.other, None, text, base.get(name)) for name, text in texts.items() if text is not None]

    async def _create(self, side: Side, values: Values) -> None:
        direction = self._pair.towards(side)
        if self._map.release is not None and self._map.release.row in values:
            # Whether its lines are there is for the next round.
            values = {**values, self._map.release.row: self._map.release.held}
        later = lookups.to_itself(self._services, direction, values, self._link.finance_key)
        wanted = {row.name: values[row.name] for row in direction.rows if row.name not in later}
        columns = await self._columns_for(side, direction.differences(wanted, None), wanted)
        await self._announce(side, wanted)
        try:
            await self._rows[side].create(self._name(side), {**direction.constants, **columns})
        except Conflict as taken:
            if side is Side.FINANCE:
                raise
            await pairing.doubt(self._services, self._link)
            raise _LeaseLost from taken
        except MissingReference as refusal:
            raise await self._explained.by(wanted, refusal) from refusal
        self._did(Kind.CREATED, wanted)
        agreed = (row.name for row in self._pair.shared if row.name not in later)
        await self._remember(base={name: as_text(values[name]) for name in agreed})

    # -- what is remembered --------------------------------------------------------------------------------------------

    async def _announce(self, side: Side, values: Values) -> None:
        others = (each for each in self._link.announced if each is not self._announced)
        texts = {name: as_text(value) for name, value in values.items()}
        self._announced = Announced(side, self._services.now(), texts)
        await self._save(replace(self._link, announced=(*others, self._announced)))

    async def _remember(self, *, base: Base | None, number: int | None = None) -> None:
        """Save what is agreed on now; our own announcement has served, and so has any whose writer is long gone."""
        if self._link.base is None and base is not None:
            await parking.arrived(self._services, self._map, self._link.finance_key, self._link.dataverse_id)
        long_ago = self._services.now() - timedelta(seconds=self._services.policy.verify_delay)
        announced = tuple(a for a in self._link.announced if a is not self._announced and a.since > long_ago)
        number = self._link.rec_id if number is None else number
        await self._save(replace(self._link, base=base, rec_id=number, announced=announced))

    async def _save(self, fresh: Link) -> None:
        if fresh == self._link:
            return
        try:
            self._link = await self._services.links.save(fresh)
        except Conflict as taken:
            raise _LeaseLost from taken

    def _did(self, kind: Kind, columns: Values) -> None:
        if self._kind is not Kind.CREATED:
            self._kind = kind
        self._columns |= columns.keys()

    def _outcome(self) -> Outcome:
        columns = tuple(sorted(self._columns))
        return Outcome(self._kind, finance_key=self._link.finance_key, columns=columns)
