"""What people and batch jobs start in Finance: `POST /twin/run/{process}`. A module per subject says what it is asked for.

| module | of |
|---|---|
| `staging` | actuals that have arrived: prevalidation, import, beginning balances |
| `journals` | the integration journal and the general journal |
| `intercompany` | invoices between companies |
| `subcontracts` | product receipts and invoices of subcontracts' purchase orders |
| `vendor_invoices` | any other invoice of a vendor, and its payment |
| `proposals` | invoice proposals |
| `expenses` | expense reports |
| `reconciliation` | documents and how far they have come |
| `projects` | investment projects |
"""

from __future__ import annotations

from tests.twin.finance.books import Books
from tests.twin.finance.refusals import NotFound
from tests.twin.finance.runs import (
    expenses,
    intercompany,
    journals,
    projects,
    proposals,
    reconciliation,
    staging,
    subcontracts,
    vendor_invoices,
)
from tests.twin.finance.runs.asked import Answer, Run
from tests.twin.finance.writing import Writer

RUNS: dict[str, Run] = {
    **staging.RUNS,
    **journals.RUNS,
    **intercompany.RUNS,
    **subcontracts.RUNS,
    **vendor_invoices.RUNS,
    **proposals.RUNS,
    **expenses.RUNS,
    **reconciliation.RUNS,
    **projects.RUNS,
}


def run(name: str, body: bytes, books: Books, writer: Writer) -> Answer:
    """Run a process by its name; raises Refusal, and ValueError for what is not understood."""
    act = RUNS.get(name)
    if act is None:
        raise NotFound(f"/twin/run/{name}")
    return act(body, books, writer)
