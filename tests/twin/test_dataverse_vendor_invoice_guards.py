"""Vendor invoices in Dataverse: what nobody may do to them, and what a line must say."""

from __future__ import annotations

import pytest

from tests.twin.dataverse import DataverseTwin
from tests.twin.dataverse.processes.reversal import REPLACED
from tests.twin.dataverse.rules import vendor_invoices as rules
from tests.twin.invoiced import (
    COMPLETE,
    CONFIRMED,
    IN_PROGRESS,
    INVOICES,
    LINE,
    LINES,
    NOT_STARTED,
    OF_SUBCONTRACT,
    PLUGIN,
    REFUSED,
    Invoiced,
)
from tests.twin.projects import (
    COST,
    EXPENSE,
    MATERIAL,
    words,
)


@pytest.fixture
async def stage() -> Invoiced:
    return await Invoiced(DataverseTwin(seed=9)).begin()


async def test_nobody_edits_an_invoice_in_dataverse_but_for_its_verification(stage: Invoiced) -> None:
    await stage.arrives()
    await stage.charged("TX-1")
    header = await stage.changed(INVOICES, "VI-77", msdyn_description="by hand")
    line = await stage.changed(LINES, "TX-1", msdyn_price=1, msdyn_verificationstatus=COMPLETE)
    for refused in (header, line):
        assert words(refused) == (REFUSED, PLUGIN, rules.NOT_EDITABLE)
    assert await stage.verified("TX-1") == NOT_STARTED
    assert (await stage.changed(LINES, "TX-1", msdyn_price=90)).status == 204


async def test_nobody_adds_a_line_by_hand_to_an_invoice_that_came_from_finance(stage: Invoiced) -> None:
    await stage.arrives()
    assert words(await stage.api.post(LINES, stage.charge())) == (REFUSED, PLUGIN, rules.NOT_EDITABLE)
    await stage.enter(INVOICES, "own", msdyn_name="own")
    mine = stage.charge(msdyn_VendorInvoice__msdyn_projectvendorinvoices="own")
    assert (await stage.api.post(LINES, mine)).status == 204
    moved = stage.body({"msdyn_VendorInvoice__msdyn_projectvendorinvoices": "VI-77"})
    [line] = await stage.api.rows(LINES)
    answer = await stage.api.patch(f"{LINES}({line['msdyn_projectvendorinvoicelineid']})", moved)
    assert words(answer) == (REFUSED, PLUGIN, rules.NOT_EDITABLE)


@pytest.mark.parametrize("user", ["person", "app"])
async def test_a_status_is_not_written_but_comes_of_verifying_and_confirming(stage: Invoiced, user: str) -> None:
    await stage.arrives()
    api = stage.app if user == "app" else stage.api
    answer = await api.patch(f"{INVOICES}({stage['VI-77']})", {"statuscode": CONFIRMED})
    assert words(answer) == (REFUSED, PLUGIN, rules.STATUS_GUARD)
    made = await api.post(INVOICES, {"msdyn_name": "VI-9", "statuscode": CONFIRMED})
    assert words(made) == (REFUSED, PLUGIN, rules.STATUS_GUARD)


async def test_the_app_changes_a_line_only_before_its_verification(stage: Invoiced) -> None:
    await stage.arrives()
    await stage.charged("TX-1")
    assert (await stage.app.patch(f"{LINES}({stage['TX-1']})", {"msdyn_quantity": 3})).status == 204
    await stage.verify("TX-1", status=IN_PROGRESS)
    started = await stage.app.patch(f"{LINES}({stage['TX-1']})", {"msdyn_quantity": 4})
    assert words(started) == (REFUSED, PLUGIN, rules.STARTED_GUARD)
    assert (await stage.app.patch(f"{LINES}({stage['TX-1']})", {"msdyn_quantity": 3})).status == 204


async def test_a_confirmed_invoice_is_neither_changed_nor_deleted_by_anybody(stage: Invoiced) -> None:
    await stage.arrives()
    await stage.arrives("VI-78")
    await stage.charged("TX-1")
    await stage.charged("TX-2", msdyn_VendorInvoice__msdyn_projectvendorinvoices="VI-78")
    await stage.tells_to_confirm()
    await stage.jobs()
    invoice, line = f"{INVOICES}({stage['VI-77']})", f"{LINES}({stage['TX-1']})"
    moved = stage.body({"msdyn_VendorInvoice__msdyn_projectvendorinvoices": "VI-77"})
    for api in (stage.api, stage.app):
        for answer in (
            await api.patch(invoice, {"msdyn_description": "other"}),
            await api.patch(invoice, {"msdyn_enableautomaticconfirmation": False}),
            await api.patch(line, {"msdyn_quantity": 3}),
            await api.patch(line, {"msdyn_verificationstatus": NOT_STARTED}),
            await api.patch(f"{LINES}({stage['TX-2']})", moved),
            await api.delete(line),
            await api.delete(invoice),
        ):
            assert words(answer) == (REFUSED, PLUGIN, rules.CONFIRMED_GUARD)
        new = await api.post(LINES, {**stage.charge(), "msdyn_externalinvoiceline": "TX-3"})
        assert words(new) == (REFUSED, PLUGIN, rules.NEW_LINE_GUARD)


