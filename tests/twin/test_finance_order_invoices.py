"""The vendor's invoice of a subcontract's purchase order in Finance: what it takes, what it is matched with, its voucher."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.twin.bookkeeper import guid
from tests.twin.buyer import Buyer, key
from tests.twin.finance.processes.order_invoicing import DIFFERENT_QUANTITY

ORDER = "USPM-PO-0000001"
DAY = "2026-09-10"


@pytest.fixture
async def finance() -> Buyer:
    """SC-1 is confirmed, and its receipts are accrued; TCN-1 is a project category of hours."""
    buyer = Buyer()
    await buyer.begin()
    await buyer.category("TCN", 1)
    mapped = {"transaction_type": "Hour", "procurement_category": "Dev services", "project_category": "TCN-1"}
    await buyer.set_up(subcontract_categories=[mapped], accrued_receipts=["Dev services"])
    await buyer.change(key("ProjSubContractPurchaseOrderLines", "SL-1"), PurchQty=20)
    await buyer.becomes("Confirmed")
    return buyer


async def received(finance: Buyer, **hours: int) -> None:
    """Deliver hours by name, each received in a posting of its own."""
    for name, count in hours.items():
        await finance.delivered(name, count)
        await finance.generated()
        assert (await finance.run("post-product-receipts"))["errors"] == []


async def invoiced(finance: Buyer, invoice: str = "VI-88", **asked: Any) -> str:
    """Invoice the order; give the voucher."""
    done = await finance.run("invoice-purchase-order", order=ORDER, invoice=invoice, day=DAY, **asked)
    return str(done["voucher"])


async def refused(finance: Buyer, **asked: Any) -> str:
    wanted = {"order": ORDER, "invoice": "VI-88", "day": DAY, **asked}
    return await finance.refused("invoice-purchase-order", **wanted)


async def exported(finance: Buyer) -> list[tuple[Any, ...]]:
    rows = await finance.rows("ProjVendInvoiceLinesExportEntity")
    names = ("VendorInvoiceNum", "QtyReceiveNow", "PurchPrice", "ProjSubcontractLineNumber", "RoleId", "CategoryType")
    return [tuple(row[name] for name in names) for row in rows]


async def matched(finance: Buyer, *names: str) -> list[str]:
    return [(await finance.staged(name))["MatchedVendorInvoice"] for name in names]


async def test_an_invoice_takes_what_was_received_and_gives_the_accrual_back(finance: Buyer) -> None:
    await received(finance, work=10)
    voucher = await invoiced(finance, prices={1: 102})
    assert await finance.entries(voucher) == [
        ("PROC-INTEG", 1020, 0),
        ("AP", 0, 1020),
        ("RCPT-ACCR", 1000, 0),
        ("RCPT-EXP", 0, 1000),
    ]
    assert await exported(finance) == [("VI-88", 10, 102, "SL-1", "DEV", "Hour")]
    [header] = await finance.rows("VendInvoiceExportsV2")
    assert (header["PurchId"], header["SubcontractInvoice"], header["InvoiceAccount"]) == (ORDER, "No", "V-100")
    line = await finance.ordered()
    assert (line["InvoicedQuantity"], line["OpenQuantity"], line["PurchStatus"]) == (10, 10, "Backorder")
    assert await matched(finance, "work") == ["VI-88"]
    assert await refused(finance, invoice="VI-89") == f"There is nothing to invoice on purchase order {ORDER}."


async def test_an_order_of_which_all_is_invoiced_is_invoiced(finance: Buyer) -> None:
    await received(finance, first=12, second=8)
    await invoiced(finance, quantities={1: 15})
    assert (await finance.order())["PurchStatus"] == "Received"
    assert await matched(finance, "first", "second") == ["VI-88", ""]
    voucher = await invoiced(finance, "VI-89")
    assert (await finance.ordered())["PurchStatus"] == (await finance.order())["PurchStatus"] == "Invoiced"
    assert await finance.entries(voucher) == [
        ("PROC-INTEG", 500, 0),
        ("AP", 0, 500),
        ("RCPT-ACCR", 500, 0),
        ("RCPT-EXP", 0, 500),
    ]
    assert "RCPT-ACCR" not in await finance.balances("uspm")


async def test_matched_actuals_decide_the_quantity_if_they_are_told_to(finance: Buyer) -> None:
    await received(finance, first=6, second=4)
    wanted: dict[str, Any] = {"match_actuals": True, "unmatched": [guid("import second")]}
    assert await refused(finance, **wanted) == DIFFERENT_QUANTITY
    assert await finance.rows("PendingVendorInvoices") == []
    await invoiced(finance, **wanted, update_product_receipt=True)
    assert [row[1] for row in await exported(finance)] == [6]
    assert await matched(finance, "first", "second") == ["VI-88", ""]
    await invoiced(finance, "VI-89", match_actuals=True)
    assert await matched(finance, "first", "second") == ["VI-88", "VI-89"]
    assert [row[1] for row in await exported(finance)] == [6, 4]


async def test_another_quantity_than_that_of_the_matched_actuals_is_posted_after_ok(finance: Buyer) -> None:
    await received(finance, work=10)
    wanted: dict[str, Any] = {"match_actuals": True, "quantities": {1: 9}}
    assert await refused(finance, **wanted) == DIFFERENT_QUANTITY
    await invoiced(finance, **wanted, go_on=True)
    assert [row[1] for row in await exported(finance)] == [9]
    assert await matched(finance, "work") == ["VI-88"]


async def test_parts_of_an_accrual_that_is_not_divisible_take_back_all_of_it(finance: Buyer) -> None:
    await finance.becomes("Draft")
    await finance.change(key("ProjSubContractPurchaseOrderLines", "SL-1"), PurchPrice=33.3333)
    await finance.becomes("Confirmed")
    await received(finance, work=3)
    assert (await finance.balances("uspm"))["RCPT-ACCR"] == -100
    for invoice in ("VI-1", "VI-2", "VI-3"):
        await invoiced(finance, invoice, quantities={1: 1})
    assert "RCPT-ACCR" not in await finance.balances("uspm")


async def test_what_was_taken_back_after_its_invoice_is_credited(finance: Buyer) -> None:
    await received(finance, work=10)
    await invoiced(finance)
    await received(finance, back=-4)
    assert await refused(finance, invoice="VI-89", quantities={1: 4}) == "No more than -4 was received on line 1."
    voucher = await invoiced(finance, "VI-89")
    assert await finance.entries(voucher) == [
        ("PROC-INTEG", 0, 400),
        ("AP", 400, 0),
        ("RCPT-ACCR", 0, 400),
        ("RCPT-EXP", 400, 0),
    ]
    assert [row[1] for row in await exported(finance)] == [10, -4]
    line = await finance.ordered()
    assert (line["ReceivedQuantity"], line["InvoicedQuantity"]) == (6, 6)


async def test_what_was_taken_back_before_its_invoice_is_not_invoiced_and_what_came_instead_is(finance: Buyer) -> None:
    await received(finance, work=10)
    await finance.delivered("back", -10, AdjustmentStatus=192350002)
    await finance.connect("back", "work", roles="Reversing/Original")
    await received(finance, again=6)
    voucher = await invoiced(finance)
    taken_back = [entry for entry in await finance.entries(voucher) if entry[0] == "RCPT-ACCR"]
    assert sum(debit - credit for _, debit, credit in taken_back) == 600
    assert "RCPT-ACCR" not in await finance.balances("uspm")
    assert await matched(finance, "again") == ["VI-88"]
    await finance.delivered("replaced", -6, AdjustmentStatus=192350002)
    await finance.connect("replaced", "again", roles="Reversing/Original")
    assert await finance.generated() == []


async def test_only_what_was_received_on_a_confirmed_order_is_invoiced(finance: Buyer) -> None:
    await finance.delivered("work")
    await finance.generated()
    words = f"There is nothing to invoice on purchase order {ORDER}."
    assert await refused(finance) == words
    await finance.run("post-product-receipts")
    for quantity in (11, -10):
        assert await refused(finance, quantities={1: quantity}) == "No more than 10 was received on line 1."
    await finance.becomes("Draft")
    assert await refused(finance) == f"There is no confirmed purchase order {ORDER}."
    assert await refused(finance, order="PO-9") == "There is no confirmed purchase order PO-9."


async def test_actuals_are_matched_only_where_the_version_can(finance: Buyer) -> None:
    await received(finance, work=10)
    await finance.control("settings", {"match_actuals": False})
    assert await refused(finance, match_actuals=True) == "Actuals can't be matched in this version."


async def test_the_reversal_of_what_an_invoice_took_the_place_of_is_not_received_back(finance: Buyer) -> None:
    await received(finance, work=10)
    await invoiced(finance)
    await finance.delivered("back", -10, AdjustmentStatus=192350002)
    await finance.connect("back", "work", roles="Reversing/Original")
    await finance.delivered("new", VendInvoiceLineProjTransId="PT-1")
    assert await finance.generated() == []
    assert (await finance.ordered())["ReceivedQuantity"] == 10


async def test_an_invoice_in_another_currency_takes_back_what_was_accrued_at_its_rate(finance: Buyer) -> None:
    pound = {"from_currency": "GBP", "to_currency": "USD", "rate": "1.25"}
    await finance.set_up(exchange_rates=[pound])
    await finance.vendor("V-200", CurrencyCode="GBP")
    await finance.subcontract("SC-2", OrderAccount="V-200")
    await finance.buys("SL-2", SubcontractNumber="SC-2")
    await finance.becomes("Confirmed", "SC-2")
    await finance.delivered("work", 10, "SL-2", TransactionCurrencyId="GBP")
    await finance.generated()
    await finance.run("post-product-receipts")
    later = {**pound, "rate": "1.30", "valid_from": "2026-09-01"}
    await finance.set_up(exchange_rates=[pound, later])
    order = (await finance.order("SC-2"))["PurchaseOrderNumber"]
    voucher = (await finance.run("invoice-purchase-order", order=order, invoice="VI-1", day=DAY))["voucher"]
    assert await finance.entries(voucher) == [
        ("PROC-INTEG", Decimal(1300), 0),
        ("AP", 0, Decimal(1300)),
        ("RCPT-ACCR", Decimal(1250), 0),
        ("RCPT-EXP", 0, Decimal(1250)),
    ]
