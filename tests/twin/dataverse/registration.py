"""Registers webhooks through the Web API, as a person with the registration tool would."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tests.twin.dataverse.api import Api
from tests.twin.dataverse.tables.registration import ASYNC, POST_IMAGE, POST_OPERATION, PRE_IMAGE, WEBHOOK, WEBHOOK_KEY


async def register_endpoint(api: Api, name: str, url: str, secret: str, authtype: int = WEBHOOK_KEY) -> str:
    """Create a serviceendpoint row and return its id."""
    columns = {"name": name, "contract": WEBHOOK, "authtype": authtype, "url": url, "authvalue": secret}
    return await api.create("serviceendpoints", columns)


async def register_step(
    api: Api,
    endpoint: str,
    table: str,
    message: str,
    *,
    mode: int = ASYNC,
    attributes: Iterable[str] = (),
    images: Iterable[str] = (),
) -> str:
    """Create a step with the images its message allows (`pre` but on Create, `post` but on Delete); return its id.

    `images` names the columns of the images; none are registered without.
    """
    condition = f"sdkmessageid/name eq '{message}' and primaryobjecttypecode eq '{table}'"
    found = (await api.rows(f"sdkmessagefilters?$select=_sdkmessageid_value&$filter={condition}"))[0]
    step: dict[str, Any] = {
        "name": f"{message} of {table}",
        "mode": mode,
        "stage": POST_OPERATION,
        "asyncautodelete": True,
        "filteringattributes": ",".join(attributes) or None,
        "eventhandler_serviceendpoint@odata.bind": f"/serviceendpoints({endpoint})",
        "sdkmessageid@odata.bind": f"/sdkmessages({found['_sdkmessageid_value']})",
        "sdkmessagefilterid@odata.bind": f"/sdkmessagefilters({found['sdkmessagefilterid']})",
    }
    step_id = await api.create("sdkmessageprocessingsteps", step)
    wanted = ",".join(images)
    if wanted:
        await _register_images(api, step_id, message, wanted)
    return step_id


async def _register_images(api: Api, step_id: str, message: str, attributes: str) -> None:
    kinds = {"Create": {"post": POST_IMAGE}, "Delete": {"pre": PRE_IMAGE}}
    for alias, kind in kinds.get(message, {"pre": PRE_IMAGE, "post": POST_IMAGE}).items():
        columns = {
            "name": alias,
            "entityalias": alias,
            "imagetype": kind,
            "attributes": attributes,
            "messagepropertyname": "Id" if message == "Create" else "Target",
            "sdkmessageprocessingstepid@odata.bind": f"/sdkmessageprocessingsteps({step_id})",
        }
        await api.create("sdkmessageprocessingstepimages", columns)
