"""Corrective invoices: full and partial credits of work, milestones in full, and what may be undone afterwards."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
import simplejson

from tests.twin.dataverse import DataverseTwin
from tests.twin.dataverse.api import named_rows
from tests.twin.dataverse.processes.corrective_invoices import (
    MORE_THAN_BILLED,
    NOT_CONFIRMED,
    NOTHING_BILLED,
    OF_SEVERAL,
    RETAINER_STAYS,
)
from tests.twin.dataverse.processes.reversal import ALREADY_INVOICED
from tests.twin.dataverse.rules.invoices import QUANTITY_GUARD, WHOLE_GUARD
from tests.twin.http import Response
from tests.twin.invoicing import (
    ADJUSTED,
    CREATED,
    DETAILS,
    INVOICED,
    INVOICES,
    MILESTONES,
    NON_CHARGEABLE,
    POSTED,
    RETAINERS,
    UNADJUSTABLE,
    InvoiceStage,
)
from tests.twin.projects import BILLED, UNBILLED, told, words

IN_PROCESS = 192350000
SHOWN = ("transactiontypecode", "quantity", "amount", "skipsync", "adjustmentstatus")


class CreditStage(InvoiceStage):
    """Eight hours at 250 that are billed."""

    async def billed(self) -> dict[str, Any]:
        await self.worked("work", 8)
        await self.ready("work")
        invoice = await self.drafted()
        assert (await self.confirm(invoice)).status == 204
        return invoice

    async def sold_with_a_mark_up(self, category: str, percent: int) -> None:
        """Sell expenses of a new category at their cost and so many percent."""
        await self.enter("msdyn_transactioncategories", category, msdyn_name=category)
        await self.enter(
            "msdyn_transactioncategorypricelevels",
            f"price of {category}",
            msdyn_PriceList__pricelevels="sales ORD-1",
            msdyn_TransactionCategory__msdyn_transactioncategories=category,
            msdyn_pricingmethod=192350002,
            msdyn_percent=percent,
        )

    async def revise(self, invoice: dict[str, Any]) -> Response:
        ids = [row["msdyn_invoicelinetransactionid"] for row in await self.details(invoice)]
        named = named_rows("msdyn_invoicelinetransaction", *ids)
        return await self.api.post("msdyn_ReviseInvoice", {"Targets": named})

    async def corrective(self, invoice: dict[str, Any]) -> dict[str, Any]:
        answer = await self.revise(invoice)
        assert answer.status == 200, answer.body
        made = await self.api.get(f"{INVOICES}({simplejson.loads(answer.body)['InvoiceId']})")
        return dict(made.json())


@pytest.fixture
async def stage() -> CreditStage:
    return await CreditStage(DataverseTwin(seed=9)).begin()


async def test_a_draft_corrects_all_until_it_is_edited(stage: CreditStage) -> None:
    invoice = await stage.billed()
    draft = await stage.corrective(invoice)
    assert (draft["_msdyn_correctsinvoice_value"], draft["totalamount"]) == (invoice["invoiceid"], -2000)
    assert draft["invoicenumber"] != invoice["invoicenumber"]
    [detail] = await stage.details(draft)
    assert told(detail, "quantity", "price", "amount") == (0, 250, 0)
    [billed] = await stage.actuals(BILLED)
    assert billed["msdyn_adjustmentstatus"] == IN_PROCESS
    connection = (
        *("Replacing", "msdyn_invoicelinetransaction", detail["msdyn_invoicelinetransactionid"]),
        *("Original", "msdyn_actual", billed["msdyn_actualid"]),
    )
    assert connection in await stage.all_connected()
    assert words(await stage.revise(invoice))[2] == NOTHING_BILLED
    assert (await stage.edit_detail(msdyn_quantity=6)).status == 204
    assert (await stage.api.get(f"{INVOICES}({draft['invoiceid']})")).json()["totalamount"] == -500
    assert (await stage.api.delete(f"{INVOICES}({draft['invoiceid']})")).status == 204
    [billed] = await stage.actuals(BILLED)
    assert billed["msdyn_adjustmentstatus"] is None
    assert (await stage.revise(invoice)).status == 200


async def test_a_full_credit_takes_the_billed_sale_back_and_leaves_an_unbilled_one(stage: CreditStage) -> None:
    draft = await stage.corrective(await stage.billed())
    assert (await stage.confirm(draft)).status == 204
    _, sale, _, billed, credit, new = await stage.actuals()
    assert told(credit, *SHOWN) == (BILLED, -8, -2000, False, UNADJUSTABLE)
    assert told(new, *SHOWN, "billingstatus") == (UNBILLED, 8, 2000, False, None, CREATED)
    assert (billed["msdyn_adjustmentstatus"], credit["_msdyn_invoice_value"]) == (ADJUSTED, draft["invoiceid"])
    assert told(sale, "billingstatus", "adjustmentstatus") == (INVOICED, ADJUSTED)
    connected = await stage.connected()
    assert ("Reversing", credit["msdyn_actualid"], "Original", billed["msdyn_actualid"]) in connected
    assert ("Replacing", new["msdyn_actualid"], "Original", billed["msdyn_actualid"]) in connected


async def test_a_partial_credit_bills_the_rest_anew(stage: CreditStage) -> None:
    draft = await stage.corrective(await stage.billed())
    await stage.edit_detail(msdyn_quantity=6)
    assert (await stage.confirm(draft)).status == 204
    *_, original, credit, kept, negative, billed, free = await stage.actuals()
    assert [told(row, *SHOWN) for row in (credit, kept, negative, billed, free)] == [
        (BILLED, -8, -2000, False, UNADJUSTABLE),
        (UNBILLED, 6, 1500, False, None),
        (UNBILLED, -6, -1500, True, UNADJUSTABLE),
        (BILLED, 6, 1500, False, None),
        (UNBILLED, 2, 500, False, None),
    ]
    assert (kept["msdyn_billingstatus"], free["msdyn_billingstatus"]) == (INVOICED, CREATED)
    connected = await stage.connected()
    for first, role, second, other in (
        (kept, "Replacing", original, "Original"),
        (free, "Replacing", original, "Original"),
        (negative, "Reversing", kept, "Original"),
        (billed, "Billed Sales", kept, "Unbilled Sales"),
    ):
        assert (role, first["msdyn_actualid"], other, second["msdyn_actualid"]) in connected
    await stage.mark(free)
    again = await stage.drafted()
    assert again["totalamount"] == 500


async def test_the_parts_of_a_credit_come_to_the_amount_that_was_billed(stage: CreditStage) -> None:
    hotels = {
        "msdyn_name": "hotels",
        "msdyn_amount": 100,
        "msdyn_quantity": 3,
        "msdyn_transactiondate": "2026-08-27T00:00:00Z",
        "msdyn_Project__msdyn_projects": "PRJ-1",
        "msdyn_TransactionCategory__msdyn_transactioncategories": "hotel",
        "transactioncurrencyid__transactioncurrencies": "USD",
    }
    await stage.sold_with_a_mark_up("hotel", 10)
    await stage.enter("msdyn_expenses", "hotels", **hotels)
    await stage.approved("hotels", "msdyn_expense")
    await stage.ready("hotels")
    invoice = await stage.drafted()
    await stage.confirm(invoice)
    draft = await stage.corrective(invoice)
    await stage.edit_detail(msdyn_quantity=1)
    await stage.confirm(draft)
    credit, kept, _, billed, free = (await stage.actuals())[-5:]
    assert [row["msdyn_amount"] for row in (credit, kept, billed, free)] == [
        -110,
        *(Decimal("36.67"), Decimal("36.67"), Decimal("73.33")),
    ]


async def test_what_stays_billed_can_be_corrected_again(stage: CreditStage) -> None:
    draft = await stage.corrective(await stage.billed())
    await stage.edit_detail(msdyn_quantity=6)
    await stage.confirm(draft)
    assert (await stage.confirm(await stage.corrective(draft))).status == 204
    assert sum(row["msdyn_amount"] for row in await stage.actuals(BILLED)) == 0


async def test_more_than_was_billed_is_refused_and_as_much_corrects_nothing(stage: CreditStage) -> None:
    draft = await stage.corrective(await stage.billed())
    await stage.edit_detail(msdyn_quantity=9)
    assert words(await stage.confirm(draft))[2] == MORE_THAN_BILLED
    await stage.edit_detail(msdyn_quantity=8)
    before = len(await stage.actuals())
    assert (await stage.confirm(draft)).status == 204
    [billed] = await stage.actuals(BILLED)
    assert (len(await stage.actuals()), billed["msdyn_adjustmentstatus"]) == (before, None)


@pytest.mark.parametrize("edit", [{"msdyn_price": 200}, {"msdyn_billingtype": NON_CHARGEABLE}])
async def test_neither_price_nor_billing_type_of_what_is_corrected_can_be_changed(
    stage: CreditStage, edit: dict[str, int]
) -> None:
    await stage.corrective(await stage.billed())
    assert words(await stage.edit_detail(**edit)) == (400, "0x80040265", QUANTITY_GUARD)
    assert (await stage.edit_detail(msdyn_quantity=6, msdyn_price=250)).status == 204


async def test_a_corrective_invoice_is_the_customers_of_the_one_it_corrects(stage: CreditStage) -> None:
    invoice = await stage.billed()
    draft = await stage.corrective(invoice)
    same = ("_salesorderid_value", "_customerid_value", "_msdyn_contractcustomer_value", "_transactioncurrencyid_value")
    assert [draft[name] for name in same] == [invoice[name] for name in same]
    assert draft["msdyn_ordertype"] == invoice["msdyn_ordertype"]
    assert draft["msdyn_invoicedate"] is not None


async def test_a_proforma_that_shows_its_customer_invoice_is_corrected_too(stage: CreditStage) -> None:
    invoice = await stage.billed()
    bound = {"msdyn_Invoice@odata.bind": f"/invoices({invoice['invoiceid']})"}
    await stage.app.create("msdyn_customerinvoices", {"msdyn_invoicenumber": "CI-55", **bound})
    assert await stage.status_of(invoice) == POSTED
    assert (await stage.confirm(await stage.corrective(invoice))).status == 204
    assert sum(row["msdyn_amount"] for row in await stage.actuals(BILLED)) == 0


async def test_details_of_several_proformas_and_what_was_not_charged_are_not_corrected(stage: CreditStage) -> None:
    first = await stage.billed()
    await stage.worked("free", 2)
    await stage.ready("free")
    second = await stage.drafted()
    await stage.edit_detail(msdyn_billingtype=NON_CHARGEABLE)
    await stage.confirm(second)
    assert words(await stage.revise(second))[2] == NOTHING_BILLED
    ids = [row["msdyn_invoicelinetransactionid"] for row in await stage.details()]
    named = {"Targets": named_rows("msdyn_invoicelinetransaction", *ids)}
    assert words(await stage.api.post("msdyn_ReviseInvoice", named))[2] == OF_SEVERAL
    assert (await stage.revise(first)).status == 200


async def test_a_milestone_is_credited_in_full_and_ready_again(stage: CreditStage) -> None:
    await stage.fixed_price()
    await stage.milestone("M1", 5000)
    invoice = await stage.drafted("ORD-2")
    await stage.confirm(invoice)
    draft = await stage.corrective(invoice)
    [detail] = await stage.details(draft)
    answer = await stage.api.patch(f"{DETAILS}({detail['msdyn_invoicelinetransactionid']})", {"msdyn_price": 4000})
    assert words(answer)[2] == WHOLE_GUARD
    assert (await stage.confirm(draft)).status == 204
    original, credit = await stage.actuals()
    assert told(credit, *SHOWN) == (BILLED, -1, -5000, False, UNADJUSTABLE)
    assert original["msdyn_adjustmentstatus"] == ADJUSTED
    assert credit["msdyn_externalreferenceid"] == original["msdyn_externalreferenceid"] == stage["M1"]
    [milestone] = await stage.api.rows(MILESTONES)
    assert milestone["msdyn_invoicestatus"] == 192350001
    await stage.confirm(await stage.drafted("ORD-2"))
    assert [row["msdyn_amount"] for row in await stage.actuals(BILLED)] == [5000, -5000, 5000]


async def test_neither_a_draft_nor_a_retainer_is_corrected(stage: CreditStage) -> None:
    await stage.worked("work", 8)
    await stage.ready("work")
    assert words(await stage.revise(await stage.drafted()))[2] == NOT_CONFIRMED
    bound = {"msdyn_Contract__salesorders": "ORD-1", "msdyn_ContractLineId__salesorderdetails": "line"}
    columns = {"msdyn_name": "R1", "msdyn_amount": 1000, "msdyn_Project__msdyn_projects": "PRJ-1"}
    await stage.enter(RETAINERS, "R1", **columns, **bound)
    await stage.act("msdyn_MarkReadyToInvoice", "msdyn_contractlineretainer", "R1")
    invoice = await stage.drafted()
    await stage.confirm(invoice)
    assert words(await stage.revise(invoice))[2] == RETAINER_STAYS


async def test_an_approval_is_canceled_only_after_a_full_credit(stage: CreditStage) -> None:
    invoice = await stage.billed()
    draft = await stage.corrective(invoice)
    await stage.edit_detail(msdyn_quantity=6)
    await stage.confirm(draft)
    assert words(await stage.act("msdyn_CancelApproval", "msdyn_timeentry", "work"))[2] == ALREADY_INVOICED
    await stage.confirm(await stage.corrective(draft))
    assert (await stage.act("msdyn_CancelApproval", "msdyn_timeentry", "work")).status == 204
    rows = await stage.actuals()
    assert sum(row["msdyn_quantity"] for row in rows if row["msdyn_transactiontypecode"] == UNBILLED) == 0
