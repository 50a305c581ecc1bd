"""Subcontracts in Dataverse: their states, what they refuse, and what work costs that is done on one."""

from __future__ import annotations

from typing import Any

import pytest

from tests.twin.dataverse import DataverseTwin
from tests.twin.dataverse.processes.subcontracts import NOT_OPEN
from tests.twin.dataverse.rules.subcontracts import (
    CURRENCY_GUARD,
    CURRENCY_LOCKED,
    FIXED_PRICE_GUARD,
    NO_VENDOR,
    NOT_A_DRAFT,
    NOT_OF_SUBCONTRACT,
    STATUS_GUARD,
)
from tests.twin.http import Response
from tests.twin.projects import COST, EXPENSE, FIXED_PRICE, MATERIAL, TIME, UNBILLED, ProjectStage, told, words

HEADERS, LINES = "msdyn_subcontracts", "msdyn_subcontractlines"
DRAFT, CONFIRMED, CLOSED, CANCELED = range(192350000, 192350004)
ON_LINE = {"msdyn_SubcontractLine__msdyn_subcontractlines": "SL-1"}
ENTRY, USAGE, SPENT = "msdyn_timeentry", "msdyn_materialusagelog", "msdyn_expense"


@pytest.fixture
async def stage() -> ProjectStage:
    """A project of time and material, and SC-1 in Draft, of a vendor in USD: 40 hours of a developer at 100."""
    stage = await ProjectStage(DataverseTwin(seed=7)).begin()
    await stage.line("ORD-1 PRJ-1")
    await stage.role_price("cost USPM", "developer", 120, "USD")
    await stage.role_price("sales ORD-1", "developer", 180, "USD")
    in_company = {"msdyn_Company__cdm_companies": "USPM"}
    for vendor, currency in (("V-100", "USD"), ("V-200", "GBP")):
        await stage.enter(
            "msdyn_vendors",
            f"vendor {vendor}",
            msdyn_vendoraccountnumber=vendor,
            msdyn_CurrencyCode__transactioncurrencies=currency,
            **in_company,
        )
        (account,) = [row for row in await stage.api.rows("accounts") if row["accountnumber"] == vendor]
        stage.knows(vendor, account["accountid"])
    await stage.price_list("bought", "USD", developer=100)
    await header(stage)
    await line(stage)
    return stage


async def header(stage: ProjectStage, name: str = "SC-1", vendor: str = "V-100", **columns: Any) -> None:
    """Enter a subcontract of USPM."""
    await stage.enter(HEADERS, name, **header_columns(name, vendor, **columns))


def header_columns(name: str, vendor: str, **columns: Any) -> dict[str, Any]:
    lists = {"msdyn_PurchasePriceList__pricelevels": "bought"}
    bound = {"msdyn_Vendor__accounts": vendor, "msdyn_OwningCompany__cdm_companies": "USPM"}
    return {"msdyn_name": name, **bound, **lists, **columns}


async def line(stage: ProjectStage, name: str = "SL-1", kind: int = TIME, **columns: Any) -> None:
    """Enter a line of SC-1, by default of hours of a developer."""
    what = {"msdyn_ResourceCategory__bookableresourcecategories": "developer"} if kind == TIME else {}
    bound = {
        "msdyn_Subcontract__msdyn_subcontracts": "SC-1",
        "msdyn_Project__msdyn_projects": "PRJ-1",
        "msdyn_Unit__uoms": "hour",
    }
    plain = {"msdyn_name": name, "msdyn_transactionclassification": kind, "msdyn_quantity": 40}
    await stage.enter(LINES, name, **plain, **what, **bound, **columns)


async def press(stage: ProjectStage, button: str, name: str = "SC-1") -> Response:
    return await stage.act(f"msdyn_{button}Subcontract", "msdyn_subcontract", name)


async def pressed(stage: ProjectStage, *buttons: str) -> None:
    """Press buttons that must work."""
    for button in buttons:
        answer = await press(stage, button)
        assert answer.status == 204, answer.body


