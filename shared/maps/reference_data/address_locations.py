"""Party postal address locations (msdyn_locationparties): who lives where. Waits for a tenant's own map.

Rows: the pairs that Microsoft's reference of 2021 prints for the sister map on msdyn_partypostaladdresses, which belongs
to the Global address book solution that Project Operations does not support. Nothing of this table but its name is
published. That both parts of the key stand as texts on the row is a guess. A lookup would not do for the location,
because addresses are dated and one location has several.
"""

from shared.mapping.model import DataverseTable, FinanceEntity, Row, Side, TableMap
from shared.mapping.transforms import text, yes_no

ADDRESS_LOCATIONS = TableMap(
    "address_locations",
    label="CDS Party postal address locations",
    version="1.0.0.0",
    finance=FinanceEntity(
        "CDSPartyPostalAddressLocations",
        key=("PartyNumber", "LocationId"),
        # Not published: named as its neighbours are.
        entity="CDSPartyPostalAddressLocationEntity",
    ),
    dataverse=DataverseTable(
        "msdyn_locationparty", "msdyn_locationparties", key=("msdyn_partynumber", "msdyn_location")
    ),
    owner=Side.FINANCE,
    # The article has the initial sync of addresses end first.
    after=("postal_addresses",),
    waits_for="Microsoft has published no column of the Dataverse table of this map, not even those of its key",
    rows=(
        #   Finance            way  Dataverse                          transform  provenance
        # Guesses. The sister map resolves the party over msdyn_partyid, and accounts hold its number as a text.
        Row("PartyNumber",     "=", "msdyn_partynumber",               text(),    "inferred"),
        Row("LocationId",      "=", "msdyn_location",                  text(),    "inferred"),
        Row("IsPrimary",       "=", "msdyn_isprimary",                 yes_no(),  "inferred"),
        Row("Purpose",         "=", "msdyn_postaladdresspurposenames", text(),    "inferred"),
        Row("IsLocationOwner", ">", "msdyn_islocationowner",           yes_no(),  "inferred"),
        # Not published, so not mapped: IsPrivate.
    ),
)
