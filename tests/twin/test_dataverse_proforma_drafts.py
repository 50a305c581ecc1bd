"""Drafts of proformas: what is ready goes on one, and what is not is refused."""

from __future__ import annotations

import pytest

from tests.twin.dataverse import DataverseTwin
from tests.twin.dataverse.processes.billing_backlog import NOT_OPEN, NOT_UNBILLED
from tests.twin.dataverse.processes.proformas import NOTHING_READY
from tests.twin.invoicing import (
    CREATED,
    DETAILS,
    DRAFT,
    INVOICES,
    LINES,
    MILESTONES,
    ON_INVOICE,
    READY,
    InvoiceStage,
)
from tests.twin.projects import BILLED, TIME, UNBILLED, told, words

SHOWN = ("transactiontypecode", "quantity", "amount", "billingtype", "skipsync")


@pytest.fixture
async def stage() -> InvoiceStage:
    return await InvoiceStage(DataverseTwin(seed=8)).begin()


async def test_a_draft_has_a_number_a_line_and_a_detail_for_what_is_ready(stage: InvoiceStage) -> None:
    await stage.worked("work", 4)
    await stage.worked("later", 2)
    await stage.ready("work")
    invoice = await stage.drafted()
    assert told(invoice, "projectinvoicestatus", "ordertype", "invoicedate") == (DRAFT, 192350001, "2026-09-14")
    assert (invoice["invoicenumber"], invoice["totalamount"]) == ("INV-01001", 1000)
    assert invoice["_customerid_value"] == stage["customer"]
    [line] = await stage.api.rows(LINES)
    assert (line["extendedamount"], line["_salesorderdetailid_value"]) == (1000, stage["line"])
    [detail] = await stage.details()
    columns = ("transactiontypecode", "transactionclassification", "quantity", "price", "amount")
    assert told(detail, *columns) == (BILLED, TIME, 4, 250, 1000)
    sale = await stage.sale("work")
    assert sale["msdyn_billingstatus"] == ON_INVOICE
    assert (await stage.sale("later"))["msdyn_billingstatus"] == CREATED
    assert (
        "Billed Sales",
        "msdyn_invoicelinetransaction",
        detail["msdyn_invoicelinetransactionid"],
        "Unbilled Sales",
        "msdyn_actual",
        sale["msdyn_actualid"],
    ) in await stage.all_connected()
    assert await stage.actuals(BILLED) == []


async def test_what_is_not_ready_or_of_a_day_to_come_is_on_no_draft(stage: InvoiceStage) -> None:
    await stage.worked("work", 4)
    assert words(await stage.act("msdyn_CreateInvoices", "salesorder", "ORD-1"))[2] == NOTHING_READY
    await stage.worked("to come", 4, msdyn_date="2026-12-24")
    await stage.ready("to come")
    assert words(await stage.act("msdyn_CreateInvoices", "salesorder", "ORD-1"))[2] == NOTHING_READY


async def test_only_open_unbilled_sales_and_milestones_can_be_marked(stage: InvoiceStage) -> None:
    await stage.worked("work", 4)
    cost, sale = await stage.actuals()
    for row, status in ((cost, 400), (sale, 204), (sale, 204)):
        answer = await stage.api.act("msdyn_MarkReadyToInvoice", "msdyn_actual", row["msdyn_actualid"])
        assert answer.status == status
    await stage.drafted()
    answer = await stage.api.act("msdyn_MarkReadyToInvoice", "msdyn_actual", sale["msdyn_actualid"])
    assert words(answer)[2] == NOT_UNBILLED
    await stage.fixed_price()
    await stage.milestone("M1", 5000)
    await stage.drafted("ORD-2")
    answer = await stage.act("msdyn_MarkReadyToInvoice", "msdyn_contractlinescheduleofvalue", "M1")
    assert words(answer)[2] == NOT_OPEN


async def test_a_sale_that_a_correction_took_the_place_of_is_neither_marked_nor_drafted(stage: InvoiceStage) -> None:
    for name in ("marked", "not marked"):
        await stage.worked(name, 4)
    await stage.ready("marked")
    sales = [await stage.sale(name) for name in ("marked", "not marked")]
    ids = [row["msdyn_actualid"] for row in sales]
    journal = (await stage.api.act("msdyn_CorrectActuals", "msdyn_actual", *ids)).json()["JournalId"]
    assert words(await stage.act("msdyn_CreateInvoices", "salesorder", "ORD-1"))[2] == NOTHING_READY
    await stage.api.act("msdyn_ConfirmJournal", "msdyn_journal", journal)
    assert words(await stage.act("msdyn_CreateInvoices", "salesorder", "ORD-1"))[2] == NOTHING_READY
    adjusted = [row for row in await stage.actuals(UNBILLED) if row["msdyn_adjustmentstatus"] is not None]
    assert len(adjusted) == 4  # each sale, and its negative
    for row in adjusted:
        answer = await stage.api.act("msdyn_MarkReadyToInvoice", "msdyn_actual", row["msdyn_actualid"])
        assert words(answer)[2] == NOT_UNBILLED


async def test_each_customer_of_a_contract_gets_an_invoice(stage: InvoiceStage) -> None:
    await stage.enter("accounts", "other", accountnumber="C-2", msdyn_Company__cdm_companies="USPM")
    await stage.enter(
        "msdyn_projectcontractsplitbillingrules",
        "second",
        msdyn_name="C-2",
        msdyn_percentage=25,
        msdyn_ProjectContract__salesorders="ORD-1",
        msdyn_Customer_account__accounts="other",
    )
    await stage.enter(
        "msdyn_contractlinesplitbillingrules",
        "second of line",
        msdyn_percentage=25,
        msdyn_ContractLineId__salesorderdetails="line",
        msdyn_ContractCustomer__msdyn_projectcontractsplitbillingrules="second",
    )
    await stage.worked("work", 4)
    await stage.ready("work")
    assert (await stage.act("msdyn_CreateInvoices", "salesorder", "ORD-1")).status == 204
    invoices = await stage.api.rows(INVOICES)
    totals = {invoice["_customerid_value"]: invoice["totalamount"] for invoice in invoices}
    assert totals == {stage["customer"]: 750, stage["other"]: 250}
    assert len({invoice["invoicenumber"] for invoice in invoices}) == 2


async def test_an_edited_detail_moves_the_totals_and_a_deleted_one_is_ready_again(stage: InvoiceStage) -> None:
    await stage.worked("work", 4)
    await stage.ready("work")
    await stage.drafted()
    assert (await stage.edit_detail(msdyn_quantity=3)).status == 204
    [detail] = await stage.details()
    [invoice] = await stage.api.rows(INVOICES)
    assert (detail["msdyn_amount"], invoice["totalamount"]) == (750, 750)
    assert (await stage.api.delete(f"{DETAILS}({detail['msdyn_invoicelinetransactionid']})")).status == 204
    [invoice] = await stage.api.rows(INVOICES)
    assert ((await stage.sale("work"))["msdyn_billingstatus"], invoice["totalamount"]) == (READY, 0)


async def test_a_deleted_draft_lets_go_what_it_would_have_billed(stage: InvoiceStage) -> None:
    await stage.fixed_price()
    await stage.milestone("M1", 5000)
    invoice = await stage.drafted("ORD-2")
    assert (await stage.api.delete(f"{INVOICES}({invoice['invoiceid']})")).status == 204
    assert await stage.details() == []
    [milestone] = await stage.api.rows(MILESTONES)
    assert milestone["msdyn_invoicestatus"] == 192350001
