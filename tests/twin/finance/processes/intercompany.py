"""Intercompany invoices: the lending company's to its customer (F17), the borrowing company's from its vendor (F18).

Documented: amounts are those of the inter-organizational sales, the vendor invoice is made pending under the same
number, and project cost and ledger cost arise when it is posted, without the procurement account and without Dataverse.
Assumed: the cost account, and that customer and accrual are posted at the rate at which the sale was.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from itertools import groupby

from tests.twin.finance.books import Books
from tests.twin.finance.processes import ledger
from tests.twin.finance.processes.journal_lines import INTERCOMPANY
from tests.twin.finance.processes.ledger import NotPosted, Pair, closed
from tests.twin.finance.processes.money import NoRate, dated, day, number, plain, rate, rounded
from tests.twin.finance.processes.projects import FINISHED
from tests.twin.finance.processes.transactions import add_invoiced_cost
from tests.twin.finance.refusals import refused
from tests.twin.finance.rows import Row
from tests.twin.finance.schema import Value

_LINES = "ProjAdvancedJournalLines"
_VENDOR_INVOICES = "IntercompanyVendorInvoices"


class Intercompany:
    """Invoices of one company."""

    def __init__(self, books: Books, company: str) -> None:
        self._books = books
        self._company = company
        self._setup = books.setup(company)

    def invoice_customer(self, borrowing: str, project: str = "") -> list[str]:
        """Invoice a borrowing company for all that is posted and not yet billed: an invoice per currency."""
        lines = self._to_be_billed(borrowing, project)
        sales = sorted(
            (line for line in lines if line.values["ActualType"] == "InterOrgSales"),
            key=lambda line: (str(line.values["PriceCurrency"]), line.rec_id),
        )
        if not sales:
            raise refused(f"There are no intercompany transactions to invoice to {borrowing.upper()}.")
        numbers = [
            self._invoice(borrowing, currency, [*each])
            for currency, each in groupby(sales, key=lambda line: line.values["PriceCurrency"])
        ]
        for line in lines:
            self._books.put(_LINES, line, IntercompanyBilled="Yes")
        return numbers

    def post_vendor_invoice(self, invoice_number: str) -> str:
        """Post a pending intercompany vendor invoice; return its voucher. Raises Refusal."""
        invoice = self._books.find(_VENDOR_INVOICES, self._company, invoice_number)
        if invoice is None or invoice.values["Status"] != "Pending":
            raise refused(f"There is no pending vendor invoice {invoice_number}.")
        lines = self._books.of_company("IntercompanyVendorInvoiceLines", self._company, "InvoiceNumber", invoice_number)
        moment = day(invoice.values["InvoiceDate"])
        if not self._setup.is_open(moment):
            raise refused(closed(moment))
        currency = invoice.values["CurrencyCode"]
        try:
            factor = rate(self._books, self._company, currency, moment)
            voucher = self._books.number(self._company, "V")
            pairs = [
                Pair(
                    "COST",
                    "AP",
                    rounded(number(line.values["Amount"]) * factor),
                    number(line.values["Amount"]),
                    currency,
                )
                for line in lines
            ]
            ledger.post(self._books, self._company, voucher, invoice.values["InvoiceDate"], *pairs)
        except (NoRate, NotPosted) as failed:
            raise refused(str(failed)) from failed
        for line, pair in zip(lines, pairs, strict=True):
            self._add_cost(line, voucher, pair)
        self._books.put(
            _VENDOR_INVOICES,
            invoice,
            Status="Posted",
            Voucher=voucher,
            AccountingAmount=_total(pair.accounting_amount for pair in pairs),
        )
        return voucher

    def _to_be_billed(self, borrowing: str, project: str) -> list[Row]:
        rows = self._books.of_company(_LINES, self._company, "ProjDataAreaId", borrowing)
        return [
            row
            for row in rows
            if row.values["ActualType"] in INTERCOMPANY
            and (row.values["Status"], row.values["IntercompanyBilled"]) == ("Posted", "No")
            and project in ("", row.values["ProjId"])
        ]

    def _invoice(self, borrowing: str, currency: Value, sales: list[Row]) -> str:
        relation = self._setup.intercompany[borrowing]
        invoice_number, voucher = self._books.number(self._company, "ICI"), self._books.number(self._company, "V")
        today = dated(self._books.clock.now().date())
        amount = _total(line.values["ExtendedPrice"] for line in sales)
        accounting = _total(map(_accounting, sales))
        pairs = [Pair("AR", "IC-REV", accounting, amount, currency)]
        if relation.accrues_revenue:
            pairs.append(Pair("ACCRUED-REV", "WIP-SALES", accounting, amount, currency))
        try:
            ledger.post(self._books, self._company, voucher, today, *pairs)
        except NotPosted as failed:
            raise refused(str(failed)) from failed
        self._books.add(
            "IntercompanyCustomerInvoices",
            dataAreaId=self._company,
            InvoiceNumber=invoice_number,
            BorrowingCompany=borrowing,
            CustomerAccount=relation.customer_account,
            Voucher=voucher,
            CurrencyCode=currency,
            InvoiceDate=today,
            Amount=amount,
            AccountingAmount=accounting,
        )
        self._send_to_vendor_side(borrowing, invoice_number, currency, today, sales)
        return invoice_number

    def _send_to_vendor_side(
        self, borrowing: str, invoice_number: str, currency: Value, today: str, sales: list[Row]
    ) -> None:
        self._books.add(
            _VENDOR_INVOICES,
            dataAreaId=borrowing,
            InvoiceNumber=invoice_number,
            LendingCompany=self._company,
            VendorAccount=self._setup.intercompany[borrowing].vendor_account,
            CurrencyCode=currency,
            InvoiceDate=today,
            Amount=_total(line.values["ExtendedPrice"] for line in sales),
        )
        for position, line in enumerate(sales, start=1):
            self._books.add(
                "IntercompanyVendorInvoiceLines",
                dataAreaId=borrowing,
                InvoiceNumber=invoice_number,
                LineNumber=position,
                TransType=line.values["TransType"],
                ProjId=line.values["ProjId"],
                ActivityNumber=line.values["ActivityNumber"],
                LendingVoucher=line.values["Voucher"],
                CategoryId=line.values["ProjCategoryId"],
                TransDate=line.values["ProjTransDate"],
                Quantity=line.values["Quantity"],
                Amount=line.values["ExtendedPrice"],
            )

    def _add_cost(self, line: Row, voucher: str, pair: Pair) -> None:
        values = line.values
        project = self._books.find("ProjectsV2", self._company, values["ProjId"])
        if project is not None and project.values["ProjectStage"] == "Completed":
            raise refused(FINISHED)
        same = {name: values[name] for name in ("TransType", "ProjId", "ActivityNumber", "CategoryId", "TransDate")}
        add_invoiced_cost(self._books, self._company, voucher, pair, Qty=values["Quantity"], **same)


def _accounting(line: Row) -> Decimal:
    return rounded(number(line.values["ExtendedPrice"]) * number(line.values["PriceExchangeRate"]) / 100)


def _total(amounts: Iterable[Value]) -> Decimal:
    return plain(sum(map(number, amounts), start=Decimal(0)))
