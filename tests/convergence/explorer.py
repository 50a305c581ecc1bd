"""Every order in which a script can go: a depth-first search over plays.

Two plays that reached the same state have the same future, so the second one stops there. The state is everything a future
can depend on: all rows of both sides, all tables and queues, the clock, and where each process stands with which
variables. And of two steps that commute (`Step.commutes_with`) only one order is played: after the second of them the first one
*sleeps* until something happens that it does not commute with (sleep sets, with the states they were stored with:
P. Godefroid, "Partial-Order Methods for the Verification of Concurrent Systems", 1996). Both leave out repetitions of what is
played anyway, and nothing else.

Coroutines cannot be copied, so a branch is reached by playing its steps again from the beginning. Each play that comes to
rest is worked off and checked. The first one that breaks a rule ends the search, with its trace.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from tests.convergence.stepper import Broken, Play, Step

Begin = Callable[[], Play]
Check = Callable[[Play], None]
Sleeping = Mapping[str, Step]


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
    """A state: where each step leads, and for those asleep, from which state and by which step one came here."""

    labels: list[str]
    next: dict[str, int] = field(default_factory=dict)
    sleeping: dict[str, tuple[int, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Branch:
    """Steps to play again by their numbers; where the last one starts from, its label, and what sleeps after it."""

    choices: Sequence[int] = ()
    parent: int = -1
    label: str = ""
    sleeping: Sleeping = field(default_factory=dict)


def explore(begin: Begin, check: Check, *, most_plays: int = 200_000) -> Explored:
    """Go through all orders; stop at the first that breaks a rule. RuntimeError past `most_plays`."""
    return _Search(begin, check, most_plays).run()


class _Search:
    def __init__(self, begin: Begin, check: Check, most_plays: int) -> None:
        self._begin = begin
        self._check = check
        self._most = most_plays
        self._nodes: list[_Node] = []
        self._known: dict[int, int] = {}
        self._writes: list[int] = []
        self.done = Explored()

    def run(self) -> Explored:
        branches = [_Branch()]
        while branches and not self.done.counterexample:
            if self.done.plays >= self._most:
                raise RuntimeError(f"more than {self._most} plays: make the script smaller")
            branches += self._play(branches.pop())
        self.done.states = len(self._nodes)
        if not self.done.counterexample:
            self.done.schedules = self._count_schedules()
            self.done.writes = (min(self._writes), max(self._writes))
        return self.done

    def _play(self, branch: _Branch) -> list[_Branch]:
        """Play a branch, then always the first step, to a known state or the end; give the branches passed by."""
        self.done.plays += 1
        play = self._begin()
        passed_by: list[_Branch] = []
        try:
            for choice in branch.choices:
                play.take(play.steps()[choice])
            while True:
                steps = play.steps()
                awake = self._arrive(play, steps, branch)
                if not steps and awake is None:
                    self._end(play)
                if not awake:
                    return passed_by
                branch, *others = self._branches(branch, steps, awake)
                passed_by += others
                play.take(steps[branch.choices[-1]])
        except Broken as broken:
            self.done.counterexample = "\n".join([str(broken), *play.trace])
            return []
        finally:
            play.close()

    def _arrive(self, play: Play, steps: Sequence[Step], branch: _Branch) -> list[int] | None:
        """Note where a branch has led and give the steps to go on with, by number; None at an end that is new."""
        if len({step.label for step in steps}) < len(steps):
            raise RuntimeError(f"steps that cannot be told apart: {[step.label for step in steps]}")
        state = hash(play.state())
        number = self._known.get(state)
        came_by = (branch.parent, branch.label)
        asleep = {step.label: came_by for step in steps if step.label in branch.sleeping}
        if number is None:
            number = self._known[state] = len(self._nodes)
            self._nodes.append(_Node([step.label for step in steps], sleeping=asleep))
            self._lead(branch, number)
            return [n for n, step in enumerate(steps) if step.label not in asleep] if steps else None
        self._lead(branch, number)
        node = self._nodes[number]
        # Asleep when we were here before, and not now: nobody else plays it.
        woken = [n for n, step in enumerate(steps) if step.label in node.sleeping and step.label not in asleep]
        for n in woken:
            del node.sleeping[steps[n].label]
        return woken

    def _lead(self, branch: _Branch, number: int) -> None:
        if branch.parent >= 0:
            self._nodes[branch.parent].next[branch.label] = number
        self._here = number

    def _branches(self, branch: _Branch, steps: Sequence[Step], awake: Sequence[int]) -> Iterator[_Branch]:
        """Give a branch for each step: what came before it sleeps after it, if the two commute."""
        here = self._here
        before = dict(branch.sleeping)
        for n in awake:
            sleeping = {label: step for label, step in before.items() if step.commutes_with(steps[n])}
            yield _Branch([*branch.choices, n], here, steps[n].label, sleeping)
            before[steps[n].label] = steps[n]

    def _end(self, play: Play) -> None:
        self.done.ends += 1
        play.work_off()
        self._check(play)
        self._writes.append(play.stage.written)

    # -- counting ------------------------------------------------------------------------------------------------------

    def _count_schedules(self) -> int:
        """Count the paths from the beginning to the ends. What a process has behind it only grows, so there is no cycle."""
        counts: dict[int, int] = {}
        todo = [0]
        while todo:
            node = todo[-1]
            after = [self._target(node, label) for label in self._nodes[node].labels]
            missing = [each for each in after if each not in counts]
            if missing:
                todo += missing
                continue
            counts[node] = sum(counts[each] for each in after) if after else 1
            todo.pop()
        return counts[0]

    def _target(self, number: int, label: str) -> int:
        """Say where a step leads. One asleep commutes with the step before, so one gets there in the other order."""
        node = self._nodes[number]
        if label not in node.next:
            parent, last = node.sleeping[label]
            node.next[label] = self._target(self._target(parent, label), last)
        return node.next[label]
