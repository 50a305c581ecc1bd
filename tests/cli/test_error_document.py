"""docs/errors.md: made of the table of known errors, current, and saying all of it."""

from __future__ import annotations

from pathlib import Path

from shared.cli.error_document import document
from shared.known_errors import BY_CLASS, KNOWN
from tests.cli.conftest import Run

DOCUMENT = Path(__file__).parents[2] / "docs" / "errors.md"


def test_the_document_is_current() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == document(), "run: python -m shared.cli errors document"


def test_every_known_error_and_every_class_is_a_line() -> None:
    lines = document().splitlines()
    for error in KNOWN:
        (line,) = [each for each in lines if each.startswith(f"| {error.words} | ")]
        assert f" | {error.advice.owner} | {error.advice.cause} | " in line
        assert line.endswith("(words assumed) |") is error.assumed
    for name in BY_CLASS:
        assert len([line for line in lines if line.startswith(f"| {name} | ")]) == 1


def test_what_looks_like_html_is_shown_and_not_obeyed() -> None:
    assert "(actuals:&lt;table>)" in document()


def test_the_command_writes_the_document_and_tells_whether_it_is_current(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "docs" / "errors.md"
    assert run("errors", "document", str(path), "--check").exit_code == 1
    assert run("errors", "document", str(path)).exit_code == 0
    assert path.read_text(encoding="utf-8") == DOCUMENT.read_text(encoding="utf-8")
    assert run("errors", "document", str(path), "--check").exit_code == 0
    path.write_text("by hand", encoding="utf-8")
    stale = run("errors", "document", str(path), "--check")
    assert stale.exit_code == 1
    assert "is not current: python -m shared.cli errors document" in stale.stderr
