"""Subcontracts of Dataverse are purchase orders in Finance, which nobody makes or edits there: P0 to P4, P7."""

from __future__ import annotations

import pytest

from shared.errors import Owner
from tests.scenarios.accounting import balances
from tests.scenarios.consulting import CATEGORY, EXPENSE, MATERIAL, Consulting
from tests.scenarios.enterprise import Enterprise
from tests.scenarios.subcontracting import (
    CANCELED,
    CLOSED,
    CONFIRMED,
    HEADERS,
    LINES,
    ORDER_LINES,
    ORDERS,
    RECEIPTS,
    accepted,
    buying,
    confirmed,
    delivered,
    line,
    order,
    ordered,
    press,
    pressed,
    subcontract,
)

ORDER = "USPM-PO-0000001"
TO_FINANCE, LINES_TO_FINANCE = "subcontracts_to_finance", "subcontract_lines_to_finance"


@pytest.fixture
async def firm(office: Enterprise) -> Consulting:
    return await buying(office)


@pytest.fixture
async def bought(firm: Consulting) -> Consulting:
    return await confirmed(firm)


# -- P0 ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("feature", ["project_purchase_orders", "subcontract_purchase_orders"])
async def test_p0_without_its_features_a_subcontract_arrives_and_nothing_is_ordered(
    firm: Consulting, feature: str
) -> None:
    office = firm.office
    await office.finance_forms.does("POST", "settings", {feature: False})
    await subcontract(firm)
    await line(firm)
    await office.travel()
    header = await office.the_finance("SubContractPurchaseOrderHeaders", ProjSubContractNumber="SC-1")
    assert (header["SubConStatus"], header["PurchaseOrderNumber"]) == ("Draft", "")
    assert await office.kept(ORDERS) == await office.kept(ORDER_LINES) == []
    await office.finance_forms.does("POST", "settings", {feature: True})
    await pressed(firm, "Confirm")
    assert await order(office, "PurchaseOrderNumber", "SubConStatus") == (ORDER, "Confirmed")
    assert await office.is_at_rest()


async def test_p0_without_the_processing_of_actuals_work_is_posted_and_not_received(bought: Consulting) -> None:
    office = bought.office
    await office.finance_forms.does("POST", "settings", {"subcontract_actuals": False})
    await office.set_up("uspm", post_product_receipt_in_ledger=True)
    await delivered(bought, 10)
    assert await office.run("generate-product-receipts", company="uspm") == {"receipts": []}
    assert (await balances(office))["COST"] == 1000


# -- P1 ----------------------------------------------------------------------------------------------------------------


async def test_p1_a_subcontract_is_a_purchase_order_with_its_name_date_and_status(firm: Consulting) -> None:
    office = firm.office
    await subcontract(firm)
    await office.travel()
    of_it = ("PurchaseOrderNumber", "ProjSubContractNumber", "SubConName", "SubConDate", "SubConStatus")
    assert await order(office, *of_it) == (ORDER, "SC-1", "Subcontract SC-1", "2026-08-20T12:00:00Z", "Draft")
    own = ("OrderAccount", "Language", "CurrencyCode", "PurchStatus", "DocumentState", "Confirmations")
    assert await order(office, *own) == ("V-100", "en-us", "USD", "Backorder", "Draft", 0)
    header = await office.the_finance("SubContractPurchaseOrderHeaders", ProjSubContractNumber="SC-1")
    assert (header["PurchaseOrderNumber"], header["PurchStatus"]) == (ORDER, "Backorder")
    await firm.edit(HEADERS, "SC-1", msdyn_name="Developers")
    await office.travel()
    assert await order(office, "PurchaseOrderNumber", "SubConName") == (ORDER, "Developers")
    assert await office.is_at_rest()


async def test_p1_the_fields_of_the_order_are_locked_in_finance(bought: Consulting) -> None:
    office = bought.office
    key: dict[str, str | int] = {"dataAreaId": "uspm", "PurchaseOrderNumber": ORDER}
    words = "Purchase orders of subcontracts are created and changed in Dataverse only."
    for column, value in (("SubConName", "Ours"), ("OrderAccount", "V-1001"), ("PurchStatus", "Canceled")):
        assert words in await office.finance_refuses(ORDERS, key, **{column: value})
    assert words in await office.finance_refuses(ORDER_LINES, {**key, "LineNumber": 1}, PurchQty=50)
    assert await ordered(office, "PurchQty") == (40,)


