"""One queue per direction: `projects_to_finance` has the queue `projects-to-finance`.

What the host could not even start goes to `projects-to-finance-poison` (Microsoft Learn: Azure Queue storage trigger,
poison messages).
"""

from __future__ import annotations

from shared.store.message import WorkMessage
from shared.store.queue import Queue
from shared.store.storage import Storage


def queue_name(direction: str) -> str:
    """The queue of a direction."""
    return direction.replace("_", "-")


def poison_name(direction: str) -> str:
    """Where the host puts a message that crashed its function too often."""
    return f"{queue_name(direction)}-poison"


class WorkQueue:
    """Sends work; the Functions host receives it."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def send(self, message: WorkMessage, *, delay: float = 0.0) -> None:
        """Put a message on its direction's queue, to be seen after `delay` seconds."""
        await self._storage.queue(queue_name(message.direction)).send(message.to_text(), delay=delay)

    async def length(self, direction: str) -> int:
        """About how much work a direction has, delayed and running work included."""
        return await self._storage.queue(queue_name(direction)).length()

    def poison(self, direction: str) -> Queue:
        """The queue of what the host gave up of a direction."""
        return self._storage.queue(poison_name(direction))

    async def poisoned(self, direction: str) -> int:
        """About how many messages of a direction the host gave up."""
        return await self.poison(direction).length()
