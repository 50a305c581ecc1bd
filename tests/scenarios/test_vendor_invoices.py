"""A vendor's invoice, posted in Finance, verified and confirmed in Dataverse, back in the journal: V1 to V9.

The numbers are those of one worked example: five licences at 200, sold at 250; two hours at 90, sold at 150; freight of
25 that belongs to no project.
"""

from __future__ import annotations

import pytest

from tests.scenarios.accounting import JOURNAL_LINES, accounted, balances, imported, posted, related
from tests.scenarios.consulting import (
    CATEGORY,
    COST,
    EXPENSE,
    INTER_ORG,
    MATERIAL,
    RESOURCING_COST,
    TIME,
    UNBILLED,
    Consulting,
    told,
)
from tests.scenarios.enterprise import Enterprise, Row
from tests.scenarios.payables import (
    CONFIRMED,
    CONSULTING,
    DRAFT,
    EXPORT,
    EXPORT_LINES,
    FREIGHT,
    HEADERS_OVER,
    IN_REVIEW,
    INVOICE,
    INVOICES,
    LICENCES,
    LINES,
    LINES_OVER,
    NOT_STARTED,
    SETTLED,
    VENDOR,
    buys,
    charged,
    classes,
    confirm,
    finance_events,
    invoiced,
    jobs_run,
    payable,
    product,
    statuses,
    system_jobs,
    the_invoice,
    vendor,
    verified,
    waits_for,
)

FIRST, SECOND = "USPM-PT-0000001", "USPM-PT-0000002"
NOON = "2026-09-10T12:00:00Z"
ENTRIES = "LedgerVoucherEntries"

#: What lines of licences and consulting become, by type and class.
ACTUALS = [
    (COST, TIME, 2, 90, 180),
    (COST, MATERIAL, 5, 200, 1000),
    (UNBILLED, TIME, 2, 150, 300),
    (UNBILLED, MATERIAL, 5, 250, 1250),
]

trigger = pytest.mark.parametrize("trigger", ["header_update", "any_write"])


@pytest.fixture
async def firm(office: Enterprise) -> Consulting:
    return await buys(office)


# -- V1, V2 --------------------------------------------------------------------------------------------------------------


async def test_v1_two_lines_with_a_project_and_one_without_are_a_header_and_two_lines(firm: Consulting) -> None:
    office = firm.office
    voucher = await invoiced(office, LICENCES, CONSULTING, FREIGHT)
    assert await balances(office) == {"PROC-INTEG": 1180, "FREIGHT": 25, "AP": -1205}
    assert {row["Voucher"] for row in await office.kept(ENTRIES)} == {voucher}
    await office.travel(seconds=SETTLED)
    header = await office.the(INVOICES, f"msdyn_vendorinvoicenumber eq '{INVOICE}'")
    account = await office.the("accounts", f"accountnumber eq '{VENDOR}'")
    assert (header["msdyn_name"], header["_msdyn_vendor_value"]) == (INVOICE, account["accountid"])
    assert (header["msdyn_hasexternalorigin"], header["_msdyn_owningcompany_value"]) == (True, firm["uspm"])
    assert header["msdyn_invoicedate"].startswith("2026-09-10")
    lines = {row["msdyn_externalinvoiceline"]: row for row in await office.held(LINES)}
    assert sorted(lines) == [FIRST, SECOND]
    licences, hours = lines[FIRST], lines[SECOND]
    assert {row["_msdyn_vendorinvoice_value"] for row in lines.values()} == {header["msdyn_projectvendorinvoiceid"]}
    assert {row["_msdyn_project_value"] for row in lines.values()} == {firm["PRJ-1"]}
    assert (licences["_msdyn_product_value"], licences["_msdyn_unit_value"]) == (firm["LICENCE"], firm["ea"])
    assert (hours["_msdyn_resourcecategory_value"], hours["_msdyn_unit_value"]) == (firm["developer"], firm["hr"])
    assert hours["_msdyn_transactioncategory_value"] == firm[CATEGORY]
    assert await classes(office) == [(FIRST, MATERIAL, 5, 200), (SECOND, TIME, 2, 90)]


async def test_v2_an_invoice_without_a_line_for_a_project_never_leaves_finance(firm: Consulting) -> None:
    office = firm.office
    await invoiced(office, FREIGHT)
    await office.travel(seconds=SETTLED)
    assert await balances(office) == {"FREIGHT": 25, "AP": -25}
    assert await office.kept(EXPORT) == await office.kept(EXPORT_LINES) == []
    assert await office.held(INVOICES) == await office.held(LINES) == []
    assert await office.is_at_rest()


