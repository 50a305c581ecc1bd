"""A consultant of GBPM works for USPM: A8. Both companies journal their parts, and the cost comes with an invoice between them.

The numbers are those of the worked example: ten hours, 120 USD of cost to USPM, sold at 200 USD, at 88 GBP of cost to
GBPM; a USD is 0.75 GBP.
"""

from __future__ import annotations

import pytest

from tests.scenarios.accounting import (
    JOURNAL_LINES,
    accounted,
    actual,
    connected,
    entries,
    imported,
    lending_connections,
    posted,
    posted_vouchers,
    related,
    written_back,
)
from tests.scenarios.consulting import COST, DAY, INTER_ORG, RESOURCING_COST, UNBILLED, Consulting, told
from tests.scenarios.enterprise import Enterprise, Row
from tests.scenarios.invoicing import BILLED, billed, lines, post_proposal, voucher


@pytest.fixture
async def firm(office: Enterprise) -> Consulting:
    firm = await Consulting(office).begin()
    await firm.sold(developer=200)
    rate = {"from_currency": "USD", "to_currency": "GBP", "rate": 0.75}
    await office.set_up("gbpm", exchange_rates=[rate])
    await firm.approved(10, "Molly Clark")
    return firm


async def related_companies(office: Enterprise) -> None:
    """Let GBPM's accountant set up what is lent to USPM: a customer here, a vendor there."""
    relation = {"customer_account": "C-USPM", "vendor_account": "V-GBPM", "timesheet_category": "HOUR"}
    await office.set_up("gbpm", intercompany={"uspm": relation})


async def of(office: Enterprise, company: str) -> list[Row]:
    """The journal lines of a company."""
    return await office.kept(JOURNAL_LINES, dataAreaId=company)


async def test_a8_work_for_another_company_is_four_actuals_of_which_the_cost_stays_in_dataverse(
    firm: Consulting,
) -> None:
    office = firm.office
    await office.travel(seconds=120)
    codes = {firm[code]: code for code in ("uspm", "gbpm")}
    currencies = {firm[code]: code for code in ("USD", "GBP")}
    actuals = await office.held("msdyn_actuals")
    for row in actuals:
        row["company"], row["currency"] = (
            codes[row["_msdyn_owningcompany_value"]],
            currencies[row["_transactioncurrencyid_value"]],
        )
    columns = ("msdyn_transactiontypecode", "msdyn_quantity", "msdyn_price", "msdyn_amount", "currency", "company")
    assert told(actuals, *columns, "msdyn_skipsync") == [
        (COST, 10, 120, 1200, "USD", "uspm", True),
        (UNBILLED, 10, 200, 2000, "USD", "uspm", False),
        (RESOURCING_COST, 10, 88, 880, "GBP", "gbpm", False),
        (INTER_ORG, 10, 120, 1200, "USD", "gbpm", False),
    ]
    staged = await office.kept("ProjActualsImports")
    columns = (
        "dataAreaId",
        "TransactionType",
        "ProjectDataAreaId",
        "ResourcingCompany",
        "Amount",
        "TransactionCurrencyId",
    )
    assert told(staged, *columns) == [
        ("gbpm", "InterOrgSales", "uspm", "gbpm", 1200, "USD"),
        ("gbpm", "ResourcingUnitCost", "uspm", "gbpm", 880, "GBP"),
        ("uspm", "Sales", "uspm", "gbpm", 2000, "USD"),
    ]
    ids = {
        kind: (await actual(office, kind))["msdyn_actualid"] for kind in (COST, UNBILLED, RESOURCING_COST, INTER_ORG)
    }
    assert await connected(office) == lending_connections(ids)
    assert await related(office) == await connected(office)
    assert await office.is_at_rest()


async def test_a8_the_lending_company_imports_nothing_before_it_knows_the_borrowing_one(firm: Consulting) -> None:
    office = firm.office
    done = await office.run("import-from-staging", company="gbpm")
    lent = [await actual(office, kind) for kind in (RESOURCING_COST, INTER_ORG)]
    assert sorted(done["errors"]) == sorted(
        f"Unable to import actual {{{row['msdyn_actualid'].upper()}}}. Intercompany relationship has to be set up between "
        "legal entity GBPM and USPM in Project Management and Accounting Parameters"
        for row in lent
    )
    assert await of(office, "gbpm") == []
    await related_companies(office)
    await posted(office, "gbpm")
    assert len(await of(office, "gbpm")) == 2


async def test_a8_the_borrowing_company_journals_the_sale_and_the_lending_one_its_cost_and_its_own_sale(
    firm: Consulting,
) -> None:
    office = firm.office
    await related_companies(office)
    await posted(office, "uspm")
    await posted(office, "gbpm")
    assert told(
        await of(office, "uspm"), "ActualType", "ExtendedCost", "ExtendedPrice", "PriceCurrency", "PriceExchangeRate"
    ) == [("Sales", 0, 2000, "USD", 100)]
    columns = ("ActualType", "ExtendedCost", "CostCurrency", "ExtendedPrice", "PriceCurrency", "PriceExchangeRate")
    assert told(await of(office, "gbpm"), *columns) == [
        ("InterOrgSales", 0, "", 1200, "USD", 75),
        ("ResourcingUnitCost", 880, "GBP", 0, "", 0),
    ]
    assert await entries(office, dataAreaId="uspm") == [("ACCRUED-REV", 0, 2000), ("WIP-SALES", 2000, 0)]
    assert await entries(office, dataAreaId="gbpm") == [
        ("ACCRUED-REV", 0, 900),
        ("COST", 880, 0),
        ("PAYROLL-ALLOC", 0, 880),
        ("WIP-SALES", 900, 0),
    ]
    transactions = await office.kept("ProjectPostedTransactions")
    assert told(transactions, "dataAreaId", "Part", "Qty", "Amount", "CurrencyId") == [
        ("uspm", "Sale", 10, 2000, "USD")
    ]
    by_type = {row[0]: row[1:3] for row in await accounted(office)}
    assert by_type == {COST: (None, None), UNBILLED: (2000, 1), RESOURCING_COST: (880, 1), INTER_ORG: (900, 0.75)}
    assert len(await written_back(office)) == 3
    assert await written_back(office) == await posted_vouchers(office)
    assert await office.is_at_rest()


