"""Runs of projects.

| process | asked for | answer |
|---|---|---|
| `mark-investment-project` | `{company, project, investment}`: `investment` false takes it back | `{revenue_project}` |
"""

from __future__ import annotations

from tests.twin.finance.books import Books
from tests.twin.finance.processes.investment import InvestmentProjects
from tests.twin.finance.runs.asked import Answer, Asked, Run, run_of
from tests.twin.finance.writing import Writer


class _Investment(Asked):
    project: str
    investment: bool = True


def _mark_investment(asked: _Investment, books: Books, _: Writer) -> Answer:
    projects = InvestmentProjects(books, asked.company)
    if asked.investment:
        return {"revenue_project": projects.mark(asked.project)}
    projects.unmark(asked.project)
    return {"revenue_project": ""}


RUNS: dict[str, Run] = {"mark-investment-project": run_of(_Investment, _mark_investment)}
