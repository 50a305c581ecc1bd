"""The import contracts are seen to fail: each is broken on purpose in a copy of the tree, and the linter must say so."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TOOLS = Path(sys.executable).parent
ROOTS = ("shared", "functions", "tests")

#: Contract → module → the line planted in it.
VIOLATIONS: Mapping[str, Mapping[str, str]] = {
    "roots": {
        "shared/errors.py": "import functions",
        "shared/sync/apply.py": "import tests.world",
        "functions/process.py": "import tests.twin.clock",
    },
    "layers": {
        "shared/errors.py": "import shared.known_errors",
        "shared/known_errors.py": "import shared.mapping.values",
        "shared/mapping/values.py": "import shared.maps",
        "shared/clients/rows.py": "import shared.store.table",
        "shared/store/table.py": "import shared.settings",
        "shared/settings.py": "import shared.clients.rows",
        "shared/store/keys.py": "import shared.sync.outcome",
        "shared/sync/outcome.py": "import shared.runtime",
        "shared/schema/types.py": "import shared.sync.outcome",
        "shared/runtime.py": "import shared.cli.outcome",
    },
    "entry": {"functions/process.py": "import function_app"},
    "pure": {
        "shared/mapping/values.py": "import time",
        "shared/maps/setup/projects.py": "from random import random",
        "shared/mapping/keys.py": "import httpx",
        "shared/mapping/order.py": "from azure.core import MatchConditions",
        "shared/maps/catalogue.py": "import pathlib",
        "shared/schema/types.py": "import asyncio",
        "shared/known_errors.py": "import logging",
    },
    "maps-by-name": {
        "shared/sync/outcome.py": "from shared.maps.setup.projects import PROJECTS",
        "shared/schema/types.py": "import shared.maps.catalogue",
    },
    "wire": {
        "shared/sync/outcome.py": "import httpx",
        "shared/sync/live.py": "from azure.data.tables import TableEntity",
    },
    "terminal": {
        "functions/process.py": "import shared.cli.check",
        "shared/runtime.py": "from rich.console import Console",
        "shared/schema/types.py": "import typer",
    },
    "environment": {"shared/settings.py": "def peek() -> None:\n    import os"},
}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of everything that Python would import, and of the settings."""
    for name in ROOTS:
        shutil.copytree(ROOT / name, tmp_path / name, ignore=_all_but_python)
    shutil.copy(ROOT / "function_app.py", tmp_path)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def _all_but_python(folder: str, names: list[str]) -> list[str]:
    return [
        name
        for name in names
        if name in ("node_modules", "__pycache__") or not (name.endswith(".py") or Path(folder, name).is_dir())
    ]


def _contracts() -> dict[str, str]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return {contract["id"]: contract["name"] for contract in settings["tool"]["importlinter"]["contracts"]}


def _lint(folder: Path, *contracts: str) -> tuple[set[str], str]:
    """Check contracts (none: all) in `folder`; give the names of those that are broken, and all that was said."""
    chosen = [word for contract in contracts for word in ("--contract", contract)]
    run = subprocess.run(  # noqa: S603 - the linter of this very environment
        [TOOLS / "lint-imports", "--no-cache", "--no-logo", *chosen],
        cwd=folder,
        env={"COLUMNS": "1000", "PATH": str(TOOLS)},
        capture_output=True,
        text=True,
        check=False,
    )
    broken = set(re.findall(r"^(.+) BROKEN", run.stdout, re.MULTILINE))
    assert run.returncode == bool(broken), run.stdout + run.stderr
    return broken, run.stdout


def _plant(folder: Path, module: str, line: str) -> None:
    path = folder / module
    path.write_text(f"{path.read_text(encoding='utf-8')}\n\n{line}\n", encoding="utf-8")


def test_every_contract_is_kept_by_the_tree_as_it_is(copy: Path) -> None:
    broken, said = _lint(copy)
    assert not broken, said


def test_every_contract_has_an_example_of_its_violation() -> None:
    assert VIOLATIONS.keys() == _contracts().keys()


@pytest.mark.parametrize("contract", VIOLATIONS)
def test_a_contract_is_broken_by_each_forbidden_import(contract: str, copy: Path) -> None:
    for module, line in VIOLATIONS[contract].items():
        _plant(copy, module, line)
    broken, said = _lint(copy, contract)
    assert broken == {_contracts()[contract]}, said
    for module in VIOLATIONS[contract]:
        assert f"{module.removesuffix('.py').replace('/', '.')} -> " in said


def test_a_new_module_without_a_layer_breaks_the_layers(copy: Path) -> None:
    (copy / "shared" / "helpers_like.py").write_text('"""Whatever fits nowhere."""\n', encoding="utf-8")
    broken, said = _lint(copy)
    assert broken == {_contracts()["layers"]}
    assert "helpers_like" in said


@pytest.mark.parametrize("line", ["import azure.functions", "from azure.functions import HttpRequest"])
def test_only_the_functions_folder_may_import_the_functions_host(line: str, copy: Path) -> None:
    for module in ("shared/sync/live.py", "functions/process.py"):
        _plant(copy, module, line)
    run = subprocess.run(  # noqa: S603 - the linter of this very environment
        [TOOLS / "ruff", "check", "--no-cache", "--select", "TID251", "."],
        cwd=copy,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1
    assert set(re.findall(r"--> (\S+?):", run.stdout)) == {"shared/sync/live.py"}, run.stdout
