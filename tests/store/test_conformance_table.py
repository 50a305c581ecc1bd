from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from typing import Any

import pytest

from shared.errors import Conflict, Misconfigured, Rejected
from shared.store.storage import Storage
from shared.store.table import Entity, Table

NOON = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)


class Colour(StrEnum):
    RED = "red"


def row(partition: str = "p", key: str = "r", **properties: Any) -> Entity:
    return {"PartitionKey": partition, "RowKey": key, **properties}


async def keys(table: Table, **asked: Any) -> list[tuple[str, str]]:
    return [(found.entity["PartitionKey"], found.entity["RowKey"]) async for found in table.query(**asked)]


async def test_a_row_comes_back_as_it_was_written(table: Table) -> None:
    written = row(
        text="Grüße, 'quoted' \\ / # ? % + 🙂\n",
        empty="",
        small=-7,
        large=5637144576 * 1000,
        flag=False,
        share=0.25,
        whole=2.0,
        time=NOON,
        body=b"\x00\xff",
    )
    etag = await table.insert(written)

    found = await table.get("p", "r")

    assert found is not None
    assert found.entity == written
    assert {name: type(value) for name, value in found.entity.items()} == {
        name: type(value) for name, value in written.items()
    }
    assert found.etag == etag


async def test_nothing_is_stored_for_none_and_an_enumeration_is_its_text(table: Table) -> None:
    await table.insert(row(nothing=None, colour=Colour.RED))

    found = await table.get("p", "r")

    assert found is not None
    assert found.entity == row(colour="red")


async def test_a_time_is_stored_in_utc(table: Table) -> None:
    await table.insert(row(time=NOON.astimezone(timezone(timedelta(hours=5)))))

    found = await table.get("p", "r")

    assert found is not None
    assert found.entity["time"] == NOON
    assert found.entity["time"].tzinfo is UTC


async def test_an_absent_table_is_an_empty_one(table: Table) -> None:
    assert await table.get("p", "r") is None
    assert await table.remove("p", "r") is False
    assert await keys(table) == []
    with pytest.raises(Conflict):
        await table.replace(row(), 'W/"1"')


async def test_tables_are_made_once_however_many_write_first(storage: Storage) -> None:
    table = storage.table("things")

    await asyncio.gather(*(table.insert(row(key=f"r{n}")) for n in range(5)))
    await storage.table("things").put(row(key="r5"))

    assert len(await keys(table)) == 6


async def test_a_second_insert_is_a_conflict_and_changes_nothing(table: Table) -> None:
    await table.insert(row(n=1))

    with pytest.raises(Conflict):
        await table.insert(row(n=2))

    found = await table.get("p", "r")
    assert found is not None
    assert found.entity["n"] == 1


async def test_replace_is_for_who_read_last(table: Table) -> None:
    first = await table.insert(row(n=1, old="x"))
    second = await table.replace(row(n=2), first)

    with pytest.raises(Conflict):
        await table.replace(row(n=3), first)

    found = await table.get("p", "r")
    assert found is not None
    assert found.entity == row(n=2)
    assert found.etag == second


async def test_of_many_that_replace_at_once_one_wins(table: Table) -> None:
    etag = await table.insert(row(n=0))

    outcomes = await asyncio.gather(*(table.replace(row(n=n), etag) for n in range(1, 6)), return_exceptions=True)

    assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == 4


async def test_replacing_what_is_gone_is_a_conflict(table: Table) -> None:
    etag = await table.insert(row())
    assert await table.remove("p", "r") is True

    with pytest.raises(Conflict):
        await table.replace(row(), etag)


async def test_put_needs_no_version_and_leaves_nothing_of_the_old_row(table: Table) -> None:
    await table.put(row(old=1))
    etag = await table.put(row(new=2))

    found = await table.get("p", "r")

    assert found is not None
    assert found.entity == row(new=2)
    assert found.etag == etag


async def test_a_row_is_removed_only_as_it_was_read(table: Table) -> None:
    first = await table.insert(row(n=1))
    second = await table.replace(row(n=2), first)

    with pytest.raises(Conflict):
        await table.remove("p", "r", first)

    assert await table.remove("p", "r", second) is True
    assert await table.remove("p", "r", second) is False
    assert await table.remove("p", "r") is False


