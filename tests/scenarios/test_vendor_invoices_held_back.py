"""What a vendor's invoice needs and Dataverse lacks: V9. Each is mended by its remedy, and nothing is half-written meanwhile."""

from __future__ import annotations

import pytest

from shared.errors import Owner
from shared.store.error_records import ErrorStatus
from tests.scenarios.consulting import (
    CATEGORY,
    Consulting,
)
from tests.scenarios.enterprise import Enterprise, Row
from tests.scenarios.payables import (
    CONFIRMED,
    CONSULTING,
    DRAFT,
    FIRST,
    HEADERS_OVER,
    INVOICE,
    INVOICES,
    LICENCES,
    LINES,
    LINES_OVER,
    SECOND,
    SETTLED,
    buys,
    classes,
    finance_events,
    invoiced,
    jobs_run,
    product,
    statuses,
    trigger,
    vendor,
    waits_for,
)

#: Seconds after which the sweep has looked at whatever waits.
PATIENCE = 1_000.0


@pytest.fixture
async def firm(office: Enterprise) -> Consulting:
    return await buys(office)


async def nothing_is_confirmed(office: Enterprise) -> None:
    """Nothing half-written: no invoice is confirmed, and no actual is made, while a line is missing."""
    assert {row["statuscode"] for row in await office.held(INVOICES)} <= {DRAFT}
    assert await office.held("msdyn_actuals") == await office.kept("ProjActualsImports") == []


async def is_told(office: Enterprise, direction: str, *words: str) -> None:
    """Check that a row that waits for long is an error record, whose it is, and what it says is to be done."""
    await office.travel(seconds=PATIENCE)
    records = [each for each in await office.errors() if each.direction == direction and words[0] in each.remedy]
    assert {(each.status, each.owner) for each in records} == {(ErrorStatus.PARKED, Owner.CONSULTANT)}
    assert all(word in each.remedy for each in records for word in words)


async def all_is_there(office: Enterprise, lines: int = 2) -> None:
    """The invoice is confirmed with all its lines, and nothing is left to be mended."""
    await office.travel(seconds=SETTLED)
    assert await statuses(office) == (CONFIRMED, "Confirmed")
    assert len(await office.held(LINES)) == lines
    assert len(await office.held("msdyn_actuals")) == len(await office.kept("ProjActualsImports")) == 2 * lines
    assert await office.is_at_rest()


@trigger
async def test_v9_a_unit_that_dataverse_lacks_holds_its_line_back_until_units_are_synchronised(
    firm: Consulting, trigger: str
) -> None:
    office = firm.office
    await jobs_run(office, trigger)
    await finance_events(office, drop=1)
    await office.book("UnitsOfMeasure", UnitSymbol="TST", UnitDescription="Test", UnitClass="Quantity")
    await office.travel()
    await finance_events(office)
    await invoiced(office, LICENCES, {**CONSULTING, "unit": "TST"})
    await office.travel(seconds=SETTLED)
    assert ("units", "tst") in await waits_for(office, LINES_OVER)
    await is_told(office, LINES_OVER, "tst is in Finance", "map Units (units)", "initial sync")
    assert [row[0] for row in await classes(office)] == [FIRST]
    await nothing_is_confirmed(office)
    await office.catch_up("units_to_dataverse")
    await all_is_there(office)


@trigger
async def test_v9_a_product_that_dataverse_lacks_holds_its_line_back_until_products_are_synchronised(
    firm: Consulting, trigger: str
) -> None:
    office = firm.office
    await jobs_run(office, trigger)
    await finance_events(office, drop=1)
    await product(office, "CABLE")
    await office.travel()
    await finance_events(office)
    await invoiced(office, {**LICENCES, "item": "CABLE"}, CONSULTING)
    await office.travel(seconds=SETTLED)
    assert ("products", "uspm|cable") in await waits_for(office, LINES_OVER)
    await is_told(office, LINES_OVER, "uspm|cable is in Finance", "(products)", "initial sync")
    assert [row[0] for row in await classes(office)] == [SECOND]
    await nothing_is_confirmed(office)
    await office.catch_up("products_to_dataverse")
    await all_is_there(office)


