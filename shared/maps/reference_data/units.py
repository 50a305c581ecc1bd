"""Units of measure (uoms): each Finance unit class becomes a unit group there.

Rows: Microsoft's mapping reference for dual-write (mapping tables, 2021). Integration key: Microsoft's article on product
mapping. Dataverse's own logic makes the unit group of the class, and fills uomscheduleid, baseuom and quantity, which
it demands; whether it does so for a plain create of the Web API is unconfirmed. Units that Dataverse had before need
their symbol set by hand before the first sync.
"""

from shared.mapping.model import DataverseTable, FinanceEntity, Row, Side, TableMap
from shared.mapping.transforms import integer, text, values, yes_no

SYSTEM = values({192350000: "None", 192350001: "Metric", 192350002: "US"})

UNITS = TableMap(
    "units",
    label="Units",
    version="1.0.0.0",
    finance=FinanceEntity("UnitsOfMeasure", key=("UnitSymbol",), entity="UnitOfMeasureEntity"),
    dataverse=DataverseTable("uom", "uoms", key=("msdyn_symbol",)),
    # Prices, products and actuals of all companies hang on a unit: removing one is a person's to decide.
    writes={Side.DATAVERSE: ("create", "update")},
    rows=(
        #   Finance             way  Dataverse                      transform  provenance
        Row("UnitSymbol",       ">", "msdyn_symbol",                text(),    "documented"),
        Row("UnitClass",        ">", "msdyn_externalunitclassname", text(),    "documented"),
        Row("DecimalPrecision", ">", "msdyn_decimalprecision",      integer(), "documented"),
        Row("IsBaseUnit",       ">", "msdyn_isbaseunit",            yes_no(),  "documented"),
        Row("IsSystemUnit",     ">", "msdyn_issystemunit",          yes_no(),  "documented"),
        Row("SystemOfUnits",    ">", "msdyn_systemofunits",         SYSTEM,    "documented"),
        Row("UnitSymbol",       ">", "name",                        text(),    "documented"),
        Row("UnitDescription",  ">", "msdyn_description",           text(),    "documented"),
    ),
)
