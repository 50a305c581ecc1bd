"""One play of a scenario, step by step.

A *process* is one delivery of a queue message to the app. A *person* edits a row in one step, and what is heard of it
(the message a webhook would enqueue) becomes a process of its own. Each process stands at one or more gates; a step
opens one gate, lets a person act, crashes a process, loses an answer, or lets time pass.

A crashed process does nothing more; its message is delivered again when everybody else has come to rest. The same goes for
messages that the app has put on queues itself: they are worked off at the end, in order, on the virtual clock.
"""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass, field
from functools import partial

from shared.store.message import Hint, WorkMessage
from shared.store.work_queue import queue_name
from shared.sync.catch_up import catch_up
from shared.sync.live import handle
from shared.sync.packages import send_packages
from shared.sync.services import Services
from shared.sync.sweep import sweep
from tests.convergence.frozen import Opaque, Present, freeze, position
from tests.convergence.snapshot import present
from tests.convergence.stage import Actor, Killed, LostAnswer, NeverArrived, Stage, acting
from tests.convergence.typed import Ledger
from tests.world import World

#: What becomes of one message: the app handles it, then the host acknowledges it. The second argument is that.
Deliver = Callable[[Services, WorkMessage, Callable[[], Awaitable[None]]], Awaitable[None]]
Doing = Callable[[World], Awaitable[object]]

_MOST_MESSAGES = 300


async def deliver(services: Services, message: WorkMessage, acknowledge: Callable[[], Awaitable[None]]) -> None:
    """The host's rule: a message goes only after the work."""
    await handle(services, message)
    await acknowledge()


@dataclass(frozen=True, slots=True)
class Told:
    """A message: which row of which direction, and what is said to have happened."""

    direction: str
    key: str
    hint: Hint = Hint.UPSERT


@dataclass(frozen=True, slots=True)
class Act:
    """One step of a person, and what is heard of it."""

    label: str
    does: Doing
    tells: tuple[Told, ...] = ()
    #: Directions whose timer for packages fires then.
    fires: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Script:
    """Who takes part: messages under way at the beginning, persons with their acts in order, and how much may go wrong."""

    tells: tuple[Told, ...] = ()
    persons: tuple[tuple[Act, ...], ...] = ()
    #: Directions whose catch-up runs meanwhile; it runs once more in the end.
    catch_ups: tuple[str, ...] = ()
    #: What is told when all have come to rest: of the app's own writes nobody hears before.
    afterwards: tuple[Told, ...] = ()
    crashes: int = 0
    lost_answers: int = 0
    failures: int = 0
    #: Seconds that may pass at once, at any moment, once.
    jump: float = 0.0


class Broken(AssertionError):
    """Something that must be true is not."""


@dataclass(slots=True)
class _Gate:
    label: str
    writes: bool
    opened: asyncio.Future[None]


