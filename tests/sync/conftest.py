"""The stage of the sync's tests."""

from __future__ import annotations

import pytest

from tests.sync.stage import Stage


@pytest.fixture
async def stage() -> Stage:
    return await Stage().begin()


@pytest.fixture
async def settled(stage: Stage) -> Stage:
    """A customer that both sides hold and agree on; the logs begin after it."""
    await stage.heard("customers_to_finance", await stage.customer())
    stage.forget()
    return stage
