"""Runs coroutines on a storage in memory in every order in which their operations can follow each other.

No event loop: a coroutine stops before each operation, and is sent on when the schedule says so.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Coroutine, Generator, Iterator, Sequence
from typing import Any

from tests.store.memory import MemoryStorage

Run = Coroutine[Any, Any, object]


@types.coroutine
def _stop() -> Generator[None, None, None]:
    yield


async def stop_before(_operation: str) -> None:
    """The hook by which the functions below drive a coroutine."""
    await _stop()


def at_once(run: Coroutine[Any, Any, Any]) -> Any:
    """The result of a coroutine that goes through without anybody in between."""
    while True:
        try:
            run.send(None)
        except StopIteration as ended:
            return ended.value


def crash_after(operations: int, run: Coroutine[Any, Any, Any]) -> None:
    """Let a coroutine make so many operations, and no more."""
    try:
        for _ in range(operations + 1):
            run.send(None)
    except StopIteration:
        return
    run.close()


def every_order(begin: Callable[[MemoryStorage], Sequence[Run]]) -> Iterator[tuple[MemoryStorage, list[object]]]:
    """For each order: the storage as it is left, and what each coroutine returned (or the exception it ended with)."""
    choices: list[int] = []
    while True:
        storage = MemoryStorage(before_each_operation=stop_before)
        widths, results = _play(begin(storage), choices)
        yield storage, results
        while choices and choices[-1] + 1 >= widths[len(choices) - 1]:
            choices.pop()
        if not choices:
            return
        choices[-1] += 1


def _play(runs: Sequence[Run], choices: list[int]) -> tuple[list[int], list[object]]:
    """Follow the choices, then always the first; note how many there were at each step, and extend the choices."""
    results: list[object] = [None] * len(runs)
    alive = list(range(len(runs)))
    widths: list[int] = []
    while alive:
        if len(widths) == len(choices):
            choices.append(0)
        number = alive[choices[len(widths)]]
        widths.append(len(alive))
        try:
            runs[number].send(None)
        except StopIteration as ended:
            results[number] = ended.value
            alive.remove(number)
        except Exception as error:  # noqa: BLE001 the test looks at it
            results[number] = error
            alive.remove(number)
    return widths, results
