from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from shared.errors import Conflict
from shared.store.links import Announced, Link, Links
from shared.store.storage import Storage
from tests.store.interleavings import at_once, crash_after, every_order, stop_before
from tests.store.memory import MemoryStorage

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ID = "5b0f1c7e-0000-4000-8000-00000000000a"
OTHER = "5b0f1c7e-0000-4000-8000-00000000000b"


@pytest.fixture
def links(storage: Storage) -> Links:
    return Links(storage.table("links"))


def pair(**changes: object) -> Link:
    link = Link("customers", ID, "usmf|C/1", 5_637_144_576, {"name": "Ümlaut 🙂", "phone": None})
    return replace(link, **changes)  # type: ignore[arg-type]  # a test names the columns it changes


async def test_a_link_is_found_from_every_side(links: Links) -> None:
    saved = await links.save(pair())

    assert await links.by_dataverse("customers", ID) == saved
    assert await links.by_dataverse("customers", ID.upper()) == saved
    assert await links.by_finance("customers", "USMF|c/1") == saved
    assert await links.by_rec_id("customers", 5_637_144_576) == saved
    assert await links.owner_of("customers", "usmf|C/1") == ID
    assert saved.base == {"name": "Ümlaut 🙂", "phone": None}


async def test_maps_do_not_see_each_others_links(links: Links) -> None:
    await links.save(pair())

    assert await links.by_dataverse("projects", ID) is None
    assert await links.by_finance("projects", "usmf|C/1") is None
    assert await links.by_rec_id("projects", 5_637_144_576) is None


async def test_a_base_longer_than_a_property_is_kept_whole(links: Links) -> None:
    base: dict[str, str | None] = {f"column{n}": "ä🙂" * 900 for n in range(40)}

    await links.save(pair(base=base))
    shorter = await links.save(replace(await links.by_dataverse("customers", ID) or pair(), base={"a": "b"}))

    assert (await links.by_dataverse("customers", ID)) == shorter
    assert shorter.base == {"a": "b"}


async def test_former_keys_and_announced_writes_are_kept(links: Links) -> None:
    announced = (Announced("finance", NOW, {"name": "ä", "phone": None}), Announced("dataverse", NOW, {}))

    await links.save(pair(former={"usmf|C-0": NOW}, announced=announced))

    kept = await links.by_dataverse("customers", ID)
    assert kept is not None
    assert (kept.former, kept.announced) == ({"usmf|C-0": NOW}, announced)


async def test_a_link_is_saved_only_as_it_was_read(links: Links) -> None:
    first = await links.save(pair())
    await links.save(replace(first, base={"name": "second"}))

    with pytest.raises(Conflict):
        await links.save(replace(first, base={"name": "third"}))
    with pytest.raises(Conflict):
        await links.save(pair())


async def test_a_renamed_row_is_found_by_its_new_key_and_by_its_old_one_until_that_is_disowned(links: Links) -> None:
    link = await links.save(pair())
    renamed = await links.save(replace(link, finance_key="usmf|C2"))

    assert await links.by_finance("customers", "usmf|C2") == renamed
    assert await links.by_finance("customers", "usmf|C/1") == renamed
    await links.disown("customers", "usmf|C/1", ID)
    assert await links.by_finance("customers", "usmf|C/1") is None


async def test_a_key_is_disowned_only_by_its_owner(links: Links) -> None:
    await links.own("customers", "usmf|C1", ID, instead_of=None)
    await links.own("customers", "usmf|C1", OTHER, instead_of=ID)

    await links.disown("customers", "usmf|C1", ID)
    await links.disown("customers", "usmf|C9", ID)

    assert await links.owner_of("customers", "usmf|C1") == OTHER


async def test_an_index_row_whose_link_is_gone_leads_nowhere(links: Links) -> None:
    await links.own("customers", "usmf|C1", ID, instead_of=None)

    assert await links.by_finance("customers", "usmf|C1") is None


async def test_a_forgotten_link_is_gone_from_every_side(links: Links) -> None:
    link = await links.save(pair())

    assert await links.forget(link) is True

    assert await links.by_dataverse("customers", ID) is None
    assert await links.owner_of("customers", "usmf|C/1") is None
    assert await links.by_rec_id("customers", 5_637_144_576) is None
    assert await links.forget(link) is False


async def test_a_link_that_changed_is_not_forgotten(links: Links) -> None:
    link = await links.save(pair())
    await links.save(replace(link, base={}))

    with pytest.raises(Conflict):
        await links.forget(link)

    assert await links.by_finance("customers", "usmf|C/1") is not None


async def test_a_lease_keeps_others_out_until_it_expires(links: Links) -> None:
    await links.save(pair())
    mine = await links.lease("customers", ID, "me", NOW, 30)

    assert mine is not None
    assert mine.base == pair().base
    assert await links.lease("customers", ID, "you", NOW + timedelta(seconds=29), 30) is None
    assert await links.lease("customers", ID, "me", NOW + timedelta(seconds=29), 30) is not None
    assert await links.lease("customers", ID, "you", NOW + timedelta(seconds=59), 30) is not None


async def test_who_lost_a_lease_cannot_save_and_releases_quietly(links: Links) -> None:
    mine = await links.lease("customers", ID, "me", NOW, 30)
    yours = await links.lease("customers", ID, "you", NOW + timedelta(seconds=31), 30)
    assert mine is not None
    assert yours is not None

    with pytest.raises(Conflict):
        await links.save(replace(mine, base={"name": "stale"}))
    await links.release(mine)

    assert await links.by_dataverse("customers", ID) == yours


async def test_a_released_link_keeps_what_was_saved_under_the_lease(links: Links) -> None:
    mine = await links.lease("customers", ID, "me", NOW, 30)
    assert mine is not None
    saved = await links.save(replace(mine, finance_key="usmf|C1", base={"name": "x"}))

    await links.release(saved)

    link = await links.by_finance("customers", "usmf|C1")
    assert link is not None
    assert (link.lease_owner, link.lease_until, link.base) == ("", None, {"name": "x"})


async def test_a_lease_on_a_row_that_was_never_paired_leaves_nothing(links: Links) -> None:
    mine = await links.lease("customers", ID, "me", NOW, 30)
    assert mine is not None

    await links.release(mine)

    assert await links.by_dataverse("customers", ID) is None


def test_of_two_that_want_the_lease_one_gets_it_in_every_order() -> None:
    for _, results in every_order(
        lambda storage: [
            Links(storage.table("links")).lease("customers", ID, owner, NOW, 30) for owner in ("me", "you")
        ]
    ):
        assert sum(result is not None for result in results) == 1


@pytest.mark.parametrize("operations", range(4))
def test_a_link_that_is_there_is_never_without_its_index(operations: int) -> None:
    links = Links(MemoryStorage(before_each_operation=stop_before).table("links"))
    crash_after(operations, links.save(pair()))

    saved = at_once(links.by_dataverse("customers", ID))

    assert (saved is not None) == (operations == 3)
    assert at_once(links.by_finance("customers", "usmf|C/1")) == saved
    assert at_once(links.by_rec_id("customers", 5_637_144_576)) == saved


async def test_a_save_without_new_keys_is_one_operation() -> None:
    names: list[str] = []

    async def note(name: str) -> None:
        names.append(name)

    links = Links(MemoryStorage(before_each_operation=note).table("links"))
    link = await links.save(pair())
    assert names == ["links.put", "links.put", "links.insert"]
    names.clear()

    await links.save(replace(link, base={"name": "new"}))

    assert names == ["links.replace"]
