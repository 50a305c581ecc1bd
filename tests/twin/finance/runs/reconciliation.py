"""Runs of the reconciliation of posted documents with what Dataverse has made of them.

| process | asked for | answer |
|---|---|---|
| `reconciliation-view` | `{company, view}` | `{documents}` |
| `reconcile` | `{company}` | `{exported}` |
"""

from __future__ import annotations

from tests.twin.finance.books import Books
from tests.twin.finance.processes.reconciliation import ALL, Reconciliation
from tests.twin.finance.runs.asked import Answer, Asked, Run, run_of
from tests.twin.finance.writing import Writer


class _View(Asked):
    view: str = ALL


def _view(asked: _View, books: Books, _: Writer) -> Answer:
    return {"documents": Reconciliation(books, asked.company).view(asked.view)}


def _process(asked: Asked, books: Books, _: Writer) -> Answer:
    return {"exported": Reconciliation(books, asked.company).process()}


RUNS: dict[str, Run] = {
    "reconciliation-view": run_of(_View, _view),
    "reconcile": run_of(Asked, _process),
}
