"""How the host sees the app: which functions there are, under which names, and that host.json fits the code."""

from __future__ import annotations

import ast
import importlib
import json
import pkgutil
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import functions
from shared.mapping.direction import Direction
from shared.maps.catalogue import catalogue
from shared.settings import Policy
from shared.store.work_queue import queue_name
from tests.functions.running_app import indexed

ROOT = Path(__file__).parents[2]
_MODULES = [importlib.import_module(f"functions.{each.name}") for each in pkgutil.iter_modules(functions.__path__)]
COMPONENTS = [each for each in _MODULES if any(isinstance(value, Direction) for value in vars(each).values())]


def host() -> dict[str, Any]:
    settings: dict[str, Any] = json.loads((ROOT / "host.json").read_text(encoding="utf-8"))
    return settings


def seconds(text: str) -> float:
    hours, minutes, rest = text.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(rest)


def test_the_app_indexes_in_a_process_without_any_setting() -> None:
    """One exception at import makes every function vanish, so nothing may depend on the environment."""
    code = "import function_app; print(len(function_app.app.get_functions()))"
    ran = subprocess.run(  # noqa: S603 our own interpreter, our own code
        [sys.executable, "-W", "error", "-c", code], cwd=ROOT, env={}, capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert int(ran.stdout) == len(indexed())


def test_every_direction_of_every_map_has_its_functions() -> None:
    expected = {"sweep"}
    for name, direction in catalogue().directions.items():
        expected |= {name, f"{name}_webhook", f"{name}_catch_up"}
        if direction.by_package:
            expected.add(f"{name}_package")
    assert set(indexed()) == expected


def test_a_direction_is_called_the_same_everywhere() -> None:
    """The variable in its component's file, the function, the queue, the route."""
    found: set[str] = set()
    for component in COMPONENTS:
        directions = {name: value for name, value in vars(component).items() if isinstance(value, Direction)}
        for variable, direction in directions.items():
            assert variable == direction.name
            assert indexed()[variable].trigger["queueName"] == variable.replace("_", "-")
            assert indexed()[f"{variable}_webhook"].trigger["route"] == f"webhooks/{variable.replace('_', '-')}"
        found |= directions.keys()
    assert found == catalogue().directions.keys()


@pytest.mark.parametrize("component", COMPONENTS, ids=lambda component: component.__name__)
def test_a_component_has_one_line_for_each_direction(component: Any) -> None:
    tree = ast.parse(Path(component.__file__).read_text(encoding="utf-8"))
    assigned = [node for node in tree.body if isinstance(node, ast.Assign)]
    assert all(len(node.targets) == 1 and node.lineno == node.end_lineno for node in assigned)


@pytest.mark.parametrize("name", sorted(catalogue().directions))
def test_a_webhook_takes_posts_with_a_function_key(name: str) -> None:
    trigger = indexed()[f"{name}_webhook"].trigger
    assert [str(getattr(method, "value", method)) for method in trigger["methods"]] == ["POST"]
    assert str(getattr(trigger["authLevel"], "value", trigger["authLevel"])) == "function"


@pytest.mark.parametrize("name", sorted(catalogue().directions))
def test_a_queue_has_a_name_that_storage_takes_poison_queue_included(name: str) -> None:
    """Microsoft Learn, "Naming queues and metadata": 3 to 63 characters, lower case, digits, single hyphens."""
    poison = f"{queue_name(name)}-poison"
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", poison)
    assert len(poison) <= 63


def test_timers_have_six_fields_and_none_runs_when_an_instance_starts() -> None:
    timers = [each.trigger for each in indexed().values() if each.kind == "timerTrigger"]
    by_package = [direction for direction in catalogue().directions.values() if direction.by_package]
    assert len(timers) == len(catalogue().directions) + len(by_package) + 1
    assert all(len(timer["schedule"].split()) == 6 for timer in timers)
    assert not any(timer.get("runOnStartup") for timer in timers)


def test_host_json_reads_messages_as_the_app_writes_them() -> None:
    assert host()["extensions"]["queues"]["messageEncoding"] == "base64"


def test_host_json_shows_a_failed_message_again_after_a_while_and_not_at_once() -> None:
    queues = host()["extensions"]["queues"]
    assert seconds(queues["visibilityTimeout"]) >= 5
    assert queues["maxDequeueCount"] >= 2


def test_the_longest_blocking_save_and_the_longest_settle_fit_the_function_timeout() -> None:
    timeout = seconds(host()["functionTimeout"])
    assert timeout > Policy().lease
    assert timeout > Policy().blocking_budget


def test_the_place_that_imports_begin_from_is_held_for_longer_than_any_function_lives() -> None:
    timeout = seconds(host()["functionTimeout"])
    assert Policy().import_hold > timeout
    assert Policy().package_budget < timeout / 2


def test_host_json_leaves_the_hosts_own_throttles_off() -> None:
    """They answer 429, which Dataverse does not repeat: a lost event."""
    http = host()["extensions"]["http"]
    assert not {"maxOutstandingRequests", "maxConcurrentRequests", "dynamicThrottlesEnabled"} & http.keys()
    assert http["routePrefix"] == "api"
