"""What only the real library does: its errors as ours, and what is imported when."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from azure.core.exceptions import (
    AzureError,
    ClientAuthenticationError,
    HttpResponseError,
    ResourceExistsError,
    ResourceModifiedError,
    ServiceRequestError,
    ServiceResponseError,
)

from shared.errors import Conflict, Misconfigured, Refused, Rejected, SyncError, Throttled, Transient
from shared.store.azure import AzureStorage
from shared.store.azure_errors import as_ours, translated
from tests.local.azurite import Azurite

KEY = "c2VjcmV0"


class Answer:
    reason = "because"

    def __init__(self, status: int, headers: dict[str, str]) -> None:
        self.status_code = status
        self.headers = headers


def said(status: int, kind: type[HttpResponseError] = HttpResponseError, text: str = "no", **headers: str) -> Any:
    error: Any = kind(text)
    error.status_code = status
    error.response = Answer(status, {name.replace("_", "-"): value for name, value in headers.items()})
    return error


@pytest.mark.parametrize(
    ("error", "ours"),
    [
        (said(412), Conflict),
        (said(412, ResourceModifiedError), Conflict),
        (said(409, ResourceExistsError, "EntityAlreadyExists"), Conflict),
        (said(409, ResourceExistsError, "TableBeingDeleted"), Transient),
        (said(409, text="QueueBeingDeleted"), Transient),
        (said(408), Transient),
        (said(500), Transient),
        (said(503), Transient),
        (said(503, Retry_After="7"), Throttled),
        (said(429, Retry_After="7"), Throttled),
        (said(401, ClientAuthenticationError), Refused),
        (said(403), Refused),
        (ClientAuthenticationError("no token"), Refused),
        (said(400), Rejected),
        (said(413), Rejected),
        (ServiceRequestError("cannot connect"), Transient),
        (ServiceResponseError("the connection was reset"), Transient),
        (AzureError("something"), Transient),
    ],
)
def test_each_error_says_what_the_caller_must_do_next(error: AzureError, ours: type[SyncError]) -> None:
    found = translated(error, "Reading from links")

    assert type(found) is ours
    assert found.message.startswith("Reading from links")
    if isinstance(found, Throttled):
        assert found.retry_after == 7


def test_the_librarys_error_is_the_cause_of_ours() -> None:
    error = said(500)

    with pytest.raises(Transient) as raised, as_ours("Reading"):
        raise error

    assert raised.value.__cause__ is error


async def test_a_wrong_key_is_refused(azurite: Azurite) -> None:
    parts = [part for part in azurite.connection_string.split(";") if not part.startswith("AccountKey=")]
    storage = AzureStorage.from_connection_string(";".join([f"AccountKey={KEY}", *parts]))

    with pytest.raises(Refused):
        await storage.table("links").get("p", "r")
    with pytest.raises(Refused):
        await storage.queue("work-to-do").send("x")

    await storage.close()


@pytest.mark.parametrize("text", ["", "nonsense", f"AccountKey={KEY}", "a=b;c"])
def test_a_bad_connection_string_is_a_clear_error_that_does_not_quote_it(text: str) -> None:
    with pytest.raises(Misconfigured) as raised:
        AzureStorage.from_connection_string(text)

    assert KEY not in str(raised.value)
    assert raised.value.__cause__ is None


class Credential:
    async def get_token(self, *_scopes: str, **_options: object) -> object:
        raise ClientAuthenticationError("no identity here")


async def test_an_identity_that_gets_no_token_is_refused_before_any_request() -> None:
    credential: Any = Credential()
    storage = AzureStorage.from_endpoints(
        tables="https://a.table.invalid", queues="https://a.queue.invalid", credential=credential
    )

    with pytest.raises(Refused):
        await storage.table("links").get("p", "r")
    assert storage.queue("work-to-do") is storage.queue("work-to-do")

    await storage.close()


def test_an_identity_is_for_https_only() -> None:
    credential: Any = Credential()

    with pytest.raises(Misconfigured):
        AzureStorage.from_endpoints(tables="http://127.0.0.1:1/a", queues="http://127.0.0.1:1/a", credential=credential)


def test_the_queue_library_is_imported_by_the_first_queue_only() -> None:
    program = f"""
import sys
from shared.store.azure import AzureStorage
storage = AzureStorage.from_connection_string("AccountName=a;AccountKey={KEY};EndpointSuffix=b")
storage.table("links")
assert "azure.storage.queue" not in sys.modules
storage.queue("work-to-do")
assert "azure.storage.queue" in sys.modules
assert storage.queue("work-to-do") is storage.queue("work-to-do")
"""
    subprocess.run([sys.executable, "-c", program], check=True)  # noqa: S603 our own program
