"""What the storage service and its library say, as our error types.

| the service says                              | ours                                               |
|-----------------------------------------------|----------------------------------------------------|
| 412; 409 because the row is there             | Conflict                                           |
| 429, 503 with Retry-After                     | Throttled                                          |
| 408, other 409 (being deleted), 5xx, no answer| Transient                                          |
| 401, 403                                      | Refused                                            |
| any other 4xx                                 | Rejected: our row or message can never be stored   |

Source: Microsoft Learn, Table service error codes; Queue service error codes.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from azure.core.exceptions import (
    AzureError,
    ClientAuthenticationError,
    HttpResponseError,
    ResourceExistsError,
    ResourceModifiedError,
)

from shared.errors import Conflict, Refused, Rejected, SyncError, Throttled, Transient

_BEING_DELETED = "BeingDeleted"
_PASSING = frozenset({408, 409, 429})
_LONGEST_REASON = 300


@contextmanager
def as_ours(what: str) -> Iterator[None]:
    """Raise our error for the library's; `what` names the operation and the table or queue."""
    try:
        yield
    except AzureError as error:
        raise translated(error, what) from error


def translated(error: AzureError, what: str) -> SyncError:
    """The error that says what the caller must do next."""
    reason = _reason(error)
    status = error.status_code if isinstance(error, HttpResponseError) else None
    if _somebody_was_first(error):
        return Conflict(f"{what}: the row changed meanwhile.", reason=reason)
    if isinstance(error, ClientAuthenticationError) or status in {401, 403}:
        remedy = "Give the app's identity the roles Storage Table Data and Storage Queue Data Contributor."
        return Refused(f"{what}: the storage account refuses us.", reason=reason, remedy=remedy)
    if status is None or status in _PASSING or status >= 500:
        return _passing(error, f"{what}: the storage account does not answer as it should.", reason)
    return Rejected(f"{what}: the storage account cannot take this ({status}).", reason=reason)


def is_being_deleted(error: AzureError) -> bool:
    """True if the table or queue was deleted a moment ago, and its name is not free yet."""
    return _BEING_DELETED in str(error.message)


def _somebody_was_first(error: AzureError) -> bool:
    if isinstance(error, ResourceModifiedError):
        return True
    if isinstance(error, HttpResponseError) and error.status_code == 412:
        return True
    return isinstance(error, ResourceExistsError) and not is_being_deleted(error)


def _passing(error: AzureError, message: str, reason: str) -> Transient:
    wait = _retry_after(error)
    return Transient(message, reason=reason) if wait is None else Throttled(message, retry_after=wait, reason=reason)


def _retry_after(error: AzureError) -> float | None:
    response = error.response if isinstance(error, HttpResponseError) else None
    # The library's protocol for responses leaves the headers out, though each of its responses has them.
    said = str(getattr(response, "headers", {}).get("Retry-After", ""))
    return float(said) if said.isdigit() else None


def _reason(error: AzureError) -> str:
    return " ".join(str(error.message).split())[:_LONGEST_REASON]
