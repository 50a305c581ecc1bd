"""The data entities of the Finance twin, by public collection name."""

from __future__ import annotations

from collections.abc import Mapping

from tests.twin.finance.entities.contracts import (
    BILLING_RULES,
    CONTRACT_LINES,
    CONTRACTS,
    FUNDING_RULES,
    FUNDING_SOURCES,
)
from tests.twin.finance.entities.customers import CUSTOMER_GROUPS, CUSTOMERS
from tests.twin.finance.entities.organisation import CURRENCIES, LEDGERS, LEGAL_ENTITIES, UNITS
from tests.twin.finance.entities.payment import PAYMENT_DAYS, PAYMENT_SCHEDULES, PAYMENT_TERMS
from tests.twin.finance.entities.projects import PROJECTS, TASKS
from tests.twin.finance.schema import Entity

ENTITIES: Mapping[str, Entity] = {
    each.collection: each
    for each in (
        LEGAL_ENTITIES,
        CURRENCIES,
        UNITS,
        LEDGERS,
        PAYMENT_DAYS,
        PAYMENT_SCHEDULES,
        PAYMENT_TERMS,
        CUSTOMER_GROUPS,
        CUSTOMERS,
        CONTRACTS,
        FUNDING_SOURCES,
        FUNDING_RULES,
        PROJECTS,
        CONTRACT_LINES,
        BILLING_RULES,
        TASKS,
    )
}
