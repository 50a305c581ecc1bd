"""What a proforma refuses: confirming it in the wrong state or with too much on it, and any change once it is final."""

from __future__ import annotations

from typing import Any

import pytest

from tests.twin.dataverse import DataverseTwin
from tests.twin.dataverse.processes.confirmation import (
    MOST_AT_ONCE,
    NO_DETAILS,
    NO_UNBILLED,
    NOT_A_DRAFT,
    TOO_MANY_INVOICES,
    TOO_MANY_LINES,
)
from tests.twin.dataverse.processes.reversal import ALREADY_INVOICED
from tests.twin.dataverse.rules.invoices import CONFIRMED_GUARD, WHOLE_GUARD
from tests.twin.invoicing import (
    CHARGEABLE,
    CONFIRMED,
    DETAILS,
    DRAFT,
    IN_REVIEW,
    INVOICES,
    LINES,
    NON_CHARGEABLE,
    PAID,
    POSTED,
    InvoiceStage,
)
from tests.twin.projects import BILLED, told, words


@pytest.fixture
async def stage() -> InvoiceStage:
    return await InvoiceStage(DataverseTwin(seed=8)).begin()


async def billed(stage: InvoiceStage, name: str = "work") -> dict[str, Any]:
    """Draft the proforma of four hours."""
    await stage.worked(name, 4)
    await stage.ready(name)
    return await stage.drafted()


async def standing(stage: InvoiceStage, invoice: dict[str, Any], status: int) -> None:
    """Write the status of a proforma."""
    change = {"msdyn_projectinvoicestatus": status}
    assert (await stage.api.patch(f"{INVOICES}({invoice['invoiceid']})", change)).status == 204


@pytest.mark.parametrize("status", [CONFIRMED, PAID, POSTED])
async def test_a_proforma_that_is_confirmed_or_further_is_neither_changed_nor_deleted(
    stage: InvoiceStage, status: int
) -> None:
    invoice = await billed(stage)
    await standing(stage, invoice, status)
    [line], [detail] = await stage.api.rows(LINES), await stage.details()
    for address, change in (
        (f"{INVOICES}({invoice['invoiceid']})", {"description": "x"}),
        (f"{LINES}({line['invoicedetailid']})", {"productdescription": "x"}),
        (f"{DETAILS}({detail['msdyn_invoicelinetransactionid']})", {"msdyn_quantity": 3}),
    ):
        assert words(await stage.api.patch(address, change)) == (400, "0x80040265", CONFIRMED_GUARD)
        assert words(await stage.api.delete(address))[2] == CONFIRMED_GUARD
    more = {"msdyn_Invoice@odata.bind": f"/invoices({invoice['invoiceid']})"}
    assert words(await stage.api.post(DETAILS, more))[2] == CONFIRMED_GUARD
    [again] = await stage.details()
    assert again["msdyn_quantity"] == 4
    assert words(await stage.confirm(invoice))[2] == NOT_A_DRAFT


async def test_nothing_moves_from_a_confirmed_proforma_to_another_one_or_the_other_way(stage: InvoiceStage) -> None:
    first, second = await billed(stage), await billed(stage, "more")
    await stage.confirm(first)
    for source, target in ((first, second), (second, first)):
        [detail] = await stage.details(source)
        [line] = [row for row in await stage.api.rows(LINES) if row["_invoiceid_value"] == source["invoiceid"]]
        for address, navigation in (
            (f"{DETAILS}({detail['msdyn_invoicelinetransactionid']})", "msdyn_Invoice"),
            (f"{LINES}({line['invoicedetailid']})", "invoiceid"),
        ):
            moved = {f"{navigation}@odata.bind": f"/invoices({target['invoiceid']})"}
            assert words(await stage.api.patch(address, moved)) == (400, "0x80040265", CONFIRMED_GUARD)


async def test_a_proforma_in_review_is_confirmed_like_a_draft(stage: InvoiceStage) -> None:
    invoice = await billed(stage)
    await standing(stage, invoice, IN_REVIEW)
    assert (await stage.confirm(invoice)).status == 204
    assert len(await stage.actuals(BILLED)) == 1


async def test_a_proforma_without_details_is_not_confirmed(stage: InvoiceStage) -> None:
    invoice = await billed(stage)
    [detail] = await stage.details()
    await stage.api.delete(f"{DETAILS}({detail['msdyn_invoicelinetransactionid']})")
    assert words(await stage.confirm(invoice))[2] == NO_DETAILS
    assert await stage.status_of(invoice) == DRAFT


