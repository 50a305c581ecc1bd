"""The composition root: the only place where real things are chosen. Built on first use, kept for the life of the process."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import httpx

from shared.clients.auth import auth_for, is_loopback
from shared.clients.dataverse import DataverseClient
from shared.clients.finance import FinanceClient
from shared.clients.packages import PackagesClient
from shared.clients.throttle import Throttle
from shared.clients.transport import open_http
from shared.errors import Misconfigured
from shared.mapping.catalogue import Catalogue
from shared.mapping.model import Side, TableMap
from shared.maps.catalogue import catalogue
from shared.settings import Settings
from shared.store.azure import AzureStorage
from shared.store.map_states import MapState, Mode, State
from shared.store.storage import Storage
from shared.store.stores import stores_on
from shared.sync.services import Services

if TYPE_CHECKING:
    from azure.core.credentials_async import AsyncTokenCredential


@dataclass(frozen=True, slots=True)
class World:
    """What a process acts in: replaced as a whole by tests, made of the real things by default."""

    storage: Storage
    dataverse: httpx.AsyncClient
    finance: httpx.AsyncClient
    now: Callable[[], datetime]
    #: Seconds from any fixed point.
    clock: Callable[[], float]
    chance: Callable[[], float]
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep


def open_world(settings: Settings) -> World:
    """Choose the real things; opens no connection yet."""
    _quieten_libraries()
    return World(
        storage=_storage(settings),
        dataverse=connect(settings.dataverse_url, settings),
        finance=connect(settings.finance_url, settings),
        now=lambda: datetime.now(UTC),
        clock=time.monotonic,
        chance=random.SystemRandom().random,
    )


def compose(settings: Settings, world: World) -> Services:
    """Put clients, stores and maps together. Misconfigured if a setting names a map that there is none of, or that cannot block."""
    check_maps(settings, catalogue())
    stores = stores_on(world.storage, clock=world.clock, unset=lambda map_id: unset_state(settings, map_id))
    finance_pace = Throttle("Finance", clock=world.clock)
    return Services(
        catalogue=catalogue(),
        dataverse=DataverseClient(world.dataverse, settings.dataverse_url, Throttle("Dataverse", clock=world.clock)),
        finance=FinanceClient(world.finance, settings.finance_url, finance_pace),
        packages=PackagesClient(world.finance, settings.finance_url, finance_pace),
        links=stores.links,
        errors=stores.errors,
        conflicts=stores.conflicts,
        parked=stores.parked,
        gathered=stores.gathered,
        imports=stores.imports,
        watermarks=stores.watermarks,
        maps=stores.maps,
        activity=stores.activity,
        queue=stores.work,
        now=world.now,
        chance=world.chance,
        policy=settings.policy,
        side_tables=settings.side_tables,
        package_company=settings.package_company,
        pause=world.pause,
    )


def _quieten_libraries() -> None:
    """Each request would be a line of log, with the keys and values that it asks for."""
    for name in ("httpx", "azure"):
        logging.getLogger(name).setLevel(logging.WARNING)


def check_maps(settings: Settings, maps: Catalogue) -> None:
    """Raise Misconfigured for a setting that names a map wrongly: it would never run, and nobody would be told."""
    settings_of_maps: dict[str, Iterable[str]] = {
        "RUNNING_MAPS": settings.running_maps,
        "BLOCKING_MAPS": settings.blocking_maps,
        "SIDE_TABLES": settings.side_tables,
    }
    for setting, named in settings_of_maps.items():
        unknown = [name for name in named if name not in maps.maps and (setting, name) != ("RUNNING_MAPS", "*")]
        if unknown:
            raise Misconfigured(
                f"setting {setting}: there is no map called {', '.join(unknown)}.",
                remedy=f"The maps are {', '.join(sorted(maps.maps))}.",
            )
    unable = [name for name in settings.blocking_maps if not _can_block(maps.maps[name])]
    if unable:
        raise Misconfigured(
            f"setting BLOCKING_MAPS: {', '.join(unable)} cannot block a save.",
            remedy="Only maps that go from Dataverse to Finance alone, and row by row, can.",
        )
    without = [name for name in settings.side_tables if Side.DATAVERSE not in maps.maps[name].sides]
    if without:
        raise Misconfigured(
            f"setting SIDE_TABLES: {', '.join(without)} writes nothing to Dataverse.",
            remedy="Only what comes from Finance is kept in a side table.",
        )


def _can_block(table_map: TableMap) -> bool:
    return table_map.sides == (Side.FINANCE,) and bool(table_map.finance.collection)


def unset_state(settings: Settings, map_id: str) -> MapState:
    """Say how a map stands that no operator has touched: as the settings say."""
    runs = map_id in settings.running_maps or ("*" in settings.running_maps and not _waits(map_id))
    return MapState(
        map_id,
        State.RUNNING if runs else State.NOT_RUNNING,
        Mode.BLOCKING if map_id in settings.blocking_maps else Mode.DURABLE,
    )


def _waits(map_id: str) -> bool:
    declared = catalogue().maps.get(map_id)
    return declared is not None and bool(declared.waits_for)


def connect(url: str, settings: Settings) -> httpx.AsyncClient:
    """Make the connection to one of the two sides; opens nothing yet."""
    anonymous = is_loopback(httpx.URL(url).host)
    return open_http(auth_for(url, None if anonymous else lambda: _credential(settings), allow_anonymous=anonymous))


def _credential(settings: Settings) -> AsyncTokenCredential:
    # Imported here because it is a third of a cold start, and a process that finds its token's side asleep never
    # needs it.
    from azure.identity.aio import DefaultAzureCredential, ManagedIdentityCredential  # noqa: PLC0415

    if settings.azure_client_id:
        return ManagedIdentityCredential(client_id=settings.azure_client_id)
    return DefaultAzureCredential()


def _storage(settings: Settings) -> Storage:
    if settings.azurewebjobsstorage:
        return AzureStorage.from_connection_string(settings.azurewebjobsstorage)
    tables, queues = settings.azurewebjobsstorage__tableserviceuri, settings.azurewebjobsstorage__queueserviceuri
    if not tables or not queues:
        raise Misconfigured(
            "No storage: neither AZUREWEBJOBSSTORAGE nor both of AZUREWEBJOBSSTORAGE__TABLESERVICEURI and "
            "AZUREWEBJOBSSTORAGE__QUEUESERVICEURI are set.",
            remedy="Set the account's endpoints (with an identity), or a connection string.",
        )
    return AzureStorage.from_endpoints(tables=tables, queues=queues, credential=_credential(settings))
