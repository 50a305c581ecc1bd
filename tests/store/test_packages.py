"""What waits to go over in packages, and the one import under way."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from shared.errors import Conflict
from shared.store.gathered import GatheredRow, GatheredRows
from shared.store.imports import Import, Imports
from shared.store.message import Hint, WorkMessage
from shared.store.storage import Storage

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)
DIRECTION = "invoice_proposals_to_finance"


@pytest.fixture
def gathered(storage: Storage) -> GatheredRows:
    return GatheredRows(storage.table("gathered"))


@pytest.fixture
def imports(storage: Storage) -> Imports:
    return Imports(storage.table("imports"))


def message(key: str, **known: object) -> WorkMessage:
    said = {"direction": DIRECTION, "key": key, "hint": Hint.UPSERT, "correlation": "c1", "first_seen": NOW} | known
    return WorkMessage.model_validate(said)


async def put(gathered: GatheredRows, key: str = "a/b", **known: object) -> GatheredRow:
    await gathered.put(message(key, **known), NOW)
    return next(row for row in await gathered.due(DIRECTION, NOW) if row.key == key)


async def test_a_gathered_row_gives_its_message_back(gathered: GatheredRows) -> None:
    row = await put(gathered, hint=Hint.DELETE, attempts=3, waiting_since=LATER)
    assert row.message == message("a/b", hint=Hint.DELETE, attempts=3, waiting_since=LATER)
    assert await gathered.count(DIRECTION) == 1


async def test_a_row_gathered_again_is_another_version_of_one_row(gathered: GatheredRows) -> None:
    first, second = await put(gathered), await put(gathered)
    assert first.etag != second.etag
    assert await gathered.count(DIRECTION) == 1
    assert not await gathered.end(first)
    assert await gathered.end(second)
    assert await gathered.count(DIRECTION) == 0


async def test_a_row_is_due_at_its_time_and_not_before(gathered: GatheredRows) -> None:
    kept = await gathered.keep(await put(gathered), due=LATER, attempts=2, part="01")
    assert kept is not None
    assert await gathered.due(DIRECTION, NOW) == []
    assert await gathered.due(DIRECTION, LATER) == [kept]
    assert (kept.attempts, kept.part) == (2, "01")


async def test_only_so_many_rows_are_taken(gathered: GatheredRows) -> None:
    for key in ("a", "b", "c"):
        await put(gathered, key)
    assert len(await gathered.due(DIRECTION, NOW, limit=2)) == 2


async def test_rows_of_an_import_are_found_until_they_are_gathered_again(gathered: GatheredRows) -> None:
    sent = [await gathered.send(await put(gathered, key), execution="one", version="v", now=LATER) for key in "ab"]
    assert await gathered.of_import(DIRECTION, "one") == sent
    assert (sent[0] and sent[0].version, sent[0] and sent[0].sent_at) == ("v", LATER)
    await put(gathered, "a")
    assert [row.key for row in await gathered.of_import(DIRECTION, "one")] == ["b"]
    assert await gathered.of_import(DIRECTION, "two") == []


async def test_what_was_gathered_again_is_neither_sent_nor_kept(gathered: GatheredRows) -> None:
    stale = await put(gathered)
    fresh = await put(gathered)
    assert await gathered.send(stale, execution="one", version="v", now=NOW) is None
    assert await gathered.keep(stale, due=LATER) is None
    assert await gathered.due(DIRECTION, NOW) == [fresh]


async def test_a_kept_row_is_in_no_import_any_more(gathered: GatheredRows) -> None:
    sent = await gathered.send(await put(gathered), execution="one", version="v", now=NOW)
    assert sent is not None
    kept = await gathered.keep(sent, due=NOW)
    assert kept is not None
    assert (kept.execution, kept.version, kept.sent_at) == ("", "", None)
    assert await gathered.of_import(DIRECTION, "one") == []


async def test_nobody_holds_a_place_that_nobody_asked_for(imports: Imports) -> None:
    assert await imports.current() == Import()
    assert not (await imports.current()).is_under_way


async def test_one_at_a_time_holds_the_place(imports: Imports) -> None:
    held = await imports.hold("one", NOW, 60)
    assert held is not None
    assert await imports.hold("two", NOW + timedelta(seconds=59), 60) is None
    taken = await imports.hold("two", NOW + timedelta(seconds=60), 60)
    assert taken is not None
    with pytest.raises(Conflict):
        await imports.save(replace(held, execution="late"))
    await imports.release(held)
    assert (await imports.current()).owner == "two"


async def test_a_place_that_is_let_go_can_be_taken_at_once_and_keeps_its_import(imports: Imports) -> None:
    held = await imports.hold("one", NOW, 60)
    assert held is not None
    named = await imports.save(replace(held, execution="x", direction=DIRECTION, company="usmf", begun=NOW))
    await imports.release(named)
    taken = await imports.hold("two", NOW, 60)
    assert taken is not None
    assert (taken.execution, taken.direction, taken.company, taken.begun) == ("x", DIRECTION, "usmf", NOW)
    assert taken.is_under_way
