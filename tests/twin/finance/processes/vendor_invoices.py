"""Posted vendor invoices as their export shows them, and the status that comes back (F22).

Documented: the statuses, and that a confirmed invoice may be paid. Assumed: that of the export nothing but the status is
written, and that a status older than the one held is passed over in silence, so that the column shows what is kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tests.twin.finance import enums
from tests.twin.finance.processes.process import Process
from tests.twin.finance.processes.vendor_transactions import approve
from tests.twin.finance.rows import Row
from tests.twin.finance.schema import Value

STATUS = "ProjVendInvoiceStatus"
_ORDER = enums.PROJ_VEND_INVOICE_STATUS.members


class VendorInvoices(Process):
    """What is posted stays as it is; how far its verification has come is told by Dataverse."""

    def accepted(self, before: Row, changes: Mapping[str, Value]) -> Mapping[str, Value]:
        """Pass over a status that comes late."""
        wanted = str(changes.get(STATUS, before.values[STATUS]))
        if _ORDER[wanted] >= _ORDER[str(before.values[STATUS])]:
            return changes
        return {name: value for name, value in changes.items() if name != STATUS}

    def problems(self, before: Row | None, draft: Mapping[str, Value]) -> Iterator[str]:
        """Refuse new invoices, and changes to anything but the status."""
        if before is None:
            yield "Error: Vendor invoices are created by posting them."
            return
        for name, value in draft.items():
            if name != STATUS and value != before.values[name]:
                yield f"Error: Field '{name}' of a posted vendor invoice cannot be changed."

    def written(self, before: Row | None, after: Row) -> None:
        """Let a confirmed invoice be paid."""
        _ = before
        invoice = after.values
        if invoice[STATUS] == "Confirmed":
            approve(self.books, invoice["dataAreaId"], invoice["InvoiceAccount"], invoice["VendorInvoiceNum"])

    def delete_problems(self, row: Row) -> Iterator[str]:
        """Refuse deletes."""
        yield f"Error: Vendor invoice {row.values['VendorInvoiceNum']} is posted and cannot be deleted."
