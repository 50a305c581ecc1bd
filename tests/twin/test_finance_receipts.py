"""Product receipts of subcontracts in Finance: what they are made of, and what their posting does."""

from __future__ import annotations

from typing import Any

import pytest

from tests.twin.bookkeeper import GBP
from tests.twin.buyer import RECEIPTS, Buyer, key
from tests.twin.finance.visitor import address

SEPTEMBER, OCTOBER = "2026-09-01T12:00:00Z", "2026-10-01T12:00:00Z"
REVERSAL: dict[str, Any] = {"AdjustmentStatus": 192350002}
FIRST, SECOND = "USPM-PR-0000001", "USPM-PR-0000002"


@pytest.fixture
async def finance() -> Buyer:
    """SC-1 is confirmed with two lines."""
    buyer = Buyer()
    await buyer.begin("SL-2")
    await buyer.becomes("Confirmed")
    return buyer


async def test_a_receipt_is_made_for_each_order_and_accounting_date_once_the_journal_is_posted(finance: Buyer) -> None:
    for name, line, moment in (("a", "SL-1", SEPTEMBER), ("b", "SL-1", SEPTEMBER), ("c", "SL-2", OCTOBER)):
        await finance.actual(name, Quantity=5, UnitPrice=100, SubcontractLine=line, AccountingDate=moment)
    await finance.actual("d", Quantity=3, UnitPrice=100, SubcontractLine="SL-2", AccountingDate=SEPTEMBER)
    assert await finance.generated() == []
    await finance.post_all()
    assert await finance.generated() == [FIRST, SECOND]
    assert await finance.received() == [
        (FIRST, "2026-09-01", "NotPosted", 1, 10),
        (FIRST, "2026-09-01", "NotPosted", 2, 3),
        (SECOND, "2026-10-01", "NotPosted", 2, 5),
    ]
    assert await finance.generated() == []
    assert (await finance.ordered())["ReceivedQuantity"] == 0


async def test_only_costs_of_usage_on_a_subcontract_line_with_an_order_are_received(finance: Buyer) -> None:
    await finance.actual("other", Quantity=5)
    await finance.sale("sale", SubcontractLine="SL-1")
    await finance.delivered("invoiced", VendInvoiceLineProjTransId="TX-1")
    await finance.delivered("unknown", line="SL-9")
    assert await finance.generated() == []
    assert len(await finance.rows("ProjectPostedTransactions")) == 4
    await finance.becomes("Draft")
    await finance.buys("SL-9")
    assert len(await finance.generated()) == 1


async def test_posting_receives_and_the_order_is_received_when_all_of_it_is(finance: Buyer) -> None:
    await finance.delivered("a", 10)
    await finance.generated()
    assert await finance.run("post-product-receipts", receipt=FIRST) == {"receipts": [FIRST], "errors": []}
    line = await finance.ordered()
    assert (line["ReceivedQuantity"], line["OpenQuantity"], line["PurchStatus"]) == (10, 30, "Backorder")
    assert (
        await finance.refused("post-product-receipts", receipt=FIRST) == f"There is no product receipt {FIRST} to post."
    )
    await finance.delivered("b", 30)
    await finance.generated()
    assert (await finance.run("post-product-receipts"))["receipts"] == [SECOND]
    line, order = await finance.ordered(), await finance.order()
    assert (line["ReceivedQuantity"], line["PurchStatus"], order["PurchStatus"]) == (40, "Received", "Backorder")
    await finance.delivered("c", 41, "SL-2")
    await finance.generated()
    await finance.run("post-product-receipts")
    assert (await finance.ordered("SL-2"))["OpenQuantity"] == 0
    assert (await finance.order())["PurchStatus"] == "Received"
    assert (await finance.row(key("SubContractPurchaseOrderHeaders", "SC-1")))["PurchStatus"] == "Received"
    receipt = await finance.row(address(RECEIPTS, dataAreaId="uspm", ProductReceiptNumber=FIRST))
    assert (receipt["Status"], receipt["Voucher"]) == ("Posted", "")


