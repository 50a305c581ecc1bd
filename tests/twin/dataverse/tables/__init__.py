"""The tables of the twin, one module per group. Independent of the product's maps on purpose.

Column names, types and option numbers are those of Microsoft's table reference and mapping pictures. Text lengths,
decimals and the spelling of navigation properties are typical ones where the sources do not print them.
"""

from __future__ import annotations

from tests.twin.dataverse.schema import Schema
from tests.twin.dataverse.tables.actuals import ACTUALS
from tests.twin.dataverse.tables.addresses import ADDRESSES
from tests.twin.dataverse.tables.billing import BILLING
from tests.twin.dataverse.tables.customer_invoices import CUSTOMER_INVOICES
from tests.twin.dataverse.tables.customers import CUSTOMERS
from tests.twin.dataverse.tables.entries import ENTRIES
from tests.twin.dataverse.tables.estimates import ESTIMATES
from tests.twin.dataverse.tables.expenses import EXPENSES
from tests.twin.dataverse.tables.invoices import INVOICES
from tests.twin.dataverse.tables.ledger_setup import LEDGER_SETUP
from tests.twin.dataverse.tables.organization import ORGANIZATION
from tests.twin.dataverse.tables.prices import PRICES
from tests.twin.dataverse.tables.products import PRODUCTS
from tests.twin.dataverse.tables.projects import PROJECTS
from tests.twin.dataverse.tables.registration import REGISTRATION
from tests.twin.dataverse.tables.sales import SALES
from tests.twin.dataverse.tables.stock import STOCK
from tests.twin.dataverse.tables.subcontracts import SUBCONTRACTS
from tests.twin.dataverse.tables.vendor_invoices import VENDOR_INVOICES
from tests.twin.dataverse.tables.vendors import VENDORS
from tests.twin.dataverse.tables.workers import WORKERS

_GROUPS = (
    ORGANIZATION,
    LEDGER_SETUP,
    CUSTOMERS,
    VENDORS,
    ADDRESSES,
    WORKERS,
    PRODUCTS,
    STOCK,
    PRICES,
    SALES,
    PROJECTS,
    BILLING,
    INVOICES,
    ESTIMATES,
    ENTRIES,
    ACTUALS,
    EXPENSES,
    SUBCONTRACTS,
    VENDOR_INVOICES,
    CUSTOMER_INVOICES,
    REGISTRATION,
)


def build_schema() -> Schema:
    """Put all groups together."""
    return Schema(table for group in _GROUPS for table in group)
