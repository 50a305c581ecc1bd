"""What the authors of a map wrote beside it: the docstring of its module, and the comments with what they speak of."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from types import ModuleType

_HEADER = re.compile(r"#\s+Finance\s+way\s+Dataverse\b")
_ROW = re.compile(r'Row\((?:None|"(?P<finance>\w+)"),\s*"[=<>]",\s*(?:None|"(?P<dataverse>[^"]+)")')
_NAME = re.compile(r'"?(?P<name>\w+)"?\s*[:=][^=]')


def about(module: ModuleType) -> str:
    """Give the module's docstring, its paragraphs unwrapped."""
    paragraphs = re.split(r"\n\s*\n", inspect.cleandoc(module.__doc__ or ""))
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


def remarks(source: str) -> Iterator[str]:
    """Give the comments that stand on lines of their own, each with the row or name that follows it."""
    said: list[str] = []
    for line in source.splitlines():
        text = line.strip()
        if _HEADER.match(text):
            continue
        if text.startswith("#"):
            said.append(text.lstrip("#: "))
            continue
        if said:
            subject = _subject(text)
            yield (f"`{subject}`: " if subject else "") + " ".join(said)
        said = []


def _subject(text: str) -> str:
    if row := _ROW.match(text):
        return row["finance"] or row["dataverse"] or ""
    name = _NAME.match(text)
    return name["name"] if name else ""
