"""Vendor invoices in Finance: entered, posted, and exported with their posting."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.twin.bookkeeper import GBP
from tests.twin.finance.processes.ledger import Pair
from tests.twin.finance.processes.vendor_invoice_entry import InvoiceLine, VendorInvoice, enter
from tests.twin.finance.processes.vendor_invoice_posting import post
from tests.twin.payables import CONSULTING, DAY, EXPORT, EXPORT_LINES, FREIGHT, LICENCES, NAMED, NOON, Payables


@pytest.fixture
async def finance() -> Payables:
    return await Payables().begin()


async def test_a_posted_invoice_owes_the_vendor_and_debits_project_lines_to_the_integration_account(
    finance: Payables,
) -> None:
    voucher = await finance.posted(LICENCES, CONSULTING, FREIGHT)
    assert await finance.balances("uspm") == {"PROC-INTEG": 1180, "FREIGHT": 25, "AP": -1205}
    assert {row["Voucher"] for row in await finance.rows("LedgerVoucherEntries")} == {voucher}
    [transaction] = await finance.rows("VendorTransactions")
    wanted = {"Voucher": voucher, "AccountNum": "V-1001", "InvoiceNumber": "VI-77", "Amount": 1205, "Approved": "Yes"}
    assert {name: transaction[name] for name in wanted} == wanted
    assert await finance.rows("ProjectPostedTransactions") == []


async def test_the_export_has_the_header_and_the_lines_with_a_project_only(finance: Payables) -> None:
    await finance.posted(LICENCES, CONSULTING, FREIGHT, text="July")
    [header] = await finance.rows(EXPORT)
    wanted = {
        "dataAreaId": "uspm",
        "InvoiceAccount": "V-1001",
        "OrderAccount": "V-1001",
        "VendorInvoiceNum": "VI-77",
        "Description": "July",
        "CurrencyCode": "USD",
        "PurchId": "",
        "TransDate": NOON,
        "DocumentDate": NOON,
        "SubcontractInvoice": "No",
        "ProjVendInvoiceStatus": "None",
    }
    assert {name: header[name] for name in wanted} == wanted
    lines = {row["ProjTransId"]: row for row in await finance.rows(EXPORT_LINES)}
    assert sorted(lines) == ["USPM-PT-0000001", "USPM-PT-0000002"]
    columns = ("CategoryType", "QtyReceiveNow", "PurchPrice", "LineAmount", "PurchUnit", "RoleId", "BillingType")
    assert [tuple(row[name] for name in columns) for _, row in sorted(lines.items())] == [
        ("Item", 5, 200, 1000, "ea", "", "Chargeable"),
        ("Hour", 2, 90, 180, "hr", "DEV", "Chargeable"),
    ]
    whose = ("DisplayProductNumber", "ItemId", "TransactionCategoryId", "ProjId", "ProjDataAreaId", "DAreaId")
    assert [tuple(row[name] for name in whose) for _, row in sorted(lines.items())] == [
        ("LICENCE", "LIC", "", "P1", "uspm", "uspm"),
        ("", "", "TCN-1", "P1", "uspm", "uspm"),
    ]
    for line in lines.values():
        assert (line["VendorInvoiceNum"], line["InvoiceAccount"], line["currencyCode"]) == ("VI-77", "V-1001", "USD")
        assert line["TransDate"] == NOON


async def test_a_vendor_who_is_invoiced_by_another_one_owes_nothing_himself(finance: Payables) -> None:
    names = {"VendorOrganizationName": "Head office", "VendorGroupId": "60", "CurrencyCode": "USD"}
    await finance.create("VendorsV2", dataAreaId="uspm", VendorAccountNumber="V-9", **names)
    await finance.change("VendorsV2(dataAreaId='uspm',VendorAccountNumber='V-1001')", InvoiceVendorAccountNumber="V-9")
    await finance.posted(CONSULTING)
    [transaction] = await finance.rows("VendorTransactions")
    assert transaction["AccountNum"] == "V-9"
    for collection in (EXPORT, EXPORT_LINES):
        [row] = await finance.rows(collection)
        assert (row["InvoiceAccount"], row["OrderAccount"]) == ("V-9", "V-1001")


async def test_an_invoice_without_a_line_for_a_project_exports_nothing(finance: Payables) -> None:
    await finance.set_up(manual_verification=True, block_payment=True)
    await finance.posted(FREIGHT)
    assert await finance.rows(EXPORT) == await finance.rows(EXPORT_LINES) == []
    assert await finance.balances("uspm") == {"FREIGHT": 25, "AP": -25}
    assert await finance.approved() == "Yes"


async def test_the_category_decides_what_a_line_is_and_what_nobody_mapped_is_material(finance: Payables) -> None:
    await finance.set_up(procurement_categories={"Travel": "TCN-1-4", "Hosting": "TCN-1-3", "Coaching": "TCN-1-1"})
    bought = {"quantity": 1, "price": 10, "project": "P1", "role": "DEV"}
    names = ("Travel", "Hosting", "Coaching", "Anything")
    await finance.posted(*({**bought, "procurement_category": name} for name in names))
    assert await finance.exported("CategoryType", "TransactionCategoryId", "DisplayProductNumber") == [
        ("Cost", "TCN-1", ""),
        ("Item", "TCN-1", "WRITTEN-IN"),
        ("Hour", "TCN-1", ""),
        ("Item", "", "WRITTEN-IN"),
    ]


async def test_the_default_category_for_items_is_the_one_that_the_company_has(finance: Payables) -> None:
    await finance.set_up(default_categories={"Item": "TCN-1-3"})
    await finance.posted({"procurement_category": "Anything", "quantity": 1, "price": 10, "project": "P1"})
    assert await finance.exported("CategoryType", "TransactionCategoryId") == [("Item", "TCN-1")]


async def test_a_line_property_is_the_billing_type_that_has_it(finance: Payables) -> None:
    await finance.posted({**LICENCES, "line_property": "NOCHARGE"}, {**LICENCES, "line_property": "ELSE"}, LICENCES)
    kinds = [("NonChargeable",), ("NotSpecified",), ("Chargeable",)]
    assert await finance.exported("BillingType") == kinds


async def test_tax_that_nobody_gets_back_is_part_of_the_cost_and_of_the_price(finance: Payables) -> None:
    await finance.posted({**LICENCES, "tax": 62.5})
    assert await finance.balances("uspm") == {"PROC-INTEG": Decimal("1062.5"), "AP": Decimal("-1062.5")}
    amounts = await finance.exported("PurchPrice", "QtyReceiveNow", "LineAmount")
    assert amounts == [(Decimal("212.5"), 5, Decimal("1062.5"))]


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ({**CONSULTING, "role": ""}, "Line 1 has a category of hours and needs a role."),
        ({**LICENCES, "project": "P9"}, "Project 'P9' doesn't exist."),
        ({**LICENCES, "category": "TCN-9-3"}, "Project category TCN-9-3 doesn't exist."),
        ({**LICENCES, "category": "TCN-1-1"}, "Project category TCN-1-1 can't be used on line 1."),
        ({**CONSULTING, "category": "TCN-1-2"}, "Project category TCN-1-2 can't be used on line 1."),
        (
            {**CONSULTING, "subcontract_line": "SUBL-1"},
            "A subcontract is invoiced by its purchase order unless project managers verify invoices.",
        ),
    ],
)
async def test_a_line_that_cannot_be_charged_to_its_project_keeps_the_whole_invoice_back(
    finance: Payables, line: dict[str, Any], text: str
) -> None:
    assert await finance.not_posted(line, FREIGHT) == text


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ({**LICENCES, "procurement_category": "Any"}, "A line needs either an item number or a procurement category."),
        ({**FREIGHT, "account": ""}, "A line needs a project or a main account."),
        ({**FREIGHT, "quantity": 0}, "A line needs a quantity."),
        ({**FREIGHT, "unit": "kg"}, "Unit kg doesn't exist."),
    ],
)
async def test_a_line_that_says_too_little_is_not_entered(finance: Payables, line: dict[str, Any], text: str) -> None:
    refused = await finance.refused("enter-vendor-invoice", **NAMED, day=DAY, lines=[FREIGHT, line])
    assert refused == text
    assert await finance.rows("PendingVendorInvoices") == await finance.rows("PendingVendorInvoiceLines") == []


async def test_nothing_is_posted_into_a_closed_period_for_a_finished_project_or_without_a_rate(
    finance: Payables,
) -> None:
    await finance.set_up(open_periods=[])
    closed = "No open fiscal period was found for the specified accounting date 9/10/2026."
    assert await finance.not_posted(LICENCES, currency="GBP") == closed
    await finance.set_up(open_periods=[{"start": "2026-09-01", "end": "2026-09-30"}])
    await finance.close_project()
    finished = "Project stage finished doesn't allow recording in the project."
    assert await finance.refused("post-vendor-invoice", **NAMED) == finished
    await finance.open_project()
    missing = "Exchange rate for GBP to USD on 9/10/2026 is missing."
    assert await finance.refused("post-vendor-invoice", **NAMED) == missing
    await finance.set_up(exchange_rates=[GBP])
    await finance.run("post-vendor-invoice", **NAMED)
    assert await finance.balances("uspm") == {"PROC-INTEG": 1250, "AP": -1250}
    [transaction] = await finance.rows("VendorTransactions")
    assert (transaction["Amount"], transaction["AccountingAmount"], transaction["CurrencyCode"]) == (1000, 1250, "GBP")


async def test_an_account_that_is_not_set_up_is_a_reason_too(finance: Payables) -> None:
    await finance.set_up(accounts={"AP": "AP"})
    assert "PROC-INTEG does not exist" in await finance.not_posted(LICENCES)


async def test_an_invoice_is_entered_once_and_posted_once(finance: Payables) -> None:
    await finance.posted(LICENCES)
    again = await finance.refused("post-vendor-invoice", **NAMED)
    assert again == "There is no pending invoice VI-77 of vendor V-1001."
    entered = await finance.refused("enter-vendor-invoice", **NAMED, day=DAY, lines=[LICENCES])
    assert entered == "Invoice VI-77 of vendor V-1001 already exists."
    assert (len(await finance.rows(EXPORT)), len(await finance.rows(EXPORT_LINES))) == (1, 1)
    unknown = await finance.refused("enter-vendor-invoice", vendor="V-9", invoice="1", day=DAY, lines=[LICENCES])
    assert unknown == "Vendor V-9 doesn't exist."


async def test_an_invoice_for_a_project_of_another_company_names_both_and_its_category_is_theirs(
    finance: Payables,
) -> None:
    await finance.create("ProjectsV2", dataAreaId="gbpm", ProjectId="P7")
    await finance.create("ProjectCategories", dataAreaId="gbpm", CategoryId="TCN-1-1")
    await finance.posted({**CONSULTING, "project": "P7", "project_company": "GBPM"})
    columns = ("ProjId", "ProjDataAreaId", "DAreaId", "CategoryType", "TransactionCategoryId")
    assert await finance.exported(*columns) == [("P7", "gbpm", "uspm", "Hour", "TCN-1")]
    assert await finance.balances("uspm") == {"PROC-INTEG": 180, "AP": -180}
    assert await finance.balances("gbpm") == {}


async def test_an_invoice_between_companies_that_finance_made_itself_is_not_exported(finance: Payables) -> None:
    rate = {"from_currency": "USD", "to_currency": "GBP", "rate": "0.75"}
    relation = {"uspm": {"customer_account": "C-1001", "vendor_account": "V-1001"}}
    await finance.control("setup", {"company": "gbpm", "exchange_rates": [rate], "intercompany": relation})
    lent = {"dataAreaId": "gbpm", "ProjectDataAreaId": "uspm", "TransactionType": "InterOrgSales"}
    await finance.actual("lent", **lent)
    imported = await finance.run("import-from-staging", company="gbpm")
    await finance.run("post-journal", company="gbpm", journal=imported["journals"][0])
    [number] = (await finance.run("intercompany-invoice", company="gbpm", borrowing="uspm"))["invoices"]
    await finance.run("post-intercompany-vendor-invoice", invoice=number)
    assert await finance.rows(EXPORT) == await finance.rows(EXPORT_LINES) == []


async def test_the_invoice_of_a_purchase_order_is_never_verified_by_hand_and_takes_further_entries(
    finance: Payables,
) -> None:
    """What invoicing a purchase order is made of: the same posting, with the lines of its subcontract."""
    await finance.set_up(manual_verification=True, block_payment=True)
    line = InvoiceLine.model_validate({**CONSULTING, "subcontract_line": "SUBL-1"})
    day = date.fromisoformat(DAY)
    invoice = VendorInvoice(vendor="V-1001", invoice="VI-88", day=day, purchase_order="PO-1", lines=[line])
    accrued = Pair("RCPT-ACCR", "RCPT-EXP", Decimal(170), Decimal(170), "USD")

    finance.twin.run(lambda books, _: enter(books, "uspm", invoice))
    voucher = finance.twin.run(lambda books, _: post(books, "uspm", "V-1001", "VI-88", accrued))
    assert {account for account, _, _ in await finance.entries(voucher)} == {
        "PROC-INTEG",
        "AP",
        "RCPT-ACCR",
        "RCPT-EXP",
    }
    [header] = await finance.rows(EXPORT)
    assert (header["PurchId"], header["SubcontractInvoice"]) == ("PO-1", "No")
    assert await finance.approved() == "Yes"
    assert await finance.exported("ProjSubcontractLineNumber") == [("SUBL-1",)]
