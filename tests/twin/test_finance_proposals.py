"""Invoice proposals in Finance: their header, and lines that come all at once or not at all."""

from __future__ import annotations

from typing import Any

import pytest

from tests.twin.billing import Billing
from tests.twin.bookkeeper import guid
from tests.twin.finance.processes.invoiced import MISMATCHED, NOT_POSTED
from tests.twin.finance.processes.journal_lines import RETAINER
from tests.twin.finance.processes.proposal_import import checksum
from tests.twin.finance.refusals import WriteRefused
from tests.twin.finance.visitor import address

GROUPS = ("TaxGroup", "TaxItemGroup", "SalesTaxAmount", "DefaultDimension")


@pytest.fixture
async def finance() -> Billing:
    billing = Billing()
    await billing.contract()
    return billing


async def taxed(finance: Billing) -> None:
    """Let work on P1 be taxed at 20 %."""
    await finance.category("TCN-1", 1, ItemSalesTaxGroup="FULL")
    project = address("ProjectsV2", dataAreaId="uspm", ProjectId="P1")
    await finance.change(project, SalesTaxGroupId="TX", DimensionDisplayValue="002-023")
    await finance.set_up(taxes=[{"group": "TX", "item_group": "FULL", "percent": 20}])


# -- the header ---------------------------------------------------------------------------------------------------------


async def test_a_header_has_no_lines_no_amount_and_the_terms_of_who_pays(finance: Billing) -> None:
    finance.propose("INV-7", INVOICEDATE="2026-08-31T12:00:00Z")
    proposal = await finance.proposal("INV-7")
    assert (proposal["Status"], proposal["FundingSource"], proposal["CurrencyId"]) == ("Open", "F1", "USD")
    assert (proposal["InvoiceAmount"], proposal["SumTax"]) == (0, 0)
    assert proposal["DueDate"] == "2026-09-30T12:00:00Z"  # Net30, the customer's
    assert await finance.lines("INV-7") == []


@pytest.mark.parametrize(
    ("terms", "due"),
    [
        ({}, "2026-08-17"),
        ({"NumberOfDays": 14}, "2026-08-31"),
        ({"NumberOfMonths": 1, "NumberOfDays": 1}, "2026-09-18"),
        ({"PaymentMethodType": "CurrentMth", "NumberOfMonths": 1}, "2026-09-30"),
        ({"PaymentMethodType": "CurrentWeek"}, "2026-08-23"),
        ({"PaymentMethodType": "CurrentQuart"}, "2026-09-30"),
        ({"PaymentMethodType": "CurrentYear", "NumberOfMonths": 2}, "2027-02-28"),
    ],
)
async def test_terms_begin_with_the_invoice_or_the_end_of_its_period(
    finance: Billing, terms: dict[str, Any], due: str
) -> None:
    await finance.create("PaymentTerms", dataAreaId="uspm", Name="T", **terms)
    source = address("ProjectFundingSources", dataAreaId="uspm", ProjectContractID="K1", FundingSourceId="F1")
    await finance.change(source, TermsOfPayment="T")
    finance.propose("INV-7", INVOICEDATE="2026-08-17T12:00:00Z")
    assert (await finance.proposal("INV-7"))["DueDate"][:10] == due


async def test_without_terms_an_invoice_is_due_today(finance: Billing) -> None:
    source = address("ProjectFundingSources", dataAreaId="uspm", ProjectContractID="K1", FundingSourceId="F1")
    await finance.change(source, TermsOfPayment="")
    await finance.change(
        address("ProjectContractHeaders", dataAreaId="uspm", ProjectContractId="K1"), TermsOfPayment=""
    )
    finance.propose("INV-7", INVOICEDATE="2026-08-17T12:00:00Z")
    assert (await finance.proposal("INV-7"))["DueDate"] == "2026-09-14T12:00:00Z"


async def test_numbers_may_come_in_any_order_unless_the_sequence_lets_nobody_give_them(finance: Billing) -> None:
    finance.propose("INV-9")
    finance.propose("INV-7")
    await finance.set_up(proposal_numbers_by_user=False)
    with pytest.raises(WriteRefused, match="doesn't allow the number INV-8"):
        finance.propose("INV-8")
    assert [row["ProposalId"] for row in await finance.rows("ProjectProposals")] == ["INV-9", "INV-7"]
    finance.propose("INV-7", INVOICEHEADERTEXT="One that is there may be sent again.")


async def test_people_change_due_date_dimensions_and_tax_groups_of_a_draft(finance: Billing) -> None:
    await taxed(finance)
    await finance.billed_hours("a")
    await finance.imported()
    await finance.run("change-invoice-proposal", proposal="INV-7", due_date="2026-12-24", dimensions="001")
    await finance.run("change-proposal-tax", proposal="INV-7", line=1, tax_group="TX", tax_item_group="NONE")
    proposal, [line] = await finance.proposal("INV-7"), await finance.lines("INV-7")
    assert (proposal["DueDate"], proposal["DefaultDimension"]) == ("2026-12-24T12:00:00Z", "001")
    assert (line["TaxItemGroup"], line["SalesTaxAmount"]) == ("NONE", 0)
    assert (proposal["InvoiceAmount"], proposal["SumTax"]) == (1000, 0)
    words = await finance.refused(
        "change-proposal-tax", proposal="INV-7", line=2, tax_group="TX", tax_item_group="FULL"
    )
    assert words == "Invoice proposal INV-7 has no line 2."


async def test_the_customer_of_what_is_billed_pays(finance: Billing) -> None:
    await finance.create(
        "ProjectFundingSources",
        dataAreaId="uspm",
        ProjectContractID="K1",
        FundingSourceId="F2",
        CustomerOrOrganization="C-1002",
    )
    await finance.billed_hours("a", CustomerAccountNumber="C-1002")
    await finance.imported()
    proposal = await finance.proposal("INV-7")
    assert (proposal["FundingSource"], proposal["DueDate"]) == ("F2", "2026-10-15T12:00:00Z")  # Net45


# -- lines --------------------------------------------------------------------------------------------------------------


async def test_a_line_is_made_of_the_posted_sale_with_its_tax_groups_and_dimensions(finance: Billing) -> None:
    await taxed(finance)
    await finance.billed_hours("a", TransactionCategoryId="TCN-1")
    await finance.imported()
    [line] = await finance.lines("INV-7")
    assert (line["TransType"], line["Qty"], line["SalesPrice"], line["LineAmount"]) == ("Hour", 4, 250, 1000)
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
        {"HASHEDLISTOFBILLABLESALESACTUALIDS": checksum([guid("billed a"), guid("billed b")])},
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
    await taxed(finance)
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
