"""Invoice proposals in Finance: lines that come all at once or not at all."""

from __future__ import annotations

from typing import Any

import pytest

from tests.twin.billing import Billing
from tests.twin.bookkeeper import guid
from tests.twin.finance.processes.invoiced import MISMATCHED, NOT_POSTED
from tests.twin.finance.processes.journal_lines import RETAINER
from tests.twin.finance.processes.proposal_import import checksum

GROUPS = ("TaxGroup", "TaxItemGroup", "SalesTaxAmount", "DefaultDimension")


@pytest.fixture
async def finance() -> Billing:
    billing = Billing()
    await billing.contract()
    return billing


# -- lines --------------------------------------------------------------------------------------------------------------


async def test_a_line_is_made_of_the_posted_sale_with_its_tax_groups_and_dimensions(finance: Billing) -> None:
    await finance.taxed()
    await finance.create("ProjectTasks", dataAreaId="uspm", ProjectId="P1", TaskId="A1")
    await finance.billed_hours("a", TransactionCategoryId="TCN-1", TaskNumber="A1", Description="Painting")
    await finance.imported()
    [line] = await finance.lines("INV-7")
    assert (line["TransType"], line["Qty"], line["SalesPrice"], line["LineAmount"]) == ("Hour", 4, 250, 1000)
    assert (line["ProjId"], line["ActivityNumber"], line["Text"], line["CategoryId"]) == (
        *("P1", "A1", "Painting"),
        "TCN-1-1",
    )
    assert tuple(line[name] for name in GROUPS) == ("TX", "FULL", 200, "002-023")
    assert (await finance.transaction("a"))["TransStatus"] == "InvoiceProposal"
    state = await finance.state("billed a")
    assert (state["IsProcessed"], state["InvoiceProposalLineTransId"]) == ("Yes", line["LineTransId"])
    proposal = await finance.proposal("INV-7")
    assert (proposal["InvoiceAmount"], proposal["SumTax"]) == (1200, 200)
    await finance.imported()
    assert len(await finance.lines("INV-7")) == 1


async def test_one_sale_that_is_not_posted_keeps_all_lines_away(finance: Billing) -> None:
    await finance.billed_hours("a")
    await finance.sale("b")
    await finance.billed("b")
    assert await finance.imported() == [NOT_POSTED]
    assert await finance.lines("INV-7") == []
    assert (await finance.transaction("a"))["TransStatus"] == "Posted"
    assert (await finance.state("billed a"))["IsProcessed"] == "No"
    assert await finance.errors() == [NOT_POSTED] * 2
    await finance.post_journals()
    assert await finance.imported() == []
    assert [line["LineAmount"] for line in await finance.lines("INV-7")] == [1000, 1000]
    assert await finance.errors() == []


async def test_a_billed_sale_without_its_connection_waits_as_if_nothing_were_posted(finance: Billing) -> None:
    await finance.sale("a")
    await finance.post_all()
    finance.propose("INV-7")
    await finance.actual("billed a", **finance.billed_columns())
    assert await finance.imported() == [NOT_POSTED]
    await finance.connect("billed a", "a", roles="Billed Sales/Unbilled Sales")
    assert await finance.imported() == []
    assert len(await finance.lines("INV-7")) == 1


async def test_billed_sales_wait_for_their_header_without_an_error(finance: Billing) -> None:
    await finance.billed_hours("a", header=False)
    assert (await finance.imported(), await finance.errors()) == ([], [])
    finance.propose("INV-7")
    assert await finance.imported() == []
    assert len(await finance.lines("INV-7")) == 1


async def test_the_column_of_the_proposal_names_it_too_and_one_proposal_can_be_imported(finance: Billing) -> None:
    for name in ("a", "b"):
        await finance.sale(name)
    await finance.post_journals()
    for proposal in ("INV-7", "INV-8"):
        finance.propose(proposal)
    await finance.billed("a")
    await finance.billed("b", InvoiceId="", InvoiceProposalId="INV-8")
    await finance.run("import-from-staging", proposal="INV-8")
    assert (len(await finance.lines("INV-7")), len(await finance.lines("INV-8"))) == (0, 1)


