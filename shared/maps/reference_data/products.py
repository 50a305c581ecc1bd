"""CDS released distinct products (products): Finance masters them.

Rows: Microsoft's mapping reference for dual-write (mapping tables, 2021). Version 1.0.0.3 adds columns that are not published.
Integration key: Microsoft's sample configuration of dual-write automations.

Dataverse demands productnumber, its own key, and defaultuomscheduleid, and no row of Microsoft's map gives them: its
logic makes the one of company and product number and takes the other from the unit. Whether it does so for a plain
create of the Web API is unconfirmed. A product without a sales unit is refused there.
"""

from shared.mapping.model import DataverseTable, FinanceEntity, Row, TableMap, lookup
from shared.mapping.transforms import default, integer, money, text, values, yes_no

TYPE = values({1: "Item", 3: "Service"})

#: By its name a column of Field Service. A product that is none of the three holds no choice there.
FIELD_SERVICE_TYPE = values(
    {690970000: "Inventory", 690970001: "NonInventory", 690970002: "Service"}, empty="NotAvailable"
)

PRODUCTS = TableMap(
    "products",
    label="CDS released distinct products",
    version="1.0.0.3",
    finance=FinanceEntity(
        "CDSReleasedDistinctProducts",
        key=("dataAreaId", "ProductNumber"),
        entity="EcoResReleasedDistinctProductCDSEntity",
    ),
    dataverse=DataverseTable(
        "product",
        "products",
        key=("msdyn_productnumber", "msdyn_companyid.cdm_companycode"),
        company="msdyn_companyid.cdm_companycode",
        company_provenance="documented",
        lookups={
            "msdyn_companyid": lookup("cdm_company"),
            "transactioncurrencyid": lookup("transactioncurrency"),
            "defaultuomid": lookup("uom"),
            # Filled by maps of Supply Chain that projects do not need. Plain products have none.
            "msdyn_productcolor": lookup("msdyn_productcolor"),
            "msdyn_productconfiguration": lookup("msdyn_productconfiguration"),
            "msdyn_productsize": lookup("msdyn_productsize"),
            "msdyn_productstyle": lookup("msdyn_productstyle"),
        },
    ),
    rows=(
        #   Finance                      way  Dataverse                                                transform           provenance
        Row("ProductNumber",             ">", "msdyn_productnumber",                                   text(),             "documented"),
        Row("ProductName",               ">", "name",                                                  text(),             "documented"),
        Row("ProductDescription",        ">", "description",                                           text(),             "documented"),
        Row("ItemNumber",                ">", "msdyn_itemnumber",                                      text(),             "documented"),
        Row("CurrencyCode",              ">", "transactioncurrencyid.isocurrencycode",                 text(),             "documented"),
        Row("SalesUnitSymbol",           ">", "defaultuomid.msdyn_symbol",                             text(),             "documented"),
        Row("SalesPrice",                ">", "price",                                                 money(),            "documented"),
        Row("UnitCost",                  ">", "currentcost",                                           money(),            "documented"),
        Row("ProductType",               ">", "producttypecode",                                       TYPE,               "documented"),
        Row("SalesUnitDecimalPrecision", ">", "quantitydecimal",                                       integer(),          "documented"),
        Row("IsCatchWeightProduct",      ">", "msdyn_iscatchweight",                                   yes_no(),           "documented"),
        Row("IsStockedProduct",          ">", "msdyn_isstockedproduct",                                yes_no(),           "documented"),
        Row("ProductColorId",            ">", "msdyn_productcolor.msdyn_productcolorname",             text(),             "documented"),
        Row("ProductConfigurationId",    ">", "msdyn_productconfiguration.msdyn_productconfiguration", text(),             "documented"),
        Row("ProductSizeId",             ">", "msdyn_productsize.msdyn_productsize",                   text(),             "documented"),
        Row("ProductStyleId",            ">", "msdyn_productstyle.msdyn_productstyle",                 text(),             "documented"),
        Row("FieldServiceProductType",   ">", "msdyn_fieldserviceproducttype",                         FIELD_SERVICE_TYPE, "documented"),
        # Product, not family or bundle; system-required, set by no row of Microsoft's map.
        Row(None,                        ">", "productstructure",                                      default(1),         "inferred"),
    ),
)
