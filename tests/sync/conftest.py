"""The stage of the sync's tests."""

from __future__ import annotations

import pytest

from tests.sync.stage import Stage


@pytest.fixture
async def stage() -> Stage:
    return await Stage().begin()
