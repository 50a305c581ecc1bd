"""The integration journal's lines as people handle them: tax groups and dimensions of a draft line, and its delete."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tests.twin.finance.processes.money import number
from tests.twin.finance.processes.process import Process
from tests.twin.finance.processes.tax import sales_tax
from tests.twin.finance.rows import Row
from tests.twin.finance.schema import Value

_EDITABLE = {"DefaultDimension", "ProjectSalesTaxGroup", "ProjectSalesTaxItemGroup", "TaxGroup", "TaxItemGroup"}


class JournalLines(Process):
    """Lines come from staging only; a line that is deleted gives its staging row back to the next import."""

    def problems(self, before: Row | None, draft: Mapping[str, Value]) -> Iterator[str]:
        """Refuse new lines, and a change of anything but a draft line's tax groups and dimensions."""
        if before is None:
            yield "Error: Integration journal lines are created by the import from staging only."
            return
        changed = {name for name, value in draft.items() if value != before.values[name]}
        if changed - _EDITABLE:
            yield f"Error: Field '{min(changed - _EDITABLE)}' of an integration journal line cannot be changed."
        elif changed and before.values["Status"] != "Draft":
            yield f"Error: A line with status {before.values['Status']} cannot be changed."

    def written(self, before: Row | None, after: Row) -> None:
        """Calculate the sales tax anew."""
        _ = before
        values = after.values
        tax = sales_tax(
            self.books,
            values["dataAreaId"],
            values["ProjectSalesTaxGroup"],
            values["ProjectSalesTaxItemGroup"],
            number(values["ExtendedPrice"]),
        )
        self.books.put("ProjAdvancedJournalLines", after, CalculatedTaxAmount=tax)

    def delete_problems(self, row: Row) -> Iterator[str]:
        """Refuse to delete what is posted."""
        if row.values["Status"] == "Posted":
            yield "Error: Cannot delete a record in Project Operations integration journal lines. The line is posted."

    def deleted(self, row: Row) -> None:
        """Give the staging row back. That the counter counts this is inferred."""
        state = self.books.find("ProjectActualsStates", row.values["dataAreaId"], row.values["ActualsImportId"])
        if state is not None:
            count = state.values["IntegrationCount"]
            assert isinstance(count, int)
            self.books.put("ProjectActualsStates", state, IsProcessed="No", IntegrationCount=count + 1)
