"""The vendor's invoice of a subcontract's purchase order (F29): entered from what was received, matched, posted.

Source: Microsoft Learn, "Subcontract purchase orders". Documented: that quantities default from the product receipts,
that with *Match actuals* (10.0.48) all actuals of these start matched and *Update product receipt* takes their sum, that
another quantity than theirs is asked about on posting, and that posting is that of any vendor invoice. Assumed: that no
more is invoiced than was received, that what is invoiced is what was received first and not taken back, that posting
takes the accrual of that back, and the texts. How a match in Finance reaches Dataverse is not documented, so here it stays in staging.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pydantic import BaseModel, ConfigDict, Field

from tests.twin.finance.books import Books
from tests.twin.finance.processes.ledger import Pair
from tests.twin.finance.processes.money import number, plain, rounded
from tests.twin.finance.processes.purchase_orders import ORDER_LINES, ORDERS, lines_of, settle
from tests.twin.finance.processes.receipts import RECEIPT_LINES, RECEIPTS, USED
from tests.twin.finance.processes.vendor_invoice_entry import InvoiceLine, VendorInvoice, enter
from tests.twin.finance.processes.vendor_invoice_posting import post
from tests.twin.finance.refusals import refused
from tests.twin.finance.rows import Row
from tests.twin.finance.schema import Value

DIFFERENT_QUANTITY = "The quantity of the matched actuals differs from the invoice quantity. Do you want to continue?"


class OrderInvoice(BaseModel):
    """An invoice as the vendor sends it.

    `prices` and `quantities` are by line of the order, where they are not those of the order and its receipts.
    `unmatched` names import ids of actuals that are taken off the invoice; `go_on` is OK to another quantity than theirs.
    """

    model_config = ConfigDict(extra="forbid")
    order: str
    invoice: str
    day: date
    prices: dict[int, Decimal] = Field(default_factory=dict)
    quantities: dict[int, Decimal] = Field(default_factory=dict)
    match_actuals: bool = False
    unmatched: frozenset[str] = frozenset()
    update_product_receipt: bool = False
    go_on: bool = False


@dataclass(frozen=True, slots=True)
class _Invoiced:
    """A line of the order, what of it is invoiced, and the actuals that this is matched with."""

    ordered: Row
    quantity: Decimal
    price: Decimal
    matched: list[Row]


class OrderInvoicing:
    """Invoices the purchase orders of one company."""

    def __init__(self, books: Books, company: str) -> None:
        self._books = books
        self._company = company

    def run(self, asked: OrderInvoice) -> str:
        """Enter and post an invoice; return its voucher. Raises Refusal."""
        order = self._books.find(ORDERS, self._company, asked.order)
        if order is None or order.values["DocumentState"] != "Confirmed":
            raise refused(f"There is no confirmed purchase order {asked.order}.")
        if asked.match_actuals and not self._books.settings.match_actuals:
            raise refused("Actuals can't be matched in this version.")
        lines = [line for ordered in lines_of(self._books, order) if (line := self._line(ordered, asked)).quantity]
        if not lines:
            raise refused(f"There is nothing to invoice on purchase order {asked.order}.")
        if asked.match_actuals and not asked.go_on and any(_total(line.matched) != line.quantity for line in lines):
            raise refused(DIFFERENT_QUANTITY)
        vendor = str(order.values["OrderAccount"])
        entered = [_entered(line) for line in lines]
        of_order = {"vendor": vendor, "currency": str(order.values["CurrencyCode"]), "purchase_order": asked.order}
        enter(
            self._books, self._company, VendorInvoice(invoice=asked.invoice, day=asked.day, lines=entered, **of_order)
        )
        released = [pair for line in lines for pair in self._release(line, order.values["CurrencyCode"])]
        voucher = post(self._books, self._company, vendor, asked.invoice, *released)
        for line in lines:
            self._note(line, asked.invoice)
        settle(self._books, self._company, asked.order)
        return voucher

    def _line(self, ordered: Row, asked: OrderInvoice) -> _Invoiced:
        position = int(str(ordered.values["LineNumber"]))
        received = plain(sum(map(_left, self._received(ordered)), Decimal(0)))
        actuals = [row for row in self._unmatched(ordered) if row.values["ActualsImportId"] not in asked.unmatched]
        quantity = asked.quantities.get(position, received)
        if asked.match_actuals and asked.update_product_receipt:
            quantity = _total(actuals)
        if not min(received, Decimal(0)) <= quantity <= max(received, Decimal(0)):
            raise refused(f"No more than {received:f} was received on line {position}.")
        matched = actuals if asked.match_actuals else list(_first(actuals, quantity))
        price = asked.prices.get(position, number(ordered.values["PurchPrice"]))
        return _Invoiced(ordered, quantity, price, matched)

    def _received(self, ordered: Row) -> list[Row]:
        """Return the lines of posted receipts on a line of an order, as they were received."""
        order, position = ordered.values["PurchaseOrderNumber"], ordered.values["LineNumber"]
        posted = {
            row.values["ProductReceiptNumber"]
            for row in self._books.of_company(RECEIPTS, self._company, "PurchaseOrderNumber", order)
            if row.values["Status"] == "Posted"
        }
        rows = self._books.of_company(RECEIPT_LINES, self._company, "PurchaseOrderNumber", order)
        of_line = (row for row in rows if row.values["LineNumber"] == position)
        return [row for row in of_line if row.values["ProductReceiptNumber"] in posted]

    def _unmatched(self, ordered: Row) -> list[Row]:
        """Return the actuals of posted receipts on a line of an order that no invoice is matched with."""
        position = ordered.values["LineNumber"]
        numbers = dict.fromkeys(row.values["ProductReceiptNumber"] for row in self._received(ordered))
        return [
            row
            for receipt in numbers
            for row in self._books.of_company(USED, self._company, "ProductReceiptNumber", receipt)
            if row.values["LineNumber"] == position and not row.values["MatchedVendorInvoice"]
        ]

    def _release(self, line: _Invoiced, currency: Value) -> Iterator[Pair]:
        """Return what takes back the accrual of what is invoiced."""
        for received, quantity in self._taken(line):
            whole, before = (number(received.values[name]) for name in ("Quantity", "InvoicedQuantity"))
            accrued, accounting = (
                # The difference of two sums, so that the last part leaves nothing of the whole.
                rounded(total * (before + quantity) / whole) - rounded(total * before / whole)
                for total in (number(received.values[name]) for name in ("AccruedAmount", "AccruedAccountingAmount"))
            )
            if accounting:
                yield Pair("RCPT-ACCR", "RCPT-EXP", accounting, accrued, currency)

    def _taken(self, line: _Invoiced) -> Iterator[tuple[Row, Decimal]]:
        """Spread what is invoiced over the receipts, the first ones first."""
        left = line.quantity
        for received in _taking_back_first(self._received(line.ordered), _left, left):
            remaining = _left(received)
            taken = plain(min(left, remaining, key=abs) if remaining * line.quantity > 0 else remaining)
            left -= taken
            if taken:
                yield received, taken

    def _note(self, line: _Invoiced, invoice: str) -> None:
        for received, quantity in list(self._taken(line)):
            total = plain(number(received.values["InvoicedQuantity"]) + quantity)
            self._books.put(RECEIPT_LINES, received, InvoicedQuantity=total)
        for used in line.matched:
            self._books.put(USED, used, MatchedVendorInvoice=invoice)
            actual = self._books.find("ProjActualsImports", self._company, used.values["ActualsImportId"])
            assert actual is not None, "a processed staging row is not deleted"
            self._books.put("ProjActualsImports", actual, MatchedVendorInvoice=invoice)
        total = plain(number(line.ordered.values["InvoicedQuantity"]) + line.quantity)
        self._books.put(ORDER_LINES, line.ordered, InvoicedQuantity=total)


def _entered(line: _Invoiced) -> InvoiceLine:
    values = {name: str(value) for name, value in line.ordered.values.items()}
    return InvoiceLine(
        item=values["ItemId"],
        procurement_category=values["ProcurementCategory"],
        quantity=line.quantity,
        price=line.price,
        unit=values["PurchUnit"],
        text=values["Name"],
        project=values["ProjId"],
        category=values["ProjCategoryId"],
        role=values["SubConRoleID"],
        activity=values["ActivityNumber"],
        subcontract_line=values["ProjSubContractLineNumber"],
    )


def _left(received: Row) -> Decimal:
    """Return what of a receipt's line is not invoiced."""
    return number(received.values["Quantity"]) - number(received.values["InvoicedQuantity"])


def _delivered(actual: Row) -> Decimal:
    return number(actual.values["Quantity"])


def _total(actuals: Iterable[Row]) -> Decimal:
    return plain(sum(map(_delivered, actuals), Decimal(0)))


def _first(actuals: Iterable[Row], quantity: Decimal) -> Iterator[Row]:
    """Return the first actuals, as far as a quantity covers them."""
    left = quantity
    for row in _taking_back_first(actuals, _delivered, quantity):
        left -= _delivered(row)
        if left * quantity < 0:
            return
        yield row


def _taking_back_first(rows: Iterable[Row], count: Callable[[Row], Decimal], quantity: Decimal) -> list[Row]:
    """Return rows in their order, but first those that take back of a quantity: what they took back is not invoiced."""
    return sorted(rows, key=lambda row: count(row) * quantity > 0)
