"""What a refusal says, taken apart: status, code, and words short enough for a person to read.

Rule: nothing here judges. A body may be written by the service, by a gateway before it (an HTML page) or by nobody, and
each of them is read without ever failing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import httpx
import simplejson

LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Answer:
    """A refusal taken apart. `envelope` tells the service's own words from those of a gateway before it."""

    status: int
    code: str = ""
    text: str = ""
    thrown: str = ""
    envelope: bool = False


def read_answer(response: httpx.Response) -> Answer:
    """Take a refusal apart, whatever wrote it: the service, a gateway's HTML page, or nobody (an empty body)."""
    if not response.content.strip():
        return Answer(response.status_code)
    try:
        error = simplejson.loads(response.content)["error"]
        inner = error.get("innererror") or {}
        text = str(inner.get("message") or error.get("message") or "")
        return Answer(response.status_code, _code(error.get("code")), text, str(inner.get("type") or ""), envelope=True)
    except (ValueError, KeyError, TypeError, AttributeError):
        return Answer(response.status_code, text=_page_text(response.text))


def _code(code: object) -> str:
    """Write a code as Dataverse's tables do, also where it came as the signed number that .NET makes of it."""
    text = str(code or "").lower()
    if text.startswith("-") and text[1:].isdigit():
        return hex(int(text) & 0xFFFFFFFF)
    return text


def _page_text(page: str) -> str:
    title = re.search(r"<title>(.*?)</title>", page, re.IGNORECASE | re.DOTALL)
    return f"(a page instead of an answer) {title[1] if title else re.sub(r'<[^>]*>', ' ', page)}"


_GUID = r"\{?[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\}?"
_ID_OF_THE_CALL = r"\b(?:request|activity|trace|correlation|operation|session)[ -]?id\b"
_NOISE = re.compile(
    rf"[\[(]?{_ID_OF_THE_CALL}\s*[:=]?\s*{_GUID}[\])]?[,;.]?"
    r"|\btime ?stamp\s*[:=]\s*\S+(?: \d\d:\d\d:\S+)?"
    r"|\s+at \w+(?:\.[\w`<>]+)+\([^)]*\)(?: in \S+)?",
    re.IGNORECASE,
)
_SECRET = re.compile(r"eyJ[\w-]{8,}[\w.-]*|(?<=bearer )\S+|(?<=[?&]sig=)[^&\s]+|(?<=[?&]code=)[^&\s]+", re.IGNORECASE)


def shorten(text: str) -> str:
    """Keep what a person can use: no request ids, no stack traces, nothing secret, no more than 500 characters."""
    text = " ".join(_NOISE.sub(" ", _SECRET.sub("…", text[: LONGEST_REASON * 20])).split())
    return text if len(text) <= LONGEST_REASON else text[: LONGEST_REASON - 1] + "…"
