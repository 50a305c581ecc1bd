"""Every store of the app on one storage account, and what their tables are called."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from shared.store.activity import Activity
from shared.store.conflicts import Conflicts
from shared.store.error_records import ErrorRecords
from shared.store.gathered import GatheredRows
from shared.store.imports import Imports
from shared.store.links import Links
from shared.store.map_states import MapState, MapStates
from shared.store.parked import ParkedRows
from shared.store.storage import Storage
from shared.store.watermarks import Watermarks
from shared.store.work_queue import WorkQueue


@dataclass(frozen=True, slots=True)
class Stores:
    """What sync remembers by, and the queues it works from."""

    watermarks: Watermarks
    errors: ErrorRecords
    conflicts: Conflicts
    parked: ParkedRows
    gathered: GatheredRows
    imports: Imports
    links: Links
    maps: MapStates
    activity: Activity
    work: WorkQueue


def stores_on(
    storage: Storage,
    *,
    clock: Callable[[], float],
    map_state_age: float = 5.0,
    unset: Callable[[str], MapState] = MapState,
) -> Stores:
    """The stores of a storage account, without a request. `clock` counts seconds, `map_state_age` is in seconds.

    `unset` gives the state of a map that nobody has set.
    """
    return Stores(
        watermarks=Watermarks(storage.table("watermarks")),
        errors=ErrorRecords(storage.table("errors")),
        conflicts=Conflicts(storage.table("conflicts")),
        parked=ParkedRows(storage.table("parked")),
        gathered=GatheredRows(storage.table("gathered")),
        imports=Imports(storage.table("imports")),
        links=Links(storage.table("links")),
        maps=MapStates(storage.table("maps"), clock=clock, age=map_state_age, unset=unset),
        activity=Activity(storage.table("activity")),
        work=WorkQueue(storage),
    )
