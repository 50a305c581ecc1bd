"""Maps of a made-up business, small enough to hold in mind: berths in harbours, and the ships that lie there.

Independent of the product's maps, so that a test of the core does not change with them.
"""

from __future__ import annotations

from decimal import Decimal

from shared.mapping.catalogue import Catalogue
from shared.mapping.direction import Direction
from shared.mapping.model import DataverseTable, FinanceEntity, Row, Side, TableMap, lookup
from shared.mapping.transforms import company, date_only, decimal, default, integer, money, text, values, yes_no

COMPANIES = TableMap(
    "companies",
    label="Companies",
    version="1",
    finance=FinanceEntity("Companies", key=("CompanyId",)),
    dataverse=DataverseTable("cdm_company", "cdm_companies", key=("cdm_companycode",)),
    rows=(Row("CompanyId", ">", "cdm_companycode", company()), Row("Name", ">", "cdm_name")),
)

OWNERS = TableMap(
    "owners",
    label="Owners",
    version="1",
    finance=FinanceEntity("Owners", key=("dataAreaId", "OwnerId")),
    dataverse=DataverseTable(
        "owner",
        "owners",
        key=("number", "company.cdm_companycode"),
        company="company.cdm_companycode",
        lookups={
            "company": lookup("cdm_company"),
            "parent": lookup("owner", company="company.cdm_companycode"),
        },
    ),
    owner=Side.FINANCE,
    rows=(
        Row("OwnerId", "=", "number"),
        Row("Name", "=", "name"),
        Row("Phone", "=", "phone", owner=Side.DATAVERSE),
        Row("Credit", "=", "credit", money()),
        Row("ParentId", "=", "parent.number"),
        Row("Rating", ">", "rating"),
        Row("Memo", "<", "memo"),
        Row("Secret", "=", "secret", off="nobody knows its pairs"),
        Row(None, ">", "kind", default(3)),
        Row("Language", "<", None, default("en-us")),
    ),
)

BERTHS = TableMap(
    "berths",
    label="Berths",
    version="1",
    finance=FinanceEntity("Berths", key=("dataAreaId", "HarbourId", "BerthNumber")),
    dataverse=DataverseTable(
        "berth",
        "berths",
        key=("number", "harbour"),
        company="company.cdm_companycode",
        lookups={"company": lookup("cdm_company"), "keeper": lookup("owner", "contact")},
    ),
    dataverse_filter="kind eq 5",
    rows=(
        Row("HarbourId", "<", "harbour"),
        Row("BerthNumber", "<", "number", integer()),
        Row("KeeperId", "<", "keeper.Owner(number).Contact(personid)"),
    ),
)

SHIPS = TableMap(
    "ships",
    label="Ships",
    version="1",
    finance=FinanceEntity("Ships", key=("dataAreaId", "ShipNumber"), match=("dataAreaId", "HarbourId", "ElementId")),
    dataverse=DataverseTable(
        "ship",
        "ships",
        key=("shipid",),
        company="berth.company.cdm_companycode",
        lookups={"berth": lookup("berth"), "flagship": lookup("ship"), "yard": lookup("yard")},
    ),
    dataverse_filter="statecode eq 0 and scrapped eq false",
    rows=(
        Row("HarbourId", "<", "berth.harbour"),
        Row("BerthNumber", "<", "berth.number", integer()),
        Row("ElementId", "<", "shipid"),
        Row("FlagshipElementId", "<", "flagship.shipid"),
        Row("YardName", "<", "yard.name"),
        Row("ShipName", "<", "name", text(20)),
        Row("Launched", "<", "launched", date_only()),
        Row("Stage", "<", "stage", values({0: "Afloat", 1: "Docked"})),
        Row("Insured", "<", "insured", yes_no()),
        Row("Draught", "<", "draught", decimal(2)),
        Row("Source", "<", None, default("Harbour office")),
    ),
)

CATALOGUE = Catalogue((SHIPS, BERTHS, OWNERS, COMPANIES))


def ship(**changes: object) -> dict[str, object]:
    """A row as the Dataverse client gives it: lookups are plain dicts under their logical names."""
    row: dict[str, object] = {
        "shipid": "7e2f",
        "name": "Aurora",
        "launched": "2019-05-04T00:00:00Z",
        "stage": 0,
        "insured": True,
        "draught": Decimal("8.20"),
        "statecode": 0,
        "scrapped": False,
        "berth": {"harbour": "HAM", "number": 12, "company": {"cdm_companycode": "USMF"}},
        "flagship": None,
        "yard": {"name": "Blohm"},
    }
    return row | changes


def to_finance(table_map: TableMap) -> Direction:
    """The direction of a map that writes to Finance."""
    return CATALOGUE.direction(f"{table_map.id}_to_finance")


def to_dataverse(table_map: TableMap) -> Direction:
    """The direction of a map that writes to Dataverse."""
    return CATALOGUE.direction(f"{table_map.id}_to_dataverse")
