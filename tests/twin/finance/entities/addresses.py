"""Postal addresses of all companies, dated, and the parties that live at them.

The application names of both entities are not published: these follow the naming of their neighbours (unconfirmed).
"""

from __future__ import annotations

from tests.twin.finance import enums
from tests.twin.finance.schema import choice, entity, reals, text, texts, times

POSTAL_ADDRESSES = entity(
    "CDSPostalAddressHistoryV2",
    "CDSPostalAddressHistoryV2",
    "CDSPostalAddressHistoryV2Entity",
    text("LocationId", 30, "Location", mandatory=True),
    times("ValidFrom", "ValidTo"),
    text("Description", 60),
    # The formatted text, which Finance computes.
    text("Address", 250),
    text("Street", 250),
    texts(60, "City", "DistrictName", "BuildingCompliment"),
    texts(20, "StreetNumber", "PostBox"),
    texts(10, "CountryRegionId", "State", "County", "ZipCode"),
    text("CountryRegionISOCode", 2),
    choice("IsPrivate", enums.NO_YES),
    choice("TimeZone", enums.TIMEZONE),
    reals("Latitude", "Longitude"),
    label="CDS Postal address history V2",
    number=1431,
    key=("LocationId", "ValidFrom"),
    data_sources=2,
)

ADDRESS_LOCATIONS = entity(
    "CDSPartyPostalAddressLocations",
    "CDSPartyPostalAddressLocation",
    "CDSPartyPostalAddressLocationEntity",
    text("PartyNumber", 40, "Party", mandatory=True),
    text("LocationId", 30, "Location", mandatory=True),
    # Several purposes in one text, e.g. "Business;Invoice".
    text("Purpose", 250),
    choice("IsLocationOwner", enums.NO_YES),
    choice("IsPrimary", enums.NO_YES),
    choice("IsPrivate", enums.NO_YES),
    label="CDS Party postal address locations",
    number=1432,
    key=("PartyNumber", "LocationId"),
    data_sources=2,
)