@pytest.mark.parametrize(
    "edit", [{"msdyn_quantity": 2}, {"msdyn_price": 1}, {"msdyn_amount": 1}, {"msdyn_billingtype": NON_CHARGEABLE}]
)
async def test_a_milestone_is_invoiced_as_a_whole(stage: InvoiceStage, edit: dict[str, int]) -> None:
    await stage.fixed_price()
    await stage.milestone("M1", 5000)
    invoice = await stage.drafted("ORD-2")
    assert words(await stage.edit_detail(**edit))[2] == WHOLE_GUARD
    assert (await stage.confirm(invoice)).status == 204
    [row] = await stage.actuals()
    assert told(row, "quantity", "amount", "billingtype") == (1, 5000, CHARGEABLE)


async def test_the_amount_of_a_detail_is_not_typed_but_worked_out(stage: InvoiceStage) -> None:
    invoice = await billed(stage)
    assert (await stage.edit_detail(msdyn_amount=1)).status == 204
    [detail] = await stage.details()
    assert detail["msdyn_amount"] == 1000
    assert (await stage.api.get(f"{INVOICES}({invoice['invoiceid']})")).json()["totalamount"] == 1000


async def test_work_on_an_invoice_is_neither_canceled_nor_recalled(stage: InvoiceStage) -> None:
    await stage.worked("work", 4)
    await stage.ready("work")
    invoice = await stage.drafted()
    for action in ("msdyn_CancelApproval", "msdyn_RecallEntries"):
        assert words(await stage.act(action, "msdyn_timeentry", "work"))[2] == ALREADY_INVOICED
    await stage.confirm(invoice)
    for action in ("msdyn_CancelApproval", "msdyn_RecallEntries"):
        assert words(await stage.act(action, "msdyn_timeentry", "work"))[2] == ALREADY_INVOICED


async def test_a_detail_without_an_unbilled_sale_can_not_be_billed_and_nothing_is(stage: InvoiceStage) -> None:
    await stage.worked("work", 4)
    await stage.ready("work")
    invoice = await stage.drafted()
    [line] = await stage.api.rows(LINES)
    typed = {
        "msdyn_quantity": 1,
        "msdyn_price": 100,
        "msdyn_Invoice@odata.bind": f"/invoices({invoice['invoiceid']})",
        "msdyn_InvoiceLineId@odata.bind": f"/invoicedetails({line['invoicedetailid']})",
        **stage.body({"msdyn_Project__msdyn_projects": "PRJ-1"}),
    }
    assert (await stage.api.post(DETAILS, typed)).status == 204
    assert words(await stage.confirm(invoice))[2] == NO_UNBILLED
    assert await stage.actuals(BILLED) == []
    assert await stage.status_of(invoice) == DRAFT


async def test_a_limit_of_lines_holds_unless_actuals_are_tracked_asynchronously(stage: InvoiceStage) -> None:
    stage.twin.settings.max_invoice_lines = 1
    for name in ("one", "two"):
        await stage.worked(name, 1)
        await stage.ready(name)
    invoice = await stage.drafted()
    assert words(await stage.confirm(invoice))[2] == TOO_MANY_LINES.format(1)
    assert await stage.actuals(BILLED) == []
    stage.twin.settings.max_invoice_lines = None
    assert (await stage.confirm(invoice)).status == 204
    assert len(await stage.actuals(BILLED)) == 2


async def test_many_proformas_are_confirmed_by_jobs_each_on_its_own(stage: InvoiceStage) -> None:
    invoices = []
    for name in ("one", "two"):
        await stage.worked(name, 1)
        await stage.ready(name)
        invoices.append(await stage.drafted())
    ids = [invoice["invoiceid"] for invoice in invoices]
    assert (await stage.api.act("msdyn_BulkConfirmInvoices", "invoice", *ids)).status == 204
    assert await stage.actuals(BILLED) == []
    await stage.confirm(invoices[0])
    assert await stage.twin.run_system_jobs() == {"succeeded": 1, "failed": 1}
    assert len(await stage.actuals(BILLED)) == 2
    jobs = await stage.api.rows("asyncoperations")
    assert {job["message"] for job in jobs} == {NOT_A_DRAFT, None}


async def test_bulk_confirmation_takes_250_at_most(stage: InvoiceStage) -> None:
    ids = [await stage.api.create(INVOICES, {"name": str(number)}) for number in range(MOST_AT_ONCE + 1)]
    assert words(await stage.api.act("msdyn_BulkConfirmInvoices", "invoice", *ids))[2] == TOO_MANY_INVOICES
    assert (await stage.api.act("msdyn_BulkConfirmInvoices", "invoice", *ids[1:])).status == 204
