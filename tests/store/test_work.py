"""Work messages and their queues."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from shared.errors import Rejected
from shared.store.message import Hint, WorkMessage
from shared.store.queue import LARGEST_ON_WIRE, to_wire
from shared.store.storage import Storage
from shared.store.work_queue import WorkQueue, poison_name, queue_name

SEEN = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)
SECRET = "what somebody sent"


def message(**changes: Any) -> WorkMessage:
    known: dict[str, Any] = {
        "direction": "projects_to_finance",
        "key": "5b0f1c7e",
        "hint": Hint.UPSERT,
        "correlation": "c1",
        "first_seen": SEEN,
    }
    return WorkMessage(**known | changes)


def test_a_message_reads_as_it_was_written() -> None:
    text = message(attempts=3).to_text()

    assert text == (
        '{"v":1,"direction":"projects_to_finance","key":"5b0f1c7e","hint":"upsert","attempts":3,'
        '"correlation":"c1","first_seen":"2026-03-01T12:00:00.123456Z"}'
    )
    assert WorkMessage.from_text(text) == message(attempts=3)


@settings(derandomize=True, deadline=None)
@given(
    st.text(min_size=1, max_size=1_024),
    st.sampled_from(Hint),
    st.integers(0, 1_000),
    st.none() | st.text(max_size=99),
    st.none() | st.just(SEEN),
)
def test_every_message_reads_as_it_was_written_and_fits_a_queue(
    key: str, hint: Hint, attempts: int, not_source: str | None, since: datetime | None
) -> None:
    written = message(key=key, hint=hint, attempts=attempts, not_source=not_source, waiting_since=since)

    assert WorkMessage.from_text(written.to_text()) == written
    assert len(to_wire(written.to_text())) < LARGEST_ON_WIRE


def test_a_time_with_another_zone_is_the_same_time_in_utc() -> None:
    text = message().to_text().replace("12:00:00.123456Z", "14:00:00.123456+02:00")

    assert WorkMessage.from_text(text).first_seen == SEEN
    assert WorkMessage.from_text(text).first_seen.tzinfo is UTC


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "the whole"),
        (SECRET, "the whole"),
        ("[1]", "the whole"),
        ("\ufffd\ufffd", "the whole"),
        ('{"v":2}', "v"),
        (message().to_text().replace("upsert", SECRET), "hint"),
        (message().to_text().replace("5b0f1c7e", "x" * 1_025), "key"),
        (message().to_text().replace("5b0f1c7e", ""), "key"),
        (message().to_text().replace("projects_to_finance", "Projects To Mars"), "direction"),
        (message().to_text().replace('"attempts":0', '"attempts":-1'), "attempts"),
        (message().to_text().replace('"attempts":0', '"attempts":"0"'), "attempts"),
        (message().to_text().replace("123456Z", "123456"), "first_seen"),
        (message().to_text().replace("{", '{"' + SECRET + '":1,'), "1 unknown members"),
    ],
)
def test_what_is_not_a_message_is_refused_with_a_reason_but_not_its_content(text: str, reason: str) -> None:
    with pytest.raises(Rejected) as refused:
        WorkMessage.from_text(text)

    assert reason in str(refused.value)
    assert SECRET not in str(refused.value)
    assert refused.value.__cause__ is None


def test_our_own_mistakes_are_found_when_a_message_is_made() -> None:
    with pytest.raises(ValidationError):
        message(first_seen=SEEN.replace(tzinfo=None))
    with pytest.raises(ValidationError):
        message(row={"secret": 1})


def test_a_direction_has_a_queue_and_a_poison_queue() -> None:
    assert queue_name("projects_to_finance") == "projects-to-finance"
    assert poison_name("funding_sources_to_finance") == "funding-sources-to-finance-poison"


async def test_work_goes_to_its_directions_queue(storage: Storage) -> None:
    work = WorkQueue(storage)

    await work.send(message())
    await work.send(message(key="later"), delay=60)

    assert await work.length("projects_to_finance") == 2
    assert await work.length("tasks_to_finance") == 0
    assert await work.poisoned("projects_to_finance") == 0
    [received] = await storage.queue("projects-to-finance").receive()
    assert WorkMessage.from_text(received.text) == message()
