"""Documents: rows that mean something only together, and what keeps a system from taking up half of them.

Two ways are known in which a system takes a document up: by a value of its header (`Release`), or whenever it finds
header, members and what ties them to other rows (`Assembly`). Either way the last piece goes when all others are there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Release:
    """The value of a header by which its target takes the document up: written only when all lines are there as they are.

    Until then the header's row `row` is kept at `held`; values here are agreed ones, which are Dataverse's own. `lines`
    is the map of the lines, `column` their lookup to the header in Dataverse; `by` names the header in Finance: column
    of a line → part of the header's key.

    `reopens`: values with which the target takes no change of a line any more; the header then goes back to `held` first.
    `never_empty`: the target must not take up a document without lines, so the header waits for the first one.
    """

    row: str
    held: bool | int
    lines: str
    column: str
    by: Mapping[str, str]
    reopens: tuple[int, ...] = ()
    never_empty: bool = False


@dataclass(frozen=True, slots=True)
class Assembly:
    """A document that Finance makes of header, members and ties whenever it finds them, declared with its header.

    `members` is the map of the members, `column` their lookup to the header, `which` the Dataverse filter of those of its
    rows that are members. `ties` is the map of the rows that tie members to others, `ends` their pairs of columns: the id
    of a row and the name of its table. Finance makes nothing of a document of which a member lacks its tie, except of
    members that have none, the rows that pass `untied`.

    So a document with tied members goes in the order header, tied members, untied ones, ties, each tie only when all
    members are there. Of a document without tied members nothing but the header can go last.
    """

    members: str
    column: str
    which: str
    untied: str
    ties: str
    ends: tuple[tuple[str, str], ...]
