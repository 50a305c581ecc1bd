"""Every error of the app, one type for each thing that a caller must do next.

| type          | what follows                                                                       |
|---------------|------------------------------------------------------------------------------------|
| Transient     | delayed retry; past the last attempt an error record that catch-up keeps trying     |
| Throttled     | the same, after the other side's own Retry-After, and that side's pace is lowered   |
| Conflict      | somebody else wrote first: read again at once, a bounded number of times            |
| Parked        | a row that another map brings is not there yet: wait for it, spend no retry         |
| Rejected      | an error record for a person: the row as it stands can never go over                |
| Refused       | an error record: our identity may not do this                                       |
| Misconfigured | a setting is absent or wrong: fail loudly, consume nothing                          |

Messages are for people: what, where (direction, key, column), why in the other side's own words, and what to do.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Owner(StrEnum):
    """Who can put an error right."""

    #: Keeps the books in Finance: journals, invoices, expense reports, vendors.
    ACCOUNTANT = "accountant"
    #: Sets both systems up: parameters, categories, maps, reference data.
    CONSULTANT = "consultant"
    #: Keeps the environments and the app running: identities, roles, settings.
    ADMINISTRATOR = "administrator"
    #: Deploys and extends the app.
    ENGINEER = "engineer"


class SyncError(Exception):
    """The root of all. Raised only through one of the types below."""

    def __init__(self, message: str, *, reason: str = "", remedy: str = "", column: str = "") -> None:
        super().__init__(message)
        self.message = message
        #: The other side's own words, shortened by the client; empty if the refusal is ours.
        self.reason = reason
        #: What a person can do about it.
        self.remedy = remedy
        #: The column at fault, where one is known.
        self.column = column

    def __str__(self) -> str:
        parts = [self.message]
        if self.reason:
            parts.append(f"They said: {self.reason}")
        if self.remedy:
            parts.append(f"To do: {self.remedy}")
        return " ".join(parts)


class Transient(SyncError):
    """It may well work in a moment: 408, 5xx, a reset connection, a deadlock."""


class Throttled(Transient):
    """The other side asked for a pause (429); `retry_after` is in seconds."""

    def __init__(self, message: str, *, retry_after: float, reason: str = "") -> None:
        super().__init__(message, reason=reason)
        self.retry_after = retry_after


class Conflict(SyncError):
    """The row changed between our read and our write, or somebody created it first."""


@dataclass(frozen=True, slots=True)
class Missing:
    """A row that is waited for: the map that brings it (or its table, if none does) and its key as text."""

    map: str
    key: str


class Parked(SyncError):
    """A lookup points at a row that the target does not hold yet."""

    def __init__(self, message: str, *, missing: Missing, column: str = "", reason: str = "", remedy: str = "") -> None:
        super().__init__(message, reason=reason, remedy=remedy, column=column)
        self.missing = missing


class Rejected(SyncError):
    """The target, or the map, can never take this row as it stands."""


class MissingReference(Rejected):
    """Finance says a value points at nothing; whether it is late or wrong is for the caller to find out."""


class Refused(SyncError):
    """The other side does not let this identity do this: 401 after a fresh token, 403, a guard on the table."""


class Misconfigured(SyncError):
    """A setting is absent or wrong, or the other side's schema is not the one declared."""
