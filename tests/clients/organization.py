"""An environment in a test: definitions are answered by themselves, anything else from a list of replies."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import Any

import httpx

from shared.clients.dataverse import DataverseClient
from shared.clients.throttle import Throttle
from shared.mapping.shape import Shape
from tests.clients.server import Reply, Server, dataverse_error, definition, json_reply

ROOT = "https://org.example.com/api/data/v9.2/"
ROW = "00000000-0000-0000-0000-0000000000a1"
OTHER = "00000000-0000-0000-0000-0000000000b2"

DEFINITIONS = {
    table: definition(table, set_name, lookups, tracked=table != "uom")
    for table, set_name, lookups in (
        (
            "salesorder",
            "salesorders",
            (
                ("customerid", "account", "customerid_account"),
                ("customerid", "contact", "customerid_contact"),
                ("msdyn_owningcompany", "cdm_company", "msdyn_OwningCompany"),
                ("ownerid", "owner", "ownerid"),
            ),
        ),
        ("account", "accounts", (("msdyn_company", "cdm_company", "msdyn_Company"),)),
        ("contact", "contacts", ()),
        ("cdm_company", "cdm_companies", ()),
        ("systemuser", "systemusers", ()),
        ("uom", "uoms", ()),
    )
}


class Organization(Server):
    """A server that answers questions for definitions by itself, and keeps only the other requests."""

    def __init__(self, *replies: Reply) -> None:
        super().__init__(*(replies or (httpx.Response(204),)))
        self.definitions_asked: list[str] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if "EntityDefinitions" not in path:
            return await super().handle_async_request(request)
        await asyncio.sleep(0)
        name = path.split("'")[1]
        self.definitions_asked.append(name)
        if name not in DEFINITIONS:
            return dataverse_error(404, "0x80060888", f"Could not find an entity with name {name}.")
        return json_reply(DEFINITIONS[name])


def client(server: Server, tag: str = "sync of ours") -> DataverseClient:
    http = httpx.AsyncClient(transport=server)
    return DataverseClient(http, "https://org.example.com/", Throttle("Dataverse"), tag=tag)


CONTRACT = Shape(
    ("ordernumber", "totalamount"),
    {
        "customerid": {
            "account": Shape(("accountnumber",), {"msdyn_company": {"cdm_company": Shape(("cdm_companycode",))}}),
            "contact": Shape(("fullname",)),
        },
        "msdyn_owningcompany": {"cdm_company": Shape(())},
    },
)


def contract_row(**columns: Any) -> dict[str, Any]:
    return {
        "@odata.context": f"{ROOT}$metadata#salesorders/$entity",
        "@odata.etag": 'W/"4711"',
        "salesorderid": ROW,
        "ordernumber": "C-1",
        "totalamount": Decimal("20000.0000"),
        "_customerid_value": OTHER,
        "_msdyn_owningcompany_value": None,
        "customerid_account": {
            "@odata.etag": 'W/"12"',
            "accountid": OTHER,
            "accountnumber": "US-001",
            "_msdyn_company_value": OTHER,
            "msdyn_Company": {"@odata.etag": 'W/"9"', "cdm_companyid": OTHER, "cdm_companycode": "usmf"},
        },
        "customerid_contact": None,
        "msdyn_OwningCompany": None,
        **columns,
    }
