"""Product receipts of subcontracts: generated from posted journal lines (F27), then posted (F28).

Source: Microsoft Learn, "Subcontract purchase orders". Documented: that time, expenses, material usage and entry journals
count once their integration journal is posted, a receipt per order and accounting date, and that posting accrues what
the purchasing policy says. Assumed: that what nets to nothing is left out and waits, that a reversal counts as soon as
its connection tells what it reverses, and not at all if an invoice took the place of that, that nothing is received on
an order that ended, that an order is received on while it is confirmed, and that more may come than was ordered.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from tests.twin.finance.books import Books
from tests.twin.finance.processes import ledger
from tests.twin.finance.processes.connections import connected
from tests.twin.finance.processes.ledger import NotPosted, Pair, closed
from tests.twin.finance.processes.money import NoRate, day, number, plain, rate, rounded
from tests.twin.finance.processes.purchase_orders import ORDER_LINES, ORDERS, line_of, settle
from tests.twin.finance.refusals import refused
from tests.twin.finance.rows import Row
from tests.twin.finance.schema import Value

RECEIPTS, RECEIPT_LINES, USED = (
    "SubcontractProductReceipts",
    "SubcontractProductReceiptLines",
    "SubcontractReceiptedActuals",
)
_JOURNAL_LINES, _STAGING = "ProjAdvancedJournalLines", "ProjActualsImports"
#: Dataverse's adjustment status of a reversal: Unadjustable.
_REVERSAL = 192350002


@dataclass(slots=True)
class ReceiptsPosted:
    """What a posting of receipts did."""

    receipts: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Delivered:
    """A posted journal line, the line of the order it was delivered on, and its actual."""

    line: Row
    ordered: Row
    actual: Row

    @property
    def quantity(self) -> Decimal:
        return number(self.line.values["Quantity"])


class Receipts:
    """The product receipts of one company's subcontracts."""

    def __init__(self, books: Books, company: str) -> None:
        self._books = books
        self._company = company
        self._setup = books.setup(company)

    def generate(self) -> list[str]:
        """Make the receipts that are due; return their numbers. None without the feature; Refusal without a sequence."""
        if not self._books.settings.subcontract_actuals:
            return []
        if not self._setup.product_receipt_sequence:
            raise refused("No number sequence is set up for product receipts.")  # text ours
        due: dict[tuple[str, str], list[_Delivered]] = defaultdict(list)
        for each in self._delivered():
            key = str(each.ordered.values["PurchaseOrderNumber"]), str(each.line.values["AccountingDate"])
            due[key].append(each)
        made = (self._make(order, moment, due[order, moment]) for order, moment in sorted(due))
        return [receipt for receipt in made if receipt]

    def post(self, receipt: str = "") -> ReceiptsPosted:
        """Post a receipt, or all that are not; raises Refusal for one that is not there, or posted already."""
        rows = self._books.database.tables[RECEIPTS].matching("dataAreaId", self._company)
        due = [
            row
            for row in rows
            if row.values["Status"] == "NotPosted" and receipt in ("", row.values["ProductReceiptNumber"])
        ]
        if receipt and not due:
            raise refused(f"There is no product receipt {receipt} to post.")
        done = ReceiptsPosted()
        for row in due:
            try:
                self._post(row)
            except (NotPosted, NoRate) as failed:
                done.errors.append(f"Product receipt {row.values['ProductReceiptNumber']}: {failed}")
            else:
                done.receipts.append(str(row.values["ProductReceiptNumber"]))
        return done

    def _delivered(self) -> Iterator[_Delivered]:
        """Return the journal lines that no receipt is made of yet."""
        for line in self._books.database.tables[_JOURNAL_LINES].matching("dataAreaId", self._company):
            values = line.values
            kind = (values["Status"], values["ActualType"], values["DocumentType"])
            if kind != ("Posted", "Cost", "Usage") or not values["SubcontractLine"]:
                continue
            ordered = line_of(self._books, self._company, values["SubcontractLine"])
            actual = self._books.find(_STAGING, self._company, values["ActualsImportId"])
            is_used = self._books.find(USED, self._company, values["ActualsImportId"]) is not None
            if ordered is None or actual is None or is_used or self._has_ended(ordered) or self._waits(actual):
                continue
            yield _Delivered(line, ordered, actual)

    def _has_ended(self, ordered: Row) -> bool:
        order = self._order(ordered.values["PurchaseOrderNumber"])
        return order.values["SubConStatus"] in ("Closed", "Canceled")

    def _waits(self, actual: Row) -> bool:
        """Tell whether an actual reverses what is not known yet, or what an invoice took the place of."""
        if actual.values["AdjustmentStatus"] != _REVERSAL:
            return False
        ends = connected(self._books, actual.values["ActualId"], "msdyn_actual")
        originals = [second for first, second in ends if first == actual.values["ActualId"]]
        return not originals or any(self._is_invoiced(original) for original in originals)

    def _is_invoiced(self, actual: Value) -> bool:
        used = self._books.of_company(USED, self._company, "ActualId", actual)
        return any(row.values["MatchedVendorInvoice"] for row in used)

    def _make(self, order: str, moment: str, delivered: Iterable[_Delivered]) -> str:
        """Make a receipt of what does not net to nothing; return its number, empty if there is none."""
        by_line: dict[int, list[_Delivered]] = defaultdict(list)
        for each in delivered:
            by_line[int(str(each.ordered.values["LineNumber"]))].append(each)
        sums = {line: plain(sum((each.quantity for each in all_), Decimal(0))) for line, all_ in by_line.items()}
        lines = {line: quantity for line, quantity in sorted(sums.items()) if quantity}
        if not lines:
            return ""
        receipt = self._books.number(self._company, self._setup.product_receipt_sequence)
        place = {"dataAreaId": self._company, "ProductReceiptNumber": receipt}
        self._books.add(RECEIPTS, **place, PurchaseOrderNumber=order, AccountingDate=moment)
        for line, quantity in lines.items():
            of_line: dict[str, Value] = {**place, "LineNumber": line}
            self._books.add(RECEIPT_LINES, **of_line, PurchaseOrderNumber=order, Quantity=quantity)
            for each in by_line[line]:
                names = {name: each.actual.values[name] for name in ("ActualsImportId", "ActualId")}
                self._books.add(USED, **of_line, **names, Quantity=each.quantity)
        return receipt

    def _post(self, receipt: Row) -> None:
        order = self._order(receipt.values["PurchaseOrderNumber"])
        moment = receipt.values["AccountingDate"]
        if not self._setup.is_open(day(moment)):
            raise NotPosted(closed(day(moment)))
        if order.values["DocumentState"] != "Confirmed":
            raise NotPosted(f"Purchase order {order.values['PurchaseOrderNumber']} is not confirmed.")
        pairs = {line.rec_id: self._accrual(order, line, moment) for line in self._lines(receipt)}
        accrued = [pair for pair in pairs.values() if pair is not None]
        for pair in accrued:
            ledger.check(self._books, self._company, pair, "")
        voucher = self._books.number(self._company, "V") if accrued else ""
        ledger.post(self._books, self._company, voucher, moment, *accrued)
        for line in self._lines(receipt):
            ordered = self._ordered(line)
            received = number(ordered.values["ReceivedQuantity"]) + number(line.values["Quantity"])
            self._books.put(ORDER_LINES, ordered, ReceivedQuantity=plain(received))
            if (accrual := pairs[line.rec_id]) is not None:
                amounts = {"AccruedAmount": accrual.amount, "AccruedAccountingAmount": accrual.accounting_amount}
                self._books.put(RECEIPT_LINES, line, **amounts)
        self._books.put(RECEIPTS, receipt, Status="Posted", Voucher=voucher)
        settle(self._books, self._company, order.values["PurchaseOrderNumber"])

    def _accrual(self, order: Row, line: Row, moment: Value) -> Pair | None:
        """Return what a line accrues; nothing where the purchasing policy says nothing. Raises NoRate."""
        ordered = self._ordered(line)
        if ordered.values["ProcurementCategory"] not in self._setup.accrued_receipts:
            return None
        currency = order.values["CurrencyCode"]
        amount = rounded(number(line.values["Quantity"]) * number(ordered.values["PurchPrice"]))
        accounting = rounded(amount * rate(self._books, self._company, currency, day(moment)))
        return Pair("RCPT-EXP", "RCPT-ACCR", accounting, amount, currency)

    def _order(self, order_number: Value) -> Row:
        order = self._books.find(ORDERS, self._company, order_number)
        assert order is not None, "an order that lines or receipts belong to is there"
        return order

    def _ordered(self, line: Row) -> Row:
        order, position = line.values["PurchaseOrderNumber"], line.values["LineNumber"]
        ordered = self._books.find(ORDER_LINES, self._company, order, position)
        assert ordered is not None, "a line that was received on is not deleted"
        return ordered

    def _lines(self, receipt: Row) -> list[Row]:
        return self._books.of_company(
            RECEIPT_LINES, self._company, "ProductReceiptNumber", receipt.values["ProductReceiptNumber"]
        )
