"""The tables of the twin, one module per group. Independent of the product's maps on purpose.

Column names, types and option numbers are those of Microsoft's table reference and mapping pictures. Text lengths,
decimals and the spelling of navigation properties are typical ones where the sources do not print them.
"""

from __future__ import annotations

from tests.twin.dataverse.schema import Schema
from tests.twin.dataverse.tables.customers import CUSTOMERS
from tests.twin.dataverse.tables.organization import ORGANIZATION
from tests.twin.dataverse.tables.projects import PROJECTS
from tests.twin.dataverse.tables.registration import REGISTRATION


def build_schema() -> Schema:
    """Put all groups together."""
    return Schema((*ORGANIZATION, *CUSTOMERS, *PROJECTS, *REGISTRATION))
