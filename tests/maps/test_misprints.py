"""A map file that cannot be read is named with its line: not everybody reads a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest

import shared.maps
from shared.errors import Misconfigured
from shared.maps.catalogue import declared

LINES = """\
from shared.mapping.model import Row
from shared.mapping.transforms import text

ROW = (
    Row("Name", "<", "name", {}),
)
"""


@pytest.mark.parametrize(
    ("written", "line", "said"),
    [
        ("txt(60)", 5, "name 'txt' is not defined"),
        ("text('60', 1)", 5, "text() takes from 0 to 1 positional arguments but 2 were given"),
        ("text(60), 'guessed'", 5, "row Name: 'guessed' is none of documented, schema, inferred"),
        ("text(60", 4, "'(' was never closed"),
    ],
)
def test_a_misprint_is_told_with_file_and_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, written: str, line: int, said: str
) -> None:
    folder = tmp_path / "shared" / "maps"
    folder.mkdir(parents=True)
    (folder / "misprinted.py").write_text(LINES.replace("{}", written), encoding="utf-8")
    monkeypatch.setattr(shared.maps, "__path__", [str(folder)])
    with pytest.raises(Misconfigured) as told:
        list(declared())
    assert str(told.value) == f"shared/maps/misprinted.py, line {line}: {said}."
