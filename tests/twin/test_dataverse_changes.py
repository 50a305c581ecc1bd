"""Change tracking."""

from __future__ import annotations

import pytest

from tests.twin.dataverse import DataverseTwin
from tests.twin.dataverse.api import Api
from tests.twin.http import Response

TRACK = "odata.track-changes"


@pytest.fixture
def twin() -> DataverseTwin:
    return DataverseTwin(seed=2)


@pytest.fixture
def api(twin: DataverseTwin) -> Api:
    return Api(twin)


async def first_link(api: Api) -> str:
    answer = await api.get("accounts?$select=name", prefer=TRACK)
    assert answer.headers["Preference-Applied"] == TRACK
    return str(answer.json()["@odata.deltaLink"])


def told(answer: Response) -> list[str]:
    return [row.get("name") or f"-{row['id']}" for row in answer.json()["value"]]


async def test_a_delta_link_returns_what_changed_since_deletions_last(api: Api) -> None:
    kept, gone = [await api.create("accounts", {"name": name}) for name in ("kept", "gone")]
    link = await first_link(api)
    await api.delete(f"accounts({gone})")
    await api.create("accounts", {"name": "new"})
    await api.patch(f"accounts({kept})", {"name": "kept, changed"})
    answer = await api.get(link)
    assert told(answer) == ["new", "kept, changed", f"-{gone}"]
    assert answer.json()["value"][-1]["reason"] == "deleted"
    assert told(await api.get(answer.json()["@odata.deltaLink"])) == []


async def test_a_row_made_and_deleted_in_between_is_told_as_a_deletion(api: Api) -> None:
    link = await first_link(api)
    brief = await api.create("accounts", {"name": "brief"})
    await api.delete(f"accounts({brief})")
    assert told(await api.get(link)) == [f"-{brief}"]


async def test_changes_come_in_pages(api: Api) -> None:
    rows = [await api.create("accounts", {"name": str(number)}) for number in range(5)]
    link = await first_link(api)
    for row_id in rows[:2]:
        await api.delete(f"accounts({row_id})")
    for row_id in rows[2:]:
        await api.patch(f"accounts({row_id})", {"name": "changed"})
    found: list[str] = []
    while link:
        body = (await api.get(link, prefer="odata.maxpagesize=2")).json()
        found += [row.get("accountid") or row["id"] for row in body["value"]]
        link = body.get("@odata.nextLink", "")
    assert found == [*rows[2:], *rows[:2]]
    assert "@odata.deltaLink" in body


async def test_the_first_read_is_paged_and_misses_nothing_written_meanwhile(api: Api) -> None:
    for number in range(5):
        await api.create("accounts", {"name": str(number)})
    body = (await api.get("accounts?$select=name", prefer=f"{TRACK},odata.maxpagesize=2")).json()
    await api.create("accounts", {"name": "meanwhile"})
    while "@odata.nextLink" in body:
        body = (await api.get(body["@odata.nextLink"], prefer=f"{TRACK},odata.maxpagesize=2")).json()
    assert told(await api.get(body["@odata.deltaLink"])) == ["meanwhile"]


async def test_a_token_expires_after_a_week(twin: DataverseTwin, api: Api) -> None:
    link = await first_link(api)
    twin.clock.advance(8 * 24 * 3600)
    answer = await api.get(link)
    assert (answer.status, answer.json()["error"]["code"]) == (400, "0x80044352")


async def test_tokens_can_be_made_to_expire(api: Api) -> None:
    link = await first_link(api)
    await api.ask("POST", "/twin/expire-delta")
    assert (await api.get(link)).status == 400
    assert (await api.get(await first_link(api))).status == 200


@pytest.mark.parametrize("option", ["$filter=name eq 'x'", "$orderby=name", "$top=1", "$expand=primarycontactid"])
async def test_other_options_are_refused(api: Api, option: str) -> None:
    assert (await api.get(f"accounts?{option}", prefer=TRACK)).status == 400


async def test_a_table_without_change_tracking_refuses(api: Api) -> None:
    assert (await api.get("sdkmessages", prefer=TRACK)).status == 400
