"""Project invoices, I1 to I9: a confirmed proforma is a proposal in Finance, whose lines come from billed sales."""

from __future__ import annotations

import pytest

from tests.scenarios.accounting import balances, imported, posted, sold_in_pounds, staged
from tests.scenarios.consulting import DAY, UNBILLED, Consulting, told
from tests.scenarios.enterprise import Enterprise, enterprise
from tests.scenarios.invoicing import (
    CONFIRMED,
    INVOICES,
    NOT_POSTED,
    PACKAGES,
    billed,
    confirm,
    drafted,
    lines,
    not_imported,
    post_drafts,
    post_proposal,
    proposal,
    ready,
    voucher,
)

GROUPS = ("TaxGroup", "TaxItemGroup", "SalesTaxAmount", "DefaultDimension")


@pytest.fixture
async def firm(office: Enterprise) -> Consulting:
    return await sold_in_pounds(office)


async def test_i1_a_confirmed_proforma_is_a_proposal_of_its_number_and_only_billed_sales_leave(
    firm: Consulting,
) -> None:
    office = firm.office
    await firm.approved(4)
    await firm.approved(2)
    invoice = await billed(firm, description="Thank you.")
    header = await office.behind("ProjectInvoiceProposalsV2")
    columns = ("INVOICEPROPOSALID", "PROJECTCONTRACTID", "SALESCURRENCY", "INVOICEHEADERTEXT")
    assert told(header, *columns) == [(invoice["invoicenumber"], "ORD-1", "GBP", "Thank you.")]
    skipped = await office.held("msdyn_actuals", "msdyn_skipsync eq true")
    assert told(skipped, "msdyn_amount") == [(-1000,), (-500,)]
    of_sales = [row for row in await staged(office, "InvoiceId") if row[0] != "Cost"]
    number = invoice["invoicenumber"]
    assert of_sales == [
        ("BilledSales", 1000, number),
        ("BilledSales", 500, number),
        ("Sales", 1000, ""),
        ("Sales", 500, ""),
    ]
    assert await office.is_at_rest()


async def test_i1_proformas_that_are_confirmed_together_each_have_their_proposal(firm: Consulting) -> None:
    office = firm.office
    invoices = []
    for hours in (1, 2, 3):
        await firm.approved(hours)
        await ready(firm)
        invoices.append(await drafted(firm))
    await posted(office)
    targets = [firm.target("invoice", invoice["invoiceid"]) for invoice in invoices]
    await office.act("msdyn_BulkConfirmInvoices", Targets=targets)
    await office.travel(seconds=120)
    assert await office.kept("ProjectProposals") == []
    assert await office.dataverse_forms.does("POST", "jobs", {}) == {"succeeded": 3, "failed": 0}
    await office.travel(seconds=PACKAGES)
    assert told(await office.kept("ProjectProposals"), "ProposalId") == [(each["invoicenumber"],) for each in invoices]
    await imported(office)
    assert [line["LineAmount"] for each in invoices for line in await lines(office, each)] == [250, 500, 750]
    assert await office.is_at_rest()


async def test_i1_hours_that_were_edited_on_the_proforma_are_journalled_anew_before_they_are_billed(
    firm: Consulting,
) -> None:
    office = firm.office
    await firm.approved(8)
    await posted(office)
    await ready(firm)
    invoice = await drafted(firm)
    (detail,) = await office.held("msdyn_invoicelinetransactions")
    await office.edit("msdyn_invoicelinetransactions", detail["msdyn_invoicelinetransactionid"], msdyn_quantity=6)
    await confirm(firm, invoice)
    sales = [row for row in await staged(office, "BillingType", "Quantity") if row[0] != "Cost"]
    assert sales == [
        ("BilledSales", 1500, "Chargeable", 6),
        ("BilledSales", 500, "NonChargeable", 2),
        ("Sales", -2000, "Chargeable", -8),
        ("Sales", 1500, "Chargeable", 6),
        ("Sales", 2000, "Chargeable", 8),
        ("Sales", 500, "NonChargeable", 2),
    ]
    assert await not_imported(office) == [NOT_POSTED]
    assert await lines(office, invoice) == []
    await post_drafts(office)
    await imported(office)
    assert told(await lines(office, invoice), "Qty", "LineAmount") == [(6, 1500)]
    await post_proposal(office, invoice)
    transactions = [row for row in await office.kept("ProjectPostedTransactions") if row["Part"] == "Sale"]
    assert told(transactions, "Qty", "LinePropertyId", "TransStatus") == [
        (-8, "CHARGE", "Posted"),
        (2, "NOCHARGE", "Posted"),
        (6, "CHARGE", "Invoiced"),
        (8, "CHARGE", "Posted"),
    ]
    assert await office.is_at_rest()