async def read(stage: ProjectStage, table_set: str, name: str) -> dict[str, Any]:
    found: dict[str, Any] = (await stage.api.get(f"{table_set}({stage[name]})")).json()
    return found


async def status(stage: ProjectStage) -> tuple[int, int]:
    row = await read(stage, HEADERS, "SC-1")
    return row["statecode"], row["statuscode"]


def refused(answer: Response) -> str:
    code, kind, text = words(answer)
    assert (code, kind) == (400, "0x80040265")
    return text


async def test_a_subcontract_is_confirmed_re_opened_closed_and_canceled_by_its_buttons(stage: ProjectStage) -> None:
    assert await status(stage) == (0, DRAFT)
    await pressed(stage, "Confirm")
    assert await status(stage) == (0, CONFIRMED)
    await pressed(stage, "Reopen")
    assert await status(stage) == (0, DRAFT)
    await pressed(stage, "Confirm", "Close")
    assert await status(stage) == (1, CLOSED)


@pytest.mark.parametrize(
    ("before", "buttons"),
    [
        ((), ("Reopen", "Close", "Cancel")),
        (("Confirm",), ("Confirm",)),
        (("Confirm", "Close"), ("Confirm", "Reopen", "Close", "Cancel")),
        (("Confirm", "Cancel"), ("Confirm", "Reopen", "Close", "Cancel")),
    ],
)
async def test_a_subcontract_takes_no_other_step(
    stage: ProjectStage, before: tuple[str, ...], buttons: tuple[str, ...]
) -> None:
    await pressed(stage, *before)
    held = await status(stage)
    for button in buttons:
        assert refused(await press(stage, button)).startswith("The subcontract must be ")
    assert await status(stage) == held


async def test_the_status_is_nobody_s_to_write(stage: ProjectStage) -> None:
    for column, value in (("statuscode", CONFIRMED), ("statecode", 1)):
        assert refused(await stage.changed(HEADERS, "SC-1", **{column: value})) == STATUS_GUARD
    body = stage.body(header_columns("SC-2", "V-100", statuscode=CONFIRMED))
    assert refused(await stage.api.post(HEADERS, body)) == STATUS_GUARD
    assert await status(stage) == (0, DRAFT)


@pytest.mark.parametrize("buttons", [("Confirm",), ("Confirm", "Close"), ("Confirm", "Cancel")])
async def test_only_a_draft_and_its_lines_are_edited_and_deleted(stage: ProjectStage, buttons: tuple[str, ...]) -> None:
    await pressed(stage, *buttons)
    assert refused(await stage.changed(HEADERS, "SC-1", msdyn_name="other")) == NOT_A_DRAFT
    assert refused(await stage.changed(LINES, "SL-1", msdyn_quantity=50)) == NOT_A_DRAFT
    more = {"msdyn_name": "SL-2", "msdyn_Subcontract__msdyn_subcontracts": "SC-1"}
    assert refused(await stage.api.post(LINES, stage.body(more))) == NOT_A_DRAFT
    for address in (f"{LINES}({stage['SL-1']})", f"{HEADERS}({stage['SC-1']})"):
        assert refused(await stage.api.delete(address)) == NOT_A_DRAFT


async def test_a_draft_that_was_re_opened_is_edited_and_deleted_with_its_lines(stage: ProjectStage) -> None:
    await pressed(stage, "Confirm", "Reopen")
    assert (await stage.changed(LINES, "SL-1", msdyn_quantity=50)).status == 204
    assert (await stage.changed(HEADERS, "SC-1", msdyn_name="other")).status == 204
    assert (await stage.api.delete(f"{HEADERS}({stage['SC-1']})")).status == 204
    assert await stage.api.rows(LINES) == []


