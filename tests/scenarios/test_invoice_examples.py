"""The worked examples of invoicing, record by record: four hours of time and material, and a milestone.

The numbers of the first are those of `test_actuals`: 1,000 GBP at the fixed rate 1.25 with a sales tax of 20 %. The second is
a milestone of 5,000 USD with a sales tax of 10 %.
"""

from __future__ import annotations

import pytest

from tests.scenarios.accounting import accounted, actual, balances, imported, posted, related, sold_in_pounds
from tests.scenarios.consulting import COST, TIME, UNBILLED, Consulting, told
from tests.scenarios.enterprise import Enterprise, enterprise
from tests.scenarios.invoicing import (
    ADJUSTED,
    BILLED,
    CONFIRMED,
    DETAILS,
    DRAFT,
    INVOICED,
    INVOICES,
    MILESTONE_CLASS,
    MILESTONES,
    ON_INVOICE,
    POSTED,
    READY,
    UNADJUSTABLE,
    confirm,
    drafted,
    fixed_price,
    lines,
    milestone,
    milestone_ready,
    post_proposal,
    proposal,
    ready,
    revised,
    voucher,
)

SHOWN = ("msdyn_transactiontypecode", "msdyn_quantity", "msdyn_amount", "msdyn_skipsync", "msdyn_adjustmentstatus")
STAGED = ("TransactionType", "Quantity", "Amount", "InvoiceId", "BillingStatusId")
STATES = ("IsProcessed", "IsDuplicate", "IntegrationCount")


