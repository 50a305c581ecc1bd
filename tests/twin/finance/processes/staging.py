"""What arrives in staging: actuals (F12) and the connections between transactions.

Documented: the refusal for want of a line property, with its text. Assumed: that a processed row takes over its two
statuses only, what makes a row a duplicate, and that Finance's own result columns are no one else's to write.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping

from tests.twin.finance.processes.connections import related
from tests.twin.finance.processes.forecasts import reconnect
from tests.twin.finance.processes.money import moment
from tests.twin.finance.processes.process import Process
from tests.twin.finance.rows import Row
from tests.twin.finance.schema import NO_GUID, Value

#: What posting writes, and nobody else.
RESULTS = ("AccountingAmount", "ExchangeRate", "SalesTaxAmount", "VoucherNumber")
_STILL_TAKEN = ("AdjustmentStatus", "BillingStatusId")
_BILLING_TYPES = {
    "NotSpecified": "Not specified",
    "Chargeable": "Chargeable",
    "NonChargeable": "Non-chargeable",
    "Complimentary": "Complimentary",
    "NotAvailable": "Not available",
}


class Actuals(Process):
    """A row of the staging table of actuals."""

    def default_row(self, draft: dict[str, Value], named: Container[str]) -> None:
        """Empty the result columns; the project is of the row's own company unless another is named."""
        _ = named
        entity = self.database.tables["ProjActualsImports"].entity
        draft |= {name: entity.columns[name].empty for name in RESULTS}
        draft["ProjectDataAreaId"] = str(draft["ProjectDataAreaId"]).lower() or draft["dataAreaId"]

    def accepted(self, before: Row, changes: Mapping[str, Value]) -> Mapping[str, Value]:
        """Pass over result columns, and on a processed row all but the statuses."""
        processed = self._state(before).values["IsProcessed"] == "Yes"
        return {
            name: value.lower() if name == "ProjectDataAreaId" and isinstance(value, str) else value
            for name, value in changes.items()
            if (name in _STILL_TAKEN if processed else name not in RESULTS)
        }

    def problems(self, before: Row | None, draft: Mapping[str, Value]) -> Iterator[str]:
        """Refuse what the company is not set up for, and an unknown project."""
        _ = before
        setup = self.books.setup(draft["dataAreaId"])
        if not setup.opted_in:
            yield f"Error: Company '{draft['dataAreaId']}' does not take part in the integration."
        if self.books.find("ProjectsV2", draft["ProjectDataAreaId"], draft["ProjectId"]) is None:
            yield (
                f"Warning: The value '{draft['ProjectId']}' in field 'Project ID' "
                "is not found in the related table 'Projects'."
            )
        if not setup.line_property(draft["BillingType"]):
            yield (
                f"Line property {_BILLING_TYPES[str(draft['BillingType'])]} doesn't exist. "
                "validateWrite failed on data source 'ProjCDSActualsImport (ProjCDSActualsImport)'."
            )

    def written(self, before: Row | None, after: Row) -> None:
        """Begin the row's way through Finance."""
        if before is not None:
            return
        company, actual = after.values["dataAreaId"], after.values["ActualId"]
        same = self.database.tables["ProjActualsImports"].matching("ActualId", actual) if actual != NO_GUID else ()
        self.books.add(
            "ProjectActualsStates",
            dataAreaId=company,
            ActualsImportId=after.values["ActualsImportId"],
            IsDuplicate="Yes" if len(same) > 1 else "No",
            ArrivedDateTime=moment(self.books.clock.now()),
        )

    def delete_problems(self, row: Row) -> Iterator[str]:
        """Refuse to delete what is processed."""
        if self._state(row).values["IsProcessed"] == "Yes":
            entity = self.database.tables["ProjActualsImports"].entity
            yield f"Error: Cannot delete a record in {entity.label}. The actual is already processed."

    def _state(self, row: Row) -> Row:
        state = self.books.find("ProjectActualsStates", row.values["dataAreaId"], row.values["ActualsImportId"])
        assert state is not None, "every staging row has its state"
        return state


class Relationships(Process):
    """A connection may come before, between and after the transactions that it connects."""

    def written(self, before: Row | None, after: Row) -> None:
        """Look again at what the connection joins, and at what it no longer does."""
        for row in (before, after):
            self._look_again(row)

    def deleted(self, row: Row) -> None:
        """Look again at what the connection joined."""
        self._look_again(row)

    def _look_again(self, row: Row | None) -> None:
        if row is None:
            return
        ends = row.values["TRANSACTION1ID"], row.values["TRANSACTION2ID"]
        reconnect(self.books, *ends)
        related(self.books, *ends)
