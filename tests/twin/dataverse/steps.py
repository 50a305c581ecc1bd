"""Registered steps: who is told of which message on which table.

Only rows of sdkmessageprocessingstep send anything; they are created through the Web API like any other row. Filtering
attributes test *presence in the request*, not a change of value (Microsoft Learn, "Register a plug-in").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote, urlsplit
from xml.etree import ElementTree

from tests.twin.dataverse import errors
from tests.twin.dataverse.database import Database
from tests.twin.dataverse.operation import Operation
from tests.twin.dataverse.tables.registration import (
    BOTH_IMAGES,
    HTTP_HEADER,
    HTTP_QUERY,
    POST_IMAGE,
    POST_OPERATION,
    PRE_IMAGE,
    WEBHOOK,
    WEBHOOK_KEY,
)
from tests.twin.dataverse.values import Row

TABLES = frozenset({"serviceendpoint", "sdkmessageprocessingstep", "sdkmessageprocessingstepimage"})
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Image:
    """A copy of the row before or after; without attributes it holds all columns."""

    alias: str
    kind: int
    attributes: frozenset[str]

    @property
    def is_pre(self) -> bool:
        return self.kind in (PRE_IMAGE, BOTH_IMAGES)

    @property
    def is_post(self) -> bool:
        return self.kind in (POST_IMAGE, BOTH_IMAGES)


@dataclass(frozen=True, slots=True)
class Step:
    """One registered webhook step, ready to fire. `url` carries the query of its endpoint's authentication."""

    id: str
    name: str
    mode: int
    rank: int
    attributes: frozenset[str]
    images: tuple[Image, ...]
    url: str
    headers: tuple[tuple[str, str], ...]
    keep_job: bool

    def fires(self, operation: Operation) -> bool:
        """Tell whether the operation's request names one of the filtering attributes."""
        if operation.message != "Update" or not self.attributes:
            return True
        named = {operation.table.primary_id, *operation.sent}  # the primary key is always present on an update
        return not self.attributes.isdisjoint(named)


class Steps:
    """The enabled steps by message and table, compiled from the rows when first asked after a change."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._compiled: dict[tuple[str, str], list[Step]] | None = None

    def changed(self) -> None:
        """Forget what was compiled: a registration was written."""
        self._compiled = None

    def firing(self, operation: Operation) -> list[Step]:
        """Return the steps that fire, lowest rank first."""
        if self._compiled is None:
            self._compiled = self._compile()
        found = self._compiled.get((operation.message, operation.table.name), ())
        return [step for step in found if step.fires(operation)]

    def _compile(self) -> dict[tuple[str, str], list[Step]]:
        compiled: dict[tuple[str, str], list[Step]] = {}
        get = self._database.get
        for row in self._database.tables["sdkmessageprocessingstep"].rows.values():
            message, scope = row.get("sdkmessageid"), row.get("sdkmessagefilterid")
            if row["statecode"] != 0 or message is None or scope is None or row.get("eventhandler") is None:
                continue
            named, scoped, endpoint = get(*message), get(*scope), get(*row["eventhandler"])
            if named and scoped and endpoint:
                key = (str(named["name"]), str(scoped["primaryobjecttypecode"]))
                compiled.setdefault(key, []).append(self._step(row, endpoint))
        for steps in compiled.values():
            steps.sort(key=lambda step: (step.rank, step.name))
        return compiled

    def _step(self, row: Row, endpoint: Row) -> Step:
        url, headers = _authenticated(endpoint)
        step_id = row["sdkmessageprocessingstepid"]
        return Step(
            id=step_id,
            name=row.get("name") or "",
            mode=row["mode"],
            rank=row["rank"],
            attributes=_names(row.get("filteringattributes")),
            images=tuple(self._images(step_id)),
            url=url,
            headers=headers,
            keep_job=not row["asyncautodelete"],
        )

    def _images(self, step_id: str) -> Iterator[Image]:
        rows = self._database.tables["sdkmessageprocessingstepimage"]
        for row_id in rows.having("sdkmessageprocessingstepid", step_id):
            row = rows.rows[row_id]
            yield Image(row.get("entityalias") or "", row["imagetype"], _names(row.get("attributes")))


def check_registration(operation: Operation) -> None:
    """Refuse what the platform refuses in an endpoint or a step; raises Refusal."""
    row = {**(operation.before or {}), **operation.sent}
    if operation.table.name == "serviceendpoint":
        _check_endpoint(row)
    if operation.table.name == "sdkmessageprocessingstep":
        _check_step(row)
    if operation.table.name == "sdkmessageprocessingstepimage" and not row.get("messagepropertyname"):
        raise errors.invalid_argument("The message property name of the image is missing.")


def _check_endpoint(row: Row) -> None:
    if row.get("contract") != WEBHOOK:
        raise errors.not_played(f"service endpoints with contract {row.get('contract')}")
    if row.get("authtype") not in (WEBHOOK_KEY, HTTP_HEADER, HTTP_QUERY):
        raise errors.invalid_argument(
            "A webhook takes the authentication types WebhookKey, HttpHeader, HttpQueryString."
        )
    address = urlsplit(row.get("url") or "")
    if address.scheme not in _PORTS or not address.hostname:
        raise errors.invalid_argument(f"The webhook's url is not an absolute address: {row.get('url')}")
    # The platform allows ports 80 and 443 only. Loopback is let off: the twin's webhooks go to a host beside it.
    if address.hostname not in _LOOPBACK and address.port not in (None, _PORTS[address.scheme]):
        raise errors.invalid_argument(f"Only ports 80 and 443 are allowed for a webhook: {row.get('url')}")
    if not row.get("authvalue"):
        raise errors.invalid_argument("The webhook's authvalue is missing.")


def _check_step(row: Row) -> None:
    for column in ("sdkmessageid", "sdkmessagefilterid", "eventhandler"):
        if row.get(column) is None:
            raise errors.invalid_argument(f"The step's {column} is missing.")
    if row.get("stage", POST_OPERATION) != POST_OPERATION:
        raise errors.not_played("steps of other stages than post-operation (40)")


def _authenticated(endpoint: Row) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return the address with its query, and the headers, that carry the endpoint's secret."""
    url, secret = str(endpoint["url"]), str(endpoint["authvalue"])
    if endpoint["authtype"] == HTTP_HEADER:
        return url, tuple(_settings(secret))
    pairs = [("code", secret)] if endpoint["authtype"] == WEBHOOK_KEY else list(_settings(secret))
    query = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in pairs)
    return f"{url}{'&' if '?' in url else '?'}{query}", ()


def _settings(text: str) -> Iterator[tuple[str, str]]:
    """Read `<settings><setting name="…" value="…"/></settings>`."""
    try:
        tree = ElementTree.fromstring(text)  # noqa: S314 - written by whoever registers webhooks with this twin
    except ElementTree.ParseError:
        return
    for setting in tree.iter("setting"):
        yield setting.attrib["name"], setting.attrib["value"]


def _names(text: str | None) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", text or ""))
