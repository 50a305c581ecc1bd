"""Who pays under a contract."""

from __future__ import annotations

from tests.twin.finance.books import Books
from tests.twin.finance.rows import Row
from tests.twin.finance.schema import Value


def funding_source(books: Books, company: Value, contract: Value, customer: Value = "") -> Row | None:
    """Return a customer's funding source of a contract, else the primary one."""
    sources = books.of_company("ProjectFundingSources", company, "ProjectContractID", contract)
    named = (row for row in sources if customer and row.values["CustomerOrOrganization"] == customer)
    primary = (row for row in sources if row.values["IsPrimaryFundingSource"] == "Yes")
    return next(named, None) or next(primary, None)


def funding_source_id(books: Books, company: Value, contract: Value, customer: Value = "") -> Value:
    """Return the id of that funding source, nothing without one."""
    found = funding_source(books, company, contract, customer)
    return "" if found is None else found.values["FundingSourceId"]