async def test_i1_a_retainer_is_billed_and_used_on_a_later_invoice_beside_a_fee(firm: Consulting) -> None:
    office = firm.office
    await firm.enter(
        "msdyn_contractlineretainers",
        "retainer",
        msdyn_name="Retainer",
        msdyn_amount=600,
        msdyn_invoicedate=DAY,
        msdyn_Contract__salesorders="ORD-1",
        msdyn_ContractLineId__salesorderdetails="ORD-1 PRJ-1",
        msdyn_Project__msdyn_projects="PRJ-1",
        transactioncurrencyid__transactioncurrencies="GBP",
    )
    await office.act("msdyn_MarkReadyToInvoice", Targets=[firm.target("msdyn_contractlineretainer", firm["retainer"])])
    first = await drafted(firm)
    await confirm(firm, first)
    await imported(office)
    assert told(await lines(office, first), "TransType", "LineAmount") == [("OnAccount", 600)]
    done = await post_proposal(office, first)
    assert await voucher(office, done["voucher"]) == {"AR": 750, "REV-ONACC": -750}

    await fee(firm, 300)
    await posted(office)
    assert [row["TransType"] for row in await office.kept("ProjAdvancedJournalLines")] == ["Revenue"]
    second = await billed(firm)
    assert second["totalamount"] == -300
    await imported(office)
    assert told(await lines(office, second), "TransType", "LineAmount") == [("OnAccount", -600), ("Revenue", 300)]
    done = await post_proposal(office, second)
    assert await voucher(office, done["voucher"]) == {
        "AR": -375,
        "REV-ONACC": 750,
        "REVENUE": -375,
        "ACCRUED-REV": 375,
        "WIP-SALES": -375,
    }
    assert await balances(office) == {"AR": 375, "REVENUE": -375}
    assert await office.is_at_rest()


async def fee(firm: Consulting, amount: int) -> None:
    """Charge a fee by an entry journal."""
    journal = await firm.enter("msdyn_journals", "journal", msdyn_description="Fee")
    await firm.enter(
        "msdyn_journallines",
        "fee",
        msdyn_description="Fee",
        msdyn_transactiontypecode=UNBILLED,
        msdyn_transactionclassification=192350004,
        msdyn_documentdate=DAY,
        msdyn_quantity=1,
        msdyn_price=amount,
        msdyn_Journal__msdyn_journals="journal",
        msdyn_Project__msdyn_projects="PRJ-1",
        transactioncurrencyid__transactioncurrencies="GBP",
    )
    await firm.office.act("msdyn_ConfirmJournal", Targets=[firm.target("msdyn_journal", journal)])
    await firm.office.travel()


async def test_i2_lines_stay_away_until_the_sales_are_posted_and_then_all_come_at_once(firm: Consulting) -> None:
    office = firm.office
    for hours in (4, 2):
        await firm.approved(hours)
    invoice = await billed(firm)
    assert await not_imported(office) == [NOT_POSTED]
    assert (await lines(office, invoice), (await proposal(office, invoice))["InvoiceAmount"]) == ([], 0)
    errors = await office.kept("ProjectStagingErrors")
    assert told(errors, "Message") == [(f"Error: {NOT_POSTED}",)] * 2
    await post_drafts(office)
    await imported(office)
    assert told(await lines(office, invoice), "LineAmount") == [(1000,), (500,)]
    assert await office.kept("ProjectStagingErrors") == []


async def test_i3_what_posting_makes_of_a_billed_sale_comes_back_though_its_event_got_lost(firm: Consulting) -> None:
    office = firm.office
    await firm.approved(4)
    await posted(office)
    invoice = await billed(firm)
    await imported(office)
    await office.finance_forms.does("POST", "webhooks", {"drop": 1})
    done = await post_proposal(office, invoice)
    await office.finance_forms.does("POST", "webhooks", {})
    of_billed = "msdyn_transactiontypecode eq 192350006"
    columns = ("msdyn_vouchernumber", "msdyn_accountingamount", "msdyn_accountingsalestax")
    assert told(await office.held("msdyn_actuals", of_billed), *columns) == [(None, None, None)]
    await office.catch_up("actuals_to_dataverse")
    assert told(await office.held("msdyn_actuals", of_billed), *columns) == [(done["voucher"], 1250, 200)]
    sale = [row for row in await office.kept("ProjectPostedTransactions") if row["Part"] == "Sale"]
    assert told(sale, "Qty", "TransStatus") == [(4, "Invoiced")], "it is not reversed"
    assert await office.is_at_rest()


