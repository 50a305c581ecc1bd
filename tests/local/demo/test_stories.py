"""Each component's story, played between real servers as `dev.py demo --component` plays it, ends in agreement."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from tests.local.demo.board import Board
from tests.local.demo.scene import Scene, StoryEnded
from tests.local.demo.stage import Options
from tests.local.demo.stories import STORIES
from tests.local.demo.story import Wish, play
from tests.local.demo.test_board import look

QUICKEST = "setup"


@pytest.mark.parametrize(
    "component", [pytest.param(name, marks=[pytest.mark.long] if name != QUICKEST else []) for name in STORIES]
)
async def test_a_story_ends_with_both_sides_in_agreement(component: str, tmp_path: Path) -> None:
    written = io.StringIO()
    agreed = await play(Console(file=written, width=80), Options(logs=tmp_path), Wish((component,)))
    said = written.getvalue()
    assert agreed, said
    assert "Both systems agree" in said
    assert "FAILED" not in said
    assert f"{component}, in {len(STORIES[component].acts)} acts" in said
    assert said.count("\n    Dataverse  ") >= 2, "both sides are shown at key moments"
    assert not [line for line in said.splitlines() if "…" in line and line.startswith("    ")], "nothing is cut"


def test_a_story_ends_where_it_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.StringIO()
    board = Board(Console(file=written, width=80), look)
    monkeypatch.setattr(Scene, "board", board)
    scene = object.__new__(Scene)
    with pytest.raises(StoryEnded), scene.change("Finance", "an accountant posts") as change:
        change.end("refused", failed=True)
    with pytest.raises(StoryEnded), scene.change("Finance", "an accountant posts"):
        raise AssertionError("POST run: 400")
    assert written.getvalue().count("FAILED") == len(board.failures) == 2