# -- V3: nobody verifies ---------------------------------------------------------------------------------------------------


@trigger
async def test_v3_an_invoice_that_nobody_verifies_is_confirmed_by_the_job_and_clears_the_procurement_account(
    firm: Consulting, trigger: str
) -> None:
    office = firm.office
    await jobs_run(office, trigger)
    await invoiced(office, LICENCES, CONSULTING, FREIGHT)
    await office.travel(seconds=SETTLED)
    assert await statuses(office) == (CONFIRMED, "Confirmed")
    assert await charged(office) == ACTUALS
    await posted(office)
    end = {"COST": 1180, "FREIGHT": 25, "AP": -1205, "WIP-SALES": 1550, "ACCRUED-REV": -1550}
    assert await balances(office) == end
    assert [row[1:3] for row in await accounted(office)] == [(1000, 1), (180, 1), (1250, 1), (300, 1)]
    assert all(row[3] for row in await accounted(office))
    assert await office.is_at_rest()


async def test_v3_the_worked_example_step_by_step(firm: Consulting) -> None:
    office = firm.office
    # 1 post
    voucher = await invoiced(office, LICENCES, CONSULTING, FREIGHT)
    entries = told(await office.kept(ENTRIES, Voucher=voucher), "Account", "Debit", "Credit")
    assert entries == [
        ("AP", 0, 1000),
        ("AP", 0, 180),
        ("AP", 0, 25),
        ("FREIGHT", 25, 0),
        ("PROC-INTEG", 1000, 0),
        ("PROC-INTEG", 180, 0),
    ]
    transaction = await office.the_finance("VendorTransactions", Voucher=voucher)
    assert (transaction["AccountNum"], transaction["Amount"], transaction["Approved"]) == (VENDOR, 1205, "Yes")
    # 2 export
    await office.travel(seconds=SETTLED)
    header = await office.the(INVOICES, f"msdyn_vendorinvoicenumber eq '{INVOICE}'")
    assert (header["statuscode"], header["msdyn_enableautomaticconfirmation"]) == (DRAFT, True)
    assert await classes(office) == [(FIRST, MATERIAL, 5, 200), (SECOND, TIME, 2, 90)]
    assert await office.held("msdyn_actuals") == []
    # 3 system job
    assert (await system_jobs(office))["failed"] == 0
    assert (await office.the(INVOICES, f"msdyn_vendorinvoicenumber eq '{INVOICE}'"))["statuscode"] == CONFIRMED
    assert await charged(office) == ACTUALS
    # 4 status, and what the maps carry
    await office.travel(seconds=SETTLED)
    assert await statuses(office) == (CONFIRMED, "Confirmed")
    staged = await office.kept("ProjActualsImports")
    columns = (
        "TransactionType",
        "Quantity",
        "Amount",
        "VendInvoiceLineProjTransId",
        "DocumentDate",
        "TransactionCurrencyId",
    )
    assert told(staged, *columns) == [
        ("Cost", 2, 180, SECOND, NOON, "USD"),
        ("Cost", 5, 1000, FIRST, NOON, "USD"),
        ("Sales", 2, 300, SECOND, NOON, "USD"),
        ("Sales", 5, 1250, FIRST, NOON, "USD"),
    ]
    pairs = await related(office)
    assert [pair[1::2] for pair in pairs] == [("Unbilled Sales", "Cost")] * 2
    # 5 import, post
    await imported(office)
    lines = await office.kept(JOURNAL_LINES)
    columns = ("ActualType", "TransType", "DocumentType", "OffsetLedgerDimension", "ExtendedCost", "ExtendedPrice")
    assert told(lines, *columns) == [
        ("Cost", "Hour", "Purchase", "PROC-INTEG", 180, 0),
        ("Cost", "Item", "Purchase", "PROC-INTEG", 1000, 0),
        ("Sales", "Hour", "Purchase", "", 0, 300),
        ("Sales", "Item", "Purchase", "", 0, 1250),
    ]
    for journal in await office.kept("ProjAdvancedJournals"):
        await office.run("post-journal", company="uspm", journal=journal["ProjAdvancedJournalId"])
    await office.travel()
    vouchers = {(line["ActualType"], line["TransType"]): line["Voucher"] for line in lines}
    posted_entries = {
        key: told(await office.kept(ENTRIES, Voucher=each), "Account", "Debit", "Credit")
        for key, each in vouchers.items()
    }
    assert posted_entries == {
        ("Cost", "Item"): [("COST", 1000, 0), ("PROC-INTEG", 0, 1000)],
        ("Cost", "Hour"): [("COST", 180, 0), ("PROC-INTEG", 0, 180)],
        ("Sales", "Item"): [("ACCRUED-REV", 0, 1250), ("WIP-SALES", 1250, 0)],
        ("Sales", "Hour"): [("ACCRUED-REV", 0, 300), ("WIP-SALES", 300, 0)],
    }
    assert await accounted(office) == sorted(
        [
            (COST, 1000, 1, vouchers["Cost", "Item"], None),
            (COST, 180, 1, vouchers["Cost", "Hour"], None),
            (UNBILLED, 1250, 1, vouchers["Sales", "Item"], None),
            (UNBILLED, 300, 1, vouchers["Sales", "Hour"], None),
        ],
        key=str,
    )
    end = {"COST": 1180, "FREIGHT": 25, "AP": -1205, "WIP-SALES": 1550, "ACCRUED-REV": -1550}
    assert await balances(office) == end
    assert await office.is_at_rest()


