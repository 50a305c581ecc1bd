"""Projects (F5). Tasks (F9) need no rules: an activity is its task's row, and goes with the project."""

from __future__ import annotations

from collections.abc import Container

from tests.twin.finance.processes.process import Process, inherit
from tests.twin.finance.schema import Value


class Projects(Process):
    """A project takes its customer from its contract, and its tax group from its customer. Stages change freely."""

    def default_row(self, draft: dict[str, Value], named: Container[str]) -> None:
        """Default customer and tax group."""
        contract = self.parent("ProjectContractHeaders", draft, "ProjectContractId")
        if contract is not None:
            inherit(draft, named, contract, CustomerAccountNumber="CustomerAccountNumber")
        customer = self.parent("CustomersV3", draft, "CustomerAccountNumber")
        if customer is not None:
            inherit(draft, named, customer, SalesTaxGroupCode="SalesTaxGroup")
