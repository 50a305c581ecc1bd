"""The two environments that the app settings name, read once for a command."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

import httpx

from shared.clients.auth import BearerAuth
from shared.clients.dataverse_metadata import DataverseMetadata
from shared.clients.finance_metadata import FinanceMetadata
from shared.clients.metadata import Metadata, Table
from shared.clients.throttle import Throttle
from shared.errors import Misconfigured
from shared.mapping.model import TableMap
from shared.runtime import connect
from shared.schema.reach import needed
from shared.settings import Settings


def read_settings() -> Settings:
    """Read the app settings from the environment, as the app does; Misconfigured lists what is wrong with them."""
    return Settings.read(os.environ)


async def read_metadata(settings: Settings, maps: Iterable[TableMap]) -> Metadata:
    """Read what both environments say of everything that the maps name; Misconfigured if they are not those of the settings."""
    maps = list(maps)
    async with (
        opened(settings.dataverse_url, settings) as to_dataverse,
        opened(settings.finance_url, settings) as to_finance,
    ):
        dataverse = DataverseMetadata(to_dataverse, settings.dataverse_url, Throttle("Dataverse"))
        finance = FinanceMetadata(to_finance, settings.finance_url, Throttle("Finance"))
        await _as_set(dataverse, finance, settings)
        tables, of_finance = await asyncio.gather(_tables(dataverse, maps), _finance(finance, maps))
    return Metadata(tables, of_finance.collections, of_finance.enums, of_finance.entities)


@asynccontextmanager
async def opened(url: str, settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """Give the connection to one side, and close it with its credential."""
    async with connect(url, settings) as http:
        try:
            yield http
        finally:
            if isinstance(http.auth, BearerAuth):
                await http.auth.aclose()


async def _as_set(dataverse: DataverseMetadata, finance: FinanceMetadata, settings: Settings) -> None:
    organization = await dataverse.organization()
    if organization != settings.dataverse_organization_id:
        raise Misconfigured(
            f"setting DATAVERSE_ORGANIZATION_ID: {settings.dataverse_url} is organisation {organization}.",
            remedy="Correct the setting, or the address: the app refuses the events of any other organisation.",
        )
    company = settings.package_company
    if company and not await finance.has_company(company):
        raise Misconfigured(
            f"setting PACKAGE_COMPANY: Finance has no legal entity {company}.",
            remedy="Correct the setting, or leave it empty for the first by name.",
        )


async def _tables(dataverse: DataverseMetadata, maps: list[TableMap]) -> dict[str, Table | None]:
    """Which table lies behind a lookup of a lookup is known only when the one before it has been read."""
    tables: dict[str, Table | None] = {}
    while unread := sorted(needed(maps, tables) - tables.keys()):
        tables |= zip(unread, await asyncio.gather(*map(dataverse.table, unread)), strict=True)
    return tables


async def _finance(finance: FinanceMetadata, maps: list[TableMap]) -> Metadata:
    csdl = await finance.csdl()
    collections, entities = await asyncio.gather(
        finance.collections(csdl, (each.finance.collection for each in maps if each.finance.collection)),
        finance.entities(each.finance.entity for each in maps if not each.finance.collection),
    )
    return Metadata(collections=collections, enums=csdl.enums, entities=entities)
