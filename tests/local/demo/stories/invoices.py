"""Project invoices: four hours are billed, from the proforma to the voucher, and then a milestone."""

from __future__ import annotations

import asyncio

from tests.local.demo.dataverse_sheets import accounted, actuals, label, rows
from tests.local.demo.finance_sheets import COMPANY, journal, vouchers
from tests.local.demo.scene import Scene, Story
from tests.local.demo.sheets import Sheet, money
from tests.local.demo.stories.consultancy import CONSULTANCY, sold_in_pounds, taxed
from tests.scenarios.accounting import imported
from tests.scenarios.consulting import Consulting
from tests.scenarios.enterprise import Enterprise, Row
from tests.scenarios.invoicing import (
    BILLED,
    MILESTONES,
    confirm,
    drafted,
    fixed_price,
    milestone,
    milestone_ready,
    not_imported,
    post_drafts,
    post_proposal,
    ready,
)

PROJECT, CONTRACT = "PRJ-3", "ORD-3"
FIXED_PROJECT, FIXED_CONTRACT = "PRJ-2", "ORD-2"


async def a_proforma(scene: Scene) -> None:
    """Four hours are worked and invoiced at once, before the accountant has posted them."""
    scene.board.act("A proforma is confirmed", "its number is the proposal's; lines come of actuals that are posted")
    firm, office = scene.firm, scene.office
    with scene.change("both", f"4 hours on {PROJECT}, at 250 GBP, wait in the journal") as change:
        await sold_in_pounds(scene, PROJECT)
        await firm.approved(4, project=PROJECT)
        await imported(office)
        change.end("approved, sent and imported; not posted")
    await ready(firm, PROJECT)
    invoice = await drafted(firm, CONTRACT)
    await scene.step(
        "Dataverse", f"proforma {invoice['invoicenumber']} of 1,000 GBP is confirmed",
        confirm(firm, invoice), lambda: _proposed(office, invoice, 0), "a proposal of that number in Finance, of 0.00",
    )  # fmt: skip
    here = [await proformas(firm, CONTRACT), await actuals(firm, PROJECT)]
    scene.show(here, [await proposals(office, CONTRACT), await journal(office, PROJECT)])


async def a_proposal(scene: Scene) -> None:
    """The proposal has no lines until the journal is posted, and is posted in its turn."""
    scene.board.act("The proposal is filled and posted", "voucher and tax of the sale are back in Dataverse")
    firm, office = scene.firm, scene.office
    (invoice,) = await office.held("invoices", f"_salesorderid_value eq {firm[CONTRACT]}")
    with scene.change("Finance", "the accountant lets the proposal be filled") as change:
        words = await not_imported(office)
        change.end(f"Finance says: {' '.join(words) or 'nothing'}", failed=not words)

    async def filled() -> None:
        await post_drafts(office)
        await imported(office)

    await scene.step(
        "Finance", "the accountant posts the journal, then tries again",
        filled(), lambda: _proposed(office, invoice, 1200), "one line of 1,000 and its tax of 200",
    )  # fmt: skip
    here = [await proformas(firm, CONTRACT)]
    scene.show(here, [await proposals(office, CONTRACT), await proposal_lines(office, invoice)])
    await scene.step(
        "Finance", "the accountant posts the proposal",
        post_proposal(office, invoice), lambda: _billed(scene, PROJECT, 1250, 200),
        "1,250 USD, tax and voucher are at the billed sale in Dataverse",
    )  # fmt: skip
    scene.show([await accounted(firm, PROJECT)], [await issued(office, invoice), await _voucher(office, invoice)])


async def a_milestone(scene: Scene) -> None:
    """Half of a fixed price of 10,000 is due."""
    scene.board.act("A milestone is billed", "its proposal line comes of the on-account transaction")
    firm, office = scene.firm, scene.office
    with scene.change("Dataverse", f"project {FIXED_PROJECT} is sold for 10,000 USD in two milestones") as change:
        await fixed_price(firm)
        await taxed(scene, FIXED_CONTRACT)
        await asyncio.gather(*(milestone(firm, name, 5000) for name in ("M1", "M2")))
        change.end("two on-account transactions in Finance")
    await milestone_ready(firm, "M1")
    invoice = await drafted(firm, FIXED_CONTRACT)
    await scene.step(
        "Dataverse", f"M1 is ready; its proforma {invoice['invoicenumber']} is confirmed",
        confirm(firm, invoice), lambda: _proposed(office, invoice, 0), "a proposal in Finance",
    )  # fmt: skip
    await scene.step(
        "Finance", "the accountant lets the proposal be filled",
        imported(office), lambda: _proposed(office, invoice, 5500), "5,000 from the on-account transaction, and 10 % tax",
    )  # fmt: skip
    await scene.step(
        "Finance", "the accountant posts the proposal",
        post_proposal(office, invoice), lambda: _billed(scene, FIXED_PROJECT, 5000, 500),
        "5,000, tax and voucher are at the billed milestone in Dataverse",
    )  # fmt: skip
    here = [await milestones(firm), await accounted(firm, FIXED_PROJECT)]
    scene.show(here, [await on_account(office), await _voucher(office, invoice)])


