"""Registered addresses and who lives at them: the multiple-addresses feature of Project Operations.

Microsoft has published the names of the two tables and nothing of their columns. These are those of the sister tables
of the global address book solution (msdyn_postaladdress, msdyn_partypostaladdress); that location and party number
stand as texts on the rows, and are the keys, is a guess.
"""

from __future__ import annotations

from tests.twin.dataverse.schema import memo, table, text, when, yes_no

ADDRESSES = (
    table(
        "msdyn_registeredaddress",
        text("msdyn_location", 30),
        when("msdyn_validfrom"),
        when("msdyn_validto"),
        text("msdyn_name", 100),
        memo("msdyn_street", 250),
        text("msdyn_streetnumber", 20),
        text("msdyn_buildingcompliment", 60),
        text("msdyn_postbox", 20),
        text("msdyn_city", 60),
        text("msdyn_district", 60),
        text("msdyn_county", 50),
        text("msdyn_state", 50),
        text("msdyn_zipcode", 20),
        text("msdyn_countryregionid", 10),
        plural="msdyn_registeredaddresses",
        keys=[("msdyn_location", "msdyn_validfrom")],
    ),
    table(
        "msdyn_locationparty",
        text("msdyn_location", 30),
        text("msdyn_partynumber", 40),
        text("msdyn_postaladdresspurposenames", 250),
        yes_no("msdyn_isprimary"),
        yes_no("msdyn_islocationowner"),
        plural="msdyn_locationparties",
        primary_name="msdyn_location",
        keys=[("msdyn_partynumber", "msdyn_location")],
    ),
)
