"""Translating a row: the compiled map against the same map written by hand, and in jmespath and glom."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from shared.mapping.model import Side
from shared.maps.catalogue import catalogue
from tests.bench.by_hand import BY_HAND
from tests.bench.by_library import with_glom, with_jmespath
from tests.bench.measuring import in_turns, ratio
from tests.bench.report import MICRO, Section, Verdict, figures, times
from tests.bench.rows import FULL

TARGET = 1.5
_BY_HAND, _COMPILED = "by hand", "compiled map"


def contenders(map_id: str) -> dict[str, Callable[[Mapping[str, Any]], Any]]:
    """Give the four translations of a map to Finance, the one by hand first."""
    direction = catalogue().direction(f"{map_id}_to_{Side.FINANCE}")
    return {
        _BY_HAND: BY_HAND[map_id],
        _COMPILED: direction.translate,
        "jmespath": with_jmespath(direction),
        "glom": with_glom(direction),
    }


def run(*, quick: bool) -> Section:
    """Measure three maps with one realistic row each."""
    section = Section("Translating a row")
    section.notes.append(
        "From a Dataverse row, as it was read, to agreed values; processor time per row, all four in turns. "
        "Equal output is asserted first."
    )
    table = section.table("map", "columns", "how", "µs, median", "10 … 90 %", "of by hand", "10 … 90 %")
    for map_id in BY_HAND:
        ways, row = contenders(map_id), FULL[map_id]
        expected = ways[_BY_HAND](row)
        for name, way in ways.items():
            if way(row) != expected:
                raise AssertionError(f"{map_id}: {name} gives something else than the function by hand")
        measured = in_turns({name: partial(way, row) for name, way in ways.items()}, turns=5 if quick else 150)
        for name, figure in measured.items():
            against = ratio(figure, measured[_BY_HAND])
            head = (map_id, str(len(expected))) if name == _BY_HAND else ("", "")
            table.add_row(*head, name, *figures(figure, MICRO), *(times(against) if name != _BY_HAND else ("", "")))
        table.add_section()
        compiled = ratio(measured[_COMPILED], measured[_BY_HAND]).median
        section.verdicts.append(Verdict(f"translating a row of {map_id}, against by hand", compiled, TARGET))
    return section
