"""The export of a vendor invoice's line, told of once more: with its header, if nothing of that has come back.

Assumed: that what Finance has of a header's arrival is the status that came back, and that a line shows the product that
was released meanwhile.
"""

from __future__ import annotations

from tests.twin.finance.books import Books
from tests.twin.finance.processes.exports import export, export_again
from tests.twin.finance.processes.vendor_invoice_entry import LINES
from tests.twin.finance.processes.vendor_invoice_lines import product_of
from tests.twin.finance.processes.vendor_invoice_posting import EXPORT, EXPORT_LINES
from tests.twin.finance.processes.vendor_invoices import STATUS
from tests.twin.finance.rows import Row


def export_line_again(books: Books, line: Row) -> None:
    """Export a line again."""
    values = line.values
    header = books.find(EXPORT, values["DAreaId"], values["InvoiceAccount"], values["VendorInvoiceNum"])
    if header is not None and header.values[STATUS] == "None":
        export_again(books, EXPORT, header)
    shown = dict(values)
    if values["CategoryType"] == "Item":
        (entered,) = books.of_company(LINES, values["DAreaId"], "ProjTransId", values["ProjTransId"])
        shown["DisplayProductNumber"] = product_of(books, entered)
    export(books, EXPORT_LINES, **shown)
