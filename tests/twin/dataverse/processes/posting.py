"""How lines become actuals.

Source: Microsoft Learn, "Actuals for time and material projects", "… fixed-price projects", "… internal projects",
"Create intercompany transactions", "Manage multiple customers". Inferred: that resourcing unit cost and
inter-organizational sales belong to the lending company, that a split takes the cost along, what Skip Sync is where no
article says it. Unconfirmed: what msdyn_actualimportid is made of.
"""

from __future__ import annotations

from tests.twin.dataverse.act import Act
from tests.twin.dataverse.processes.connections import (
    COST_ROLE,
    INTER_ORGANIZATIONAL_ROLE,
    RESOURCING_ROLE,
    UNBILLED_ROLE,
    connect,
)
from tests.twin.dataverse.processes.drafts import Draft
from tests.twin.dataverse.processes.lending import Lending, lending_of
from tests.twin.dataverse.processes.shares import shares_of
from tests.twin.dataverse.tables.actuals import transaction_columns
from tests.twin.dataverse.tables.choices import (
    NON_CHARGEABLE,
    UNBILLED_SALES,
    UNBILLED_SALES_CREATED,
)
from tests.twin.dataverse.values import Reference, Row, round_money

ACTUAL = "msdyn_actual"
COPIED = (*(column.name for column in transaction_columns()), "transactioncurrencyid")


async def post_work(act: Act, lines: Draft, origin: Row) -> list[Reference]:
    """Make the actuals of a cost line and its sales line, and connect them; `origin` says whence they come. Give the costs."""
    lent = lending_of(act, lines.cost)
    between_companies = lent is not None and lent.between_companies
    costs: list[Reference] = []
    for share in shares_of(act, lines.cost):
        cost = await post(act, share.of(lines.cost), {**origin, **share.columns(), "msdyn_skipsync": between_companies})
        costs.append(cost)
        for part in _parts(share.of(lines.cost), lines.sales and share.of(lines.sales)):
            sale = await post(act, part, {**origin, **share.columns()})
            await connect(act, sale, UNBILLED_ROLE, cost, COST_ROLE)
    if lent is not None:
        await _lend(act, lines.cost, lent, origin, costs)
    return costs


async def post(act: Act, line: Row, more: Row) -> Reference:
    """Make one actual from the columns of a line."""
    columns = {name: line.get(name) for name in COPIED}
    columns["msdyn_amount"] = amount_of(line)
    unbilled = columns["msdyn_transactiontypecode"] == UNBILLED_SALES
    return await act.create(
        ACTUAL,
        {
            **columns,
            "msdyn_actualimportid": act.run.transaction.new_id(),
            "msdyn_owningcompany": act.read(columns["msdyn_project"]).get("msdyn_owningcompany"),
            "msdyn_exchangeratedate": columns["msdyn_documentdate"],
            "msdyn_billingstatus": UNBILLED_SALES_CREATED if unbilled else None,
            "msdyn_skipsync": False,
            **more,
        },
    )


def amount_of(line: Row) -> object:
    """Return quantity times price, or the amount that was typed where one of them is missing."""
    quantity, price = line.get("msdyn_quantity"), line.get("msdyn_price")
    if quantity is None or price is None:
        return line.get("msdyn_amount")
    return round_money(quantity * price, 4)


def _parts(cost: Row, sales: Row | None) -> list[Row]:
    """Split a sale whose billable quantity was reduced: what is left is sold too, but not charged."""
    if sales is None:
        return []
    left = cost["msdyn_quantity"] - sales["msdyn_quantity"]
    parts = [sales] if sales["msdyn_quantity"] else []
    if left > 0:
        parts.append({**sales, "msdyn_quantity": left, "msdyn_billingtype": NON_CHARGEABLE})
    return parts


async def _lend(act: Act, cost_line: Row, lent: Lending, origin: Row, costs: list[Reference]) -> None:
    """Make the two actuals of whoever lends the resource."""
    owned = {**origin, "msdyn_owningcompany": lent.company, "msdyn_skipsync": not lent.between_companies}
    resourcing = await post(act, lent.cost_line(act, cost_line), owned)
    sales = await post(act, lent.sales_line(cost_line), owned)
    await connect(act, sales, INTER_ORGANIZATIONAL_ROLE, resourcing, RESOURCING_ROLE)
    for cost in costs:
        await connect(act, resourcing, RESOURCING_ROLE, cost, COST_ROLE)
