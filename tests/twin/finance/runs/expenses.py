"""Runs of expense reports.

| process | asked for | answer |
|---|---|---|
| `submit-expense-report` | `{company, report}` | `{}` |
| `approve-expense-report` | `{company, report}` | `{}` |
| `recall-expense-report` | `{company, report}` | `{}` |
| `post-expense-report` | `{company, report}` | `{voucher, exported}` |
"""

from __future__ import annotations

from dataclasses import asdict

from tests.twin.finance.books import Books
from tests.twin.finance.processes.expense_posting import ExpenseWorkflow
from tests.twin.finance.runs.asked import Answer, Asked, Run, run_of
from tests.twin.finance.writing import Writer


class _Report(Asked):
    report: str


def _submit(asked: _Report, books: Books, _: Writer) -> Answer:
    ExpenseWorkflow(books, asked.company).submit(asked.report)
    return {}


def _approve(asked: _Report, books: Books, _: Writer) -> Answer:
    ExpenseWorkflow(books, asked.company).approve(asked.report)
    return {}


def _recall(asked: _Report, books: Books, _: Writer) -> Answer:
    ExpenseWorkflow(books, asked.company).recall(asked.report)
    return {}


def _post(asked: _Report, books: Books, _: Writer) -> Answer:
    return asdict(ExpenseWorkflow(books, asked.company).post(asked.report))


RUNS: dict[str, Run] = {
    "submit-expense-report": run_of(_Report, _submit),
    "approve-expense-report": run_of(_Report, _approve),
    "recall-expense-report": run_of(_Report, _recall),
    "post-expense-report": run_of(_Report, _post),
}