async def test_a_subcontract_needs_a_vendor_and_takes_its_currency(stage: ProjectStage) -> None:
    without = {"msdyn_name": "SC-2", "msdyn_OwningCompany__cdm_companies": "USPM"}
    assert refused(await stage.api.post(HEADERS, stage.body(without))) == NO_VENDOR
    held = await read(stage, HEADERS, "SC-1")
    assert held["_transactioncurrencyid_value"] == stage["USD"]
    pounds = {"transactioncurrencyid__transactioncurrencies": "GBP"}
    body = stage.body(header_columns("SC-2", "V-100", **pounds))
    assert refused(await stage.api.post(HEADERS, body)) == CURRENCY_GUARD
    assert refused(await stage.changed(HEADERS, "SC-1", **pounds)) == CURRENCY_LOCKED
    assert refused(await stage.changed(HEADERS, "SC-1", msdyn_Vendor__accounts="V-200")) == CURRENCY_GUARD
    await header(stage, "SC-3", "V-200")
    assert (await read(stage, HEADERS, "SC-3"))["_transactioncurrencyid_value"] == stage["GBP"]


async def test_a_line_takes_its_price_from_the_purchase_list_and_has_no_fixed_price(stage: ProjectStage) -> None:
    held = await read(stage, LINES, "SL-1")
    assert told(held, "price", "price_base") == (100, 100)
    assert held["_transactioncurrencyid_value"] == stage["USD"]
    body = {"msdyn_name": "SL-2", "msdyn_billingmethod": FIXED_PRICE, "msdyn_Subcontract__msdyn_subcontracts": "SC-1"}
    assert refused(await stage.api.post(LINES, stage.body(body))) == FIXED_PRICE_GUARD
    assert refused(await stage.changed(LINES, "SL-1", msdyn_billingmethod=FIXED_PRICE)) == FIXED_PRICE_GUARD


async def test_time_on_a_subcontract_costs_what_the_vendor_is_paid_and_its_actuals_say_so(stage: ProjectStage) -> None:
    await pressed(stage, "Confirm")
    await stage.time("work", 10, **ON_LINE)
    await stage.approved("work")
    rows = await stage.actuals()
    assert [told(row, "transactiontypecode", "price", "amount") for row in rows] == [
        (COST, 100, 1000),
        (UNBILLED, 180, 1800),
    ]
    assert {told(row, "subcontract", "subcontractline") for row in linked(rows)} == {(stage["SC-1"], stage["SL-1"])}
    assert {row["_transactioncurrencyid_value"] for row in rows} == {stage["USD"]}