async def test_i1_i3_i9_four_hours_are_billed_in_full(monkeypatch: pytest.MonkeyPatch) -> None:
    async with enterprise(monkeypatch, RUNNING_MAPS="*,customer_invoices") as office:
        await office.open()
        firm = await sold_in_pounds(office)
        await firm.approved(4)
        await office.travel(seconds=120)
        await posted(office)
        cost, sale = await actual(office, COST), await actual(office, UNBILLED)

        # The draft: nothing of it leaves, but that the sale is on an invoice.
        await ready(firm)
        assert (await actual(office, UNBILLED))["msdyn_billingstatus"] == READY
        invoice = await drafted(firm)
        await office.travel(seconds=120)
        assert (invoice["msdyn_projectinvoicestatus"], invoice["totalamount"]) == (DRAFT, 1000)
        assert (await actual(office, UNBILLED))["msdyn_billingstatus"] == ON_INVOICE
        detail = await office.the(DETAILS, "")
        assert told([detail], *SHOWN[:3]) == [(BILLED, 4, 1000)]
        connection = await office.the("msdyn_transactionconnections", "msdyn_transaction1role eq 'Billed Sales'")
        ends = (
            "msdyn_transaction1",
            "msdyn_transaction1type",
            "msdyn_transaction2",
            "msdyn_transaction2role",
            "msdyn_transaction2type",
        )
        assert told([connection], *ends) == [
            (
                detail["msdyn_invoicelinetransactionid"],
                "msdyn_invoicelinetransaction",
                *(sale["msdyn_actualid"], "Unbilled Sales", "msdyn_actual"),
            )
        ]
        assert await office.kept("ProjectProposals") == []
        staged = await office.kept("ProjActualsImports")
        assert told(staged, *STAGED) == [("Cost", 4, 480, "", 0), ("Sales", 4, 1000, "", ON_INVOICE)]

        # Confirmed: four actuals, of which the negative stays.
        await confirm(firm, invoice)
        actuals = await office.held("msdyn_actuals")
        assert told(actuals, *SHOWN) == [
            (COST, 4, 480, False, None),
            (UNBILLED, -4, -1000, True, UNADJUSTABLE),
            (UNBILLED, 4, 1000, False, None),
            (BILLED, 4, 1000, False, None),
        ]
        by_kind = {(row["msdyn_transactiontypecode"], row["msdyn_quantity"]): row for row in actuals}
        negative, billed = by_kind[UNBILLED, -4]["msdyn_actualid"], by_kind[BILLED, 4]["msdyn_actualid"]
        assert by_kind[UNBILLED, 4]["msdyn_billingstatus"] == INVOICED
        assert by_kind[BILLED, 4]["_msdyn_invoice_value"] == invoice["invoiceid"]
        staged = await office.kept("ProjActualsImports")
        assert told(staged, *STAGED) == [
            ("BilledSales", 4, 1000, invoice["invoicenumber"], INVOICED),
            ("Cost", 4, 480, "", 0),
            ("Sales", 4, 1000, "", INVOICED),
        ]
        assert told(await office.kept("ProjectActualsStates"), *STATES) == [
            ("No", "No", 0),
            ("Yes", "No", 0),
            ("Yes", "No", 0),
        ]
        assert await related(office) == sorted(
            [
                (sale["msdyn_actualid"], "Unbilled Sales", cost["msdyn_actualid"], "Cost"),
                (negative, "Reversing", sale["msdyn_actualid"], "Original"),
                (billed, "Billed Sales", sale["msdyn_actualid"], "Unbilled Sales"),
            ],
            key=str,
        )
        header = await proposal(office, invoice)
        shown = ("Status", "ProjInvoiceProjId", "FundingSource", "CurrencyId", "InvoiceAmount", "SumTax")
        assert told([header], *shown) == [("Open", "ORD-1", "C-1001", "GBP", 0, 0)]
        assert header["InvoiceDate"][:10] == invoice["msdyn_invoicedate"]
        assert await lines(office, invoice) == []

        # The line: that of the posted sale, which is on a proposal now.
        await imported(office)
        (line,) = await lines(office, invoice)
        of_line = (
            "TransType",
            "Qty",
            "SalesPrice",
            "LineAmount",
            "CurrencyId",
            "SalesTaxAmount",
            "TaxGroup",
            "TaxItemGroup",
        )
        assert told([line], *of_line) == [("Hour", 4, 250, 1000, "GBP", 200, "TX", "FULL")]
        transactions = await office.kept("ProjectPostedTransactions")
        assert told(transactions, "Part", "TransStatus") == [("Cost", "Posted"), ("Sale", "InvoiceProposal")]
        assert told([await proposal(office, invoice)], "Status", "InvoiceAmount", "SumTax") == [("Open", 1200, 200)]
        assert told(await office.kept("ProjectActualsStates"), "IsProcessed") == [("Yes",)] * 3

        # Posted: the customer invoice, the ledger, and what comes back.
        before = await accounted(office)
        done = await post_proposal(office, invoice)
        assert await voucher(office, done["voucher"]) == {
            "AR": 1500,
            "REVENUE": -1250,
            "TAX-PAY": -250,
            "ACCRUED-REV": 1250,
            "WIP-SALES": -1250,
        }
        assert await balances(office) == {
            "COST": 480,
            "PAYROLL-ALLOC": -480,
            "REVENUE": -1250,
            "AR": 1500,
            "TAX-PAY": -250,
        }
        transactions = await office.kept("ProjectPostedTransactions")
        columns = ("Part", "TransStatus", "Qty", "Amount", "AccountingAmount")
        assert told(transactions, *columns) == [("Cost", "Posted", 4, 480, 480), ("Sale", "Invoiced", 4, 1000, 1250)]
        issued = await office.the_finance("ProjectCustomerInvoices")
        shown = ("ProjInvoiceId", "ProposalId", "CustomerAccount", "CurrencyId", "InvoiceAmount", "SumTax")
        assert told([issued], *shown) == [(done["invoice"], invoice["invoicenumber"], "C-1001", "GBP", 1200, 200)]
        assert (await proposal(office, invoice))["Status"] == "Posted"
        came = [row for row in await accounted(office) if row not in before]
        assert came == [(BILLED, 1250, 1.25, done["voucher"], 200)]
        proforma = await office.the(INVOICES, "")
        names = ("customerinvoicenumber", "customerinvoicetax", "projectinvoicestatus", "customerinvoicedate")
        assert told([proforma], *(f"msdyn_{name}" for name in names)) == [
            (done["invoice"], 200, POSTED, issued["InvoiceDate"][:10])
        ]
        (copied,) = await office.held("msdyn_customerinvoices")
        assert copied["_msdyn_invoice_value"] == invoice["invoiceid"]
        await office.travel(seconds=600)
        assert len(await office.kept("ProjectProposals")) == 1
        assert await office.is_at_rest()


