"""Purchase orders of subcontracts: an order follows its subcontract, and tells how far its lines have come.

Source: Microsoft Learn, "Subcontract purchase orders". Documented: an order per subcontract, confirmed with it, with the
vendor's language, and that nobody makes or edits one in Finance. Unconfirmed, and assumed here: that re-opening takes
the confirmation back, that closing leaves nothing open, what the status of an order is, and that one without lines is
confirmed with its first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from tests.twin.finance.books import Books
from tests.twin.finance.processes.money import number, plain
from tests.twin.finance.processes.process import Process
from tests.twin.finance.rows import Row
from tests.twin.finance.schema import Value
from tests.twin.finance.settings import Settings

SUBCONTRACTS, SUBCONTRACT_LINES = "SubContractPurchaseOrderHeaders", "ProjSubContractPurchaseOrderLines"
ORDERS, ORDER_LINES = "PurchaseOrders", "PurchaseOrderLines"

_OF_SUBCONTRACT = (
    "ProjSubContractNumber",
    "SubConName",
    "SubConStatus",
    "SubConDate",
    "AccountingDate",
    "OrderAccount",
)
_LEAST_FIRST = ("Backorder", "Received", "Invoiced", "Canceled")
_NOTHING = Decimal(0)


class LockedOrders(Process):
    """Orders, their lines and receipts are shown in Finance, and made and changed there by nobody. The texts are ours."""

    locked = "Error: Purchase orders of subcontracts are created and changed in Dataverse only."

    def problems(self, before: Row | None, draft: Mapping[str, Value]) -> Iterator[str]:
        """Refuse every write."""
        _ = before, draft
        yield self.locked

    def delete_problems(self, row: Row) -> Iterator[str]:
        """Refuse every delete."""
        _ = row
        yield self.locked


class LockedReceipts(LockedOrders):
    """Product receipts of subcontracts are generated and posted; manual ones are not allowed (documented)."""

    locked = "Error: Product receipts of subcontract purchase orders are generated only."


def makes_orders(settings: Settings) -> bool:
    """Tell whether subcontracts become purchase orders: both features must be on."""
    return settings.project_purchase_orders and settings.subcontract_purchase_orders


def order_of(books: Books, company: Value, subcontract: Value) -> Row | None:
    """Return the purchase order of a subcontract."""
    return next(iter(books.of_company(ORDERS, company, "ProjSubContractNumber", subcontract)), None)


def lines_of(books: Books, order: Row) -> list[Row]:
    """Return the lines of an order, by number."""
    return sorted(_unsorted(books, order), key=lambda line: int(str(line.values["LineNumber"])))


def line_of(books: Books, company: Value, subcontract_line: Value) -> Row | None:
    """Return the order line of a subcontract line."""
    return next(iter(books.of_company(ORDER_LINES, company, "ProjSubContractLineNumber", subcontract_line)), None)


def follow(books: Books, subcontract: Row) -> None:
    """Make a subcontract's order, or write what has changed in it."""
    company = subcontract.values["dataAreaId"]
    vendor = books.find("VendorsV2", company, subcontract.values["OrderAccount"])
    assert vendor is not None, "a subcontract without a vendor is refused"
    before = order_of(books, company, subcontract.values["ProjSubContractNumber"])
    columns = {name: subcontract.values[name] for name in _OF_SUBCONTRACT}
    if before is None or before.values["OrderAccount"] != columns["OrderAccount"]:
        columns |= {"Language": vendor.values["LanguageId"], "CurrencyCode": vendor.values["CurrencyCode"]}
    name = books.number(company, "PO") if before is None else before.values["PurchaseOrderNumber"]
    after = books.put(ORDERS, before, dataAreaId=company, PurchaseOrderNumber=name, **columns)
    books.put(SUBCONTRACTS, subcontract, PurchaseOrderNumber=name)
    if after is not before:
        changed(books, after)


def changed(books: Books, order: Row, *lines: Row) -> None:
    """Look at an order again that has other columns, or these lines: confirm it, or take that back, and see how far it is."""
    match order.values["SubConStatus"]:
        case "Confirmed" if _unsorted(books, order):
            count = int(str(order.values["Confirmations"]))
            books.put(ORDERS, order, DocumentState="Confirmed", Confirmations=count + 1)
        case "Draft":
            books.put(ORDERS, order, DocumentState="Draft")
    settle(books, str(order.values["dataAreaId"]), order.values["PurchaseOrderNumber"], *lines)


def settle(books: Books, company: str, order_number: Value, *lines: Row) -> None:
    """Work out what is open and the status of these lines, or all, and of the order; show it on the subcontract."""
    order = books.find(ORDERS, company, order_number)
    assert order is not None, "an order that lines belong to is there"
    for line in lines or lines_of(books, order):
        _settle_line(books, order, line)
    canceled = order.values["SubConStatus"] == "Canceled"
    statuses = (str(line.values["PurchStatus"]) for line in _unsorted(books, order))
    status = "Canceled" if canceled else min(statuses, key=_LEAST_FIRST.index, default="Backorder")
    books.put(ORDERS, order, PurchStatus=status)
    subcontract = books.find(SUBCONTRACTS, company, order.values["ProjSubContractNumber"])
    if subcontract is not None:
        books.put(SUBCONTRACTS, subcontract, PurchStatus=status)


def has_receipts(books: Books, company: Value, subcontract: Value) -> bool:
    """Tell whether a receipt was made for a subcontract's order."""
    order = order_of(books, company, subcontract)
    return order is not None and bool(
        books.of_company(
            "SubcontractProductReceipts", company, "PurchaseOrderNumber", order.values["PurchaseOrderNumber"]
        )
    )


def _unsorted(books: Books, order: Row) -> list[Row]:
    company, order_number = order.values["dataAreaId"], order.values["PurchaseOrderNumber"]
    return books.of_company(ORDER_LINES, company, "PurchaseOrderNumber", order_number)


def _settle_line(books: Books, order: Row, line: Row) -> None:
    left = _open(order, line)
    status = _status(order, line, left)
    books.put(ORDER_LINES, line, OpenQuantity=left, PurchStatus=status)
    of_line = books.find(SUBCONTRACT_LINES, order.values["dataAreaId"], line.values["ProjSubContractLineNumber"])
    if of_line is not None:
        shown = {"PurchStatus": status, "PurchId": order.values["PurchaseOrderNumber"]}
        books.put(SUBCONTRACT_LINES, of_line, **shown)


def _open(order: Row, line: Row) -> Decimal:
    if order.values["SubConStatus"] in ("Closed", "Canceled"):
        return _NOTHING
    return plain(max(number(line.values["PurchQty"]) - number(line.values["ReceivedQuantity"]), _NOTHING))


def _status(order: Row, line: Row, left: Decimal) -> str:
    ended = order.values["SubConStatus"] in ("Closed", "Canceled")
    received, invoiced = number(line.values["ReceivedQuantity"]), number(line.values["InvoicedQuantity"])
    if not received:
        return "Canceled" if ended else "Backorder"
    if left:
        return "Backorder"
    return "Invoiced" if invoiced >= received else "Received"
