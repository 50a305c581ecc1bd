"""An enterprise that is open: both systems registered, reference data on both sides."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.scenarios.enterprise import Enterprise, enterprise


@pytest.fixture
async def office(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Enterprise]:
    async with enterprise(monkeypatch) as opened:
        await opened.open()
        yield opened
