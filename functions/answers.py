"""HTTP answers: a status that the sender acts upon, and a reason for people.

Dataverse reads only the status: any 2xx is success, 502 to 504 are repeated once, all else is final. So what we could
not keep safe is answered with 503, and what can never work with a 4xx.
"""

from __future__ import annotations

import simplejson
from azure.functions import HttpResponse

from shared.errors import Misconfigured, Refused, SyncError, Transient

#: The largest body taken, in bytes. Dataverse cuts at 256 KiB, Finance's events are far smaller.
LARGEST_BODY = 512 * 1024


def accepted(correlation: str) -> HttpResponse:
    """The event is on its queue."""
    return _json(202, {"status": "accepted", "correlation": correlation})


def done(status: str, **more: str) -> HttpResponse:
    """The event needed nothing further, or is applied already."""
    return _json(200, {"status": status, **more})


def too_large() -> HttpResponse:
    """The body is larger than any event."""
    return _json(413, {"error": f"The body is larger than {LARGEST_BODY} bytes: no event of either system is."})


def refused(error: SyncError) -> HttpResponse:
    """Say no, with a status that tells the sender whether to try again."""
    status = 503 if isinstance(error, Transient | Misconfigured) else 403 if isinstance(error, Refused) else 400
    return _json(status, {"error": error.message, "reason": error.reason, "remedy": error.remedy})


def _json(status: int, content: dict[str, str]) -> HttpResponse:
    body = simplejson.dumps({name: text for name, text in content.items() if text})
    return HttpResponse(body, status_code=status, mimetype="application/json")
