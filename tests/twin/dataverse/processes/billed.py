"""What a detail of a proforma becomes when that is confirmed.

| detail | actuals |
|---|---|
| as it was | − unbilled, + billed |
| quantity, price or billing type edited | − unbilled; of each part + unbilled, − unbilled, + billed; what is left is not charged |
| milestone | + billed |
| retainer | + billed, − unbilled for later reconciliation |
| use of a retainer, whole or in part | + unbilled, which cancels the negative; − billed; − unbilled of what is left |

Source: Microsoft Learn, "Confirm a proforma invoice", "Actuals for time and material projects", "… fixed-price projects",
"Estimates and actuals" (Skip Sync of negative unbilled sales, because Finance turns the original invoiced). That an edited
detail's own negative is not skipped, since nothing bills its original, is inferred: the setting
`skip_all_negative_on_confirm` is the literal reading. Assumed: billing statuses of what is made here, that a milestone's
billed actual names it by id in the external reference, that parts of an edited detail have no connection to the cost,
and that retainers are an unbilled sale like others, only negative.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from tests.twin.dataverse.act import Act
from tests.twin.dataverse.processes.connections import BILLED_ROLE, UNBILLED_ROLE, connect
from tests.twin.dataverse.processes.posting import amount_of, post
from tests.twin.dataverse.processes.reversal import copy, negate
from tests.twin.dataverse.tables.choices import (
    ADJUSTED,
    BILLED_SALES,
    BILLING_CANCELED,
    CUSTOMER_INVOICE_POSTED,
    INVOICE_POSTED,
    NON_CHARGEABLE,
    RETAINER,
    UNBILLED_SALES,
    UNBILLED_SALES_CREATED,
)
from tests.twin.dataverse.values import Reference, Row

_EDITABLE = ("msdyn_quantity", "msdyn_price", "msdyn_billingtype")


@dataclass(frozen=True, slots=True)
class Billing:
    """The detail that is billed, and by which invoice; `accounting_day` is the invoice's own, if somebody set one."""

    invoice: Reference
    accounting_day: str | None
    detail: Reference

    def columns(self, row: Row) -> Row:
        """Return what every billed actual of the detail says."""
        return {
            "msdyn_transactiontypecode": BILLED_SALES,
            "msdyn_invoice": self.invoice,
            "msdyn_invoicelinetransaction": self.detail,
            "msdyn_accountingdate": self.accounting_day or row["msdyn_documentdate"],
            "msdyn_billingstatus": CUSTOMER_INVOICE_POSTED,
            "msdyn_adjustmentstatus": None,
            "msdyn_skipsync": False,
        }


async def bill_work(act: Act, billing: Billing, row: Row, unbilled: Reference) -> None:
    """Bill what was done: as it was, or as somebody edited it."""
    original = act.read(unbilled)
    if all(row.get(name) == original.get(name) for name in _EDITABLE):
        await bill(act, billing, unbilled)
    elif original["msdyn_transactionclassification"] == RETAINER:
        await _use_in_part(act, billing, row, unbilled)
    else:
        await _bill_edited(act, billing, row, unbilled)


async def bill(act: Act, billing: Billing, unbilled: Reference) -> None:
    """Answer an unbilled sale by its negative, which stays here, and bill it."""
    await negate(act, unbilled, {"msdyn_billingstatus": CUSTOMER_INVOICE_POSTED, "msdyn_skipsync": True})
    billed = await copy(act, act.read(unbilled), billing.columns(act.read(unbilled)))
    await connect(act, billed, BILLED_ROLE, unbilled, UNBILLED_ROLE)
    await act.update(unbilled, {"msdyn_billingstatus": CUSTOMER_INVOICE_POSTED})


async def bill_scheduled(act: Act, billing: Billing, row: Row) -> None:
    """Bill a milestone or a retainer."""
    scheduled: Reference = row.get("msdyn_milestone") or row["msdyn_retainer"]
    contract_customer = act.read(billing.invoice).get("msdyn_contractcustomer")
    customer = act.read(contract_customer).get("msdyn_customer")
    payer = {
        "msdyn_contractcustomer": contract_customer,
        "msdyn_accountcustomer": customer if customer is not None and customer.table == "account" else None,
    }
    named = {"msdyn_externalreferenceid": row["msdyn_milestone"].id} if row.get("msdyn_milestone") else {}
    billed = await post(act, row, {**billing.columns(row), **payer, **named})
    await act.update(scheduled, {"msdyn_invoicestatus": INVOICE_POSTED})
    if row.get("msdyn_retainer") is not None:
        negative = {**unbilled_columns(-row["msdyn_amount"]), "msdyn_quantity": -row["msdyn_quantity"]}
        unbilled = await copy(act, act.read(billed), negative)
        await connect(act, billed, BILLED_ROLE, unbilled, UNBILLED_ROLE)


async def _bill_edited(act: Act, billing: Billing, row: Row, unbilled: Reference) -> None:
    await cancel(act, unbilled, skip=act.settings.skip_all_negative_on_confirm)
    original = act.read(unbilled)
    for part in _parts(row, original):
        await bill(act, billing, await copy(act, original, unbilled_columns(amount_of(part)) | _edited(part)))


async def _use_in_part(act: Act, billing: Billing, row: Row, unbilled: Reference) -> None:
    """Use a part of a retainer on an invoice; the rest is there for another one."""
    original = act.read(unbilled)
    await cancel(act, unbilled, skip=True)
    used = _edited(row) | {"msdyn_amount": amount_of(row)}
    billed = await copy(act, original, {**billing.columns(original), **used})
    await connect(act, billed, BILLED_ROLE, unbilled, UNBILLED_ROLE)
    rest = original["msdyn_amount"] - used["msdyn_amount"]
    if rest:
        await copy(act, original, {**unbilled_columns(rest), "msdyn_price": rest / original["msdyn_quantity"]})


async def cancel(act: Act, unbilled: Reference, *, skip: bool) -> None:
    """Answer an unbilled sale that others take the place of by its negative."""
    status = {"msdyn_billingstatus": BILLING_CANCELED}
    await negate(act, unbilled, {**status, "msdyn_skipsync": skip})
    await act.update(unbilled, {**status, "msdyn_adjustmentstatus": ADJUSTED})


def _parts(row: Row, original: Row) -> Iterator[Row]:
    """Return what is billed as edited, and what is left of the quantity."""
    edited = _edited(row)
    if edited["msdyn_quantity"]:
        yield edited
    left: Decimal = original["msdyn_quantity"] - edited["msdyn_quantity"]
    if left > 0:
        yield {**edited, "msdyn_quantity": left, "msdyn_billingtype": NON_CHARGEABLE}


def _edited(row: Row) -> Row:
    return {name: row.get(name) for name in _EDITABLE}


def unbilled_columns(amount: object) -> Row:
    """Return what an unbilled sale says that is made by an invoice."""
    return {
        "msdyn_transactiontypecode": UNBILLED_SALES,
        "msdyn_amount": amount,
        "msdyn_billingstatus": UNBILLED_SALES_CREATED,
        "msdyn_adjustmentstatus": None,
        "msdyn_skipsync": False,
    }
