"""Subcontracts that Dataverse writes: each becomes a purchase order (F25), each of its lines a line of it (F26).

Source: Microsoft Learn, "Subcontract purchase orders" and "Vendor invoicing: concept and creation" (no fixed prices).
Documented: that the order's language is mandatory and the vendor's, that time and expenses find procurement and project
category among the project subcontract categories, by role or transaction category and then for all others, and that
material is a released product with the site and warehouse of its default order settings. Inferred: that a fixed price
shows as work-based, that a product that is written in is the company's item for such. Texts are ours.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping

from tests.twin.finance.company_setup import SubcontractCategory
from tests.twin.finance.processes.money import number, rounded
from tests.twin.finance.processes.process import Process
from tests.twin.finance.processes.purchase_orders import (
    ORDER_LINES,
    ORDERS,
    SUBCONTRACTS,
    changed,
    follow,
    has_receipts,
    line_of,
    lines_of,
    makes_orders,
    order_of,
)
from tests.twin.finance.rows import Row
from tests.twin.finance.schema import Value

_OWN = ("PurchaseOrderNumber", "PurchStatus")
_LINES_OWN = ("PurchId", "PurchStatus", "ProcurementCategory")
_COPIED = (
    "ProjSubContractLineNumber",
    "SubConTransClass",
    "SubConRoleID",
    "ProjId",
    "ActivityNumber",
    "PurchUnit",
    "PurchQty",
    "PurchPrice",
    "DeliveryDate",
)
_TYPES = {"Time": ("Hour", "SubConRoleID"), "Expense": ("Expense", "SubConTransCategory")}


class Subcontracts(Process):
    """A subcontract keeps its purchase order."""

    def default_row(self, draft: dict[str, Value], named: Container[str]) -> None:
        """Order number and status are Finance's."""
        _ = named
        draft |= {"PurchaseOrderNumber": "", "PurchStatus": "None"}

    def accepted(self, before: Row, changes: Mapping[str, Value]) -> Mapping[str, Value]:
        """Pass over order number and status."""
        _ = before
        return {name: value for name, value in changes.items() if name not in _OWN}

    def problems(self, before: Row | None, draft: Mapping[str, Value]) -> Iterator[str]:
        """Refuse an order without vendor or language, and a cancellation after a receipt (the latter is assumed)."""
        if not makes_orders(self.books.settings):
            return
        if not draft["OrderAccount"]:
            yield "Warning: Field 'Vendor account' must be filled in."
        vendor = self.parent("VendorsV2", draft, "OrderAccount")
        order = order_of(self.books, draft["dataAreaId"], draft["ProjSubContractNumber"])
        is_new = order is None or order.values["OrderAccount"] != draft["OrderAccount"]
        if vendor is not None and is_new and not vendor.values["LanguageId"]:
            yield "Warning: Field 'Language' must be filled in."
        if before is not None and draft["SubConStatus"] == "Canceled" != before.values["SubConStatus"]:
            yield from self._received(before, "canceled")

    def written(self, before: Row | None, after: Row) -> None:
        """Let the order follow."""
        _ = before
        if makes_orders(self.books.settings):
            follow(self.books, after)

    def delete_problems(self, row: Row) -> Iterator[str]:
        """Refuse to delete what was received on."""
        yield from self._received(row, "deleted")

    def deleted(self, row: Row) -> None:
        """Delete the order with its lines."""
        order = order_of(self.books, row.values["dataAreaId"], row.values["ProjSubContractNumber"])
        if order is not None:
            for line in lines_of(self.books, order):
                self.database.delete(ORDER_LINES, line)
            self.database.delete(ORDERS, order)

    def _received(self, row: Row, done: str) -> Iterator[str]:
        subcontract = row.values["ProjSubContractNumber"]
        if has_receipts(self.books, row.values["dataAreaId"], subcontract):
            yield f"Error: Subcontract '{subcontract}' has product receipts and cannot be {done}."


