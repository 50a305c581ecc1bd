"""Markdown as code hosts show it: tables whose cells may hold anything."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

_CODE_OR_TAG = re.compile(r"(`[^`\n]*`)|<")


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


def plain(document: str) -> str:
    """Have no text taken for HTML: an `<x>` that somebody wrote of a table would swallow what follows it."""
    return _CODE_OR_TAG.sub(lambda found: found[1] or "&lt;", document)


def _line(cells: Sequence[str]) -> str:
    # A bar ends a cell even inside code.
    return "| " + " | ".join(" ".join(cell.replace("|", "\\|").split()) for cell in cells) + " |"
