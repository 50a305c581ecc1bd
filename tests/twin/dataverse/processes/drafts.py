"""The lines that work becomes in a journal: its cost, and its sale where a contract bills time and material.

Which billing type a cost has is unconfirmed: here that of its sale, and Not Available where nothing is sold.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.twin.dataverse.act import Act
from tests.twin.dataverse.processes.prices import Price, cost_price, sales_price
from tests.twin.dataverse.processes.terms import Terms, terms_of
from tests.twin.dataverse.processes.work import Work
from tests.twin.dataverse.tables.choices import COST, NOT_AVAILABLE, UNBILLED_SALES
from tests.twin.dataverse.values import Row, round_money


@dataclass(frozen=True, slots=True)
class Draft:
    """The columns of a cost line, and of its sales line if there is one."""

    cost: Row
    sales: Row | None


def draft(act: Act, work: Work, terms: Terms | None = None) -> Draft:
    """Price the work and write its lines."""
    terms = terms or terms_of(act, work.project, work.transaction_class)
    cost = cost_price(act, terms.cost_list, work)
    common = _common(act, work, terms)
    billed = terms.method == "time and material"
    cost_line = {**common, **priced(work, cost, COST), "msdyn_billingtype": NOT_AVAILABLE}
    if not billed:
        return Draft(cost_line, None)
    sold = sales_price(act, terms.sales_list, terms.sales_currency, work, cost)
    sales_line = {**common, **priced(work, sold, UNBILLED_SALES), "msdyn_billingtype": work.billing_type}
    return Draft({**cost_line, "msdyn_billingtype": work.billing_type}, sales_line)


def priced(work: Work, price: Price, transaction_type: int) -> Row:
    """Return the columns that a price decides."""
    return {
        "msdyn_transactiontypecode": transaction_type,
        "msdyn_quantity": work.quantity,
        "msdyn_price": price.amount,
        "msdyn_amount": round_money(work.quantity * price.amount, 4),
        "msdyn_unit": price.unit,
        "transactioncurrencyid": price.currency,
    }


def _common(act: Act, work: Work, terms: Terms) -> Row:
    resource = act.read(work.resource)
    moment = f"{work.day}T00:00:00Z"
    return {
        **work.columns,
        **terms.columns(),
        "msdyn_transactionclassification": work.transaction_class,
        "msdyn_project": work.project,
        "msdyn_documentdate": work.day,
        "msdyn_accountingdate": work.day,
        "msdyn_startdatetime": moment,
        "msdyn_enddatetime": moment,
        "msdyn_resourceorganizationalunitid": resource.get("msdyn_organizationalunit") or terms.unit,
        "msdyn_resourcingcompany": resource.get("msdyn_owningcompany") or work.company or terms.company,
    }