class SubcontractLines(Process):
    """A subcontract line keeps its line of the purchase order."""

    def default_row(self, draft: dict[str, Value], named: Container[str]) -> None:
        """Order number, status and procurement category are Finance's."""
        _ = named
        draft |= {"PurchId": "", "PurchStatus": "None", "ProcurementCategory": 0}

    def accepted(self, before: Row, changes: Mapping[str, Value]) -> Mapping[str, Value]:
        """Pass over what is Finance's."""
        _ = before
        return {name: value for name, value in changes.items() if name not in _LINES_OWN}

    def problems(self, before: Row | None, draft: Mapping[str, Value]) -> Iterator[str]:
        """Refuse a fixed price, a line nobody has a category for, and less than was received."""
        if self._order(draft) is None:
            return
        if draft["SubConLineType"] == "WorkBased":
            yield "Error: Fixed price subcontract lines are not supported."
        yield from self._locked(draft)
        if draft["SubConTransClass"] in _TYPES and self._category(draft) is None:
            kind, column = _TYPES[str(draft["SubConTransClass"])]
            yield f"Error: No project subcontract category is set up for {kind} {draft[column]}.".replace(" .", ".")
        line = None if before is None else line_of(self.books, draft["dataAreaId"], draft["ProjSubContractLineNumber"])
        if line is not None and number(draft["PurchQty"]) < number(line.values["ReceivedQuantity"]):
            received = line.values["ReceivedQuantity"]
            yield f"Error: The quantity cannot be less than the received quantity, which is {received:f}."

    def written(self, before: Row | None, after: Row) -> None:
        """Write the line of the order, and look at the order again."""
        _ = before
        order = self._order(after.values)
        if order is None:
            return
        held = line_of(self.books, after.values["dataAreaId"], after.values["ProjSubContractLineNumber"])
        last = max((int(str(line.values["LineNumber"])) for line in lines_of(self.books, order)), default=0)
        place = {
            "dataAreaId": order.values["dataAreaId"],
            "PurchaseOrderNumber": order.values["PurchaseOrderNumber"],
            "LineNumber": last + 1 if held is None else held.values["LineNumber"],
        }
        line = self.books.put(ORDER_LINES, held, **place, **self._columns(after.values))
        if line is not held:
            changed(self.books, order, line)

    def delete_problems(self, row: Row) -> Iterator[str]:
        """Refuse to delete what was received on, and what is confirmed where lines then stay as they are."""
        line = line_of(self.books, row.values["dataAreaId"], row.values["ProjSubContractLineNumber"])
        if line is not None and line.values["ReceivedQuantity"]:
            yield f"Error: Subcontract line '{row.values['ProjSubContractLineNumber']}' has product receipts."
        yield from self._locked(row.values)

    def deleted(self, row: Row) -> None:
        """Delete the line of the order, and look at the order again."""
        line = line_of(self.books, row.values["dataAreaId"], row.values["ProjSubContractLineNumber"])
        order = self._order(row.values)
        if line is not None:
            self.database.delete(ORDER_LINES, line)
        if line is not None and order is not None:
            changed(self.books, order)

    def _order(self, line: Mapping[str, Value]) -> Row | None:
        """Return the order of a line; none where none are made."""
        if not makes_orders(self.books.settings):
            return None
        return order_of(self.books, line["dataAreaId"], line["SubcontractNumber"])

    def _locked(self, line: Mapping[str, Value]) -> Iterator[str]:
        """Refuse to touch the lines of what is no draft, if the platform does so: see the setting."""
        subcontract = self.parent(SUBCONTRACTS, line, "SubcontractNumber")
        is_draft = subcontract is None or subcontract.values["SubConStatus"] == "Draft"
        if self.books.settings.confirmed_order_lines == "refused" and not is_draft:
            yield f"Error: Subcontract '{line['SubcontractNumber']}' is confirmed. Its lines cannot be changed."

    def _category(self, line: Mapping[str, Value]) -> SubcontractCategory | None:
        kind, column = _TYPES[str(line["SubConTransClass"])]
        return self.books.setup(line["dataAreaId"]).subcontract_category(kind, line[column])

    def _columns(self, line: Mapping[str, Value]) -> dict[str, Value]:
        amount = rounded(number(line["PurchQty"]) * number(line["PurchPrice"]))
        same = {name: line[name] for name in _COPIED}
        text = line["Name"] or line["SubConWriteInName"]
        found = self._ordered_under(line) if line["SubConTransClass"] in _TYPES else self._released(line)
        return {**same, "LineAmount": amount, "Name": text, **found}

    def _ordered_under(self, line: Mapping[str, Value]) -> dict[str, Value]:
        category = self._category(line)
        assert category is not None, "a line without a category is refused"
        groups = self.books.setup(line["dataAreaId"]).procurement_tax_groups
        return {
            "ProcurementCategory": category.procurement_category,
            "ProjCategoryId": category.project_category,
            "ItemSalesTaxGroup": groups.get(category.procurement_category, ""),
        }

    def _released(self, line: Mapping[str, Value]) -> dict[str, Value]:
        company = line["dataAreaId"]
        setup = self.books.setup(company)
        product = self.books.find("CDSReleasedDistinctProducts", company, line["ItemId"])
        item = setup.write_in_product if product is None else product.values["ItemNumber"] or line["ItemId"]
        released = self.books.find("ReleasedProductsV2", company, item)
        ordered = self.books.find("DefaultOrderSettings", company, item)
        category = "" if released is None else released.values["ProjectCategoryId"]
        return {
            "ItemId": item,
            "ProjCategoryId": category or setup.default_category("Item"),
            "ItemSalesTaxGroup": "" if released is None else released.values["PurchaseSalesTaxItemGroupCode"],
            "SiteId": "" if ordered is None else ordered.values["PurchaseSiteId"],
            "WarehouseId": "" if ordered is None else ordered.values["PurchaseWarehouseId"],
        }
