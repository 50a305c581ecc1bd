"""The order inside documents of any size: what takes a document up goes last, in whatever order its rows are heard of."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import pytest

from shared.store.message import Hint
from tests.sync.documents import (
    ORDERS,
    PAID_INVOICE,
    Told,
    invoice,
    press,
    subcontract,
    subcontract_lines,
    vendor_invoice,
)
from tests.sync.recorder import Asked
from tests.sync.stage import Stage
from tests.sync.two_companies import two_companies, vendor_arrives
from tests.twin.dataverse import rules

#: Lines of a document. Microsoft's own live synchronisation takes no more than 1,000 of an invoice.
SIZES = (1, 1_000, pytest.param(5_000, marks=pytest.mark.long))


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
    """Which of these requests went to a row of a set or collection, as positions."""
    return [position for position, each in enumerate(asked) if f"/{name}(" in each.path]


# -- vendor invoices ---------------------------------------------------------------------------------------------------


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
    looks = [each for each in stage.to_finance.requests if each.path.endswith("/ProjVendInvoiceLinesExportEntity")]
    # The last round of a look finds out, the one after parking makes sure: twice for each time that the header is woken.
    assert len(looks) <= 6 + 4 * math.log(lines)


# -- project invoices --------------------------------------------------------------------------------------------------


@pytest.fixture
def data_import(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let actuals be entered as a data import may, and nobody else from outside."""
    monkeypatch.setitem(rules._GUARDS, "msdyn_actual", ())


@pytest.fixture
def arrivals(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """What came to exist in Finance, in order: the collection, and of actuals the type."""
    database = stage.world.finance.database
    insert, seen = database.insert, list[tuple[str, str]]()

    def note(collection: str, values: dict[str, Any]) -> Any:
        seen.append((collection, str(values.get("TransactionType", ""))))
        return insert(collection, values)

    monkeypatch.setattr(database, "insert", note)
    return seen


PROPOSAL, TIE = ("ProjectInvoiceProposalsV2", ""), ("ProjectTransactionRelationships", "")
BILLED_ROW = ("ProjActualsImports", "BilledSales")


@pytest.mark.usefixtures("data_import")
@pytest.mark.parametrize("lines", SIZES)
async def test_a_proposal_comes_before_what_it_bills_and_that_before_what_ties_it(
    stage: Stage, arrivals: list[tuple[str, str]], lines: int
) -> None:
    await stage.heard("contracts_to_finance", await stage.contract())
    told = await invoice(stage, lines)
    await heard_in_any_order(stage, told, seconds=7_200)
    order = [each for each in arrivals if each in (PROPOSAL, BILLED_ROW, TIE)]
    assert order == [PROPOSAL, *[BILLED_ROW] * lines, *[TIE] * lines]


@pytest.mark.usefixtures("data_import")
async def test_milestones_go_after_a_sale_that_holds_the_proposal_back(
    stage: Stage, arrivals: list[tuple[str, str]]
) -> None:
    await stage.heard("contracts_to_finance", await stage.contract())
    told = await invoice(stage, 1, milestones=2)
    sale, milestones = told[1], told[-2:]
    await heard_in_any_order(stage, [*milestones, told[0]], seconds=180)
    assert [each for each in arrivals if each in (PROPOSAL, BILLED_ROW)] == [PROPOSAL]
    await heard_in_any_order(stage, [sale], seconds=0)
    assert arrivals.count(BILLED_ROW) == 3


@pytest.mark.usefixtures("data_import")
async def test_of_an_invoice_of_milestones_alone_the_proposal_goes_last(
    stage: Stage, arrivals: list[tuple[str, str]]
) -> None:
    await stage.heard("contracts_to_finance", await stage.contract())
    header, first, second = await invoice(stage, 0, milestones=2)
    await heard_in_any_order(stage, [header, first], seconds=180)
    assert [each for each in arrivals if each in (PROPOSAL, BILLED_ROW)] == [BILLED_ROW]
    await heard_in_any_order(stage, [second], seconds=180)
    assert [each for each in arrivals if each in (PROPOSAL, BILLED_ROW)] == [BILLED_ROW, BILLED_ROW, PROPOSAL]


@pytest.mark.usefixtures("data_import")
async def test_what_an_invoice_billed_that_is_paid_by_now_waits_for_no_proposal(
    stage: Stage, arrivals: list[tuple[str, str]]
) -> None:
    await stage.heard("contracts_to_finance", await stage.contract())
    told = await invoice(stage, 1, status=PAID_INVOICE)
    await heard_in_any_order(stage, told, seconds=300)
    assert [each for each in arrivals if each in (PROPOSAL, BILLED_ROW, TIE)] == [BILLED_ROW, TIE]


# -- subcontracts ------------------------------------------------------------------------------------------------------


@pytest.fixture
def confirmed_with(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> list[set[Any]]:
    """With which quantities of lines Finance had the purchase order confirmed, each time that it was."""
    database = stage.world.finance.database
    update, seen = database.update, list[set[Any]]()

    def note(collection: str, row: Any, changes: dict[str, Any]) -> Any:
        if collection == "SubContractPurchaseOrderHeaders" and changes.get("SubConStatus") == "Confirmed":
            seen.append({line.values["PurchQty"] for line in database.tables["ProjSubContractPurchaseOrderLines"]})
        return update(collection, row, changes)

    monkeypatch.setattr(database, "update", note)
    return seen


@pytest.mark.parametrize("lines", SIZES)
async def test_a_subcontract_is_confirmed_with_all_its_lines_and_again_with_all_that_changed(
    stage: Stage, confirmed_with: list[set[Any]], lines: int
) -> None:
    header = (ORDERS, await subcontract(stage))
    told = await subcontract_lines(stage, lines, quantity=10)
    await press(stage, "Confirm")
    await heard_in_any_order(stage, [header, *told], seconds=60)
    assert confirmed_with == [{Decimal(10)}]
    await press(stage, "Reopen")
    await subcontract_lines(stage, lines, quantity=12)
    await press(stage, "Confirm")
    await heard_in_any_order(stage, [header, *told], seconds=60)
    assert confirmed_with == [{Decimal(10)}, {Decimal(12)}]


async def test_a_line_that_is_deleted_goes_before_its_subcontract_is_confirmed_again(
    stage: Stage, confirmed_with: list[set[Any]]
) -> None:
    header = (ORDERS, await subcontract(stage))
    kept, gone = await subcontract_lines(stage, 2, quantity=10)
    await stage.enter("msdyn_subcontractlines", "SUBL-1", msdyn_quantity=7)
    await press(stage, "Confirm")
    await heard_in_any_order(stage, [header, kept, gone], seconds=60)
    await press(stage, "Reopen")
    await stage.remove("msdyn_subcontractlines", "SUBL-1")
    await press(stage, "Confirm")
    await stage.heard(*header, seconds=60)
    assert stage.values("SubContractPurchaseOrderHeaders", "SUB-1")["SubConStatus"] == "Draft"
    await stage.heard(*gone, Hint.DELETE, seconds=60)
    assert confirmed_with == [{Decimal(10), Decimal(7)}, {Decimal(10)}]
    assert await stage.errors() == []
