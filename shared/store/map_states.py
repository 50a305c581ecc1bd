"""Whether a map runs, and how: set by compare-and-set, read through a cache of a few seconds.

Every change that comes in asks for its map's state. The cache makes that free, and means that another instance may
go on by the former state for as long as `MapStates` was told; a pause is therefore not immediate.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from shared.store import keys
from shared.store.table import Stored, Table

_PARTITION = "map"


class State(StrEnum):
    """The states of a map; an operator can leave every one of them."""

    NOT_RUNNING = "not_running"
    INITIALIZING = "initializing"
    RUNNING = "running"
    PAUSED = "paused"
    RESUMING = "resuming"
    #: The link's fingerprint no longer matches: these are not the environments that were linked.
    FROZEN = "frozen"


class Mode(StrEnum):
    """How live sync delivers: through the queue, or inside the user's save."""

    DURABLE = "durable"
    BLOCKING = "blocking"


@dataclass(frozen=True, slots=True)
class MapState:
    """A map's state as it was read; `etag` is None if nobody has set one yet."""

    map: str
    state: State = State.NOT_RUNNING
    mode: Mode = Mode.DURABLE
    etag: str | None = None


class MapStates:
    """The table `maps`: one partition, a row per map."""

    def __init__(
        self, table: Table, *, clock: Callable[[], float], age: float = 5.0, unset: Callable[[str], MapState] = MapState
    ) -> None:
        """`clock` counts seconds; what was read up to `age` seconds ago is given again; `unset` for maps nobody set."""
        self._table = table
        self._clock = clock
        self._age = age
        self._unset = unset
        self._seen: dict[str, tuple[float, MapState]] = {}

    async def get(self, map_id: str, *, fresh: bool = False) -> MapState:
        """The state of a map, at most `age` seconds old, or as it is now if `fresh`. One operation, or none."""
        seen = self._seen.get(map_id)
        asked_at = self._clock()
        if seen is not None and not fresh and asked_at - seen[0] < self._age:
            return seen[1]
        found = await self._table.get(_PARTITION, keys.encode(map_id))
        state = self._unset(map_id) if found is None else _state(found)
        # Unless a `set` came between: what we read may be from before it.
        if self._seen.get(map_id) is seen:
            self._seen[map_id] = (asked_at, state)
        return state

    async def set(self, read: MapState, *, state: State | None = None, mode: Mode | None = None) -> MapState:
        """Change a state that was read fresh. One operation; Conflict if somebody else has changed it since."""
        state, mode = state or read.state, mode or read.mode
        entity = {
            "PartitionKey": _PARTITION,
            "RowKey": keys.encode(read.map),
            "map": read.map,
            "state": state,
            "mode": mode,
        }
        self._seen.pop(read.map, None)
        asked_at = self._clock()
        if read.etag is None:
            etag = await self._table.insert(entity)
        else:
            etag = await self._table.replace(entity, read.etag)
        self._seen[read.map] = (asked_at, MapState(read.map, state, mode, etag))
        return self._seen[read.map][1]

    async def list(self) -> Sequence[MapState]:
        """Every map that has ever been set, by id."""
        return [_state(found) async for found in self._table.query(partition=_PARTITION)]


def _state(found: Stored) -> MapState:
    entity = found.entity
    return MapState(entity["map"], State(entity["state"]), Mode(entity["mode"]), found.etag)
