"""Settings: read once from a mapping that is handed in, checked whole, and explained when wrong.

Nothing reads the environment but `functions/`, which passes it here on first use.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import SplitResult, urlsplit
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator

from shared.errors import Misconfigured


def _split(value: Any) -> Any:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


Names = Annotated[tuple[str, ...], BeforeValidator(_split)]


def _paired(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    pairs = [part.partition(":") for part in _split(value)]
    if not all(name.strip() and table.strip() for name, _, table in pairs):
        raise ValueError("expected map:table, map:table")
    return {name.strip(): table.strip() for name, _, table in pairs}


Pairs = Annotated[dict[str, str], BeforeValidator(_paired)]
Delays = Annotated[tuple[Annotated[float, Field(ge=0)], ...], BeforeValidator(_split)]

_NO_ADDRESS = "expected an address like https://host, and nothing after it"


class Policy(BaseModel):
    """Numbers that shape the behaviour of the sync. All durations in seconds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    #: How often apply and settle go round at once before the message is put back with a delay.
    rounds: int = Field(default=5, ge=2, le=20)
    #: Waits between tries of a transient failure; past the last one an error record takes over.
    retry_delays: Delays = (5.0, 15.0, 60.0, 300.0, 900.0)
    #: A row that is gone without a delete event is looked at again after this long before the target is deleted.
    absence_delay: float = Field(default=30.0, ge=0)
    #: How long a settle may hold a pair. Longer than all its requests' timeouts together.
    lease: float = Field(default=120.0, gt=0)
    #: When the lease is taken, the message comes back after this long.
    lease_wait: float = Field(default=2.0, ge=0)
    #: A blocking write is verified after the longest transaction that Dataverse allows (two minutes).
    verify_delay: float = Field(default=120.0, ge=0)
    #: How long a blocking webhook may take; Dataverse gives up at 60.
    blocking_budget: float = Field(default=20.0, gt=0, lt=60)
    #: When an error record or a parked row is looked at again without being asked.
    sweep_after: float = Field(default=900.0, gt=0)
    #: The most rows that go over in one data package.
    package_rows: int = Field(default=5_000, ge=1)
    #: How long one run may be at work on packages; an import that is not over then is gone on with by the next run.
    package_budget: float = Field(default=240.0, gt=0)
    #: How long a run holds the one place from which imports are begun. Longer than the host lets a function run (see
    #: host.json), so that whoever held it is certainly over when another takes it.
    import_hold: float = Field(default=660.0, gt=0)
    #: An import that Finance has not heard of by then was never begun.
    import_unknown: float = Field(default=120.0, ge=0)
    #: How far a read by modified time goes back behind the watermark: longest transaction and clock skew.
    overlap: float = Field(default=600.0, ge=0)


class Settings(BaseModel):
    """The app settings. Field names are the setting's names in lower case."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    dataverse_url: str
    finance_url: str
    #: Webhooks of any other organisation are refused.
    dataverse_organization_id: str
    #: Client id of a user-assigned managed identity; empty: whatever DefaultAzureCredential finds.
    azure_client_id: str = ""
    #: Storage: a connection string (local), or the account's endpoints with an identity.
    azurewebjobsstorage: str = Field(default="", repr=False)
    azurewebjobsstorage__tableserviceuri: str = ""
    azurewebjobsstorage__queueserviceuri: str = ""
    #: Maps whose Dataverse saves wait for Finance.
    blocking_maps: Names = ()
    #: Maps that are running unless an operator said otherwise; `*` for all but those that wait for a tenant's own map.
    running_maps: Names = ("*",)
    #: `map:table`, …: tables of your own for what Dataverse lets only its own programs write, as in the accounting
    #: values of actuals.
    side_tables: Pairs = {}
    #: The legal entity that data packages of entities without a company are imported into, since an import must name
    #: one; empty: the first by name. Which one it is makes no difference to such rows.
    package_company: str = ""
    policy: Policy = Policy()

    @field_validator("dataverse_url", "finance_url")
    @classmethod
    def _is_an_origin(cls, value: str) -> str:
        parts = _parts(value)
        is_bare = parts.path in ("", "/") and not (parts.query or parts.fragment or "@" in parts.netloc)
        if parts.scheme not in ("https", "http") or not parts.hostname or not is_bare:
            raise ValueError(_NO_ADDRESS)
        if parts.scheme == "http" and parts.hostname not in ("127.0.0.1", "localhost", "::1"):
            raise ValueError("plain http is only for this machine")
        return value.rstrip("/")

    @field_validator("dataverse_organization_id")
    @classmethod
    def _is_an_id(cls, value: str) -> str:
        try:
            return str(UUID(value.strip()))
        except ValueError:
            raise ValueError("expected the id of the organisation, a GUID") from None

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> Settings:
        """Read the settings from names and texts; Misconfigured lists every one that is absent or wrong."""
        given: dict[str, Any] = {name.lower(): text for name, text in environment.items() if text != ""}
        policy = {name.removeprefix("policy__"): text for name, text in given.items() if name.startswith("policy__")}
        try:
            return cls.model_validate({**given, "policy": policy})
        except ValidationError as error:
            raise Misconfigured(
                "; ".join(_explained(problem) for problem in error.errors(include_input=False, include_url=False)),
                remedy="Correct the app settings; the app reads them when it starts.",
            ) from None


def _parts(address: str) -> SplitResult:
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        # The library's own words quote the address.
        raise ValueError(_NO_ADDRESS) from None
    return parts


def _explained(problem: Any) -> str:
    name = "__".join(str(part) for part in problem["loc"]).upper()
    if problem["type"] == "missing":
        return f"setting {name} is missing"
    return f"setting {name}: {problem['msg'].removeprefix('Value error, ')}"
