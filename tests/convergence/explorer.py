"""Every order in which a script can go: a depth-first search over plays.

Two plays that reached the same state have the same future, so the second one stops there. The state is everything a
future can depend on: all rows of both sides, all tables and queues, the clock, and for each process the chain of all
it has seen (its code is deterministic, so that chain is its position and its variables). Nothing is lost by stopping:
only repetitions are. Coroutines cannot be copied, so a branch is reached by playing its steps again from the beginning.

Each play that comes to rest is worked off and checked. The first one that breaks a rule ends the search, with its trace.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

from tests.convergence.stepper import Broken, Play

Begin = Callable[[], Play]
Check = Callable[[Play], None]


@dataclass(slots=True)
class Explored:
    """What a search went through. `schedules` counts complete orders: the paths through the states, most never played."""

    plays: int = 0
    states: int = 0
    ends: int = 0
    schedules: int = 0
    writes: tuple[int, int] = (0, 0)
    counterexample: str = ""


@dataclass(slots=True)
class _Node:
    next: list[int] = field(default_factory=list)


def explore(begin: Begin, check: Check, *, most_plays: int = 200_000) -> Explored:
    """Go through all orders; stop at the first that breaks a rule. RuntimeError past `most_plays`."""
    return _Search(begin, check, most_plays).run()


class _Search:
    def __init__(self, begin: Begin, check: Check, most_plays: int) -> None:
        self._begin = begin
        self._check = check
        self._most = most_plays
        self._nodes: list[_Node] = []
        self._known: dict[Hashable, int] = {}
        self._writes: list[int] = []
        self.done = Explored()

    def run(self) -> Explored:
        branches: list[tuple[list[int], int | None]] = [([], None)]
        while branches and not self.done.counterexample:
            if self.done.plays >= self._most:
                raise RuntimeError(f"more than {self._most} plays: make the script smaller")
            choices, parent = branches.pop()
            branches += self._play(choices, parent)
        self.done.states = len(self._nodes)
        if not self.done.counterexample:
            self.done.schedules = self._count_schedules()
            self.done.writes = (min(self._writes), max(self._writes))
        return self.done

    def _play(self, choices: list[int], parent: int | None) -> list[tuple[list[int], int | None]]:
        """Follow the choices, then always the first; give the branches that were passed by."""
        self.done.plays += 1
        branches: list[tuple[list[int], int | None]] = []
        play = self._begin()
        try:
            for choice in choices:
                play.take(play.steps()[choice])
            while True:
                node, is_new = self._node_of(play)
                if parent is not None:
                    self._nodes[parent].next.append(node)
                if not is_new:
                    return branches
                steps = play.steps()
                if not steps:
                    self._end(play)
                    return branches
                branches += [([*choices, number], node) for number in range(1, len(steps))]
                choices = [*choices, 0]
                play.take(steps[0])
                parent = node
        except Broken as broken:
            self.done.counterexample = "\n".join([str(broken), *play.trace])
            return []
        finally:
            play.close()

    def _node_of(self, play: Play) -> tuple[int, bool]:
        state = hash(play.state())
        known = self._known.get(state)
        if known is not None:
            return known, False
        self._nodes.append(_Node())
        return self._known.setdefault(state, len(self._nodes) - 1), True

    def _end(self, play: Play) -> None:
        self.done.ends += 1
        play.work_off()
        self._check(play)
        self._writes.append(play.stage.written)

    def _count_schedules(self) -> int:
        """Count the paths from the beginning to the ends. A state's histories only grow, so there is no cycle."""
        counts: dict[int, int] = {}
        todo = [0]
        while todo:
            node = todo[-1]
            after = self._nodes[node].next
            missing = [each for each in after if each not in counts]
            if missing:
                todo += missing
                continue
            counts[node] = sum(counts[each] for each in after) if after else 1
            todo.pop()
        return counts[0]
