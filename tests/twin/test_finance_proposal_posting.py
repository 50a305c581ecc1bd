"""Posting of invoice proposals: customer invoice, ledger, what goes back, credits, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from tests.twin.billing import Billing
from tests.twin.bookkeeper import GBP, guid
from tests.twin.finance.company_setup import ACCOUNTS
from tests.twin.finance.processes.invoiced import NOT_POSTED
from tests.twin.finance.processes.proposal_posting import GHOST
from tests.twin.finance.refusals import WriteRefused
from tests.twin.finance.schema import NO_DATE
from tests.twin.finance.visitor import address

RESULTS = ("AccountingAmount", "ExchangeRate", "VoucherNumber", "SalesTaxAmount")
TAX = {"group": "TX", "item_group": "FULL", "percent": 20}


@pytest.fixture
async def finance() -> Billing:
    billing = Billing()
    await billing.contract("GBP")
    await billing.category("TCN-1", 1, ItemSalesTaxGroup="FULL")
    await billing.change(address("ProjectsV2", dataAreaId="uspm", ProjectId="P1"), SalesTaxGroupId="TX")
    await billing.set_up(taxes=[TAX], fixed_rates={"K1": {"GBP": "1.25"}})
    return billing


async def proposed(finance: Billing) -> None:
    """Bill four hours at 250 GBP."""
    await finance.billed_hours("a", TransactionCategoryId="TCN-1", TransactionCurrencyId="GBP")
    assert await finance.imported() == []


async def posted(finance: Billing, proposal: str = "INV-7") -> dict[str, Any]:
    return await finance.run("post-invoice-proposal", proposal=proposal)


async def summed(finance: Billing, voucher: str) -> dict[str, Any]:
    """What a voucher comes to by account."""
    sums: dict[str, Any] = {}
    for account, debit, credit in await finance.entries(voucher):
        sums[account] = sums.get(account, 0) + debit - credit
    return sums


async def test_posting_makes_an_invoice_takes_the_accrual_back_and_fills_the_billed_sale(finance: Billing) -> None:
    await proposed(finance)
    done = await posted(finance)
    assert await summed(finance, done["voucher"]) == {
        "AR": 1500,
        "REVENUE": -1250,
        "TAX-PAY": -250,
        "ACCRUED-REV": 1250,
        "WIP-SALES": -1250,
    }
    assert await finance.balances("uspm") == {"AR": 1500, "REVENUE": -1250, "TAX-PAY": -250}
    [invoice] = await finance.rows("ProjectCustomerInvoices")
    assert (invoice["ProjInvoiceId"], invoice["ProposalId"], invoice["CustomerAccount"]) == (
        *(done["invoice"], "INV-7"),
        "C-1001",
    )
    assert (invoice["InvoiceAmount"], invoice["SumTax"], invoice["AccountingAmount"]) == (1200, 200, 1250)
    assert (invoice["InvoiceDate"], invoice["DueDate"]) == ("2026-08-31T12:00:00Z", "2026-09-30T12:00:00Z")
    assert (await finance.transaction("a"))["TransStatus"] == "Invoiced"
    staged = await finance.staged("billed a")
    assert tuple(staged[name] for name in RESULTS) == (1250, 1.25, done["voucher"], 200)
    assert (await finance.staged("a"))["VoucherNumber"] != done["voucher"]
    proposal = await finance.proposal("INV-7")
    assert (proposal["Status"], proposal["ProjInvoiceId"], proposal["LedgerVoucher"]) == (
        "Posted",
        done["invoice"],
        done["voucher"],
    )
    [shown] = await finance.rows("ProjInvoiceProposalsExport")
    assert (shown["InvoiceProposalId"], shown["InvoiceNumber"], shown["TaxAmount"]) == ("INV-7", done["invoice"], 200)
    assert shown["InvoiceDate"] == "2026-08-31T12:00:00Z"


async def test_without_accrual_nothing_is_taken_back(finance: Billing) -> None:
    profile = {"name": "TM", "accrues": []}
    await finance.set_up(profile_rules=[{"level": "all", "profile": profile}])
    await proposed(finance)
    done = await posted(finance)
    assert await summed(finance, done["voucher"]) == {"AR": 1500, "REVENUE": -1250, "TAX-PAY": -250}


async def test_a_proposal_without_a_date_is_invoiced_today(finance: Billing) -> None:
    finance.propose("INV-7", INVOICEDATE=NO_DATE)
    await proposed(finance)
    await posted(finance)
    [invoice] = await finance.rows("ProjectCustomerInvoices")
    assert (await finance.proposal("INV-7"))["InvoiceDate"] == invoice["InvoiceDate"] == "2026-09-14T12:00:00Z"


async def test_posted_is_final(finance: Billing) -> None:
    await proposed(finance)
    await posted(finance)
    before = await finance.rows("LedgerVoucherEntries")
    for process in ("post-invoice-proposal", "delete-proposal-lines", "delete-invoice-proposal"):
        assert await finance.refused(process, proposal="INV-7") == "Invoice proposal INV-7 is already posted."
    finance.propose("INV-7")
    with pytest.raises(WriteRefused, match="is posted and can't be changed"):
        finance.propose("INV-7", INVOICEDATE="2026-09-01T12:00:00Z")
    assert await finance.imported() == []
    assert await finance.rows("LedgerVoucherEntries") == before


async def stays_open(finance: Billing, words: str) -> None:
    """Post in vain, and see that nothing is half posted."""
    before = await finance.rows("LedgerVoucherEntries")
    [line] = await finance.lines("INV-7")
    assert await finance.refused("post-invoice-proposal", proposal="INV-7") == words
    assert (await finance.proposal("INV-7"))["Status"] == "Open"
    assert await finance.lines("INV-7") == [line]
    assert await finance.rows("LedgerVoucherEntries") == before
    assert (await finance.staged("billed a"))["VoucherNumber"] == ""
    for collection in ("ProjectCustomerInvoices", "ProjInvoiceProposalsExport"):
        assert await finance.rows(collection) == []


async def test_a_closed_period_is_refused_until_it_is_open(finance: Billing) -> None:
    await proposed(finance)
    await finance.set_up(open_periods=[{"start": "2026-09-01", "end": "2026-09-30"}])
    await stays_open(finance, "No open fiscal period was found for the specified accounting date 8/31/2026.")
    await finance.set_up(open_periods=[{"start": "2026-08-01", "end": "2026-09-30"}])
    await posted(finance)


async def test_a_ghost_is_refused(finance: Billing) -> None:
    await proposed(finance)
    await finance.run("mark-ghost", actual=guid("import billed a"))
    await stays_open(finance, GHOST)


async def test_a_missing_account_and_forbidden_dimensions_are_refused(finance: Billing) -> None:
    await proposed(finance)
    accounts = {account: account for account in ACCOUNTS}
    await finance.set_up(accounts={**accounts, "REVENUE": ""})
    await stays_open(finance, "Account number for transaction type REVENUE does not exist.")
    await finance.set_up(accounts=accounts, invalid_dimensions=["099"])
    await finance.run("change-invoice-proposal", proposal="INV-7", dimensions="099")
    await stays_open(finance, "The financial dimensions 099 are not valid for the account structure.")
    await finance.run("change-invoice-proposal", proposal="INV-7", dimensions="")
    await posted(finance)


async def test_the_rate_is_that_of_the_invoices_day_where_the_contract_has_none(finance: Billing) -> None:
    later = {**GBP, "rate": "1.30", "valid_from": "2026-08-30"}
    await finance.set_up(fixed_rates={}, exchange_rates=[GBP, later])
    await proposed(finance)
    await finance.set_up(exchange_rates=[])
    await stays_open(finance, "Exchange rate for GBP to USD on 8/31/2026 is missing.")
    await finance.set_up(exchange_rates=[GBP, later])
    done = await posted(finance)
    sums = await summed(finance, done["voucher"])
    assert (sums["AR"], sums["REVENUE"], sums["TAX-PAY"]) == (1560, -1300, -260)
    assert (sums["ACCRUED-REV"], sums["WIP-SALES"]) == (1250, -1250)  # as it was accrued


async def test_a_proposal_without_lines_is_refused(finance: Billing) -> None:
    finance.propose("INV-7")
    assert await finance.refused("post-invoice-proposal", proposal="INV-7") == "Invoice proposal INV-7 has no lines."
    assert await finance.refused("post-invoice-proposal", proposal="INV-1") == "There is no invoice proposal INV-1."


@pytest.mark.parametrize("kind", ["Hour", "Cost", "Item", "Revenue"])
async def test_work_of_every_kind_and_fees_are_revenue(finance: Billing, kind: str) -> None:
    await finance.billed_hours("a", TransactionCurrencyId="GBP", kind=kind)
    await finance.imported()
    done = await posted(finance)
    sums = await summed(finance, done["voucher"])
    assert sums == {"AR": 1250, "REVENUE": -1250, "ACCRUED-REV": 1250, "WIP-SALES": -1250}


# -- milestones ---------------------------------------------------------------------------------------------------------


async def on_account(finance: Billing, method: str) -> None:
    """Propose milestone M1 of 5,000, taxed at 10 %."""
    profile = {"name": "FP", "on_account": method}
    tax = {"group": "TX", "item_group": "MS", "percent": 10}
    await finance.set_up(
        taxes=[tax], milestone_item_sales_tax_group="MS", profile_rules=[{"level": "all", "profile": profile}]
    )
    await finance.fixed_price()
    await finance.change(address("ProjectsV2", dataAreaId="uspm", ProjectId="P2"), SalesTaxGroupId="TX")
    await finance.milestone("M1", 5000)
    finance.propose("INV-8", PROJECTCONTRACTID="K2")
    await finance.billed_milestone("M1", 5000)
    assert await finance.imported() == []


@pytest.mark.parametrize(
    ("method", "account"), [("NoWip", "REV-ONACC"), ("ProfitAndLoss", "REV-ONACC"), ("Balance", "WIP-INV-ONACC")]
)
async def test_a_milestone_is_revenue_or_balance_by_its_profile(finance: Billing, method: str, account: str) -> None:
    await on_account(finance, method)
    done = await posted(finance, "INV-8")
    assert await summed(finance, done["voucher"]) == {"AR": 5500, account: -5000, "TAX-PAY": -500}
    assert (await finance.on_account("M1"))["TransStatus"] == "Invoiced"
    staged = await finance.staged("billed M1")
    assert tuple(staged[name] for name in RESULTS) == (5000, 1, done["voucher"], 500)


async def test_a_credited_milestone_may_be_invoiced_again(finance: Billing) -> None:
    await on_account(finance, "NoWip")
    first = await posted(finance, "INV-8")
    finance.propose("INV-9", PROJECTCONTRACTID="K2")
    await finance.billed_milestone("M1", -5000, "credit", InvoiceId="INV-9")
    assert await finance.imported() == [NOT_POSTED]
    await finance.connect("credit", "billed M1", roles="Reversing/Original")
    assert await finance.imported() == []
    assert (await finance.on_account("M1"))["TransStatus"] == "CreditnoteProposal"
    await finance.run("delete-proposal-lines", proposal="INV-9")
    assert (await finance.on_account("M1"))["TransStatus"] == "MarkedCreditNote"
    assert await finance.imported() == []
    credit = await posted(finance, "INV-9")
    mirrored = {account: -amount for account, amount in (await summed(finance, first["voucher"])).items()}
    assert await summed(finance, credit["voucher"]) == mirrored
    assert (await finance.on_account("M1"))["TransStatus"] == "Posted"
    assert await finance.balances("uspm") == {}


# -- credits of work ----------------------------------------------------------------------------------------------------


async def credited(finance: Billing) -> None:
    """Stage the credit of what is billed, and the sale that takes its place."""
    finance.propose("INV-9", SALESCURRENCY="GBP")
    of_hours = {"TransactionCategoryId": "TCN-1", "TransactionCurrencyId": "GBP"}
    columns = finance.billed_columns(**of_hours, InvoiceId="INV-9", Quantity=-4, Amount=-1000)
    await finance.actual("credit", **columns)
    await finance.connect("credit", "billed a", roles="Reversing/Original")
    await finance.sale("anew", **of_hours)
    await finance.connect("anew", "billed a", roles="Replacing/Original")


async def test_a_credit_waits_for_the_posted_invoice_and_for_what_takes_its_place(finance: Billing) -> None:
    await proposed(finance)
    await credited(finance)
    await finance.post_journals()
    assert await finance.imported() == [NOT_POSTED]
    await posted(finance)
    assert await finance.imported() == []
    [line] = await finance.lines("INV-9")
    assert (line["LineAmount"], line["SalesTaxAmount"], line["TaxGroup"]) == (-1000, -200, "TX")


async def test_a_credit_waits_until_the_sale_that_takes_its_place_is_posted(finance: Billing) -> None:
    await proposed(finance)
    await posted(finance)
    await credited(finance)
    assert await finance.imported() == [NOT_POSTED]
    assert await finance.lines("INV-9") == []
    await finance.post_journals()
    assert await finance.imported() == []
    assert (await finance.transaction("a"))["TransStatus"] == "CreditnoteProposal"


async def test_what_was_credited_is_not_credited_again(finance: Billing) -> None:
    await proposed(finance)
    await posted(finance)
    await credited(finance)
    await finance.post_journals()
    await finance.imported()
    finance.propose("INV-10", SALESCURRENCY="GBP")
    columns = finance.billed_columns(InvoiceId="INV-10", Quantity=-4, Amount=-1000, TransactionCurrencyId="GBP")
    await finance.actual("once more", **columns)
    await finance.connect("once more", "billed a", roles="Reversing/Original")
    assert await finance.imported() == [NOT_POSTED]
    await posted(finance, "INV-9")
    assert await finance.imported() == [NOT_POSTED]
    assert await finance.lines("INV-10") == []


@pytest.mark.parametrize("accrues", [False, True])
async def test_a_credit_mirrors_what_it_credits_and_its_replacement_accrues(finance: Billing, accrues: bool) -> None:
    await finance.control("settings", {"credits_accrue_again": accrues})
    await proposed(finance)
    await posted(finance)
    await credited(finance)
    await finance.post_journals()
    await finance.imported()
    await finance.set_up(fixed_rates={"K1": {"GBP": "2"}})
    credit = await posted(finance, "INV-9")
    mirrored = {"AR": -1500, "REVENUE": 1250, "TAX-PAY": 250}
    again = {"WIP-SALES": 1250, "ACCRUED-REV": -1250} if accrues else {}
    assert await summed(finance, credit["voucher"]) == mirrored | again
    staged = await finance.staged("credit")
    assert tuple(staged[name] for name in RESULTS) == (-1250, 1.25, credit["voucher"], -200)
    assert [(await finance.transaction(name))["TransStatus"] for name in ("a", "anew")] == ["Adjusted", "Posted"]
    # The sale in its place was accrued by its journal.
    times = 2 if accrues else 1
    assert await finance.balances("uspm") == {"WIP-SALES": 1250 * times, "ACCRUED-REV": -1250 * times}
