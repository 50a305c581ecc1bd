"""What a unit of work costs and what it is sold for, by price list.

Source: Microsoft Learn, "Resolve cost prices…", "Resolve sales prices…". No price in the list means a price of zero.
Which currency a price is in is said by its list. Costs in another currency than the contract's become sales at the
rates of Dataverse's own currencies.
"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from tests.twin.dataverse.act import Act
from tests.twin.dataverse.processes.work import Work
from tests.twin.dataverse.tables.choices import MATERIAL, TIME
from tests.twin.dataverse.tables.prices import MARK_UP, PER_UNIT
from tests.twin.dataverse.values import Reference, Row

_ZERO = Decimal(0)


class Price(NamedTuple):
    """The price of one unit."""

    amount: Decimal
    currency: Reference | None
    unit: Reference | None


def cost_price(act: Act, price_list: Reference | None, work: Work) -> Price:
    """Return what the entry says, else the price in a cost list."""
    if work.cost is not None:
        return Price(work.cost, work.currency, work.columns.get("msdyn_unit"))
    return _price(act, price_list, _listed(act, price_list, work), work)


def sales_price(act: Act, price_list: Reference | None, currency: Reference | None, work: Work, cost: Price) -> Price:
    """Return the price in a contract's list; an expense may be sold at its cost, or with a mark-up."""
    found = _listed(act, price_list, work)
    method = found.get("msdyn_pricingmethod", PER_UNIT)
    listed = _price(act, price_list, found, work)
    if method == PER_UNIT:
        return listed._replace(currency=currency or listed.currency)
    percent = (found.get("msdyn_percent") or _ZERO) if method == MARK_UP else _ZERO
    amount = _converted(act, cost, currency) * (1 + percent / 100)
    return Price(amount, currency or cost.currency, cost.unit)


def list_price(act: Act, price_list: Reference | None, work: Work) -> Price | None:
    """Return the price in a list, if the list has one for the work."""
    found = _listed(act, price_list, work)
    return _price(act, price_list, found, work) if found else None


def _price(act: Act, price_list: Reference | None, found: Row, work: Work) -> Price:
    amount = found.get("msdyn_price", found.get("amount")) or _ZERO
    unit = found.get("msdyn_unit", found.get("uomid")) or work.columns.get("msdyn_unit")
    return Price(amount, act.read(price_list).get("transactioncurrencyid"), unit)


def _listed(act: Act, price_list: Reference | None, work: Work) -> Row:
    """Find the row of a price list for the work: time is priced by role, material by product, the rest by category."""
    if price_list is None:
        return {}
    if work.transaction_class == MATERIAL:
        return _first(act, "productpricelevel", "pricelevelid", price_list, "productid", work.columns["msdyn_product"])
    by = "msdyn_resourcecategory" if work.transaction_class == TIME else "msdyn_transactioncategory"
    table = (
        "msdyn_resourcecategorypricelevel" if work.transaction_class == TIME else "msdyn_transactioncategorypricelevel"
    )
    return _first(act, table, "msdyn_pricelist", price_list, by, work.columns.get(by))


def _first(act: Act, table: str, of_list: str, price_list: Reference, by: str, value: Reference | None) -> Row:
    rows = (row for _, row in act.having(table, of_list, price_list))
    return next((row for row in rows if value is not None and row.get(by) == value), {})


def _converted(act: Act, cost: Price, currency: Reference | None) -> Decimal:
    if currency is None or cost.currency is None or currency == cost.currency:
        return cost.amount
    base = cost.amount / _rate(act, cost.currency)
    return base * _rate(act, currency)


def _rate(act: Act, currency: Reference) -> Decimal:
    """Units of a currency for one of the base currency."""
    return act.read(currency).get("exchangerate") or Decimal(1)
