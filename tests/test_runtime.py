"""The composition root: what is chosen from the settings, and that nothing is opened or read before it is needed."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from shared.clients.auth import BearerAuth
from shared.errors import Misconfigured
from shared.maps.catalogue import catalogue
from shared.runtime import World, compose, open_world, unset_state
from shared.settings import Settings
from shared.store.azure import AzureStorage
from shared.store.map_states import Mode, State
from tests.store.memory import MemoryStorage

ROOT = Path(__file__).parents[1]
ACCOUNT = "DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=c2VjcmV0;QueueEndpoint=http://127.0.0.1:9/q;TableEndpoint=http://127.0.0.1:9/t"
CLOUD = {
    "dataverse_url": "https://contoso.crm4.dynamics.com",
    "finance_url": "https://contoso.operations.dynamics.com",
    "dataverse_organization_id": "2feb653f-352a-5b79-93a3-eaaaded96e5b",
    "azurewebjobsstorage": ACCOUNT,
}
LOCAL = {**CLOUD, "dataverse_url": "http://127.0.0.1:8001", "finance_url": "http://localhost:8002"}


class Nothing(httpx.AsyncBaseTransport):
    """A network that nobody may use."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        raise AssertionError(f"{request.method} {request.url}")


def settings(**changes: Any) -> Settings:
    return Settings.model_validate({**CLOUD, **changes})


@pytest.fixture(autouse=True)
def levels() -> Iterator[None]:
    """How loud libraries are is the process's; leave it as it was."""
    before = {name: logging.getLogger(name).level for name in ("httpx", "azure")}
    yield
    for name, level in before.items():
        logging.getLogger(name).setLevel(level)


@pytest.fixture
async def things() -> AsyncIterator[World]:
    world = open_world(Settings.model_validate(LOCAL))
    yield world
    await close(world)


async def close(world: World) -> None:
    await world.dataverse.aclose()
    await world.finance.aclose()
    await world.storage.close()


def in_memory() -> World:
    """A world of nothing, where only storage answers."""
    return World(
        storage=MemoryStorage(),
        dataverse=httpx.AsyncClient(transport=Nothing()),
        finance=httpx.AsyncClient(transport=Nothing()),
        now=lambda: datetime(2026, 9, 14, tzinfo=UTC),
        clock=lambda: 0.0,
        chance=lambda: 0.5,
    )


async def test_on_this_machine_neither_side_is_sent_a_token(things: World) -> None:
    for client in (things.dataverse, things.finance):
        assert not isinstance(client.auth, BearerAuth)


async def test_anywhere_else_each_side_is_sent_a_token_of_its_own() -> None:
    world = open_world(settings())
    assert isinstance(world.dataverse.auth, BearerAuth)
    assert isinstance(world.finance.auth, BearerAuth)
    assert world.dataverse.auth.scope == "https://contoso.crm4.dynamics.com/.default"
    assert world.finance.auth.scope == "https://contoso.operations.dynamics.com/.default"
    await close(world)


async def test_one_side_on_this_machine_does_not_make_the_other_anonymous() -> None:
    world = open_world(settings(finance_url="http://127.0.0.1:8002"))
    assert isinstance(world.dataverse.auth, BearerAuth)
    assert not isinstance(world.finance.auth, BearerAuth)
    await close(world)


async def test_a_user_assigned_identity_is_taken_if_one_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    import azure.identity.aio

    taken: list[tuple[str, dict[str, Any]]] = []
    for name in ("ManagedIdentityCredential", "DefaultAzureCredential"):
        monkeypatch.setattr(azure.identity.aio, name, lambda _name=name, **given: taken.append((_name, given)))
    for client_id in ("2c1d7a60-client", ""):
        world = open_world(settings(azure_client_id=client_id))
        assert isinstance(world.dataverse.auth, BearerAuth)
        world.dataverse.auth._factory()
        await close(world)
    assert taken == [("ManagedIdentityCredential", {"client_id": "2c1d7a60-client"}), ("DefaultAzureCredential", {})]


async def test_storage_is_opened_by_connection_string_or_by_endpoints() -> None:
    endpoints = {
        "azurewebjobsstorage": "",
        "azurewebjobsstorage__tableserviceuri": "https://x.table.core.windows.net",
        "azurewebjobsstorage__queueserviceuri": "https://x.queue.core.windows.net",
    }
    for changes in ({}, endpoints):
        world = open_world(settings(**changes))
        assert isinstance(world.storage, AzureStorage)
        await close(world)


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"azurewebjobsstorage__tableserviceuri": "https://x.table.core.windows.net"},
        {"azurewebjobsstorage__queueserviceuri": "https://x.queue.core.windows.net"},
    ],
)
def test_without_a_storage_account_it_is_said_which_settings_name_one(given: dict[str, str]) -> None:
    with pytest.raises(Misconfigured, match="AZUREWEBJOBSSTORAGE__TABLESERVICEURI"):
        open_world(settings(azurewebjobsstorage="", **given))


