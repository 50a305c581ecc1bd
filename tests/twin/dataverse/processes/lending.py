"""A resource of another unit or company: what its own unit pays for it, and charges the contracting one.

Source: Microsoft Learn, "Create intercompany transactions" (prices), "Configure intercompany invoicing" (an expense is
charged at its own cost). That what a vendor invoiced is charged at its own cost too is an assumption: only then does the
lender's cost clear what the invoice debited. Between units of one company the two actuals stay in Dataverse.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.twin.dataverse.act import Act
from tests.twin.dataverse.processes.drafts import priced
from tests.twin.dataverse.processes.prices import Price, cost_price
from tests.twin.dataverse.processes.work import Work, work_of_actual
from tests.twin.dataverse.tables.choices import (
    EXPENSE,
    INTER_ORGANIZATIONAL_SALES,
    NOT_AVAILABLE,
    RESOURCING_UNIT_COST,
)
from tests.twin.dataverse.values import Reference, Row


@dataclass(frozen=True, slots=True)
class Lending:
    """Who lends a resource."""

    company: Reference | None
    unit: Reference | None
    between_companies: bool

    def cost_line(self, act: Act, cost_line: Row) -> Row:
        """Return the resourcing unit's cost, at its own cost prices."""
        work = _work(cost_line)
        if work.transaction_class == EXPENSE or cost_line.get("msdyn_vendorinvoiceline") is not None:
            price = Price(cost_line["msdyn_price"], cost_line.get("transactioncurrencyid"), cost_line.get("msdyn_unit"))
        else:
            price = cost_price(act, act.read(self.unit).get("msdyn_costpricelist"), work)
        return {**cost_line, **priced(work, price, RESOURCING_UNIT_COST), "msdyn_billingtype": NOT_AVAILABLE}

    def sales_line(self, cost_line: Row) -> Row:
        """Return the sale to the contracting unit, at the price that is that unit's cost."""
        lent = {"msdyn_transactiontypecode": INTER_ORGANIZATIONAL_SALES, "msdyn_billingtype": NOT_AVAILABLE}
        return {**cost_line, **lent}


def lending_of(act: Act, cost_line: Row) -> Lending | None:
    """Tell who lends the resource of a cost line; nobody if it belongs to the contracting unit."""
    company = act.read(cost_line["msdyn_project"]).get("msdyn_owningcompany")
    lender, unit = cost_line.get("msdyn_resourcingcompany"), cost_line.get("msdyn_resourceorganizationalunitid")
    between_companies = lender is not None and company is not None and lender != company
    contracting = cost_line.get("msdyn_contractorganizationalunitid")
    if not between_companies and (unit is None or unit == contracting):
        return None
    return Lending(lender or company, unit, between_companies)


def _work(cost_line: Row) -> Work:
    return work_of_actual({**cost_line, "msdyn_price": None})
