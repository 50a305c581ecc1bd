"""An enterprise that is open: both systems registered, reference data on both sides."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.scenarios.rehearsal import Rehearsal, enterprise


@pytest.fixture
async def office(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Rehearsal]:
    async with enterprise(monkeypatch) as opened:
        await opened.open()
        yield opened
