"""What an answer that is no success means: status, code and text in, one of the app's own errors out.

Rule: this is the only place that interprets a refusal, and it does so by tables. The caller learns what to do next from
the type, and a person learns from the message what was asked, and from `reason` what the other side said.

Sources: Microsoft Learn: Compose HTTP requests and handle errors; Service protection API limits; Web service error
codes (Dataverse); Service protection API limits, and error bodies seen from live environments (Finance).

Finance tells kinds of failure apart only by the words of its Infolog, which are in the language of the user that the
app's identity is mapped to. The texts below are English: that user's language has to be English.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import httpx

from shared.clients.answers import Answer, read_answer, shorten
from shared.clients.retry_after import retry_after
from shared.clients.rows import DeltaExpired, Duplicate, Gone, Unversioned
from shared.errors import (
    Conflict,
    Misconfigured,
    MissingReference,
    Refused,
    Rejected,
    SyncError,
    Throttled,
    Transient,
)

#: Seconds, where no Retry-After came. Our choice: for Finance, Microsoft's sample waits 30 s and a live client 10 s.
DEFAULT_PAUSE = 10.0
#: A whole organisation that is switched off comes back by hand, not by waiting a little.
ORGANISATION_DISABLED_PAUSE = 300.0

Kind = type[SyncError]


@dataclass(frozen=True, slots=True)
class Dialect:
    """How one side speaks: its name, how a refusal of its is sorted, and what a person does about the sorts."""

    side: str
    sort: Callable[[Answer], Kind]
    remedies: Mapping[Kind, str]
    trace_headers: tuple[str, ...]


# --- status, where neither code nor text says more ---------------------------------------------------------------

STATUSES: Mapping[int, Kind] = {
    400: Rejected,
    401: Refused,
    403: Refused,
    404: Gone,
    408: Transient,
    409: Conflict,
    410: DeltaExpired,  # as OData has it; what Dataverse answers besides its code is unconfirmed
    412: Conflict,
    429: Throttled,
    501: Rejected,
}


def by_status(status: int) -> Kind:
    """Sort by status alone. A redirect means a wrong address: the services never redirect an API call."""
    if status in STATUSES:
        return STATUSES[status]
    if status >= 500:
        return Transient
    return Rejected if status >= 400 else Misconfigured


# --- Dataverse ---------------------------------------------------------------------------------------------------

DATAVERSE_CODES: Mapping[str, Kind] = {
    # Service protection: requests, execution time, concurrency; limits of the database; the sandbox's own.
    "0x80072322": Throttled,
    "0x80072321": Throttled,
    "0x80072326": Throttled,
    "0x80072323": Throttled,
    "0x80072324": Throttled,
    "0x8005f103": Throttled,
    "0x8004a104": Throttled,  # organisation disabled: a pause, and a long one
    # Passing trouble: SQL (timeout, generic), unexpected, server busy, plug-in timeouts, sandbox, plug-in crash.
    "0x80044151": Transient,
    "0x80044150": Transient,
    "0x80040216": Transient,
    "0x8004a001": Transient,
    "0x80044171": Transient,
    "0x80044172": Transient,
    "0x80044173": Transient,
    "0x80081116": Transient,
    "0x80040224": Transient,
    # Somebody else was there first.
    "0x80060882": Conflict,  # row version mismatch
    "0x80060892": Duplicate,  # alternate key
    "0x80040237": Duplicate,  # primary key
    "0x80040333": Duplicate,  # duplicate detection rule
    # With status 404 these two mean the row itself; otherwise the target of a lookup in the body: read again.
    "0x80040217": Conflict,
    "0x80060891": Conflict,
    "0x80044352": DeltaExpired,
    "0x8006088d": Unversioned,
    "0x80060883": Misconfigured,  # a row version was expected and none was given
    # Privileges, access to the row, column security.
    "0x80040220": Refused,
    "0x80048405": Refused,
    "0x80040231": Refused,
    "0x8004f504": Refused,
    "0x8004f507": Refused,
    # The row as it stands: used by others, invalid, too long, out of range, unknown choice, wrong type, state pair,
    # state transition, undeclared property, query option; and what a plug-in threw, whose words tell the most.
    "0x80040227": Rejected,
    "0x80040203": Rejected,
    "0x80044331": Rejected,
    "0x80044330": Rejected,
    "0x8004432f": Rejected,
    "0x8004431a": Rejected,
    "0x80044354": Rejected,
    "0x80048408": Rejected,
    "0x8004f00e": Rejected,
    "0x80048d19": Rejected,
    "0x80060888": Rejected,
    "0x80040265": Rejected,
}

#: Words of a plug-in that only lets Dataverse's own programs write: not the row is at fault but who writes it. The first
#: is printed in "Create and update actuals"; how the refusal of dual-write's own columns is worded is unconfirmed.
GUARDED = ("doesn't support creating actuals", "via the dual-write process")

# The status outranks the code for these: whatever else is said, it is about pace or identity.
_DECISIVE = (401, 403, 429)


def sort_dataverse(answer: Answer) -> Kind:
    """Sort by Dataverse's hex code, then by status. Documented samples of 404 and 412 come without a code."""
    if answer.status in _DECISIVE:
        return by_status(answer.status)
    if answer.status == 404:
        return _sort_not_found(answer)
    kind = DATAVERSE_CODES.get(answer.code)
    if kind is Rejected and any(words in answer.text for words in GUARDED):
        return Refused
    if kind is None and answer.status == 412 and "matching key values already exists" in answer.text:
        return Duplicate
    return kind or by_status(answer.status)