# -- V4, V5: the project manager verifies ----------------------------------------------------------------------------------


async def verified_by_hand(firm: Consulting, *, block: bool = False) -> None:
    """Post the invoice in a company whose project managers verify, and let it travel."""
    office = firm.office
    await jobs_run(office, "any_write")
    await office.set_up("uspm", manual_verification=True, block_payment=block)
    await invoiced(office, LICENCES, CONSULTING, FREIGHT)
    await office.travel(seconds=SETTLED)


async def confirming_fails(firm: Consulting) -> str:
    """Try to confirm the invoice; give the words of the refusal."""
    return await firm.office.refused("POST", "msdyn_ConfirmVendorInvoices", Targets=[await the_invoice(firm)])


async def test_v4_an_invoice_is_confirmed_when_every_line_is_verified_and_the_status_flows_back(
    firm: Consulting,
) -> None:
    office = firm.office
    await verified_by_hand(firm)
    header = await office.the(INVOICES, f"msdyn_vendorinvoicenumber eq '{INVOICE}'")
    assert header["msdyn_enableautomaticconfirmation"] is False
    assert await statuses(office) == (DRAFT, "Draft")
    states = told(await office.held(LINES), "msdyn_verificationstatus")
    assert states == [(NOT_STARTED,)] * 2
    assert "every line must be complete" in await confirming_fails(firm)
    await verified(firm, FIRST)
    await office.travel()
    assert await statuses(office) == (IN_REVIEW, "InReview")
    assert "every line must be complete" in await confirming_fails(firm)
    assert await office.held("msdyn_actuals") == []
    await verified(firm, SECOND)
    await confirm(firm)
    await office.travel(seconds=SETTLED)
    assert await statuses(office) == (CONFIRMED, "Confirmed")
    assert await charged(office) == ACTUALS
    await posted(office)
    assert (await balances(office)).get("PROC-INTEG") is None
    assert await office.is_at_rest()


async def test_v5_the_vendor_is_paid_when_the_project_manager_has_confirmed(firm: Consulting) -> None:
    """The variant of the worked example: manual verification, and payment is blocked until then."""
    office = firm.office
    await verified_by_hand(firm, block=True)
    assert await payable(office) == "No"
    await verified(firm, FIRST, SECOND)
    await office.travel(seconds=SETTLED)
    assert (await statuses(office), await payable(office)) == ((IN_REVIEW, "InReview"), "No")
    await confirm(firm)
    await office.travel(seconds=SETTLED)
    assert (await statuses(office), await payable(office)) == ((CONFIRMED, "Confirmed"), "Yes")
    await posted(office)
    end = {"COST": 1180, "FREIGHT": 25, "AP": -1205, "WIP-SALES": 1550, "ACCRUED-REV": -1550}
    assert await balances(office) == end
    assert await office.is_at_rest()


