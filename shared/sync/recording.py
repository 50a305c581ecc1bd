"""Error records: every failure that ends a try is remembered here, with who can put it right, why it is so, and how."""

from __future__ import annotations

import logging
from datetime import timedelta

from shared.errors import (
    Misconfigured,
    MissingReference,
    Parked,
    Refused,
    Rejected,
    SyncError,
    Throttled,
    Transient,
)
from shared.known_errors import advise
from shared.store.error_records import ErrorStatus
from shared.store.message import WorkMessage
from shared.sync.services import Services

log = logging.getLogger(__name__)


async def record(
    services: Services,
    message: WorkMessage,
    failure: SyncError,
    due_in: float | None = None,
    status: ErrorStatus | None = None,
) -> None:
    """Remember that a row did not go over; with `due_in` it is tried again after so many seconds."""
    await remember(
        services,
        message.direction,
        message.key,
        failure,
        correlation=message.correlation,
        attempts=message.attempts + 1,
        due_in=due_in,
        status=status,
    )
    # Without the other side's words, which may quote what is in the row: they are in the record.
    log.error("%s %s: recorded: %s", message.direction, message.correlation, failure.message)


async def remember(
    services: Services,
    direction: str,
    key: str,
    failure: SyncError,
    *,
    correlation: str,
    attempts: int,
    kind: str = "",
    due_in: float | None = None,
    status: ErrorStatus | None = None,
) -> None:
    """Remember a failure under a key, be it that of a row or not; `kind` is its class if its type does not say that."""
    now = services.now()
    kind = kind or error_class(failure)
    advice = advise(kind, direction, failure.reason, failure.remedy)
    await services.errors.record(
        direction,
        key,
        error_class=kind,
        message=failure.message,
        reason=failure.reason,
        owner=advice.owner,
        cause=advice.cause,
        remedy=advice.remedy,
        column=failure.column,
        correlation=correlation,
        now=now,
        due=None if due_in is None else now + timedelta(seconds=due_in),
        attempts=attempts,
        status=status,
    )


def error_class(failure: SyncError) -> str:
    """Name the class of an error record: the error type that a caller acts on."""
    kinds = (Throttled, Transient, MissingReference, Rejected, Refused, Parked, Misconfigured)
    kind = next((kind for kind in kinds if isinstance(failure, kind)), type(failure))
    return "Rejected" if kind is MissingReference else kind.__name__
