"""The document of the known errors, made of their table: the same text for the same table."""

from __future__ import annotations

from collections.abc import Iterator

from shared.cli.markdown import code, plain, table
from shared.known_errors import BY_CLASS, KNOWN, KnownError

_INTRODUCTION = """\
# Known errors

Made of the table in `shared/known_errors.py` by `python -m shared.cli errors document`; do not edit.

An error record tells what happened, in the other side's own words, and then whose matter it is, why it is so, and what to do. The
first line below whose words are among those of the other side explains the record; else the class of the error does. A record
is resolved by itself when its row goes over.
"""

_WORDS = """\
## By what the other side says

`…` stands for what differs. Words are as Microsoft prints them, unless the last column says otherwise.
"""

_CLASSES = """\
## By class

A remedy that the app can give more exactly than this, it does: with the column, the map or the setting. A row is *parked* while
it waits for another one; only after the first sweep, a quarter of an hour unless set otherwise, is it a record.
"""


def document() -> str:
    """Write the whole document."""
    words = ("they say", "of", "whose matter", "why", "what to do", "source")
    classes = ("class", "whose matter", "why", "what to do")
    lines = (_INTRODUCTION, _WORDS, *table(words, map(_known, KNOWN)), _CLASSES, *table(classes, _by_class()))
    return plain("\n".join(lines)).rstrip() + "\n"


def _known(error: KnownError) -> tuple[str, ...]:
    advice = error.advice
    source = f"{error.source} (words assumed)" if error.assumed else error.source
    return (error.words, code(error.direction), str(advice.owner), advice.cause, advice.remedy, source)


def _by_class() -> Iterator[tuple[str, ...]]:
    for name, advice in BY_CLASS.items():
        yield name, str(advice.owner), advice.cause, advice.remedy