async def test_v5_or_when_somebody_in_finance_approves_the_payment_by_hand(firm: Consulting) -> None:
    office = firm.office
    await verified_by_hand(firm, block=True)
    await office.run("approve-vendor-payment", company="uspm", vendor=VENDOR, invoice=INVOICE)
    assert (await statuses(office), await payable(office)) == ((DRAFT, "Draft"), "Yes")
    await verified(firm, FIRST, SECOND)
    await confirm(firm)
    await office.travel(seconds=SETTLED)
    assert await payable(office) == "Yes"
    assert await office.is_at_rest()


# -- V6: what a line is ----------------------------------------------------------------------------------------------------


async def test_v6_the_category_of_what_was_bought_decides_what_it_is_on_the_project(firm: Consulting) -> None:
    office = firm.office
    await product(office, "WRITE-IN")
    mapped = {"Coaching": f"{CATEGORY}-1", "Hosting": f"{CATEGORY}-3", "Travel": f"{CATEGORY}-4"}
    await office.set_up("uspm", procurement_categories=mapped, manual_verification=True)
    bought: Row = {"quantity": 1, "project": "PRJ-1", "role": "DEV"}
    names = ("Coaching", "Hosting", "Travel", "Anything else")
    lines = [{**bought, "procurement_category": name, "price": price} for price, name in enumerate(names, start=11)]
    await invoiced(office, *lines)
    await office.travel(seconds=SETTLED)
    kinds = {row["PurchPrice"]: row["CategoryType"] for row in await office.kept(EXPORT_LINES)}
    assert kinds == {11: "Hour", 12: "Item", 13: "Cost", 14: "Item"}
    assert [row[1::2] for row in await classes(office)] == [(TIME, 11), (MATERIAL, 12), (EXPENSE, 13), (MATERIAL, 14)]
    await verified(firm, *(f"USPM-PT-000000{number}" for number in range(1, 5)))
    await confirm(firm)
    await office.travel(seconds=SETTLED)
    costs = [row[1:] for row in await charged(office) if row[0] == COST]
    assert costs == [(TIME, 1, 11, 11), (EXPENSE, 1, 13, 13), (MATERIAL, 1, 12, 12), (MATERIAL, 1, 14, 14)]
    await posted(office)
    lines = [row for row in await office.kept(JOURNAL_LINES) if row["ActualType"] == "Cost"]
    assert told(lines, "TransType", "OffsetLedgerDimension") == [
        ("Cost", "PROC-INTEG"),
        ("Hour", "PROC-INTEG"),
        ("Item", "PROC-INTEG"),
        ("Item", "PROC-INTEG"),
    ]
    assert (await balances(office)).get("PROC-INTEG") is None
    assert await office.is_at_rest()


async def test_v6_an_hour_without_a_role_is_not_posted(firm: Consulting) -> None:
    office = firm.office
    named = {"company": "uspm", "vendor": VENDOR, "invoice": INVOICE}
    await office.run("enter-vendor-invoice", **named, day="2026-09-10", lines=[{**CONSULTING, "role": ""}])
    answer = await office.finance_forms.ask("POST", "run/post-vendor-invoice", named)
    assert answer.status_code == 400
    assert "needs a role" in answer.text
    await office.travel(seconds=SETTLED)
    assert await office.held(INVOICES) == []


# -- V7: another company's project -----------------------------------------------------------------------------------------


async def sold_by_gbpm(firm: Consulting) -> None:
    """Sell PRJ-7 of GBPM at 100 GBP an hour, and let USPM know GBPM as whom it lends to. A GBP is 1.25 USD."""
    of_gbpm = {
        "msdyn_OwningCompany__cdm_companies": "gbpm",
        "msdyn_contractorganizationalunitId__msdyn_organizationalunits": "unit gbpm",
    }
    in_gbpm = f"_msdyn_company_value eq {firm['gbpm']}"
    await firm.knows("customer of gbpm", "accounts", "accountid", f"accountnumber eq 'C-1001' and {in_gbpm}")
    await firm.price_list("sales ORD-7", "GBP", developer=100)
    await firm.enter(
        "salesorders",
        "ORD-7",
        ordernumber="ORD-7",
        name="ORD-7",
        msdyn_ordertype=192350001,
        customerid_account__accounts="customer of gbpm",
        msdyn_ProjectPriceList__pricelevels="sales ORD-7",
        transactioncurrencyid__transactioncurrencies="GBP",
        **of_gbpm,
    )
    await firm.enter("msdyn_projects", "PRJ-7", msdyn_projectnumber="PRJ-7", msdyn_subject="PRJ-7", **of_gbpm)
    await firm.line("ORD-7", "PRJ-7")
    await firm.office.travel()
    relation = {"customer_account": "C-1001", "vendor_account": "V-1001", "timesheet_category": "HOUR"}
    await firm.office.set_up("uspm", intercompany={"gbpm": relation})
    rate = {"from_currency": "GBP", "to_currency": "USD", "rate": 1.25}
    await firm.office.set_up("gbpm", exchange_rates=[rate])


