"""Subcontracts: their states, and what is paid for work that is done on one.

    Draft -> Confirmed -> Draft (re-opened) | Closed | Canceled

Source: Microsoft Learn, "State transitions on a subcontract", "Recording time, expenses, and material usage on projects
for subcontracted components": work costs what the purchase price list of the subcontract says, a product that is written
in what was entered. Assumed: that where the list says nothing the price of the subcontract line holds, and then what was
entered. Texts of refusals are ours.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tests.twin.dataverse import errors
from tests.twin.dataverse.act import Act
from tests.twin.dataverse.processes.prices import Price, list_price
from tests.twin.dataverse.processes.work import Work
from tests.twin.dataverse.tables.choices import MATERIAL
from tests.twin.dataverse.tables.subcontracts import CANCELED, CLOSED, CONFIRMED, DRAFT, LABELS
from tests.twin.dataverse.values import Reference, Row

NOT_OPEN = "A subcontract that is closed or canceled can't be referenced."

#: States in which there is nothing to come any more.
ENDED = (CLOSED, CANCELED)


async def confirm(act: Act, subcontract: Reference) -> None:
    """End the negotiations."""
    await _move(act, subcontract, DRAFT, CONFIRMED)


async def reopen(act: Act, subcontract: Reference) -> None:
    """Take a confirmed subcontract back, to edit it."""
    await _move(act, subcontract, CONFIRMED, DRAFT)


async def close(act: Act, subcontract: Reference) -> None:
    """End a confirmed subcontract: everything is delivered."""
    await _move(act, subcontract, CONFIRMED, CLOSED)


async def cancel(act: Act, subcontract: Reference) -> None:
    """End a confirmed subcontract: nothing is needed any more."""
    await _move(act, subcontract, CONFIRMED, CANCELED)


def require_open(act: Act, subcontract: Reference | None) -> None:
    """Refuse a reference to a subcontract that has ended."""
    if act.read(subcontract).get("statuscode") in ENDED:
        raise errors.plugin(NOT_OPEN)


def bought(act: Act, work: Work) -> Work:
    """Return work with what the vendor is paid for a unit of it; work on no subcontract as it is."""
    price = next(_purchase_prices(act, work), None)
    if price is None:
        return work
    unit = work.columns.get("msdyn_unit") or price.unit
    return replace(work, cost=price.amount, currency=price.currency, columns={**work.columns, "msdyn_unit": unit})


def purchase_price(act: Act, subcontract: Row, work: Work) -> Price | None:
    """Return what the purchase price list of a subcontract says."""
    return list_price(act, subcontract.get("msdyn_purchasepricelist"), work)


def _purchase_prices(act: Act, work: Work) -> Iterator[Price]:
    """Return what may be paid for a unit, what comes before everything else first."""
    if work.subcontract_line is None:
        return
    line = act.read(work.subcontract_line)
    subcontract = act.read(line.get("msdyn_subcontract"))
    is_written_in = work.transaction_class == MATERIAL and work.columns.get("msdyn_product") is None
    listed = None if is_written_in else purchase_price(act, subcontract, work)
    if listed is not None:
        yield listed
    if is_written_in and work.cost is not None:
        yield Price(work.cost, work.currency, work.columns.get("msdyn_unit"))
    if line.get("msdyn_price") is not None:
        yield Price(line["msdyn_price"], subcontract.get("transactioncurrencyid"), line.get("msdyn_unit"))


async def _move(act: Act, subcontract: Reference, here: int, there: int) -> None:
    if act.read(subcontract).get("statuscode") != here:
        raise errors.plugin(f"The subcontract must be {LABELS[here]}.")
    await act.update(subcontract, {"statecode": int(there in ENDED), "statuscode": there})
