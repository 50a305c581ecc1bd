"""A storage account in memory that behaves as the real one does: it passes the same conformance suite.

For tests that step a coroutine from await to await: each operation is atomic, and `before_each_operation` is awaited
before it with its name (`links.replace`, `projects-to-finance.send`), so that a test decides who goes next, or crashes
there. Messages become visible by the clock that is handed in.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import count, islice
from math import ceil

from shared.errors import Conflict
from shared.store.queue import LONGEST_DELAY, MOST_AT_ONCE, Received, from_wire, to_wire
from shared.store.storage import check_queue_name, check_table_name
from shared.store.table import Entity, Stored, check_key, checked

Hook = Callable[[str], Awaitable[None]]
#: Seconds since some beginning.
Clock = Callable[[], float]


async def _go_on(_name: str) -> None:
    """The hook of a test that does not step."""


class MemoryStorage:
    """`shared.store.storage.Storage` of one test."""

    def __init__(self, *, clock: Clock = lambda: 0.0, before_each_operation: Hook = _go_on) -> None:
        self.before_each_operation = before_each_operation
        self._clock = clock
        self._tables: dict[str, MemoryTable] = {}
        self._queues: dict[str, MemoryQueue] = {}

    def table(self, name: str) -> MemoryTable:
        return self._tables.setdefault(check_table_name(name).lower(), MemoryTable(name, self))

    def queue(self, name: str) -> MemoryQueue:
        return self._queues.setdefault(check_queue_name(name), MemoryQueue(name, self, self._clock))

    async def close(self) -> None:
        """Nothing to give back."""


class MemoryTable:
    def __init__(self, name: str, storage: MemoryStorage) -> None:
        self._name = name
        self._storage = storage
        self._rows: dict[tuple[str, str], Stored] = {}
        self._etags = count(1)

    async def get(self, partition: str, row: str) -> Stored | None:
        await self._before("get")
        key = _key(partition, row)
        return _copy(self._rows[key]) if key in self._rows else None

    async def insert(self, entity: Entity) -> str:
        await self._before("insert")
        key = _key_of(entity)
        if key in self._rows:
            raise Conflict(f"Inserting into {self._name}: the row changed meanwhile.")
        return self._write(key, entity)

    async def replace(self, entity: Entity, etag: str) -> str:
        await self._before("replace")
        key = _key_of(entity)
        if key not in self._rows or self._rows[key].etag != etag:
            raise Conflict(f"Replacing in {self._name}: the row changed meanwhile.")
        return self._write(key, entity)

    async def put(self, entity: Entity) -> str:
        await self._before("put")
        return self._write(_key_of(entity), entity)

    async def remove(self, partition: str, row: str, etag: str | None = None) -> bool:
        await self._before("remove")
        key = _key(partition, row)
        if key not in self._rows:
            return False
        if etag is not None and self._rows[key].etag != etag:
            raise Conflict(f"Removing from {self._name}: the row changed meanwhile.")
        del self._rows[key]
        return True

    async def query(
        self,
        *,
        partition: str | None = None,
        partitions: tuple[str, str] | None = None,
        rows: tuple[str, str] | None = None,
        where: Mapping[str, str | bool] | None = None,
        due_by: datetime | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[Stored]:
        await self._before("query")

        def wanted(entity: Entity) -> bool:
            return (
                (partition is None or entity["PartitionKey"] == partition)
                and _within(entity["PartitionKey"], partitions)
                and _within(entity["RowKey"], rows)
                and all(entity.get(name) == value for name, value in (where or {}).items())
                and (due_by is None or ("due" in entity and entity["due"] <= due_by))
            )

        for found in list(islice((self._rows[key] for key in self._in_order(wanted)), limit)):
            yield _copy(found)

    def _in_order(self, wanted: Callable[[Entity], bool]) -> Iterator[tuple[str, str]]:
        return (key for key in sorted(self._rows) if wanted(self._rows[key].entity))

    def _write(self, key: tuple[str, str], entity: Entity) -> str:
        etag = f'W/"{next(self._etags)}"'
        self._rows[key] = Stored(checked(entity), etag)
        return etag

    async def _before(self, operation: str) -> None:
        await self._storage.before_each_operation(f"{self._name}.{operation}")


@dataclass(slots=True)
class _Message:
    id: str
    wire: str
    visible_at: float
    dequeue_count: int = 0
    pop_receipt: str = ""


class MemoryQueue:
    def __init__(self, name: str, storage: MemoryStorage, clock: Clock) -> None:
        self._name = name
        self._storage = storage
        self._clock = clock
        self._messages: list[_Message] = []
        self._ids = count(1)

    async def send(self, text: str, *, delay: float = 0.0) -> None:
        await self._before("send")
        visible_at = self._clock() + min(ceil(delay), LONGEST_DELAY)
        self._messages.append(_Message(f"message-{next(self._ids)}", to_wire(text), visible_at))

    async def receive(self, *, most: int = 16, hidden: float = 30.0) -> list[Received]:
        await self._before("receive")
        visible = (message for message in self._messages if message.visible_at <= self._clock())
        return [self._hand_out(message, hidden) for message in list(islice(visible, min(most, MOST_AT_ONCE)))]

    async def delete(self, message: Received) -> None:
        await self._before("delete")
        kept = next((each for each in self._messages if each.id == message.id), None)
        if kept is None:
            return
        if kept.pop_receipt != message.pop_receipt:
            raise Conflict(f"Queue {self._name}: somebody else has received this message since.")
        self._messages.remove(kept)

    async def length(self) -> int:
        await self._before("length")
        return len(self._messages)

    def _hand_out(self, message: _Message, hidden: float) -> Received:
        message.visible_at = self._clock() + max(1, ceil(hidden))
        message.dequeue_count += 1
        message.pop_receipt = f"receipt-{next(self._ids)}"
        raw = from_wire(message.wire)
        return Received(raw.decode(errors="replace"), message.id, message.pop_receipt, message.dequeue_count, raw)

    async def _before(self, operation: str) -> None:
        await self._storage.before_each_operation(f"{self._name}.{operation}")


def _key(partition: str, row: str) -> tuple[str, str]:
    check_key("PartitionKey", partition)
    check_key("RowKey", row)
    return partition, row


def _key_of(entity: Entity) -> tuple[str, str]:
    stored = checked(entity)
    return stored["PartitionKey"], stored["RowKey"]


def _copy(found: Stored) -> Stored:
    return Stored(dict(found.entity), found.etag)


def _within(key: str, ends: tuple[str, str] | None) -> bool:
    return ends is None or ends[0] <= key < ends[1]
