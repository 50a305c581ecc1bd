"""Hints that we give ourselves: look at this row; look at all rows that point at this one."""

from __future__ import annotations

from shared.mapping.direction import Direction
from shared.mapping.model import TableMap
from shared.mapping.shape import Shape
from shared.store.message import Hint, WorkMessage
from shared.sync.services import Services


async def touch(services: Services, direction: Direction, key: str, *, delay: float = 0.0) -> None:
    """Enqueue a look at a row of a direction, to be taken after `delay` seconds."""
    now = services.now()
    message = WorkMessage(
        direction=direction.name, key=key, hint=Hint.UPSERT, correlation=correlation(services), first_seen=now
    )
    await services.queue.send(message, delay=delay)


async def touch_dependants(services: Services, table_map: TableMap, dataverse_id: str) -> None:
    """Enqueue a look at every Dataverse row whose lookup points at this one: its key in Finance has changed."""
    for direction, column in services.catalogue.dependants(table_map):
        pages = services.dataverse.pages(
            direction.map.dataverse.table, Shape(()), filter=f"_{column}_value eq {dataverse_id}"
        )
        async for page in pages:
            for found in page.rows:
                await touch(services, direction, str(found.row[direction.map.dataverse.row_id]))


def correlation(services: Services) -> str:
    """Name a chain of events that begins with us."""
    return f"{int(services.chance() * 16**12):012x}"
