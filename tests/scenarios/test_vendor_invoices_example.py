"""The worked example of a vendor's invoice, every record and amount on both sides at every step, and its variant.

An invoice of V-200: five licences at 200, two hours of a developer at 90, freight of 25 without a project. In the
variant a project manager verifies, and payment is blocked until then.
"""

from __future__ import annotations

import pytest

from tests.scenarios.accounting import (
    JOURNAL_LINES,
    accounted,
    balances,
    connected,
    entries,
    imported,
    posted_vouchers,
    related,
    written_back,
)
from tests.scenarios.consulting import COST, MATERIAL, TIME, UNBILLED, Consulting, told
from tests.scenarios.enterprise import Enterprise
from tests.scenarios.payables import (
    ACTUALS,
    BILLED_ON,
    CLEARED,
    COMPLETE,
    CONFIRMED,
    CONSULTING,
    DRAFT,
    EXPORT,
    EXPORT_LINES,
    FIRST,
    FREIGHT,
    IN_REVIEW,
    INVOICE,
    INVOICES,
    LICENCES,
    LINES,
    SECOND,
    SETTLED,
    VENDOR,
    buys,
    charged,
    classes,
    confirm,
    invoiced,
    payable,
    statuses,
    system_jobs,
    verified,
)

NOON = "2026-09-10T12:00:00Z"


@pytest.fixture
async def firm(office: Enterprise) -> Consulting:
    return await buys(office)


async def test_v3_the_worked_example_step_by_step(firm: Consulting) -> None:
    office = firm.office
    await step_1_post(office, approved="Yes")
    await step_2_export(office, automatic=True)
    assert (await system_jobs(office))["failed"] == 0
    await step_3_confirmed(office)
    await step_4_status(office)
    await step_5_import_and_post(office)


async def test_v5_the_variant_of_the_worked_example_step_by_step(firm: Consulting) -> None:
    office = firm.office
    await office.set_up("uspm", manual_verification=True, block_payment=True)
    await step_1_post(office, approved="No")
    await step_2_export(office, automatic=False)
    assert await system_jobs(office) == {"succeeded": 0, "failed": 0}
    await verified(firm, FIRST, SECOND)
    await office.travel()
    assert (await statuses(office), await payable(office)) == ((IN_REVIEW, "InReview"), "No")
    await confirm(firm)
    await step_3_confirmed(office)
    assert await payable(office) == "No"
    await step_4_status(office)
    await step_5_import_and_post(office)


async def step_1_post(office: Enterprise, approved: str) -> None:
    """The books, the vendor transaction, and what Finance shows for export."""
    voucher = await invoiced(office, LICENCES, CONSULTING, FREIGHT)
    assert await entries(office, Voucher=voucher) == [
        ("AP", 0, 1000),
        ("AP", 0, 180),
        ("AP", 0, 25),
        ("FREIGHT", 25, 0),
        ("PROC-INTEG", 1000, 0),
        ("PROC-INTEG", 180, 0),
    ]
    transaction = await office.the_finance("VendorTransactions", Voucher=voucher)
    assert (transaction["AccountNum"], transaction["Amount"], transaction["Approved"]) == (VENDOR, 1205, approved)
    header = await office.the_finance(EXPORT, VendorInvoiceNum=INVOICE)
    assert (header["ProjVendInvoiceStatus"], header["SubcontractInvoice"]) == (
        "None",
        "No" if approved == "Yes" else "Yes",
    )
    columns = ("ProjTransId", "CategoryType", "QtyReceiveNow", "PurchPrice", "DisplayProductNumber", "RoleId")
    assert told(await office.kept(EXPORT_LINES), *columns) == [
        (FIRST, "Item", 5, 200, "LICENCE", ""),
        (SECOND, "Hour", 2, 90, "", "DEV"),
    ]
    assert await office.held(INVOICES) == []


async def step_2_export(office: Enterprise, *, automatic: bool) -> None:
    """A draft with its lines, and nothing charged to the project."""
    await office.travel(seconds=SETTLED)
    header = await office.the(INVOICES, f"msdyn_vendorinvoicenumber eq '{INVOICE}'")
    assert header["msdyn_enableautomaticconfirmation"] is automatic
    assert await statuses(office) == (DRAFT, "Draft")
    assert await classes(office) == [(FIRST, MATERIAL, 5, 200), (SECOND, TIME, 2, 90)]
    assert await office.held("msdyn_actuals") == []