@pytest.mark.parametrize(
    "sent",
    [
        {"NUMBEROFBILLABLESALESACTUALS": 2},
        {"HASHEDLISTOFBILLABLESALESACTUALIDS": checksum([guid("billed b"), guid("billed a")])},
    ],
)
async def test_with_a_checksum_lines_wait_until_all_billed_sales_are_there(
    finance: Billing, sent: dict[str, Any]
) -> None:
    for name in ("a", "b", "free"):
        await finance.sale(name)
    await finance.post_journals()
    finance.propose("INV-7", **sent)
    await finance.billed("a")
    assert await finance.imported() == [MISMATCHED]
    assert await finance.lines("INV-7") == []
    await finance.billed("free", BillingType="NonChargeable")
    assert await finance.imported() == [MISMATCHED]
    await finance.billed("b")
    assert await finance.imported() == []
    assert len(await finance.lines("INV-7")) == 2


async def test_a_billed_sale_that_comes_after_the_lines_is_a_mismatch_until_they_are_made_anew(
    finance: Billing,
) -> None:
    await finance.sale("b")
    await finance.billed_hours("a")
    await finance.imported()
    await finance.billed("b")
    assert await finance.imported() == [MISMATCHED]
    assert len(await finance.lines("INV-7")) == 1
    await finance.run("delete-proposal-lines", proposal="INV-7")
    assert await finance.imported() == []
    assert len(await finance.lines("INV-7")) == 2


async def test_a_sale_that_is_on_an_invoice_is_not_billed_again(finance: Billing) -> None:
    await finance.billed_hours("a")
    await finance.imported()
    finance.propose("INV-8")
    await finance.actual("again", **finance.billed_columns(InvoiceId="INV-8"))
    await finance.connect("again", "a", roles="Billed Sales/Unbilled Sales")
    assert await finance.imported() == [NOT_POSTED]
    await finance.run("post-invoice-proposal", proposal="INV-7")
    assert await finance.imported() == [NOT_POSTED]
    assert await finance.lines("INV-8") == []


async def test_a_billed_sale_that_comes_twice_is_one_line(finance: Billing) -> None:
    await finance.billed_hours("a")
    await finance.actual("other import", **finance.billed_columns(ActualId=guid("billed a")))
    assert (await finance.state("other import"))["IsDuplicate"] == "Yes"
    assert await finance.imported() == []
    assert [line["LineAmount"] for line in await finance.lines("INV-7")] == [1000]


async def test_billed_sales_up_to_the_cut_off_date_are_of_no_proposal(finance: Billing) -> None:
    await finance.billed_hours("a")
    await finance.sale("old", DocumentDate="2026-06-30T12:00:00Z")
    await finance.billed("old", DocumentDate="2026-06-30T12:00:00Z")
    await finance.set_up(beginning_balance_cutoff="2026-06-30")
    assert await finance.imported() == []
    assert [line["ActualsImportId"] for line in await finance.lines("INV-7")] == [guid("import billed a")]


async def test_what_prevalidation_has_not_passed_keeps_all_lines_away(finance: Billing) -> None:
    await finance.billed_hours("a")
    await finance.control("settings", {"actuals_prevalidation": True})
    assert await finance.imported() == [MISMATCHED]
    finance.twin.clock.advance(600)
    await finance.run("validate-actuals")
    assert await finance.imported() == []


@pytest.mark.parametrize("billing_type", ["NonChargeable", "Complimentary"])
async def test_what_is_not_charged_is_done_without_a_line(finance: Billing, billing_type: str) -> None:
    await finance.sale("free", BillingType=billing_type)
    await finance.billed_hours("a")
    await finance.billed("free", BillingType=billing_type)
    assert await finance.imported() == []
    assert len(await finance.lines("INV-7")) == 1
    assert (await finance.state("billed free"))["IsProcessed"] == "Yes"
    await finance.run("delete-proposal-lines", proposal="INV-7")
    assert (await finance.state("billed free"))["IsProcessed"] == "No"


