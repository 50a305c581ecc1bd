"""Price lists and their prices by role, category and product.

A simplification: the platform lets units and contracts have several price lists, by date; here each has one, in the
lookups msdyn_costpricelist of a unit and msdyn_projectpricelist of a contract, which are ours.
"""

from __future__ import annotations

from tests.twin.dataverse.schema import Column, choice, decimal, lookup, money, table, text

PER_UNIT, AT_COST, MARK_UP = 192350000, 192350001, 192350002
_PRICING_METHODS = {PER_UNIT: "Price Per Unit", AT_COST: "At Cost", MARK_UP: "Markup Over Cost"}


def _of_list() -> tuple[Column, ...]:
    return (
        text("msdyn_name", 100),
        lookup("msdyn_pricelist", "pricelevel", navigation="msdyn_PriceList", on_delete="cascade"),
        lookup("msdyn_unit", "uom", navigation="msdyn_Unit"),
        money("msdyn_price"),
    )


PRICES = (
    table(
        "pricelevel",
        text("name", 100),
        lookup("transactioncurrencyid", "transactioncurrency", on_delete="restrict"),
        choice("msdyn_context", {192350000: "Cost", 192350001: "Purchase", 192350002: "Sales"}),
        primary_name="name",
        owned=False,
    ),
    table(
        "msdyn_resourcecategorypricelevel",
        *_of_list(),
        lookup("msdyn_resourcecategory", "bookableresourcecategory", navigation="msdyn_ResourceCategory"),
        owned=False,
    ),
    table(
        "msdyn_transactioncategorypricelevel",
        *_of_list(),
        lookup("msdyn_transactioncategory", "msdyn_transactioncategory", navigation="msdyn_TransactionCategory"),
        choice("msdyn_pricingmethod", _PRICING_METHODS, PER_UNIT),
        decimal("msdyn_percent"),
        owned=False,
    ),
    table(
        "productpricelevel",
        lookup("pricelevelid", "pricelevel", on_delete="cascade"),
        lookup("productid", "product", on_delete="cascade"),
        lookup("uomid", "uom"),
        money("amount"),
        text("msdyn_name", 100),
        owned=False,
    ),
)
