"""What people start in Finance: each process has one module, and the table of that module tells of it."""

from __future__ import annotations

import re
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

from tests.twin.finance import runs

_TOLD = re.compile(r"^\| `([a-z-]+)` \| `\{company", re.MULTILINE)


def modules() -> list[ModuleType]:
    found = [import_module(f"{runs.__name__}.{each.name}") for each in iter_modules(runs.__path__)]
    return [module for module in found if hasattr(module, "RUNS")]


def test_the_table_of_a_module_tells_of_its_processes_and_no_others() -> None:
    for module in modules():
        assert _TOLD.findall(module.__doc__ or "") == list(module.RUNS), module.__name__


def test_every_process_is_of_one_module_and_can_be_started() -> None:
    names = [name for module in modules() for name in module.RUNS]
    assert sorted(names) == sorted(runs.RUNS)


def test_every_module_is_told_of() -> None:
    subjects = [module.__name__.rpartition(".")[2] for module in modules()]
    assert sorted(re.findall(r"^\| `(\w+)` \|", runs.__doc__ or "", re.MULTILINE)) == sorted(subjects)
