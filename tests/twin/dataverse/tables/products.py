"""Products as far as projects use them. A product belongs to a company (msdyn_companyid, not msdyn_company)."""

from __future__ import annotations

from tests.twin.dataverse.schema import Table, choice, lookup, memo, money, state, table, text, whole, yes_no

_STATES = {0: "Active", 1: "Retired", 2: "Draft", 3: "Under Revision"}
_STATUSES = {1: (0, "Active"), 2: (1, "Retired"), 0: (2, "Draft"), 3: (3, "Under Revision")}

_TYPES = {1: "Sales Inventory", 2: "Miscellaneous Charges", 3: "Services", 4: "Flat Fees"}
_STRUCTURES = {1: "Product", 2: "Product Family", 3: "Product Bundle"}
_FIELD_SERVICE_TYPES = {690970000: "Inventory", 690970001: "NonInventory", 690970002: "Service"}


def _dimension(name: str, column: str) -> Table:
    """Declare a product dimension, which the Supply Chain maps fill."""
    return table(name, text(column, 50), primary_name=column, keys=[(column,)])


PRODUCTS = (
    _dimension("msdyn_productcolor", "msdyn_productcolorname"),
    _dimension("msdyn_productconfiguration", "msdyn_productconfiguration"),
    _dimension("msdyn_productsize", "msdyn_productsize"),
    _dimension("msdyn_productstyle", "msdyn_productstyle"),
    table("uomschedule", text("name", 200), memo("description"), primary_name="name", keys=[("name",)], owned=False),
    table(
        "product",
        text("name", 100),
        text("productnumber", 100),
        text("msdyn_productnumber", 70),
        text("msdyn_itemnumber", 20),
        memo("description"),
        lookup("msdyn_companyid", "cdm_company", navigation="msdyn_CompanyId", on_delete="restrict"),
        lookup("defaultuomid", "uom"),
        lookup("defaultuomscheduleid", "uomschedule"),
        money("price"),
        money("currentcost"),
        whole("quantitydecimal", 0, 5),
        choice("producttypecode", _TYPES),
        choice("productstructure", _STRUCTURES),
        choice("msdyn_fieldserviceproducttype", _FIELD_SERVICE_TYPES),
        yes_no("msdyn_iscatchweight"),
        yes_no("msdyn_isstockedproduct"),
        lookup("msdyn_productcolor", "msdyn_productcolor", navigation="msdyn_ProductColor"),
        lookup("msdyn_productconfiguration", "msdyn_productconfiguration", navigation="msdyn_ProductConfiguration"),
        lookup("msdyn_productsize", "msdyn_productsize", navigation="msdyn_ProductSize"),
        lookup("msdyn_productstyle", "msdyn_productstyle", navigation="msdyn_ProductStyle"),
        *state(_STATES, _STATUSES),
        primary_name="name",
        keys=[("msdyn_productnumber", "msdyn_companyid"), ("productnumber",)],
        owned=False,
    ),
)