@dataclass(slots=True)
class _Process:
    actor: Actor
    #: What is delivered again after a crash; None once it is acknowledged, and for a timer, which comes again by itself.
    message: WorkMessage | None
    task: asyncio.Task[None] | None = None
    gates: list[_Gate] = field(default_factory=list)
    has_moved: bool = False

    def state(self, present: Present) -> Hashable:
        if self.task is None or self.task.done():
            return self.actor.is_dead
        try:
            where = position(self.task, present)
        except Opaque:
            where = self.actor.seen
        message = None if self.message is None else freeze(self.message, present)
        return (where, self.actor.drawn, self.has_moved, message, tuple(gate.label for gate in self.gates))


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that can happen next."""

    label: str
    take: Callable[[], None]
    #: For the opening of a gate: whose it is, the place that the operation is about, and whether it writes there.
    actor: str = ""
    place: str = ""
    writes: bool = True

    def commutes_with(self, other: Step) -> bool:
        """Whether the order of the two makes no difference: gates of two processes, different places or both only read.

        A look for an error record passes without a gate, so writing one commutes with nothing. Nor do persons, trouble
        and time.
        """
        if not self.actor or not other.actor or self.actor == other.actor or "errors" in (self.place, other.place):
            return False
        return self.place != other.place or not (self.writes or other.writes)


class Play:
    """A stage at the beginning of a script; `steps` are what can happen next."""

    def __init__(self, stage: Stage, script: Script, deliver: Deliver = deliver) -> None:
        self.stage = stage
        self.trace: list[str] = []
        self._script = script
        self._deliver = deliver
        self._processes: list[_Process] = []
        self._acted = [0] * len(script.persons)
        self._crashes, self._lost, self._jump = script.crashes, script.lost_answers, script.jump
        self._failures = script.failures
        self._again: list[WorkMessage] = []
        stage.restore()
        stage.gate = self._at_gate
        self.ledger = Ledger(stage.world)
        for told in script.tells:
            self._begin(told)
        for direction in script.catch_ups:
            self._begin_catch_up(direction)
        stage.loop.drain()

    def close(self) -> None:
        """End a play in the middle: whoever is still under way is killed."""
        for process in self._processes:
            self._kill(process)
        self.stage.loop.drain()
        for process in self._processes:
            if process.task is not None:
                process.task.exception()

    # -- what can happen -----------------------------------------------------------------------------------------------

    def steps(self) -> Sequence[Step]:
        """Give all that can happen next, always in the same order; nothing when all have come to rest."""
        steps = [step for process in self._processes for step in self._steps_of(process)]
        for number, acts in enumerate(self._script.persons):
            if self._acted[number] < len(acts):
                steps.append(Step(f"a person: {acts[self._acted[number]].label}", partial(self._act, number)))
        if self._jump and steps:
            steps.append(Step(f"{self._jump:g} s pass", self._pass_time))
        return steps

    def take(self, step: Step) -> None:
        """Let it happen, and everybody come to their next gate."""
        self.trace.append(step.label)
        step.take()
        self.stage.loop.drain()
        for process in self._processes:
            self._look_for_failure(process)

    def state(self) -> Hashable:
        """Two plays in the same state go on in the same ways."""
        versions = present(self.stage.world)
        return (
            self.stage.state(),
            tuple(process.state(versions) for process in self._processes),
            tuple(self._acted),
            (self._crashes, self._lost, self._failures, self._jump),
            tuple(message.key for message in self._again),
            self.ledger.state(),
            self.stage.written,
        )

    def _steps_of(self, process: _Process) -> list[Step]:
        if process.actor.is_dead or process.task is None or process.task.done():
            return []
        name = process.actor.name
        steps = [self._opening(process, gate) for gate in process.gates]
        if self._lost:
            writes = (gate for gate in process.gates if gate.writes and " " in gate.label)
            steps += [Step(f"{name}: {g.label}, answer lost", partial(self._lose, process, g)) for g in writes]
        if self._failures:
            requests = (gate for gate in process.gates if " " in gate.label)
            steps += [Step(f"{name}: {g.label}, refused", partial(self._fail, process, g)) for g in requests]
        if self._crashes and process.has_moved:
            steps.append(Step(f"{name} crashes", partial(self._crash, process)))
        return steps

    def _opening(self, process: _Process, gate: _Gate) -> Step:
        place = gate.label.partition(" ")[0].partition(".")[0]
        label = f"{process.actor.name}: {gate.label}"
        return Step(label, partial(self._open, process, gate), process.actor.name, place, gate.writes)

    # -- letting it happen ---------------------------------------------------------------------------------------------

    def _begin(self, told: Told) -> None:
        name = f"P{len(self._processes) + 1}({told.direction} {told.hint})"
        message = self._message(told, name[:2])
        actor = Actor(name)

        async def acknowledge() -> None:
            if self._crashes:
                await self._at_gate(actor, "acknowledge", writes=True)
            process = next(process for process in self._processes if process.actor is actor)
            process.message = None

        self._start(actor, self._deliver(self.stage.services, message, acknowledge), message)

    def _begin_catch_up(self, direction: str) -> None:
        actor = Actor(f"the timer of {direction}")
        self._start(actor, catch_up(self.stage.services, self.stage.services.catalogue.direction(direction)), None)

    def _fire(self, direction: str) -> None:
        actor = Actor(f"R{len(self._processes) + 1}(packages of {direction})")
        self._start(actor, send_packages(self.stage.services, self.stage.services.catalogue.direction(direction)), None)

    def _start(self, actor: Actor, run: Awaitable[object], message: WorkMessage | None) -> None:
        process = _Process(actor, message)
        self._processes.append(process)
        context = contextvars.copy_context()
        context.run(acting.set, actor)
        process.task = self.stage.loop.start(_of(run), context=context)

    def _message(self, told: Told, correlation: str) -> WorkMessage:
        now = self.stage.world.clock.now()
        return WorkMessage(
            direction=told.direction, key=told.key, hint=told.hint, correlation=correlation, first_seen=now
        )

    async def _at_gate(self, actor: Actor, label: str, writes: bool) -> None:
        process = next(process for process in self._processes if process.actor is actor)
        gate = _Gate(label, writes, self.stage.loop.create_future())
        process.gates.append(gate)
        await gate.opened

    def _open(self, process: _Process, gate: _Gate) -> None:
        process.gates.remove(gate)
        process.has_moved = True
        process.actor.saw("now", self.stage.world.seconds())
        gate.opened.set_result(None)

    def _lose(self, process: _Process, gate: _Gate) -> None:
        self._lost -= 1
        process.gates.remove(gate)
        gate.opened.set_exception(LostAnswer())

    def _fail(self, process: _Process, gate: _Gate) -> None:
        self._failures -= 1
        process.gates.remove(gate)
        gate.opened.set_exception(NeverArrived())

    def _crash(self, process: _Process) -> None:
        self._crashes -= 1
        self._kill(process)
        if process.message is not None:
            self._again.append(process.message)

    def _kill(self, process: _Process) -> None:
        process.actor.is_dead = True
        for gate in process.gates:
            gate.opened.set_exception(Killed())
        process.gates.clear()

    def _act(self, number: int) -> None:
        act = self._script.persons[number][self._acted[number]]
        self._acted[number] += 1
        with self.ledger.watching():
            self.stage.loop.at_once(_of(act.does(self.stage.world)))
            self.stage.changed("dataverse")
            self.stage.changed("finance")
        for told in act.tells:
            self._begin(told)
        for direction in act.fires:
            self._fire(direction)

    def _pass_time(self) -> None:
        self.stage.pass_time(self._jump)
        self._jump = 0.0

    def _look_for_failure(self, process: _Process) -> None:
        if process.task is None or not process.task.done():
            return
        failure = process.task.exception()
        if failure is not None and not isinstance(failure, Killed):
            raise Broken(f"{process.actor.name} ended with {type(failure).__name__}: {failure}") from failure
        process.task = None

    # -- the end -------------------------------------------------------------------------------------------------------

    def work_off(self, catch_up_of: Sequence[str] = ()) -> None:
        """Deliver what crashed again, then all that is on the queues, until nothing is left however long one waits.

        Then the timers come: the script's catch-ups and those of `catch_up_of`, and the sweep if there was trouble.
        """
        self.trace.append("-- at rest; what is left on the queues --")
        for crashed in self._again:
            self._handle(crashed)
        self._empty_queues()
        for told in self._script.afterwards:
            self._handle(self._message(told, "end"))
            self._empty_queues()
        for direction in (*self._script.catch_ups, *catch_up_of):
            self.stage.pass_time(1.0)
            catalogue = self.stage.services.catalogue
            self.stage.loop.at_once(_of(catch_up(self.stage.services, catalogue.direction(direction))))
            self._empty_queues()
        if self._script.crashes or self._script.lost_answers or self._script.failures:
            self._sweep()

    def _sweep(self) -> None:
        """Let it clear what a crash left parked; only after failures of the network may it find anything to write."""
        written = self.stage.written
        self.stage.pass_time(self.stage.services.policy.sweep_after)
        self.stage.loop.at_once(_of(sweep(self.stage.services)))
        self._empty_queues()
        if self.stage.written > written and not self._script.failures:
            raise Broken("a row waited for the sweep: nobody woke it")

    def send_packages(self, direction: str) -> None:
        """Let the timer for packages fire, and handle what comes of it."""
        self.trace.append(f"the timer for packages of {direction}")
        catalogue = self.stage.services.catalogue
        self.stage.loop.at_once(send_packages(self.stage.services, catalogue.direction(direction)))
        self._empty_queues()

    def _empty_queues(self) -> None:
        for _ in range(_MOST_MESSAGES):
            message = self._next_message()
            if message is None:
                return
            self._handle(message)
        raise Broken(f"no end after {_MOST_MESSAGES} messages")

    def _handle(self, message: WorkMessage) -> None:
        self.trace.append(f"{message.direction} {message.key} {message.hint} (try {message.attempts})")
        self.stage.loop.at_once(_of(self._deliver(self.stage.services, message, _nothing)))

    def _next_message(self) -> WorkMessage | None:
        world = self.stage.world
        names = [queue_name(direction) for direction in self.stage.services.catalogue.directions]
        queues = [world.storage.queue(name) for name in names]
        waiting = [(message.visible_at, queue, message) for queue in queues for message in queue._messages]
        if not waiting:
            return None
        visible_at, queue, first = min(waiting, key=lambda each: each[0])
        if visible_at > world.seconds():
            self.stage.pass_time(visible_at - world.seconds())
        queue._messages.remove(first)
        return WorkMessage.from_text(queue._hand_out(first, hidden=1.0).text)


async def _nothing() -> None:
    pass


async def _of(awaitable: Awaitable[object]) -> None:
    await awaitable
