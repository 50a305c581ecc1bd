"""What goes wrong with project invoices, as users of the product know it: each error is provoked, cured, and gone.

Meanwhile nothing is half written: a proposal has no line until all of them are there, and is open until all is posted.
"""

from __future__ import annotations

import pytest

from tests.scenarios.accounting import balances, imported, posted, sold_in_pounds
from tests.scenarios.consulting import Consulting, told
from tests.scenarios.enterprise import Enterprise, Row
from tests.scenarios.invoicing import (
    BILLED,
    MISMATCHED,
    PACKAGES,
    billed,
    confirm,
    drafted,
    lines,
    not_imported,
    not_posted,
    post_proposal,
    proposal,
    ready,
)

#: What the ledger holds of six hours that are posted and not invoiced.
POSTED = {"COST": 720, "PAYROLL-ALLOC": -720, "WIP-SALES": 1875, "ACCRUED-REV": -1875}


@pytest.fixture
async def firm(office: Enterprise) -> Consulting:
    """Four hours and two hours, posted."""
    firm = await sold_in_pounds(office)
    for hours in (4, 2):
        await firm.approved(hours)
    await posted(office)
    return firm


async def nothing_half_written(office: Enterprise, invoice: Row) -> None:
    """See that a proposal that was not processed has nothing."""
    header = await proposal(office, invoice)
    assert told([header], "Status", "InvoiceAmount", "SumTax") == [("Open", 0, 0)]
    assert await lines(office, invoice) == []
    statuses = [row["TransStatus"] for row in await office.kept("ProjectPostedTransactions")]
    assert set(statuses) == {"Posted"}
    assert await balances(office) == POSTED


async def test_i2_billed_sales_that_did_not_all_arrive_are_a_mismatch_until_they_did(firm: Consulting) -> None:
    office = firm.office
    await ready(firm)
    invoice = await drafted(firm)
    refused = {"method": "POST", "path": "ProjActualsImports", "times": 1, "status": 400}
    await office.finance_forms.does("POST", "faults", refused)
    await confirm(firm, invoice)
    assert len(await staged_billed(office)) == 1
    await told_of_two(office)
    assert await not_imported(office) == [MISMATCHED]
    await nothing_half_written(office, invoice)
    missing = await office.held("msdyn_actuals", f"msdyn_transactiontypecode eq {BILLED}")
    targets = [firm.target("msdyn_actual", row["msdyn_actualid"]) for row in missing]
    await office.act("msdyn_SyncActuals", Targets=targets)
    await office.travel(seconds=PACKAGES)
    await imported(office)
    assert told(await lines(office, invoice), "LineAmount") == [(1000,), (500,)]
    assert await office.kept("ProjectStagingErrors") == []
    assert await office.is_at_rest()


async def staged_billed(office: Enterprise) -> list[Row]:
    """The billed sales that have arrived in staging."""
    return [row for row in await office.kept("ProjActualsImports") if row["TransactionType"] == "BilledSales"]


async def told_of_two(office: Enterprise) -> None:
    """Let the header say that two billed sales belong to it; how Dataverse says so is not published."""
    expected = {"set": {"NUMBEROFBILLABLESALESACTUALS": 2}, "collection": "ProjectInvoiceProposalsV2"}
    await office.finance_forms.does("POST", "set-based", expected)


async def test_i2_with_prevalidation_lines_wait_until_every_billed_sale_was_found_valid(firm: Consulting) -> None:
    office = firm.office
    invoice = await billed(firm)
    await office.finance_forms.does("POST", "settings", {"actuals_prevalidation": True})
    assert await not_imported(office) == [MISMATCHED]
    await nothing_half_written(office, invoice)
    await office.travel(seconds=300)
    assert (await office.run("validate-actuals", company="uspm"))["invalid"] == 0
    await imported(office)
    assert told(await lines(office, invoice), "LineAmount") == [(1000,), (500,)]
    assert await office.kept("ProjectStagingErrors") == []


async def test_i3_a_proposal_of_a_closed_period_is_posted_once_that_is_open(firm: Consulting) -> None:
    office = firm.office
    invoice = await billed(firm, msdyn_invoicedate="2026-08-31")
    await imported(office)
    await office.set_up("uspm", open_periods=[{"start": "2026-09-01", "end": "2026-12-31"}])
    words = "No open fiscal period was found for the specified accounting date 8/31/2026."
    assert await not_posted(office, invoice) == words
    await still_open(office, invoice)
    await office.set_up("uspm", open_periods=[{"start": "2026-08-01", "end": "2026-12-31"}])
    done = await post_proposal(office, invoice)
    assert await vouchers(office) == [(done["voucher"],)] * 2
    assert await office.is_at_rest()


async def test_i3_a_proposal_with_a_ghost_stays_open(firm: Consulting) -> None:
    office = firm.office
    invoice = await billed(firm)
    await imported(office)
    ghost, _ = await staged_billed(office)
    await office.run("mark-ghost", company="uspm", actual=ghost["ActualsImportId"])
    assert await not_posted(office, invoice) == "Unable to write data to entity msdyn_actuals"
    await still_open(office, invoice)


async def still_open(office: Enterprise, invoice: Row) -> None:
    """See that nothing of a proposal was posted, on either side."""
    assert (await proposal(office, invoice))["Status"] == "Open"
    assert await office.kept("ProjectCustomerInvoices") == []
    assert await office.kept("ProjInvoiceProposalsExport") == []
    assert await balances(office) == POSTED
    await office.travel(seconds=120)
    assert await vouchers(office) == [(None,)] * 2


async def vouchers(office: Enterprise) -> list[tuple[object, ...]]:
    """The vouchers of billed sales in Dataverse."""
    rows = await office.held("msdyn_actuals", f"msdyn_transactiontypecode eq {BILLED}")
    return told(rows, "msdyn_vouchernumber")


async def test_i7_a_number_sequence_that_lets_nobody_change_numbers_refuses_the_header_until_it_does(
    firm: Consulting,
) -> None:
    office = firm.office
    await office.set_up("uspm", proposal_numbers_by_user=False)
    invoice = await billed(firm)
    assert await office.kept("ProjectProposals") == []
    (record,) = await office.errors()
    assert (record.direction, record.error_class) == ("invoice_proposals_to_finance", "Rejected")
    assert f"doesn't allow the number {invoice['invoicenumber']}" in record.reason
    # The billed sales wait for their header, without an error.
    await imported(office)
    assert await office.kept("ProjectStagingErrors") == []
    await office.set_up("uspm", proposal_numbers_by_user=True)
    await office.catch_up("invoice_proposals_to_finance")
    await office.travel(seconds=PACKAGES)
    await imported(office)
    assert told(await lines(office, invoice), "LineAmount") == [(1000,), (500,)]
    assert await office.is_at_rest()