async def test_libraries_do_not_log_each_request_with_what_it_asks_for(things: World) -> None:
    for name in ("httpx", "azure.core.pipeline.policies.http_logging_policy", "azure.identity"):
        assert not logging.getLogger(name).isEnabledFor(logging.INFO)
        assert logging.getLogger(name).isEnabledFor(logging.WARNING)
    del things


async def test_putting_everything_together_asks_nobody_anything() -> None:
    services = compose(settings(), in_memory())
    assert services.catalogue.run_order.index("projects") > services.catalogue.run_order.index("contracts")
    assert services.policy == settings().policy


async def test_a_map_that_no_operator_touched_stands_as_the_settings_say() -> None:
    chosen = settings(running_maps="projects,contracts", blocking_maps="projects")
    services = compose(chosen, in_memory())
    projects, contracts, tasks = [await services.maps.get(name) for name in ("projects", "contracts", "tasks")]
    assert (projects.state, projects.mode) == (State.RUNNING, Mode.BLOCKING)
    assert (contracts.state, contracts.mode) == (State.RUNNING, Mode.DURABLE)
    assert (tasks.state, tasks.mode) == (State.NOT_RUNNING, Mode.DURABLE)
    assert unset_state(settings(), "anything").state is State.RUNNING


def test_a_map_that_waits_for_a_tenants_own_runs_only_when_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = replace(catalogue().maps["tasks"], waits_for="nobody knows its table")
    monkeypatch.setitem(catalogue().maps, "tasks", waiting)
    assert unset_state(settings(), "tasks").state is State.NOT_RUNNING
    assert unset_state(settings(running_maps="*,tasks"), "tasks").state is State.RUNNING
    assert unset_state(settings(), "projects").state is State.RUNNING


def test_a_map_that_writes_nothing_to_dataverse_has_no_side_table() -> None:
    with pytest.raises(Misconfigured, match="SIDE_TABLES: projects writes nothing to Dataverse"):
        compose(settings(side_tables="projects:contoso_projects"), in_memory())
    with pytest.raises(Misconfigured, match="SIDE_TABLES: there is no map called projcts"):
        compose(settings(side_tables="projcts:contoso_projects"), in_memory())


@pytest.mark.parametrize("setting", ["running_maps", "blocking_maps"])
def test_a_misspelt_map_is_told_with_the_maps_there_are(setting: str) -> None:
    with pytest.raises(Misconfigured, match=f"{setting.upper()}: there is no map called projcts") as misconfigured:
        compose(settings(**{setting: "projects,projcts"}), in_memory())
    assert "contract_lines" in misconfigured.value.remedy


@pytest.mark.parametrize("name", ["customers", "legal_entities", "invoice_proposals"])
def test_a_map_that_cannot_block_is_told_before_a_save_waits_for_it(name: str) -> None:
    with pytest.raises(Misconfigured, match=f"{name} cannot block a save"):
        compose(settings(blocking_maps=name), in_memory())


IMPORT_AND_WATCH = """
import os, sys

OURS = {"shared", "functions", "function_app"}

def ours_asks():
    frame = sys._getframe(2)
    while frame.f_globals.get("__name__") == "os":
        frame = frame.f_back
    return frame.f_globals.get("__name__", "").partition(".")[0] in OURS

class Watched(dict):
    def __getitem__(self, name):
        assert not ours_asks(), name
        return super().__getitem__(name)

    def get(self, name, default=None):
        assert not ours_asks(), name
        return super().get(name, default)

    def items(self):
        assert not ours_asks(), "everything"
        return super().items()

os.environ = Watched(os.environ)
import function_app
print(*(name for name in ("azure.identity", "azure.storage.queue", "typer") if name in sys.modules))
"""

IMPORT_EVERYTHING = """
import importlib, pkgutil, socket

def refuse(*_, **__):
    raise AssertionError("a connection")

socket.socket.connect = socket.getaddrinfo = refuse
import shared, functions
for package in (shared, functions):
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        importlib.import_module(module.name)
"""


def run(code: str) -> str:
    """Run code in a process without environment or warnings, and give what it printed."""
    command = [sys.executable, "-W", "error", "-c", code]
    ran = subprocess.run(command, cwd=ROOT, env={}, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    assert (ran.returncode, ran.stderr) == (0, "")
    return ran.stdout


def test_importing_the_app_reads_no_setting_and_leaves_the_slow_libraries_alone() -> None:
    """Half a cold start is azure-identity and azure-storage-queue, which many a process never needs; no function has a terminal."""
    assert run(IMPORT_AND_WATCH).split() == []


def test_importing_any_module_of_the_app_opens_no_connection() -> None:
    run(IMPORT_EVERYTHING)