async def test_p1_receipts_are_numbered_from_their_sequence_and_wait_for_one(bought: Consulting) -> None:
    office = bought.office
    await office.set_up("uspm", product_receipt_sequence="")
    await delivered(bought, 10)
    answer = await office.finance_forms.ask("POST", "run/generate-product-receipts", {"company": "uspm"})
    assert "No number sequence is set up for product receipts." in answer.text
    await office.set_up("uspm", product_receipt_sequence="REC")
    assert await office.run("generate-product-receipts", company="uspm") == {"receipts": ["USPM-REC-0000001"]}


# -- P2 ----------------------------------------------------------------------------------------------------------------


async def test_p2_lines_of_time_and_expense_are_ordered_under_the_categories_that_are_mapped(
    firm: Consulting,
) -> None:
    office = firm.office
    await office.set_up("uspm", procurement_tax_groups={"Travel": "RED"})
    await subcontract(firm)
    await line(firm)
    of_category = {"msdyn_TransactionCategory__msdyn_transactioncategories": CATEGORY}
    await line(firm, "SL-2", kind=EXPENSE, msdyn_quantity=3, msdyn_price=150, **of_category)
    await office.travel()
    found = ("ProcurementCategory", "ProjCategoryId", "ItemSalesTaxGroup")
    assert await ordered(office, *found) == ("Dev services", f"{CATEGORY}-1", "")
    assert await ordered(office, *found, line="SL-2") == ("Travel", f"{CATEGORY}-4", "RED")
    same = ("PurchaseOrderNumber", "SubConTransClass", "PurchQty", "PurchPrice", "LineAmount", "PurchUnit", "ProjId")
    assert await ordered(office, *same) == (ORDER, "Time", 40, 100, 4000, "hr", "PRJ-1")
    assert await ordered(office, *same, line="SL-2") == (ORDER, "Expense", 3, 150, 450, "hr", "PRJ-1")
    assert await ordered(office, "SubConRoleID", "Name", "OpenQuantity") == ("DEV", "SL-1", 40)
    of_line = await office.the_finance("ProjSubContractPurchaseOrderLines", ProjSubContractLineNumber="SL-2")
    assert (of_line["PurchId"], of_line["PurchStatus"]) == (ORDER, "Backorder")
    assert await office.is_at_rest()


async def test_p2_a_line_of_material_is_a_released_product_at_its_default_site_and_warehouse(firm: Consulting) -> None:
    office = firm.office
    product = {"dataAreaId": "uspm", "ItemNumber": "BOLT"}
    units = {"SalesUnitSymbol": "ea", "InventoryUnitSymbol": "ea"}
    await office.book("CDSReleasedDistinctProducts", **product, ProductNumber="BOLT", ProductName="Bolt", **units)
    groups = {"PurchaseSalesTaxItemGroupCode": "FULL", "ProjectCategoryId": f"{CATEGORY}-3"}
    await office.book("ReleasedProductsV2", **product, ProductNumber="BOLT", **groups)
    await office.book("DefaultOrderSettings", **product, PurchaseSiteId="1", PurchaseWarehouseId="11")
    await office.set_up("uspm", write_in_product="SUNDRY")
    await office.travel()
    await firm.knows("BOLT", "products", "productid", "msdyn_productnumber eq 'BOLT'")
    await subcontract(firm)
    await line(firm, "SL-2", kind=MATERIAL, msdyn_price=2, msdyn_Product__products="BOLT")
    written_in = {"msdyn_writeinproductdescription": "Cable ties"}
    await line(firm, "SL-3", kind=MATERIAL, msdyn_price=1, **written_in)
    await office.travel()
    found = ("ItemId", "SiteId", "WarehouseId", "ProjCategoryId", "ItemSalesTaxGroup", "LineAmount")
    assert await ordered(office, *found, line="SL-2") == ("BOLT", "1", "11", f"{CATEGORY}-3", "FULL", 80)
    assert await ordered(office, *found, line="SL-3") == ("SUNDRY", "", "", "ITEM", "", 40)
    assert await office.is_at_rest()


