"""Reconciliation in Finance: how far expenses have come on the way round, and the batch that exports lost ones again."""

from __future__ import annotations

import pytest

from tests.twin.bookkeeper import DAY
from tests.twin.events import Post
from tests.twin.travelling import Traveller, hotel, supplies


@pytest.fixture
async def finance() -> Traveller:
    return await Traveller().begin()


async def test_the_views_tell_how_far_an_expense_has_come(finance: Traveller) -> None:
    await finance.posted(hotel(), hotel(Amount=50), hotel(Amount=7), supplies())
    await finance.cost_arrives("E-1")
    await finance.post_all()
    await finance.cost_arrives("E-2", name="b")
    one, two, three = [("Expense", f"E-{n}", DAY, amount) for n, amount in ((1, 300), (2, 50), (3, 7))]
    assert await finance.view() == [
        (*one, "Reconciled"),
        (*two, "Missing journal lines"),
        (*three, "Missing actuals"),
    ]
    for view, row in (("Missing actuals", three), ("Missing journal lines", two), ("Reconciled", one)):
        assert await finance.view(view) == [(*row, view)]
    await finance.run("import-from-staging")
    assert await finance.view("Missing journal lines") == [(*two, "Missing journal lines")]
    assert await finance.view(company="gbpm") == []
    text = await finance.refused("reconciliation-view", view="Whatever")
    assert text == "The views are Missing actuals, Missing journal lines, All, Reconciled."


async def test_the_sale_of_an_expense_is_no_actual_of_its_cost(finance: Traveller) -> None:
    await finance.posted(hotel())
    await finance.sale("sale", kind="Cost", ExternalReference="E-1")
    assert [row[-1] for row in await finance.view()] == ["Missing actuals"]


async def test_the_cost_of_the_lending_company_is_an_actual_of_its_expense(finance: Traveller) -> None:
    await finance.posted(hotel())
    await finance.cost_arrives("E-1", TransactionType="ResourcingUnitCost")
    assert [row[-1] for row in await finance.view()] == ["Missing journal lines"]
    assert await finance.run("reconcile") == {"exported": []}


async def test_an_expense_is_reconciled_when_every_cost_of_it_is_posted(finance: Traveller) -> None:
    await finance.posted(hotel())
    await finance.cost_arrives("E-1")
    await finance.post_all()
    await finance.cost_arrives("E-1", name="reversal", Amount=-300)
    assert [row[-1] for row in await finance.view()] == ["Missing journal lines"]
    await finance.post_all()
    assert [row[-1] for row in await finance.view()] == ["Reconciled"]


async def test_the_batch_exports_again_what_has_no_actual_and_nothing_else() -> None:
    told: list[bytes] = []

    async def hear(post: Post) -> int:
        told.append(post.body)
        return 200

    finance = await Traveller(send=hear).begin()
    await finance.posted(hotel(), hotel(Amount=50))
    await finance.cost_arrives("E-1")
    await finance.control("endpoints", {"name": "app", "url": "http://app/"})
    await finance.control("activations", {"entity": "ProjExpensesExport", "endpoint": "app"})
    before = await finance.rows("ProjExpensesExport")
    assert await finance.run("reconcile") == {"exported": ["E-2"]}
    await finance.control("webhooks/flush", {})
    [event] = [body for body in told if b"OnExternal" in body]
    assert b"OnExternalUpdated" in event
    assert b"E-2" in event
    after = await finance.rows("ProjExpensesExport")
    assert [{**row, "@odata.etag": ""} for row in after] == [{**row, "@odata.etag": ""} for row in before]


@pytest.mark.parametrize(
    ("start", "exported"),
    [("2024-01-01", ["E-1", "E-2"]), ("2026-01-01", ["E-1"]), ("2026-09-01", []), ("2027-01-01", [])],
)
async def test_the_batch_takes_the_days_from_the_first_open_period_of_this_or_the_last_year_until_today(
    finance: Traveller, start: str, exported: list[str]
) -> None:
    days = ("2026-08-27", "2025-01-01", "2024-12-31", "2026-10-01")
    await finance.posted(*(hotel(TransDate=f"{day}T12:00:00Z") for day in days))
    await finance.set_up(open_periods=[{"start": start, "end": "2027-12-31"}])
    assert await finance.run("reconcile") == {"exported": exported}
