"""Three-way merge of the columns mapped both ways.

The *base* holds the values last agreed on. A column that differs from it on one side was changed there, and the other
side takes it. Changed on both sides, the column's owner wins and the loser's value goes into a conflict, to be kept
where it can be restored from. Without a base (the two rows meet for the first time) the owner wins too, but an empty
value never wins over one that says something.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from shared.mapping.direction import Direction, Values
from shared.mapping.model import Row, Side
from shared.mapping.shape import Shape
from shared.mapping.values import Value, as_text, is_empty

#: Agreed values as texts, by row name: how a base is remembered.
Base = dict[str, str | None]


@dataclass(frozen=True, slots=True)
class Conflict:
    """A column that both sides changed: what won, what lost, and what they had agreed on before."""

    column: str
    winner: Side
    kept: str | None
    lost: str | None
    base: str | None


@dataclass(slots=True)
class Merge:
    """What each side must take to agree, what was lost on the way, and the base afterwards."""

    to_finance: Values = field(default_factory=dict)
    to_dataverse: Values = field(default_factory=dict)
    conflicts: list[Conflict] = field(default_factory=list)
    base: Base = field(default_factory=dict)

    def towards(self, side: Side) -> Values:
        """What `side` must take."""
        return self.to_finance if side is Side.FINANCE else self.to_dataverse


@dataclass(frozen=True, eq=False)
class TwoWay:
    """Both directions of a map that changes travel over in both, as one thing to merge by."""

    to_finance: Direction
    to_dataverse: Direction

    def towards(self, side: Side) -> Direction:
        """Give the direction that writes to `side`."""
        return self.to_finance if side is Side.FINANCE else self.to_dataverse

    @cached_property
    def shape(self) -> Shape:
        """What to read of the Dataverse row so that either direction understands it."""
        return self.to_finance.shape.union(self.to_dataverse.shape)

    @cached_property
    def finance_columns(self) -> tuple[str, ...]:
        """What to read of the Finance row so that either direction understands it."""
        return tuple(dict.fromkeys((*self.to_finance.finance_columns, *self.to_dataverse.finance_columns)))

    @cached_property
    def shared(self) -> tuple[Row, ...]:
        """The rows with an arrow at both ends."""
        return tuple(row for row in self.to_finance.rows if row.way == "=")


def merge(pair: TwoWay, finance: Values, dataverse: Values, base: Mapping[str, str | None] | None) -> Merge:
    """Compare both sides' values, as read by either direction, with the base."""
    result = Merge()
    for row in pair.shared:
        _merge_column(result, row, pair, finance, dataverse, base)
    _one_way(result.to_finance, pair.to_finance, wanted=dataverse, there=finance)
    _one_way(result.to_dataverse, pair.to_dataverse, wanted=finance, there=dataverse)
    return result


def _merge_column(
    result: Merge, row: Row, pair: TwoWay, finance: Values, dataverse: Values, base: Mapping[str, str | None] | None
) -> None:
    name = row.name
    theirs: dict[Side, Value] = {Side.FINANCE: finance[name], Side.DATAVERSE: dataverse[name]}
    if theirs[Side.FINANCE] == theirs[Side.DATAVERSE]:
        result.base[name] = as_text(theirs[Side.FINANCE])
        return
    owner = row.owner or pair.to_finance.map.owner
    winner, clash = _winner(theirs, base, name, owner)
    result.base[name] = as_text(theirs[winner])
    result.towards(winner.other)[name] = theirs[winner]
    if clash:
        before = base.get(name) if base is not None else None
        lost = as_text(theirs[winner.other])
        result.conflicts.append(Conflict(name, winner, as_text(theirs[winner]), lost, before))


def _winner(
    theirs: Mapping[Side, Value], base: Mapping[str, str | None] | None, name: str, owner: Side
) -> tuple[Side, bool]:
    """Name the side whose value both shall have, and whether the other side's value is lost by it."""
    if base is None or name not in base:
        if is_empty(theirs[owner]):
            return owner.other, False
        return owner, not is_empty(theirs[owner.other])
    changed = [side for side in Side if as_text(theirs[side]) != base[name]]
    return (changed[0], False) if len(changed) == 1 else (owner, True)


def _one_way(into: Values, direction: Direction, *, wanted: Values, there: Values) -> None:
    for row in direction.rows:
        if row.way != "=" and wanted[row.name] != there[row.name]:
            into[row.name] = wanted[row.name]
