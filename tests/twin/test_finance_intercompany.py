"""Work for a project of another company: two journals, an invoice between the companies, and the cost at last."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.twin.bookkeeper import Bookkeeper

RELATION = {"uspm": {"customer_account": "C-1001", "vendor_account": "V-GBPM"}}
LENT = {"dataAreaId": "gbpm", "ProjectDataAreaId": "uspm", "ResourcingCompany": "gbpm", "Quantity": 10}
NO_RELATION = (
    "Unable to import actual {{{}}}. Intercompany relationship has to be set up between legal entity "
    "GBPM and USPM in Project Management and Accounting Parameters"
)


class Lender(Bookkeeper):
    """The British company lends a resource to a project of the American one."""

    async def approve(self, **columns: Any) -> None:
        """Stage what the approval of ten hours sends: the project's cost is not among it."""
        await self.actual("A51", TransactionType="Sales", Quantity=10, UnitPrice=200)
        await self.actual(
            "A52", **{**LENT, "TransactionType": "ResourcingUnitCost", "UnitPrice": 88, "TransactionCurrencyId": "GBP"}
        )
        await self.actual("A53", **{**LENT, "TransactionType": "InterOrgSales", "UnitPrice": 120, **columns})
        await self.connect("A53", "A52", roles="Inter-Organizational Sales/Resourcing Unit Cost")

    async def relate(self, **relation: Any) -> None:
        relations = {"uspm": {**RELATION["uspm"], **relation}}
        await self.control("setup", {"company": "gbpm", "intercompany": relations})

    async def journalled(self) -> None:
        """Import and post in both companies."""
        for company in ("uspm", "gbpm"):
            imported = await self.run("import-from-staging", company=company)
            assert imported["errors"] == []
            for journal in imported["journals"]:
                await self.run("post-journal", company=company, journal=journal)


@pytest.fixture
async def finance() -> Lender:
    lender = Lender()
    await lender.contract()
    rate = {"from_currency": "USD", "to_currency": "GBP", "rate": "0.75"}
    await lender.control("setup", {"company": "gbpm", "exchange_rates": [rate]})
    await lender.relate()
    return lender


async def test_without_the_relation_both_rows_of_the_lending_company_stay_out(finance: Lender) -> None:
    await finance.control("setup", {"company": "gbpm", "intercompany": {}})
    await finance.approve()
    ids = [(await finance.staged(name, "gbpm"))["ActualId"].upper() for name in ("A52", "A53")]
    imported = await finance.run("import-from-staging", company="gbpm")
    assert imported == {"vouchers": [], "journals": [], "errors": [NO_RELATION.format(each) for each in ids]}
    assert len((await finance.run("import-from-staging"))["vouchers"]) == 1
    await finance.relate()
    assert len((await finance.run("import-from-staging", company="gbpm"))["vouchers"]) == 2


