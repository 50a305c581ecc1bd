"""A scene: who is on stage while stories are played, what was prepared for them, and how a step of a story is shown."""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.local.demo.board import Board, Change, Check
from tests.local.demo.error_card import ErrorCard
from tests.local.demo.office import Office
from tests.local.demo.people import People
from tests.local.demo.sheets import BothSides, Sheet
from tests.scenarios.consulting import Consulting

Act = Callable[["Scene"], Awaitable[None]]


class StoryEnded(Exception):
    """A story cannot go on: what it is about did not come about. The line that says so has been shown."""


@dataclass(slots=True)
class Scene:
    """The people of both companies. USPM's consultants are there once a story has asked for them."""

    people: People
    office: Office
    firm: Consulting
    _prepared: set[str] = field(default_factory=set)

    @classmethod
    def on(cls, people: People) -> Scene:
        """The scene on a stage."""
        office = Office(people.stage)
        return cls(people, office, Consulting(office))

    @property
    def board(self) -> Board:
        """What the audience sees."""
        return self.people.board

    @contextlib.contextmanager
    def change(self, where: str, what: str) -> Iterator[Change]:
        """Show a change while inside. One that fails is the end of its story: the next would stand on nothing."""
        try:
            with self.board.change(where, what) as change:
                yield change
        except AssertionError as refused:
            raise StoryEnded(what) from refused
        if change.failed:
            raise StoryEnded(what)

    async def prepare(self, preparation: Preparation) -> None:
        """Do what a story needs, unless another story has had it done; one line says so."""
        if preparation.what in self._prepared:
            return
        self._prepared.add(preparation.what)
        with self.change("both", preparation.what) as change:
            await preparation.done(self)
            change.end("prepared, for this story is about something else")

    async def step(self, where: str, what: str, doing: Awaitable[Any], seen: Check, became: str) -> None:
        """Show somebody do something, and wait until what comes of it is seen."""
        with self.change(where, what) as change:
            await doing
            await change.until(seen, became)

    def show(self, dataverse: Sequence[Sheet], finance: Sequence[Sheet]) -> None:
        """Show what both sides hold now."""
        self.board.block(BothSides(dataverse, finance))

    async def show_error(self, direction: str) -> None:
        """Show the latest error record of a direction in its own words."""
        records = [record for record in await self.office.errors() if record.direction == direction]
        if records:
            self.board.block(ErrorCard(records[0], alike=len(records) - 1))


@dataclass(frozen=True, slots=True)
class Preparation:
    """What stories need before they begin, done without a word but one line."""

    what: str
    done: Act


@dataclass(frozen=True, slots=True)
class Story:
    """The acts of a component, and what they need first."""

    acts: tuple[Act, ...]
    needs: tuple[Preparation, ...] = ()