async def test_a_receipt_accrues_where_the_purchasing_policy_says_so_in_the_currency_of_the_vendor() -> None:
    finance = Buyer()
    await finance.begin()
    await finance.vendor("V-200", CurrencyCode="GBP")
    await finance.set_up(exchange_rates=[GBP], accrued_receipts=["Dev services"])
    await finance.subcontract("SC-2", OrderAccount="V-200")
    await finance.buys("SL-2", SubcontractNumber="SC-2")
    await finance.becomes("Confirmed", "SC-2")
    await finance.delivered("a", 4, "SL-2", TransactionCurrencyId="GBP")
    await finance.generated()
    await finance.run("post-product-receipts")
    receipt = await finance.row(address(RECEIPTS, dataAreaId="uspm", ProductReceiptNumber=FIRST))
    assert await finance.entries(receipt["Voucher"]) == [("RCPT-EXP", 500, 0), ("RCPT-ACCR", 0, 500)]


async def test_a_reversal_takes_back_what_was_received_once_its_connection_is_there(finance: Buyer) -> None:
    await finance.delivered("work")
    await finance.generated()
    await finance.delivered("back", -10, **REVERSAL)
    assert await finance.generated() == []
    await finance.connect("back", "work", roles="Reversing/Original")
    assert await finance.generated() == [SECOND]
    assert [row[-1] for row in await finance.received()] == [10, -10]
    await finance.run("post-product-receipts")
    assert (await finance.ordered())["ReceivedQuantity"] == 0


async def test_what_nets_to_nothing_is_not_received(finance: Buyer) -> None:
    await finance.delivered("work")
    await finance.delivered("back", -10, **REVERSAL)
    await finance.connect("back", "work", roles="Reversing/Original")
    assert await finance.generated() == []
    await finance.delivered("again", 7)
    assert await finance.generated() == [FIRST]
    assert [row[-1] for row in await finance.received()] == [7]
    assert await finance.generated() == []


async def test_receipts_wait_for_an_open_period_and_a_confirmed_order(finance: Buyer) -> None:
    await finance.delivered("work")
    await finance.generated()
    await finance.becomes("Draft")
    done = await finance.run("post-product-receipts")
    assert done["errors"] == [f"Product receipt {FIRST}: Purchase order USPM-PO-0000001 is not confirmed."]
    await finance.becomes("Confirmed")
    await finance.set_up(open_periods=[])
    [error] = (await finance.run("post-product-receipts"))["errors"]
    assert error.endswith("No open fiscal period was found for the specified accounting date 8/27/2026.")
    assert (await finance.ordered())["ReceivedQuantity"] == 0


@pytest.mark.parametrize("status", ["Closed", "Canceled"])
async def test_nothing_more_is_received_on_an_order_that_has_ended(finance: Buyer, status: str) -> None:
    await finance.delivered("work")
    await finance.becomes(status)
    assert await finance.generated() == []


async def test_receipts_need_their_number_sequence_and_the_feature(finance: Buyer) -> None:
    await finance.delivered("work")
    await finance.set_up(product_receipt_sequence="")
    words = "No number sequence is set up for product receipts."
    assert await finance.refused("generate-product-receipts") == words
    await finance.set_up(product_receipt_sequence="REC")
    await finance.control("settings", {"subcontract_actuals": False})
    assert await finance.generated() == []
    await finance.control("settings", {"subcontract_actuals": True})
    assert await finance.generated() == ["USPM-REC-0000001"]


@pytest.mark.parametrize(("feature", "cost"), [(True, {}), (False, {"COST": 1000, "PAYROLL-ALLOC": -1000})])
async def test_without_the_feature_a_cost_on_a_subcontract_is_posted_like_any_other(
    finance: Buyer, feature: bool, cost: dict[str, int]
) -> None:
    await finance.control("settings", {"subcontract_actuals": feature})
    await finance.set_up(post_product_receipt_in_ledger=True)
    await finance.delivered("work")
    assert await finance.balances("uspm") == cost
