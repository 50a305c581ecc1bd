"""Work on a subcontract is received on its purchase order in Finance, once and by day: P5."""

from __future__ import annotations

from typing import Any

import pytest

from tests.scenarios.accounting import balances, staged
from tests.scenarios.accounting import posted as posted_all
from tests.scenarios.consulting import CATEGORY, COST, DAY, EXPENSE, MATERIAL, TIME, Consulting, told
from tests.scenarios.enterprise import Enterprise
from tests.scenarios.subcontracting import (
    ON_LINE,
    RECEIPTS,
    accepted,
    buying,
    confirmed,
    delivered,
    line,
    order,
    ordered,
    pressed,
    received,
    subcontract,
    vendor,
)


@pytest.fixture
async def firm(office: Enterprise) -> Consulting:
    return await buying(office)


@pytest.fixture
async def bought(firm: Consulting) -> Consulting:
    return await confirmed(firm)


async def test_p5_posted_work_is_received_once_by_a_receipt_for_each_accounting_date(bought: Consulting) -> None:
    office = bought.office
    await bought.approved(10, **ON_LINE)
    assert await staged(office, "SubcontractLine", "UnitPrice") == [
        ("Cost", 1000, "SL-1", 100),
        ("Sales", 1800, "SL-1", 180),
    ]
    assert await office.run("generate-product-receipts", company="uspm") == {"receipts": []}
    await delivered(bought, 2, msdyn_date="2026-09-01")
    await delivered(bought, 3, msdyn_date="2026-09-01")
    done = await office.run("generate-product-receipts", company="uspm")
    assert done == {"receipts": ["USPM-PR-0000001", "USPM-PR-0000002"]}
    assert await received(office) == [(DAY, "NotPosted", 10), ("2026-09-01", "NotPosted", 5)]
    assert await ordered(office, "ReceivedQuantity") == (0,)
    done = await office.run("post-product-receipts", company="uspm", receipt="USPM-PR-0000002")
    assert done == {"receipts": ["USPM-PR-0000002"], "errors": []}
    assert await ordered(office, "ReceivedQuantity") == (5,)
    done = await office.run("post-product-receipts", company="uspm")
    assert done == {"receipts": ["USPM-PR-0000001"], "errors": []}
    assert await ordered(office, "ReceivedQuantity", "OpenQuantity", "PurchStatus") == (15, 25, "Backorder")
    assert await office.run("generate-product-receipts", company="uspm") == {"receipts": []}
    assert told(await office.kept(RECEIPTS), "Voucher") == [("",), ("",)]
    assert await office.is_at_rest()


async def test_p5_the_order_is_received_when_all_of_it_is(bought: Consulting) -> None:
    office = bought.office
    for day in ("2026-09-01", "2026-09-02"):
        await delivered(bought, 20, msdyn_date=day)
    await accepted(office)
    assert await ordered(office, "ReceivedQuantity", "OpenQuantity", "PurchStatus") == (40, 0, "Received")
    assert await order(office, "PurchStatus") == ("Received",)


async def test_p5_work_that_is_recalled_takes_back_what_was_received(bought: Consulting) -> None:
    office = bought.office
    entry = await delivered(bought, 10)
    await accepted(office)
    await office.act("msdyn_CancelApproval", Targets=[entry])
    await office.travel(seconds=180)
    await posted_all(office)
    await accepted(office)
    assert await received(office) == [(DAY, "Posted", -10), (DAY, "Posted", 10)]
    assert await ordered(office, "ReceivedQuantity", "OpenQuantity") == (0, 40)
    assert await balances(office) == {}
    assert await office.is_at_rest()


async def test_p5_work_that_is_recalled_before_it_was_received_is_never_received(bought: Consulting) -> None:
    office = bought.office
    entry = await bought.approved(10, **ON_LINE)
    await office.act("msdyn_CancelApproval", Targets=[entry])
    await office.travel(seconds=180)
    await posted_all(office)
    assert await office.run("generate-product-receipts", company="uspm") == {"receipts": []}
    assert await office.kept(RECEIPTS) == []


