"""Posting of a vendor invoice (F21), of a purchase order's as of any other: in one transaction with its export.

Documented: the vendor is credited; a line for a project debits the procurement integration account, with the tax that
nobody gets back, any other its own account; the cost of a stocked product is posted to its project at once; payment
waits for the project manager where the company says so; what has no line for a project is not exported. Assumed: that
the invoice of a purchase order is never verified by hand (the documents contradict one another), that a price is
exported with its tax so that the integration account clears, that the column "subcontract invoice" of the export tells
whether verification is by hand, and that a stocked product is profit and loss whatever the project's profile.
"""

from __future__ import annotations

from decimal import Decimal

from tests.twin.finance.books import Books
from tests.twin.finance.processes import ledger
from tests.twin.finance.processes.ledger import MainAccount, NotPosted, Pair, closed
from tests.twin.finance.processes.money import NoRate, day, number, plain, rate, rounded
from tests.twin.finance.processes.transactions import add_invoiced_cost
from tests.twin.finance.processes.vendor_invoice_entry import INVOICES, lines_of
from tests.twin.finance.processes.vendor_invoice_lines import ProjectLine
from tests.twin.finance.refusals import refused
from tests.twin.finance.rows import Row
from tests.twin.finance.schema import Value

EXPORT, EXPORT_LINES = "VendInvoiceExportsV2", "ProjVendInvoiceLinesExportEntity"


def post(books: Books, company: str, vendor: str, invoice_number: str, *further: Pair) -> str:
    """Post a pending invoice; return its voucher. `further` goes into the same voucher. Raises Refusal."""
    invoice = books.find(INVOICES, company, vendor, invoice_number)
    if invoice is None or invoice.values["Status"] != "Pending":
        raise refused(f"There is no pending invoice {invoice_number} of vendor {vendor}.")
    moment = day(invoice.values["InvoiceDate"])
    if not books.setup(company).is_open(moment):
        raise refused(closed(moment))
    return _Posting(books, company, invoice).run(*further)


class _Posting:
    """One invoice on its way into the books."""

    def __init__(self, books: Books, company: str, invoice: Row) -> None:
        self._books = books
        self._company = company
        self._setup = books.setup(company)
        self._invoice = invoice
        self._lines = lines_of(books, invoice)
        self._manual = self._setup.manual_verification and not invoice.values["PurchaseOrder"]

    def run(self, *further: Pair) -> str:
        """Write voucher, vendor transaction and export."""
        values = self._invoice.values
        for_projects = {line.rec_id: ProjectLine(self._books, line) for line in self._lines if line.values["ProjId"]}
        self._refuse_unordered()
        voucher = self._books.number(self._company, "V")
        pairs = self._pairs()
        try:
            ledger.post(self._books, self._company, voucher, values["InvoiceDate"], *pairs, *further)
        except NotPosted as failed:
            raise refused(str(failed)) from failed
        for line, pair in zip(self._lines, pairs, strict=True):
            if line.values["IsStocked"] == "Yes":
                self._charge(for_projects[line.rec_id], voucher, pair)
        self._invoice = self._books.put(INVOICES, self._invoice, Status="Posted", Voucher=voucher)
        self._owe(voucher, pairs, is_for_projects=bool(for_projects))
        if for_projects:
            self._export(list(for_projects.values()))
        return voucher

    def _refuse_unordered(self) -> None:
        """Refuse a subcontract's line on an invoice without a purchase order, which works with verification only."""
        is_subcontract = any(line.values["SubcontractLine"] for line in self._lines)
        if is_subcontract and not self._manual and not self._invoice.values["PurchaseOrder"]:
            raise refused("A subcontract is invoiced by its purchase order unless project managers verify invoices.")

    def _pairs(self) -> list[Pair]:
        currency = self._invoice.values["CurrencyCode"]
        try:
            factor = rate(self._books, self._company, currency, day(self._invoice.values["InvoiceDate"]))
        except NoRate as failed:
            raise refused(str(failed)) from failed
        return [
            Pair(_account(line), "AP", rounded(booked(line) * factor), booked(line), currency) for line in self._lines
        ]

    def _charge(self, line: ProjectLine, voucher: str, pair: Pair) -> None:
        """Charge a stocked product to its project."""
        values = line.row.values
        add_invoiced_cost(
            self._books,
            self._company,
            voucher,
            pair,
            TransType="Item",
            ProjId=values["ProjId"],
            ActivityNumber=values["ActivityNumber"],
            CategoryId=line.category,
            TransDate=self._invoice.values["InvoiceDate"],
            Qty=values["Quantity"],
        )

    def _owe(self, voucher: str, pairs: list[Pair], *, is_for_projects: bool) -> None:
        waits = is_for_projects and self._manual and self._setup.block_payment
        values = self._invoice.values
        self._books.add(
            "VendorTransactions",
            dataAreaId=self._company,
            Voucher=voucher,
            AccountNum=self._invoice_account(),
            InvoiceNumber=values["InvoiceNumber"],
            CurrencyCode=values["CurrencyCode"],
            Approved="No" if waits else "Yes",
            TransDate=values["InvoiceDate"],
            Amount=plain(sum((pair.amount for pair in pairs), Decimal(0))),
            AccountingAmount=plain(sum((pair.accounting_amount for pair in pairs), Decimal(0))),
        )

    def _export(self, lines: list[ProjectLine]) -> None:
        values = self._invoice.values
        common: dict[str, Value] = {
            "VendorInvoiceNum": values["InvoiceNumber"],
            "InvoiceAccount": self._invoice_account(),
            "OrderAccount": values["VendorAccount"],
            "TransDate": values["InvoiceDate"],
        }
        self._books.add(
            EXPORT,
            dataAreaId=self._company,
            **common,
            Description=values["Description"],
            CurrencyCode=values["CurrencyCode"],
            PurchId=values["PurchaseOrder"],
            TableRefId=values["Voucher"],
            SubcontractInvoice="Yes" if self._manual else "No",
            DocumentDate=values["InvoiceDate"],
        )
        for line in lines:
            trans_id = self._books.number(self._company, "PT")
            self._books.put("PendingVendorInvoiceLines", line.row, ProjTransId=trans_id)
            self._books.add(
                EXPORT_LINES,
                **common,
                **line.exported(),
                ProjTransId=trans_id,
                DAreaId=self._company,
                currencyCode=values["CurrencyCode"],
                PurchPrice=price_with_tax(line.row),
                LineAmount=booked(line.row),
            )

    def _invoice_account(self) -> Value:
        account = self._invoice.values["VendorAccount"]
        vendor = self._books.find("VendorsV2", self._company, account)
        return account if vendor is None else vendor.values["InvoiceVendorAccountNumber"] or account


def booked(line: Row) -> Decimal:
    """Return what a line costs in the invoice's currency, with the tax that nobody gets back."""
    values = line.values
    return rounded(number(values["Quantity"]) * number(values["PurchPrice"]) + number(values["NonRecoverableTax"]))


def price_with_tax(line: Row) -> Decimal:
    """Return the price of a unit with its share of the tax that nobody gets back."""
    values = line.values
    if not values["NonRecoverableTax"]:
        return number(values["PurchPrice"])
    return plain(round(booked(line) / number(values["Quantity"]), 6))


def _account(line: Row) -> str:
    if line.values["IsStocked"] == "Yes":
        return "COST"
    return "PROC-INTEG" if line.values["ProjId"] else MainAccount(line.values["MainAccount"])
