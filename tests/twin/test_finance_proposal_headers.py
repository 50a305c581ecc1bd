"""Headers of invoice proposals in Finance: number, terms, dimensions, and what people change of a draft."""

from __future__ import annotations

from typing import Any

import pytest

from tests.twin.billing import Billing
from tests.twin.finance.refusals import WriteRefused
from tests.twin.finance.visitor import address


@pytest.fixture
async def finance() -> Billing:
    billing = Billing()
    await billing.contract()
    return billing


async def second_payer(finance: Billing) -> None:
    """Let C-1002 pay under K1 too."""
    named = {"dataAreaId": "uspm", "ProjectContractID": "K1", "FundingSourceId": "F2"}
    await finance.create("ProjectFundingSources", **named, CustomerOrOrganization="C-1002")


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


async def test_terms_of_the_contract_are_those_of_who_pays_without_any(finance: Billing) -> None:
    source = address("ProjectFundingSources", dataAreaId="uspm", ProjectContractID="K1", FundingSourceId="F1")
    await finance.change(source, TermsOfPayment="")
    contract = address("ProjectContractHeaders", dataAreaId="uspm", ProjectContractId="K1")
    await finance.change(contract, TermsOfPayment="Net45")
    finance.propose("INV-7", INVOICEDATE="2026-08-31T12:00:00Z")
    assert (await finance.proposal("INV-7"))["DueDate"] == "2026-10-15T12:00:00Z"


async def test_a_header_has_the_dimensions_of_who_pays(finance: Billing) -> None:
    await second_payer(finance)
    for source, dimensions in (("F1", "001"), ("F2", "002")):
        named = {"dataAreaId": "uspm", "ProjectContractID": "K1", "FundingSourceId": source}
        await finance.change(address("ProjectFundingSources", **named), DimensionDisplayValue=dimensions)
    await finance.billed_hours("a", CustomerAccountNumber="C-1002")
    assert (await finance.proposal("INV-7"))["DefaultDimension"] == "001"
    await finance.imported()
    assert (await finance.proposal("INV-7"))["DefaultDimension"] == "002"


async def test_a_header_that_is_sent_again_moves_the_dates_only_with_its_own(finance: Billing) -> None:
    finance.propose("INV-7", INVOICEDATE="2026-08-31T12:00:00Z")
    await finance.run("change-invoice-proposal", proposal="INV-7", due_date="2026-12-24")
    finance.propose("INV-7", INVOICEHEADERTEXT="Thank you.")
    assert (await finance.proposal("INV-7"))["DueDate"] == "2026-12-24T12:00:00Z"
    finance.propose("INV-7", INVOICEDATE="2026-09-01T12:00:00Z")
    proposal = await finance.proposal("INV-7")
    assert (proposal["InvoiceDate"], proposal["DueDate"]) == ("2026-09-01T12:00:00Z", "2026-10-01T12:00:00Z")


async def test_numbers_may_come_in_any_order_unless_the_sequence_lets_nobody_give_them(finance: Billing) -> None:
    finance.propose("INV-9")
    finance.propose("INV-7")
    await finance.set_up(proposal_numbers_by_user=False)
    with pytest.raises(WriteRefused, match="doesn't allow the number INV-8"):
        finance.propose("INV-8")
    assert [row["ProposalId"] for row in await finance.rows("ProjectProposals")] == ["INV-9", "INV-7"]
    finance.propose("INV-7", INVOICEHEADERTEXT="One that is there may be sent again.")


async def test_people_change_due_date_dimensions_and_tax_groups_of_a_draft(finance: Billing) -> None:
    await finance.taxed()
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
    await second_payer(finance)
    await finance.billed_hours("a", CustomerAccountNumber="C-1002")
    await finance.imported()
    proposal = await finance.proposal("INV-7")
    assert (proposal["FundingSource"], proposal["DueDate"]) == ("F2", "2026-10-15T12:00:00Z")  # Net45