async def test_p5_expense_and_material_on_a_subcontract_are_received_too(firm: Consulting) -> None:
    office = firm.office
    await subcontract(firm)
    of_category = {"msdyn_TransactionCategory__msdyn_transactioncategories": CATEGORY}
    await line(firm, "SL-2", kind=EXPENSE, msdyn_quantity=3, msdyn_price=150, **of_category)
    await line(firm, "SL-3", kind=MATERIAL, msdyn_price=2, msdyn_writeinproductdescription="Cable ties")
    await office.travel()
    await pressed(firm, "Confirm")
    same: dict[str, Any] = {
        "msdyn_transactiondate": f"{DAY}T00:00:00Z",
        "msdyn_Project__msdyn_projects": "PRJ-1",
        "transactioncurrencyid__transactioncurrencies": "USD",
        **of_category,
    }
    trip = {"msdyn_amount": 400, "msdyn_quantity": 2, "msdyn_SubcontractLine__msdyn_subcontractlines": "SL-2"}
    await firm.approve(await firm.submitted("msdyn_expense", "msdyn_expenses", **same, **trip))
    ties = {"msdyn_unitcost": 2, "msdyn_quantity": 30, "msdyn_SubcontractLine__msdyn_subcontractlines": "SL-3"}
    await firm.approve(await firm.submitted("msdyn_materialusagelog", "msdyn_materialusagelogs", **same, **ties))
    await posted_all(office)
    await accepted(office)
    assert await ordered(office, "ReceivedQuantity", "OpenQuantity", line="SL-2") == (2, 1)
    assert await ordered(office, "ReceivedQuantity", "OpenQuantity", line="SL-3") == (30, 10)
    costs = [row for row in await staged(office, "SubcontractLine") if row[0] == "Cost"]
    assert costs == [("Cost", 300, "SL-2"), ("Cost", 60, "SL-3")]


async def test_p5_what_an_entry_journal_says_was_done_on_a_subcontract_is_received_too(bought: Consulting) -> None:
    office = bought.office
    await bought.enter("msdyn_journals", "journal", msdyn_description="Hours of August")
    await bought.enter(
        "msdyn_journallines",
        "journal line",
        msdyn_transactiontypecode=COST,
        msdyn_transactionclassification=TIME,
        msdyn_documentdate=DAY,
        msdyn_quantity=6,
        msdyn_price=100,
        msdyn_Journal__msdyn_journals="journal",
        msdyn_Project__msdyn_projects="PRJ-1",
        transactioncurrencyid__transactioncurrencies="USD",
        **ON_LINE,
    )
    await office.act("msdyn_ConfirmJournal", Targets=[bought.target("msdyn_journal", bought["journal"])])
    await office.travel()
    await posted_all(office)
    await accepted(office)
    assert await ordered(office, "ReceivedQuantity", "OpenQuantity") == (6, 34)
    assert await received(office) == [(DAY, "Posted", 6)]


async def test_p5_an_order_in_pounds_costs_and_accrues_at_the_rate_of_its_day(firm: Consulting) -> None:
    office = firm.office
    rate = {"from_currency": "GBP", "to_currency": "USD", "rate": 1.25}
    await office.set_up("uspm", exchange_rates=[rate], accrued_receipts=["Dev services"])
    await vendor(firm, "V-200", CurrencyCode="GBP")
    await firm.price_list("purchase in pounds", "GBP", developer=80)
    await subcontract(firm, of="V-200", msdyn_PurchasePriceList__pricelevels="purchase in pounds")
    await line(firm)
    await office.travel()
    await pressed(firm, "Confirm")
    await delivered(firm, 10)
    await accepted(office)
    assert await order(office, "CurrencyCode") == ("GBP",)
    found = await balances(office)
    assert (found["COST"], found["RCPT-EXP"], found["RCPT-ACCR"]) == (1000, 1000, -1000)
    assert await office.is_at_rest()