# -- what is looked at -------------------------------------------------------------------------------------------------


async def _proposed(office: Enterprise, invoice: Row, amount: float) -> bool:
    found = await office.kept("ProjectProposals", ProposalId=invoice["invoicenumber"])
    return [row["InvoiceAmount"] for row in found] == [amount]


async def _billed(scene: Scene, project: str, booked: float, tax: float) -> bool:
    of_project = f"_msdyn_project_value eq {scene.firm[project]} and msdyn_transactiontypecode eq {BILLED}"
    found = await scene.office.held("msdyn_actuals", of_project)
    columns = ("msdyn_accountingamount", "msdyn_accountingsalestax")
    return [tuple(row[column] for column in columns) for row in found] == [(booked, tax)]


async def proformas(firm: Consulting, contract: str) -> Sheet:
    """The proformas of a contract."""
    found = await rows(firm.office, "invoices", f"_salesorderid_value eq {firm[contract]}")
    lines = [(row["invoicenumber"], label(row, "msdyn_projectinvoicestatus"), row["totalamount"]) for row in found]
    return Sheet("proformas", ("proforma", "status", "#total"), sorted(lines))


async def milestones(firm: Consulting) -> Sheet:
    """The milestones of the fixed-price contract."""
    found = await rows(firm.office, MILESTONES, "")
    of_contract = [
        row for row in found if row["_msdyn_contractlineid_value"] == firm[f"{FIXED_CONTRACT} {FIXED_PROJECT}"]
    ]
    lines = [(row["msdyn_name"], row["msdyn_amount"], label(row, "msdyn_invoicestatus")) for row in of_contract]
    return Sheet("milestones", ("milestone", "#amount", "status"), sorted(lines))


async def proposals(office: Enterprise, contract: str) -> Sheet:
    """The invoice proposals of a contract."""
    found = await office.kept("ProjectProposals", dataAreaId=COMPANY, ProjInvoiceProjId=contract)
    lines = [(row["ProposalId"], row["Status"], row["InvoiceAmount"], row["SumTax"]) for row in found]
    return Sheet("invoice proposals", ("proposal", "status", "#amount", "#of it tax"), sorted(lines))


async def proposal_lines(office: Enterprise, invoice: Row) -> Sheet:
    """The lines of a proforma's proposal."""
    found = await office.kept("ProjectProposalLines", ProposalId=invoice["invoicenumber"])
    lines = [
        (row["TransType"], row["Qty"], money(row["LineAmount"], row["CurrencyId"]), row["SalesTaxAmount"])
        for row in found
    ]
    return Sheet("lines of the proposal", ("type", "#qty", "#amount", "#tax"), lines)


async def on_account(office: Enterprise) -> Sheet:
    """The on-account transactions of the fixed-price project."""
    found = await office.kept("ProjectOnAccountTransactions", ProjectId=FIXED_PROJECT)
    lines = [(row["Description"], row["Amount"], row["TransStatus"]) for row in found]
    return Sheet("on-account transactions", ("of", "#amount", "status"), sorted(lines))


async def issued(office: Enterprise, invoice: Row) -> Sheet:
    """The customer invoice that came of a proposal."""
    found = await office.kept("ProjectCustomerInvoices", ProposalId=invoice["invoicenumber"])
    lines = [(row["ProjInvoiceId"], money(row["InvoiceAmount"], row["CurrencyId"]), row["SumTax"]) for row in found]
    return Sheet("customer invoices", ("invoice", "#amount", "#of it tax"), lines)


async def _voucher(office: Enterprise, invoice: Row) -> Sheet:
    found = await office.kept("ProjectCustomerInvoices", ProposalId=invoice["invoicenumber"])
    return await vouchers(office, [row["LedgerVoucher"] for row in found])


STORY = Story((a_proforma, a_proposal, a_milestone), needs=(CONSULTANCY,))