@trigger
async def test_v7_an_invoice_for_another_company_s_project_is_a_cost_that_stays_and_three_actuals_that_go(
    firm: Consulting, trigger: str
) -> None:
    office = firm.office
    await sold_by_gbpm(firm)
    await jobs_run(office, trigger)
    await invoiced(office, {**CONSULTING, "project": "PRJ-7", "project_company": "gbpm"})
    await office.travel(seconds=SETTLED)
    line = await office.the_finance(EXPORT_LINES, ProjTransId=FIRST)
    assert (line["DAreaId"], line["ProjDataAreaId"]) == ("uspm", "gbpm")
    held = await office.the(LINES, f"msdyn_externalinvoiceline eq '{FIRST}'")
    assert (held["_msdyn_owningcompany_value"], held["_msdyn_project_value"]) == (firm["uspm"], firm["PRJ-7"])
    codes = {firm[code]: code for code in ("uspm", "gbpm", "USD", "GBP")}
    actuals = await office.held("msdyn_actuals")
    for row in actuals:
        row["company"] = codes[row["_msdyn_owningcompany_value"]]
        row["currency"] = codes[row["_transactioncurrencyid_value"]]
    columns = ("msdyn_transactiontypecode", "msdyn_amount", "currency", "company", "msdyn_skipsync")
    assert told(actuals, *columns) == [
        (COST, 180, "USD", "gbpm", True),
        (UNBILLED, 200, "GBP", "gbpm", False),
        (RESOURCING_COST, 180, "USD", "uspm", False),
        (INTER_ORG, 180, "USD", "uspm", False),
    ]
    staged = await office.kept("ProjActualsImports")
    columns = ("dataAreaId", "TransactionType", "ProjectDataAreaId", "Amount", "TransactionCurrencyId")
    assert told(staged, *columns, "VendInvoiceLineProjTransId") == [
        ("gbpm", "Sales", "gbpm", 200, "GBP", FIRST),
        ("uspm", "InterOrgSales", "gbpm", 180, "USD", FIRST),
        ("uspm", "ResourcingUnitCost", "gbpm", 180, "USD", FIRST),
    ]
    assert await office.is_at_rest()


async def test_v7_the_procurement_account_clears_in_one_company_and_the_cost_arrives_in_the_other_by_invoice(
    firm: Consulting,
) -> None:
    office = firm.office
    await sold_by_gbpm(firm)
    await jobs_run(office)
    await invoiced(office, {**CONSULTING, "project": "PRJ-7", "project_company": "gbpm"})
    await office.travel(seconds=SETTLED)
    for company in ("uspm", "gbpm"):
        await posted(office, company)
    assert await balances(office) == {"AP": -180, "COST": 180, "WIP-SALES": 180, "ACCRUED-REV": -180}
    sent = await office.run("intercompany-invoice", company="uspm", borrowing="gbpm", project="PRJ-7")
    assert await balances(office) == {"AP": -180, "COST": 180, "AR": 180, "IC-REV": -180}
    (number,) = sent["invoices"]
    rate = {"from_currency": "USD", "to_currency": "GBP", "rate": 0.8}
    await office.set_up("gbpm", exchange_rates=[rate])
    await office.run("post-intercompany-vendor-invoice", company="gbpm", invoice=number)
    await office.travel(seconds=SETTLED)
    theirs = told(await office.kept(ENTRIES, dataAreaId="gbpm"), "Account", "Debit", "Credit")
    assert theirs == [("ACCRUED-REV", 0, 200), ("AP", 0, 144), ("COST", 144, 0), ("WIP-SALES", 200, 0)]
    costs = [row for row in await office.kept("ProjectPostedTransactions") if row["Part"] == "Cost"]
    assert told(costs, "dataAreaId", "ProjId", "Qty", "Amount", "AccountingAmount") == [("gbpm", "PRJ-7", 2, 180, 144)]
    assert len(await office.held(INVOICES)) == 1
    assert await office.is_at_rest()