async def test_intercompany_time_from_approval_to_the_vendor_invoice(finance: Lender) -> None:
    """Ten hours at 88 GBP of a British resource, lent at 120 USD, sold at 200 USD; one USD is 0.75 GBP."""
    await finance.relate(timesheet_category="HOUR")
    await finance.approve(TaskNumber="A-1")
    await finance.journalled()

    sale, cost, lent = await finance.line("A51"), await finance.line("A52"), await finance.line("A53")
    assert (sale["ExtendedPrice"], sale["PriceCurrency"], sale["dataAreaId"]) == (2000, "USD", "uspm")
    assert (cost["ExtendedCost"], cost["CostCurrency"], cost["CostExchangeRate"]) == (880, "GBP", 100)
    assert (lent["ExtendedPrice"], lent["PriceCurrency"], lent["PriceExchangeRate"]) == (1200, "USD", 75)
    assert (cost["RelatedVoucher"], lent["RelatedVoucher"]) == (lent["Voucher"], cost["Voucher"])
    assert await _results(finance) == {"A51": (2000, 1), "A52": (880, 1), "A53": (900, Decimal("0.75"))}
    assert await finance.balances("uspm") == {"WIP-SALES": 2000, "ACCRUED-REV": -2000}
    assert await finance.balances("gbpm") == {
        "COST": 880,
        "PAYROLL-ALLOC": -880,
        "WIP-SALES": 900,
        "ACCRUED-REV": -900,
    }
    # The lending company has no project transaction, the borrowing one no cost as yet.
    transactions = await finance.rows("ProjectPostedTransactions")
    assert [(row["dataAreaId"], row["Part"], row["Amount"]) for row in transactions] == [("uspm", "Sale", 2000)]

    [number] = (await finance.run("intercompany-invoice", company="gbpm", borrowing="uspm"))["invoices"]
    [invoice] = await finance.rows("IntercompanyCustomerInvoices")
    assert (invoice["Amount"], invoice["CurrencyCode"], invoice["AccountingAmount"]) == (1200, "USD", 900)
    assert (invoice["InvoiceNumber"], invoice["CustomerAccount"]) == (number, "C-1001")
    assert await finance.balances("gbpm") == {"COST": 880, "PAYROLL-ALLOC": -880, "AR": 900, "IC-REV": -900}
    assert [(await finance.line(name))["IntercompanyBilled"] for name in ("A52", "A53")] == ["Yes", "Yes"]

    [pending] = await finance.rows("IntercompanyVendorInvoices")
    assert (pending["dataAreaId"], pending["InvoiceNumber"], pending["Status"]) == ("uspm", number, "Pending")
    assert (pending["VendorAccount"], pending["Amount"]) == ("V-GBPM", 1200)
    await finance.run("post-intercompany-vendor-invoice", company="uspm", invoice=number)
    balances = await finance.balances("uspm")
    assert balances == {"WIP-SALES": 2000, "ACCRUED-REV": -2000, "COST": 1200, "AP": -1200}
    _, project_cost = await finance.rows("ProjectPostedTransactions")
    wanted = {"dataAreaId": "uspm", "ProjId": "P1", "Part": "Cost", "Qty": 10, "Amount": 1200, "CurrencyId": "USD"}
    wanted |= {"TransType": "Hour", "CategoryId": "HOUR", "ActivityNumber": "A-1", "TransStatus": "Posted"}
    assert {name: project_cost[name] for name in wanted} == wanted


async def test_a_vendor_invoice_between_companies_is_not_posted_on_a_finished_project(finance: Lender) -> None:
    await finance.approve()
    await finance.journalled()
    [number] = (await finance.run("intercompany-invoice", company="gbpm", borrowing="uspm"))["invoices"]
    before = await finance.balances("uspm")
    await finance.close_project()
    text = await finance.refused("post-intercompany-vendor-invoice", invoice=number)
    assert text == "Project stage finished doesn't allow recording in the project."
    assert await finance.balances("uspm") == before
    await finance.open_project()
    await finance.run("post-intercompany-vendor-invoice", invoice=number)
    assert (await finance.balances("uspm"))["COST"] == 1200


async def test_what_is_invoiced_is_invoiced_once(finance: Lender) -> None:
    await finance.approve()
    await finance.journalled()
    [number] = (await finance.run("intercompany-invoice", company="gbpm", borrowing="uspm"))["invoices"]
    text = await finance.refused("intercompany-invoice", company="gbpm", borrowing="uspm")
    assert text == "There are no intercompany transactions to invoice to USPM."
    await finance.run("post-intercompany-vendor-invoice", invoice=number)
    assert "no pending vendor invoice" in await finance.refused("post-intercompany-vendor-invoice", invoice=number)
    assert (await finance.balances("uspm"))["COST"] == 1200


async def test_only_posted_work_for_the_project_asked_for_is_invoiced(finance: Lender) -> None:
    await finance.approve()
    await finance.run("import-from-staging", company="gbpm")
    assert "no intercompany" in await finance.refused("intercompany-invoice", company="gbpm", borrowing="uspm")
    await finance.run("post-journal", company="gbpm", journal="GBPM-J-0000001")
    for borrowing, project in (("usmf", ""), ("uspm", "P2")):
        asked = {"company": "gbpm", "borrowing": borrowing, "project": project}
        assert "no intercompany" in await finance.refused("intercompany-invoice", **asked)


