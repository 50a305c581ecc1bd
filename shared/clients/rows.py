"""What the clients take and give: rows, shapes of rows, pages, and the errors that only a client can raise.

Rule: nothing here knows HTTP, and nothing here belongs to one side more than to the other. A row is a plain mapping in
which a number with a fraction is a `Decimal` and a whole number an `int`; no value ever passes through a float.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.errors import Conflict, Misconfigured, Rejected

Json = Mapping[str, Any]


class Duplicate(Conflict):
    """Another row holds this key, or this very row exists already. Read again by key: it may be ours."""


class Gone(Conflict):
    """The row (or, on a write, the target of one of its lookups) is not there any more."""


class Unversioned(Misconfigured):
    """The table keeps no row versions, so no write to it can be made conditional on one."""


class DeltaExpired(Rejected):
    """The delta link is older than the deletions the server remembers: read everything and compare."""


@dataclass(frozen=True, slots=True)
class Found:
    """A row as it was read, and the version it had then: its ETag as sent, good for comparing by equality only."""

    row: Json
    version: str


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of a longer read, and the server's own time (UTC) when it sent them."""

    rows: list[Found]
    server_time: datetime


@dataclass(frozen=True, slots=True)
class ChangePage:
    """Ids of rows that changed and of rows that went. Only the last page of a read carries the link to go on from."""

    changed: list[str]
    deleted: list[str]
    next_link: str | None


@dataclass(frozen=True, slots=True)
class TableSchema:
    """What a Dataverse table says of itself, as far as a request needs it.

    `lookups`: lookup column → table it may point at → navigation property, whose spelling is case sensitive.
    """

    table: str
    set: str
    primary_id: str
    lookups: Mapping[str, Mapping[str, str]]
    change_tracking: bool
