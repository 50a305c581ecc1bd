"""The order inside documents of any size: what takes a document up goes last, in whatever order its rows are heard of."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import pytest

from tests.sync.recorder import Asked
from tests.sync.stage import Stage, id_of
from tests.sync.two_companies import in_company, two_companies, vendor_arrives
from tests.twin.dataverse import rules

INVOICES, INVOICE_LINES = "vendor_invoices_to_dataverse", "vendor_invoice_lines_to_dataverse"
ORDERS, ORDER_LINES = "subcontracts_to_finance", "subcontract_lines_to_finance"
PROPOSALS, ACTUALS, TIES = "invoice_proposals_to_finance", "actuals_to_finance", "transaction_connections_to_finance"
BILLED, UNBILLED, TIME, MILESTONE = 192350006, 192350005, 192350000, 192350003
DRAFT, CONFIRMED = 192350000, 192350001
#: Lines of a document. Microsoft's own live synchronisation takes no more than 1,000 of an invoice.
SIZES = (1, 1_000, pytest.param(5_000, marks=pytest.mark.long))

Told = list[tuple[str, str]]


@pytest.fixture
async def stage() -> Stage:
    stage = await two_companies()
    await stage.heard("projects_to_finance", await stage.project("PRJ-1"))
    return stage


async def heard_in_any_order(stage: Stage, told: Told, *, seconds: float) -> None:
    """Let the app hear of all rows, in an order that depends on nothing but how many there are."""
    random.Random(len(told)).shuffle(told)
    for direction, key in told:
        await stage.world.tell(direction, key)
    await stage.world.run(seconds=seconds, most=200_000)
    assert await stage.errors() == []


def to(asked: Iterable[Asked], name: str) -> list[int]:
    """Which of these requests went to a set or collection, as positions."""
    return [
        position for position, each in enumerate(asked) if f"/{name}(" in each.path or each.path.endswith(f"/{name}")
    ]


# -- vendor invoices ---------------------------------------------------------------------------------------------------


def vendor_invoice(stage: Stage, lines: int) -> Told:
    """Let Finance post an invoice that nobody has to verify; give all its rows."""
    named = {"InvoiceAccount": "V-1", "VendorInvoiceNum": "4711"}
    plain = {"CurrencyCode": "USD", "TransDate": "2026-10-20T12:00:00Z", "SubcontractInvoice": "No"}
    header = stage.posted("VendInvoiceExportsV2", dataAreaId="usmf", **named, **plain)
    line: dict[str, Any] = {
        "ProjDataAreaId": "usmf",
        "DAreaId": "usmf",
        **named,
        "ProjId": "PRJ-1",
        "QtyReceiveNow": Decimal(2),
        "PurchPrice": Decimal(85),
        "PurchUnit": "hr",
        "currencyCode": "USD",
        "CategoryType": "Hour",
        "BillingType": "Chargeable",
        "TransactionCategoryId": "TCN-7",
    }
    posted = [stage.posted("ProjVendInvoiceLinesExportEntity", ProjTransId=f"PT-{n}", **line) for n in range(lines)]
    return [(INVOICES, header), *((INVOICE_LINES, key) for key in posted)]


@pytest.mark.parametrize("lines", SIZES)
async def test_a_vendor_invoice_may_be_confirmed_only_when_its_last_line_is_there(stage: Stage, lines: int) -> None:
    await vendor_arrives(stage)
    told = vendor_invoice(stage, lines)
    stage.forget()
    await heard_in_any_order(stage, told, seconds=60)
    writes = stage.to_dataverse.writes
    headers = to(writes, "msdyn_projectvendorinvoices")
    assert [writes[at].body.get("msdyn_enableautomaticconfirmation") for at in headers] == [False, True]
    assert to(writes, "msdyn_projectvendorinvoicelines") == list(range(headers[0] + 1, headers[1]))
    assert len(stage.world.dataverse.rows("msdyn_projectvendorinvoiceline")) == lines
    looks = len(to(stage.to_finance.requests, "ProjVendInvoiceLinesExportEntity")) - 2 * lines
    print("looks at all lines", looks, math.log(lines + 1))


# -- project invoices --------------------------------------------------------------------------------------------------


async def invoice(stage: Stage, lines: int, *, milestones: int = 0) -> Told:
    """Confirm a proforma as Dataverse does: what is billed, and for a sale of hours what ties it to the unbilled one."""
    bound = {
        "salesorderid@odata.bind": f"/salesorders({id_of('ORD-1')})",
        "transactioncurrencyid@odata.bind": f"/transactioncurrencies({id_of('USD')})",
    }
    numbered = {"invoicenumber": "INV-1", "msdyn_ordertype": 192350001, "msdyn_projectinvoicestatus": 192350002}
    header = await stage.enter("invoices", "INV-1", msdyn_invoicedate="2026-10-31", **numbered, **bound)
    told = [(PROPOSALS, header)]
    for number in range(lines):
        billed, unbilled = f"billed {number}", f"unbilled {number}"
        told += [
            (ACTUALS, await actual(stage, billed, BILLED, TIME)),
            (ACTUALS, await actual(stage, unbilled, UNBILLED, TIME)),
        ]
        told.append((TIES, await tie(stage, billed, unbilled)))
    told += [(ACTUALS, await actual(stage, f"milestone {n}", BILLED, MILESTONE)) for n in range(milestones)]
    return told


@pytest.fixture
def data_import(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let actuals be entered as a data import may, and nobody else from outside."""
    monkeypatch.setitem(rules._GUARDS, "msdyn_actual", ())