# -- P3 ----------------------------------------------------------------------------------------------------------------


async def test_p3_a_subcontract_that_is_confirmed_confirms_its_order(bought: Consulting) -> None:
    office = bought.office
    held = await office.the(HEADERS, "msdyn_subcontractnumber eq 'SC-1'")
    assert held["statuscode"] == CONFIRMED
    assert await order(office, "SubConStatus", "DocumentState", "Confirmations") == ("Confirmed", "Confirmed", 1)
    assert await office.is_at_rest()


async def test_p3_re_opened_changed_and_confirmed_again_it_confirms_the_order_with_its_new_lines(
    bought: Consulting,
) -> None:
    office = bought.office
    await pressed(bought, "Reopen")
    assert await order(office, "SubConStatus", "DocumentState") == ("Draft", "Draft")
    await bought.edit(LINES, "SL-1", msdyn_quantity=50)
    await line(bought, "SL-2", msdyn_quantity=8)
    await office.travel()
    await pressed(bought, "Confirm")
    assert await order(office, "SubConStatus", "DocumentState", "Confirmations") == ("Confirmed", "Confirmed", 2)
    assert await ordered(office, "PurchQty", "LineAmount") == (50, 5000)
    assert await ordered(office, "LineNumber", "PurchQty", line="SL-2") == (2, 8)
    assert await office.is_at_rest()


@pytest.mark.parametrize("lines", ["refused", "updated"])
async def test_p3_what_happens_faster_than_the_app_hears_of_it_ends_with_the_same_order_whether_finance_locks_it_or_not(
    bought: Consulting, lines: str
) -> None:
    office = bought.office
    await office.finance_forms.does("POST", "settings", {"confirmed_order_lines": lines})
    await press(bought, "Reopen")
    await bought.edit(LINES, "SL-1", msdyn_quantity=50)
    await line(bought, "SL-2", msdyn_quantity=8)
    await press(bought, "Confirm")
    await office.travel(seconds=60)
    assert await order(office, "SubConStatus", "DocumentState", "Confirmations") == ("Confirmed", "Confirmed", 2)
    assert await ordered(office, "PurchQty", "LineAmount") == (50, 5000)
    assert await ordered(office, "LineNumber", "PurchQty", line="SL-2") == (2, 8)
    assert await office.is_at_rest()


async def test_p3_closed_nothing_is_open_any_more_and_what_was_received_stays(bought: Consulting) -> None:
    office = bought.office
    await delivered(bought, 10)
    await accepted(office)
    await pressed(bought, "Close")
    assert (await office.the(HEADERS, "msdyn_subcontractnumber eq 'SC-1'"))["statuscode"] == CLOSED
    columns = ("OpenQuantity", "ReceivedQuantity", "PurchStatus")
    assert await ordered(office, *columns) == (0, 10, "Received")
    words = await office.refused(
        "POST", "msdyn_timeentries", **{"msdyn_SubcontractLine@odata.bind": f"/{LINES}({bought['SL-1']})"}
    )
    assert words == "A subcontract that is closed or canceled can't be referenced."
    assert await office.is_at_rest()


async def test_p3_canceled_it_cancels_the_order_unless_something_was_received_on_it(bought: Consulting) -> None:
    office = bought.office
    await subcontract(bought, "SC-2")
    await line(bought, "SL-2", of="SC-2")
    await office.travel()
    for button in ("Confirm", "Cancel"):
        await pressed(bought, button, "SC-2")
    assert (await office.the(HEADERS, "msdyn_subcontractnumber eq 'SC-2'"))["statuscode"] == CANCELED
    assert await order(office, "SubConStatus", "PurchStatus", of="SC-2") == ("Canceled", "Canceled")
    assert await office.is_at_rest()
    await delivered(bought, 10)
    await accepted(office)
    await pressed(bought, "Cancel")
    (record,) = await office.errors()
    assert (record.direction, record.error_class) == (TO_FINANCE, "Rejected")
    assert "Subcontract 'SC-1' has product receipts and cannot be canceled." in record.reason
    assert await order(office, "SubConStatus", "PurchStatus") == ("Confirmed", "Backorder")


