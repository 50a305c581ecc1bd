"""What a vendor invoice's line says of its project (F21): the checks of its posting, and the columns of its export.

Documented: the type of the category decides what a line is (hour, expense, material), a procurement category that
nobody mapped has the default item category, an hour needs a role. Assumed: that the category is of the project's
company, that a line without an item shows the write-in product, and that without a line property it is chargeable.
Texts are ours, but for that of a finished project.
"""

from __future__ import annotations

from tests.twin.finance.books import Books
from tests.twin.finance.processes.projects import FINISHED
from tests.twin.finance.processes.vendor_invoice_entry import released_product
from tests.twin.finance.refusals import refused
from tests.twin.finance.rows import Row
from tests.twin.finance.schema import Value

#: The types of category that can be bought.
_BOUGHT = ("Hour", "Cost", "Item")


class ProjectLine:
    """A line that is charged to a project; raises Refusal if it cannot be."""

    def __init__(self, books: Books, line: Row) -> None:
        self.row = line
        self._books = books
        self._line = line.values
        self._company = self._line["dataAreaId"]
        self._setup = books.setup(self._company)
        self._refuse_project()
        self.category = self._line["ProjCategoryId"] or self._mapped()
        self._kind, self._transaction_category = self._kind_and_category()
        if self._kind == "Hour" and not self._line["RoleId"]:
            raise refused(f"Line {self._line['LineNumber']} has a category of hours and needs a role.")

    def exported(self) -> dict[str, Value]:
        """Return the columns of the export that the line alone decides."""
        line = self._line
        return {
            "ProjDataAreaId": line["ProjDataAreaId"],
            "ProjId": line["ProjId"],
            "ProjTaskNumber": line["ActivityNumber"],
            "ProjSubcontractLineNumber": line["SubcontractLine"],
            "RoleId": line["RoleId"],
            "ItemId": line["ItemId"],
            "DisplayProductNumber": product_of(self._books, self.row) if self._kind == "Item" else "",
            "TransactionCategoryId": self._transaction_category,
            "CategoryType": self._kind,
            "BillingType": self._billing_type(),
            "Description": line["Description"],
            "PurchUnit": line["PurchUnit"],
            "QtyReceiveNow": line["Quantity"],
        }

    def _refuse_project(self) -> None:
        project = self._books.find("ProjectsV2", self._line["ProjDataAreaId"], self._line["ProjId"])
        if project is None:
            raise refused(f"Project '{self._line['ProjId']}' doesn't exist.")
        if project.values["ProjectStage"] == "Completed":
            raise refused(FINISHED)

    def _kind_and_category(self) -> tuple[str, Value]:
        """Return the type of the project category and the transaction category behind it."""
        named = self.category
        if not named:
            return "Item", ""
        row = self._books.find("ProjectCategories", self._line["ProjDataAreaId"], named)
        if row is None:
            raise refused(f"Project category {named} doesn't exist.")
        kind = str(row.values["CategoryType"])
        if kind not in _BOUGHT or (self._line["ItemId"] and kind != "Item"):
            raise refused(f"Project category {named} can't be used on line {self._line['LineNumber']}.")
        shared = self._books.find("SharedCategories", named)
        return kind, "" if shared is None else shared.values["TransactionCategoryId"]

    def _mapped(self) -> str:
        """Return the project category of the procurement category, else the default one for items if it is there."""
        mapped = self._setup.procurement_categories.get(str(self._line["ProcurementCategory"]))
        if mapped is not None:
            return mapped
        default = self._setup.default_category("Item")
        known = self._books.find("ProjectCategories", self._line["ProjDataAreaId"], default)
        return "" if known is None else default

    def _billing_type(self) -> str:
        held = self._line["LinePropertyId"] or self._setup.line_property("Chargeable")
        properties = self._setup.line_properties
        return next((kind for kind, each in properties.items() if each == held), "NotSpecified")


def product_of(books: Books, line: Row) -> Value:
    """Return the number of a line's released product, without an item the write-in product's; nothing if it isn't released."""
    company = line.values["dataAreaId"]
    item = line.values["ItemId"] or books.setup(company).write_in_product
    product = released_product(books, company, item)
    return "" if product is None else product.values["ProductNumber"]
