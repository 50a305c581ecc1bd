"""The twins' metadata over HTTP, with differences planted in what they answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import httpx
import simplejson

from tests.twin.http import Twin, TwinTransport

Told = dict[str, Any]

_LIST = re.compile(r".*/EntityDefinitions")
_ATTRIBUTES = "/EntityDefinitions(LogicalName='{}')/Attributes"


@dataclass(frozen=True, slots=True)
class Plant:
    """A change of the answers of one address."""

    path: re.Pattern[str]
    change: Callable[[bytes], bytes]


class PlantedTransport(TwinTransport):
    """Asks a twin, and changes what comes back."""

    def __init__(self, twin: Twin, plants: Sequence[Plant]) -> None:
        super().__init__(twin)
        self._plants = plants

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Hand the request to the twin, then let every plant of this address grow."""
        answer = await super().handle_async_request(request)
        content = answer.content
        for plant in self._plants:
            if answer.is_success and plant.path.fullmatch(request.url.path):
                content = plant.change(content)
        return httpx.Response(answer.status_code, headers=answer.headers, content=content, request=request)


# -- Dataverse ---------------------------------------------------------------------------------------------------------


def table(name: str, **members: Any) -> Plant:
    """Change members of a table's definition."""
    return Plant(_LIST, _each_named(name, lambda told: told | members))


def no_table(name: str) -> Plant:
    """Take a table away."""
    return Plant(_LIST, _each_named(name, lambda _: None))


def no_relationship(name: str, column: str) -> Plant:
    """Take the relationships of a lookup away."""

    def change(told: Told) -> Told:
        kept = [each for each in told["ManyToOneRelationships"] if each["ReferencingAttribute"] != column]
        return told | {"ManyToOneRelationships": kept}

    return Plant(_LIST, _each_named(name, change))


def attribute(name: str, column: str, **members: Any) -> Plant:
    """Change members of a column's definition."""
    return Plant(_attributes(name), _each_named(column, lambda told: told | members))


def no_attribute(name: str, column: str) -> Plant:
    """Take a column away."""
    return Plant(_attributes(name), _each_named(column, lambda _: None))


def options(name: str, column: str, change: Callable[[dict[int, str]], dict[int, str]]) -> Plant:
    """Change the options of a choice, given as labels by number."""

    def changed(told: Told) -> Told:
        kind = "OptionSet" if told["OptionSet"] else "GlobalOptionSet"
        labels = {each["Value"]: each["Label"]["UserLocalizedLabel"]["Label"] for each in told[kind]["Options"]}
        shown = [{"Value": n, "Label": {"UserLocalizedLabel": {"Label": s}}} for n, s in change(labels).items()]
        return told | {kind: {"Options": shown}}

    address = re.escape(_ATTRIBUTES.format(name)) + r"/Microsoft\.Dynamics\.CRM\.PicklistAttributeMetadata"
    return Plant(re.compile(f".*{address}"), _each_named(column, changed))


def _attributes(name: str) -> re.Pattern[str]:
    return re.compile(f".*{re.escape(_ATTRIBUTES.format(name))}")


# -- Finance -----------------------------------------------------------------------------------------------------------

_CSDL = re.compile(r"/data/\$metadata")


def csdl(old: str, new: str, *, within: str = "") -> Plant:
    """Replace text in the CSDL, which must be there, perhaps only in the element of that name."""

    def change(content: bytes) -> bytes:
        text = content.decode()
        start = text.index(f'Type Name="{within}"') if within else 0
        end = text.index("Type>", start) if within else len(text)
        assert old in text[start:end], f"{old} is not in the metadata"
        return (text[:start] + text[start:end].replace(old, new) + text[end:]).encode()

    return Plant(_CSDL, change)


def public(entity: str, **members: Any) -> Plant:
    """Change members of a public entity."""
    return Plant(re.compile(rf"/metadata/PublicEntities\('{entity}'\)"), _whole(lambda told: told | members))


def public_property(entity: str, column: str, **members: Any) -> Plant:
    """Change members of a column of a public entity."""

    def change(told: Told) -> Told:
        properties = [each | members if each["Name"] == column else each for each in told["Properties"]]
        return told | {"Properties": properties}

    return Plant(re.compile(rf"/metadata/PublicEntities\('{entity}'\)"), _whole(change))


# -- JSON --------------------------------------------------------------------------------------------------------------


def _whole(change: Callable[[Told], Told]) -> Callable[[bytes], bytes]:
    return lambda content: simplejson.dumps(change(simplejson.loads(content))).encode()


def _each_named(name: str, change: Callable[[Told], Told | None]) -> Callable[[bytes], bytes]:
    def listed(told: Told) -> Told:
        items = [change(item) if item["LogicalName"] == name else item for item in told["value"]]
        return told | {"value": [item for item in items if item is not None]}

    return _whole(listed)