async def step_3_confirmed(office: Enterprise) -> None:
    """The invoice is confirmed in Dataverse, and charged to the project there."""
    assert await statuses(office) != (CONFIRMED, "Confirmed")
    header = await office.the(INVOICES, f"msdyn_vendorinvoicenumber eq '{INVOICE}'")
    assert header["statuscode"] == CONFIRMED
    assert await charged(office) == ACTUALS
    lines = {row["msdyn_projectvendorinvoicelineid"]: row for row in await office.held(LINES)}
    assert {row["msdyn_verificationstatus"] for row in lines.values()} == {COMPLETE}
    actuals = await office.held("msdyn_actuals")
    ids = {}
    for row in actuals:
        line = lines[row["_msdyn_vendorinvoiceline_value"]]
        assert row["_transactioncurrencyid_value"] == line["_transactioncurrencyid_value"]
        assert row["_msdyn_owningcompany_value"] == line["_msdyn_owningcompany_value"]
        assert (row["msdyn_skipsync"], row["msdyn_documentdate"]) == (False, BILLED_ON)
        ids[row["msdyn_transactiontypecode"], line["msdyn_externalinvoiceline"]] = row["msdyn_actualid"]
    pairs = [(ids[UNBILLED, line], "Unbilled Sales", ids[COST, line], "Cost") for line in (FIRST, SECOND)]
    assert await connected(office) == sorted(pairs, key=str)


async def step_4_status(office: Enterprise) -> None:
    """Finance knows, and has in staging what Dataverse made of the lines."""
    await office.travel(seconds=SETTLED)
    assert (await statuses(office), await payable(office)) == ((CONFIRMED, "Confirmed"), "Yes")
    staged = await office.kept("ProjActualsImports")
    columns = ("TransactionType", "Quantity", "Amount", "TransactionCurrencyId", "DocumentDate")
    assert told(staged, *columns, "VendInvoiceLineProjTransId") == [
        ("Cost", 2, 180, "USD", NOON, SECOND),
        ("Cost", 5, 1000, "USD", NOON, FIRST),
        ("Sales", 2, 300, "USD", NOON, SECOND),
        ("Sales", 5, 1250, "USD", NOON, FIRST),
    ]
    made = {row["msdyn_actualid"] for row in await office.held("msdyn_actuals")}
    assert {row["ActualId"] for row in staged} == made
    assert await related(office) == await connected(office)


async def step_5_import_and_post(office: Enterprise) -> None:
    """The journal clears the procurement account, and each actual shows what accounting made of it."""
    journals = (await imported(office))["journals"]
    lines = await office.kept(JOURNAL_LINES)
    columns = ("ActualType", "TransType", "DocumentType", "OffsetLedgerDimension", "ExtendedCost", "ExtendedPrice")
    assert told(lines, *columns) == [
        ("Cost", "Hour", "Purchase", "PROC-INTEG", 180, 0),
        ("Cost", "Item", "Purchase", "PROC-INTEG", 1000, 0),
        ("Sales", "Hour", "Purchase", "", 0, 300),
        ("Sales", "Item", "Purchase", "", 0, 1250),
    ]
    for journal in journals:
        await office.run("post-journal", company="uspm", journal=journal)
    await office.travel()
    of_line = {(line["ActualType"], line["TransType"]): line["Voucher"] for line in lines}
    written = {key: await entries(office, Voucher=each) for key, each in of_line.items()}
    assert written == {
        ("Cost", "Item"): [("COST", 1000, 0), ("PROC-INTEG", 0, 1000)],
        ("Cost", "Hour"): [("COST", 180, 0), ("PROC-INTEG", 0, 180)],
        ("Sales", "Item"): [("ACCRUED-REV", 0, 1250), ("WIP-SALES", 1250, 0)],
        ("Sales", "Hour"): [("ACCRUED-REV", 0, 300), ("WIP-SALES", 300, 0)],
    }
    assert await accounted(office) == [
        (COST, 1000, 1, of_line["Cost", "Item"], None),
        (COST, 180, 1, of_line["Cost", "Hour"], None),
        (UNBILLED, 1250, 1, of_line["Sales", "Item"], None),
        (UNBILLED, 300, 1, of_line["Sales", "Hour"], None),
    ]
    assert await written_back(office) == await posted_vouchers(office)
    transactions = await office.kept("ProjectPostedTransactions")
    assert told(transactions, "Part", "TransType", "Qty", "Amount") == [
        ("Cost", "Hour", 2, 180),
        ("Cost", "Item", 5, 1000),
        ("Sale", "Hour", 2, 300),
        ("Sale", "Item", 5, 1250),
    ]
    assert await balances(office) == CLEARED
    assert await office.is_at_rest()
