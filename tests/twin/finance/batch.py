"""`$batch`: several requests in one, change sets all or nothing.

The outer answer is 200 even if a part failed. A failed change set gives one part with the error; requests outside of
change sets stand for themselves. References between parts (`$1`) are unconfirmed for Finance and not played.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from http import HTTPStatus
from urllib.parse import unquote, urlsplit

from tests.twin.finance.refusals import Refusal
from tests.twin.finance.service import DataService
from tests.twin.http import Request, Response, parse_query

LIMIT = 5_000
_BOUNDARY = re.compile(r'boundary="?([^";\s]+)"?')
_OUTER = "batchresponse_finance"
_EOL = b"\r\n"


def answer_batch(request: Request, service: DataService) -> Response:
    """Answer `POST /data/$batch`."""
    try:
        parts = [*_parts(request.headers.get("content-type", ""), request.body)]
        answers = [_answer(headers, body, request, service) for headers, body in parts]
    except Refusal as refusal:
        return refusal.response()
    return Response(200, {"Content-Type": f"multipart/mixed; boundary={_OUTER}"}, _joined(_OUTER, answers))


def _answer(headers: dict[str, str], body: bytes, outer: Request, service: DataService) -> bytes:
    kind = headers.get("content-type", "")
    if not kind.startswith("multipart/mixed"):
        return _embedded(service.answer(_request(body, outer)), headers)
    boundary = "changesetresponse_" + _required_boundary(kind)
    answers = _change_set([*_parts(kind, body)], outer, service)
    inner = _joined(boundary, answers)
    return f"Content-Type: multipart/mixed; boundary={boundary}".encode() + _EOL * 2 + inner


def _change_set(parts: list[tuple[dict[str, str], bytes]], outer: Request, service: DataService) -> list[bytes]:
    done = []
    for headers, body in parts:
        try:
            request = _writing(_request(body, outer))
            done.append(_embedded(service.perform(request), headers))
        except Refusal as refusal:
            service.roll_back()
            return [_embedded(refusal.response(), headers)]
    service.commit(outer)
    return done


def _writing(request: Request) -> Request:
    if request.method == "GET":
        raise Refusal(400, "A change set cannot contain GET.")
    return request


def _parts(content_type: str, body: bytes) -> Iterator[tuple[dict[str, str], bytes]]:
    """Split a multipart body into headers and content; raises Refusal."""
    mark = b"--" + _required_boundary(content_type).encode()
    pieces = (_EOL + body).split(_EOL + mark)
    if len(pieces) < 3 or not pieces[-1].startswith(b"--"):
        raise Refusal(400, "The batch is not a complete multipart message.")
    if len(pieces) - 2 > LIMIT:
        raise Refusal(400, f"A batch holds at most {LIMIT} operations.")
    for piece in pieces[1:-1]:
        head, _, content = piece.removeprefix(_EOL).partition(_EOL * 2)
        yield _headers(head), content


def _required_boundary(content_type: str) -> str:
    found = _BOUNDARY.search(content_type)
    if found is None:
        raise Refusal(400, "The batch has no boundary.")
    return found[1]


def _headers(head: bytes) -> dict[str, str]:
    lines = (line.partition(":") for line in head.decode("latin-1").split("\r\n") if line)
    return {name.strip().lower(): value.strip() for name, _, value in lines}


def _request(content: bytes, outer: Request) -> Request:
    head, _, body = content.partition(_EOL * 2)
    line, _, headers = head.partition(_EOL)
    method, _, rest = line.decode().partition(" ")
    url = urlsplit(rest.rsplit(" ", 1)[0])
    inherited = {name: outer.headers[name] for name in ("host", "x-twin-user") if name in outer.headers}
    path = unquote(url.path)
    if not path.startswith("/"):
        path = f"/data/{path}"
    return Request(
        method, path, parse_query(url.query), inherited | _headers(headers), body.removesuffix(_EOL), outer.scheme
    )


def _embedded(response: Response, headers: dict[str, str]) -> bytes:
    """Write a response as a part; Content-ID comes back as it was sent."""
    lines = ["Content-Type: application/http", "Content-Transfer-Encoding: binary"]
    if "content-id" in headers:
        lines.append(f"Content-ID: {headers['content-id']}")
    lines += ["", f"HTTP/1.1 {response.status} {HTTPStatus(response.status).phrase}"]
    lines += [f"{name}: {value}" for name, value in response.headers.items()]
    return "\r\n".join(lines).encode() + _EOL * 2 + response.body


def _joined(boundary: str, parts: list[bytes]) -> bytes:
    mark = f"--{boundary}".encode()
    return b"".join(mark + _EOL + part + _EOL for part in parts) + mark + b"--" + _EOL
