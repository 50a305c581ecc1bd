from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator, Callable
from types import TracebackType
from typing import Any, Self

import httpx
import pytest
from azure.core.credentials import AccessToken
from azure.core.exceptions import AzureError, ClientAuthenticationError, ServiceRequestError

from shared.clients.auth import BearerAuth, auth_for, claims_challenge, is_loopback
from shared.errors import Misconfigured, Refused, Transient
from tests.clients.server import Server

URL = "https://org.example.com/api"


class Clock:
    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


class Entra:
    """Microsoft Entra ID, and the credentials made to ask it: each numbered, and so each token it gives."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.made = 0
        self.closed = 0
        self.asked: list[tuple[str, str | None]] = []
        self.fails_with: AzureError | None = None

    def credential(self) -> Credential:
        self.made += 1
        return Credential(self, self.made)


class Credential:
    def __init__(self, entra: Entra, number: int) -> None:
        self.entra = entra
        self.number = number

    async def get_token(
        self,
        *scopes: str,
        claims: str | None = None,
        tenant_id: str | None = None,  # noqa: ARG002 — as azure-core declares it
        enable_cae: bool = False,  # noqa: ARG002 — as azure-core declares it
        **_: Any,
    ) -> AccessToken:
        await asyncio.sleep(0)
        self.entra.asked.append((scopes[0], claims))
        if self.entra.fails_with:
            raise self.entra.fails_with
        return AccessToken(f"t{self.number}.{len(self.entra.asked)}", int(self.entra.clock.now) + 3600)

    async def close(self) -> None:
        self.entra.closed += 1

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc_value: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        await self.close()

    async def __aenter__(self) -> Self:
        return self


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def entra(clock: Clock) -> Entra:
    return Entra(clock)


Open = Callable[[Server], httpx.AsyncClient]


@pytest.fixture
async def auth(entra: Entra, clock: Clock) -> AsyncIterator[BearerAuth]:
    auth = BearerAuth("https://org.example.com/.default", entra.credential, clock)
    yield auth
    await auth.aclose()


def tokens(server: Server) -> list[str]:
    return [request.headers["Authorization"].removeprefix("Bearer ") for request in server.requests]


def answering(*statuses: int, **headers: str) -> Server:
    return Server(*(httpx.Response(status, headers=headers) for status in statuses))


async def test_a_token_is_asked_for_once_and_used_again(auth: BearerAuth, entra: Entra) -> None:
    server = answering(200)
    async with httpx.AsyncClient(auth=auth, transport=server) as http:
        await asyncio.gather(*(http.get(URL) for _ in range(5)))

    assert tokens(server) == ["t1.1"] * 5
    assert entra.asked == [("https://org.example.com/.default", None)]


async def test_a_token_is_replaced_shortly_before_it_expires(auth: BearerAuth, entra: Entra, clock: Clock) -> None:
    server = answering(200)
    async with httpx.AsyncClient(auth=auth, transport=server) as http:
        await http.get(URL)
        clock.now += 3299
        await http.get(URL)
        clock.now += 2
        await asyncio.gather(http.get(URL), http.get(URL))

    assert tokens(server) == ["t1.1", "t1.1", "t1.2", "t1.2"]
    assert entra.made == 1


async def test_a_401_is_answered_once_with_a_token_of_a_new_credential(
    auth: BearerAuth, entra: Entra, clock: Clock
) -> None:
    server = answering(200, 401, 200)
    async with httpx.AsyncClient(auth=auth, transport=server) as http:
        await http.get(URL)
        clock.now += 100
        answer = await http.post(URL, content=b"body")

    assert answer.status_code == 200
    assert tokens(server) == ["t1.1", "t1.1", "t2.2"]
    assert [request.content for request in server.requests] == [b"", b"body", b"body"]
    assert entra.closed == 1


async def test_a_second_401_is_final(auth: BearerAuth, clock: Clock) -> None:
    server = answering(200, 401)
    async with httpx.AsyncClient(auth=auth, transport=server) as http:
        await http.get(URL)
        clock.now += 100
        answer = await http.get(URL)

    assert answer.status_code == 401
    assert len(server.requests) == 3


async def test_a_brand_new_token_is_not_replaced(auth: BearerAuth, entra: Entra) -> None:
    server = answering(401)
    async with httpx.AsyncClient(auth=auth, transport=server) as http:
        assert (await http.get(URL)).status_code == 401
        assert (await http.get(URL)).status_code == 401

    assert len(entra.asked) == 1


async def test_a_claims_challenge_is_met_even_with_a_brand_new_token(auth: BearerAuth, entra: Entra) -> None:
    claims = '{"access_token":{"nbf":{"essential":true,"value":"1726000000"}}}'
    challenge = base64.urlsafe_b64encode(claims.encode()).decode().rstrip("=")
    header = {"WWW-Authenticate": f'Bearer error="insufficient_claims", claims="{challenge}"'}
    server = Server(httpx.Response(401, headers=header), httpx.Response(200))
    async with httpx.AsyncClient(auth=auth, transport=server) as http:
        assert (await http.get(URL)).status_code == 200

    assert [asked[1] for asked in entra.asked] == [None, claims]


async def test_many_401s_at_once_bring_one_new_token(auth: BearerAuth, entra: Entra, clock: Clock) -> None:
    server = Server(lambda request: httpx.Response(401 if "t1" in request.headers["Authorization"] else 200))
    async with httpx.AsyncClient(auth=auth, transport=server) as http:
        await http.get(URL)
        clock.now += 100
        answers = await asyncio.gather(*(http.get(URL) for _ in range(5)))

    assert {answer.status_code for answer in answers} == {200}
    assert entra.made == 2
    assert len(entra.asked) == 2


@pytest.mark.parametrize(
    ("failure", "kind"),
    [
        (ClientAuthenticationError("AADSTS7000215: Invalid\n secret."), Refused),
        (ServiceRequestError("no way"), Transient),
    ],
)
async def test_who_gets_no_token_sends_nothing(
    auth: BearerAuth, entra: Entra, failure: AzureError, kind: type[Exception]
) -> None:
    entra.fails_with = failure
    server = answering(200)
    async with httpx.AsyncClient(auth=auth, transport=server) as http:
        with pytest.raises(kind, match="gave no token"):
            await http.get(URL)
        entra.fails_with = None
        await http.get(URL)

    assert len(server.requests) == 1


@pytest.mark.parametrize("header", ["", "Bearer realm=x", 'Bearer claims="%%%"', 'Bearer claims="_w"'])
def test_a_header_without_readable_claims_demands_none(header: str) -> None:
    assert claims_challenge(header) == ""


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("localhost", True),
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("org.crm4.dynamics.com", False),
        ("localhost.example.com", False),
        ("127.0.0.1.example.com", False),
        ("10.0.0.1", False),
        ("", False),
    ],
)
def test_only_this_machine_is_loopback(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback


def test_nobody_needs_a_token_on_this_machine() -> None:
    assert type(auth_for("http://127.0.0.1:7101", None, allow_anonymous=True)) is httpx.Auth
    assert type(auth_for("http://[::1]:7101", None, allow_anonymous=True)) is httpx.Auth


def test_a_real_environment_is_never_called_without_a_token() -> None:
    with pytest.raises(Misconfigured, match="without a token"):
        auth_for("https://org.crm4.dynamics.com", None, allow_anonymous=True)
    with pytest.raises(Misconfigured, match="no credential"):
        auth_for("https://org.crm4.dynamics.com", None)


def test_a_token_never_travels_in_clear_text(entra: Entra) -> None:
    with pytest.raises(Misconfigured, match="clear text"):
        auth_for("http://org.crm4.dynamics.com", entra.credential)


@pytest.mark.parametrize(
    "address", ["", "org.crm4.dynamics.com", "ftp://org", "https://", "/data", "http://[::1", "https://a:b"]
)
def test_what_is_no_address_is_named(address: str, entra: Entra) -> None:
    with pytest.raises(Misconfigured, match="is not the address"):
        auth_for(address, entra.credential)


def test_the_scope_is_that_of_the_environment(entra: Entra) -> None:
    auth = auth_for("https://org.crm4.dynamics.com/", entra.credential)
    assert isinstance(auth, BearerAuth)
    assert auth.scope == "https://org.crm4.dynamics.com/.default"
    assert entra.made == 0