async def test_i5_lines_that_are_deleted_come_back_with_the_dimensions_of_the_adjusted_transaction(
    firm: Consulting,
) -> None:
    office = firm.office
    await firm.approved(4)
    await posted(office)
    invoice = await billed(firm)
    await imported(office)
    (before,) = await lines(office, invoice)
    assert told([before], *GROUPS) == [("TX", "FULL", 200, "")]
    await office.run("delete-proposal-lines", company="uspm", proposal=invoice["invoicenumber"])
    assert (await lines(office, invoice), (await proposal(office, invoice))["InvoiceAmount"]) == ([], 0)
    adjusted = {"dimensions": "002-023-Home", "tax_group": "EXEMPT"}
    await office.run("adjust-transaction", company="uspm", transaction=before["TransId"], **adjusted)
    await imported(office)
    (after,) = await lines(office, invoice)
    assert told([after], *GROUPS) == [("EXEMPT", "FULL", 0, "002-023-Home")]
    actuals = await office.held("msdyn_actuals")
    await office.travel(seconds=PACKAGES)
    assert await office.held("msdyn_actuals") == actuals
    assert await office.is_at_rest()


async def test_i6_a_proposal_that_people_create_or_delete_in_finance_does_not_reach_dataverse(
    firm: Consulting,
) -> None:
    office = firm.office
    await firm.approved(4)
    await posted(office)
    invoice = await billed(firm)
    before = [await office.held(table_set) for table_set in (INVOICES, "msdyn_actuals", "msdyn_customerinvoices")]
    own = {"proposal": "FIN-1", "contract": "ORD-1", "currency": "GBP"}
    await office.run("create-invoice-proposal", company="uspm", **own)
    for number in ("FIN-1", invoice["invoicenumber"]):
        await office.run("delete-invoice-proposal", company="uspm", proposal=number)
    assert await office.kept("ProjectProposals") == []
    await office.travel(seconds=PACKAGES)
    after = [await office.held(table_set) for table_set in (INVOICES, "msdyn_actuals", "msdyn_customerinvoices")]
    assert after == before
    assert await office.is_at_rest()


async def test_i7_proformas_that_are_confirmed_out_of_order_keep_their_numbers(firm: Consulting) -> None:
    office = firm.office
    invoices = []
    for hours in (1, 2):
        await firm.approved(hours)
        await ready(firm)
        invoices.append(await drafted(firm))
    await posted(office)
    for invoice in reversed(invoices):
        await confirm(firm, invoice)
    await imported(office)
    first, second = invoices
    assert first["invoicenumber"] < second["invoicenumber"]
    assert told(await lines(office, first), "LineAmount") == [(250,)]
    assert told(await lines(office, second), "LineAmount") == [(500,)]
    done = [await post_proposal(office, invoice) for invoice in (second, first)]
    issued = await office.kept("ProjectCustomerInvoices")
    assert told(issued, "ProposalId", "ProjInvoiceId") == [
        (first["invoicenumber"], done[1]["invoice"]),
        (second["invoicenumber"], done[0]["invoice"]),
    ]
    assert await office.is_at_rest()


@pytest.mark.parametrize("running", ["", "*,customer_invoices"])
async def test_i9_a_proforma_shows_its_customer_invoice_where_the_map_runs(
    monkeypatch: pytest.MonkeyPatch, running: str
) -> None:
    async with enterprise(monkeypatch, **({"RUNNING_MAPS": running} if running else {})) as office:
        await office.open()
        firm = await sold_in_pounds(office)
        await firm.approved(4)
        await posted(office)
        invoice = await billed(firm)
        await imported(office)
        done = await post_proposal(office, invoice)
        proforma = await office.the(INVOICES, "")
        columns = ("customerinvoicenumber", "customerinvoicetax", "projectinvoicestatus")
        shown = told([proforma], *(f"msdyn_{name}" for name in columns))
        assert shown == ([(done["invoice"], 200, 192350004)] if running else [(None, None, CONFIRMED)])
        assert await office.is_at_rest()
