"""What the sync needs of the world, in one frozen argument. Nothing here or above it reads a clock, the environment or a global."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from shared.clients.dataverse import DataverseClient
from shared.clients.finance import FinanceClient
from shared.clients.packages import PackagesClient
from shared.mapping.catalogue import Catalogue
from shared.settings import Policy
from shared.store.activity import Activity
from shared.store.conflicts import Conflicts
from shared.store.error_records import ErrorRecords
from shared.store.gathered import GatheredRows
from shared.store.imports import Imports
from shared.store.links import Links
from shared.store.map_states import MapStates
from shared.store.parked import ParkedRows
from shared.store.watermarks import Watermarks
from shared.store.work_queue import WorkQueue


@dataclass(frozen=True, slots=True)
class Services:
    """Both sides, the stores, the maps, the time and a source of chance."""

    catalogue: Catalogue
    dataverse: DataverseClient
    finance: FinanceClient
    packages: PackagesClient
    links: Links
    errors: ErrorRecords
    conflicts: Conflicts
    parked: ParkedRows
    gathered: GatheredRows
    imports: Imports
    watermarks: Watermarks
    maps: MapStates
    activity: Activity
    queue: WorkQueue
    #: The time in UTC.
    now: Callable[[], datetime]
    #: A number in [0, 1): spreads retries, names leases. Seeded in tests.
    chance: Callable[[], float]
    policy: Policy = field(default_factory=Policy)
    #: Map id → Dataverse table for the values that Dataverse does not let us write into the map's own table.
    side_tables: Mapping[str, str] = field(default_factory=dict)
    #: The legal entity that imports of entities without a company go to; empty: the first one that Finance has.
    package_company: str = ""
    #: Waits so many seconds while an import runs. In tests, the clock goes on.
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep
