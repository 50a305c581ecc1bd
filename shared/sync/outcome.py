"""What became of one look at a row."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from shared.store.message import Hint


class Kind(StrEnum):
    """The ends that a look at a row can come to."""

    CREATED = "created"
    UPDATED = "updated"
    DELETED = "deleted"
    #: Both sides agree already: an echo, a duplicate, a late message.
    UNCHANGED = "unchanged"
    #: The row is not one that the map carries (any more); whatever is on the target stays as it is.
    FILTERED = "filtered"
    #: Look again later: the lease is taken, the rounds are used up, an absence is to be confirmed.
    AGAIN = "again"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a look ended; `finance_key` names the pair, if there is one, for whoever reports it."""

    kind: Kind
    finance_key: str = ""
    columns: tuple[str, ...] = ()
    #: For AGAIN: the delay in seconds, what to say in the next message, and why.
    delay: float = 0.0
    hint: Hint = Hint.UPSERT
    why: str = ""


def again(delay: float, why: str, hint: Hint = Hint.UPSERT) -> Outcome:
    """Ask for another look after `delay` seconds."""
    return Outcome(Kind.AGAIN, delay=delay, hint=hint, why=why)