def linked(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows, with their lookups to subcontracts under the names of the columns."""
    names = ("msdyn_subcontract", "msdyn_subcontractline")
    return [{**row, **{name: row[f"_{name}_value"] for name in names}} for row in rows]


async def test_a_reversal_is_on_the_subcontract_too_and_what_is_recorded_anew_keeps_its_price(
    stage: ProjectStage,
) -> None:
    await stage.time("work", 10, **ON_LINE)
    await stage.approved("work")
    await stage.changed("msdyn_resourcecategorypricelevels", "developer in bought", msdyn_price=111)
    await stage.changed("salesorders", "ORD-1", msdyn_psastatusreason=192350003)
    costs = await stage.actuals(COST)
    assert [told(row, "price", "amount") for row in costs] == [(100, 1000), (100, -1000), (100, 1000)]
    assert {told(row, "subcontractline") for row in linked(costs)} == {(stage["SL-1"],)}


async def test_a_line_s_own_price_holds_where_no_list_has_one(stage: ProjectStage) -> None:
    await header(stage, "SC-2", msdyn_PurchasePriceList__pricelevels="cost GBPM")
    bound = {"msdyn_Subcontract__msdyn_subcontracts": "SC-2", "msdyn_Unit__uoms": "hour"}
    await stage.enter(LINES, "SL-9", msdyn_transactionclassification=TIME, msdyn_price=95, **bound)
    await stage.time("work", 2, msdyn_SubcontractLine__msdyn_subcontractlines="SL-9")
    await stage.approved("work")
    (cost,) = await stage.actuals(COST)
    assert told(cost, "price", "amount") == (95, 190)
    assert cost["_msdyn_unit_value"] == stage["hour"]


async def test_an_expense_costs_what_its_category_does_in_the_purchase_list(stage: ProjectStage) -> None:
    await stage.enter("msdyn_transactioncategories", "travel", msdyn_name="Travel")
    of_category = {"msdyn_TransactionCategory__msdyn_transactioncategories": "travel"}
    await line(stage, "SL-2", EXPENSE, msdyn_price=70, **of_category)
    await stage.enter(
        "msdyn_transactioncategorypricelevels",
        "travel in bought",
        msdyn_PriceList__pricelevels="bought",
        msdyn_price=60,
        **of_category,
    )
    on_line = {"msdyn_SubcontractLine__msdyn_subcontractlines": "SL-2", "msdyn_Project__msdyn_projects": "PRJ-1"}
    await stage.enter("msdyn_expenses", "trip", msdyn_quantity=3, msdyn_amount=500, **on_line, **of_category)
    await stage.approved("trip", SPENT)
    (cost,) = await stage.actuals(COST)
    assert told(cost, "price", "amount") == (60, 180)


async def test_material_costs_the_list_price_of_its_product_and_a_written_in_one_what_was_entered(
    stage: ProjectStage,
) -> None:
    await stage.enter("products", "bolts", name="Bolts", productnumber="B", defaultuomid__uoms="hour")
    await line(stage, "SL-2", MATERIAL, msdyn_price=7)
    listed = {"pricelevelid__pricelevels": "bought", "productid__products": "bolts", "uomid__uoms": "hour"}
    await stage.enter("productpricelevels", "bolts in bought", amount=6, **listed)
    on_line = {"msdyn_SubcontractLine__msdyn_subcontractlines": "SL-2", "msdyn_Project__msdyn_projects": "PRJ-1"}
    used = {"msdyn_quantity": 2, "msdyn_unitcost": 9, **on_line}
    await stage.enter("msdyn_materialusagelogs", "bolts used", **used, msdyn_Product__products="bolts")
    await stage.enter("msdyn_materialusagelogs", "nails used", **used, msdyn_writeinproductdescription="Nails")
    for name in ("bolts used", "nails used"):
        await stage.approved(name, USAGE)
    assert [told(row, "price", "amount") for row in await stage.actuals(COST)] == [(6, 12), (9, 18)]


@pytest.mark.parametrize("button", ["Close", "Cancel"])
async def test_nothing_is_recorded_on_a_subcontract_that_has_ended(stage: ProjectStage, button: str) -> None:
    await stage.time("kept", 1, **ON_LINE)
    await pressed(stage, "Confirm", button)
    for table_set, columns in (
        ("msdyn_timeentries", {}),
        ("msdyn_expenses", {}),
        ("msdyn_materialusagelogs", {}),
        ("msdyn_journallines", {"msdyn_Subcontract__msdyn_subcontracts": "SC-1"}),
    ):
        body = stage.body({**ON_LINE, **columns})
        assert refused(await stage.api.post(table_set, body)) == NOT_OPEN
    await stage.time("other", 1)
    assert refused(await stage.changed("msdyn_timeentries", "other", **ON_LINE)) == NOT_OPEN
    assert refused(await stage.act("msdyn_SubmitEntries", ENTRY, "kept")) == NOT_OPEN
    assert (await stage.changed("msdyn_timeentries", "kept", msdyn_duration=120)).status == 204


async def test_an_entry_names_a_line_of_its_subcontract(stage: ProjectStage) -> None:
    await header(stage, "SC-2")
    body = stage.body({**ON_LINE, "msdyn_Subcontract__msdyn_subcontracts": "SC-2"})
    assert refused(await stage.api.post("msdyn_timeentries", body)) == NOT_OF_SUBCONTRACT
    await stage.time("work", 1, **ON_LINE)
    row = await read(stage, "msdyn_timeentries", "work")
    assert row["_msdyn_subcontract_value"] == stage["SC-1"]


async def test_a_subcontract_that_work_was_recorded_on_stays(stage: ProjectStage) -> None:
    await stage.time("work", 1, **ON_LINE)
    answer = await stage.api.delete(f"{HEADERS}({stage['SC-1']})")
    assert (answer.status, len(await stage.api.rows(LINES))) == (405, 1)
