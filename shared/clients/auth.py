"""Who we are to the other side: a bearer token from Microsoft Entra ID, or nobody at all on this very machine.

Rule: a token is asked for once and used until shortly before it expires; after a 401 exactly one new token is tried,
and only if the refused one was not brand-new. A request that is refused again is refused for good (`Refused`).

The token comes from any asynchronous azure-identity credential; that package is imported by whoever builds one, on
first use. A credential keeps its tokens to itself and has no way of being told to forget one, so a new token after a
401 comes from a new credential, together with the server's claims challenge where it sent one.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import ipaddress
import re
import time
from collections.abc import AsyncGenerator, Callable
from typing import TYPE_CHECKING

import httpx

from shared.errors import Misconfigured, Refused, SyncError, Transient

if TYPE_CHECKING:
    from azure.core.credentials import AccessToken
    from azure.core.credentials_async import AsyncTokenCredential

#: Seconds before its end at which a token is replaced; azure-core's own policy uses the same.
EARLY = 300
#: Seconds for which a token counts as brand-new: one that is refused so soon is refused for what it says.
BRAND_NEW = 60


def auth_for(
    base_url: str, credential_factory: Callable[[], AsyncTokenCredential] | None, *, allow_anonymous: bool = False
) -> httpx.Auth:
    """Choose how to identify ourselves to a side.

    `allow_anonymous` is for a stand-in on the loopback interface and is refused for any other host. A token is never
    sent in clear text: `http` is refused as well, loopback excepted.

    Raises `Misconfigured` for both, and if there is neither a credential nor leave to go without.
    """
    try:
        url = httpx.URL(base_url)
    except httpx.InvalidURL:
        url = httpx.URL()
    if not url.host or url.scheme not in ("http", "https"):
        raise Misconfigured(f"{base_url!r} is not the address of an environment, such as https://name.example.com.")
    if allow_anonymous:
        if not is_loopback(url.host):
            raise Misconfigured(f"{url.host} may not be called without a token; only loopback hosts may.")
        return httpx.Auth()
    if credential_factory is None:
        raise Misconfigured(f"There is no credential for {url.host}.")
    if url.scheme != "https" and not is_loopback(url.host):
        raise Misconfigured(f"A token for {url.host} would travel in clear text; use https.")
    return BearerAuth(f"{url.scheme}://{url.netloc.decode()}/.default", credential_factory)


def is_loopback(host: str) -> bool:
    """Say whether a host is this machine, without asking a name server: `localhost`, 127.0.0.0/8 or ::1."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class BearerAuth(httpx.Auth):
    """Puts the token on each request of one httpx client. Close it with the client."""

    def __init__(
        self,
        scope: str,
        credential_factory: Callable[[], AsyncTokenCredential],
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.scope = scope
        self._factory = credential_factory
        self._clock = clock
        self._credential: AsyncTokenCredential | None = None
        self._token: AccessToken | None = None
        self._obtained = 0.0
        self._lock = asyncio.Lock()

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """Send with the token at hand; on a 401 once more with a new one."""
        token = await self._current()
        request.headers["Authorization"] = f"Bearer {token.token}"
        response = yield request
        if response.status_code != httpx.codes.UNAUTHORIZED:
            return
        fresh = await self._after_refusal(token, claims_challenge(response.headers.get("www-authenticate", "")))
        if fresh is not None:
            request.headers["Authorization"] = f"Bearer {fresh.token}"
            yield request

    async def aclose(self) -> None:
        """Close the credential and forget the token."""
        credential, self._credential, self._token = self._credential, None, None
        if credential is not None:
            await credential.close()

    async def _current(self) -> AccessToken:
        token = self._token
        if token is not None and token.expires_on - self._clock() > EARLY:
            return token
        async with self._lock:
            if self._token is None or self._token is token:
                await self._obtain("")
            return self._held()

    async def _after_refusal(self, refused: AccessToken, claims: str) -> AccessToken | None:
        async with self._lock:
            if self._token is refused:
                if self._clock() - self._obtained < BRAND_NEW and not claims:
                    return None
                await self.aclose()
                await self._obtain(claims)
            return self._held()

    async def _obtain(self, claims: str) -> None:
        # Whatever a credential raises, azure-core is loaded by then; at the top it would be loaded without need.
        from azure.core.exceptions import AzureError, ClientAuthenticationError  # noqa: PLC0415

        if self._credential is None:
            self._credential = self._factory()
        try:
            self._token = await self._credential.get_token(self.scope, claims=claims or None)
        except ClientAuthenticationError as error:
            raise _no_token(Refused, self.scope, error) from error
        except AzureError as error:
            raise _no_token(Transient, self.scope, error) from error
        self._obtained = self._clock()

    def _held(self) -> AccessToken:
        assert self._token is not None  # noqa: S101 — both callers obtained one under the lock
        return self._token


def _no_token(kind: type[SyncError], scope: str, error: Exception) -> SyncError:
    return kind(
        f"Microsoft Entra ID gave no token for {scope}.",
        reason=" ".join(str(error).split())[:500],
        remedy="Check the identity the app runs as.",
    )


def claims_challenge(header: str) -> str:
    """Read the claims a server demands of the next token, as JSON text; empty if it demands none.

    Source: Microsoft Learn: Claims challenges, claims requests, and client capabilities.
    """
    found = re.search(r'\bclaims="([^"]+)"', header)
    if found is None:
        return ""
    try:
        return base64.urlsafe_b64decode(found[1] + "=" * (-len(found[1]) % 4)).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""
