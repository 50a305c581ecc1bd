"""The one seam to Queue Storage: send, receive, delete, and how a text travels.

On the wire a message is Base64, because that is what the queue trigger decodes (Microsoft Learn: Azure Queue storage
trigger, message encoding), and at most 64 KiB of it. Messages never expire. Delivery is at least once, in no order.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass
from typing import Protocol

from shared.errors import Rejected

#: The most a message may hold on the wire, in bytes; 49,152 before Base64.
LARGEST_ON_WIRE = 65_536
#: The most messages the service hands out at once.
MOST_AT_ONCE = 32
#: The longest a message can be hidden, in seconds.
LONGEST_DELAY = 7 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Received:
    """A message in our hands until its time is over.

    `raw` is the body as bytes (as sent, if it was not Base64), `text` the same as UTF-8 with wrong bytes replaced: what
    is not ours can thus be recorded, and never reads as one of ours.
    """

    text: str
    id: str
    pop_receipt: str
    dequeue_count: int
    raw: bytes


class Queue(Protocol):
    """One queue. Every method raises Transient, Throttled or Refused when the service does."""

    async def send(self, text: str, *, delay: float = 0.0) -> None:
        """Add a message that shows after `delay` seconds (whole ones, rounded up); Rejected if it is over 64 KiB."""
        ...

    async def receive(self, *, most: int = 16, hidden: float = 30.0) -> list[Received]:
        """Take up to `most` messages and hide them for `hidden` seconds (at least one, rounded up)."""
        ...

    async def delete(self, message: Received) -> None:
        """End a message; quiet if it is gone, Conflict if somebody else has received it since."""
        ...

    async def length(self) -> int:
        """About how many messages there are, hidden ones included."""
        ...


def to_wire(text: str) -> str:
    """The text as it is sent; Rejected if the service would not take it."""
    wire = b64encode(text.encode()).decode("ascii")
    if len(wire) > LARGEST_ON_WIRE:
        raise Rejected(f"A queue message of {len(wire)} bytes is over the {LARGEST_ON_WIRE} that the service takes.")
    return wire


def from_wire(wire: str) -> bytes:
    """The body behind what was received; the text itself if somebody sent it without Base64."""
    try:
        return b64decode(wire, validate=True)
    except (NotBase64, ValueError):
        return wire.encode(errors="surrogatepass")
