"""Released products: those that a company can buy and sell. Made in Finance alone, so what makes them is not played.

One product is shown by several entities; here each has rows of its own, and of the second what billing and purchasing
read of it.
"""

from __future__ import annotations

from tests.twin.finance import enums
from tests.twin.finance.schema import Reference, choice, entity, reals, text, texts, wholes

PRODUCTS = entity(
    "CDSReleasedDistinctProducts",
    "CDSReleasedDistinctProduct",
    "EcoResReleasedDistinctProductCDSEntity",
    text("ProductNumber", 70, "Product number", mandatory=True),
    text("ItemNumber", 20, "Item number"),
    text("ProductName", 60),
    text("ProductDescription", 1000),
    text("CurrencyCode", 3, "Currency"),
    text("SalesUnitSymbol", 10, "Sales unit"),
    text("InventoryUnitSymbol", 10, "Inventory unit"),
    text("ProductConfigurationId", 50),
    texts(10, "ProductColorId", "ProductSizeId", "ProductStyleId", "ProductVersionId"),
    choice("ProductType", enums.ECO_RES_PRODUCT_TYPE),
    choice("FieldServiceProductType", enums.ECO_RES_FIELD_SERVICE_PRODUCT_TYPE),
    choice("ServiceType", enums.ECO_RES_PRODUCT_SERVICE_TYPE),
    choice("IsCatchWeightProduct", enums.NO_YES),
    choice("IsStockedProduct", enums.NO_YES),
    choice("WarrantyDurationTimeUnit", enums.WARRANTY_DURATION_TIME_UNIT),
    choice("WarrantablePriceRangeBaseType", enums.WARRANTABLE_PRICE_RANGE_BASE_TYPE),
    wholes("SalesUnitDecimalPrecision", "InventoryUnitDecimalPrecision", "WarrantyDurationTime"),
    reals("SalesPrice", "UnitCost", "LowerWarrantablePriceRangeLimit", "UpperWarrantablePriceRangeLimit"),
    label="CDS released distinct products",
    number=1421,
    key=("dataAreaId", "ProductNumber"),
    references=(
        Reference(("CurrencyCode",), "Currencies"),
        Reference(("SalesUnitSymbol",), "UnitsOfMeasure"),
        Reference(("InventoryUnitSymbol",), "UnitsOfMeasure"),
    ),
    data_sources=3,
)

RELEASED_PRODUCTS = entity(
    "ReleasedProductsV2",
    "ReleasedProductV2",
    "EcoResReleasedProductV2Entity",
    text("ItemNumber", 20, "Item number", mandatory=True),
    text("ProductNumber", 70, "Product number"),
    text("SalesSalesTaxItemGroupCode", 10, "Item sales tax group"),
    text("PurchaseSalesTaxItemGroupCode", 10, "Item sales tax group"),
    text("ProjectCategoryId", 30, "Project category"),
    label="Released products V2",
    number=1422,
    key=("dataAreaId", "ItemNumber"),
    found_by=("ProductNumber",),
)
