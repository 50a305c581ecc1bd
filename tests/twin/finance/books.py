"""What business logic works on: the rows, each company's setup, the switches and the time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tests.twin.clock import Clock
from tests.twin.finance.company_setup import Companies, CompanySetup
from tests.twin.finance.rows import Database, Row, folded
from tests.twin.finance.schema import Value
from tests.twin.finance.settings import Settings


@dataclass(frozen=True, slots=True)
class Books:
    """All that a process may look at and write to."""

    database: Database
    settings: Settings
    companies: Companies
    clock: Clock

    def setup(self, company: Value) -> CompanySetup:
        """Return a company's setup."""
        return self.companies.of(company)

    def find(self, collection: str, *key: Value) -> Row | None:
        """Return the row with that key, company first where there is one."""
        return self.database.tables[collection].find(tuple(folded(part) for part in key))

    def of_company(self, collection: str, company: Value, column: str, value: Value) -> list[Row]:
        """Return a company's rows with that value in an indexed column."""
        rows = self.database.tables[collection].matching(column, value)
        return [row for row in rows if row.values["dataAreaId"] == company]

    def add(self, collection: str, **values: Value) -> Row:
        """Insert a row; columns not named hold what they hold on a new row."""
        initial = self.database.tables[collection].entity.initial
        return self.database.insert(collection, {**initial, **values})

    def put(self, collection: str, row: Row | None, **values: Value) -> Row:
        """Insert a row, or write the columns that differ from those it has."""
        if row is None:
            return self.add(collection, **values)
        changes = {name: value for name, value in values.items() if row.values[name] != value}
        return self.database.update(collection, row, changes) if changes else row

    def number(self, company: Value, sequence: str) -> str:
        """Draw from a company's number sequence."""
        return self.database.next_number(f"{str(company).upper()}-{sequence}")

    def opted_in(self) -> Iterator[str]:
        """Return the companies that take part in the integration."""
        for row in self.database.tables["LegalEntities"]:
            company = str(row.values["LegalEntityId"]).lower()
            if self.setup(company).opted_in:
                yield company
