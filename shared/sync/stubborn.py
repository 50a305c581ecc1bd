"""Targets that keep changing what was written: noticed per column, reported, and not fought.

The link remembers, of columns mapped one way, what was written last and how often in a row: `2:Harbour crane`. A value
that had to be written twice and differs again is not written a third time: Finance rounds or defaults it, or somebody
edits it there.
"""

from __future__ import annotations

from collections.abc import Mapping

from shared.errors import Rejected
from shared.mapping.direction import Direction, Values
from shared.mapping.merge import Base
from shared.mapping.values import as_text

_ENOUGH = 2


def refuse_to_fight(direction: Direction, key: str, changed: Values, written: Mapping[str, str | None] | None) -> None:
    """Raise Rejected if all that differs was written often enough already."""
    stubborn = [name for name, value in changed.items() if _times(written, name, as_text(value)) >= _ENOUGH]
    if changed and len(stubborn) == len(changed):
        columns = ", ".join(stubborn)
        raise Rejected(
            f"{direction.name}, row {key}: {direction.target} keeps changing {columns} after we write it.",
            remedy=f"Find what sets {columns} there (rounding, a default, a person) and correct it, or take the row out of the map.",
            column=stubborn[0],
        )


def remember(changed: Values, written: Mapping[str, str | None] | None) -> Base:
    """Give what to remember after `changed` was written."""
    remembered = dict(written or {})
    for name, value in changed.items():
        text = as_text(value)
        remembered[name] = f"{_times(written, name, text) + 1}:{text or ''}"
    return remembered


def _times(written: Mapping[str, str | None] | None, name: str, text: str | None) -> int:
    times, _, last = ((written or {}).get(name) or "0:").partition(":")
    return int(times) if last == (text or "") else 0
