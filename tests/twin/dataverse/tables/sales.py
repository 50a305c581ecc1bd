"""What comes before a contract: opportunities and quotes. No map reads them."""

from __future__ import annotations

from tests.twin.dataverse.schema import choice, lookup, money, table, text
from tests.twin.dataverse.tables.choices import ORDER_TYPES

SALES = (
    table(
        "opportunity",
        text("name", 300),
        lookup("customerid", "account", "contact"),
        money("estimatedvalue"),
        plural="opportunities",
        primary_name="name",
    ),
    table(
        "quote",
        text("quotenumber", 100),
        text("name", 300),
        lookup("customerid", "account", "contact"),
        lookup("opportunityid", "opportunity"),
        money("totalamount"),
        choice("msdyn_ordertype", ORDER_TYPES, 192350000),
        lookup(
            "msdyn_contractorganizationalunitid",
            "msdyn_organizationalunit",
            navigation="msdyn_contractorganizationalunitId",
        ),
        lookup("msdyn_owningcompany", "cdm_company", navigation="msdyn_OwningCompany", on_delete="restrict"),
        primary_name="name",
    ),
)
