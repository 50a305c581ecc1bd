"""What both twins are built on: clock, faults, delivery, filters, HTTP."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from tests.twin.clock import Clock
from tests.twin.events import Deliveries, Policy, Post
from tests.twin.faults import Faults
from tests.twin.http import ConnectionCut, Request, Response, TwinTransport, json_response, parse_query
from tests.twin.odata import FilterError, Path, Property, parse_filter


async def test_virtual_time_stands_until_it_is_advanced() -> None:
    clock = Clock.virtual()
    order: list[int] = []

    async def sleeper(seconds: int) -> None:
        await clock.sleep(seconds)
        order.append(seconds)

    async with asyncio.TaskGroup() as group:
        for seconds in (20, 10):
            group.create_task(sleeper(seconds))
        await asyncio.sleep(0)
        clock.advance(15)
        await asyncio.sleep(0)
        assert order == [10]
        clock.advance(5)
    assert order == [10, 20]


async def test_real_time_can_be_put_ahead() -> None:
    clock = Clock.real()
    before = clock.now()
    waiting = asyncio.create_task(clock.sleep(3600))
    await asyncio.sleep(0)
    clock.advance(3601)
    await waiting
    assert (clock.now() - before).total_seconds() > 3600


def test_time_does_not_go_back() -> None:
    with pytest.raises(ValueError, match="does not go back"):
        Clock.virtual().advance(-1)


class Echo:
    """Counts what reaches it, behind fault rules."""

    def __init__(self) -> None:
        self.faults = Faults(Clock.virtual(), 1, lambda status: {"error": status})
        self.reached = 0

    async def respond(self, request: Request) -> Response:
        async def answer(_: Request) -> Response:
            self.reached += 1
            return json_response({"path": request.path, "query": request.query, "origin": request.origin})

        return await self.faults.around(request, answer)


async def test_a_share_of_calls_fails_by_seed() -> None:
    echo = Echo()
    echo.faults.add(share=0.25, status=500)
    statuses = [(await echo.respond(Request("GET", "/x"))).status for _ in range(200)]
    assert 30 < statuses.count(500) < 70


async def test_a_throttle_carries_retry_after() -> None:
    echo = Echo()
    echo.faults.add(retry_after=7, times=1)
    answer = await echo.respond(Request("GET", "/x"))
    assert (answer.status, answer.headers["Retry-After"]) == (429, "7")


async def test_an_answer_can_be_lost_after_the_work_was_done() -> None:
    echo = Echo()
    echo.faults.add(reset=True, after=True, times=1)
    with pytest.raises(ConnectionCut):
        await echo.respond(Request("POST", "/x"))
    assert echo.reached == 1


async def test_an_httpx_client_talks_to_a_twin_in_process() -> None:
    echo = Echo()
    async with httpx.AsyncClient(transport=TwinTransport(echo), base_url="https://org.example") as client:
        told = (await client.get("/a%20b?$filter=x%20eq%20'a%2Bb'+c")).json()
        assert told == {"path": "/a b", "query": [["$filter", "x eq 'a+b'+c"]], "origin": "https://org.example"}
        echo.faults.add(reset=True)
        with pytest.raises(httpx.ReadError):
            await client.get("/")


def test_a_plus_in_a_query_stays_a_plus() -> None:
    assert parse_query("a=b+c&d=%26&e") == [("a", "b+c"), ("d", "&"), ("e", "")]


async def test_a_late_event_waits_for_its_time() -> None:
    clock, posts = Clock.virtual(), []

    async def send(post: Post) -> int:
        posts.append(post)
        return 200

    deliveries = Deliveries(send, clock, seed=1)
    deliveries.troubles.delay = 60
    deliveries.put(Post("http://x", {}, b""))
    assert await deliveries.flush() == 0
    clock.advance(60)
    assert await deliveries.flush() == 1


async def test_background_delivery_repeats_by_policy_and_comes_to_rest() -> None:
    statuses, ended = [500, 500, 200], []

    async def send(_: Post) -> int:
        return statuses.pop(0)

    deliveries = Deliveries(send, Clock.real(), seed=1, policy=Policy(repeats=3, statuses=None))
    async with deliveries.running():
        deliveries.put(Post("http://x", {}, b""), ended=lambda _, status: ended.append(status))
        await deliveries.idle()
    assert ended == [200]
    assert (deliveries.counters.sent, deliveries.counters.delivered) == (3, 1)


def resolve(path: Path) -> Property:
    kinds: dict[str, Any] = {"n": "number", "s": "string", "e": "enum", "b": "boolean", "d": "date", "t": "datetime"}
    name = path[-1]
    return Property(lambda row: row.get(name), kinds[name])


@pytest.mark.parametrize(
    ("text", "row", "kept"),
    [
        ("n eq 5", {"n": 5}, True),
        ("n ne 5", {"n": None}, False),
        ("not (n eq 5)", {"n": None}, False),
        ("n eq 5 or s eq 'a'", {"n": None, "s": "A"}, True),
        ("s eq 'O''Brien and sons'", {"s": "o'brien AND sons"}, True),
        ("e eq Microsoft.Dynamics.DataEntities.NoYes'Yes'", {"e": "Yes"}, True),
        ("e ne Ns.NoYes'Yes' and s eq 'Ns.NoYes'", {"e": "No", "s": "ns.noyes"}, True),
        ("n in (1, 2)", {"n": 2}, True),
        ("n gt -1.5", {"n": -1}, True),
        ("b", {"b": True}, True),
        ("d ge 2026-09-14", {"d": "2026-09-15"}, True),
        ("t lt 2026-09-14T10:00:00+02:00", {"t": "2026-09-14T07:59:59Z"}, True),
        ("t lt 2026-09-14T08:00:00.5Z", {"t": "2026-09-14T08:00:00Z"}, True),
        ("t eq 2026-09-14T08:00:00Z", {"t": "2026-09-14T08:00:00Z"}, True),
        ("tolower(s) eq 'x'", {"s": "X"}, True),
    ],
)
def test_filters_follow_three_valued_logic(text: str, row: dict[str, object], *, kept: bool) -> None:
    assert parse_filter(text, resolve).keeps(row) is kept


def test_ne_keeps_nulls_where_the_platform_does() -> None:
    assert parse_filter("n ne 5", resolve, null_differs=True).keeps({"n": None})


@pytest.mark.parametrize("text", ["", "n", "n eq", "n eq 'x'", "e eq 'Yes'", "b gt true", "n+eq+5", "length(s) eq 1"])
def test_nonsense_filters_are_refused(text: str) -> None:
    with pytest.raises(FilterError):
        parse_filter(text, resolve)


def test_top_level_equalities_are_told_for_indexes() -> None:
    assert parse_filter("s eq 'A' and n eq 5 and (b or n eq 6)", resolve).equal == {("s",): "a", ("n",): 5}


def test_enums_have_no_order_where_the_platform_has_none() -> None:
    with pytest.raises(FilterError):
        parse_filter("e gt Ns.NoYes'No'", resolve, enum_order=False)
