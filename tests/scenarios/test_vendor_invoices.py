"""A vendor's invoice, posted in Finance, verified and confirmed in Dataverse, back in the journal: V1 to V6 and V8.

The numbers are those of one worked example: five licences at 200, sold at 250; two hours at 90, sold at 150; freight of
25 that belongs to no project.
"""

from __future__ import annotations

import pytest

from tests.scenarios.accounting import JOURNAL_LINES, accounted, balances, posted
from tests.scenarios.consulting import (
    CATEGORY,
    COST,
    EXPENSE,
    MATERIAL,
    TIME,
    Consulting,
    told,
)
from tests.scenarios.enterprise import Enterprise, Row
from tests.scenarios.payables import (
    ACTUALS,
    CLEARED,
    CONFIRMED,
    CONSULTING,
    DRAFT,
    EXPORT,
    EXPORT_LINES,
    FIRST,
    FREIGHT,
    HEADERS_OVER,
    IN_REVIEW,
    INVOICE,
    INVOICES,
    LICENCES,
    LINES,
    LINES_OVER,
    NOT_STARTED,
    SECOND,
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
    the_invoice,
    trigger,
    verified,
)

ENTRIES = "LedgerVoucherEntries"


@pytest.fixture
async def firm(office: Enterprise) -> Consulting:
    return await buys(office)


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
    assert await balances(office) == CLEARED
    assert [row[1:3] for row in await accounted(office)] == [(1000, 1), (180, 1), (1250, 1), (300, 1)]
    assert all(row[3] for row in await accounted(office))
    assert await office.is_at_rest()


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
    assert await balances(office) == CLEARED
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


@trigger
async def test_v6_what_is_stocked_is_a_cost_in_finance_at_once_and_in_dataverse_when_it_is_confirmed(
    firm: Consulting, trigger: str
) -> None:
    office = firm.office
    await jobs_run(office, trigger)
    await product(office, "BOLT", IsStockedProduct="Yes")
    await office.travel()
    await invoiced(office, {**LICENCES, "item": "BOLT", "price": 4}, CONSULTING)
    assert await balances(office) == {"COST": 20, "PROC-INTEG": 180, "AP": -200}
    await office.travel(seconds=SETTLED)
    costs = [row[1:] for row in await charged(office) if row[0] == COST]
    assert costs == [(TIME, 2, 90, 180), (MATERIAL, 5, 4, 20)]
    await posted(office)
    found = await balances(office)
    assert (found["COST"], found["AP"], found.get("PROC-INTEG")) == (200, -200, None)
    accounts = [row[1:3] for row in await accounted(office) if row[0] == COST]
    assert accounts == [(180, 1), (None, None)], "the journal has no line of what was posted already"
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
    await office.run("reconcile", company="uspm")
    for direction in (HEADERS_OVER, LINES_OVER):
        await office.catch_up(direction)
    await office.travel(seconds=SETTLED)
    assert (await office.held(INVOICES), await office.held(LINES), await office.held("msdyn_actuals")) == before
    assert len(await office.kept("ProjActualsImports")) == 4
    assert await office.is_at_rest()
