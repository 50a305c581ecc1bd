"""How things are measured: side by side, in turns, and compared by their ratio.

Two things that are measured one after the other meet two different machines. So contenders take turns, a few calls
each, and are compared turn by turn; the median of those ratios holds still while the times themselves wander.
Work of the processor alone is counted in the time this thread had the processor, which a busy machine does not change.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

#: Seconds of work in one turn: long against the clock's own cost, short against whatever disturbs.
TURN = 0.002


@dataclass(frozen=True, slots=True)
class Series:
    """What was measured of one contender, turn by turn, in seconds (or in any other unit, all the same)."""

    values: tuple[float, ...]

    @property
    def median(self) -> float:
        """The middle value."""
        return statistics.median(self.values)

    def quantile(self, share: float) -> float:
        """The value that this share of all values lies below, interpolated."""
        ordered = sorted(self.values)
        place = share * (len(ordered) - 1)
        below, part = int(place), place % 1
        return ordered[below] if part == 0 else ordered[below] * (1 - part) + ordered[below + 1] * part


def series(values: Sequence[float]) -> Series:
    """Make a series; ValueError if nothing was measured."""
    if not values:
        raise ValueError("nothing was measured")
    return Series(tuple(values))


def ratio(ours: Series, base: Series) -> Series:
    """Compare two contenders turn by turn."""
    return series([one / other for one, other in zip(ours.values, base.values, strict=True)])


def in_turns(contenders: Mapping[str, Callable[[], object]], turns: int) -> dict[str, Series]:
    """Call each contender again and again, in turns; processor seconds for one call."""
    calls = {name: _calls_in_a_turn(call) for name, call in contenders.items()}
    measured: dict[str, list[float]] = {name: [] for name in contenders}
    with _no_collection():
        for _ in range(turns):
            for name, call in contenders.items():
                measured[name].append(_timed(call, calls[name]))
    return {name: series(values) for name, values in measured.items()}


def _calls_in_a_turn(call: Callable[[], object]) -> int:
    calls = 1
    while (each := _timed(call, calls)) * calls < TURN / 4:
        calls *= 2
    return max(1, round(TURN / each))


def _timed(call: Callable[[], object], calls: int) -> float:
    begun = time.thread_time()
    for _ in range(calls):
        call()
    return (time.thread_time() - begun) / calls


@contextmanager
def _no_collection() -> Iterator[None]:
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
