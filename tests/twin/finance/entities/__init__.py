"""The data entities of the Finance twin, by public collection name."""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType

from tests.twin.finance.entities import (
    actuals,
    addresses,
    contracts,
    customer_invoices,
    customers,
    estimates,
    expense_reports,
    expenses,
    journals,
    ledger_setup,
    milestones,
    organisation,
    payment,
    products,
    projects,
    proposals,
    purchase_orders,
    roles_and_categories,
    stock,
    subcontracts,
    vendor_invoices,
    vendors,
    workers,
)
from tests.twin.finance.schema import Entity

_MODULES: tuple[ModuleType, ...] = (
    organisation,
    ledger_setup,
    workers,
    payment,
    customers,
    vendors,
    products,
    addresses,
    contracts,
    projects,
    roles_and_categories,
    milestones,
    estimates,
    actuals,
    journals,
    proposals,
    stock,
    expense_reports,
    expenses,
    subcontracts,
    purchase_orders,
    vendor_invoices,
    customer_invoices,
)


def _collected() -> Mapping[str, Entity]:
    """Collect the entities of all modules; ValueError if two are known by one name or number, as their events would be."""
    found = [each for module in _MODULES for each in vars(module).values() if isinstance(each, Entity)]
    for named in ({each.collection for each in found}, {each.number for each in found}):
        if len(named) < len(found):
            raise ValueError("Two entities have one collection or one number.")
    return {each.collection: each for each in found}


ENTITIES: Mapping[str, Entity] = _collected()
