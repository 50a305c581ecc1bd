"""What the audience reads where there is no terminal: a line per change, when it is finished."""

from __future__ import annotations

import io
import itertools

import pytest
from rich.console import Console

from tests.local.demo.board import Board, NotSeen
from tests.local.demo.operator import Status

QUIET = Status(undelivered=0, queued=0, poisoned=0, gathered=0, parked=0, retrying=0, open_errors=0, events=0)


async def look() -> Status:
    return QUIET


@pytest.fixture
def written() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def board(written: io.StringIO) -> Board:
    return Board(Console(file=written, width=60), look)


async def test_a_change_is_one_line_however_long(board: Board, written: io.StringIO) -> None:
    async with board.showing():
        board.act("An act", "why it is played")
        with board.change("Finance", "something [long] " + "x" * 80) as change:
            change.end("there")
    line = written.getvalue().splitlines()[-1]
    assert line.startswith("  ok   0.0 s  Finance    something [long] xxx")
    assert line.endswith("  ->  there")


async def test_a_change_is_watched_until_it_is_what_it_should_be(board: Board, written: io.StringIO) -> None:
    looks = itertools.count()

    async def third_time() -> bool:
        return next(looks) == 2

    with board.change("both", "an edit") as change:
        await change.until(third_time, "the same on both sides")
    assert "->  the same on both sides" in written.getvalue()
    assert board.failures == []


async def test_a_change_that_is_never_seen_fails_its_line_and_not_the_story(board: Board, written: io.StringIO) -> None:
    async def never() -> bool:
        return False

    with board.change("host", "a hope") as change:
        await change.until(never, "fulfilled", seconds=0)
    assert "FAILED" in written.getvalue()
    assert [failure.became for failure in board.failures] == ["not fulfilled after 0 s"]


async def test_any_other_error_fails_the_line_and_goes_through(board: Board, written: io.StringIO) -> None:
    with pytest.raises(LookupError), board.change("host", "a mistake"):
        raise LookupError("there is no such row")
    assert "->  LookupError: there is no such row" in written.getvalue()
    assert isinstance(NotSeen(), AssertionError)


async def test_a_terminal_shows_what_is_under_way_and_clears_it_in_the_end() -> None:
    written = io.StringIO()
    board = Board(Console(file=written, width=80, force_terminal=True), look)
    async with board.showing():
        with board.change("Dataverse", "a save") as change:
            await change.until(look, "in Finance")
    assert "a save" in written.getvalue()
    assert "✓" in written.getvalue()
