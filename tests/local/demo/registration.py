"""Tells both systems where to send their events: what a person does once, in the registration tool and in Finance.

In Dataverse a webhook is a service endpoint with steps for Create, Update and Delete; an update step fires only for the
columns that the map reads. In Finance an endpoint is made and data events are activated in forms of the product, so
there this goes through the twin's control surface. Source: Microsoft Learn, "Register a web hook", "Manage business
event endpoints".
"""

from __future__ import annotations

import asyncio

from shared.mapping.direction import Direction
from shared.mapping.model import Side
from shared.maps.catalogue import catalogue
from tests.local.demo.stage import FUNCTION_KEY, Stage
from tests.world import Person

_WEBHOOK, _WEBHOOK_KEY = 8, 4
_POST_OPERATION = 40
_SYNCHRONOUS, _ASYNCHRONOUS = 0, 1
_POST_IMAGE = 1


async def register_all(stage: Stage) -> int:
    """Register every direction; give how many there are. The host must be up: Finance tries each endpoint."""
    directions = catalogue().directions.values()
    await asyncio.gather(*(_register(stage, direction) for direction in directions))
    return len(directions)


async def make_blocking(stage: Stage, direction: Direction) -> None:
    """Let saves of this direction's table wait for the app: its steps become synchronous, with an image of the row."""
    person = stage.in_dataverse
    for step in await _steps_of(person, direction):
        await person.does("DELETE", f"sdkmessageprocessingsteps({step})")
    endpoint = (await _named(person, "serviceendpoints", direction.name))["serviceendpointid"]
    await _register_steps(person, direction, endpoint, _SYNCHRONOUS)


async def _register(stage: Stage, direction: Direction) -> None:
    if direction.source is Side.FINANCE:
        await _register_in_finance(stage, direction)
        return
    endpoint = {
        "name": direction.name,
        "contract": _WEBHOOK,
        "authtype": _WEBHOOK_KEY,
        "url": stage.webhook(direction.name),
        "authvalue": FUNCTION_KEY,
    }
    person = stage.in_dataverse
    await person.does("POST", "serviceendpoints", endpoint)
    made = await _named(person, "serviceendpoints", direction.name)
    await _register_steps(person, direction, made["serviceendpointid"], _ASYNCHRONOUS)


async def _register_in_finance(stage: Stage, direction: Direction) -> None:
    forms = Person(stage.http, f"{stage.finance_url}/twin/")
    url = f"{stage.webhook(direction.name)}?code={FUNCTION_KEY}"
    await forms.does("POST", "endpoints", {"name": direction.name, "url": url})
    activation = {"event": "data", "entity": direction.map.finance.collection, "endpoint": direction.name}
    await forms.does("POST", "activations", activation)


async def _register_steps(person: Person, direction: Direction, endpoint: str, mode: int) -> None:
    table = direction.map.dataverse.table
    for message in ("Create", "Update", "Delete"):
        condition = f"primaryobjecttypecode eq '{table}' and sdkmessageid/name eq '{message}'"
        found = (await _rows(person, f"sdkmessagefilters?$select=_sdkmessageid_value&$filter={condition}"))[0]
        name = f"{direction.name}: {message}"
        step = {
            "name": name,
            "mode": mode,
            "stage": _POST_OPERATION,
            "asyncautodelete": mode == _ASYNCHRONOUS,
            "filteringattributes": ",".join(columns_of(direction)) if message == "Update" else None,
            "eventhandler_serviceendpoint@odata.bind": f"/serviceendpoints({endpoint})",
            "sdkmessageid@odata.bind": f"/sdkmessages({found['_sdkmessageid_value']})",
            "sdkmessagefilterid@odata.bind": f"/sdkmessagefilters({found['sdkmessagefilterid']})",
        }
        await person.does("POST", "sdkmessageprocessingsteps", step)
        if mode == _SYNCHRONOUS and message != "Delete":
            await _register_image(person, direction, name, message)


async def _register_image(person: Person, direction: Direction, step: str, message: str) -> None:
    made = await _named(person, "sdkmessageprocessingsteps", step)
    image = {
        "name": "row",
        "entityalias": "row",
        "imagetype": _POST_IMAGE,
        "attributes": ",".join(columns_of(direction)),
        "messagepropertyname": "Id" if message == "Create" else "Target",
        "sdkmessageprocessingstepid@odata.bind": f"/sdkmessageprocessingsteps({made['sdkmessageprocessingstepid']})",
    }
    await person.does("POST", "sdkmessageprocessingstepimages", image)


def columns_of(direction: Direction) -> list[str]:
    """The columns of the table that a direction reads; the row's id is left out, for it comes with every update."""
    read = (*direction.shape.columns, *direction.shape.lookups)
    return [column for column in read if column != direction.map.dataverse.row_id]


async def _steps_of(person: Person, direction: Direction) -> list[str]:
    condition = f"startswith(name,'{direction.name}: ')"
    rows = await _rows(person, f"sdkmessageprocessingsteps?$select=name&$filter={condition}")
    return [row["sdkmessageprocessingstepid"] for row in rows]


async def _named(person: Person, collection: str, name: str) -> dict[str, str]:
    return (await _rows(person, f"{collection}?$select=name&$filter=name eq '{name}'"))[0]


async def _rows(person: Person, query: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = (await person.does("GET", query))["value"]
    return found
