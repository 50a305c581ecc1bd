"""Lines of project contracts: their numbers and amounts, their customers, the project they are linked to.

That the amount of a line is price times quantity unless the request names it is unconfirmed for project-based lines.
"""

from __future__ import annotations

from tests.twin.dataverse.act import Act
from tests.twin.dataverse.rules.contracts import CUSTOMER
from tests.twin.dataverse.values import Row, round_money

_LINE = "salesorderdetail"
_LINE_CUSTOMER = "msdyn_contractlinesplitbillingrule"


def fill_line(act: Act) -> None:
    """Number a new line, which is in its contract's currency; work out the amount of one whose price or quantity is sent."""
    sent = act.operation.sent
    if act.operation.message == "Create" and sent.get("salesorderid") is not None:
        sent.setdefault("transactioncurrencyid", act.read(sent["salesorderid"]).get("transactioncurrencyid"))
        lines = act.having(_LINE, "salesorderid", sent["salesorderid"])
        last = max((line.get("sequencenumber") or 0 for _, line in lines), default=0)
        for column in ("sequencenumber", "lineitemnumber"):
            if sent.get(column) is None:
                sent[column] = last + 1
    price, quantity = act.row.get("priceperunit"), act.row.get("quantity")
    priced = not {"priceperunit", "quantity"}.isdisjoint(sent) and "extendedamount" not in sent
    if priced and price is not None and quantity is not None:
        sent["extendedamount"] = round_money(price * quantity, 4)


async def line_saved(act: Act) -> None:
    """A new line takes its contract's customers; a project that is linked to a line takes contract and customer."""
    contract = act.row.get("salesorderid")
    if contract is None:
        return
    if act.operation.message == "Create":
        await _copy_customers(act)
    project = act.row.get("msdyn_project")
    if project is None or not act.operation.changes("msdyn_project"):
        return
    customer = act.read(contract).get("customerid")
    columns: Row = {"msdyn_salesorderid": contract}
    if customer is not None and customer.table == "account":
        columns["msdyn_customer"] = customer
    await act.update(project, columns)


async def _copy_customers(act: Act) -> None:
    """Customers that the contract gets later don't join the lines it has (Learn, "Manage multiple customers…")."""
    for customer, row in list(act.having(CUSTOMER, "msdyn_projectcontract", act.row["salesorderid"])):
        columns = {"msdyn_contractlineid": act.reference, "msdyn_contractcustomer": customer}
        share = {name: row.get(name) for name in ("msdyn_name", "msdyn_percentage")}
        await act.create(_LINE_CUSTOMER, {**share, **columns})