async def test_deleted_lines_come_back_with_what_was_adjusted(finance: Billing) -> None:
    await finance.taxed()
    await finance.billed_hours("a", TransactionCategoryId="TCN-1")
    await finance.imported()
    transaction = await finance.transaction("a")
    words = await finance.refused("adjust-transaction", transaction=transaction["TransId"], dimensions="009")
    assert "has status InvoiceProposal" in words
    await finance.run("delete-proposal-lines", proposal="INV-7")
    proposal = await finance.proposal("INV-7")
    assert (proposal["InvoiceAmount"], await finance.lines("INV-7")) == (0, [])
    assert (await finance.transaction("a"))["TransStatus"] == "Posted"
    state = await finance.state("billed a")
    assert (state["IsProcessed"], state["IntegrationCount"], state["InvoiceProposalLineTransId"]) == ("No", 1, "")
    await finance.run("adjust-transaction", transaction=transaction["TransId"], dimensions="009", tax_group="NO")
    assert (transaction["SalesTaxAmount"], (await finance.transaction("a"))["SalesTaxAmount"]) == (200, 0)
    assert await finance.imported() == []
    [line] = await finance.lines("INV-7")
    assert tuple(line[name] for name in GROUPS) == ("NO", "FULL", 0, "009")


# -- milestones, retainers ----------------------------------------------------------------------------------------------


async def test_a_milestone_gives_its_own_tax_groups_and_dimensions(finance: Billing) -> None:
    await finance.fixed_price()
    await finance.milestone("M1", 5000)
    transaction = await finance.on_account("M1")
    await finance.run(
        "adjust-transaction",
        transaction=transaction["TransactionId"],
        tax_group="TX",
        tax_item_group="MS",
        dimensions="004",
    )
    await finance.set_up(taxes=[{"group": "TX", "item_group": "MS", "percent": 10}])
    finance.propose("INV-8", PROJECTCONTRACTID="K2")
    await finance.billed_milestone("M1", 5000)
    assert await finance.imported() == []
    [line] = await finance.lines("INV-8")
    assert (line["TransType"], line["LineAmount"]) == ("OnAccount", 5000)
    assert tuple(line[name] for name in GROUPS) == ("TX", "MS", 500, "004")
    assert (await finance.on_account("M1"))["TransStatus"] == "InvoiceProposal"


async def test_a_milestone_that_has_not_come_keeps_its_line_away(finance: Billing) -> None:
    await finance.fixed_price()
    finance.propose("INV-8")
    await finance.billed_milestone("M1", 5000)
    assert await finance.imported() == [NOT_POSTED]
    assert await finance.lines("INV-8") == []


@pytest.mark.parametrize("status", ["NoStatus", "InvoiceProposal", "Invoiced"])
async def test_a_milestone_that_is_not_open_keeps_its_line_away(finance: Billing, status: str) -> None:
    await finance.fixed_price()
    await finance.milestone("M1", 5000)
    change = {"collection": "ProjectOnAccountTransactions", "set": {"TransStatus": status}}
    await finance.control("set-based", change)
    finance.propose("INV-8", PROJECTCONTRACTID="K2")
    await finance.billed_milestone("M1", 5000)
    assert await finance.imported() == [NOT_POSTED]
    assert await finance.lines("INV-8") == []


async def test_a_retainer_is_a_line_of_its_own_and_its_use_takes_it_back(finance: Billing) -> None:
    finance.propose("INV-7")
    for name, quantity in (("retainer", 1), ("use", -1)):
        columns = finance.billed_columns(Quantity=quantity, UnitPrice=600, Amount=600 * quantity)
        await finance.actual(f"billed {name}", **columns, TransactionClassification=RETAINER)
    await finance.sale("held", TransactionClassification=RETAINER, Quantity=-1, UnitPrice=600)
    assert await finance.imported() == []
    assert [(line["TransType"], line["LineAmount"]) for line in await finance.lines("INV-7")] == [
        ("OnAccount", 600),
        ("OnAccount", -600),
    ]
    assert (await finance.state("held"))["IsProcessed"] == "Yes"
    assert await finance.rows("ProjAdvancedJournalLines") == []


# -- proposals of Finance's own -----------------------------------------------------------------------------------------


async def test_a_proposal_that_people_make_and_delete_is_finances_alone(finance: Billing) -> None:
    await finance.run("create-invoice-proposal", proposal="X-1", contract="K1", currency="USD")
    assert (await finance.proposal("X-1"))["Status"] == "Open"
    assert "already exists" in await finance.refused(
        "create-invoice-proposal", proposal="X-1", contract="K1", currency="USD"
    )
    await finance.billed_hours("a")
    await finance.imported()
    for proposal in ("X-1", "INV-7"):
        await finance.run("delete-invoice-proposal", proposal=proposal)
    assert await finance.rows("ProjectProposals") == await finance.rows("ProjectProposalLines") == []
    assert (await finance.transaction("a"))["TransStatus"] == "Posted"