@trigger
async def test_v9_a_category_that_dataverse_lacks_holds_its_line_back_until_it_is_made_there(
    firm: Consulting, trigger: str
) -> None:
    office = firm.office
    await jobs_run(office, trigger)
    await office.book("ProjectTransactionCategories", CategoryId="TCN-9", Name="Testing")
    await office.book("ProjectCategories", dataAreaId="uspm", CategoryId="TCN-9-1")
    await invoiced(office, LICENCES, {**CONSULTING, "category": "TCN-9-1"})
    await office.travel(seconds=SETTLED)
    assert ("transaction_categories", "tcn-9") in await waits_for(office, LINES_OVER)
    await is_told(office, LINES_OVER, "create tcn-9 there by hand", "to Dataverse")
    await nothing_is_confirmed(office)
    await firm.enter(
        "msdyn_transactioncategories", "TCN-9", msdyn_name="Testing", msdyn_transactioncategorynumber="TCN-9"
    )
    await all_is_there(office)


@trigger
async def test_v9_a_vendor_that_dataverse_lacks_holds_the_whole_invoice_back_until_vendors_are_synchronised(
    firm: Consulting, trigger: str
) -> None:
    office = firm.office
    await jobs_run(office, trigger)
    await finance_events(office, drop=1)
    await vendor(office, "V-300")
    await office.travel()
    await finance_events(office)
    named = {"company": "uspm", "vendor": "V-300", "invoice": INVOICE}
    await office.run("enter-vendor-invoice", **named, day="2026-09-10", lines=[LICENCES, CONSULTING])
    await office.run("post-vendor-invoice", **named)
    await office.travel(seconds=SETTLED)
    assert ("vendors", "uspm|v-300") in await waits_for(office, HEADERS_OVER)
    await is_told(office, HEADERS_OVER, "uspm|v-300 is in Finance", "map Vendors V2 (vendors)", "initial sync")
    assert await office.held(INVOICES) == await office.held(LINES) == []
    await nothing_is_confirmed(office)
    await office.catch_up("vendors_to_dataverse")
    await all_is_there(office)


@trigger
async def test_v9_dataverse_refuses_material_without_a_product_until_the_written_in_one_is_released(
    firm: Consulting, trigger: str
) -> None:
    """What Dataverse says itself: a line whose product Finance cannot name either."""
    office = firm.office
    await jobs_run(office, trigger)
    anything: Row = {"procurement_category": "Anything", "quantity": 1, "price": 10, "project": "PRJ-1"}
    await invoiced(office, anything, CONSULTING)
    await office.travel(seconds=SETTLED)
    (record,) = [each for each in await office.errors() if each.direction == LINES_OVER]
    assert (record.key.partition("|")[0], record.error_class) == (FIRST, "Rejected")
    assert record.reason.endswith("Product id is mandatory. Select a product from the catalog.")
    assert (record.owner, "(products) with initial sync" in record.remedy) == (Owner.CONSULTANT, True)
    await nothing_is_confirmed(office)
    await product(office, "WRITE-IN")
    await office.travel()
    await office.run("reconcile", company="uspm")
    await all_is_there(office)


@trigger
async def test_v9_dataverse_refuses_a_category_that_is_not_active_until_it_is(firm: Consulting, trigger: str) -> None:
    office = firm.office
    await jobs_run(office, trigger)
    await firm.edit("msdyn_transactioncategories", CATEGORY, statecode=1)
    await office.travel()
    await invoiced(office, LICENCES, CONSULTING)
    await office.travel(seconds=SETTLED)
    (record,) = [each for each in await office.errors() if each.direction == LINES_OVER]
    assert (record.key.partition("|")[0], record.error_class) == (SECOND, "Rejected")
    assert record.reason.endswith(
        "The Transaction Category linked to this vendor invoice line is invalid. "
        "Please select an Active, Expense Transaction Category."
    )
    assert (record.owner, "activate the transaction category" in record.remedy) == (Owner.CONSULTANT, True)
    await nothing_is_confirmed(office)
    await firm.edit("msdyn_transactioncategories", CATEGORY, statecode=0)
    await office.run("reconcile", company="uspm")
    await all_is_there(office)