# -- V8: nothing changes by itself -----------------------------------------------------------------------------------------


async def test_v8_nobody_edits_an_invoice_in_dataverse(firm: Consulting) -> None:
    office = firm.office
    await verified_by_hand(firm)
    header = await office.the(INVOICES, f"msdyn_vendorinvoicenumber eq '{INVOICE}'")
    line = await office.the(LINES, f"msdyn_externalinvoiceline eq '{FIRST}'")
    the_header = f"{INVOICES}({header['msdyn_projectvendorinvoiceid']})"
    the_line = f"{LINES}({line['msdyn_projectvendorinvoicelineid']})"
    for address, columns in ((the_header, {"msdyn_description": "mine"}), (the_line, {"msdyn_quantity": 1})):
        assert "can't be edited" in await office.refused("PATCH", address, **columns)
    assert "status can't be changed directly" in await office.refused("PATCH", the_header, statuscode=CONFIRMED)
    await verified(firm, FIRST, SECOND)
    await confirm(firm)
    await office.travel(seconds=SETTLED)
    for method, address in (("PATCH", the_header), ("PATCH", the_line), ("DELETE", the_header), ("DELETE", the_line)):
        columns = {"msdyn_description": "mine"} if method == "PATCH" else {}
        assert "confirmed vendor invoice can't be" in await office.refused(method, address, **columns)
    assert await office.is_at_rest()


@trigger
async def test_v8_an_invoice_that_is_told_of_twice_is_one_header_with_the_same_lines(
    firm: Consulting, trigger: str
) -> None:
    office = firm.office
    await jobs_run(office, trigger)
    await finance_events(office, double=1)
    await invoiced(office, LICENCES, CONSULTING, FREIGHT)
    await office.travel(seconds=SETTLED)
    before = await office.held(INVOICES), await office.held(LINES), await office.held("msdyn_actuals")
    assert [len(rows) for rows in before] == [1, 2, 4]
    assert await statuses(office) == (CONFIRMED, "Confirmed")
    # Once more, from the beginning: all that Finance shows, whatever was told before.
    await office.run("reconcile-vendor-invoices", company="uspm")
    for direction in (HEADERS_OVER, LINES_OVER):
        await office.catch_up(direction)
    await office.travel(seconds=SETTLED)
    assert (await office.held(INVOICES), await office.held(LINES), await office.held("msdyn_actuals")) == before
    assert len(await office.kept("ProjActualsImports")) == 4
    assert await office.is_at_rest()


# -- V9: what is missing in Dataverse --------------------------------------------------------------------------------------


async def nothing_is_confirmed(office: Enterprise) -> None:
    """Nothing half-written: no invoice is confirmed, and no actual is made, while a line is missing."""
    assert {row["statuscode"] for row in await office.held(INVOICES)} <= {DRAFT}
    assert await office.held("msdyn_actuals") == await office.kept("ProjActualsImports") == []


async def all_is_there(office: Enterprise, lines: int = 2) -> None:
    """The invoice is confirmed with all its lines, and nothing is left to be mended."""
    await office.travel(seconds=SETTLED)
    assert await statuses(office) == (CONFIRMED, "Confirmed")
    assert len(await office.held(LINES)) == lines
    assert len(await office.held("msdyn_actuals")) == len(await office.kept("ProjActualsImports")) == 2 * lines
    assert await office.is_at_rest()


@trigger
async def test_v9_a_unit_that_dataverse_lacks_holds_its_line_back_until_units_are_synchronised(
    firm: Consulting, trigger: str
) -> None:
    office = firm.office
    await jobs_run(office, trigger)
    await finance_events(office, drop=1)
    await office.book("UnitsOfMeasure", UnitSymbol="TST", UnitDescription="Test", UnitClass="Quantity")
    await office.travel()
    await finance_events(office)
    await invoiced(office, LICENCES, {**CONSULTING, "unit": "TST"})
    await office.travel(seconds=SETTLED)
    assert ("units", "tst") in await waits_for(office, LINES_OVER)
    assert [row[0] for row in await classes(office)] == [FIRST]
    await nothing_is_confirmed(office)
    await office.catch_up("units_to_dataverse")
    await all_is_there(office)


