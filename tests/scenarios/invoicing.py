"""What a project manager bills in Dataverse, and what an accountant does with the proposals that come of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from tests.scenarios.consulting import FIXED_PRICE, UNBILLED, Consulting
from tests.scenarios.enterprise import Enterprise, Row

BILLED, MILESTONE_CLASS = 192350006, 192350003
CREATED, ON_INVOICE, INVOICED, READY = 192350000, 192350001, 192350002, 192350004
ADJUSTED, UNADJUSTABLE = 192350001, 192350002
DRAFT, CONFIRMED, POSTED = 192350000, 192350002, 192350004
INVOICES, DETAILS, MILESTONES = "invoices", "msdyn_invoicelinetransactions", "msdyn_contractlinescheduleofvalues"
#: What travels as data packages takes minutes.
PACKAGES = 600
NOT_POSTED = (
    "Project transaction hasn't been posted yet. "
    "Verify that you have posted all of the related integration journals and try again."
)
MISMATCHED = (
    "Invoice proposal wasn't processed because of mismatched billed sales actuals with Dataverse. "
    "Try again later. Contact your administrator if issue still exists."
)


async def ready(firm: Consulting, project: str = "") -> None:
    """Mark every open unbilled sale, of a project or of all, as ready to be invoiced."""
    open_sales = f"msdyn_transactiontypecode eq {UNBILLED} and msdyn_billingstatus eq 192350000"
    open_sales += f" and _msdyn_project_value eq {firm[project]}" if project else ""
    rows = await firm.office.held("msdyn_actuals", f"{open_sales} and msdyn_adjustmentstatus eq null")
    targets = [firm.target("msdyn_actual", row["msdyn_actualid"]) for row in rows]
    await firm.office.act("msdyn_MarkReadyToInvoice", Targets=targets)


async def drafted(firm: Consulting, contract: str = "ORD-1", **columns: Any) -> Row:
    """Draft the one proforma of a contract, and fill in columns of it; give it."""
    office = firm.office
    known = {row["invoiceid"] for row in await office.held(INVOICES)}
    await office.act("msdyn_CreateInvoices", Targets=[firm.target("salesorder", firm[contract])])
    (made,) = [row["invoiceid"] for row in await office.held(INVOICES) if row["invoiceid"] not in known]
    if columns:
        await office.edit(INVOICES, made, **columns)
    return await office.the(INVOICES, f"invoiceid eq {made}")


async def confirm(firm: Consulting, invoice: Row) -> None:
    """Confirm a proforma, and let all that comes of it arrive."""
    await firm.office.act("msdyn_ConfirmInvoice", Targets=[firm.target("invoice", invoice["invoiceid"])])
    await firm.office.travel(seconds=PACKAGES)


async def billed(firm: Consulting, contract: str = "ORD-1", **columns: Any) -> Row:
    """Draft and confirm the proforma of all that is open; give it."""
    await ready(firm)
    invoice = await drafted(firm, contract, **columns)
    await confirm(firm, invoice)
    return invoice


async def revised(firm: Consulting, invoice: Row) -> Row:
    """Draft the corrective invoice of a whole proforma; give it."""
    office = firm.office
    details = await office.held(DETAILS, f"_msdyn_invoice_value eq {invoice['invoiceid']}")
    ids = [row["msdyn_invoicelinetransactionid"] for row in details]
    targets = [firm.target("msdyn_invoicelinetransaction", row_id) for row_id in ids]
    made = (await office.act("msdyn_ReviseInvoice", Targets=targets))["InvoiceId"]
    return await office.the(INVOICES, f"invoiceid eq {made}")


async def edit_detail(firm: Consulting, invoice: Row, **columns: Any) -> None:
    """Change the one detail of a draft."""
    detail = await firm.office.the(DETAILS, f"_msdyn_invoice_value eq {invoice['invoiceid']}")
    await firm.office.edit(DETAILS, detail["msdyn_invoicelinetransactionid"], **columns)


async def fixed_price(firm: Consulting) -> None:
    """Sell PRJ-2 at a fixed price of 10,000 under ORD-2."""
    await firm.contract("ORD-2")
    await firm.project("PRJ-2")
    await firm.line("ORD-2", "PRJ-2", FIXED_PRICE, extendedamount=10000)
    await firm.office.travel()


async def milestone(firm: Consulting, name: str, amount: int) -> None:
    """Enter a milestone of PRJ-2."""
    columns = {"msdyn_name": name, "msdyn_amount": amount, "msdyn_invoicedate": "2026-08-31"}
    await firm.enter(MILESTONES, name, **columns, msdyn_ContractLineId__salesorderdetails="ORD-2 PRJ-2")
    await firm.office.travel()


async def milestone_ready(firm: Consulting, name: str) -> None:
    """Mark a milestone as ready to be invoiced."""
    target = firm.target("msdyn_contractlinescheduleofvalue", firm[name])
    await firm.office.act("msdyn_MarkReadyToInvoice", Targets=[target])


async def proposal(office: Enterprise, invoice: Row) -> Row:
    """The proposal of a proforma."""
    return await office.the_finance("ProjectProposals", ProposalId=invoice["invoicenumber"])


async def lines(office: Enterprise, invoice: Row) -> list[Row]:
    """The lines of a proforma's proposal."""
    return await office.kept("ProjectProposalLines", ProposalId=invoice["invoicenumber"])


async def post_proposal(office: Enterprise, invoice: Row) -> Row:
    """Post the proposal of a proforma, and let what comes of it arrive; give invoice and voucher."""
    done: Row = await office.run("post-invoice-proposal", company="uspm", proposal=invoice["invoicenumber"])
    await office.travel(seconds=60)
    return done


async def post_drafts(office: Enterprise) -> None:
    """Post the journals of USPM that wait, and let what comes of it arrive."""
    for journal in await office.kept("ProjAdvancedJournals", dataAreaId="uspm"):
        if journal["Status"] == "Draft":
            done = await office.run("post-journal", company="uspm", journal=journal["ProjAdvancedJournalId"])
            assert done["errors"] == []
    await office.travel()


async def not_imported(office: Enterprise) -> list[str]:
    """Import what is staged; give the errors."""
    errors: list[str] = (await office.run("import-from-staging", company="uspm"))["errors"]
    return errors


async def not_posted(office: Enterprise, invoice: Row) -> str:
    """Try to post a proposal, which must be refused; give the words."""
    answer = await office.finance_forms.ask(
        "POST", "run/post-invoice-proposal", {"company": "uspm", "proposal": invoice["invoicenumber"]}
    )
    assert answer.is_client_error, answer.text
    return str(answer.json()["error"]["innererror"]["message"])


async def voucher(office: Enterprise, number: str) -> dict[str, float]:
    """What a voucher comes to by account."""
    sums: dict[str, float] = defaultdict(float)
    for row in await office.kept("LedgerVoucherEntries", Voucher=number):
        sums[row["Account"]] += row["Debit"] - row["Credit"]
    return dict(sums)


async def made_since(office: Enterprise, known: Iterable[Row]) -> list[Row]:
    """The actuals that were made since some were read."""
    ids = {row["msdyn_actualid"] for row in known}
    return [row for row in await office.held("msdyn_actuals") if row["msdyn_actualid"] not in ids]
