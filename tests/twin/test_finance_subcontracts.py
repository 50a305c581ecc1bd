"""Subcontracts in Finance: purchase orders that follow them, their lines, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from tests.twin.buyer import HEADERS, LINES, ORDER_LINES, ORDERS, Buyer, key
from tests.twin.finance.visitor import address

OTHERS = {"transaction_type": "Hour", "procurement_category": "Services", "project_category": "TCN-2"}
HOTEL = {"transaction_type": "Expense", "of": "HOTEL", "procurement_category": "Travel", "project_category": "TCN-4"}
TRIP = {"SubConTransClass": "Expense", "SubConRoleID": "", "SubConTransCategory": "HOTEL"}
MATERIAL = {"SubConTransClass": "Material", "SubConRoleID": "", "PurchUnit": "ea"}


@pytest.fixture
async def finance() -> Buyer:
    buyer = Buyer()
    await buyer.begin()
    return buyer


async def test_a_subcontract_is_a_purchase_order_with_the_language_of_its_vendor(finance: Buyer) -> None:
    await finance.vendor("V-200", LanguageId="fr")
    await finance.subcontract("SC-2", OrderAccount="V-200")
    order = await finance.order("SC-2")
    names = ("PurchaseOrderNumber", "SubConName", "SubConStatus", "OrderAccount", "Language", "CurrencyCode")
    assert told(order, *names) == ("USPM-PO-0000002", "Developers", "Draft", "V-200", "fr", "USD")
    assert told(order, "PurchStatus", "DocumentState", "Confirmations") == ("Backorder", "Draft", 0)
    assert order["SubConDate"] == "2026-08-01T12:00:00Z"
    header = await finance.row(key(HEADERS, "SC-2"))
    assert told(header, "PurchaseOrderNumber", "PurchStatus") == ("USPM-PO-0000002", "Backorder")


async def test_a_vendor_without_language_gets_no_order_until_it_has_one(finance: Buyer) -> None:
    await finance.vendor("V-200")
    vendor = address("VendorsV2", dataAreaId="uspm", VendorAccountNumber="V-200")
    await finance.change(vendor, LanguageId="")
    text = await finance.header_refusal("SC-2", OrderAccount="V-200")
    assert "Field 'Language' must be filled in." in text
    assert "Field 'Vendor account' must be filled in." in await finance.header_refusal("SC-2", OrderAccount="")
    assert len(await finance.rows(HEADERS)) == len(await finance.rows(ORDERS)) == 1
    _, text = await finance.refusal("PATCH", key(HEADERS, "SC-1"), sent={"OrderAccount": "V-200"})
    assert "Field 'Language' must be filled in." in text
    await finance.change(vendor, LanguageId="de")
    await finance.subcontract("SC-2", OrderAccount="V-200")
    assert (await finance.order("SC-2"))["Language"] == "de"


async def test_confirming_counts_and_re_opening_takes_the_confirmation_back(finance: Buyer) -> None:
    seen = []
    for status in ("Confirmed", "Draft", "Confirmed"):
        await finance.becomes(status)
        seen.append(told(await finance.order(), "SubConStatus", "DocumentState", "Confirmations", "PurchStatus"))
    assert seen == [
        ("Confirmed", "Confirmed", 1, "Backorder"),
        ("Draft", "Draft", 1, "Backorder"),
        ("Confirmed", "Confirmed", 2, "Backorder"),
    ]
    await finance.becomes("Confirmed")
    assert (await finance.order())["Confirmations"] == 2


async def test_an_order_that_arrives_confirmed_is_confirmed_with_its_first_line_if_finance_takes_that(
    finance: Buyer,
) -> None:
    await finance.control("settings", {"confirmed_order_lines": "updated"})
    await finance.subcontract("SC-2", SubConStatus="Confirmed")
    assert told(await finance.order("SC-2"), "DocumentState", "Confirmations") == ("Draft", 0)
    await finance.buys("SL-2", SubcontractNumber="SC-2")
    assert told(await finance.order("SC-2"), "DocumentState", "Confirmations") == ("Confirmed", 1)


async def test_closing_leaves_nothing_open_and_canceling_cancels_the_order(finance: Buyer) -> None:
    await finance.becomes("Confirmed")
    await finance.delivered("work")
    await finance.generated()
    await finance.run("post-product-receipts")
    assert told(await finance.ordered(), "OpenQuantity", "PurchStatus") == (30, "Backorder")
    await finance.becomes("Closed")
    columns = ("OpenQuantity", "ReceivedQuantity", "PurchStatus")
    assert told(await finance.ordered(), *columns) == (0, 10, "Received")
    await finance.subcontract("SC-2")
    await finance.buys("SL-2", SubcontractNumber="SC-2")
    await finance.becomes("Confirmed", "SC-2")
    await finance.becomes("Canceled", "SC-2")
    assert told(await finance.ordered("SL-2"), *columns) == (0, 0, "Canceled")
    assert (await finance.order("SC-2"))["PurchStatus"] == "Canceled"
    assert (await finance.row(key(LINES, "SL-2")))["PurchStatus"] == "Canceled"


async def test_what_was_received_on_is_neither_canceled_nor_deleted_nor_ordered_less(finance: Buyer) -> None:
    await finance.becomes("Confirmed")
    await finance.delivered("work")
    await finance.generated()
    await finance.run("post-product-receipts")
    _, text = await finance.refusal("PATCH", key(HEADERS, "SC-1"), sent={"SubConStatus": "Canceled"})
    assert "Subcontract 'SC-1' has product receipts and cannot be canceled." in text
    for collection, name in ((HEADERS, "SC-1"), (LINES, "SL-1")):
        _, text = await finance.refusal("DELETE", key(collection, name))
        assert "has product receipts" in text
    await finance.becomes("Draft")
    _, text = await finance.refusal("PATCH", key(LINES, "SL-1"), sent={"PurchQty": 9})
    assert "The quantity cannot be less than the received quantity, which is 10." in text
    await finance.change(key(LINES, "SL-1"), PurchQty=10)
    assert told(await finance.ordered(), "PurchQty", "OpenQuantity", "PurchStatus") == (10, 0, "Received")
    assert (await finance.order())["PurchStatus"] == "Received"


async def test_a_line_is_ordered_under_the_categories_of_its_role_or_of_all_others(finance: Buyer) -> None:
    line = await finance.ordered()
    assert told(line, "ProcurementCategory", "ProjCategoryId", "ItemSalesTaxGroup") == ("Dev services", "TCN-1", "")
    names = ("PurchaseOrderNumber", "LineNumber", "PurchQty", "PurchPrice", "LineAmount", "PurchUnit", "ProjId", "Name")
    assert told(line, *names) == ("USPM-PO-0000001", 1, 40, 100, 4000, "hr", "P1", "Development")
    await finance.create("ResourceCategoriesShared", RoleId="ANA", Description="Analyst")
    tested = {"SubConRoleID": "ANA"}
    text = await finance.line_refusal("SL-2", **tested)
    assert "No project subcontract category is set up for Hour ANA." in text
    assert "No project subcontract category is set up for Hour." in await finance.line_refusal("SL-2", SubConRoleID="")
    await finance.set_up(subcontract_categories=[OTHERS, HOTEL], procurement_tax_groups={"Services": "FULL"})
    await finance.buys("SL-2", **tested)
    found = ("LineNumber", "ProcurementCategory", "ProjCategoryId", "ItemSalesTaxGroup")
    assert told(await finance.ordered("SL-2"), *found) == (2, "Services", "TCN-2", "FULL")


async def test_an_expense_is_ordered_by_its_transaction_category(finance: Buyer) -> None:
    text = await finance.line_refusal("SL-2", **TRIP)
    assert "No project subcontract category is set up for Expense HOTEL." in text
    await finance.set_up(subcontract_categories=[OTHERS, HOTEL])
    await finance.buys("SL-2", **TRIP)
    assert told(await finance.ordered("SL-2"), "ProcurementCategory", "ProjCategoryId") == ("Travel", "TCN-4")


async def test_material_is_a_released_product_at_its_default_site_and_warehouse(finance: Buyer) -> None:
    own = {"dataAreaId": "uspm", "ItemNumber": "B-1"}
    await finance.create("CDSReleasedDistinctProducts", **own, ProductNumber="BOLT", ProductName="Bolt")
    await finance.create(
        "ReleasedProductsV2",
        **own,
        ProductNumber="BOLT",
        PurchaseSalesTaxItemGroupCode="RED",
        ProjectCategoryId="TCN-3",
    )
    await finance.create("DefaultOrderSettings", **own, PurchaseSiteId="1", PurchaseWarehouseId="11")
    await finance.buys("SL-2", **MATERIAL, ItemId="BOLT")
    names = ("ItemId", "ProcurementCategory", "ProjCategoryId", "ItemSalesTaxGroup", "SiteId", "WarehouseId")
    assert told(await finance.ordered("SL-2"), *names) == ("B-1", "", "TCN-3", "RED", "1", "11")


async def test_material_that_is_written_in_is_the_company_s_item_for_such(finance: Buyer) -> None:
    await finance.set_up(write_in_product="SUNDRY")
    await finance.buys("SL-2", **MATERIAL, Name="", SubConWriteInName="Cable ties")
    names = ("ItemId", "Name", "ProjCategoryId", "SiteId")
    assert told(await finance.ordered("SL-2"), *names) == ("SUNDRY", "Cable ties", "ITEM", "")


async def test_a_fixed_price_and_a_line_without_its_subcontract_are_refused(finance: Buyer) -> None:
    text = await finance.line_refusal("SL-2", SubConLineType="WorkBased")
    assert "Fixed price subcontract lines are not supported." in text
    text = await finance.line_refusal("SL-2", SubcontractNumber="SC-9")
    assert "The value 'SC-9' in field 'Subcontract' is not found in the related table" in text
    assert len(await finance.rows(ORDER_LINES)) == 1


async def test_a_line_that_changes_after_the_order_was_confirmed_confirms_it_again_where_it_may_change(
    finance: Buyer,
) -> None:
    await finance.control("settings", {"confirmed_order_lines": "updated"})
    await finance.becomes("Confirmed")
    await finance.change(key(LINES, "SL-1"), PurchQty=50)
    assert told(await finance.order(), "DocumentState", "Confirmations") == ("Confirmed", 2)
    await finance.change(key(LINES, "SL-1"), PurchQty=50)
    assert (await finance.order())["Confirmations"] == 2
    assert told(await finance.ordered(), "PurchQty", "LineAmount", "OpenQuantity") == (50, 5000, 50)


async def test_the_lines_of_a_confirmed_order_stay_as_they_are(finance: Buyer) -> None:
    await finance.becomes("Confirmed")
    words = "Subcontract 'SC-1' is confirmed. Its lines cannot be changed."
    _, text = await finance.refusal("PATCH", key(LINES, "SL-1"), sent={"PurchQty": 50})
    assert words in text
    assert words in await finance.line_refusal("SL-2")
    _, text = await finance.refusal("DELETE", key(LINES, "SL-1"))
    assert words in text
    await finance.becomes("Draft")
    await finance.change(key(LINES, "SL-1"), PurchQty=50)
    assert (await finance.ordered())["PurchQty"] == 50


async def test_a_draft_is_deleted_with_its_order_and_a_line_with_its_line(finance: Buyer) -> None:
    await finance.buys("SL-2")
    assert (await finance.ask("DELETE", key(LINES, "SL-1"))).status == 204
    assert [row["ProjSubContractLineNumber"] for row in await finance.rows(ORDER_LINES)] == ["SL-2"]
    assert (await finance.ask("DELETE", key(HEADERS, "SC-1"))).status == 204
    for collection in (ORDERS, ORDER_LINES, LINES):
        assert await finance.rows(collection) == []


async def test_nobody_makes_or_edits_these_orders_and_receipts_in_finance(finance: Buyer) -> None:
    locked = "Purchase orders of subcontracts are created and changed in Dataverse only."
    own: dict[str, Any] = {"dataAreaId": "uspm", "PurchaseOrderNumber": "PO-9"}
    order = address(ORDERS, dataAreaId="uspm", PurchaseOrderNumber="USPM-PO-0000001")
    line = address(ORDER_LINES, dataAreaId="uspm", PurchaseOrderNumber="USPM-PO-0000001", LineNumber=1)
    for method, path, sent in (
        ("POST", ORDERS, {**own, "OrderAccount": "V-100"}),
        ("POST", ORDER_LINES, {**own, "PurchaseOrderNumber": "USPM-PO-0000001", "LineNumber": 2}),
        ("PATCH", order, {"OrderAccount": "V-1001"}),
        ("PATCH", line, {"PurchQty": 1}),
        ("DELETE", order, None),
        ("DELETE", line, None),
    ):
        _, text = await finance.refusal(method, path, sent=sent)
        assert locked in text
    receipt = {"dataAreaId": "uspm", "ProductReceiptNumber": "PR-9", "PurchaseOrderNumber": "USPM-PO-0000001"}
    _, text = await finance.refusal("POST", "SubcontractProductReceipts", sent=receipt)
    assert "Product receipts of subcontract purchase orders are generated only." in text


async def test_order_number_status_and_procurement_category_are_not_dataverse_s_to_write(finance: Buyer) -> None:
    await finance.change(key(HEADERS, "SC-1"), PurchaseOrderNumber="PO-9", PurchStatus="Invoiced")
    await finance.change(key(LINES, "SL-1"), PurchId="PO-9", PurchStatus="Invoiced", ProcurementCategory=7)
    header, line = await finance.row(key(HEADERS, "SC-1")), await finance.row(key(LINES, "SL-1"))
    assert told(header, "PurchaseOrderNumber", "PurchStatus") == ("USPM-PO-0000001", "Backorder")
    assert told(line, "PurchId", "PurchStatus", "ProcurementCategory") == ("USPM-PO-0000001", "Backorder", 0)


@pytest.mark.parametrize("feature", ["project_purchase_orders", "subcontract_purchase_orders"])
async def test_without_its_features_a_subcontract_is_kept_and_nothing_is_ordered(feature: str) -> None:
    finance = Buyer()
    await finance.control("settings", {feature: False})
    await finance.begin()
    assert await finance.rows(ORDERS) == await finance.rows(ORDER_LINES) == []
    assert (await finance.row(key(HEADERS, "SC-1")))["PurchaseOrderNumber"] == ""
    await finance.control("settings", {feature: True})
    await finance.becomes("Draft")
    await finance.change(key(LINES, "SL-1"), PurchQty=41)
    await finance.becomes("Confirmed")
    assert (await finance.order())["Confirmations"] == 1
    assert (await finance.ordered())["PurchQty"] == 41


def told(row: dict[str, Any], *columns: str) -> tuple[Any, ...]:
    """Say what a row has in some columns."""
    return tuple(row[column] for column in columns)
