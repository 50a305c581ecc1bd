"""The blob container behind data management, under `/blob` of the twin's own address.

Whoever holds a blob's address holds its signature, and that alone opens it, until it expires. As Azure Storage does, a
request that brings a bearer token besides the signature is refused.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote

from tests.twin.clock import Clock
from tests.twin.finance.settings import Settings
from tests.twin.http import Request, Response

PATH = "/blob/"


@dataclass(slots=True)
class _Blob:
    signature: str
    until: datetime
    content: bytes | None = None


class Blobs:
    """The files of one environment, by name."""

    def __init__(self, settings: Settings, clock: Clock, seed: int) -> None:
        self._settings = settings
        self._clock = clock
        self._seed = seed
        self._blobs: dict[str, _Blob] = {}

    def write_address(self, origin: str, name: str) -> str:
        """Return an address to put a file to. The name must be a new one."""
        if name in self._blobs:
            raise ValueError(f"There is a blob called {name} already.")
        return self._address(origin, name, None)

    def publish(self, origin: str, name: str, content: bytes) -> str:
        """Keep a file and return an address to read it from."""
        return self._address(origin, name, content)

    def content(self, address: str) -> bytes | None:
        """Return what was put to an address that was given out; None if nothing was, or the address is another."""
        name = address.partition("?")[0].rpartition(PATH)[2]
        blob = self._blobs.get(name)
        return blob.content if blob is not None and blob.signature in address else None

    def answer(self, request: Request) -> Response:
        """Answer a request to `/blob`."""
        blob = self._blobs.get(request.path.removeprefix(PATH))
        if "authorization" in request.headers:
            return _refused(400, "InvalidAuthenticationInfo")
        if blob is None or request.option("sig") != blob.signature or self._clock.now() >= blob.until:
            return _refused(403, "AuthenticationFailed")
        if request.method == "GET":
            return _refused(404, "BlobNotFound") if blob.content is None else Response(200, {}, blob.content)
        if request.method != "PUT":
            return _refused(405, "UnsupportedHttpVerb")
        if request.headers.get("x-ms-blob-type") != "BlockBlob":
            return _refused(400, "MissingRequiredHeader")
        blob.content = request.body
        return Response(201)

    def _address(self, origin: str, name: str, content: bytes | None) -> str:
        signature = hashlib.sha256(f"{self._seed}|{name}".encode()).hexdigest()
        until = self._clock.now() + timedelta(seconds=self._settings.blob_seconds)
        self._blobs[name] = _Blob(signature, until, content)
        return f"{origin}{PATH}{quote(name)}?sv=2024-11-04&se={until:%Y-%m-%dT%H:%M:%SZ}&sr=b&sp=rw&sig={signature}"


def _refused(status: int, code: str) -> Response:
    body = f'<?xml version="1.0" encoding="utf-8"?><Error><Code>{code}</Code><Message>{code}</Message></Error>'
    return Response(status, {"Content-Type": "application/xml", "x-ms-error-code": code}, body.encode())