@trigger
async def test_v9_a_product_that_dataverse_lacks_holds_its_line_back_until_products_are_synchronised(
    firm: Consulting, trigger: str
) -> None:
    office = firm.office
    await jobs_run(office, trigger)
    await finance_events(office, drop=1)
    await product(office, "CABLE")
    await office.travel()
    await finance_events(office)
    await invoiced(office, {**LICENCES, "item": "CABLE"}, CONSULTING)
    await office.travel(seconds=SETTLED)
    assert ("products", "uspm|cable") in await waits_for(office, LINES_OVER)
    assert [row[0] for row in await classes(office)] == [SECOND]
    await nothing_is_confirmed(office)
    await office.catch_up("products_to_dataverse")
    await all_is_there(office)


@trigger
async def test_v9_a_category_that_dataverse_lacks_holds_its_line_back_until_it_is_made_there(
    firm: Consulting, trigger: str
) -> None:
    office = firm.office
    await jobs_run(office, trigger)
    await office.book("ProjectTransactionCategories", CategoryId="TCN-9", Name="Testing")
    await office.book("ProjectCategories", dataAreaId="uspm", CategoryId="TCN-9-1")
    await invoiced(office, LICENCES, {**CONSULTING, "category": "TCN-9-1"})
    await office.travel(seconds=SETTLED)
    assert ("transaction_categories", "tcn-9") in await waits_for(office, LINES_OVER)
    await nothing_is_confirmed(office)
    await firm.enter(
        "msdyn_transactioncategories", "TCN-9", msdyn_name="Testing", msdyn_transactioncategorynumber="TCN-9"
    )
    await all_is_there(office)


@trigger
async def test_v9_a_vendor_that_dataverse_lacks_holds_the_whole_invoice_back_until_vendors_are_synchronised(
    firm: Consulting, trigger: str
) -> None:
    office = firm.office
    await jobs_run(office, trigger)
    await finance_events(office, drop=1)
    await vendor(office, "V-300")
    await office.travel()
    await finance_events(office)
    named = {"company": "uspm", "vendor": "V-300", "invoice": INVOICE}
    await office.run("enter-vendor-invoice", **named, day="2026-09-10", lines=[LICENCES, CONSULTING])
    await office.run("post-vendor-invoice", **named)
    await office.travel(seconds=SETTLED)
    assert ("vendors", "uspm|v-300") in await waits_for(office, HEADERS_OVER)
    assert await office.held(INVOICES) == await office.held(LINES) == []
    await nothing_is_confirmed(office)
    await office.catch_up("vendors_to_dataverse")
    await all_is_there(office)


@trigger
async def test_v9_dataverse_refuses_material_without_a_product_until_the_written_in_one_is_released(
    firm: Consulting, trigger: str
) -> None:
    """What Dataverse says itself: a line whose product Finance cannot name either."""
    office = firm.office
    await jobs_run(office, trigger)
    anything: Row = {"procurement_category": "Anything", "quantity": 1, "price": 10, "project": "PRJ-1"}
    await invoiced(office, anything, CONSULTING)
    await office.travel(seconds=SETTLED)
    (record,) = [each for each in await office.errors() if each.direction == LINES_OVER]
    assert (record.key.partition("|")[0], record.error_class) == (FIRST, "Rejected")
    assert record.reason.endswith("Product id is mandatory. Select a product from the catalog.")
    await nothing_is_confirmed(office)
    await product(office, "WRITE-IN")
    await office.travel()
    await office.run("reconcile-vendor-invoices", company="uspm")
    await all_is_there(office)


@trigger
async def test_v9_dataverse_refuses_a_category_that_is_not_active_until_it_is(firm: Consulting, trigger: str) -> None:
    office = firm.office
    await jobs_run(office, trigger)
    await firm.edit("msdyn_transactioncategories", CATEGORY, statecode=1)
    await office.travel()
    await invoiced(office, LICENCES, CONSULTING)
    await office.travel(seconds=SETTLED)
    (record,) = [each for each in await office.errors() if each.direction == LINES_OVER]
    assert (record.key.partition("|")[0], record.error_class) == (SECOND, "Rejected")
    assert record.reason.endswith(
        "The Transaction Category linked to this vendor invoice line is invalid. "
        "Please select an Active, Expense Transaction Category."
    )
    await nothing_is_confirmed(office)
    await firm.edit("msdyn_transactioncategories", CATEGORY, statecode=0)
    await office.run("reconcile-vendor-invoices", company="uspm")
    await all_is_there(office)