_OF_A_ROW = ("", "0x80040217", "0x80060891")
_OF_AN_ADDRESS = re.compile(r"no http resource was found|resource not found for the segment", re.IGNORECASE)


def _sort_not_found(answer: Answer) -> Kind:
    # A row may be deleted on the other side because this one is absent, so absence is believed only when the service
    # itself says it, of a row. A gateway's 404 is an outage, an unknown table a wrong declaration.
    if not answer.envelope:
        return Transient
    of_a_row = answer.code in _OF_A_ROW and not _OF_AN_ADDRESS.search(answer.text)
    return Gone if of_a_row else Misconfigured


# --- Finance -----------------------------------------------------------------------------------------------------

AX_WRITE = "AxODataWriteException"

#: Words of the Infolog, in the order they are looked for: a field label may hold any word, so the sentences of the
#: validation come first.
FINANCE_TEXTS: tuple[tuple[str, Kind], ...] = (
    ("is not found in the related table", MissingReference),
    ("already exists", Duplicate),
    ("update conflict", Conflict),
    ("record has never been selected", Conflict),
    ("deadlock", Transient),
    ("timeout", Transient),
    ("timed out", Transient),
)


def by_words(infolog: str) -> Kind | None:
    """Sort by the words of the Infolog alone; None if they say no more than that something is wrong."""
    words = infolog.lower()
    return next((kind for text, kind in FINANCE_TEXTS if text in words), None)


def sort_finance(answer: Answer) -> Kind:
    """Sort by the words of the Infolog, then the exception type, then the status.

    The very same validation failure has come as 500 and as 400, so the status alone says little.
    """
    if answer.status in _DECISIVE:
        return by_status(answer.status)
    if answer.status == 404:
        # How the service words its 404 is unconfirmed, so an empty body counts; a gateway's page does not.
        return Gone if answer.envelope or not answer.text else Transient
    kind = by_words(answer.text)
    if kind is not None:
        return kind
    if AX_WRITE in answer.thrown:
        return Conflict if answer.status in (409, 412) else Rejected
    return by_status(answer.status)


# --- from an answer to an error ----------------------------------------------------------------------------------


def refusal(response: httpx.Response, dialect: Dialect) -> SyncError:
    """Make the error that this answer amounts to. The ids that the vendor's support asks for go along as notes."""
    answer = read_answer(response)
    kind = dialect.sort(answer)
    error = _error(kind, _message(response, answer, kind, dialect), answer, response, dialect)
    for name in dialect.trace_headers:
        if value := response.headers.get(name):
            error.add_note(f"{name}: {value}")
    return error


def _error(kind: Kind, message: str, answer: Answer, response: httpx.Response, dialect: Dialect) -> SyncError:
    reason = shorten(answer.text)
    if issubclass(kind, Throttled):
        default = ORGANISATION_DISABLED_PAUSE if answer.code == "0x8004a104" else DEFAULT_PAUSE
        return kind(message, retry_after=retry_after(response.headers, default), reason=reason)
    return kind(message, reason=reason, remedy=dialect.remedies.get(kind, ""))


_SERVICE_ROOT = re.compile(r"^.*?/data/(?:v[\d.]+/)?")


def _message(response: httpx.Response, answer: Answer, kind: Kind, dialect: Dialect) -> str:
    status = f"{answer.status} {answer.code}".strip()
    what = f"{response.request.method} {_SERVICE_ROOT.sub('', response.request.url.path)}"
    duplicate = " (a duplicate)" if kind is Duplicate else ""
    return f"{dialect.side} answered {status}{duplicate} to {what}."


# --- the two sides -----------------------------------------------------------------------------------------------

_WRONG_ADDRESS = "Check the address of the environment, and the name of the table in the map or in SIDE_TABLES."

DATAVERSE = Dialect(
    "Dataverse",
    sort_dataverse,
    {
        Refused: "Check that the app's identity is an application user of this environment, and its security role.",
        Misconfigured: _WRONG_ADDRESS,
        DeltaExpired: "Read the table in full and compare.",
    },
    ("x-ms-service-request-id", "req_id"),
)

FINANCE = Dialect(
    "Finance",
    sort_finance,
    {
        Refused: "Check that the client id is listed under Microsoft Entra ID applications and mapped to a user, "
        "and that user's roles.",
        Misconfigured: _WRONG_ADDRESS,
    },
    ("ms-dyn-aid",),
)
