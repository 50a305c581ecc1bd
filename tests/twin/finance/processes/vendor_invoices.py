"""Posted vendor invoices as their export shows them (F21, F22)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tests.twin.finance.processes.process import Process
from tests.twin.finance.rows import Row
from tests.twin.finance.schema import Value

STATUS = "ProjVendInvoiceStatus"


class VendorInvoices(Process):
    """What is posted stays as it is: of the export only the status is written. An assumption, no document tells."""

    def problems(self, before: Row | None, draft: Mapping[str, Value]) -> Iterator[str]:
        """Refuse new invoices, and changes to anything but the status."""
        if before is None:
            yield "Error: Vendor invoices are created by posting them."
            return
        for name, value in draft.items():
            if name != STATUS and value != before.values[name]:
                yield f"Error: Field '{name}' of a posted vendor invoice cannot be changed."

    def delete_problems(self, row: Row) -> Iterator[str]:
        """Refuse deletes."""
        yield f"Error: Vendor invoice {row.values['VendorInvoiceNum']} is posted and cannot be deleted."
