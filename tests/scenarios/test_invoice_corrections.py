"""Corrective invoices: what was billed is credited in Dataverse, journalled anew in Finance, and the proposal mirrors it."""

from __future__ import annotations

import pytest

from tests.scenarios.accounting import accounted, balances, imported, posted, sold_in_pounds, staged
from tests.scenarios.consulting import UNBILLED, Consulting, told
from tests.scenarios.enterprise import Enterprise, Row
from tests.scenarios.invoicing import (
    BILLED,
    INVOICES,
    NOT_POSTED,
    POSTED,
    billed,
    confirm,
    edit_detail,
    lines,
    not_imported,
    post_drafts,
    post_proposal,
    revised,
    voucher,
)
from tests.scenarios.rehearsal import enterprise

ONCE = {"COST": 960, "PAYROLL-ALLOC": -960}


@pytest.fixture
async def firm(office: Enterprise) -> Consulting:
    return await sold_in_pounds(office)


async def invoiced(firm: Consulting) -> Row:
    """Bill eight hours, and post all of it; give the proforma."""
    await firm.approved(8)
    await posted(firm.office)
    invoice = await billed(firm)
    await imported(firm.office)
    await post_proposal(firm.office, invoice)
    return invoice


async def test_i3_a_full_credit_leaves_the_sale_unbilled_and_the_approval_can_be_canceled(firm: Consulting) -> None:
    office = firm.office
    invoice = await invoiced(firm)
    assert await balances(office) == {**ONCE, "AR": 3000, "REVENUE": -2500, "TAX-PAY": -500}
    corrective = await revised(firm, invoice)
    await confirm(firm, corrective)
    sales = [row for row in await staged(office, "InvoiceId") if row[0] != "Cost"]
    first, second = invoice["invoicenumber"], corrective["invoicenumber"]
    assert sales == [
        ("BilledSales", -2000, second),
        ("BilledSales", 2000, first),
        ("Sales", 2000, ""),
        ("Sales", 2000, ""),
    ]
    assert await not_imported(office) == [NOT_POSTED], "the sale in its place is not posted yet"
    assert await lines(office, corrective) == []
    await post_drafts(office)
    await imported(office)
    (line,) = await lines(office, corrective)
    assert told([line], "Qty", "LineAmount", "SalesTaxAmount") == [(-8, -2000, -400)]
    done = await post_proposal(office, corrective)
    assert await voucher(office, done["voucher"]) == {"AR": -3000, "REVENUE": 2500, "TAX-PAY": 500}
    assert (BILLED, -2500, 1.25, done["voucher"], -400) in await accounted(office)
    assert await balances(office) == {**ONCE, "WIP-SALES": 2500, "ACCRUED-REV": -2500}

    entry = await office.the("msdyn_timeentries", "")
    await office.act("msdyn_CancelApproval", Targets=[firm.target("msdyn_timeentry", entry["msdyn_timeentryid"])])
    await office.travel(seconds=120)
    await posted(office)
    assert await balances(office) == {}
    assert await office.is_at_rest()


async def test_i3_a_partial_credit_bills_the_rest_anew_and_leaves_the_other_part_open(firm: Consulting) -> None:
    office = firm.office
    corrective = await revised(firm, await invoiced(firm))
    await edit_detail(firm, corrective, msdyn_quantity=6)
    await confirm(firm, corrective)
    assert await not_imported(office) == [NOT_POSTED]
    await post_drafts(office)
    await imported(office)
    assert told(await lines(office, corrective), "Qty", "LineAmount") == [(-8, -2000), (6, 1500)]
    done = await post_proposal(office, corrective)
    # Eight hours are taken back and six billed: two are left, accrued and open.
    assert await voucher(office, done["voucher"]) == {
        "AR": -750,
        "REVENUE": 625,
        "TAX-PAY": 125,
        "ACCRUED-REV": 1875,
        "WIP-SALES": -1875,
    }
    assert await balances(office) == {
        **ONCE,
        "AR": 2250,
        "REVENUE": -1875,
        "TAX-PAY": -375,
        "WIP-SALES": 625,
        "ACCRUED-REV": -625,
    }
    transactions = [row for row in await office.kept("ProjectPostedTransactions") if row["Part"] == "Sale"]
    assert told(transactions, "Qty", "TransStatus") == [(2, "Posted"), (6, "Invoiced"), (8, "Adjusted")]
    again = await billed(firm)
    await imported(office)
    assert told(await lines(office, again), "Qty", "LineAmount") == [(2, 500)]
    await post_proposal(office, again)
    assert await balances(office) == {**ONCE, "AR": 3000, "REVENUE": -2500, "TAX-PAY": -500}
    actuals = await office.held("msdyn_actuals")
    for kind, left in ((UNBILLED, 0), (BILLED, 8)):
        assert sum(row["msdyn_quantity"] for row in actuals if row["msdyn_transactiontypecode"] == kind) == left
    assert await office.is_at_rest()


async def test_i9_a_proforma_that_shows_its_customer_invoice_is_credited_by_one_that_shows_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with enterprise(monkeypatch, RUNNING_MAPS="*,customer_invoices") as office:
        await office.open()
        firm = await sold_in_pounds(office)
        invoice = await invoiced(firm)
        corrective = await revised(firm, invoice)
        await confirm(firm, corrective)
        assert await not_imported(office) == [NOT_POSTED]
        await post_drafts(office)
        await imported(office)
        done = await post_proposal(office, corrective)
        issued = await office.kept("ProjectCustomerInvoices")
        numbers = {row["ProposalId"]: row["ProjInvoiceId"] for row in issued}
        assert numbers[corrective["invoicenumber"]] == done["invoice"]
        columns = ("invoicenumber", "msdyn_customerinvoicenumber", "msdyn_customerinvoicetax")
        assert told(await office.held(INVOICES), *columns, "msdyn_projectinvoicestatus") == [
            (invoice["invoicenumber"], numbers[invoice["invoicenumber"]], 400, POSTED),
            (corrective["invoicenumber"], done["invoice"], -400, POSTED),
        ]
        assert await office.is_at_rest()
