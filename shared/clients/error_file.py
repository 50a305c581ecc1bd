"""What data management says of rows that failed: its error files, and its list of errors.

Rule: reading never fails. None of the formats is published, so each is read as it may be: a CSV with a line of names,
in UTF-8 or UTF-16; a list of objects in JSON, or nothing. A message belongs to a row if its record id is made of the
words of the row's key; what cannot be given to a row is said of all that have no message of their own.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import simplejson

#: Where an error file itself says why, under one of these names.
_WHY = ("ERRORMESSAGE", "ERROR", "MESSAGE")


@dataclass(frozen=True, slots=True)
class Failure:
    """A row that failed: its columns by staging name, as the error file tells them, and why, if that is known."""

    row: Mapping[str, str]
    message: str


@dataclass(frozen=True, slots=True)
class Said:
    """One entry of the list of errors."""

    record: str
    message: str


def read_error_file(content: bytes) -> list[dict[str, str]]:
    """Read the rows of an error file, by column names in capitals."""
    lines = list(csv.reader(io.StringIO(_text(content), newline="")))
    if not lines:
        return []
    names = [name.strip().upper() for name in lines[0]]
    return [dict(zip(names, line, strict=False)) for line in lines[1:] if any(line)]


def read_errors(value: Any) -> list[Said]:
    """Read the list of errors, which comes as a string of JSON."""
    try:
        entries = simplejson.loads(value) if isinstance(value, str) else value
    except ValueError:
        return [Said("", str(value))]
    if not isinstance(entries, list):
        return []
    return [_said(entry) for entry in entries if entry]


def failures(rows: Iterable[Mapping[str, str]], said: Iterable[Said]) -> list[Failure]:
    """Give each failed row the message that is about it, if there is one."""
    by_record: dict[tuple[str, ...], str] = {}
    for entry in said:
        by_record.setdefault(_words(entry.record), entry.message)
    return [Failure(row, _own_message(row) or by_record.get(_words(" ".join(row.values())), "")) for row in rows]


def of_the_whole(said: Iterable[Said]) -> str:
    """Give what is said of no particular row, or of all."""
    said = list(said)
    general = [entry.message for entry in said if not entry.record.strip()]
    return "; ".join(dict.fromkeys(general or [entry.message for entry in said]))


def _text(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    return content.decode("utf-8-sig", "replace")


def _said(entry: Any) -> Said:
    if not isinstance(entry, Mapping):
        return Said("", str(entry))
    named = {str(name).upper(): str(value or "") for name, value in entry.items()}
    return Said(named.get("RECORDID", ""), next((named[name] for name in _WHY if named.get(name)), ""))


def _own_message(row: Mapping[str, str]) -> str:
    return next((row[name] for name in _WHY if row.get(name)), "")


def _words(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"[\w-]+", text.casefold()))