async def actual(stage: Stage, name: str, kind: int, transaction_class: int) -> str:
    """Make an actual, of the invoice if it is billed."""
    columns: dict[str, Any] = {
        "msdyn_actualimportid": id_of(f"import {name}"),
        "msdyn_transactiontypecode": kind,
        "msdyn_transactionclassification": transaction_class,
        "msdyn_billingtype": 192350001,
        "msdyn_quantity": 4,
        "msdyn_price": 250,
        "msdyn_amount": 1000,
        "msdyn_documentdate": "2026-10-20",
        "msdyn_skipsync": False,
        "msdyn_Project@odata.bind": f"/msdyn_projects({id_of('PRJ-1')})",
        "transactioncurrencyid@odata.bind": f"/transactioncurrencies({id_of('USD')})",
        **in_company("company"),
    }
    if kind == BILLED:
        columns["msdyn_Invoice@odata.bind"] = f"/invoices({id_of('INV-1')})"
    return await stage.enter("msdyn_actuals", name, **columns)


async def tie(stage: Stage, billed: str, unbilled: str) -> str:
    """Connect a billed sale with the unbilled one that it was."""
    ends = {
        "msdyn_transaction1": id_of(billed),
        "msdyn_transaction1role": "Billed Sales",
        "msdyn_transaction1type": "msdyn_actual",
        "msdyn_transaction2": id_of(unbilled),
        "msdyn_transaction2role": "Unbilled Sales",
        "msdyn_transaction2type": "msdyn_actual",
    }
    return await stage.enter("msdyn_transactionconnections", f"{billed} {unbilled}", **ends)


@pytest.mark.usefixtures("data_import")
@pytest.mark.parametrize("lines", SIZES)
async def test_a_proposal_comes_before_what_is_billed_and_that_before_what_ties_it(stage: Stage, lines: int) -> None:
    await stage.heard("contracts_to_finance", await stage.contract())
    told = await invoice(stage, lines, milestones=2)
    stage.forget()
    await heard_in_any_order(stage, told, seconds=900)
    tables = stage.world.finance.database.tables
    proposal = [row.rec_id for row in tables["ProjectInvoiceProposalsV2"]]
    billed = [row.rec_id for row in tables["ProjActualsImports"] if row.values["TransactionType"] == "BilledSales"]
    ties = [row.rec_id for row in tables["ProjectTransactionRelationships"]]
    assert (len(proposal), len(billed), len(ties)) == (1, lines + 2, lines)
    print(proposal, min(billed), max(billed), min(ties))
