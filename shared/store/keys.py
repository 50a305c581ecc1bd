r"""Keys of table rows, made from any text.

A PartitionKey or RowKey may not hold ``/ \ # ?`` or control characters, and ``%`` and ``+`` trouble some clients
(Microsoft Learn: Understanding the Table service data model). So every byte that is not a letter, a digit or one of
``_ . - ~`` is written as ``=XX``. The result is ASCII, compares ordinally and can be read back. Only a text too long
for a key loses its end to a hash; such a key holds ``==``, which no other does.
"""

from __future__ import annotations

from hashlib import blake2b, sha256
from urllib.parse import quote, unquote

#: The longest key made here, in characters. The service takes 1 KiB; 512 and 1,024 characters are both documented.
LONGEST = 380
_SHORTENED = "=="
_HASH_LENGTH = 64


def encode(text: str) -> str:
    """The key that stands for this text, at most `LONGEST` characters; equal texts, and only those, have equal keys."""
    return _shorten(_escape(text))


def decode(key: str) -> str | None:
    """The text behind a key of `encode`, or None if the text was too long to be kept whole."""
    if _SHORTENED in key:
        return None
    return unquote(key.replace("=", "%"), errors="surrogatepass")


def join(*parts: str) -> str:
    """One key of several texts: each is encoded, so that the ``|`` between them cannot be mistaken."""
    return _shorten(_joined(parts))


def digest(*parts: str) -> str:
    """A short name for several texts, the same on every machine and at all times: 40 hex digits."""
    return blake2b(_joined(parts).encode(), digest_size=20).hexdigest()


def shard(text: str) -> str:
    """Two hex digits that spread texts evenly: a partition takes 2,000 rows a second, a map may need more.

    Source: Microsoft Learn, Scalability and performance targets for Table storage.
    """
    return blake2b(text.encode(errors="surrogatepass"), digest_size=1).hexdigest()


def _joined(parts: tuple[str, ...]) -> str:
    return "|".join(_escape(part) for part in parts)


def _escape(text: str) -> str:
    return quote(text, safe="", errors="surrogatepass").replace("%", "=")


def _shorten(key: str) -> str:
    if len(key) <= LONGEST:
        return key
    kept = LONGEST - len(_SHORTENED) - _HASH_LENGTH
    return key[:kept] + _SHORTENED + sha256(key.encode()).hexdigest()
