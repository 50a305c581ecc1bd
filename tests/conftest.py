"""Fixtures that every test may ask for, and the `--long` option."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.local.azurite import Azurite, running

# The same examples in every run, and no time limit for one: what fails, fails again.
settings.register_profile("repeatable", derandomize=True, deadline=None, database=None)
settings.load_profile("repeatable")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="run the long form of tests that have a short one")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--long"):
        return
    for item in items:
        if item.get_closest_marker("long"):
            item.add_marker(pytest.mark.skip(reason="the long form runs with --long"))


@pytest.fixture(scope="session")
def azurite() -> Iterator[Azurite]:
    """A storage emulator in memory: one for each pytest-xdist worker, shared by its tests (use names of your own)."""
    with running() as emulator:
        yield emulator
