"""Pending vendor invoices (F21): what an accountant enters before it is posted.

Documented: a line has an item or a procurement category; one for a project has a project tab (project and its company,
category, role, activity, line property). Assumed: that only for a project of its own company a line is of a stocked
product. Texts are ours.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from pydantic import BaseModel, ConfigDict

from tests.twin.finance.books import Books
from tests.twin.finance.processes.money import dated, plain
from tests.twin.finance.refusals import refused
from tests.twin.finance.rows import Row
from tests.twin.finance.schema import Value

INVOICES, LINES = "PendingVendorInvoices", "PendingVendorInvoiceLines"


class InvoiceLine(BaseModel):
    """One line. Without a project it names the account that it is charged to.

    `category` is a project category; without one the procurement category's is taken. `subcontract_line` is the number
    that Dataverse gave the line of a subcontract; `tax` is sales tax that nobody gets back.
    """

    model_config = ConfigDict(extra="forbid")
    item: str = ""
    procurement_category: str = ""
    quantity: Decimal
    price: Decimal
    unit: str = "ea"
    tax: Decimal = Decimal(0)
    text: str = ""
    account: str = ""
    project: str = ""
    project_company: str = ""
    category: str = ""
    role: str = ""
    activity: str = ""
    line_property: str = ""
    subcontract_line: str = ""


class VendorInvoice(BaseModel):
    """One invoice; `purchase_order` is the order that it invoices, if there is one."""

    model_config = ConfigDict(extra="forbid")
    vendor: str
    invoice: str
    day: date
    currency: str = ""
    text: str = ""
    purchase_order: str = ""
    lines: list[InvoiceLine]


def enter(books: Books, company: str, invoice: VendorInvoice) -> None:
    """Enter an invoice; raises Refusal."""
    vendor = books.find("VendorsV2", company, invoice.vendor)
    if vendor is None:
        raise refused(f"Vendor {invoice.vendor} doesn't exist.")
    if books.find(INVOICES, company, invoice.vendor, invoice.invoice) is not None:
        raise refused(f"Invoice {invoice.invoice} of vendor {invoice.vendor} already exists.")
    if not invoice.lines:
        raise refused(f"Invoice {invoice.invoice} has no lines.")
    books.add(
        INVOICES,
        dataAreaId=company,
        VendorAccount=invoice.vendor,
        InvoiceNumber=invoice.invoice,
        PurchaseOrder=invoice.purchase_order,
        Description=invoice.text,
        CurrencyCode=invoice.currency or vendor.values["CurrencyCode"],
        InvoiceDate=dated(invoice.day),
    )
    for position, line in enumerate(invoice.lines, start=1):
        _check(books, line)
        _add_line(books, company, invoice, position, line)


def lines_of(books: Books, invoice: Row) -> list[Row]:
    """Return the lines of an entered invoice in their order."""
    values = invoice.values
    rows = books.of_company(LINES, values["dataAreaId"], "InvoiceNumber", values["InvoiceNumber"])
    own = (row for row in rows if row.values["VendorAccount"] == values["VendorAccount"])
    return sorted(own, key=lambda row: int(str(row.values["LineNumber"])))


def _check(books: Books, line: InvoiceLine) -> None:
    if bool(line.item) == bool(line.procurement_category):
        raise refused("A line needs either an item number or a procurement category.")
    if not line.project and not line.account:
        raise refused("A line needs a project or a main account.")
    if not line.quantity:
        raise refused("A line needs a quantity.")
    if books.find("UnitsOfMeasure", line.unit) is None:
        raise refused(f"Unit {line.unit} doesn't exist.")


def _add_line(books: Books, company: str, invoice: VendorInvoice, position: int, line: InvoiceLine) -> None:
    books.add(
        LINES,
        dataAreaId=company,
        VendorAccount=invoice.vendor,
        InvoiceNumber=invoice.invoice,
        LineNumber=position,
        ItemId=line.item,
        ProcurementCategory=line.procurement_category,
        MainAccount=line.account,
        ProjId=line.project,
        ProjDataAreaId=(line.project_company or company).lower() if line.project else "",
        ProjCategoryId=line.category,
        RoleId=line.role,
        ActivityNumber=line.activity,
        LinePropertyId=line.line_property,
        SubcontractLine=line.subcontract_line,
        Description=line.text,
        PurchUnit=line.unit,
        Quantity=plain(line.quantity),
        PurchPrice=plain(line.price),
        NonRecoverableTax=plain(line.tax),
        IsStocked="Yes" if _is_stocked(books, company, line) else "No",
    )


def released_product(books: Books, company: Value, item: Value) -> Row | None:
    """Return the released product of an item."""
    rows = books.database.tables["CDSReleasedDistinctProducts"].matching("dataAreaId", company)
    return next((row for row in rows if row.values["ItemNumber"] == item), None)


def _is_stocked(books: Books, company: str, line: InvoiceLine) -> bool:
    is_own = bool(line.project) and (line.project_company or company).lower() == company
    product = released_product(books, company, line.item) if line.item and is_own else None
    return product is not None and product.values["IsStockedProduct"] == "Yes"
