"""Dataverse column paths, in dual-write's notation.

| written                                                           | read                                               |
|-------------------------------------------------------------------|----------------------------------------------------|
| `msdyn_subject`                                                   | a column of the row                                |
| `msdyn_customer.accountnumber`                                    | a column of the row that a lookup points at        |
| `msdyn_project.msdyn_owningcompany.cdm_companycode`               | the same, two lookups deep                         |
| `customerid.Account(accountnumber).Contact(msdyn_contactpersonid)` | a lookup with several possible targets, one each   |
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

_NAME = re.compile(r"\w+")
_ALTERNATIVE = re.compile(r"(\w+)\((\w+)\)")
_NO_ROW: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Path:
    """A parsed path: the lookups to follow, then the column; or for a polymorphic lookup a column per target table."""

    written: str
    lookups: tuple[str, ...]
    column: str
    alternatives: Mapping[str, str]

    @property
    def lookup(self) -> str | None:
        """The lookup column of this row that the path starts from, if it leaves the row at all."""
        return self.lookups[0] if self.lookups else None


def parse(written: str) -> Path:
    """Parse a path; ValueError says what is wrong with it."""
    head, *rest = written.split(".")
    if not _NAME.fullmatch(head):
        raise ValueError(f"{written!r}: {head!r} is not the name of a column")
    if rest and "(" in rest[0]:
        return Path(written, (head,), "", _alternatives(written, rest))
    wrong = next((segment for segment in rest if not _NAME.fullmatch(segment)), None)
    if wrong is not None:
        raise ValueError(f"{written!r}: {wrong!r} is not the name of a column")
    *lookups, column = (head, *rest)
    return Path(written, tuple(lookups), column, {})


def _alternatives(written: str, segments: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for segment in segments:
        match = _ALTERNATIVE.fullmatch(segment)
        if match is None or match[1].lower() in found:
            raise ValueError(f"{written!r}: expected lookup.Table(column).Table(column), each table once")
        found[match[1].lower()] = match[2]
    return found


def getter(path: Path) -> Callable[[Mapping[str, Any]], Any]:
    """Compile a path into a function of the row as the Dataverse client gives it; an unset lookup reads as None."""
    column = path.column
    if path.alternatives:
        return _alternative_getter(path)
    if not path.lookups:
        return lambda row: row.get(column)
    if len(path.lookups) == 1:
        lookup = path.lookups[0]
        return lambda row: (row.get(lookup) or _NO_ROW).get(column)
    if len(path.lookups) == 2:
        first, second = path.lookups
        return lambda row: ((row.get(first) or _NO_ROW).get(second) or _NO_ROW).get(column)

    def follow(row: Mapping[str, Any]) -> Any:
        for lookup in path.lookups:
            row = row.get(lookup) or _NO_ROW
        return row.get(column)

    return follow


def _alternative_getter(path: Path) -> Callable[[Mapping[str, Any]], Any]:
    lookup, columns = path.lookups[0], path.alternatives

    def choose(row: Mapping[str, Any]) -> Any:
        target = row.get(lookup) or _NO_ROW
        return target.get(columns.get(target.get("@table", ""), ""))

    return choose
