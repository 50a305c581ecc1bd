"""The functions of an app, as the Python worker indexes and calls them.

An app is one module with exactly one FunctionApp at top level. Coroutine functions share the one event loop; plain
functions run in a thread pool of `PYTHON_THREADPOOL_THREAD_COUNT` threads. The real host keeps the worker in a process
of its own: here a function that blocks the loop also holds up the host. Bindings and retry policies that this host
does not play are refused when the app is loaded, never left out in silence.
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import azure.functions as func

_YES = ("true", "1")
TRIGGERS = ("httpTrigger", "queueTrigger", "timerTrigger")


class AppNotLoadable(Exception):
    """The module holds no app that this host can run; the message says why."""


@dataclass(frozen=True, slots=True)
class Function:
    """One function: its name, the Python callable, and its trigger as function.json would have it."""

    name: str
    call: Callable[..., Any]
    trigger: Mapping[str, Any]
    takes_context: bool

    @property
    def kind(self) -> str:
        """`httpTrigger`, `queueTrigger` or `timerTrigger`."""
        return str(self.trigger["type"])

    @property
    def argument(self) -> str:
        """The name under which the callable takes what triggered it."""
        return str(self.trigger["name"])


def load(app: str) -> list[Function]:
    """Import `module:attribute` and index its functions; raises AppNotLoadable.

    An exception of the module itself goes through: the real worker then shows no function at all.
    """
    name, _, attribute = app.partition(":")
    module = importlib.import_module(name)
    apps = [key for key, value in vars(module).items() if isinstance(value, func.FunctionApp)]
    if apps != [attribute or "app"]:
        raise AppNotLoadable(f"{name} must hold exactly one FunctionApp, named {attribute or 'app'}; it has {apps}.")
    return index(getattr(module, apps[0]))


def index(app: func.FunctionApp) -> list[Function]:
    """List the functions of an app: once for each app, which refuses a second time. Raises AppNotLoadable."""
    return [_indexed(found) for found in app.get_functions()]


def enabled(functions: list[Function], settings: Mapping[str, str]) -> list[Function]:
    """Leave out what the app settings switch off: `AzureWebJobs.<function>.Disabled`.

    Source: Microsoft Learn, "How to disable functions in Azure Functions".
    """
    return [each for each in functions if settings.get(f"AzureWebJobs.{each.name}.Disabled", "").lower() not in _YES]


def _indexed(found: Any) -> Function:
    name, trigger = found.get_function_name(), found.get_trigger()
    if trigger is None or trigger.get_dict_repr()["type"] not in TRIGGERS:
        raise AppNotLoadable(f"{name}: the local host plays {', '.join(TRIGGERS)} only.")
    extra = [b.type for b in found.get_bindings() if b is not trigger and b.type != "http"]
    if extra or found.get_settings_dict("retry_policy"):
        raise AppNotLoadable(f"{name}: the local host plays no {', '.join(extra) or 'retry policy'}.")
    call = found.get_user_function()
    return Function(name, call, trigger.get_dict_repr(), "context" in inspect.signature(call).parameters)
