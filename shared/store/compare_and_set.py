"""Read, change, write if nobody wrote meanwhile; again if somebody did."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from shared.errors import Conflict

_Result = TypeVar("_Result")
#: More than this many losses in a row means that the row is far too busy; the caller's own retry is the better place.
ROUNDS = 10


async def until_written(attempt: Callable[[], Awaitable[_Result]]) -> _Result:
    """The result of the first attempt (a read and a conditional write) that meets no Conflict, of at most `ROUNDS`."""
    for _ in range(ROUNDS - 1):
        try:
            return await attempt()
        except Conflict:
            continue
    return await attempt()
