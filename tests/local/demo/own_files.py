"""Rows of the user's own, from a folder of JSON pages as the Dataverse Web API returns them.

A file is named after its entity set, with more pages of it under names such as `accounts.2.json`; it holds
`{"value": [row, …]}`. What is wrong with a folder is said in one sentence, before anything is loaded.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import simplejson

from tests.local.demo.definitions import TableDefinition

Json = dict[str, Any]


class BadFiles(Exception):
    """The user's files cannot be loaded; the message says which, where, and why."""


@dataclass(frozen=True, slots=True)
class OwnRow:
    """One row of a file: where it stands, its table, its id, and what the file says."""

    place: str
    table: TableDefinition
    id: str
    content: Json


def files_in(folder: Path) -> list[Path]:
    """The files of a folder. Raises BadFiles if there is none."""
    files = sorted(folder.glob("*.json")) if folder.is_dir() else []
    if not files:
        raise BadFiles(f"{folder} is not a folder with files such as accounts.json in it.")
    return files


def read_folder(folder: Path, sets: Mapping[str, TableDefinition]) -> list[OwnRow]:
    """Read all rows of all files; `sets` are the tables by the name of their entity set. Raises BadFiles."""
    rows = [row for file in files_in(folder) for row in _rows_of(file, sets.get(file.name.split(".")[0]))]
    _refuse_doubles(rows)
    return rows


def _rows_of(file: Path, table: TableDefinition | None) -> Iterator[OwnRow]:
    if table is None:
        raise BadFiles(
            f"{file.name}: the twin has no entity set of that name; name the file after one, as in accounts.json."
        )
    for number, content in enumerate(_page(file), 1):
        row_id = content.get(table.primary_id)
        if not isinstance(row_id, str):
            raise BadFiles(f"{file.name}, row {number}: it has no {table.primary_id}, which every row is known by.")
        yield OwnRow(f"{file.name}, row {number}", table, row_id.lower(), content)


def _page(file: Path) -> list[Json]:
    try:
        page = simplejson.loads(file.read_bytes(), use_decimal=True)
    except ValueError as error:
        raise BadFiles(f"{file.name} is no JSON: {error}.") from None
    except OSError as error:
        raise BadFiles(f"{file.name} cannot be read: {error.strerror}.") from None
    rows = page.get("value") if isinstance(page, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise BadFiles(f'{file.name} is no page of the Web API: expected {{"value": [rows]}}.')
    return rows


def _refuse_doubles(rows: list[OwnRow]) -> None:
    seen: dict[tuple[str, str], OwnRow] = {}
    for row in rows:
        first = seen.setdefault((row.table.name, row.id), row)
        if first is not row:
            raise BadFiles(f"{row.place}: {row.table.primary_id} {row.id} is at {first.place} already.")
