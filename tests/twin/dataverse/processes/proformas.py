"""Proformas: drafts of invoices, one for each customer of a contract who has something to pay.

Source: Microsoft Learn, "Create a manual proforma invoice", "Manage proforma invoices", "Manage billing backlog". A
draft has its number from the beginning, so that proformas may be confirmed in another order. One invoice per contract
customer is inferred; that what names no customer is the primary one's, and that a milestone is a quantity of one, is assumed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from tests.twin.dataverse import errors
from tests.twin.dataverse.act import Act
from tests.twin.dataverse.processes.billing_backlog import MILESTONE_TABLE, RETAINER_TABLE
from tests.twin.dataverse.processes.connections import BILLED_ROLE, UNBILLED_ROLE, connect
from tests.twin.dataverse.processes.invoice_details import DETAIL, INVOICE, add_line, total
from tests.twin.dataverse.processes.posting import ACTUAL, COPIED
from tests.twin.dataverse.rules.contracts import CUSTOMER
from tests.twin.dataverse.tables.choices import (
    BILLED_SALES,
    CHARGEABLE,
    CUSTOMER_INVOICE_CREATED,
    INVOICE_CREATED,
    MILESTONE,
    PROJECT_CONTRACT,
    READY_FOR_INVOICING,
    READY_TO_INVOICE,
    RETAINER,
    UNBILLED_SALES,
)
from tests.twin.dataverse.values import Reference, Row, kept_decimal

NOTHING_READY = "Nothing of the contract is ready to be invoiced."

_BY_SCHEDULE = {
    MILESTONE_TABLE: (MILESTONE, "msdyn_milestone"),
    RETAINER_TABLE: (RETAINER, "msdyn_retainer"),
}


@dataclass(frozen=True, slots=True)
class _Item:
    """Something that is ready: where it comes from, who pays for it, the columns of its detail."""

    source: Reference
    customer: Reference | None
    columns: Row


async def create(act: Act, contract: Reference) -> None:
    """Draft the proformas of a contract; raises Refusal if nothing is ready."""
    by_customer: dict[Reference | None, list[_Item]] = {}
    for item in (*_unbilled(act, contract), *_scheduled(act, contract)):
        by_customer.setdefault(item.customer or _primary(act, contract), []).append(item)
    if not by_customer:
        raise errors.plugin(NOTHING_READY)
    for customer, items in by_customer.items():
        await _draft(act, contract, customer, items)


async def _draft(act: Act, contract: Reference, customer: Reference | None, items: list[_Item]) -> None:
    sold = act.read(contract)
    invoice = await act.create(
        INVOICE,
        {
            "name": sold.get("name"),
            "salesorderid": contract,
            "msdyn_contractcustomer": customer,
            "customerid": act.read(customer).get("msdyn_customer") or sold.get("customerid"),
            "transactioncurrencyid": sold.get("transactioncurrencyid"),
            "msdyn_ordertype": PROJECT_CONTRACT,
            "msdyn_invoicedate": act.run.now.date().isoformat(),
        },
    )
    lines: dict[Reference | None, Reference] = {}
    for item in items:
        of_contract = item.columns["msdyn_salescontractlineid"]
        if of_contract not in lines:
            lines[of_contract] = await add_line(act, invoice, of_contract)
        placed = {"msdyn_invoice": invoice, "msdyn_invoicelineid": lines[of_contract]}
        detail = await act.create(DETAIL, {**item.columns, **placed})
        await _take(act, item.source, detail)
    await total(act, invoice)


async def _take(act: Act, source: Reference, detail: Reference) -> None:
    """Note that something is on a draft."""
    if source.table == ACTUAL:
        await act.update(source, {"msdyn_billingstatus": CUSTOMER_INVOICE_CREATED})
        await connect(act, detail, BILLED_ROLE, source, UNBILLED_ROLE)
    else:
        await act.update(source, {"msdyn_invoicestatus": INVOICE_CREATED})


def _unbilled(act: Act, contract: Reference) -> Iterator[_Item]:
    """The unbilled sales that are ready, not adjusted and not of days to come."""
    today = act.run.now.date().isoformat()
    for actual, row in list(act.having(ACTUAL, "msdyn_salescontract", contract)):
        is_ready = (row.get("msdyn_billingstatus"), row.get("msdyn_adjustmentstatus")) == (READY_TO_INVOICE, None)
        if row["msdyn_transactiontypecode"] == UNBILLED_SALES and is_ready and row["msdyn_documentdate"] <= today:
            columns = {name: row.get(name) for name in COPIED} | {"msdyn_transactiontypecode": BILLED_SALES}
            yield _Item(actual, row.get("msdyn_contractcustomer"), columns)


def _scheduled(act: Act, contract: Reference) -> Iterator[_Item]:
    """The milestones and retainers that are ready."""
    for table, (transaction_class, column) in _BY_SCHEDULE.items():
        for source, row in list(act.having(table, "msdyn_contract", contract)):
            if row["msdyn_invoicestatus"] == READY_FOR_INVOICING:
                columns = _of_schedule(act, row, transaction_class) | {column: source}
                yield _Item(source, row.get("msdyn_contractcustomer"), columns)


def _of_schedule(act: Act, row: Row, transaction_class: int) -> Row:
    day = (row.get("msdyn_invoicedate") or act.run.now.date().isoformat())[:10]
    project = act.read(row.get("msdyn_project"))
    return {
        "msdyn_transactiontypecode": BILLED_SALES,
        "msdyn_transactionclassification": transaction_class,
        "msdyn_billingtype": CHARGEABLE,
        "msdyn_description": row.get("msdyn_name"),
        "msdyn_project": row.get("msdyn_project"),
        "msdyn_task": row.get("msdyn_projecttask"),
        "msdyn_salescontract": row.get("msdyn_contract"),
        "msdyn_salescontractlineid": row.get("msdyn_contractlineid"),
        "msdyn_contractorganizationalunitid": project.get("msdyn_contractorganizationalunitid"),
        "msdyn_resourcingcompany": project.get("msdyn_owningcompany"),
        "msdyn_documentdate": day,
        "msdyn_accountingdate": day,
        "msdyn_startdatetime": f"{day}T00:00:00Z",
        "msdyn_enddatetime": f"{day}T00:00:00Z",
        "msdyn_quantity": kept_decimal(Decimal(1)),
        "msdyn_price": row.get("msdyn_amount"),
        "msdyn_amount": row.get("msdyn_amount"),
        "transactioncurrencyid": row.get("transactioncurrencyid"),
    }


def _primary(act: Act, contract: Reference) -> Reference | None:
    payer = act.read(contract).get("customerid")
    customers = act.having(CUSTOMER, "msdyn_projectcontract", contract)
    return next((customer for customer, row in customers if row.get("msdyn_customer") == payer), None)
