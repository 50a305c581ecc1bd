"""The functions of the app, called as the worker calls them, in a process that acts in a test's world.

The process is the real one: settings from the environment, services put together by `compose`. Only the world that
they act in is the test's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import azure.functions as func
import pytest
import simplejson

import functions.process as process_module
from shared.runtime import World as Things
from shared.settings import Settings
from tests.local.functions import Function, index
from tests.sync.stage import Stage
from tests.twin.dataverse.twin import ORGANIZATION_ID
from tests.twin.events import Post
from tests.world import DATAVERSE, FINANCE

ENVIRONMENT = {
    "DATAVERSE_URL": DATAVERSE,
    "FINANCE_URL": FINANCE,
    "DATAVERSE_ORGANIZATION_ID": ORGANIZATION_ID,
}


class Timer(func.TimerRequest):
    """A timer that fired on time."""

    @property
    def past_due(self) -> bool:
        return False


@cache
def indexed() -> Mapping[str, Function]:
    """The functions of function_app.py by name, indexed as the worker does: once for each app, so of an app of our own."""
    spec = spec_from_file_location("function_app_of_tests", Path(__file__).parents[2] / "function_app.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return {each.name: each for each in index(module.app)}


class App:
    """All functions of the app by name."""

    def __init__(self) -> None:
        self.functions = indexed()

    async def webhook(self, direction: str, body: bytes) -> tuple[int, dict[str, Any]]:
        """Post a body to a direction's webhook; give status and JSON."""
        url = f"https://app.example/api/webhooks/{direction.replace('_', '-')}"
        request = func.HttpRequest("POST", url, body=body)
        answer = await self.functions[f"{direction}_webhook"].call(request)
        assert answer.mimetype == "application/json"
        return answer.status_code, simplejson.loads(answer.get_body())

    async def work(self, direction: str, body: str | bytes) -> None:
        """Hand a queue message to a direction's function, Base64 taken off already."""
        await self.functions[direction].call(func.QueueMessage(id="1", body=body))

    async def tick(self, name: str) -> None:
        """Let a timer fire."""
        await self.functions[name].call(Timer())

    async def deliver(self, post: Post) -> int:
        """Be the receiver of a twin's webhooks, whose addresses end in the direction."""
        direction = post.url.partition("?")[0].rpartition("/")[2].replace("-", "_")
        status, _ = await self.webhook(direction, post.body)
        return status


@contextmanager
def acting_in(stage: Stage, monkeypatch: pytest.MonkeyPatch, **settings: str) -> Iterator[App]:
    """An app whose process acts in this stage's world, with these app settings besides the needed ones."""

    def open_world(_: Settings) -> Things:
        return stage.world.things(stage.to_dataverse, stage.to_finance, stage.services.chance)

    for name, text in {**ENVIRONMENT, **settings}.items():
        monkeypatch.setenv(name, text)
    monkeypatch.setattr(process_module, "open_world", open_world)
    process_module.process.cache_clear()
    try:
        yield App()
    finally:
        process_module.process.cache_clear()