async def test_an_invoice_made_in_dataverse_is_its_maker_s_to_edit(stage: Invoiced) -> None:
    await stage.enter(INVOICES, "own", msdyn_name="own")
    assert (await stage.changed(INVOICES, "own", msdyn_description="mine")).status == 204


async def test_what_an_invoice_has_replaced_is_neither_recalled_nor_canceled_nor_corrected(stage: Invoiced) -> None:
    await stage.subcontract()
    cost, _ = await stage.subcontracted("ten hours", 10)
    await stage.arrives()
    await stage.charged("TX-1", **OF_SUBCONTRACT)
    await stage.tells_to_confirm()
    await stage.jobs()
    before = await stage.actuals()
    for action in ("msdyn_CancelApproval", "msdyn_RecallEntries"):
        answer = await stage.act(action, "msdyn_timeentry", "ten hours")
        assert words(answer) == (REFUSED, PLUGIN, REPLACED)
    answer = await stage.api.act("msdyn_CorrectActuals", "msdyn_actual", cost["msdyn_actualid"])
    assert words(answer) == (REFUSED, PLUGIN, REPLACED)
    assert await stage.actuals() == before


async def test_a_correction_of_what_an_invoice_made_is_still_the_invoice_s(stage: Invoiced) -> None:
    await stage.arrives()
    await stage.charged("TX-1")
    await stage.tells_to_confirm()
    await stage.jobs()
    cost, _ = await stage.actuals()
    answer = await stage.api.act("msdyn_CorrectActuals", "msdyn_actual", cost["msdyn_actualid"])
    journal = answer.json()["JournalId"]
    assert (await stage.api.act("msdyn_ConfirmJournal", "msdyn_journal", journal)).status == 204
    rows = await stage.actuals(COST)
    assert [row["msdyn_amount"] for row in rows] == [180, -180, 180]
    assert {row["_msdyn_vendorinvoiceline_value"] for row in rows} == {stage["TX-1"]}


async def test_material_needs_a_product(stage: Invoiced) -> None:
    await stage.arrives()
    material = {"msdyn_transactionclassification": MATERIAL}
    refused = await stage.app.post(LINES, stage.charge(**material))
    text = "Product id is mandatory. Select a product from the catalog."
    assert words(refused) == (REFUSED, PLUGIN, text)
    assert await stage.api.rows(LINES) == []
    await stage.charged("TX-1")
    becomes = await stage.app.patch(f"{LINES}({stage['TX-1']})", material)
    assert words(becomes) == (REFUSED, PLUGIN, text)


async def test_a_category_must_be_active_and_an_expense_must_have_one(stage: Invoiced) -> None:
    await stage.arrives()
    text = (
        "The Transaction Category linked to this vendor invoice line is invalid. "
        "Please select an Active, Expense Transaction Category."
    )
    expense = {"msdyn_transactionclassification": EXPENSE}
    category = {"msdyn_TransactionCategory__msdyn_transactioncategories": "dev"}
    assert words(await stage.app.post(LINES, stage.charge(**expense))) == (REFUSED, PLUGIN, text)
    await stage.changed("msdyn_transactioncategories", "dev", statecode=1)
    for columns in (category, {**expense, **category}):
        assert words(await stage.app.post(LINES, stage.charge(**columns))) == (REFUSED, PLUGIN, text)
    await stage.changed("msdyn_transactioncategories", "dev", statecode=0)
    await stage.charged("TX-1", **expense, **category)
    becomes = await stage.app.patch(f"{LINES}({stage['TX-1']})", {"msdyn_TransactionCategory@odata.bind": None})
    assert words(becomes) == (REFUSED, PLUGIN, text)


async def test_an_action_on_a_line_wants_costs_that_are_there(stage: Invoiced) -> None:
    await stage.arrives()
    await stage.charged("TX-1")
    answer = await stage.api.act("msdyn_MatchActuals", LINE, stage["TX-1"])
    assert "'Actuals' must be a list of rows." in words(answer)[2]


async def test_a_long_text_of_a_line_is_cut_to_what_an_actual_holds(stage: Invoiced) -> None:
    await stage.arrives()
    await stage.charged("TX-1", msdyn_description="x" * 300)
    await stage.tells_to_confirm()
    await stage.jobs()
    assert {row["msdyn_description"] for row in await stage.actuals()} == {"x" * 100}