async def test_i4_a_milestone_is_billed_and_credited(office: Enterprise) -> None:
    firm = await Consulting(office).begin()
    await office.set_up(
        "uspm",
        taxes=[{"group": "TX", "item_group": "MS", "percent": 10}],
        milestone_item_sales_tax_group="MS",
        profile_rules=[{"level": "all", "profile": {"name": "FP", "on_account": "NoWip"}}],
    )
    await fixed_price(firm)
    contract = {"dataAreaId": "uspm", "ProjectContractId": "ORD-2"}
    await office.change("ProjectContractHeaders", contract, SalesTaxGroupCode="TX")
    for name in ("M1", "M2"):
        await milestone(firm, name, 5000)

    # Not ready yet: two on-account transactions and one estimate project.
    on_account = await office.kept("ProjectOnAccountTransactions")
    columns = ("Description", "Amount", "TransStatus", "SalesTaxGroup", "ItemSalesTaxGroup")
    assert told(on_account, *columns) == [("M1", 5000, "Posted", "TX", "MS"), ("M2", 5000, "Posted", "TX", "MS")]
    assert len(await office.kept("ProjectFixedPriceEstimateProjects")) == 1

    # Eight hours of work are a cost alone.
    await firm.enter("bookableresourcecategories", "architect", name="Architect", msdyn_resourcecategorynumber="ARC")
    await firm.priced("cost uspm", "architect", 100, "USD")
    await firm.approved(8, project="PRJ-2", msdyn_resourceCategory__bookableresourcecategories="architect")
    await posted(office)
    assert told(await office.held("msdyn_actuals"), *SHOWN[:3]) == [(COST, 8, 800)]
    assert await balances(office) == {"COST": 800, "PAYROLL-ALLOC": -800}

    # The proforma: a draft first, then confirmed. No negative, no connection.
    await milestone_ready(firm, "M1")
    invoice = await drafted(firm, "ORD-2")
    await office.travel(seconds=120)
    statuses = await office.held(MILESTONES)
    assert told(statuses, "msdyn_name", "msdyn_invoicestatus") == [("M1", 192350002), ("M2", 192350000)]
    assert await office.kept("ProjectProposals") == []
    await confirm(firm, invoice)
    billed = await actual(office, BILLED)
    shown = ("msdyn_transactionclassification", "msdyn_amount", "msdyn_skipsync", "msdyn_externalreferenceid")
    assert told([billed], *shown) == [(MILESTONE_CLASS, 5000, False, firm["M1"])]
    statuses = await office.held(MILESTONES)
    assert told(statuses, "msdyn_name", "msdyn_invoicestatus") == [("M1", 192350003), ("M2", 192350000)]
    staged = await office.kept("ProjActualsImports")
    of_staged = ("TransactionType", "TransactionClassification", "Amount", "InvoiceId", "ExternalReference")
    assert told(staged, *of_staged) == [
        ("BilledSales", MILESTONE_CLASS, 5000, invoice["invoicenumber"], firm["M1"]),
        ("Cost", TIME, 800, "", ""),
    ]
    assert await related(office) == []
    assert (await proposal(office, invoice))["InvoiceAmount"] == 0

    # The line comes from the on-account transaction.
    await imported(office)
    (line,) = await lines(office, invoice)
    first = {row["Description"]: row["TransactionId"] for row in on_account}["M1"]
    of_line = ("TransType", "TransId", "LineAmount", "TaxGroup", "TaxItemGroup", "SalesTaxAmount")
    assert told([line], *of_line) == [("OnAccount", first, 5000, "TX", "MS", 500)]
    on_account = await office.kept("ProjectOnAccountTransactions")
    assert told(on_account, "Description", "TransStatus") == [("M1", "InvoiceProposal"), ("M2", "Posted")]

    done = await post_proposal(office, invoice)
    assert await voucher(office, done["voucher"]) == {"AR": 5500, "REV-ONACC": -5000, "TAX-PAY": -500}
    on_account = await office.kept("ProjectOnAccountTransactions")
    assert told(on_account, "Description", "TransStatus") == [("M1", "Invoiced"), ("M2", "Posted")]
    assert (BILLED, 5000, 1, done["voucher"], 500) in await accounted(office)
    assert await office.is_at_rest()

    # Credited: the milestone is ready again, and the voucher is mirrored.
    corrective = await revised(firm, invoice)
    await confirm(firm, corrective)
    rows = [row for row in await office.held("msdyn_actuals") if row["msdyn_transactiontypecode"] == BILLED]
    assert told(rows, "msdyn_amount", "msdyn_adjustmentstatus") == [(-5000, UNADJUSTABLE), (5000, ADJUSTED)]
    statuses = await office.held(MILESTONES)
    assert told(statuses, "msdyn_name", "msdyn_invoicestatus") == [("M1", 192350001), ("M2", 192350000)]
    await imported(office)
    (line,) = await lines(office, corrective)
    assert told([line], "TransId", "LineAmount", "SalesTaxAmount") == [(first, -5000, -500)]
    credit = await post_proposal(office, corrective)
    assert await voucher(office, credit["voucher"]) == {"AR": -5500, "REV-ONACC": 5000, "TAX-PAY": 500}
    assert (BILLED, -5000, 1, credit["voucher"], -500) in await accounted(office)
    on_account = await office.kept("ProjectOnAccountTransactions")
    assert told(on_account, "Description", "TransStatus") == [("M1", "Posted"), ("M2", "Posted")]
    assert await balances(office) == {"COST": 800, "PAYROLL-ALLOC": -800}
    assert (await office.the(INVOICES, f"invoiceid eq {invoice['invoiceid']}"))[
        "msdyn_projectinvoicestatus"
    ] == CONFIRMED
    assert await office.is_at_rest()
