"""`$batch`: several requests in one, change sets as one transaction each.

A change set that fails yields one part with the error. Without `Prefer: odata.continue-on-error` nothing after the
first failure is done, and the outer status is that error's. Source: Microsoft Learn, "Execute batch operations using
the Web API"; the failing outer status and the single part are common knowledge.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from http import HTTPStatus

from tests.twin.dataverse import errors
from tests.twin.dataverse.address import ROOT
from tests.twin.dataverse.reading import preferences
from tests.twin.http import Request, Response, parse_query

MOST = 1_000
_BOUNDARY = re.compile(r'boundary="?([^";]+)"?', re.IGNORECASE)
_CONTENT_ID = re.compile(r"\$(\d+)\b")

Answer = Callable[[Request], Awaitable[Response]]
#: Answers the writes of a change set in one transaction; raises Refusal.
AnswerAll = Callable[[list["Part"]], Awaitable[list[Response]]]


@dataclass(frozen=True, slots=True)
class Part:
    """One request of a batch; `content_id` lets later ones of the same change set refer to what it made."""

    request: Request
    content_id: str | None = None


async def answer_batch(request: Request, answer: Answer, answer_all: AnswerAll) -> Response:
    """Answer a batch; raises Refusal."""
    go_on = "odata.continue-on-error" in preferences(request)
    groups = _read(request)
    if sum(len(group) if isinstance(group, list) else 1 for group in groups) > MOST:
        raise errors.bad_query(f"Number of operations in a batch exceeded the limit of {MOST}.")
    parts: list[bytes] = []
    status = 200
    for group in groups:
        written, failed = await _answered(group, answer, answer_all)
        parts.append(written)
        if failed and not go_on:
            status = failed
            break
    body = b"".join(b"--batchresponse\r\n" + part + b"\r\n" for part in parts) + b"--batchresponse--\r\n"
    return Response(status, {"Content-Type": "multipart/mixed; boundary=batchresponse"}, body)


def resolve_content_ids(part: Part, made: dict[str, str]) -> Request:
    """Put the addresses of earlier parts of a change set for their `$n`; raises Refusal."""

    def address(found: re.Match[str]) -> str:
        if found[1] not in made:
            raise errors.bad_query(f"Content-ID Reference: '${found[1]}' does not exist in the batch context.")
        return made[found[1]]

    path = part.request.path
    if path.startswith(f"{ROOT}$"):
        path = f"{ROOT}{_CONTENT_ID.sub(address, path[len(ROOT) :])}"
    body = re.sub(r'(?<=@odata\.bind":")\$(\d+)(?=")', address, part.request.body.decode())
    return replace(part.request, path=path, body=body.encode())


async def _answered(group: Part | list[Part], answer: Answer, answer_all: AnswerAll) -> tuple[bytes, int]:
    """Answer one part or one change set; return it written, and the status if it failed."""
    if isinstance(group, Part):
        response = await answer(group.request)
        return _write(response, group.content_id), response.status if response.status >= 400 else 0
    try:
        responses = await answer_all(group)
    except errors.Refusal as refusal:
        return _write(refusal.response(), None), refusal.status
    inner = b"".join(
        b"--changesetresponse\r\n" + _write(response, part.content_id) + b"\r\n"
        for part, response in zip(group, responses, strict=True)
    )
    return (
        b"Content-Type: multipart/mixed; boundary=changesetresponse\r\n\r\n" + inner + b"--changesetresponse--\r\n",
        0,
    )


def _read(request: Request) -> list[Part | list[Part]]:
    found: list[Part | list[Part]] = []
    for headers, body in _split(request.headers.get("content-type", ""), request.body):
        kind = headers.get("content-type", "")
        if kind.startswith("multipart/mixed"):
            change_set = [_part(request, inner, text) for inner, text in _split(kind, body)]
            if any(part.request.method == "GET" for part in change_set):
                raise errors.bad_query("A change set can't hold GET requests.")
            found.append(change_set)
        else:
            found.append(_part(request, headers, body))
    return found


def _split(content_type: str, body: bytes) -> list[tuple[dict[str, str], bytes]]:
    boundary = _BOUNDARY.search(content_type)
    if boundary is None:
        raise errors.bad_payload("A multipart body needs a boundary.")
    pieces = body.split(b"--" + boundary[1].encode())[1:-1]
    return [_headers(piece.removeprefix(b"\r\n")) for piece in pieces]


def _headers(piece: bytes) -> tuple[dict[str, str], bytes]:
    head, _, body = piece.partition(b"\r\n\r\n")
    lines = (line.partition(":") for line in head.decode().split("\r\n"))
    return {name.strip().lower(): value.strip() for name, _, value in lines if value}, body


def _part(outer: Request, headers: dict[str, str], text: bytes) -> Part:
    line, _, rest = text.partition(b"\r\n")
    words = line.decode().split(" ")
    if len(words) < 2:
        raise errors.bad_payload("A part of a batch needs a request line.")
    own, body = _headers(rest) if not rest.startswith(b"\r\n") else ({}, rest[2:])
    path, _, query = words[1].partition("?")
    path = path if path.startswith("/") else f"{ROOT}{path}"
    # Identity comes with the outer request; everything else each part says for itself.
    identity = {name: outer.headers[name] for name in ("host", "authorization", "x-twin-user") if name in outer.headers}
    request = Request(words[0], path, parse_query(query), {**identity, **own}, body.removesuffix(b"\r\n"), outer.scheme)
    return Part(request, headers.get("content-id") or own.get("content-id"))


def _write(response: Response, content_id: str | None) -> bytes:
    head = ["Content-Type: application/http", "Content-Transfer-Encoding: binary"]
    head += [f"Content-ID: {content_id}"] if content_id else []
    lines = [f"HTTP/1.1 {response.status} {HTTPStatus(response.status).phrase}"]
    lines += [f"{name}: {value}" for name, value in response.headers.items()]
    return "\r\n".join([*head, "", *lines, "", ""]).encode() + response.body
