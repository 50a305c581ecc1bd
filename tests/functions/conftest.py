"""The app in a world of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.functions.running_app import App, acting_in
from tests.sync.stage import Stage


@pytest.fixture
async def stage() -> Stage:
    return await Stage().begin()


@pytest.fixture
def app(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Iterator[App]:
    with acting_in(stage, monkeypatch) as running:
        yield running
