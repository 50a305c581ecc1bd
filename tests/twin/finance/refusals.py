"""How Finance says no, in the bodies it sends.

Writes refused by X++ come as AxODataWriteException with the Infolog in `innererror.message` (seen on live environments;
400 today, 500 in older versions: a setting). What the OData layer refuses before any X++ runs is an ODataException.
The texts of Infolog lines are the standard ones where known; others say in plain words what the platform would.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.twin.http import Response, json_response

ODATA_EXCEPTION = "Microsoft.OData.ODataException"
WRITE_EXCEPTION = "Microsoft.Dynamics.Platform.Integration.Services.OData.AxODataWriteException"
BUSY = "This request could not be processed at this time due to system experiencing high resource utilization."


class Refusal(Exception):
    """A request that is answered with an error."""

    def __init__(self, status: int, message: str, *, kind: str = ODATA_EXCEPTION) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.kind = kind

    def response(self) -> Response:
        """Return the error as Finance sends it."""
        return json_response(envelope(self.message, self.kind), self.status)


def refused(text: str) -> Refusal:
    """Return a refusal as forms give it, of what a person or a batch job asks for."""
    return Refusal(400, text, kind="")


class NotFound(Refusal):
    """No such row, or not in the companies that the request looks at; the body is unconfirmed."""

    def __init__(self, what: str) -> None:
        super().__init__(404, f"No HTTP resource was found that matches the request URI '{what}'.", kind="")


class WriteRefused(Refusal):
    """X++ refused a write; `lines` are those of the Infolog. The status is a setting of the twin."""

    def __init__(self, aot: str, *lines: str, action: str = "Write") -> None:
        super().__init__(
            400, f"{action} failed for table row of type '{aot}'. Infolog: {'; '.join(lines)}", kind=WRITE_EXCEPTION
        )
        self.lines = lines


def envelope(message: str, kind: str) -> dict[str, Any]:
    """Return the error body: the code is always empty, the useful text is inside."""
    inner: Mapping[str, str] = {"message": message, "type": kind, "stacktrace": "   at Microsoft.Dynamics.Platform…"}
    return {"error": {"code": "", "message": "An error has occurred.", "innererror": inner}}


def fault_envelope(status: int) -> dict[str, Any]:
    """Return the body of an injected fault."""
    if status == 429:
        return {"error": {"code": "", "message": BUSY}}
    return envelope(f"The request failed with status {status}.", "System.InvalidOperationException")
