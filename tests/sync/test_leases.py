"""Leases and versions: one settle at a time per pair, and what it does when somebody else was quicker."""

from __future__ import annotations

from shared.store.message import Hint
from tests.sync.stage import Stage, id_of

TO_FINANCE, TO_DATAVERSE = "customers_to_finance", "customers_to_dataverse"
KEY = "usmf|C-1"


async def test_a_pair_that_somebody_else_settles_comes_back_a_little_later(settled: Stage) -> None:
    links, now = settled.services.links, settled.world.clock.now()
    held = await links.lease("customers", id_of("C-1"), "somebody else", now, 60)
    assert held is not None
    await settled.customer(telephone1="+1 555 0100")
    await settled.heard(TO_FINANCE, id_of("C-1"))
    assert settled.to_finance.writes == []
    ((message, delay),) = settled.waiting(TO_FINANCE)
    assert (message.hint, message.attempts) == (Hint.UPSERT, 0)
    assert 2 <= delay <= 3
    await links.release(held)
    await settled.world.run(seconds=5)
    assert settled.values("CustomersV3", "C-1")["PrimaryContactPhone"] == "+1 555 0100"


async def test_an_expired_lease_holds_nobody_up(settled: Stage) -> None:
    now = settled.world.clock.now()
    held = await settled.services.links.lease("customers", id_of("C-1"), "somebody who crashed", now, 60)
    assert held is not None
    settled.world.clock.advance(61)
    await settled.customer(telephone1="+1 555 0100")
    await settled.heard(TO_FINANCE, id_of("C-1"))
    assert settled.values("CustomersV3", "C-1")["PrimaryContactPhone"] == "+1 555 0100"


async def test_the_lease_is_given_back_whatever_happens(settled: Stage) -> None:
    await settled.customer(telephone1="0" * 21)
    await settled.heard(TO_FINANCE, id_of("C-1"))
    link = await settled.services.links.by_dataverse("customers", id_of("C-1"))
    assert link is not None
    assert (link.lease_owner, link.lease_until) == ("", None)


async def test_an_echo_needs_no_lease(settled: Stage) -> None:
    operations: list[str] = []

    async def note(operation: str) -> None:
        operations.append(operation)

    settled.world.storage.before_each_operation = note
    await settled.heard(TO_DATAVERSE, KEY)
    assert not [each for each in operations if each in ("links.replace", "links.insert", "links.put")]


async def test_a_stale_version_is_refused_and_read_again(settled: Stage) -> None:
    """Somebody edits between our read and our write: `If-Match` fails once, the next round sees both edits."""
    await settled.customer(telephone1="+1 555 0100")
    settled.world.finance.faults.add(method="PATCH", path="CustomersV3", status=412, times=1)
    await settled.heard(TO_FINANCE, id_of("C-1"))
    assert len(settled.to_finance.writes) == 2
    assert all("if-match" in asked.headers for asked in settled.to_finance.writes)
    assert settled.values("CustomersV3", "C-1")["PrimaryContactPhone"] == "+1 555 0100"


async def test_a_row_that_never_holds_still_is_tried_again_later(settled: Stage) -> None:
    await settled.customer(telephone1="+1 555 0100")
    settled.world.finance.faults.add(method="PATCH", path="CustomersV3", status=412)
    await settled.heard(TO_FINANCE, id_of("C-1"))
    ((message, _),) = settled.waiting(TO_FINANCE)
    assert message.attempts == 1
    settled.world.finance.faults.clear()
    await settled.world.run(seconds=10)
    assert settled.values("CustomersV3", "C-1")["PrimaryContactPhone"] == "+1 555 0100"


async def test_whoever_overstays_the_lease_stops_and_looks_again_later(settled: Stage) -> None:
    """The first write takes longer than the lease: what is still to do is left to the next look."""
    await settled.customer(telephone1="+1 555 0100")

    async def slow(operation: str) -> None:
        if operation == "links.replace" and settled.to_finance.writes and not slow_done:
            slow_done.append(True)
            settled.world.clock.advance(121)

    slow_done: list[bool] = []
    settled.world.storage.before_each_operation = slow
    await settled.heard(TO_FINANCE, id_of("C-1"))
    assert slow_done
    ((message, delay),) = settled.waiting(TO_FINANCE)
    assert (message.hint, 2 <= delay <= 3) == (Hint.UPSERT, True)
    await settled.world.run(seconds=10)
    held = settled.held("account", "C-1")
    assert held is not None
    assert held["telephone1"] == settled.values("CustomersV3", "C-1")["PrimaryContactPhone"] == "+1 555 0100"
    assert await settled.lost() == []
