"""Corrective invoices: what was billed is credited, in whole or in part.

Source: Microsoft Learn, "Revise project invoices": a draft copies the chosen details with
quantity zero, which is a full credit; a quantity in between credits a part, and a milestone is credited in full only, after
which it is ready to be invoiced again. Assumed: that retainers can't be credited, that a detail which is left at what was
billed corrects nothing, that what is not charged is not credited; texts are ours.
"""

from __future__ import annotations

from decimal import Decimal

from tests.twin.dataverse import errors
from tests.twin.dataverse.act import Act
from tests.twin.dataverse.processes.billed import Billing, bill, unbilled_columns
from tests.twin.dataverse.processes.connections import ORIGINAL, REPLACING, UNBILLED_ROLE, connect, connected
from tests.twin.dataverse.processes.invoice_details import DETAIL, INVOICE, add_line, total
from tests.twin.dataverse.processes.posting import ACTUAL, COPIED
from tests.twin.dataverse.processes.reversal import copy, negate
from tests.twin.dataverse.tables.choices import (
    ADJUSTED,
    BILLED_SALES,
    CHARGEABLE,
    IN_PROCESS,
    MILESTONE,
    READY_FOR_INVOICING,
    RETAINER,
)
from tests.twin.dataverse.tables.invoices import CONFIRMED, POSTED
from tests.twin.dataverse.values import Reference, Row, kept_decimal, round_money

NOT_CONFIRMED = "Only what is on a confirmed proforma can be corrected."
OF_SEVERAL = "A corrective invoice corrects one proforma."
NOTHING_BILLED = "The line has nothing that can be corrected."
RETAINER_STAYS = "A retainer can't be credited."
MORE_THAN_BILLED = "A corrective invoice can't bill more than was billed."

_NOTHING = kept_decimal(Decimal(0))


async def revise(act: Act, details: list[Reference]) -> Reference:
    """Draft the corrective invoice of details of one proforma; give it."""
    rows = [act.read(detail) for detail in details]
    invoices = dict.fromkeys(row["msdyn_invoice"] for row in rows)
    if len(invoices) > 1:
        raise errors.plugin(OF_SEVERAL)
    original: Reference = rows[0]["msdyn_invoice"]
    if act.read(original)["msdyn_projectinvoicestatus"] not in (CONFIRMED, POSTED):
        raise errors.plugin(NOT_CONFIRMED)
    invoice = await _draft(act, original)
    lines: dict[Reference | None, Reference] = {}
    for detail, row in zip(details, rows, strict=True):
        of_contract = row.get("msdyn_salescontractlineid")
        if of_contract not in lines:
            lines[of_contract] = await add_line(act, invoice, of_contract)
        await _copy_detail(act, detail, row, {"msdyn_invoice": invoice, "msdyn_invoicelineid": lines[of_contract]})
    await total(act, invoice)
    return invoice


async def confirm_correction(act: Act, billing: Billing, row: Row, billed: Reference) -> None:
    """Credit what a detail of a corrective invoice takes back."""
    held = act.read(billed)
    kept, was = row["msdyn_quantity"], held["msdyn_quantity"]
    if not 0 <= kept <= was:
        raise errors.plugin(MORE_THAN_BILLED)
    if kept == was:
        await act.update(billed, {"msdyn_adjustmentstatus": None})
        return
    reference = {"msdyn_externalreferenceid": held.get("msdyn_externalreferenceid")}
    columns = {**billing.columns(held), **reference}
    del columns["msdyn_adjustmentstatus"]  # that of a negative
    await negate(act, billed, columns)
    await act.update(billed, {"msdyn_adjustmentstatus": ADJUSTED})
    if held["msdyn_transactionclassification"] == MILESTONE:
        await act.update(row["msdyn_milestone"], {"msdyn_invoicestatus": READY_FOR_INVOICING})
        return
    await _replace(act, billing, billed, kept, was - kept)


async def _replace(act: Act, billing: Billing, billed: Reference, kept: Decimal, free: Decimal) -> None:
    """Make anew the unbilled sale that was billed: the part that stays billed, and the part that may be billed again."""
    unbilled = connected(act, billed, UNBILLED_ROLE)
    assert unbilled is not None, "what was done is billed with its unbilled sale"
    row = act.read(unbilled)
    await act.update(unbilled, {"msdyn_adjustmentstatus": ADJUSTED})
    if kept:
        await bill(act, billing, await _anew(act, row, kept, billed))
    await _anew(act, row, free, billed)


async def _anew(act: Act, row: Row, quantity: Decimal, billed: Reference) -> Reference:
    amount = round_money(quantity * row["msdyn_amount"] / row["msdyn_quantity"], 4)
    made = await copy(act, row, {**unbilled_columns(amount), "msdyn_quantity": quantity})
    await connect(act, made, REPLACING, billed, ORIGINAL)
    return made


async def _draft(act: Act, original: Reference) -> Reference:
    taken = (
        "name",
        "salesorderid",
        "customerid",
        "msdyn_contractcustomer",
        "transactioncurrencyid",
        "msdyn_ordertype",
        "description",
    )
    columns = {name: act.read(original).get(name) for name in taken}
    today = act.run.now.date().isoformat()
    return await act.create(INVOICE, {**columns, "msdyn_correctsinvoice": original, "msdyn_invoicedate": today})


async def _copy_detail(act: Act, detail: Reference, row: Row, placed: Row) -> None:
    if row["msdyn_transactionclassification"] == RETAINER:
        raise errors.plugin(RETAINER_STAYS)
    billed = _billed(act, detail)
    if billed is None:
        raise errors.plugin(NOTHING_BILLED)
    held = act.read(billed)
    copied = {name: held.get(name) for name in COPIED}
    nothing = {"msdyn_quantity": _NOTHING, "msdyn_amount": _NOTHING, "msdyn_milestone": row.get("msdyn_milestone")}
    made = await act.create(DETAIL, {**copied, **nothing, **placed})
    await act.update(billed, {"msdyn_adjustmentstatus": IN_PROCESS})
    await connect(act, made, REPLACING, billed, ORIGINAL)


def _billed(act: Act, detail: Reference) -> Reference | None:
    """Return what a detail billed and charged, if nothing has corrected it yet."""
    for actual, row in act.having(ACTUAL, "msdyn_invoicelinetransaction", detail):
        is_billed = row["msdyn_transactiontypecode"] == BILLED_SALES and row["msdyn_billingtype"] == CHARGEABLE
        if is_billed and row.get("msdyn_adjustmentstatus") is None:
            return actual
    return None