async def test_a8_the_cost_appears_when_the_invoice_between_the_companies_is_posted(firm: Consulting) -> None:
    office = firm.office
    await related_companies(office)
    await posted(office, "uspm")
    await posted(office, "gbpm")
    before = await office.held("msdyn_actuals")
    (invoice,) = (await office.run("intercompany-invoice", company="gbpm", borrowing="uspm", project="PRJ-1"))[
        "invoices"
    ]
    sent = await office.the_finance("IntercompanyCustomerInvoices", InvoiceNumber=invoice)
    assert (sent["CurrencyCode"], sent["Amount"], sent["AccountingAmount"]) == ("USD", 1200, 900)
    assert await entries(office, Voucher=sent["Voucher"]) == [
        ("ACCRUED-REV", 900, 0),
        ("AR", 900, 0),
        ("IC-REV", 0, 900),
        ("WIP-SALES", 0, 900),
    ]
    pending = await office.the_finance("IntercompanyVendorInvoices", InvoiceNumber=invoice)
    assert (pending["dataAreaId"], pending["Status"], pending["Amount"]) == ("uspm", "Pending", 1200)
    assert (pending["VendorAccount"], pending["LendingCompany"], pending["CurrencyCode"]) == ("V-GBPM", "gbpm", "USD")
    assert told(await of(office, "gbpm"), "ActualType", "IntercompanyBilled") == [
        ("InterOrgSales", "Yes"),
        ("ResourcingUnitCost", "Yes"),
    ]
    assert await entries(office, dataAreaId="uspm") == [("ACCRUED-REV", 0, 2000), ("WIP-SALES", 2000, 0)]
    voucher = (await office.run("post-intercompany-vendor-invoice", company="uspm", invoice=invoice))["voucher"]
    await office.travel(seconds=120)
    assert await entries(office, Voucher=voucher) == [("AP", 0, 1200), ("COST", 1200, 0)]
    (cost,) = [row for row in await office.kept("ProjectPostedTransactions") if row["Part"] == "Cost"]
    columns = ("dataAreaId", "ProjId", "Qty", "Amount", "CurrencyId", "AccountingAmount", "VoucherJournal")
    assert told([cost], *columns) == [("uspm", "PRJ-1", 10, 1200, "USD", 1200, voucher)]
    assert cost["TransDate"] == f"{DAY}T12:00:00Z"
    assert await office.held("msdyn_actuals") == before
    assert await office.held("msdyn_projectvendorinvoices") == await office.kept("VendInvoiceExportsV2") == []
    assert await office.kept("ProjVendInvoiceLinesExportEntity") == []
    paid = await office.the_finance("IntercompanyVendorInvoices", InvoiceNumber=invoice)
    assert (paid["Status"], paid["Voucher"], paid["AccountingAmount"]) == ("Posted", voucher, 1200)
    assert await office.is_at_rest()


async def test_a8_the_customer_is_invoiced_without_waiting_for_the_invoice_between_the_companies(
    firm: Consulting,
) -> None:
    office = firm.office
    await related_companies(office)
    await posted(office, "uspm")
    await posted(office, "gbpm")
    invoice = await billed(firm)
    actuals = await office.held("msdyn_actuals")
    columns = ("msdyn_transactiontypecode", "msdyn_amount", "msdyn_skipsync")
    assert told(actuals, *columns) == [
        (COST, 1200, True),
        (UNBILLED, -2000, True),
        (UNBILLED, 2000, False),
        (BILLED, 2000, False),
        (RESOURCING_COST, 880, False),
        (INTER_ORG, 1200, False),
    ]
    staged = await office.kept("ProjActualsImports", dataAreaId="uspm")
    assert told(staged, "TransactionType", "Amount", "InvoiceId") == [
        ("BilledSales", 2000, invoice["invoicenumber"]),
        ("Sales", 2000, ""),
    ]
    await imported(office)
    (line,) = await lines(office, invoice)
    assert told([line], "TransType", "Qty", "SalesPrice", "LineAmount", "CurrencyId") == [
        ("Hour", 10, 200, 2000, "USD")
    ]
    done = await post_proposal(office, invoice)
    assert await voucher(office, done["voucher"]) == {
        "AR": 2000,
        "REVENUE": -2000,
        "ACCRUED-REV": 2000,
        "WIP-SALES": -2000,
    }
    by_kind = [row for row in await accounted(office) if row[0] == BILLED]
    assert by_kind == [(BILLED, 2000, 1, done["voucher"], None)]
    assert await entries(office, dataAreaId="gbpm") == [
        ("ACCRUED-REV", 0, 900),
        ("COST", 880, 0),
        ("PAYROLL-ALLOC", 0, 880),
        ("WIP-SALES", 900, 0),
    ]
    assert await office.kept("IntercompanyCustomerInvoices") == []
    (transaction,) = await office.kept("ProjectPostedTransactions", dataAreaId="uspm")
    assert (transaction["Part"], transaction["TransStatus"]) == ("Sale", "Invoiced")
    await office.run("intercompany-invoice", company="gbpm", borrowing="uspm")
    assert await office.is_at_rest()
