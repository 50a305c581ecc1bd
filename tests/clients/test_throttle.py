from __future__ import annotations

import asyncio

import pytest

from shared.clients.throttle import Throttle
from shared.errors import Throttled


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


async def settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


class Crowd:
    """Tasks that each hold a place until told to let go; `inside` counts those that do."""

    def __init__(self, throttle: Throttle, size: int) -> None:
        self.throttle = throttle
        self.inside = 0
        self.leave = asyncio.Semaphore(0)
        self.tasks = [asyncio.create_task(self.visit()) for _ in range(size)]

    async def visit(self) -> None:
        async with self.throttle:
            self.inside += 1
            await self.leave.acquire()
            self.inside -= 1

    async def let_go(self, count: int) -> None:
        for _ in range(count):
            self.leave.release()
        await settle()


async def test_no_more_than_the_bound_are_under_way(clock: Clock) -> None:
    crowd = Crowd(Throttle("Finance", most=3, clock=clock), 10)
    await settle()
    assert crowd.inside == 3
    await crowd.let_go(7)
    assert crowd.inside == 3
    await crowd.let_go(3)
    await asyncio.gather(*crowd.tasks)


async def test_while_a_pause_lasts_everything_is_refused_at_once_with_what_is_left_of_it(clock: Clock) -> None:
    throttle = Throttle("Finance", clock=clock)
    throttle.pause(30.0)
    clock.now += 10.0

    with pytest.raises(Throttled, match="Finance asked for a pause") as refused:
        async with throttle:
            pytest.fail("the pause was not kept")
    assert refused.value.retry_after == 20.0

    clock.now += 20.0
    async with throttle:
        assert throttle.remaining_pause == 0.0


async def test_those_who_wait_when_a_pause_begins_are_refused_too_and_give_their_place_back(clock: Clock) -> None:
    throttle = Throttle("Finance", most=1, clock=clock)
    crowd = Crowd(throttle, 3)
    await settle()
    throttle.pause(30.0)
    await crowd.let_go(3)

    results = await asyncio.gather(*crowd.tasks, return_exceptions=True)
    assert [type(result) for result in results] == [type(None), Throttled, Throttled]
    clock.now += 30.0
    async with throttle:
        pass


async def test_a_shorter_pause_does_not_cut_a_longer_one_short(clock: Clock) -> None:
    throttle = Throttle("Finance", clock=clock)
    throttle.pause(30.0)
    throttle.pause(5.0)
    assert throttle.remaining_pause == 30.0


async def test_the_bound_is_halved_once_per_pause_and_never_below_one(clock: Clock) -> None:
    throttle = Throttle("Finance", most=8, clock=clock)
    for _ in range(5):
        throttle.pause(10.0)
    assert throttle.limit == 4
    for _ in range(5):
        clock.now += 11.0
        throttle.pause(10.0)
    assert throttle.limit == 1


async def test_a_lowered_bound_holds_from_the_next_request_on(clock: Clock) -> None:
    throttle = Throttle("Finance", most=8, clock=clock)
    throttle.pause(10.0)
    clock.now += 11.0
    crowd = Crowd(throttle, 10)
    await settle()
    assert crowd.inside == 4
    await crowd.let_go(10)
    await asyncio.gather(*crowd.tasks)


async def test_a_bound_lowered_under_load_is_reached_as_requests_end(clock: Clock) -> None:
    throttle = Throttle("Finance", most=8, clock=clock)
    crowd = Crowd(throttle, 20)
    await settle()
    throttle.pause(0.0)
    assert crowd.inside == 8
    await crowd.let_go(4)
    assert crowd.inside == 4
    await crowd.let_go(1)
    assert crowd.inside == 4
    await crowd.let_go(15)
    await asyncio.gather(*crowd.tasks)


async def test_the_bound_grows_slowly_back_to_where_it_was_and_no_further(clock: Clock) -> None:
    throttle = Throttle("Finance", most=4, clock=clock)
    throttle.pause(0.0)
    seen = []
    for _ in range(12):
        throttle.succeeded()
        seen.append(throttle.limit)
    assert seen == [2, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4, 4]
    crowd = Crowd(throttle, 10)
    await settle()
    assert crowd.inside == 4
    await crowd.let_go(10)
    await asyncio.gather(*crowd.tasks)


async def test_one_who_gives_up_waiting_leaves_no_place_lost(clock: Clock) -> None:
    throttle = Throttle("Finance", most=2, clock=clock)
    crowd = Crowd(throttle, 4)
    await settle()
    crowd.tasks[3].cancel()
    await settle()
    await crowd.let_go(3)
    assert throttle.limit == 2
    crowd = Crowd(throttle, 2)
    await settle()
    assert crowd.inside == 2
    await crowd.let_go(2)


def test_a_bound_of_none_at_all_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        Throttle("Finance", most=0)