async def test_a_query_goes_by_keys_properties_and_due_time_in_the_order_of_the_keys(table: Table) -> None:
    for partition, key, due in [
        ("b", "2", NOON),
        ("a", "1", None),
        ("b", "1", NOON + timedelta(hours=1)),
        ("c", "9", None),
    ]:
        await table.insert(row(partition, key, due=due, place=f"it's {key}", done=key == "1"))

    assert await keys(table) == [("a", "1"), ("b", "1"), ("b", "2"), ("c", "9")]
    assert await keys(table, partition="b") == [("b", "1"), ("b", "2")]
    assert await keys(table, partitions=("a", "c")) == [("a", "1"), ("b", "1"), ("b", "2")]
    assert await keys(table, partition="b", rows=("2", "3")) == [("b", "2")]
    assert await keys(table, where={"place": "it's 1"}) == [("a", "1"), ("b", "1")]
    assert await keys(table, where={"done": False}, partition="b") == [("b", "2")]
    assert await keys(table, where={"absent": "x"}) == []
    assert await keys(table, due_by=NOON) == [("b", "2")]
    assert await keys(table, due_by=NOON + timedelta(hours=1)) == [("b", "1"), ("b", "2")]
    assert await keys(table, limit=2) == [("a", "1"), ("b", "1")]


async def test_a_query_reads_every_page(table: Table) -> None:
    await asyncio.gather(*(table.put(row(key=f"{n:04}")) for n in range(120)))

    found = await keys(table, partition="p")

    assert found == [("p", f"{n:04}") for n in range(120)]


async def test_a_row_that_was_read_can_be_written_again(table: Table) -> None:
    await table.insert(row(time=NOON, large=2**40))
    found = await table.get("p", "r")
    assert found is not None

    await table.replace(found.entity, found.etag)

    again = await table.get("p", "r")
    assert again is not None
    assert again.entity == found.entity


@pytest.mark.parametrize("key", ["a/b", "a\\b", "a#b", "a?b", "a\tb", "a\x7fb", "a\x9fb", "x" * 513])
async def test_keys_that_the_service_forbids_are_refused(table: Table, key: str) -> None:
    with pytest.raises(Rejected):
        await table.insert(row(key=key))
    with pytest.raises(Rejected):
        await table.get(key, "r")
    with pytest.raises(Rejected):
        await table.remove("p", key)


@pytest.mark.parametrize("key", ["", "it's", "=2F==|~.-_", "x" * 512, "ümlaut 🙂", "100%+1 &;:@$,()!*"])
async def test_keys_that_the_service_allows_are_taken(table: Table, key: str) -> None:
    await table.insert(row(partition=key, key=key, n=1))

    found = await table.get(key, key)

    assert found is not None
    assert found.entity == row(partition=key, key=key, n=1)
    assert await keys(table, partition=key) == [(key, key)]


async def test_values_up_to_the_limits_are_taken(table: Table) -> None:
    written = row(text="ä" * 32_768, body=b"x" * 65_536, most=2**63 - 1, least=-(2**63), edge=2**31 - 1, over=2**31)

    await table.insert(written)

    found = await table.get("p", "r")
    assert found is not None
    assert found.entity == written


@pytest.mark.parametrize(
    "properties",
    [
        {"text": "x" * 32_769},
        {"text": "🙂" * 16_385},
        {"body": b"x" * 65_537},
        {"number": 2**63},
        {"time": datetime(2026, 3, 1)},  # noqa: DTZ001 a time without a zone is what is refused
        {"things": ["a"]},
        {"Timestamp": "x"},
        {"a-b": "x"},
        {f"p{n}": n for n in range(253)},
    ],
    ids=["long text", "long emoji", "long bytes", "huge number", "zoneless time", "list", "Timestamp", "dash", "253"],
)
async def test_values_that_the_service_cannot_hold_are_refused(table: Table, properties: dict[str, Any]) -> None:
    with pytest.raises(Rejected):
        await table.put(row(**properties))


@pytest.mark.parametrize("name", ["ab", "1abc", "a-b-c", "x" * 64, ""])
def test_names_that_no_table_can_have_are_refused(name: str) -> None:
    from tests.store.memory import MemoryStorage

    with pytest.raises(Misconfigured):
        MemoryStorage().table(name)
