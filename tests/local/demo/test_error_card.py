"""An error is shown in its record's own words."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest
from rich.console import Console

from shared.errors import Owner
from shared.store.error_records import ErrorRecord, ErrorStatus
from tests.local.demo.error_card import ErrorCard

NOW = datetime(2026, 9, 1, tzinfo=UTC)
RECORD = ErrorRecord(
    direction="expenses_to_dataverse",
    key="E-1|uspm",
    error_class="Rejected",
    message="expenses_to_dataverse: Dataverse refused.",
    reason="The task is [not] the one. " * 4,
    owner=Owner.ACCOUNTANT,
    cause="The activity is a parent task.",
    remedy="Recall the report, and choose another activity.",
    column="",
    correlation="c",
    status=ErrorStatus.OPEN,
    attempts=1,
    first_seen=NOW,
    last_seen=NOW,
    due=None,
    snapshot="",
)


@pytest.mark.parametrize("width", [80, 120])
def test_a_card_says_where_what_why_whose_and_what_to_do(width: int) -> None:
    written = io.StringIO()
    Console(file=written, width=width).print(ErrorCard(RECORD, alike=1))
    lines = written.getvalue().splitlines()
    assert max(len(line.rstrip()) for line in lines) <= width
    said = " ".join(written.getvalue().split())
    assert said.startswith("error expenses_to_dataverse E-1|uspm and 1 more what The task is [not] the one.")
    assert "why The activity is a parent task. owner accountant remedy Recall the report, and choose" in said


def test_a_record_without_words_of_the_other_side_says_its_own() -> None:
    written = io.StringIO()
    waiting = {name: getattr(RECORD, name) for name in RECORD.__slots__} | {"reason": ""}
    Console(file=written, width=80).print(ErrorCard(ErrorRecord(**waiting)))
    assert "what expenses_to_dataverse: Dataverse refused." in " ".join(written.getvalue().split())