async def test_each_currency_has_an_invoice_of_its_own(finance: Lender) -> None:
    await finance.approve()
    await finance.actual(
        "A54", **{**LENT, "TransactionType": "InterOrgSales", "UnitPrice": 50, "TransactionCurrencyId": "GBP"}
    )
    await finance.journalled()
    await finance.run("intercompany-invoice", company="gbpm", borrowing="uspm")
    amounts = {row["CurrencyCode"]: row["Amount"] for row in await finance.rows("IntercompanyCustomerInvoices")}
    assert amounts == {"GBP": 500, "USD": 1200}


async def test_revenue_is_not_accrued_where_the_relation_does_not(finance: Lender) -> None:
    await finance.relate(accrues_revenue=False)
    await finance.approve()
    await finance.journalled()
    assert await finance.balances("gbpm") == {"COST": 880, "PAYROLL-ALLOC": -880}
    await finance.run("intercompany-invoice", company="gbpm", borrowing="uspm")
    assert await finance.balances("gbpm") == {"COST": 880, "PAYROLL-ALLOC": -880, "AR": 900, "IC-REV": -900}


async def test_categories_and_tax_are_those_of_the_relation_and_its_customer(finance: Lender) -> None:
    await finance.create("ProjectTransactionCategories", CategoryId="TCN-1", Name="Time")
    await finance.create("ProjectCategories", dataAreaId="gbpm", CategoryId="TCN-1-1", ItemSalesTaxGroup="SERV")
    await finance.change("CustomersV3(dataAreaId='gbpm',CustomerAccount='C-1001')", SalesTaxGroup="EXP")
    taxes = [{"group": "EXP", "item_group": "SERV", "percent": 5}]
    await finance.control("setup", {"company": "gbpm", "taxes": taxes})
    await finance.relate(timesheet_category="TCN-1-1", dimensions="-IC-")
    await finance.approve()
    await finance.run("import-from-staging", company="gbpm")
    cost, lent = await finance.line("A52"), await finance.line("A53")
    assert {line["ProjCategoryId"] for line in (cost, lent)} == {"TCN-1-1"}
    assert {line["DefaultDimension"] for line in (cost, lent)} == {"-IC-"}
    assert (lent["ProjectSalesTaxGroup"], lent["CalculatedTaxAmount"], cost["CalculatedTaxAmount"]) == ("EXP", 60, 0)


async def test_a_tax_group_of_the_relation_goes_before_its_customers(finance: Lender) -> None:
    await finance.change("CustomersV3(dataAreaId='gbpm',CustomerAccount='C-1001')", SalesTaxGroup="EXP")
    await finance.relate(sales_tax_group="IC")
    await finance.approve()
    await finance.run("import-from-staging", company="gbpm")
    assert (await finance.line("A53"))["ProjectSalesTaxGroup"] == "IC"


async def test_a_vendor_invoice_needs_an_open_period_and_a_rate(finance: Lender) -> None:
    await finance.approve(TransactionCurrencyId="GBP")
    await finance.journalled()
    [number] = (await finance.run("intercompany-invoice", company="gbpm", borrowing="uspm"))["invoices"]
    text = await finance.refused("post-intercompany-vendor-invoice", invoice=number)
    assert text == "Exchange rate for GBP to USD on 9/14/2026 is missing."
    rate = {"from_currency": "GBP", "to_currency": "USD", "rate": "1.25"}
    await finance.control("setup", {"company": "uspm", "exchange_rates": [rate], "open_periods": []})
    text = await finance.refused("post-intercompany-vendor-invoice", invoice=number)
    assert text == "No open fiscal period was found for the specified accounting date 9/14/2026."
    await finance.control("setup", {"company": "uspm", "open_periods": [{"start": "2026-09-01", "end": "2026-09-30"}]})
    await finance.run("post-intercompany-vendor-invoice", invoice=number)
    assert (await finance.balances("uspm"))["COST"] == 1500


async def _results(finance: Lender) -> dict[str, tuple[Any, Any]]:
    rows = {name: await finance.staged(name, "uspm" if name == "A51" else "gbpm") for name in ("A51", "A52", "A53")}
    return {name: (row["AccountingAmount"], row["ExchangeRate"]) for name, row in rows.items()}
