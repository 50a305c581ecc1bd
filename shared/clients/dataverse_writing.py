r"""From columns to the body of a write to Dataverse.

Rule: a lookup is written through the navigation property of the very table it shall point at, as a link to a row by its
id. Never by an alternate key: values with `/ < > * % & : \ ? +` break those even when encoded (Microsoft Learn: Define
alternate keys).
"""

from __future__ import annotations

import re
from typing import Any

from shared.clients.dataverse_schema import Schemas
from shared.clients.dataverse_shapes import navigation_of
from shared.clients.literals import json_body, json_value
from shared.clients.rows import Json, TableSchema
from shared.errors import Misconfigured, Rejected
from shared.mapping.shape import Bind

_GUID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")


def row_address(schema: TableSchema, row_id: str) -> str:
    """Write a row's address below the service root."""
    return f"{schema.set}({row_guid(row_id)})"


def row_guid(text: str) -> str:
    """Let an id pass into an address or a filter. One that is no GUID is `Rejected` before it gets near a URL."""
    if not _GUID.fullmatch(text):
        raise Rejected(f"{text!r} is not the id of a row.")
    return text


async def write_body(schemas: Schemas, schema: TableSchema, columns: Json) -> bytes:
    """Encode columns by their logical names; `Bind` for a lookup, or None to clear it.

    Raises `Misconfigured` where the kind of value does not fit the kind of column.
    """
    body: dict[str, Any] = {}
    for column, value in columns.items():
        if isinstance(value, Bind):
            navigation = navigation_of(schema, column, value.table)
            target = await schemas.of(value.table)
            body[f"{navigation}@odata.bind"] = "/" + row_address(target, value.row_id)
        elif column not in schema.lookups:
            body[column] = json_value(value)
        elif value is None:
            # Unconfirmed for a lookup to several tables; all its properties stand for the one column.
            body[f"{next(iter(schema.lookups[column].values()))}@odata.bind"] = None
        else:
            raise Misconfigured(f"{schema.table}.{column} is a lookup and cannot hold {value!r}.", column=column)
    return json_body(body)
