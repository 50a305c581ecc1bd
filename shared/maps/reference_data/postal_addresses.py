"""Postal address history (msdyn_registeredaddresses), of the multiple-addresses feature. Waits for a tenant's own map.

Rows: the pairs that Microsoft's reference of 2021 prints for the sister map on msdyn_postaladdresses, which belongs
to the Global address book solution that Project Operations does not support. Nothing of this table but its name is
published. In the sister model the location is a row of its own; here its number stands on the address, which
is a guess.
"""

from shared.mapping.model import DataverseTable, FinanceEntity, Row, Side, TableMap
from shared.mapping.transforms import date_time, text

POSTAL_ADDRESSES = TableMap(
    "postal_addresses",
    label="CDS Postal address history V2",
    version="1.0.0.0",
    finance=FinanceEntity(
        "CDSPostalAddressHistoryV2",
        key=("LocationId", "ValidFrom"),
        # Not published: named as its neighbours are.
        entity="CDSPostalAddressHistoryV2Entity",
    ),
    dataverse=DataverseTable(
        "msdyn_registeredaddress", "msdyn_registeredaddresses", key=("msdyn_location", "msdyn_validfrom")
    ),
    owner=Side.FINANCE,
    # Whose addresses they are.
    after=("customers", "vendors"),
    waits_for="Microsoft has published no column of the Dataverse table of this map, not even those of its key",
    rows=(
        #   Finance               way  Dataverse                   transform    provenance
        # A guess; msdyn_locationid is the other candidate.
        Row("LocationId",         "=", "msdyn_location",           text(),      "inferred"),
        Row("ValidFrom",          "=", "msdyn_validfrom",          date_time(), "inferred"),
        Row("ValidTo",            "=", "msdyn_validto",            date_time(), "inferred"),
        Row("Description",        "=", "msdyn_name",               text(),      "inferred"),
        Row("Street",             "=", "msdyn_street",             text(),      "inferred"),
        Row("StreetNumber",       "=", "msdyn_streetnumber",       text(),      "inferred"),
        Row("City",               "=", "msdyn_city",               text(),      "inferred"),
        Row("State",              "=", "msdyn_state",              text(),      "inferred"),
        Row("CountryRegionId",    "=", "msdyn_countryregionid",    text(),      "inferred"),
        Row("ZipCode",            "=", "msdyn_zipcode",            text(),      "inferred"),
        Row("County",             "=", "msdyn_county",             text(),      "inferred"),
        Row("DistrictName",       "=", "msdyn_district",           text(),      "inferred"),
        Row("BuildingCompliment", "=", "msdyn_buildingcompliment", text(),      "inferred"),
        Row("PostBox",            "=", "msdyn_postbox",            text(),      "inferred"),
        # Not published, so not mapped: CountryRegionISOCode, IsPrivate, Latitude, Longitude, TimeZone. Address is the
        # formatted text, which Finance computes.
    ),
)
