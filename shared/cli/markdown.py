"""Markdown as code hosts show it: tables whose cells may hold anything."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence


def table(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Write a table, line by line, with an empty line after it."""
    yield _line(headers)
    yield _line(["---"] * len(headers))
    yield from map(_line, rows)
    yield ""


def code(text: str) -> str:
    """Set text in code; nothing stays nothing."""
    return f"`{text}`" if text else ""


def codes(texts: Iterable[str]) -> str:
    """Set several texts in code, one after another."""
    return ", ".join(code(text) for text in texts)


def link(name: str) -> str:
    """Link to the heading of that name in the same document."""
    return f"[`{name}`](#{name})"


def _line(cells: Sequence[str]) -> str:
    # A bar ends a cell even inside code.
    return "| " + " | ".join(" ".join(cell.replace("|", "\\|").split()) for cell in cells) + " |"
