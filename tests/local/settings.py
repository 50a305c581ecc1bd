"""What the host is told: app settings (environment over local.settings.json) and host.json.

Facts of both files: Microsoft Learn, "host.json reference for Azure Functions 2.x and later" (overriding
values too) and "Develop Azure Functions locally using Core Tools".
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, field_validator
from pydantic.alias_generators import to_camel

from tests.local.azurite import Ports, connection_string

_OVERRIDE = "AzureFunctionsJobHost__"
_NAMED = re.compile(r"%([^%]+)%")
#: The emulator's own ports, which `UseDevelopmentStorage=true` stands for.
_DEVELOPMENT_STORAGE = connection_string(Ports(10000, 10001, 10002))


class SettingMissing(ValueError):
    """A setting that the app refers to is absent; the message names it."""


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, alias_generator=to_camel, populate_by_name=True)


class QueueSettings(_Section):
    """`extensions.queues`: the same for every queue function, for host.json knows no exceptions."""

    batch_size: int = Field(16, ge=1, le=32)
    new_batch_threshold: int | None = Field(None, ge=0)
    max_dequeue_count: int = Field(5, ge=1)
    visibility_timeout: timedelta = timedelta(0)
    max_polling_interval: timedelta = timedelta(minutes=1)
    message_encoding: str = Field("base64", pattern="^(base64|none)$")

    @property
    def threshold(self) -> int:
        """At how many running messages the next batch is fetched; half a batch unless set (one core)."""
        return self.batch_size // 2 if self.new_batch_threshold is None else self.new_batch_threshold


class HttpSettings(_Section):
    """`extensions.http`."""

    route_prefix: str = "api"


class Extensions(_Section):
    """`extensions`: only the two sections that the local host plays."""

    http: HttpSettings = HttpSettings()
    queues: QueueSettings = QueueSettings()  # type: ignore[call-arg] # pydantic: every field has a default


class HostJson(_Section):
    """host.json; sections that are not played here (logging, the extension bundle) are read over."""

    extensions: Extensions = Extensions()
    function_timeout: timedelta | None = timedelta(minutes=30)

    @field_validator("function_timeout", mode="before")
    @classmethod
    def _unbounded(cls, given: object) -> object:
        return None if given == "-1" else given


def read_host_json(folder: Path, settings: Mapping[str, str] | None = None) -> HostJson:
    """Read `host.json` of an app's folder; raises FileNotFoundError or pydantic's ValidationError.

    An app setting overrides a value: `AzureFunctionsJobHost__extensions__queues__batchSize`, for one.
    """
    content = json.loads((folder / "host.json").read_bytes())
    for name, value in (settings or {}).items():
        if name.startswith(_OVERRIDE):
            *path, last = name.removeprefix(_OVERRIDE).split("__")
            section = content
            for part in path:
                section = section.setdefault(part, {})
            section[last] = value
    return HostJson.model_validate(content)


def read_local_settings(folder: Path) -> dict[str, str]:
    """Values of `local.settings.json`, or none if there is no such file."""
    path = folder / "local.settings.json"
    values = json.loads(path.read_text("utf-8")).get("Values", {}) if path.exists() else {}
    return {name: str(value) for name, value in values.items()}


@dataclass(frozen=True, slots=True)
class AppSettings:
    """App settings by name."""

    values: Mapping[str, str]

    def resolve(self, text: str) -> str:
        """Replace each `%NAME%` by the setting of that name; raises SettingMissing."""
        return _NAMED.sub(lambda found: self._required(found[1], f"needed by '{text}'"), text)

    def connection(self, name: str) -> str:
        """The connection string that a binding's `connection` names, with or without the AzureWebJobs prefix."""
        prefixed = f"AzureWebJobs{name}"
        found = self.values.get(prefixed) or self._required(name, "the connection of a binding")
        return _DEVELOPMENT_STORAGE if found.strip(" ;").lower() == "usedevelopmentstorage=true" else found

    def _required(self, name: str, why: str) -> str:
        if not self.values.get(name):
            raise SettingMissing(f"The setting {name} is absent: {why}.")
        return self.values[name]