# -- P4 ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("retry", ["a person", "event", "catch-up"])
async def test_p4_a_vendor_without_language_gets_no_order_its_lines_wait_and_a_retry_brings_both(
    firm: Consulting, retry: str
) -> None:
    office = firm.office
    key: dict[str, str | int] = {"dataAreaId": "uspm", "VendorAccountNumber": "V-100"}
    await office.change("VendorsV2", key, LanguageId="")
    await subcontract(firm)
    await line(firm)
    await office.travel()
    (record,) = await office.errors()
    assert (record.direction, record.key, record.error_class) == (TO_FINANCE, firm["SC-1"], "Rejected")
    assert "Field 'Language' must be filled in." in record.reason
    assert record.owner is Owner.ACCOUNTANT
    assert "open the vendor, tab General, and fill in Language" in record.remedy
    assert await office.kept("SubContractPurchaseOrderHeaders") == await office.kept(ORDERS) == []
    (parked,) = [row for row in await office.parked() if (row.direction, row.key) == (LINES_TO_FINANCE, firm["SL-1"])]
    assert (parked.missing_map, parked.missing_key) == ("subcontracts", "uspm|sc-1")
    await office.change("VendorsV2", key, LanguageId="en-us")
    await retried(firm, retry, TO_FINANCE)
    assert await order(office, "PurchaseOrderNumber", "Language") == (ORDER, "en-us")
    assert await ordered(office, "PurchQty") == (40,)
    assert await office.is_at_rest()


@pytest.mark.parametrize("retry", ["a person", "event", "catch-up"])
async def test_p4_a_role_without_mapping_is_a_line_refused_with_its_header_intact_until_somebody_maps_it(
    firm: Consulting, retry: str
) -> None:
    office = firm.office
    await office.set_up("uspm", subcontract_categories=[])
    await subcontract(firm)
    await line(firm)
    await office.travel()
    (record,) = await office.errors()
    assert (record.direction, record.key, record.error_class) == (LINES_TO_FINANCE, firm["SL-1"], "Rejected")
    assert "No project subcontract category is set up for Hour DEV." in record.reason
    assert record.owner is Owner.CONSULTANT
    assert "Project subcontract categories" in record.remedy
    assert await order(office, "PurchaseOrderNumber", "SubConStatus") == (ORDER, "Draft")
    assert await office.kept(ORDER_LINES) == []
    everybody = {"transaction_type": "Hour", "procurement_category": "Services", "project_category": f"{CATEGORY}-1"}
    await office.set_up("uspm", subcontract_categories=[everybody])
    await retried(firm, retry, LINES_TO_FINANCE)
    assert await ordered(office, "PurchQty", "ProcurementCategory") == (40, "Services")
    assert await office.is_at_rest()


async def retried(firm: Consulting, retry: str, direction: str) -> None:
    """Let something try a row again: a person, its next event, or the catch-up."""
    office = firm.office
    table_set, name = (HEADERS, "SC-1") if direction == TO_FINANCE else (LINES, "SL-1")
    match retry:
        case "a person":
            (record,) = [
                each for each in await office.errors() if (each.direction, each.key) == (direction, firm[name])
            ]
            await office.retry(record)
        case "event":
            await firm.edit(table_set, name, msdyn_name="Developers")
        case _:
            await office.catch_up(direction)
    await office.travel(seconds=60)


# -- P7 ----------------------------------------------------------------------------------------------------------------


async def test_p7_nobody_makes_an_order_of_a_subcontract_in_finance(bought: Consulting) -> None:
    office = bought.office
    columns = {"dataAreaId": "uspm", "PurchaseOrderNumber": "PO-9", "OrderAccount": "V-100"}
    answer = await office.finance.ask("POST", ORDERS, columns)
    assert answer.status_code == 400
    assert "Purchase orders of subcontracts are created and changed in Dataverse only." in answer.text
    receipt = {"dataAreaId": "uspm", "ProductReceiptNumber": "PR-9", "PurchaseOrderNumber": ORDER}
    answer = await office.finance.ask("POST", RECEIPTS, receipt)
    assert "Product receipts of subcontract purchase orders are generated only." in answer.text
    assert (len(await office.kept(ORDERS)), await office.kept(RECEIPTS)) == (1, [])
    await office.travel(seconds=120)
    assert len(await office.held(HEADERS)) == 1
    assert await office.is_at_rest()
